"""What comes in: customers by address, conversations by references, status as the SPEC says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from kustui.clock import HeldClock
from kustui.core.post import Inbound, Person
from kustui.desk import Desk
from kustui.desk.filing import Filing
from kustui.errors import Refused
from support.people import wrote
from support.transport import Recorder
from support.writing import fate, sent


def test_an_answer_joins_its_conversation(desk: Desk, transport: Recorder, clock: HeldClock) -> None:
    """B12: a reply to a done conversation, found by the Message-ID we sent, opens it and is in search."""
    number = wrote(desk)
    sent(desk, number, "We sent **it** back", "done")
    clock.advance(seconds=5)
    desk.clockwork.tick()
    again = wrote(desk, "Sadly unfindable parcel", references=(transport.sent[0].message_id,))
    assert again == number
    assert desk.reads.conversation(number).status == "open"
    assert [row.conversation_id for row in desk.reads.found("unfindable").page(0, 9)] == [number]


def test_a_parent_that_comes_after_its_child_joins_too(desk: Desk) -> None:
    """Mail imported out of order is still one conversation."""
    child = wrote(desk, "the answer", references=("root@x",), message_id="child@x")
    assert wrote(desk, "the question", message_id="root@x") == child


def test_chat_and_sms_join_the_customers_latest(desk: Desk) -> None:
    """B1: channels without threads go on in the customer's latest conversation there."""
    first = wrote(desk, channel="sms", sender="+34 600 123 456")
    desk.triage.done(first)
    assert wrote(desk, channel="sms", sender="0034600123456") == first
    assert desk.reads.conversation(first).status == "open"
    assert wrote(desk, channel="chat", sender="visitor-7") != first


def test_an_automatic_reply_is_recorded_and_changes_nothing(desk: Desk) -> None:
    """B12: an out-of-office mail stands on the timeline, and the status stays."""
    number = wrote(desk, message_id="a@x")
    desk.triage.done(number)
    assert wrote(desk, "I am away", references=("a@x",), automatic=True) == number
    item = desk.reads.conversation(number)
    assert (item.status, item.messages, item.unread) == ("done", 2, 1)


def test_a_bounce_reopens_and_marks_what_bounced(desk: Desk, transport: Recorder, clock: HeldClock) -> None:
    """B12: a bounce opens the conversation of the message that bounced, which shows as failed."""
    number = wrote(desk)
    changed = sent(desk, number, action="done")
    clock.advance(seconds=5)
    desk.clockwork.tick()
    assert fate(desk, changed) == "sent"
    bounce = wrote(
        desk, "550 unknown", sender="mailer-daemon@x.example", name="", bounce_of=transport.sent[0].message_id
    )
    assert bounce == number
    assert desk.reads.conversation(number).status == "open"
    assert fate(desk, changed) == "failed"
    assert [customer.name for customer in desk.reads.customers()] == ["Ana Ruiz"]


def test_who_answers_in_a_conversation_makes_no_second_customer(desk: Desk) -> None:
    """B12: a colleague of the customer, or the customer from another address, joins by References."""
    number = wrote(desk, message_id="q@x")
    assert wrote(desk, "from my phone", sender="other@home.example", references=("q@x",)) == number
    assert [customer.name for customer in desk.reads.customers()] == ["Ana Ruiz"]
    customer_id = desk.reads.conversation(number).customer_id
    assert desk.reads.draft(customer_id, "reply", number).to == ("ruiz@example.com",)


def test_the_same_message_twice_is_one(desk: Desk) -> None:
    """A message that comes again under its identity adds nothing."""
    message = Inbound("email", "x:1", Person("a@x.example", "A"), "S", "B", b"B")
    assert desk.intake.receive(message) is not None
    assert desk.intake.receive(message) is None
    assert desk.intake.receive(replace(message, external_id="x:2", message_id="same")) is not None
    assert desk.intake.receive(replace(message, external_id="x:3", message_id="same")) is not None


def test_our_own_mail_is_outbound(desk: Desk) -> None:
    """Mail from one of our addresses is filed with the customer it went to, and nobody waits."""
    asked = wrote(desk, message_id="q@x", at=desk.now() - timedelta(hours=2))
    desk.intake.receive(
        Inbound(
            "email",
            "own:1",
            Person("support@acme.example", "Support"),
            "Re: Order 8821",
            "Yes",
            b"Yes",
            to=(Person("ruiz@example.com"),),
            references=("q@x",),
            at=desk.now() - timedelta(hours=1),
        )
    )
    item = desk.reads.conversation(asked)
    assert (item.messages, item.waiting_since, item.status) == (2, None, "open")
    view = desk.reads.timeline(item.customer_id)
    assert [entry.kind for entry in view.entries(view.keys(asked))] == ["inbound", "outbound"]


def test_a_copy_of_ours_is_known_within_one_batch(desk: Desk) -> None:
    """The same mail of ours from two folders, a header apart, is one message (SPEC B12)."""
    mail = Inbound(
        "email",
        "own:1",
        Person("support@acme.example"),
        "Hello",
        "Hi",
        b"Hi",
        to=(Person("a@b.c"),),
        message_id="m@x",
    )
    both = [mail, replace(mail, external_id="own:2")]
    with desk.store.writing() as act:
        filing = Filing(act, desk.post.own, both)
        assert [filing.file(each) is not None for each in both] == [True, False]


def test_addresses_are_unique(desk: Desk) -> None:
    """A2: an address that another customer has is refused by the name of who has it."""
    one = desk.people.create("Ana", [("email", "ana@x.example")]).customer_id
    two = desk.people.create("Ben", [("phone", "+44 7700 900123")]).customer_id
    assert one is not None
    assert two is not None
    with pytest.raises(Refused, match="belongs to Ana"):
        desk.people.save(desk.reads.customer(two), [("email", "ANA@x.example"), ("phone", "+44 7700 900999")])
    assert [address.shown for address in desk.reads.customer(two).addresses] == ["+44 7700 900123"]
    desk.people.save(desk.reads.customer(one), [("email", "ana@x.example"), ("email", "ana2@x.example")])
    assert len(desk.reads.customer(one).addresses) == 2


def test_hostile_words_are_clean_for_showing_and_whole_in_the_store(desk: Desk) -> None:
    """Everything a customer wrote is kept byte for byte, and shown harmless."""
    body = "\x1b]52;c;aGFjaw==\x07 \x9b31m a\x00b \u202egpj.exe"
    number = wrote(desk, body, name="Eve\x1b[2J", subject="Re: [/INST] \x1b]0;x\x07hi")
    item = desk.reads.conversation(number)
    view = desk.reads.timeline(item.customer_id)
    entry = view.entries(view.keys(number))[0]
    for words in (item.subject, item.customer, item.excerpt, entry.body, entry.author, entry.subject):
        assert not any(ord(ch) < 32 or 0x7F <= ord(ch) < 0xA0 or ch == "\u202e" for ch in words)
    assert desk.reads.original(entry.id) == body.encode()


def test_search_takes_words_names_addresses_and_numbers(desk: Desk) -> None:
    """Words match by their beginnings, without regard to case and accents; operators are just words."""
    number = wrote(
        desk, "Ich möchte meine Bestellung stornieren", name="Jürgen Groß", sender="j.gross@x.example"
    )
    wrote(desk, "something else", sender="other@x.example")
    for words in ("bestell", "MOCHTE storn", "jürgen", "j.gross@x", "#1" if number == 1 else f"#{number}"):
        assert [row.conversation_id for row in desk.reads.found(words).page(0, 9)] == [number], words
    for words in ('"', "NOT", "a* OR", "(", "-", "\x00"):
        desk.reads.found(words)
    desk.triage.done(number)
    assert desk.reads.found("bestellung").count() == 1


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_who_waits_does_not_hang_on_the_order_of_the_files(desk: Desk, order: tuple[int, ...]) -> None:
    """B11: asked, answered, asked twice more: filed in any order, the customer waits since the second."""
    start = desk.now() - timedelta(hours=9)
    ours, customer = Person("support@acme.example"), Person("ruiz@example.com")
    for place in order:
        sender, to = (ours, customer) if place == 1 else (customer, ours)
        words, at = f"words {place}", start + timedelta(hours=place)
        desk.intake.receive(
            Inbound("email", f"x:{place}", sender, "S", words, b"", to=(to,), references=("root@x",), at=at)
        )
    item = desk.reads.conversation(1)
    assert (item.messages, item.status, item.waiting_since) == (4, "open", start + timedelta(hours=2))


def test_old_mail_filed_as_done_leaves_what_is_worked_on(desk: Desk, transport: Recorder) -> None:
    """E1: an import of old mail as done makes done conversations, also of ours, and resolves no other."""
    number = wrote(desk, message_id="q@x")
    desk.triage.snooze(number, desk.now() + timedelta(hours=1))
    before = desk.reads.conversation(number)
    ours, other = Person("support@acme.example"), Person("li@example.net")
    old = (
        Inbound("email", "o:1", Person("ruiz@example.com"), "S", "Old", b"", references=("q@x",)),
        Inbound("email", "o:2", ours, "S", "Hi", b"", to=(other,), message_id="r@x"),
        Inbound("email", "o:3", other, "S", "Hello", b"", to=(ours,), references=("r@x",)),
    )
    for message in old:
        with desk.store.writing() as act:
            Filing(act, desk.post.own, [message]).file(message, status="done")
    now = desk.reads.conversation(number)
    assert (now.status, now.snooze, now.messages) == ("snoozed", before.snooze, 2)
    assert [row.subject for row in desk.reads.listing("done").page(0, 9)] == ["S"]
    assert desk.reads.listing("inbox").count() == 0
