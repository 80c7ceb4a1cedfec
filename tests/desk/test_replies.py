"""Drafts, sending, notes, composing: nothing lost, nothing twice."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from kustui.clock import HeldClock, milliseconds
from kustui.core.records import Changed
from kustui.desk import Desk, Post
from kustui.errors import DeliveryFailed, Refused, TryLater
from kustui.store import tables
from kustui.store.queries import outbox
from kustui.store.store import Store
from support.people import wrote
from support.transport import Recorder
from support.writing import drafted, fate, number_of, sent


def test_a_reply_is_held_then_sent_once(desk: Desk, transport: Recorder, clock: HeldClock) -> None:
    """D1, D7, D8: a reply waits for its undo window, goes once, and threads by its headers."""
    number = wrote(desk, message_id="q1@example.com")
    changed = sent(desk, number)
    assert fate(desk, changed) == "held"
    assert desk.clockwork.tick().sent == 0
    clock.advance(seconds=5)
    assert desk.clockwork.tick().sent == 1
    assert desk.clockwork.tick().sent == 0
    assert fate(desk, changed) == "sent"
    parcel = transport.sent[0]
    assert (parcel.subject, parcel.text, parcel.in_reply_to) == (
        "Re: Order 8821",
        "On its way.",
        "q1@example.com",
    )
    assert [person.address for person in parcel.to] == ["ruiz@example.com"]


def test_ten_presses_are_one_message(desk: Desk, transport: Recorder, clock: HeldClock) -> None:
    """D7: the same draft sent ten times, from ten threads at once, is one message."""
    number = wrote(desk)
    draft = drafted(desk, number, "Hello")
    answers: list[Changed] = []
    threads = [threading.Thread(target=lambda: answers.append(desk.replies.send(draft))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.message_id for answer in answers}) == 1
    clock.advance(seconds=10)
    desk.clockwork.tick()
    assert len(transport.sent) == 1
    assert desk.reads.conversation(number).messages == 2


def test_what_is_queued_is_frozen(desk: Desk, transport: Recorder, clock: HeldClock) -> None:
    """D7: an address changed after the sending does not move the message."""
    number = wrote(desk)
    customer = desk.reads.customer(desk.reads.conversation(number).customer_id)
    sent(desk, number)
    desk.people.save(customer, [("email", "elsewhere@example.com")])
    clock.advance(seconds=5)
    desk.clockwork.tick()
    assert [person.address for person in transport.sent[0].to] == ["ruiz@example.com"]


@pytest.mark.parametrize(
    ("action", "status"), [("now", "open"), ("done", "done"), ("until reply", "snoozed")]
)
def test_sending_moves_the_conversation(desk: Desk, action: str, status: str) -> None:
    """D1: send now leaves the status, send & mark as done resolves, send & snooze waits for a reply."""
    number = wrote(desk)
    sent(desk, number, action=action)  # type: ignore[arg-type]
    item = desk.reads.conversation(number)
    assert (item.status, item.waiting_since) == (status, None)


def test_a_refused_send_changes_nothing(desk: Desk) -> None:
    """D2, C2: over the limit, the text, the status and the draft stay; nothing is queued."""
    number = wrote(desk)
    draft = drafted(desk, number, "x" * 10_241)
    before = desk.reads.conversation(number)
    with pytest.raises(Refused, match="Shorten it by 1"):
        desk.replies.send(draft, "done")
    assert desk.reads.conversation(number) == before
    assert desk.reads.draft(before.customer_id, "reply", number).body == draft.body
    assert desk.reads.listing("outbox").count() == 0


def test_a_channel_without_a_transport_is_named(store: Store, desk: Desk) -> None:
    """D7: what nothing carries is refused in words before it is queued; the draft stays."""
    number = wrote(desk)
    bare = Desk(store, desk.agent, Post())
    with pytest.raises(Refused, match="Nothing carries email yet"):
        sent(bare, number)
    assert (
        bare.reads.draft(desk.reads.conversation(number).customer_id, "reply", number).body == "On its way."
    )


def test_a_note_never_meets_a_transport(
    desk: Desk, transport: Recorder, store: Store, clock: HeldClock
) -> None:
    """A4: notes in conversations and posted ones are kept, and no outbox row is ever made for one."""
    number = wrote(desk)
    changed = desk.replies.send(drafted(desk, number, "Refund approved", kind="note"), "done")
    assert changed.conversation_id == number
    customer = desk.reads.conversation(number).customer_id
    posted = desk.replies.send(
        replace(desk.reads.draft(customer, "note"), subject="Call notes", body="Friendly.")
    )
    assert posted.conversation_id is not None
    assert desk.reads.conversation(posted.conversation_id).channel == "note"
    clock.advance(hours=1)
    desk.clockwork.tick()
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM outbox") == 0
    assert transport.sent == []
    with pytest.raises(Refused, match="Notes go nowhere"):
        sent(desk, posted.conversation_id)


def test_even_a_forged_outbox_row_sends_no_note(desk: Desk, transport: Recorder, store: Store) -> None:
    """A4: an outbox row that names a note fails instead of leaving."""
    number = wrote(desk)
    changed = desk.replies.send(drafted(desk, number, "secret", kind="note"))
    with store.writing() as act:
        act.add(
            tables.Outbox(message_id=changed.message_id, channel="email", due_at=act.now, created_at=act.now)
        )
    assert desk.clockwork.tick().failed == 1
    assert transport.sent == []


def test_composing_makes_an_open_outbound_conversation(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """A3, A5: a new email has its subject, an SMS none of it; both are open, outbound, and nobody waits."""
    customer = desk.people.create(
        "Mo", [("email", "mo@example.com"), ("phone", "+44 7700 900123")]
    ).customer_id
    assert customer is not None
    for kind, subject in (("email", "Your parcel"), ("sms", "Courier")):
        draft = replace(desk.reads.draft(customer, kind), subject=subject, body="It left today.")
        changed = desk.replies.send(draft)
        assert changed.conversation_id is not None
        item = desk.reads.conversation(changed.conversation_id)
        assert (item.status, item.direction, item.subject, item.channel) == (
            "open",
            "outbound",
            subject,
            kind,
        )
    clock.advance(seconds=5)
    desk.clockwork.tick()
    assert [(parcel.channel, parcel.subject) for parcel in transport.sent] == [
        ("email", "Your parcel"),
        ("sms", ""),
    ]


def test_composing_needs_an_address_and_a_subject(desk: Desk) -> None:
    """A1, A3: without an address or a subject the refusal names what is missing."""
    customer = desk.people.create("Mo", []).customer_id
    assert customer is not None
    with pytest.raises(Refused, match="no email address on the profile"):
        desk.replies.send(replace(desk.reads.draft(customer, "email"), subject="Hi", body="Hi"))
    desk.people.save(desk.reads.customer(customer), [("email", "mo@example.com")])
    with pytest.raises(Refused, match="No subject"):
        desk.replies.send(replace(desk.reads.draft(customer, "email"), body="Hi"))


def test_drafts_are_apart(desk: Desk) -> None:
    """C9: one draft for each agent, conversation and kind; none shows under another."""
    one, two = wrote(desk, sender="a@x.example"), wrote(desk, sender="b@x.example")
    drafted(desk, one, "to one")
    drafted(desk, two, "to two")
    drafted(desk, one, "about one", kind="note")
    first, second = desk.reads.conversation(one).customer_id, desk.reads.conversation(two).customer_id
    assert desk.reads.draft(first, "reply", one).body == "to one"
    assert desk.reads.draft(second, "reply", two).body == "to two"
    assert desk.reads.draft(first, "note", one).body == "about one"
    assert desk.reads.draft(first, "email").body == ""


def test_one_agent_in_two_programs_loses_no_word(desk: Desk, clock: HeldClock) -> None:
    """C9: words saved from another program are set aside, not written over, and undo brings them back."""
    number = wrote(desk)
    customer = desk.reads.conversation(number).customer_id
    here = there = desk.reads.draft(customer, "reply", number)
    here = desk.drafts.keep(replace(here, body="typed here"))
    clock.advance(seconds=1)
    there = desk.drafts.keep(replace(there, body="typed there"))
    assert (here.aside, there.aside) == (False, True)
    clock.advance(seconds=1)
    assert not desk.drafts.keep(replace(there, body="typed")).aside
    assert desk.reads.draft(customer, "reply", number).body == "typed"
    desk.undo.last()
    assert desk.reads.draft(customer, "reply", number).body == "typed here\n\ntyped"


def test_a_discard_is_undone(desk: Desk) -> None:
    """C5: a discarded draft is gone, and z brings it back; words typed since stand below it."""
    number = wrote(desk)
    customer = desk.reads.conversation(number).customer_id
    desk.drafts.discard(drafted(desk, number, "first thoughts"))
    assert desk.reads.draft(customer, "reply", number).body == ""
    drafted(desk, number, "second thoughts")
    desk.undo.last()
    assert desk.reads.draft(customer, "reply", number).body == "first thoughts\n\nsecond thoughts"


def test_a_message_is_taken_back_whole_before_it_goes(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D5, D7: undo in the window restores text and status, and nothing is sent; later it is refused."""
    number = wrote(desk)
    waiting = desk.reads.conversation(number)
    clock.advance(seconds=1)
    sent(desk, number, "Oops", "done")
    clock.advance(seconds=1)
    desk.undo.last()
    assert desk.reads.conversation(number).status == "open"
    assert desk.reads.conversation(number).waiting_since == waiting.waiting_since
    assert desk.reads.draft(waiting.customer_id, "reply", number).body == "Oops"
    clock.advance(minutes=1)
    desk.clockwork.tick()
    assert transport.sent == []
    desk.replies.send(replace(desk.reads.draft(waiting.customer_id, "reply", number), body="Better"))
    clock.advance(seconds=5)
    desk.clockwork.tick()
    assert [parcel.text for parcel in transport.sent] == ["Better"]
    with pytest.raises(Refused, match="Too late"):
        desk.undo.last()


def test_a_new_conversation_taken_back_is_as_if_never_begun(desk: Desk) -> None:
    """D5: taking back the first message of a composed conversation leaves its draft and no empty shell."""
    customer = desk.people.create("Mo", [("email", "mo@example.com")]).customer_id
    assert customer is not None
    changed = desk.replies.send(
        replace(desk.reads.draft(customer, "email"), subject="S", body="B"), "until reply"
    )
    assert changed.conversation_id in desk.reads.conversation_ids()
    desk.undo.last()
    assert desk.reads.conversation_ids() == []
    draft = desk.reads.draft(customer, "email")
    assert (draft.subject, draft.body) == ("S", "B")


def test_a_failed_message_keeps_its_reason_and_retry_really_sends(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D7: a refusal for good is failed with the provider's words; retry sends the same message."""
    number = wrote(desk)
    changed = sent(desk, number)
    clock.advance(seconds=5)
    transport.before = DeliveryFailed("550 no such mailbox")
    desk.clockwork.tick()
    assert fate(desk, changed) == "failed"
    assert desk.reads.lamps().failed == 1
    transport.before = None
    desk.dispatch.retry(number_of(desk, changed))
    desk.clockwork.tick()
    assert fate(desk, changed) == "sent"
    assert len(transport.sent) == 1
    with pytest.raises(Refused):
        desk.dispatch.retry(number_of(desk, changed))


def test_a_refusal_for_now_is_tried_again_later(desk: Desk, transport: Recorder, clock: HeldClock) -> None:
    """D7: what was provably not delivered waits and is tried again, with a limit."""
    number = wrote(desk)
    changed = sent(desk, number)
    transport.before = TryLater("451 greylisted")
    for _ in range(20):
        clock.advance(hours=1)
        desk.clockwork.tick()
    assert fate(desk, changed) == "failed"
    assert transport.sent == []


def test_what_nobody_can_know_is_uncertain_and_never_sent_again(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D7: an error after the point of no return is uncertain; no later pass sends it."""
    number = wrote(desk)
    changed = sent(desk, number)
    clock.advance(seconds=5)
    transport.after = TimeoutError("no answer")
    desk.clockwork.tick()
    assert fate(desk, changed) == "uncertain"
    transport.after = None
    clock.advance(days=2)
    desk.clockwork.tick()
    assert transport.sent == []
    assert fate(desk, changed) == "uncertain"


def test_a_program_that_died_while_sending_leaves_it_uncertain(
    desk: Desk, store: Store, transport: Recorder, clock: HeldClock
) -> None:
    """D7: a claim that ran out is queued again; after the point of no return it is uncertain."""
    claimed, begun = (sent(desk, wrote(desk, sender=f"{name}@x.example")) for name in ("claimed", "begun"))
    clock.advance(seconds=5)
    with store.writing() as act:
        now_ms = milliseconds(act.now)
        claims = outbox.claim(act.ask(), "dead", now_ms, 120_000, ["email"], 10)
        assert outbox.move(act.ask(), "begin", *claims[1][:2], lease_until=now_ms + 120_000)
    clock.advance(seconds=60)
    assert desk.clockwork.tick().sent == 0
    clock.advance(seconds=61)
    assert desk.clockwork.tick().sent == 1
    assert (fate(desk, claimed), fate(desk, begun)) == ("sent", "uncertain")
    assert len(transport.sent) == 1


def test_many_clockworks_send_each_message_once(
    desk: Desk, store: Store, transport: Recorder, clock: HeldClock
) -> None:
    """F1: any number of them may run; each message is claimed once."""
    for i in range(20):
        sent(desk, wrote(desk, sender=f"c{i}@x.example"))
    clock.advance(seconds=5)
    desks = [Desk(store, desk.agent, desk.post) for _ in range(5)]
    threads = [threading.Thread(target=each.clockwork.tick) for each in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(transport.sent) == 20
    assert len({parcel.message_id for parcel in transport.sent}) == 20
