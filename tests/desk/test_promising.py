"""Targets on a real store: begun, paused, kept and missed by what agents and customers do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kustui.clock import HeldClock
from kustui.core.sending import SendAction
from kustui.desk import Desk
from kustui.errors import Refused
from support.people import wrote
from support.writing import drafted, sent


def target(desk: Desk, number: int) -> tuple[str, datetime | None]:
    """What a conversation is promised."""
    item = desk.reads.conversation(number)
    return item.target, item.target_at


def again(desk: Desk, sender: str = "ruiz@example.com", name: str = "Ana Ruiz") -> None:
    """The customer writes in the same conversation once more."""
    wrote(desk, "Anything new?", sender=sender, name=name, references=("first@example.com",))


@pytest.fixture
def promised(desk: Desk) -> Desk:
    """Ana's desk, where a first response is due in four hours, a next reply in a day."""
    desk.promising.promise(first="4h", next_reply="1d")
    return desk


def test_a_target_follows_the_conversation(promised: Desk, clock: HeldClock) -> None:
    """First response, then next reply; a snooze pauses it, what is left goes on, a reply ends it."""
    number = wrote(promised, message_id="first@example.com")
    began = clock.now()
    assert target(promised, number) == ("first", began + timedelta(hours=4))
    clock.advance(hours=1)
    promised.triage.snooze(number, clock.now() + timedelta(days=2))
    assert target(promised, number) == ("first", None)
    clock.advance(days=3)
    promised.clockwork.tick()
    assert target(promised, number) == ("first", clock.now() + timedelta(hours=3))
    sent(promised, number)
    assert target(promised, number) == ("", None)
    clock.advance(hours=1)
    again(promised)
    assert target(promised, number) == ("next", clock.now() + timedelta(days=1))


def test_done_pauses_and_a_reply_taken_back_is_none(promised: Desk, clock: HeldClock) -> None:
    """What is resolved without an answer is paused; a send that is undone leaves the target as it was."""
    number = wrote(promised, message_id="first@example.com")
    due = target(promised, number)
    sent(promised, number)
    promised.undo.last()
    assert target(promised, number) == due
    clock.advance(hours=1)
    promised.triage.done(number)
    assert target(promised, number) == ("first", None)
    clock.advance(hours=5)
    again(promised)
    assert target(promised, number) == ("first", clock.now() + timedelta(hours=3))


def test_the_inbox_goes_by_what_is_due(promised: Desk, clock: HeldClock) -> None:
    """An order of the inbox: what is due first is at the top, places and pages agree, and it is kept."""
    slow = wrote(promised, sender="bo@example.com", name="Bo", message_id="first@example.com")
    sent(promised, slow)
    again(promised, "bo@example.com", "Bo")
    clock.advance(hours=2)
    quick = wrote(promised, sender="li@example.com", name="Li")
    by_priority = [row.name for row in promised.reads.listing("inbox").page(0, 9)]
    held = promised.words.preferences()
    promised.preferences.keep(replace(held, inbox="target"))
    inbox = promised.reads.listing("inbox")
    rows = inbox.page(0, 9)
    assert [row.name for row in rows] == ["Li", "Bo"] == by_priority[::-1]
    assert [inbox.place(row.key) for row in rows] == [0, 1]
    assert promised.reads.inbox_top() == (rows[0].customer_id, quick)
    assert rows[0].target_at == clock.now() + timedelta(hours=4)


def test_changing_the_targets_promises_anew(promised: Desk, clock: HeldClock) -> None:
    """Who waits is promised by the whole wait; the change is in the history; a bad word changes nothing."""
    number = wrote(promised, message_id="first@example.com")
    began = clock.now()
    clock.advance(hours=3)
    promised.promising.promise(first="2h")
    assert target(promised, number) == ("first", began + timedelta(hours=2))
    assert promised.promising.standing() == (0, 1, 0)
    assert promised.reads.found("is:late").count() == 1
    for hours, zone, first in (
        ("whenever", None, None),
        (None, "Europe/Atlantis", None),
        (None, None, "soon"),
    ):
        with pytest.raises(Refused):
            promised.promising.promise(hours=hours, zone=zone, first=first)
    with pytest.raises(Refused):
        promised.promising.promise(closed=["easter"])
    promised.promising.promise(first="none")
    assert target(promised, number) == ("", None)
    assert promised.reads.found("is:late").count() == 0


def test_what_an_agent_opens_again_goes_on(promised: Desk, clock: HeldClock) -> None:
    """B8, B10: a snooze that is removed and a done that is taken back stop no target for good."""
    number = wrote(promised)
    clock.advance(hours=1)
    promised.triage.snooze(number, clock.now() + timedelta(days=2))
    clock.advance(days=1)
    promised.triage.remove_snooze(number)
    assert target(promised, number) == ("first", clock.now() + timedelta(hours=3))
    promised.triage.done(number)
    clock.advance(days=1)
    promised.triage.reopen(number)
    due = target(promised, number)
    assert due == ("first", clock.now() + timedelta(hours=3))
    clock.advance(hours=1)
    promised.tagging.prioritise(number, 5)
    assert target(promised, number) == due
    sent(promised, number)
    assert target(promised, number) == ("", None)


@pytest.mark.parametrize("action", ["now", "done"])
def test_a_send_that_is_undone_leaves_what_a_pause_had_left(
    promised: Desk, clock: HeldClock, action: SendAction
) -> None:
    """D5: the target is as it was before the reply, the time that it was paused included."""
    number = wrote(promised)
    clock.advance(hours=1)
    promised.triage.snooze(number, clock.now() + timedelta(days=2))
    clock.advance(days=2)
    promised.clockwork.tick()
    due = target(promised, number)
    sent(promised, number, action=action)
    promised.undo.last()
    assert target(promised, number) == due == ("first", clock.now() + timedelta(hours=3))


def test_who_writes_before_what_is_scheduled_waits(promised: Desk, clock: HeldClock) -> None:
    """D5, D9: a reply that is taken back leaves none that was written in the time ahead."""
    number = wrote(promised, message_id="first@example.com")
    for hours in (5, 6):
        clock.advance(minutes=1)
        promised.replies.send(drafted(promised, number, "Later."), at=clock.now() + timedelta(hours=hours))
    promised.undo.last()
    clock.advance(hours=1)
    again(promised)
    assert promised.reads.conversation(number).waiting_since == clock.now()
    assert target(promised, number) == ("next", clock.now() + timedelta(days=1))


def test_another_priority_has_its_own_target(promised: Desk, clock: HeldClock) -> None:
    """What is made urgent is due when what is urgent is, a pause or not; undone it is as it was."""
    promised.promising.promise(first="30m", priority=5)
    number = wrote(promised)
    began = clock.now()
    due = target(promised, number)
    clock.advance(minutes=10)
    promised.tagging.prioritise(number, 5)
    assert target(promised, number) == ("first", began + timedelta(minutes=30))
    promised.undo.last()
    assert target(promised, number) == due
    promised.triage.snooze(number, clock.now() + timedelta(days=1))
    promised.tagging.prioritise(number, 5)
    clock.advance(days=1)
    promised.clockwork.tick()
    assert target(promised, number) == ("first", clock.now() + timedelta(minutes=20))
    promised.promising.promise(first="none")
    promised.tagging.prioritise(number, 2)
    assert target(promised, number) == ("", None)
