"""Scheduled, the Outbox, and what can be done about a message on its way, at the screen."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from kustui.clock import HeldClock
from kustui.desk import Desk
from support.later import go, last_line, look, outbox, row_of, scheduled, state
from support.replying import outbound, pass_time
from support.sitting import sitting
from support.transport import Recorder

CHLOE, GRACE, ZOE, IVO = "Chloé Martin", "Grace Hall", "Zoe Lin", "Ivo Petrov"


async def test_all_that_will_happen_by_itself(acme: Desk, transport: Recorder) -> None:
    """Scheduled lists snoozes, messages and retries in time order, by both clocks (SPEC D5, B7)."""
    acme.server_zone = ZoneInfo("America/New_York")
    async with sitting(acme) as at:
        await scheduled(at, CHLOE)
        await at.press("g", "l")
        names = at.names()
        assert names[0] == CHLOE
        assert {"Mo Diallo", "Ana Ruiz", IVO} <= set(names)
        dues = [row.due_at for row in at.rows()]
        assert dues == sorted(dues, key=str)
        assert "12:42 (server 06:42)" in at.text()
        at.screen.say("")
        told = "m changes it · scheduled Thu 4 Jun 12:42 Europe/Madrid, server 06:42 America/New_York"
        assert told in last_line(at)
        assert "in 1h" in at.text()


async def test_a_row_opens_its_conversation(acme: Desk) -> None:
    """Enter on a row opens that conversation and marks it; the hint is the list's alone (SPEC B8)."""
    async with sitting(acme) as at:
        await at.press("g", "l")
        row_of(at, "Ana Ruiz")
        await at.press("enter")
        row = next(row for row in at.rows() if row.name == "Ana Ruiz")
        assert (at.name, at.number) == ("Ana Ruiz", row.conversation_id)
        assert [each.name for each in at.rows() if at.screen.inbox.is_open(each)] == ["Ana Ruiz"]
        assert "▌◔ Ana Ruiz" in at.text()
        assert "m changes it" not in last_line(at)
        await at.press("q")
        assert at.app.focused is at.screen.inbox
        assert "m changes it" in last_line(at)


async def test_a_view_keeps_its_own_cursor(acme: Desk) -> None:
    """The same number is another row in another list: each begins at its top, and is found as left."""
    async with sitting(acme) as at:
        row_of(at, GRACE)
        await at.press("g", "l")
        assert at.screen.inbox.cursor == 0
        await at.press("j", "g", "o")
        assert at.screen.inbox.cursor == 0
        await at.press("g", "l")
        assert at.screen.inbox.cursor == 1
        await at.press("q")
        assert at.names()[at.screen.inbox.cursor] == GRACE


async def test_snoozes_are_changed_in_the_schedule(acme: Desk, clock: HeldClock) -> None:
    """On a snooze's row s shows it, S and m's menu end it, whatever comes before it meanwhile (SPEC B8)."""
    async with sitting(acme) as at:
        await at.press("g", "l")
        row_of(at, "Mo Diallo")
        mo = at.rows()[at.screen.inbox.cursor].conversation_id
        await at.press("s")
        assert "◔ Snoozed re-opens Mon 8 Jun 09:00" in at.shows("snooze-about")
        await at.press("escape", "m")
        assert at.choices() == {"t": "Change the time", "x": "Remove Snooze"}
        # The row goes while its menu is open; the menu is about it all the same.
        acme.triage.remove_snooze(mo)
        await look(at)
        assert "Mo Diallo" not in at.names()
        others = len(at.rows())
        await at.press("x")
        assert any("snoozed" in words for words in at.refusals)
        assert len(at.rows()) == others
        row_of(at, "Ana Ruiz")
        await at.press("S")
        assert "Ana Ruiz" not in at.names()
        await at.press("z")
        row_of(at, "Ana Ruiz")
        await at.press("m", "t", "2")
        assert next(row for row in at.rows() if row.name == "Ana Ruiz").due_at == acme.now() + timedelta(
            hours=2
        )


async def test_a_snooze_that_ends_on_the_screen(acme: Desk, clock: HeldClock) -> None:
    """The open conversation wakes: one toast, the timeline and the schedule follow (SPEC B7)."""
    async with sitting(acme) as at:
        await at.open(GRACE)
        await at.press("s", "2", "q", "g", "l")
        row_of(at, GRACE)
        await at.press("enter", "q")
        assert at.status == "snoozed"
        pass_time(acme, hours=2)
        await look(at)
        assert at.status == "open"
        assert "the snooze is over" in at.text()
        assert GRACE not in at.names()
        assert len(at.refusals) == 1
        await look(at)
        assert len(at.refusals) == 1


async def test_the_rows_message_not_the_open_ones(acme: Desk) -> None:
    """On a list, m and R are about the row under the cursor, never about the timeline beside it (SPEC D7)."""
    async with sitting(acme) as at:
        await at.open(ZOE)
        row_of(at, GRACE)
        await at.press("m", "R")
        assert "No message to Grace Hall has failed" in at.said
        assert at.app.screen is at.screen
        await at.press("g", "o")
        row_of(at, IVO)
        await at.press("R")
        assert outbox(acme, ZOE)[0].state == "failed"
        await at.press("g", "i")
        row_of(at, ZOE)
        await at.press("m")
        assert "Email to zoe.lin@example.com" in at.text()


@pytest.mark.parametrize("place", ["outbox", "timeline"])
async def test_retry_and_discard(acme: Desk, transport: Recorder, place: str) -> None:
    """A failed message says why; it is discarded, brought back and really sent again (SPEC D7)."""
    async with sitting(acme) as at:
        await go(at, place, ZOE)
        await at.press("m")
        assert "550 mailbox is full" in at.text()
        assert set(at.choices()) == {"r", "t", "d", "x"}
        await at.press("x")
        assert outbox(acme, ZOE) == []
        await at.press("z")
        assert outbox(acme, ZOE)[0].state == "failed"
        await go(at, place, ZOE)
        await at.press("m", "r")
        assert at.said == "Trying again"
        pass_time(acme, seconds=1)
        await look(at)
        assert len(transport.sent) == 1
        assert "failed" not in last_line(at)


@pytest.mark.parametrize("place", ["outbox", "timeline"])
@pytest.mark.parametrize("key", ["a", "g"])
async def test_an_uncertain_one_is_settled(acme: Desk, transport: Recorder, place: str, key: str) -> None:
    """What may have arrived waits for a person: it did arrive, or is sent again, once (SPEC D7)."""
    state(acme, outbox(acme, ZOE)[0].id, "uncertain", "the line broke")
    async with sitting(acme) as at:
        assert "1 uncertain" in last_line(at)
        await go(at, place, ZOE)
        assert "uncertain" in at.text()
        await at.press("m", key)
        pass_time(acme, seconds=1)
        pass_time(acme, hours=1)
        await look(at)
        assert len(transport.sent) == (key == "g")
        assert outbox(acme, ZOE) == []
        assert "uncertain" not in last_line(at)


async def test_it_goes_while_its_menu_is_open(acme: Desk, transport: Recorder) -> None:
    """Of a sending and a change in the menu one wins: the change is refused in words, nothing is lost."""
    async with sitting(acme) as at:
        await scheduled(at, CHLOE)
        for keys in (["d"], ["n"], ["k"], ["t", "1"]):
            await at.press("m")
            if not transport.sent:
                pass_time(acme, hours=1)
                at.app._notifications.clear()
            if at.app.screen is not at.screen:
                await at.press(*keys)
                assert any("it has been sent" in words for words in at.refusals)
        assert [parcel.text for parcel in transport.sent] == ["Bonjour"]
        assert outbound(acme, at.number) == ["Bonjour"]


async def test_taking_back_meets_words_typed_since(acme: Desk) -> None:
    """A scheduled message taken back into a draft stands above what was typed there since (SPEC D5)."""
    async with sitting(acme) as at:
        await scheduled(at, CHLOE)
        await at.press("r")
        await at.type("Encore")
        await at.press("escape", "m", "d")
        assert at.words == "Bonjour\n\nEncore"
        assert outbox(acme, CHLOE) == []
        await at.saved()
        await at.type("!")
        await at.saved()
        assert acme.reads.draft(at.screen.customer.id, "reply", at.number).body.endswith("Encore!")  # type: ignore[union-attr]


async def test_taking_back_what_began_a_conversation(acme: Desk) -> None:
    """A composed message taken back is a composed draft again, with its subject, ready to write on."""
    async with sitting(acme) as at:
        await at.open(CHLOE)
        await at.press("c", "e")
        await at.type("Bienvenue")
        await at.press("tab")
        await at.type("Bonjour")
        await at.press("ctrl+o", "l", "1")
        assert "◔ scheduled" in at.text()
        await at.press("z", "d")
        held = at.screen.editor.draft
        assert held is not None
        assert (held.subject, held.body, held.conversation_id) == ("Bienvenue", "Bonjour", None)
        assert at.screen.editor.has_class("-writing")


async def test_undo_of_a_scheduled_one_asks(acme: Desk) -> None:
    """The key z right after scheduling offers to change or take it back, and says which one (SPEC D5)."""
    async with sitting(acme) as at:
        await scheduled(at, CHLOE)
        await at.open(ZOE)
        await at.press("z")
        assert "Undo: Email to chloe.martin@example.fr" in at.text()
        assert "in 1 h 00 m" in at.text()
        await at.press("t")
        assert "◔ Scheduled" in at.shows("later-about")
        await at.press("t")
        assert outbox(acme, CHLOE)[0].at.hour == 9
        await at.press("z")
        assert outbox(acme, CHLOE)[0].at == acme.now() + timedelta(hours=1)
