"use strict";
(() => {
  const script = document.currentScript;
  if (!script || document.getElementById("kustui-chat")) return;
  const page = new URL("chat?embed", script.src);
  const style = (what, how) => Object.assign(what.style, how);
  const box = document.createElement("div");
  box.id = "kustui-chat";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Chat";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-label", "Chat: " + {{title}});
  style(button, {
    position: "fixed", right: "20px", bottom: "20px", zIndex: "2147483000", height: "52px", padding: "0 24px",
    border: "0", borderRadius: "26px", background: "{{colour}}", color: "{{ink}}", cursor: "pointer",
    font: "600 16px system-ui, sans-serif", boxShadow: "0 6px 20px rgba(0,0,0,.25)",
  });
  let frame = null;
  const fit = () => {
    const small = innerWidth < 500 || innerHeight < 500;
    style(frame, small
      ? { inset: "0", width: "100%", height: "100%", borderRadius: "0" }
      : { inset: "auto 20px 84px auto", width: "380px", height: `${Math.min(620, innerHeight - 104)}px`, borderRadius: "16px" });
  };
  const show = (open) => {
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.src = page.href;
      frame.title = "Chat: " + {{title}};
      style(frame, { position: "fixed", border: "0", zIndex: "2147483001", boxShadow: "0 10px 40px rgba(0,0,0,.3)", colorScheme: "normal" });
      fit();
      addEventListener("resize", fit);
      box.append(frame);
    }
    if (frame) frame.hidden = !open;
    if (frame) frame.style.display = open ? "block" : "none";
    button.setAttribute("aria-expanded", String(open));
    if (open) button.textContent = "Chat";
    if (open) frame.focus(); else button.focus();
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== page.origin) return;
    if (event.data === "kustui-chat-close") show(false);
    if (event.data === "kustui-chat-news" && frame.style.display === "none") button.textContent = "Chat ●";
  });
  box.append(button);
  (document.body || document.documentElement).append(box);
})();
