"""Send later, and the seconds in which a send can be taken back, at the screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kustui.clock import HeldClock
from kustui.desk import Desk
from kustui.desk.reads import Lamps
from support.later import ask_when, day_choice, due, far_apart, last_line, look, outbox, scheduled
from support.people import wrote
from support.replying import outbound, pass_time, write
from support.sitting import settled, sitting
from support.transport import Recorder

CHLOE = "Chloé Martin"


async def test_the_servers_clock_counts(acme: Desk, transport: Recorder) -> None:
    """Typed 10:00, the agent's machine 09:00, the server 08:00: it goes in two hours (SPEC D4)."""
    far_apart(acme)
    async with sitting(acme) as at:
        await ask_when(at, CHLOE)
        about = at.shows("later-about")
        assert "08:00 America/New_York on the server" in about
        assert "09:00 America/Sao_Paulo for you" in about
        await at.press("c")
        await at.type("10:00")
        echo = at.shows("later-echo")
        assert echo == (
            "→ Thu 4 Jun 10:00 America/New_York · for you Thu 4 Jun 11:00 America/Sao_Paulo, in 2 h 00 m"
        )
        await at.press("enter")
        assert due(acme, CHLOE) == datetime(2026, 6, 4, 14, 0, tzinfo=UTC)
        assert "◔ scheduled Thu 4 Jun 11:00, in 2 h 00 m · m: Undo" in at.text()
        assert at.words == ""
    pass_time(acme, hours=1, minutes=59)
    assert transport.sent == []
    for _ in range(2):
        pass_time(acme, minutes=1)
        assert [parcel.text for parcel in transport.sent] == ["Bonjour"]


async def test_a_time_that_is_past_stays_in_the_dialog(acme: Desk) -> None:
    """Only a future time by the server's clock is taken; Esc goes on writing and sends nothing (SPEC D4)."""
    far_apart(acme)
    async with sitting(acme) as at:
        await ask_when(at, CHLOE)
        await at.press("c")
        await at.type("today 07:30")
        await at.press("enter", "enter")
        assert "07:30 was before now" in at.shows("later-echo")
        await at.press("escape")
        await at.type(" Chloé")
        assert at.words == "Bonjour Chloé"
        assert outbox(acme, CHLOE) == []


async def test_ten_enters_make_one_message(acme: Desk) -> None:
    """Enter pressed ten times in the dialog makes one message and leaves no empty lines (SPEC D7)."""
    async with sitting(acme) as at:
        await ask_when(at, CHLOE)
        at.burst(*["enter"] * 10)
        await settled(at.pilot)
        assert outbound(acme, at.number) == ["Bonjour"]
        assert at.words.strip() == ""
        assert due(acme, CHLOE) == acme.now() + timedelta(hours=1)


@pytest.mark.parametrize("name", ["Dmitri Ivanov", "伊藤 そら"])
async def test_chat_and_facebook_say_why_not(acme: Desk, name: str) -> None:
    """Where nothing can be scheduled the line says so, and its key sends nothing (SPEC D1)."""
    async with sitting(acme) as at:
        await write(at, name, "Hello")
        await at.press("ctrl+o")
        assert at.choices()["l"] == "Send later (only email and SMS can be scheduled)"
        await at.press("l", "escape")
        assert any("only email and SMS" in words for words in at.refusals)
        assert outbound(acme, at.number) == []
        assert at.words == "Hello"


@pytest.mark.parametrize("enabled", [True, False])
async def test_send_and_snooze(acme: Desk, enabled: bool) -> None:
    """Send and snooze is there only with an enabled choice of 24 hours, and means those (SPEC D1)."""
    day_choice(acme, enabled=enabled)
    async with sitting(acme) as at:
        await write(at, CHLOE, "Bonjour")
        await at.press("ctrl+o")
        why = "" if enabled else " (24 hours is none of this workspace's snooze choices)"
        assert at.choices()["4"] == "Send and snooze" + why
        await at.press("4")
        if not enabled:
            await at.press("escape")
        item = acme.reads.conversation(at.number)
        assert item.status == ("snoozed" if enabled else "open")
        if enabled:
            assert item.snooze is not None
            assert item.snooze.until == acme.now() + timedelta(hours=24)


async def test_a_reply_holds_it_if_asked_to(acme: Desk, clock: HeldClock, transport: Recorder) -> None:
    """With k a customer's reply before it is due holds the message; without, it goes (SPEC D9)."""
    async with sitting(acme) as at:
        await ask_when(at, CHLOE)
        assert at.shows("later-hold").endswith("before: no")
        await at.press("k")
        assert at.shows("later-hold").endswith("before: yes")
        await at.press("1")
        clock.advance(minutes=5)
        with acme.store.reading() as reader:
            before = reader.value("SELECT message_id FROM message WHERE conversation_id = :c", c=at.number)
        wrote(acme, "Encore", sender="chloe.martin@example.fr", references=(before,))
        pass_time(acme, hours=1)
        await look(at)
        assert transport.sent == []
        assert "1 held" in last_line(at)
        assert "◔ held: " in at.text()
        assert "m: what to do" in at.text()


async def test_a_refused_one_keeps_its_time(acme: Desk, clock: HeldClock) -> None:
    """A refused send keeps text and time, so that F9 then does not send at once; past, it asks (SPEC D2)."""
    async with sitting(acme) as at:
        await write(at, CHLOE, "")
        at.screen.editor.insert("x" * 10_241)
        await settled(at.pilot)
        await at.press("ctrl+o", "l", "t")
        assert any("takes 10,240" in words for words in at.refusals)
        assert "Send later, Fri 5 Jun 09:00 UTC" in at.shows("reply-foot")
        await at.press("backspace", "f9")
        assert due(acme, CHLOE) == datetime(2026, 6, 5, 9, 0, tzinfo=UTC)
        assert at.words == ""
        assert "Send later" not in at.shows("reply-foot")
        await at.press("r")
        at.screen.editor.insert("x" * 10_241)
        await settled(at.pilot)
        await at.press("ctrl+o", "l", "1")
        clock.advance(hours=2)
        await at.press("backspace", "f9")
        assert "later-echo" in {widget.id for widget in at.app.screen.query("*")}
        assert len(outbound(acme, at.number)) == 1


async def test_the_dialog_goes_with_the_time(acme: Desk, clock: HeldClock) -> None:
    """While the dialog stands open its times follow the clock: what is chosen is what stands there."""
    async with sitting(acme) as at:
        await ask_when(at, CHLOE)
        assert "Fri 5 Jun 09:00" in at.text()
        clock.advance(hours=14, minutes=30)
        at.app.screen.look()  # type: ignore[attr-defined]
        await settled(at.pilot)
        assert "Fri 5 Jun 00:12 UTC on the server" in at.shows("later-about")
        assert "Sat 6 Jun 09:00, in 1 d 8 h" in at.text()
        await at.press("t")
        assert due(acme, CHLOE) == datetime(2026, 6, 6, 9, 0, tzinfo=UTC)


async def test_the_dialog_on_a_tiny_screen(acme: Desk) -> None:
    """On thirty columns and ten lines the cursor, a typed time and its meaning stay in sight."""
    async with sitting(acme, (30, 10)) as at:
        await ask_when(at, CHLOE)
        await at.press("down", "down")
        assert "Next week, Monday" in at.text()
        await at.press("k")
        assert "yes" in at.text()
        await at.press("c")
        await at.type("2h")
        assert "2h" in at.text()
        assert "→ Thu 4 Jun" in at.text()
        await at.press("enter")
        assert due(acme, CHLOE) == acme.now() + timedelta(hours=2)


async def test_a_scheduled_answer_is_seen_in_the_list(acme: Desk, clock: HeldClock) -> None:
    """The inbox's row tells that an answer is scheduled, and when; the status line counts it (SPEC D5)."""
    async with sitting(acme) as at:
        await scheduled(at, CHLOE)
        await at.press("q")
        at.screen.inbox.action_to(at.names().index(CHLOE))
        await settled(at.pilot)
        assert "scheduled 12:42" in at.text()
        at.screen.say("")
        assert "m changes it · scheduled Thu 4 Jun 12:42 Europe/Madrid, server 10:42 UTC" in last_line(at)
        await at.press("m")
        assert at.choices()["d"] == "Take back into the draft"


# -- the undo window --------------------------------------------------------------------------


async def test_what_has_not_gone_is_not_called_sent(acme: Desk, clock: HeldClock) -> None:
    """In its window a message is on its way, the seconds run down, and then it has gone (SPEC D8)."""
    async with sitting(acme) as at:
        await write(at, CHLOE, "Bonjour")
        await at.press("f9")
        assert "You → chloe.martin@example.fr  11:42  ◔ on its way · m: Undo" in at.text()
        for left in (5, 4, 3, 2):
            assert f"goes in {left} s, z takes it back   On its way" in last_line(at)
            assert at.screen.status_line.countdown == f"goes in {left} s, z takes it back"
            clock.advance(seconds=1)
            at.screen._count_down()
        # The clock stands: nothing runs down, nothing goes.
        at.screen._count_down()
        assert at.screen.status_line.countdown == "goes in 1 s, z takes it back"
        pass_time(acme, seconds=1)
        await look(at)
        assert at.screen.status_line.countdown == ""
        assert at.screen._countdown is None
        await at.press("z")
        assert any("Too late" in words for words in at.refusals)


async def test_undo_restores_all_of_it(acme: Desk, transport: Recorder) -> None:
    """Taking a send back restores recipients, words and status, and nothing goes (SPEC D5, D8)."""
    row = next(row for row in acme.reads.listing("inbox").page(0, 20) if row.name == CHLOE)
    draft = acme.reads.draft(row.customer_id, "reply", row.conversation_id)
    acme.drafts.keep(replace(draft, body="Bonjour", cc=("compta@example.fr",), bcc=("audit@acme.example",)))
    async with sitting(acme) as at:
        await at.open(CHLOE)
        await at.press("r", "ctrl+o", "d")
        assert at.status == "done"
        await at.press("z")
        assert at.said == "Taken back; it is a draft again"
        assert at.screen.status_line.countdown == ""
        assert (at.status, at.words) == ("open", "Bonjour")
        held = at.screen.editor.draft
        assert held is not None
        assert (held.cc, held.bcc) == (("compta@example.fr",), ("audit@acme.example",))
        pass_time(acme, minutes=5)
        assert transport.sent == []
        await at.press("r", "f9")
        pass_time(acme, minutes=5)
        assert [len(parcel.cc) for parcel in transport.sent] == [1]


async def test_the_countdown_promises_what_undo_does(acme: Desk) -> None:
    """After another act undo takes back that one first; of two sends the last one counts (SPEC D8)."""
    async with sitting(acme) as at:
        await write(at, CHLOE, "One")
        await at.press("f9", "e")
        assert at.screen.status_line.countdown == "goes in 5 s"
        await at.press("z")
        assert at.screen.status_line.countdown == "goes in 5 s, z takes it back"
        await write(at, "Grace Hall", "Two")
        await at.press("f9")
        assert at.screen.status_line.countdown == "goes in 5 s, z takes it back"
        await at.open("Ana Ruiz")
        await at.press("z")
        assert at.said == "Taken back; it is a draft again · Grace Hall"
        assert [item.excerpt for item in outbox(acme) if item.fate == "held"] == ["One"]


async def test_leaving_in_the_window_says_what_has_not_gone(acme: Desk) -> None:
    """Whoever quits in the window is told how many messages have not gone, and what becomes of them."""
    async with sitting(acme) as at:
        await write(at, CHLOE, "One")
        await at.press("f9", "ctrl+q")
        assert "2 messages have not gone yet: on disk, until" in at.text()
        await at.press("n", "z")
        assert at.words == "One"


@pytest.mark.parametrize("width", [30, 80, 120])
async def test_the_seconds_are_seen_beside_every_lamp(acme: Desk, width: int) -> None:
    """However many lamps are lit, how long a send can be taken back is seen, and what was just said."""
    async with sitting(acme, (width, 24)) as at:
        line = at.screen.status_line
        line.lamps = Lamps(scheduled=3, failed=2, uncertain=1, held=4, unread=5, newest=9)
        line.countdown, line.notice = "goes in 5 s, z takes it back", "On its way, done"
        shown = line.render().plain
        assert "goes in 5 s" in shown[:width]
        assert width < 80 or "On its way, done" in shown[:width]
        assert width < 80 or "2 failed" in shown[:width]
