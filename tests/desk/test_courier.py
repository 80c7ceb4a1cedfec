"""Carrying out what is due: in order, at its pace, whatever else is broken, never twice, never lost."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import desk_of
from kustui.clock import HeldClock, SystemClock
from kustui.core.post import Inbound, Person
from kustui.delivery import Setup
from kustui.desk import Desk, Post
from kustui.errors import Refused, SettingsTrouble, StoreBusy
from kustui.store.store import Store
from kustui.store.writing import Writing
from kustui.wiring import Carriers, Loader, load_transport
from support.outbox import ask, died, item, many, put, queued, scheduled
from support.people import wrote
from support.transport import Broken, Recorder
from support.writing import drafted

ROUNDS = 250


class Capped(Recorder):
    """A transport that may be handed two messages a second."""

    name = "capped"
    rate = 2.0


class Repeats(Recorder):
    """A transport that recognises a repeat."""

    name = "repeats"
    repeatable = True


def test_undo_and_firing_have_one_winner_each_time(
    store: Store, desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D5: of hundreds of undos at the very instant of firing each message is sent or a draft, never both."""
    placed = many(desk, wrote(desk), ROUNDS)
    sender = desk_of(Store(store.address, clock).open(), desk.agent, transport)
    chance, over, won = random.Random(7), threading.Event(), []

    def send() -> None:
        while not over.is_set():
            sender.clockwork.outgoing()

    racer = threading.Thread(target=send)
    racer.start()
    for number in placed:
        clock.advance(milliseconds=1)
        # Either is ahead as often as not.
        time.sleep(chance.uniform(0, 0.002))
        with contextlib.suppress(Refused):
            desk.dispatch.take_back(number)
            won.append(number)
    over.set()
    racer.join()
    sender.clockwork.outgoing()
    sender.store.close()
    delivered = [parcel.outbox_id for parcel in transport.sent]
    assert sorted([*won, *delivered]) == placed
    assert len(won) > ROUNDS // 50
    assert len(delivered) > ROUNDS // 50
    assert dict(ask(desk, "SELECT state, count(*) FROM outbox GROUP BY 1")) == {
        "taken back": len(won),
        "sent": len(delivered),
    }
    [(words,)] = ask(desk, "SELECT body FROM draft WHERE state = 'open'")
    assert sorted(words.split("\n\n")) == sorted(f"words {number}" for number in won)
    assert {parcel.text for parcel in transport.sent} == {f"words {number}" for number in delivered}


def test_ten_enters_are_one_scheduled_message(desk: Desk, transport: Recorder, clock: HeldClock) -> None:
    """D7: the same draft scheduled ten times from ten threads is one message, which goes once."""
    draft = drafted(desk, wrote(desk), "Once")
    at = clock.now() + timedelta(hours=1)
    found: list[int | None] = []
    threads = [
        threading.Thread(target=lambda: found.append(desk.replies.send(draft, at=at).message_id))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 10
    assert len(set(found)) == 1
    clock.set(at)
    desk.clockwork.tick()
    assert len(transport.sent) == 1


def test_a_rate_cap_holds_over_all_programs_together(store: Store, desk: Desk, clock: HeldClock) -> None:
    """F1: of a transport with rate 2 no second sees a third message, whoever looks when; in due order."""
    capped = Capped()
    number = wrote(desk)
    placed = [scheduled(desk, number, f"n {place}", seconds=1 + place / 10) for place in range(9)]
    programs = [Desk(store, desk.agent, Post({"email": capped})) for _ in range(3)]
    times: list[int] = []
    for _ in range(90):
        clock.advance(milliseconds=73)
        for each in programs:
            before = len(capped.sent)
            each.clockwork.tick()
            times += [round(clock.now().timestamp() * 1000)] * (len(capped.sent) - before)
    assert [parcel.outbox_id for parcel in capped.sent] == placed
    for place, start in enumerate(times):
        assert sum(start <= at < start + 1000 for at in times[place:]) <= 2


def test_a_clock_that_is_set_back_stops_no_transport(store: Store, desk: Desk, clock: HeldClock) -> None:
    """F1: a pace written by a clock that was ahead is not waited for."""
    capped = Capped()
    there = Desk(store, desk.agent, Post({"email": capped}))
    number = wrote(desk)
    queued(there, number, "before")
    there.clockwork.tick()
    clock.advance(hours=-5)
    queued(there, number, "after")
    there.clockwork.tick()
    assert [parcel.text for parcel in capped.sent] == ["before", "after"]


@contextlib.contextmanager
def trouble(store: Store, monkeypatch: pytest.MonkeyPatch, after: int) -> Iterator[None]:
    """Let that many writes pass, and none after them."""
    left = [after]
    real = Store.writing

    @contextlib.contextmanager
    def failing(self: Store, *, claiming: bool = False) -> Iterator[Writing]:
        if not left[0]:
            raise StoreBusy("The store is busy", "Another program holds it.")
        left[0] -= 1
        with real(self, claiming=claiming) as act:
            yield act

    monkeypatch.setattr(Store, "writing", failing)
    yield
    monkeypatch.setattr(Store, "writing", real)


@pytest.mark.parametrize("swept", [False, True], ids=["soon", "after it became uncertain"])
def test_an_outcome_that_could_not_be_written_is_written_later(
    store: Store, desk: Desk, transport: Recorder, clock: HeldClock, monkeypatch: pytest.MonkeyPatch,
    swept: bool,
) -> None:  # fmt: skip
    """D7: accepted while the store was busy, it is sent in the store's words later, and never again."""
    number = queued(desk, wrote(desk))
    # Sweeping, claiming and marking pass.
    with trouble(store, monkeypatch, after=3):
        assert isinstance(desk.clockwork.outgoing().trouble, StoreBusy)
    assert (item(desk, number).state, len(transport.sent)) == ("sending", 1)
    if swept:
        clock.advance(minutes=5)
        other = desk_of(store, desk.agent, Recorder())
        other.clockwork.tick()
        assert item(desk, number).state == "uncertain"
    assert desk.clockwork.outgoing().trouble is None
    assert item(desk, number).state == "sent"
    clock.advance(hours=2)
    desk.clockwork.tick()
    assert len(transport.sent) == 1


def test_a_store_in_trouble_before_the_mark_sends_nothing(
    store: Store, desk: Desk, transport: Recorder, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D7: when the mark cannot be written not a byte goes out; the message goes later, once."""
    number = queued(desk, wrote(desk))
    with trouble(store, monkeypatch, after=2):
        desk.clockwork.outgoing()
    assert transport.sent == []
    clock.advance(minutes=5)
    desk.clockwork.tick()
    clock.advance(minutes=5)
    desk.clockwork.tick()
    assert (item(desk, number).state, len(transport.sent)) == ("sent", 1)


def test_a_repeat_is_sent_by_itself_and_cannot_be_taken_back(desk: Desk, clock: HeldClock) -> None:
    """D7: what a repeatable transport was sending goes again by itself; in doubt it is no draft any more."""
    repeats = Repeats()
    there = desk_of(desk.store, desk.agent, repeats)
    number = queued(there, wrote(desk))
    died(there, number, carrier="repeats")
    repeats.before = TimeoutError()
    there.clockwork.tick()
    assert item(there, number).state == "queued"
    for act in (there.dispatch.take_back, there.dispatch.send_now):
        with pytest.raises(Refused, match="may have got out"):
            act(number)
    repeats.before = None
    clock.advance(hours=1)
    there.clockwork.tick()
    assert (item(there, number).state, len(repeats.sent)) == ("sent", 1)


def test_a_broken_or_missing_transport_keeps_no_other_waiting(
    store: Store, desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """F1: what a broken transport would carry stays queued, the rest goes; a day late it is held and told."""
    mail = queued(desk, wrote(desk))
    chat = queued(desk, wrote(desk, channel="chat", sender="visitor-1"))
    text = queued(desk, wrote(desk, channel="sms", sender="+34 600 123 456"))
    there = Desk(store, desk.agent, Post(Broken(transport)))
    assert "nosuch" in str(there.clockwork.tick().trouble)
    assert [parcel.outbox_id for parcel in transport.sent] == [text]
    assert [item(desk, number).state for number in (mail, chat)] == ["queued", "queued"]
    put(desk, "UPDATE outbox SET state = 'sent' WHERE id = :i", i=mail)
    assert "Nothing carries chat here" in str(there.clockwork.outgoing().trouble)
    clock.advance(days=1, milliseconds=1)
    assert there.clockwork.outgoing().trouble is None
    assert item(desk, chat).state == "held"
    assert [note.kind for note in desk.reads.notifications()] == ["held"]


def test_a_transport_of_another_package_that_fails_to_load_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F1: whatever its loading raises is told as a trouble of that transport; asking for it loads nothing."""

    class Entry:
        name = "theirs"

        def load(self) -> object:
            raise ImportError("no module named theirs")

    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: [Entry()])
    with pytest.raises(SettingsTrouble, match=r"theirs cannot be used.*no module named theirs"):
        load_transport("theirs", Setup(tmp_path, SystemClock()))
    post = Post(Carriers({"email": "theirs"}, Loader(tmp_path, SystemClock(), {})))
    assert (post.carries("email"), post.carries("sms")) == (True, False)


@pytest.mark.parametrize(
    "spoilt",
    [
        "UPDATE message SET recipients = '[]' WHERE direction = 'outbound'",
        "UPDATE message SET recipients = '{' WHERE direction = 'outbound'",
        "UPDATE message SET refs = '7' WHERE direction = 'outbound'",
        "UPDATE message SET at = 9000000000000000000 WHERE direction = 'outbound'",
        "UPDATE outbox SET kind = 'notice', message_id = NULL, payload = 'null'",
    ],
)
def test_a_row_that_cannot_be_read_stops_no_other(desk: Desk, transport: Recorder, spoilt: str) -> None:
    """F1: what another program spoilt fails in words; what is due behind it goes, and lists show both."""
    number = wrote(desk)
    first = queued(desk, number)
    died(desk, first)
    put(desk, spoilt)
    desk.clockwork.tick()
    assert item(desk, first).state == "uncertain"
    put(desk, "UPDATE outbox SET state = 'queued', carrier = ''")
    second = queued(desk, number, "fine")
    desk.clockwork.tick()
    assert (item(desk, first).state, item(desk, second).state) == ("failed", "sent")
    assert [each.id for each in desk.reads.forecast("outbox").items(0, 9)] == [first]
    assert [parcel.text for parcel in transport.sent] == ["fine"]


def test_nothing_that_came_in_is_lost_by_a_busy_store(
    store: Store, desk: Desk, transport: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F1: what a transport has handed over is filed by a later pass, and a stumbling one stops no other."""
    transport.waiting = [
        Inbound("email", f"x:{place}", Person("a@x.example"), "S", f"B{place}", b"") for place in range(3)
    ]
    with trouble(store, monkeypatch, after=1):
        assert desk.clockwork.incoming().received == 1
    assert desk.clockwork.incoming().received == 2
    monkeypatch.setattr(transport, "collect", lambda: 1 / 0)
    assert "ZeroDivisionError" in str(desk.clockwork.incoming().trouble)
