"""Desks in a browser: the real command, its page in a real one, and visitors who come and go (SPEC G3)."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kustui.clock import SystemClock
from support.browser import CHROMIUM, browser
from support.people import wrote
from support.program import desk_at
from support.served import TOKEN, Visitor, served, until, visiting

PICTURE = Path(__file__).resolve().parent.parent.parent / "snapshots" / "web" / "desk.png"
"""Taken anew with KUSTUI_PICTURES=1."""
REPLY = "We have corrected the invoice: 44 bags, with the discount of the offer."
SEEN = """
window.seen = "";
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(...how) {
    super(...how);
    const words = new TextDecoder();
    this.addEventListener("message", (event) => {
      if (typeof event.data !== "string") window.seen += words.decode(event.data, {stream: true});
    });
  }
};
"""


def value(path: Path, question: str) -> object:
    """What a store's file answers; None while there is no such thing."""
    with closing(sqlite3.connect(path)) as store:
        row = store.execute(question).fetchone()
        return row[0] if row else None


def stored(folder: Path) -> Path:
    """The store of the one demo whose passing folder is in `folder`."""
    [found] = folder.glob("kustui-demo-*/demo.db")
    return found


@pytest.mark.skipif(not CHROMIUM, reason="no chromium")
async def test_the_demo_is_worked_in_a_browser(tmp_path: Path) -> None:
    """G3: the inbox is read, a reply is written and sent; nothing comes from elsewhere; the program ends."""
    with served(tmp_path, "--demo") as running:
        async with browser() as page:
            await page.size(1180, 780)
            await page.tell("Page.addScriptToEvaluateOnNewDocument", source=SEEN)
            await page.go(f"http://127.0.0.1:{running.port}/")
            await page.until("seen.includes('Maren Aldous')")
            store = stored(tmp_path)
            await page.press("Enter")
            await page.until("document.title === 'Maren Aldous · kustui'")
            await page.type("r")
            await page.until("seen.includes('Send now')")
            await page.type(REPLY)
            await until(lambda: value(store, f"SELECT 1 FROM draft WHERE body = '{REPLY}'"))
            await page.until("seen.includes('saved')")
            if os.environ.get("KUSTUI_PICTURES"):
                await page.picture(PICTURE)
            await page.press("F9")
            await until(lambda: value(store, f"SELECT 1 FROM message WHERE body = '{REPLY}'"))
            asked = "performance.getEntriesByType('resource').map((each) => new URL(each.name).host)"
            assert set(await page.run(asked)) == {f"127.0.0.1:{running.port}"}
            # A browser without a graphics card says so; what a policy stops is said as well.
            said = [json.loads(each) for each in page.complaints]
            assert [each for each in said if each.get("entry", {}).get("source") != "rendering"] == []
        await until(lambda: not store.parent.exists())


async def test_a_guest_has_no_files_of_the_host(tmp_path: Path) -> None:
    """C7, G3: in a served demo no file is attached, saved or lent to $EDITOR, and no path is a file's."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the host's own")
    with served(tmp_path, "--demo") as running:
        async with visiting(running.port) as page:
            await page.until("Maren Aldous")
            await page.type("\r")
            await page.until("Reply")
            await page.type("r")
            await page.until("F9 Send now")
            await page.type(f"\x1b[200~{secret}\x1b[201~")
            store = stored(tmp_path)
            await until(lambda: value(store, f"SELECT 1 FROM draft WHERE body = '{secret}'"))
            await page.type("\x1bOS")
            await page.until("No files here")
            await page.type("\x06a")
            await page.until("not in a browser")
            assert value(store, "SELECT 1 FROM attachment WHERE name = 'secret.txt'") is None


async def test_a_page_that_goes_keeps_its_draft(tmp_path: Path) -> None:
    """C5, G3: what was typed last is kept when a page closes, and when all of it is stopped; a place that is
    taken is free once its program has ended; $EDITOR (F4) is refused in words.
    """
    db = tmp_path / "desk.db"
    with desk_at(db, create=True) as desk:
        wrote(desk, at=SystemClock().now())
    words = ("--db", str(db), "--agents", "ana,ben", "--sessions", "1")
    with served(tmp_path, *words, token=TOKEN) as running:
        async with visiting(running.port, "ana", TOKEN) as page:
            await page.until("Ana Ruiz")
            async with visiting(running.port, "ben", TOKEN) as late:
                await late.until("No desk is free, of 1")
            await _type_a_reply(page, "Half a wo")
        await until(lambda: value(db, "SELECT body FROM draft") == "Half a wo")
        async with visiting(running.port, "ana", TOKEN) as again:
            await _type_a_reply(again, "r", "Half a wor")
            await again.type("\x1bOS")
            await again.until("This terminal cannot be lent to another program")
            await again.type("d")
            await again.until("Half a word")
            assert await asyncio.to_thread(running.stop) == 0
    assert value(db, "SELECT body FROM draft") == "Half a word"
    assert TOKEN not in running.said
    assert "as one of ana, ben" in running.said


async def _type_a_reply(page: Visitor, words: str, whole: str = "") -> None:
    await page.until("Ana Ruiz")
    await page.type("\r")
    await page.until("Where is my order?")
    await page.type("r")
    await page.until("F9 Send now")
    await page.type(words)
    await page.until(whole or words)


def shifts(folder: Path) -> list[str]:
    """The files of shifts."""
    return sorted(each.name for each in folder.glob("*.shift"))


async def test_each_trainee_plays_a_shift_of_their_own(tmp_path: Path) -> None:
    """G3: one scenario and seed for all, a file for each name, gone on with later, by one at a time."""
    with served(tmp_path, "--train", "calm-morning", "--seed", "3") as running:
        folder = tmp_path / "kustui" / "training"
        async with visiting(running.port, "ana") as ana, visiting(running.port, "bo-1") as bo:
            await ana.until("Inbox")
            await bo.until("Inbox")
            async with visiting(running.port, "ana") as other:
                await other.until("Somebody is playing as ana")
            await ana.type("jj")
            assert shifts(folder) == ["calm-morning-3-ana.shift", "calm-morning-3-bo-1.shift"]
            names = shifts(folder)
        async with visiting(running.port, "ana") as again:
            await again.until("Inbox")
        assert shifts(folder) == names
    assert f"kustui watch {folder}/calm-morning-3-THEIR-NAME.shift" in running.said
