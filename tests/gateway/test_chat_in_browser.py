"""The chat page in a real browser: a customer writes, an agent answers, both read it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kustui.core.records import Agent
from kustui.desk import Desk
from kustui.store.store import Store
from support.browser import CHROMIUM, Page, browser
from support.gateway import Running, answer, chat_desk, conversation, serving
from support.writing import drafted

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium")

PICTURE = Path(__file__).resolve().parent.parent.parent / "snapshots" / "gateway" / "chat.png"
"""Taken anew with KUSTUI_PICTURES=1."""
LOG = "document.getElementById('log').innerText"
STATE = "document.getElementById('state').textContent"


@pytest.fixture
def chat(store: Store, agent: Agent) -> Desk:
    """Ana's desk, with a chat page."""
    return chat_desk(store, agent)


@pytest.fixture
def gateway(chat: Desk) -> Iterator[Running]:
    """The gateway of it."""
    with serving(chat) as running:
        yield running


async def write(page: Page, words: str, field: str = "text") -> None:
    """Type into a field of the page."""
    await page.run(f"document.getElementById('{field}').focus()")
    await page.type(words)


async def test_a_customer_and_an_agent_talk(chat: Desk, gateway: Running) -> None:
    """B1, D7: what is typed arrives, the answer shows as it is sent, a reload keeps thread and draft."""
    async with browser() as page:
        await page.size(390, 640)
        await page.go(f"http://127.0.0.1:{gateway.port}/")
        await write(page, "Bo Hansen", "name")
        await write(page, "Hello! Has my order 8821 left?")
        await page.press("Enter")
        await page.until(f"{LOG}.includes('sent')")
        item = await asyncio.to_thread(lambda: chat.reads.conversation(conversation(chat)))
        assert (item.customer, item.excerpt) == ("Bo Hansen", "Hello! Has my order 8821 left?")
        note = drafted(chat, item.id, "SECRET", "note")
        await asyncio.to_thread(chat.replies.send, note)
        body = "Hello Bo! It left this morning:\nhttps://track.example/8821. Two days, they say <b>."
        await asyncio.to_thread(answer, chat, body)
        await page.until(f"{LOG}.includes('Two days')")
        assert "Ana" in await page.run(LOG)
        assert "Soler" not in await page.run(LOG)
        assert await page.run("document.querySelectorAll('#log b').length") == 0
        links = "Array.from(document.querySelectorAll('#log a'), (a) => [a.href, a.rel.includes('noopener')])"
        assert await page.run(links) == [["https://track.example/8821", True]]
        await write(page, "Great, thank you!")
        await page.press("Enter")
        await page.until(f"{LOG}.split('· sent').length > 2")
        if os.environ.get("KUSTUI_PICTURES"):
            await asyncio.to_thread(answer, chat, "You are welcome.")
            await page.until(f"{LOG}.includes('welcome')")
            await page.run("document.activeElement.blur()")
            await page.picture(PICTURE)
        await write(page, "<img src=x onerror=alert(1)>")
        await page.press("Enter")
        await page.until(f"{LOG}.split('· sent').length > 3")
        assert await page.run("document.querySelectorAll('#log img').length") == 0
        await write(page, "half a sen")
        before = await page.run(LOG)
        await page.go(f"http://127.0.0.1:{gateway.port}/chat")
        await page.until(f"{LOG}.includes('onerror')")
        assert await page.run(LOG) == before
        assert await page.run("document.getElementById('text').value") == "half a sen"
        assert "SECRET" not in await page.run("document.body.innerText")
        assert page.complaints == []


async def test_what_is_written_without_a_connection_goes_once_there_is_one(
    chat: Desk, gateway: Running
) -> None:
    """A message that cannot go is said to be, kept over a reload, and filed once."""
    async with browser() as page:
        await page.go(f"http://127.0.0.1:{gateway.port}/")
        await page.tell("Network.enable")
        away = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        await page.tell("Network.emulateNetworkConditions", offline=True, **away)
        await write(page, "Are you there?")
        await page.press("Enter")
        await page.until(f"{LOG}.includes('Not sent: there is no connection.')")
        assert "Try again" in await page.run(LOG)
        await page.until(f"{STATE} === 'You are offline'")
        await page.tell("Network.emulateNetworkConditions", offline=False, **away)
        await page.until(f"{LOG}.includes('· sent')")
        await page.until(f"{STATE} === 'Connected'")
        with chat.store.reading() as reader:
            assert reader.all("SELECT body FROM message") == [("Are you there?",)]


async def test_two_tabs_are_one_visitor(chat: Desk, gateway: Running) -> None:
    """A tab goes on with the chat that another began, and what one has not sent yet the other keeps."""
    async with browser() as page, page.beside() as other:
        for each in (page, other):
            await each.go(f"http://127.0.0.1:{gateway.port}/")
        await page.tell("Page.bringToFront")
        await write(page, "From the one")
        await page.press("Enter")
        await page.until(f"{LOG}.includes('sent')")
        await other.until(f"{LOG}.includes('From the one')")
        await page.tell("Network.enable")
        await page.tell(
            "Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1,
            uploadThroughput=-1,
        )  # fmt: skip
        await write(page, "Not sent yet")
        await page.press("Enter")
        await page.until(f"{LOG}.includes('Not sent: there is no connection.')")
        await other.tell("Page.bringToFront")
        await write(other, "From the other")
        await other.press("Enter")
        await other.until(f"{LOG}.includes('From the other')")
        await other.until(f"!{LOG}.includes('sending')")
        assert "Not sent yet" in await other.run("localStorage.getItem('kustui-chat')")
        with chat.store.reading() as reader:
            assert reader.all("SELECT body FROM message ORDER BY id") == [
                ("From the one",),
                ("From the other",),
            ]
            assert reader.value("SELECT count(*) FROM customer") == 1


async def test_too_many_characters_are_counted_not_cut(chat: Desk, gateway: Running) -> None:
    """C2: the counter counts as the store does, and says how many are too many; nothing goes."""
    async with browser() as page:
        await page.go(f"http://127.0.0.1:{gateway.port}/")
        count = "document.getElementById('count').textContent"
        await write(page, "😀" * 1020)
        await page.until(f"{count} === '4 left'")
        await page.type("12345")
        await page.until(f"{count} === '1 too many'")
        await page.press("Enter")
        assert await page.run(LOG) == ""
        assert await page.run("[...document.getElementById('text').value].length") == 1025


async def test_the_snippet_opens_the_page_in_a_frame(gateway: Running) -> None:
    """A button on somebody's site opens the chat, and the chat's own button closes it."""
    async with browser() as page:
        await page.go(f"http://127.0.0.1:{gateway.port}/nothing")
        # Another site: the same host under its other name.
        await page.tell("Page.setBypassCSP", enabled=True)
        await page.go(f"http://localhost:{gateway.port}/nothing")
        source = f"http://127.0.0.1:{gateway.port}/chat.js"
        script = f"Object.assign(document.createElement('script'), {{src: '{source}'}})"
        await page.run(f"document.head.append({script})")
        await page.until("document.querySelector('#kustui-chat button')")
        await page.run("document.querySelector('#kustui-chat button').click()")
        await page.until("document.querySelector('#kustui-chat iframe')")
        shown = "document.querySelector('#kustui-chat iframe').style.display"
        assert await page.run(shown) == "block"
        await page.run("window.postMessage('kustui-chat-close', '*')")
        await asyncio.sleep(0)
        assert await page.run(shown) == "block"
        await page.run("document.querySelector('#kustui-chat button').click()")
        assert await page.run(shown) == "none"
        assert await page.run("document.querySelector('#kustui-chat button').ariaExpanded") == "false"
        await page.go(f"http://127.0.0.1:{gateway.port}/nothing")
        await page.run(f"document.head.append({script})")
        await page.until("document.querySelector('#kustui-chat button')")
        await page.run("document.querySelector('#kustui-chat button').click()")
        inside = "document.querySelector('#kustui-chat iframe').contentDocument?.getElementById('close')"
        await page.until(f"{inside} && !{inside}.hidden")
        await page.run(f"{inside}.click()")
        await page.until(f"{shown} === 'none'")
