"""Colleagues at work, as the screen shows them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from conftest import desk_of
from kustui.clock import HeldClock
from kustui.core.records import Draft
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.store.store import Store
from support.sitting import LIMIT, Sitting, settled, sitting
from support.transport import Recorder


@pytest.fixture
def ben(acme: Desk) -> Iterator[Desk]:
    """Ben's desk on the same file, in a connection of its own."""
    store = Store(acme.store.path, acme.store._held).open()
    yield desk_of(store, sign_in(store, "ben", "Ben Osei"), Recorder())
    store.close()


def write(ben: Desk, at: Sitting, name: str, words: str) -> None:
    """Ben types a reply to a customer of Ana's inbox."""
    row = next(row for row in at.rows() if row.name == name)
    draft = ben.reads.draft(row.customer_id, "reply", row.conversation_id)
    ben.drafts.keep(replace(draft, body=words), typing=True)


async def look(at: Sitting) -> None:
    """What the screen does twice a second."""
    at.screen.look_if_changed()
    await settled(at.pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_who_replies_stands_on_the_row_and_above_what_i_write(
    acme: Desk, ben: Desk, clock: HeldClock, size: tuple[int, int]
) -> None:
    """In words with a sign and the seconds as they were when it was learned; only looking is said on the
    conversation alone; it goes by itself when it is over.
    """
    async with sitting(acme, size) as at:
        await at.furnished()
        write(ben, at, "Chloé Martin", "Bonjour")
        clock.advance(seconds=12)
        await look(at)
        assert "» Ben is replying (12 s)" in at.text()
        clock.advance(seconds=4)
        mia = desk_of(ben.store, sign_in(ben.store, "mia", "Mia Berg"), Recorder())
        write(mia, at, at.names()[0], "Hello")
        await look(at)
        assert "» Mia is replying (0 s)" in at.text()
        assert "» Ben is replying (12 s)" in at.text()
        await at.open("Chloé Martin")
        assert "» Ben Osei is replying (12 s)" in str(at.shows("toolbar-conversation"))
        assert "» Ben" not in at.shows("reply-head")
        await at.press("r")
        assert "» Ben" in at.shows("reply-head")
        assert "chloe.martin@example.fr" in at.shows("reply-head")
        ben.presence.looking(at.screen.customer.id)  # type: ignore[union-attr]
        await look(at)
        assert "Ben Osei is looking" in at.shows("toolbar-conversation")
        assert "» Ben" not in at.shows("reply-head")
        clock.advance(minutes=6)
        at.screen.attend()
        assert "Ben Osei" not in at.shows("toolbar-conversation")


async def test_what_i_do_is_told_from_the_screen(acme: Desk, ben: Desk, clock: HeldClock) -> None:
    """Opening looks, words reply, Esc looks again, another customer is another, closing ends it; a screen
    at which nobody does anything tells nothing, and one where keys are pressed is believed longer.
    """

    async def tells(*wanted: tuple[str, str]) -> None:
        """It is written aside, after the screen is done."""
        end = time.monotonic() + LIMIT
        while (found := [(each.customer, each.doing) for each in ben.presence.others()]) != list(wanted):
            assert time.monotonic() < end, found
            await asyncio.sleep(0.01)

    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await tells(("Chloé Martin", "looking"))
        await at.press("r")
        await at.type("Bonjour")
        await at.saved()
        await tells(("Chloé Martin", "replying"))
        await at.press("escape")
        await tells(("Chloé Martin", "looking"))
        other = next(name for name in at.names() if name != "Chloé Martin")
        await at.open(other)
        await tells((other, "looking"))
        clock.advance(minutes=4)
        until = ben.presence.others()[0].until
        at.screen._keys_seen = at.app.keys_seen
        await look(at)
        assert ben.presence.others()[0].until == until
        await at.press("j")
        await look(at)
        end = time.monotonic() + LIMIT
        while ben.presence.others()[0].until <= until:
            assert time.monotonic() < end
            await asyncio.sleep(0.01)
        await at.press("w")
        await tells()
        await at.open("Chloé Martin")
    await tells()


async def test_a_colleagues_typing_paints_nothing_and_reads_no_list(acme: Desk, ben: Desk) -> None:
    """While Ben goes on typing, nothing in Ana's view changes: no row is read and no line is painted."""
    async with sitting(acme) as at:
        await at.furnished()
        write(ben, at, "Chloé Martin", "Bonjour")
        await look(at)
        await settled(at.pilot)
        read: list[object] = []
        painted: list[object] = []
        at.screen.inbox.renew = lambda: read.append(1)  # type: ignore[method-assign]
        at.screen.inbox.refresh = lambda *_, **__: painted.append(1)  # type: ignore[method-assign,assignment]
        for words in ("Bonjour C", "Bonjour Ch"):
            write(ben, at, "Chloé Martin", words)
            await look(at)
        assert (read, painted) == ([], [])


async def test_a_colleagues_reply_is_said_and_asked_about_once(acme: Desk, ben: Desk) -> None:
    """What Ben sends while Ana writes is said at once, and asked about before hers goes; then it goes."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("r")
        await at.type("Bonjour")
        await at.saved()
        number, customer = at.number, at.screen.customer
        assert customer is not None
        to = tuple(each.shown for each in customer.addresses if each.kind == "email")
        ben.replies.send(Draft(0, ben.agent.id, customer.id, "reply", number, body="Done.", to=to))
        await look(at)
        assert f"Ben Osei replied in #{number}" in at.said
        await at.press("f9")
        assert "Ben Osei replied while you were writing" in at.text()
        await at.press("n", "f9")
        await settled(at.pilot)
        assert at.words == ""
