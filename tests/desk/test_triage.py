"""Status, snooze, sub-status, assignment: each act one transaction with one line of history."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kustui.clock import HeldClock
from kustui.core import when
from kustui.desk import Desk
from kustui.errors import NotFound, Refused
from kustui.store import tables
from kustui.store.queries import history
from kustui.store.store import Store
from support.people import wrote
from support.writing import sent


def lines(store: Store, conversation_id: int) -> list[str]:
    """The acts in a conversation's history, in order."""
    with store.reading() as reader:
        return [row[3] for row in history.of_conversation(reader, conversation_id)]


def test_each_choice_of_the_dialog_ends_when_it_says(desk: Desk, clock: HeldClock) -> None:
    """B3: two hours, tomorrow 9:00, Monday 9:00 and until reply, in order, in the agent's zone."""
    number = wrote(desk)
    ends = []
    for choice in desk.reads.snooze_choices():
        if choice.kind == "custom":
            with pytest.raises(Refused):
                desk.triage.snooze_by(number, choice)
            continue
        desk.triage.snooze_by(number, choice)
        item = desk.reads.conversation(number)
        assert item.status == "snoozed"
        assert item.snooze is not None
        ends.append(when.absolute(item.snooze.until, desk.zone) if item.snooze.until else "reply")
    assert ends == ["Thu 4 Jun 2026 13:42", "Fri 5 Jun 2026 09:00", "Mon 8 Jun 2026 09:00", "reply"]
    assert [choice.key for choice in desk.reads.snooze_choices()] == ["2", "t", "m", "c", "r"]


def test_a_snooze_ends_once_with_one_notification(desk: Desk, store: Store, clock: HeldClock) -> None:
    """B7, F1: waking opens, notifies once and leaves one line, also twice on the same day."""
    number = wrote(desk)
    for _ in range(2):
        desk.triage.snooze(number, clock.now() + timedelta(hours=1))
        clock.advance(minutes=59)
        assert desk.clockwork.tick().woken == 0
        clock.advance(minutes=1)
        done = desk.clockwork.tick()
        assert (done.woken, done.words()) == (1, f"#{number} Order 8821 open again: the snooze is over")
        assert desk.clockwork.tick().woken == 0
        assert desk.reads.conversation(number).status == "open"
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM notification") == 2
    assert lines(store, number).count("conversation.woke") == 2


def test_a_stale_snooze_wakes_nothing(desk: Desk, clock: HeldClock) -> None:
    """B9: snooze, reply, done, and then the old time passes: it stays done."""
    number = wrote(desk, message_id="first@example.com")
    desk.triage.snooze(number, clock.now() + timedelta(hours=1))
    wrote(desk, references=("first@example.com",))
    assert desk.reads.conversation(number).status == "open"
    desk.triage.done(number)
    clock.advance(hours=2)
    assert desk.clockwork.tick().woken == 0
    assert desk.reads.conversation(number).status == "done"


def test_removing_a_snooze_opens_again(desk: Desk, clock: HeldClock) -> None:
    """B8: Remove Snooze opens the conversation, and the snooze wakes nothing later."""
    number = wrote(desk)
    desk.triage.snooze(number, clock.now() + timedelta(hours=1))
    desk.triage.remove_snooze(number)
    item = desk.reads.conversation(number)
    assert (item.status, item.snooze) == ("open", None)
    clock.advance(hours=2)
    assert desk.clockwork.tick().woken == 0


def test_a_past_time_changes_nothing(desk: Desk, store: Store, clock: HeldClock) -> None:
    """B3: a refused snooze leaves the conversation and the history as they were."""
    number = wrote(desk)
    before, told = desk.reads.conversation(number), lines(store, number)
    with pytest.raises(Refused):
        desk.triage.snooze(number, clock.now())
    assert desk.reads.conversation(number) == before
    assert lines(store, number) == told


def test_sub_statuses_belong_to_a_status(desk: Desk, store: Store, clock: HeldClock) -> None:
    """B2, B5: a sub-status of the right status is taken, another refused, and a move clears it."""
    number = wrote(desk)
    assert desk.reads.sub_statuses() == ()
    with store.writing() as act:
        waiting = act.add(tables.SubStatus(status="open", label="Waiting for warehouse")).id
        parts = act.add(tables.SubStatus(status="snoozed", label="Parts ordered")).id
    desk.triage.refine(number, waiting)
    assert desk.reads.conversation(number).sub_status == "Waiting for warehouse"
    with pytest.raises(Refused):
        desk.triage.refine(number, parts)
    desk.triage.snooze(number, None, sub_status_id=parts)
    assert desk.reads.conversation(number).sub_status == "Parts ordered"
    desk.triage.snooze(number, clock.now() + timedelta(days=1))
    assert desk.reads.conversation(number).sub_status == "Parts ordered"
    desk.triage.reopen(number)
    assert desk.reads.conversation(number).sub_status == ""


def test_every_act_leaves_one_line(desk: Desk, store: Store, clock: HeldClock) -> None:
    """Who, when, what, before and after: one line for every act, from the first."""
    number = wrote(desk)
    desk.triage.assign(number, desk.agent.id)
    desk.triage.snooze(number, None)
    desk.triage.remove_snooze(number)
    desk.triage.done(number)
    desk.triage.reopen(number)
    sent(desk, number)
    assert lines(store, number) == [
        "message.received",
        "conversation.assigned",
        "conversation.snoozed",
        "snooze.removed",
        "conversation.done",
        "conversation.reopened",
        "message.queued",
    ]
    with store.reading() as reader:
        row = history.of_conversation(reader, number)[4]
    assert row[2] == "Ana Soler"
    assert '"status": "open"' in row[5]
    assert '"status": "done"' in row[6]


def test_unknown_numbers_are_named(desk: Desk) -> None:
    """An act on what is not there says so and does nothing."""
    for act in (desk.triage.done, desk.triage.reopen, desk.triage.remove_snooze, desk.triage.open_customer):
        with pytest.raises(NotFound, match="99"):
            act(99)


def test_opening_a_customer_reads_their_messages(desk: Desk) -> None:
    """E1: what was unread is read once the customer is opened."""
    number = wrote(desk)
    assert desk.reads.conversation(number).unread == 1
    desk.triage.open_customer(desk.reads.conversation(number).customer_id)
    assert desk.reads.conversation(number).unread == 0
    assert desk.reads.listing("inbox").page(0, 1)[0].unread == 0
