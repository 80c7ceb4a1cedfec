"""Who is at what: told in passing, believed for a while, in nobody's way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conftest import desk_of
from kustui.clock import HeldClock
from kustui.core.presence import said
from kustui.core.records import Draft
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.store.store import Store
from support.people import wrote
from support.program import until
from support.transport import Recorder


@pytest.fixture
def ben(store: Store) -> Desk:
    """Ben's desk on the same store."""
    return desk_of(store, sign_in(store, "ben", "Ben Okri"), Recorder())


def write(desk: Desk, number: int, body: str, kind: str = "reply") -> None:
    """Save words of a draft as the screen does while they are typed."""
    customer = desk.reads.conversation(number).customer_id
    desk.drafts.keep(replace(desk.reads.draft(customer, kind, number), body=body), typing=True)


def words(desk: Desk) -> list[str]:
    """What a desk says of the others."""
    return [said(each, desk.now()) for each in desk.presence.others()]


def test_who_types_is_said_to_others_and_not_to_themself(desk: Desk, ben: Desk, clock: HeldClock) -> None:
    """Opening a customer is looking, words are replying with the seconds since, a note is a note."""
    number = wrote(desk)
    ben.presence.opening(desk.reads.conversation(number).customer_id)
    assert words(desk) == ["Ben Okri is looking"]
    clock.advance(seconds=60)
    write(ben, number, "Dear")
    clock.advance(seconds=12)
    assert words(desk) == ["Ben Okri is replying (12 s)"]
    write(ben, number, "Refund?", "note")
    assert words(desk) == ["Ben Okri is writing a note (0 s)"]
    assert ben.presence.others() == ()
    assert len(ben.presence.everyone()) == 1
    assert Desk(ben.store, ben.agent).presence.others() == ()


def test_what_is_not_renewed_is_believed_no_more(desk: Desk, ben: Desk, clock: HeldClock) -> None:
    """A program that was killed, or whose agent only sits there, ends by its lifetime: half a minute for
    words, then looking for the rest of five minutes.
    """
    number = wrote(desk)
    write(ben, number, "Dear")
    for _ in range(4):
        clock.advance(seconds=9)
        write(ben, number, f"Dear {clock.now()}")
    assert words(desk) == ["Ben Okri is replying (36 s)"]
    clock.advance(seconds=40)
    assert words(desk) == ["Ben Okri is looking"]
    clock.advance(minutes=5)
    assert words(desk) == []


def test_words_renew_it_every_ten_seconds_at_most(desk: Desk, ben: Desk, clock: HeldClock) -> None:
    """Typing writes a draft each time, and who types not more often than it must."""
    number = wrote(desk)
    write(ben, number, "D")
    first = desk.presence.others()[0].until
    clock.advance(seconds=9)
    write(ben, number, "De")
    assert desk.presence.others()[0].until == first
    clock.advance(seconds=1)
    write(ben, number, "Dea")
    assert desk.presence.others()[0].until > first


def test_a_clean_end_and_leaving_are_at_once(desk: Desk, ben: Desk) -> None:
    """Who leaves the words looks; whose program ends is gone; an old program's row is forgotten."""
    number = wrote(desk)
    customer = desk.reads.conversation(number).customer_id
    write(ben, number, "Dear")
    ben.presence.looking(customer)
    assert words(desk) == ["Ben Okri is looking"]
    ben.presence.ended()
    ben.presence.ended()
    assert words(desk) == []


def test_programs_left_behind_are_forgotten(desk: Desk, ben: Desk, clock: HeldClock) -> None:
    """The table holds what is so, and not every program there ever was."""
    number = wrote(desk)
    for _ in range(3):
        write(Desk(ben.store, ben.agent), number, f"{clock.now()}")
    clock.advance(minutes=20)
    write(ben, number, "Dear")
    with desk.store.reading() as reader:
        assert reader.value("SELECT count(*) FROM presence") == 1


def test_presence_alone_has_nobody_look_at_their_lists(desk: Desk, ben: Desk) -> None:
    """What others are told of it is a murmur: their lists are read again only when an act changed one."""
    number = wrote(desk)
    write(ben, number, "Dear")
    other = Store(desk.store.address).open()
    until(lambda: other.murmur() > 0)
    before, murmur = other.version(), other.murmur()
    ben.presence.looking(desk.reads.conversation(number).customer_id)
    ben.presence.ended()
    until(lambda: other.murmur() != murmur)
    assert other.version() == before
    other.close()


def test_the_last_reply_of_a_colleague_is_told(desk: Desk, ben: Desk) -> None:
    """Only messages to the customer count, and only those of others."""
    number = wrote(desk)
    assert desk.presence.newest_reply(number) == (0, "")
    customer = ben.reads.conversation(number).customer_id
    ben.replies.send(Draft(0, ben.agent.id, customer, "note", number, body="For us"))
    assert desk.presence.newest_reply(number) == (0, "")
    ben.replies.send(
        Draft(0, ben.agent.id, customer, "reply", number, body="Hello", to=("ruiz@example.com",))
    )
    assert desk.presence.newest_reply(number)[1] == "Ben Okri"
    assert ben.presence.newest_reply(number) == (0, "")
