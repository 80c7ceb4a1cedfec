"use strict";
(() => {
  const KEY = "kustui-chat", LIMIT = Number(document.body.dataset.limit), NEAR = 100;
  const SILENCE = 40000, BEAT = 20000, FIRST_WAIT = 1000, LAST_WAIT = 30000;
  const at = (id) => document.getElementById(id);
  const log = at("log"), scroll = at("scroll"), text = at("text"), name = at("name"), send = at("send");
  const state = at("state"), count = at("count"), naming = at("naming"), newer = at("newer");
  const framed = document.body.classList.contains("framed");

  // -- what is kept over a reload ---------------------------------------------------------

  let kept = { token: "", name: "", draft: "", waiting: [] }, dead = "", typed = false;
  const known = new Set();
  const stored = () => {
    const there = { token: "", name: "", draft: "", waiting: [] };
    try {
      const found = JSON.parse(localStorage.getItem(KEY) || "{}") || {};
      for (const word of ["token", "name", "draft"]) if (typeof found[word] === "string") there[word] = found[word];
      if (Array.isArray(found.waiting)) {
        there.waiting = found.waiting.filter((each) => each && typeof each.id === "string" && typeof each.text === "string");
      }
    } catch { /* A browser that keeps nothing forgets it at the end. */ }
    return there;
  };
  const load = () => { kept = stored(); };
  // Another tab may have begun the chat, and what it has not sent yet stays there.
  const adopt = (token) => {
    if (kept.token || !token || token === dead) return;
    kept.token = token;
    naming.hidden = true;
    listen();
  };
  const keep = () => {
    for (const each of kept.waiting) known.add(each.id);
    const there = stored();
    adopt(there.token);
    const waiting = [...there.waiting.filter((each) => !known.has(each.id)), ...kept.waiting];
    const draft = typed ? kept.draft : there.draft;
    try { localStorage.setItem(KEY, JSON.stringify({ ...kept, draft, waiting })); } catch { /* as above */ }
  };
  const fresh = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  // -- showing ----------------------------------------------------------------------------

  const said = new Map();
  const drawn = new Map();
  const make = (tag, className, words) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (words !== undefined) made.textContent = words;
    return made;
  };
  const LINK = /https:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/g;
  const withLinks = (into, words) => {
    let from = 0;
    for (const found of words.matchAll(LINK)) {
      into.append(words.slice(from, found.index));
      const link = make("a", "", found[0]);
      link.href = found[0];
      link.rel = "noopener noreferrer nofollow";
      link.target = "_blank";
      into.append(link);
      from = found.index + found[0].length;
    }
    into.append(words.slice(from));
  };
  const sized = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
  const fetchFile = async (part) => {
    const answer = await fetch(`chat/files/${part.file}`, { headers: { Authorization: `Bearer ${kept.token}` } });
    if (!answer.ok) throw new Error();
    const bytes = await answer.arrayBuffer();
    // Only as a picture or as mere bytes: nothing that is saved is opened as a page of ours.
    return URL.createObjectURL(new Blob([bytes], { type: part.picture ? answer.headers.get("Content-Type") : "application/octet-stream" }));
  };
  const asFile = (part) => {
    const box = make("div", "words");
    const button = make("button", "", `${part.name} (${sized(part.size)})`);
    button.type = "button";
    button.setAttribute("aria-label", `Save ${part.name}, ${sized(part.size)}`);
    button.addEventListener("click", async () => {
      try {
        const link = make("a");
        link.href = await fetchFile(part);
        link.download = part.name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      } catch { button.textContent = `${part.name} could not be fetched; try again`; }
    });
    box.append(button);
    return box;
  };
  const asPicture = (part) => {
    const box = make("div", "words picture");
    const image = make("img");
    image.alt = part.name;
    const low = atEnd();
    image.addEventListener("load", () => { if (low) toEnd(); });
    fetchFile(part).then((url) => { image.src = url; box.append(image); }, () => box.replaceWith(asFile(part)));
    return box;
  };
  const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
  const calendar = new Intl.DateTimeFormat([], { weekday: "long", day: "numeric", month: "long" });
  const dayOf = (ms) => new Date(ms).toDateString();

  const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const toEnd = () => { scroll.scrollTop = scroll.scrollHeight; newer.hidden = true; };

  const bubble = (each) => {
    const item = make("li", each.ours ? "said" : "said you");
    item.append(make("p", "who", each.ours ? each.name : "You"));
    for (const part of each.parts) {
      if (part.file === undefined) {
        const words = make("div", "words");
        if (each.ours) withLinks(words, part.text); else words.textContent = part.text;
        item.append(words);
      } else item.append(part.picture ? asPicture(part) : asFile(part));
    }
    item.append(make("p", "when"));
    return item;
  };
  const fate = (item, each) => {
    const line = item.querySelector(".when");
    const words = each.at ? clock.format(each.at) : "";
    line.className = each.state === "failed" ? "when bad" : "when";
    line.replaceChildren();
    if (each.ours) line.textContent = words;
    else if (each.state === "failed") {
      line.append(`Not sent: ${each.why} `);
      const again = make("button", "", "Try again");
      again.type = "button";
      again.addEventListener("click", () => { each.waiting.state = ""; keep(); draw(); flush(); });
      line.append(again);
    } else line.textContent = each.state ? (each.state === "sending" ? "sending…" : each.state) : `${words} · sent`;
  };
  const draw = () => {
    const low = atEnd();
    const all = [...said.values()].sort((one, other) => one.at - other.at || one.id - other.id);
    const there = new Set(all.map((each) => each.mine).filter(Boolean));
    for (const each of kept.waiting) {
      if (there.has(each.id)) continue;
      all.push({
        id: `w${each.id}`, mine: each.id, ours: false, name: "", at: 0, parts: [{ text: each.text }],
        state: each.state || "sending", why: each.why || "", waiting: each,
      });
    }
    const rows = [];
    let day = "", who = "";
    for (const each of all) {
      const on = each.at ? dayOf(each.at) : dayOf(Date.now());
      if (on !== day) {
        day = on;
        who = "";
        const key = `day ${day}`;
        if (!drawn.has(key)) drawn.set(key, make("li", "day", calendar.format(each.at || Date.now())));
        rows.push(drawn.get(key));
      }
      const key = each.mine || each.id;
      if (!drawn.has(key)) drawn.set(key, bubble(each));
      const item = drawn.get(key), from = each.ours ? each.name : "";
      item.classList.toggle("again", who === `${each.ours} ${from}`);
      who = `${each.ours} ${from}`;
      fate(item, each);
      rows.push(item);
    }
    // What stands in its place already is not moved, so that nothing is read out twice.
    rows.forEach((row, place) => { if (log.children[place] !== row) log.insertBefore(row, log.children[place] || null); });
    while (log.children.length > rows.length) log.lastChild.remove();
    if (low) toEnd();
  };
  const take = (thread) => {
    const low = atEnd();
    let news = false;
    for (const each of thread.messages) {
      news ||= each.ours && !said.has(each.id);
      said.set(each.id, each);
      if (each.mine) kept.waiting = kept.waiting.filter((waiting) => waiting.id !== each.mine);
    }
    keep();
    draw();
    if (news && !low) newer.hidden = false;
    if (news && framed) parent.postMessage("kustui-chat-news", "*");
  };

  // -- hearing ----------------------------------------------------------------------------

  let cursor = 0, stream = null, wait = FIRST_WAIT, timer = 0, watchdog = 0;
  const says = (words, up) => {
    if (state.textContent !== words) state.textContent = words;
    state.classList.toggle("up", up);
  };
  const forget = () => {
    dead = kept.token;
    kept.token = "";
    cursor = 0;
    said.clear();
    drawn.clear();
    log.replaceChildren();
    naming.hidden = false;
    keep();
    draw();
  };
  let heard = 0;
  const beat = () => {
    heard = Date.now();
    clearTimeout(watchdog);
    watchdog = setTimeout(() => stream && stream.abort(), SILENCE);
  };
  const later = (words, seconds) => {
    says(words, false);
    clearTimeout(timer);
    timer = setTimeout(listen, seconds ? seconds * 1000 : wait * (0.7 + Math.random() * 0.6));
    wait = Math.min(wait * 2, LAST_WAIT);
  };
  const listen = async () => {
    clearTimeout(timer);
    if (!kept.token) { says(navigator.onLine === false ? "You are offline" : "Write to us", navigator.onLine !== false); return; }
    if (stream) return;
    const mine = (stream = new AbortController());
    let after = 0;
    try {
      beat();
      const answer = await fetch(`chat/events?after=${cursor}`, {
        headers: { Authorization: `Bearer ${kept.token}` }, signal: mine.signal, cache: "no-store",
      });
      if (answer.status === 401) { forget(); return; }
      after = Number(answer.headers.get("Retry-After")) || 0;
      if (!answer.ok) throw new Error();
      says("Connected", true);
      wait = FIRST_WAIT;
      retry();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let held = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        beat();
        held += value;
        let end;
        while ((end = held.indexOf("\n\n")) >= 0) {
          const event = held.slice(0, end);
          held = held.slice(end + 2);
          if (!event.startsWith("data: ")) continue;
          const thread = JSON.parse(event.slice(6));
          cursor = thread.cursor;
          take(thread);
        }
      }
    } catch { /* what is cut off is begun again below */ } finally {
      clearTimeout(watchdog);
      if (stream === mine) stream = null;
    }
    if (kept.token) later(navigator.onLine === false ? "You are offline" : "Not connected; trying again…", after);
    else listen();
  };

  // -- writing ----------------------------------------------------------------------------

  const post = (where, what) => fetch(where, {
    method: "POST", body: JSON.stringify(what), cache: "no-store",
    headers: { "Content-Type": "application/json", ...(kept.token ? { Authorization: `Bearer ${kept.token}` } : {}) },
  });
  const refused = async (answer) => {
    try { return (await answer.json()).error || "it was refused."; } catch { return "it was refused."; }
  };
  // Of two tabs that begin at once, one says hello.
  const alone = (what) => (navigator.locks ? navigator.locks.request(KEY, what) : what());
  let busy = false, again = 0;
  const flush = async () => {
    clearTimeout(again);
    if (busy) return;
    busy = true;
    let pause = 0;
    try {
      for (;;) {
        const each = kept.waiting.find((waiting) => !waiting.state);
        if (!each) break;
        let answer;
        if (!kept.token) {
          answer = await alone(async () => {
            adopt(stored().token);
            if (kept.token) return null;
            const given = await post("chat/hello", { name: kept.name });
            if (given.ok) {
              kept.token = (await given.json()).token;
              naming.hidden = true;
              keep();
              listen();
            }
            return given;
          });
          if (kept.token) continue;
        } else answer = await post("chat/messages", { text: each.text, id: each.id });
        if (answer.ok) {
          each.state = "sent";
          listen();
        } else if (answer.status === 401) forget();
        else if (answer.status === 429 || answer.status >= 500) {
          pause = Number(answer.headers.get("Retry-After")) || 5;
          // What would take longer than somebody looks at it is theirs to try.
          if (pause <= 30) break;
          Object.assign(each, { state: "failed", why: await refused(answer) });
          pause = 0;
        } else Object.assign(each, { state: "failed", why: await refused(answer) });
        keep();
        draw();
      }
    } catch {
      for (const each of kept.waiting) if (!each.state) Object.assign(each, { state: "failed", why: "there is no connection.", lost: true });
      again = setTimeout(retry, wait * (0.7 + Math.random() * 0.6));
      wait = Math.min(wait * 2, LAST_WAIT);
    } finally {
      busy = false;
    }
    keep();
    draw();
    if (pause) again = setTimeout(flush, pause * 1000);
  };
  const retry = () => {
    for (const each of kept.waiting) if (each.lost) Object.assign(each, { state: "", lost: false });
    flush();
  };
  const now = () => {
    wait = FIRST_WAIT;
    // A stream that slept says nothing of having been cut off.
    if (stream && Date.now() - heard > BEAT) stream.abort(); else if (!stream) listen();
    retry();
  };
  const length = (words) => [...words].length;
  const measure = () => {
    const left = LIMIT - length(text.value.trim());
    count.textContent = left < 0 ? `${-left} too many` : left <= NEAR ? `${left} left` : "";
    count.classList.toggle("over", left < 0);
    send.setAttribute("aria-disabled", String(left < 0 || !text.value.trim()));
    const low = atEnd();
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight + 2, 144)}px`;
    if (low) toEnd();
  };
  const submit = () => {
    const words = text.value.trim();
    if (!words || length(words) > LIMIT) { text.focus(); return; }
    kept.name = name.value.trim();
    kept.waiting.push({ id: fresh(), text: words, state: "" });
    kept.draft = text.value = "";
    typed = true;
    keep();
    measure();
    draw();
    toEnd();
    text.focus();
    flush();
  };

  at("form").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
  });
  text.addEventListener("input", () => { typed = true; kept.draft = text.value; keep(); measure(); });
  name.addEventListener("input", () => { kept.name = name.value; keep(); });
  newer.addEventListener("click", toEnd);
  scroll.addEventListener("scroll", () => { if (atEnd()) newer.hidden = true; });
  addEventListener("storage", (event) => { if (event.key === KEY) adopt(stored().token); });
  addEventListener("pageshow", (event) => { if (event.persisted) now(); });
  addEventListener("online", now);
  addEventListener("offline", () => { says("You are offline", false); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) now(); });
  if (framed && parent !== window) {
    at("close").hidden = false;
    at("close").addEventListener("click", () => parent.postMessage("kustui-chat-close", "*"));
    addEventListener("keydown", (event) => { if (event.key === "Escape") parent.postMessage("kustui-chat-close", "*"); });
  }

  load();
  // A page that ended while it was sending sends again; what arrived already is filed once.
  for (const each of kept.waiting) if (each.state !== "sent" && (each.state !== "failed" || each.lost)) Object.assign(each, { state: "", lost: false });
  name.value = kept.name;
  naming.hidden = Boolean(kept.token);
  text.value = kept.draft;
  measure();
  draw();
  listen();
  flush();
})();
