"""Taking back: everything is as it was, and nothing that came meanwhile is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kustui.clock import HeldClock
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.errors import DeliveryFailed, Refused
from support.people import wrote
from support.transport import Recorder
from support.writing import drafted, sent


def composed(desk: Desk) -> tuple[int, int]:
    """(conversation, customer) of a new email that was sent."""
    customer = desk.people.create("Mo", [("email", "mo@example.com")]).customer_id
    assert customer is not None
    draft = replace(desk.reads.draft(customer, "email"), subject="Your parcel", body="It left.")
    changed = desk.replies.send(draft)
    assert changed.conversation_id is not None
    return changed.conversation_id, customer


def bodies(desk: Desk, conversation_id: int) -> list[str]:
    """The words of a conversation's messages, in order."""
    view = desk.reads.timeline(desk.reads.conversation(conversation_id).customer_id)
    return [entry.body for entry in view.entries(view.keys(conversation_id)) if entry.kind != "history"]


def test_snoozing_twice_is_undone_step_by_step(desk: Desk, clock: HeldClock) -> None:
    """B9: undo of a second snooze runs the first again, undo of that one opens it, and nothing wakes."""
    number = wrote(desk)
    first = desk.now() + timedelta(hours=2)
    desk.triage.snooze(number, first, label="first")
    clock.advance(minutes=1)
    desk.triage.snooze(number, desk.now() + timedelta(days=2))
    clock.advance(minutes=1)
    desk.undo.last()
    snooze = desk.reads.conversation(number).snooze
    assert snooze is not None
    assert (snooze.until, snooze.label) == (first, "first")
    clock.advance(minutes=1)
    desk.undo.last()
    assert (desk.reads.conversation(number).status, desk.reads.conversation(number).snooze) == ("open", None)
    clock.advance(days=3)
    assert desk.clockwork.tick().woken == 0


def test_a_snooze_that_runs_again_wakes_once(desk: Desk, clock: HeldClock) -> None:
    """B8, B9: a removed snooze that undo brought back ends at its time, once."""
    number = wrote(desk)
    desk.triage.snooze(number, desk.now() + timedelta(hours=2))
    clock.advance(minutes=1)
    desk.triage.remove_snooze(number)
    clock.advance(minutes=1)
    desk.undo.last()
    clock.advance(hours=2)
    assert [desk.clockwork.tick().woken for _ in range(2)] == [1, 0]


def test_undo_leaves_a_conversation_that_the_customer_moved(desk: Desk, clock: HeldClock) -> None:
    """B1: when the customer wrote after a re-opening, undo does not put the new message away."""
    number = wrote(desk, message_id="q@x")
    desk.triage.done(number)
    clock.advance(minutes=1)
    desk.triage.reopen(number)
    clock.advance(minutes=1)
    wrote(desk, "Hello?", references=("q@x",))
    with pytest.raises(Refused, match="changed since"):
        desk.undo.last()
    assert desk.reads.conversation(number).status == "open"


def test_a_failed_message_taken_back_later_leaves_the_status_of_today(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D7, B1: what happened since a message failed stays; its words are a draft again."""
    number = wrote(desk)
    clock.advance(minutes=1)
    sent(desk, number, "Bye", "done")
    transport.before = DeliveryFailed("550 no")
    clock.advance(seconds=5)
    desk.clockwork.tick()
    ben = Desk(desk.store, sign_in(desk.store, "ben", "Ben Osei"), desk.post)
    clock.advance(hours=1)
    ben.triage.snooze(number, desk.now() + timedelta(days=1))
    clock.advance(minutes=1)
    desk.undo.last()
    item = desk.reads.conversation(number)
    assert item.status == "snoozed"
    assert item.snooze is not None
    assert desk.reads.draft(item.customer_id, "reply", number).body == "Bye"


def test_a_new_conversation_that_was_answered_is_kept(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D5: taking back a composed message that bounced keeps what came; the words are a reply there."""
    number, customer = composed(desk)
    clock.advance(seconds=5)
    desk.clockwork.tick()
    wrote(desk, "550", sender="mailer-daemon@x", name="", bounce_of=transport.sent[0].message_id)
    clock.advance(seconds=5)
    desk.undo.last()
    assert bodies(desk, number) == ["550"]
    assert desk.reads.draft(customer, "reply", number).body == "It left."
    assert desk.reads.conversation(number).status == "open"


def test_a_new_conversation_with_a_colleagues_draft_is_kept(desk: Desk, clock: HeldClock) -> None:
    """C9: taking back a composed message loses no words that a colleague is writing there."""
    number, customer = composed(desk)
    ben = Desk(desk.store, sign_in(desk.store, "ben", "Ben Osei"), desk.post)
    drafted(ben, number, "I think", kind="note")
    clock.advance(seconds=1)
    desk.undo.last()
    assert ben.reads.draft(customer, "note", number).body == "I think"
    assert desk.reads.draft(customer, "reply", number).body == "It left."


def test_taking_back_forgets_that_it_was_answered(desk: Desk, clock: HeldClock) -> None:
    """D5: a row says nothing of a message that was taken back, and a customer who writes then waits."""
    number = wrote(desk, "Where is it?", message_id="q@x")
    before = desk.reads.conversation(number)
    clock.advance(minutes=10)
    sent(desk, number, "Oops")
    clock.advance(seconds=1)
    desk.undo.last()
    assert desk.reads.conversation(number) == before
    desk.triage.done(number)
    clock.advance(seconds=1)
    late = desk.now() - timedelta(minutes=5)
    wrote(desk, "Well?", references=("q@x",), at=late)
    assert desk.reads.conversation(number).waiting_since == late


def test_a_draft_is_discarded_once(desk: Desk) -> None:
    """C5, D7: discarding what was sent or discarded already is refused, so undo cannot send it twice."""
    number = wrote(desk)
    draft = drafted(desk, number, "Hello")
    desk.replies.send(draft)
    with pytest.raises(Refused, match="sent already"):
        desk.drafts.discard(draft)


def test_words_typed_under_a_draft_that_ended_are_a_message_of_their_own(
    desk: Desk, clock: HeldClock
) -> None:
    """C9, D7: other words under a sent or discarded draft are sent, and come back whole by undo."""
    number = wrote(desk)
    draft = drafted(desk, number, "one")
    desk.replies.send(draft)
    clock.advance(seconds=1)
    desk.replies.send(replace(draft, body="two"))
    assert bodies(desk, number)[1:] == ["one", "two"]
    desk.undo.last()
    assert desk.reads.draft(draft.customer_id, "reply", number).body == "two"


def test_a_number_is_never_given_again(desk: Desk, clock: HeldClock) -> None:
    """C9: what was written about a conversation taken back never shows under another customer."""
    customer = desk.people.create("Mo", [("email", "mo@example.com")]).customer_id
    assert customer is not None
    draft = replace(desk.reads.draft(customer, "email"), subject="S", body="B")
    gone = desk.replies.send(draft, "until reply")
    clock.advance(seconds=1)
    desk.undo.last()
    number = wrote(desk)
    view = desk.reads.timeline(desk.reads.conversation(number).customer_id)
    entries = view.entries(view.keys(number))
    assert [entry.kind for entry in entries] == ["inbound"]
    assert number != gone.conversation_id
    assert entries[0].id != gone.message_id


def test_a_note_stays_and_what_was_done_with_it_is_undone(desk: Desk) -> None:
    """D7: a note told to the team stays; the status that was set together with it is taken back."""
    number = wrote(desk)
    desk.replies.send(drafted(desk, number, "all settled", kind="note"), "done")
    assert desk.reads.conversation(number).status == "done"
    desk.undo.last()
    assert desk.reads.conversation(number).status == "open"
    assert desk.reads.conversation(number).messages == 2


def test_closing_and_assigning_are_undone(desk: Desk, clock: HeldClock) -> None:
    """E2: a customer closed by mistake is in the sidebar again; an assignment is as it was."""
    number = wrote(desk)
    customer = desk.reads.conversation(number).customer_id
    desk.triage.assign(number, desk.agent.id)
    clock.advance(seconds=1)
    desk.triage.close_customer(customer)
    assert desk.reads.listing("inbox").count() == 0
    desk.undo.last()
    assert desk.reads.listing("inbox").count() == 1
    desk.undo.last()
    assert desk.reads.conversation(number).assignee_id is None


def test_closing_in_currently_viewing_is_undone(desk: Desk, clock: HeldClock) -> None:
    """E2: the row is back where it stood."""
    number = wrote(desk)
    customer = desk.reads.conversation(number).customer_id
    desk.triage.open_customer(customer)
    desk.triage.done(number)
    clock.advance(seconds=1)
    desk.triage.close_customer(customer)
    assert desk.reads.listing("viewing").count() == 0
    desk.undo.last()
    assert [row.key for row in desk.reads.listing("viewing").page(0, 9)] == [customer]
