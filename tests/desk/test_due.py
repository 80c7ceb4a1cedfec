"""Snoozes whose time has come: woken once, whole, told and mailed once, at the price of an index."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import desk_of
from kustui.clock import HeldClock, milliseconds
from kustui.delivery.simulator import Simulator
from kustui.desk import Desk, Post
from kustui.desk.team import sign_in
from kustui.errors import DeliveryFailed, Refused
from kustui.store import sqlite
from kustui.store.queries import outbox as asking
from kustui.store.sqlite_file import SqliteFile
from kustui.store.store import Reader, Store
from support.outbox import ask, item, many
from support.people import wrote
from support.transport import Broken, Recorder
from tools.make_store import fill

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
# The desk's part that is named ends the program where it stands, as a power cut would.
KILLED = """
import os, signal, sys
from pathlib import Path
from kustui.clock import HeldClock, instant
from kustui.core.records import Agent
from kustui.desk import Desk, Post, waking
from kustui.store.sqlite_file import SqliteFile
from kustui.store.store import Store
from kustui.store.writing import Writing
from support.transport import Recorder
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
place = sys.argv[3].rpartition(".")[2]
setattr(Writing if place == "settle" else waking, place, die)
store = Store(sys.argv[1], HeldClock(instant(int(sys.argv[2])))).open()
Desk(store, Agent(1, "ana", "Ana Soler"), Post({"email": Recorder()})).clockwork.outgoing()
"""
TRACES = ("notification", "outbox", "history")


def traces(desk: Desk) -> dict[str, int]:
    """How many notifications, mails and lines of history there are."""
    return {table: ask(desk, f"SELECT count(*) FROM {table}")[0][0] for table in TRACES}


def test_a_stale_timer_wakes_nothing_after_reply_and_done(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """B9: snoozed, answered by the customer, done; when the old time passes nothing is woken or told."""
    number = wrote(desk, message_id="q@x")
    desk.triage.snooze(number, clock.now() + timedelta(hours=1))
    wrote(desk, "Any news?", references=("q@x",))
    desk.triage.done(number)
    before = traces(desk)
    clock.advance(hours=2)
    assert desk.clockwork.tick().woken == 0
    assert (desk.reads.conversation(number).status, traces(desk)) == ("done", before)
    assert transport.sent == []


def test_twice_on_one_day_is_two_notifications_and_two_mails(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """B7: each wake of a conversation gives one notification and one mail, also the second that day."""
    number = wrote(desk)
    for times in (1, 2):
        desk.triage.snooze(number, clock.now() + timedelta(hours=1))
        clock.advance(hours=1)
        for _ in range(3):
            desk.clockwork.tick()
        assert [note.kind for note in desk.reads.notifications()] == ["woke"] * times
        assert [parcel.to[0].address for parcel in transport.sent] == ["ana@acme.example"] * times
    assert len({parcel.message_id for parcel in transport.sent}) == 2
    assert f"#{number} is open again" in transport.sent[0].subject


def test_who_snoozed_it_and_whose_it_is_are_told_and_mailed(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """B7: the one who snoozed and the assignee, if another, each get one notification and one mail."""
    number = wrote(desk)
    ben = sign_in(desk.store, "ben", "Ben Osei", "ben@acme.example")
    desk.triage.assign(number, ben.id)
    desk.triage.snooze(number, clock.now() + timedelta(hours=1))
    clock.advance(hours=1)
    desk.clockwork.tick()
    assert sorted(parcel.to[0].address for parcel in transport.sent) == [
        "ana@acme.example",
        "ben@acme.example",
    ]
    assert len(desk_of(desk.store, ben, transport).reads.notifications()) == 1


def test_clockworks_that_race_on_a_wake_give_one(
    store: Store, desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """F1: eight programs that find the same snoozes due wake, notify and mail each once."""
    numbers = [wrote(desk, sender=f"c{place}@example.com") for place in range(25)]
    for number in numbers:
        desk.triage.snooze(number, clock.now() + timedelta(hours=1))
    clock.advance(hours=1)
    programs = [desk_of(Store(store.address, clock).open(), desk.agent, transport) for _ in range(8)]
    start, woken = threading.Barrier(8), []

    def work(program: Desk) -> None:
        start.wait()
        woken.append(program.clockwork.outgoing().woken)

    threads = [threading.Thread(target=work, args=(program,)) for program in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(woken) == len(numbers)
    assert len(desk.reads.notifications()) == len(numbers)
    assert len(transport.sent) == len(numbers)
    assert ask(desk, "SELECT count(*) FROM history WHERE act = 'conversation.woke'") == [(25,)]
    for program in programs:
        program.store.close()


@pytest.mark.parametrize("place", ["waking.tell", "waking._mail", "Writing.settle"])
def test_a_program_killed_while_it_wakes_leaves_nothing(
    store: Store, desk: Desk, clock: HeldClock, place: str
) -> None:
    """B7: wake, notification, history and mail are one transaction: killed in the middle, none of it is."""
    number = wrote(desk)
    desk.triage.snooze(number, clock.now() + timedelta(hours=1))
    clock.advance(hours=1)
    before, standing = traces(desk), desk.reads.conversation(number)
    arguments = (str(store.address), str(milliseconds(clock.now())), place)
    died = subprocess.run(
        [sys.executable, "-c", KILLED, *arguments], env=ENVIRONMENT, check=False, timeout=60
    )
    assert died.returncode == -signal.SIGKILL
    assert (traces(desk), desk.reads.conversation(number)) == (before, standing)
    assert desk.clockwork.tick().woken == 1
    assert len(desk.reads.notifications()) == 1


def test_no_customer_answers_the_mail_of_a_wake(store: Store, desk: Desk, clock: HeldClock) -> None:
    """B7: the simulator takes the mail to an agent and writes no answer to it."""
    simulator = Simulator(clock)
    there = Desk(store, desk.agent, Post({"email": simulator}, address="support@acme.example"))
    there.triage.snooze(wrote(there), clock.now() + timedelta(hours=1))
    clock.advance(hours=1)
    assert there.clockwork.tick().sent == 1
    assert simulator.waiting() == 0


@pytest.mark.parametrize("why", ["no address", "nothing carries email"])
def test_without_an_address_or_a_way_there_is_no_mail(
    store: Store, desk: Desk, transport: Recorder, clock: HeldClock, why: str
) -> None:
    """B7: an agent without an address, and a workspace without email, get the notification alone."""
    kim = sign_in(store, "kim", "Kim Park", "" if why == "no address" else "kim@acme.example")
    post = desk.post if why == "no address" else Post({"sms": transport})
    there = Desk(store, kim, post)
    there.triage.snooze(wrote(there), clock.now() + timedelta(hours=1))
    clock.advance(hours=1)
    done = there.clockwork.tick()
    assert (done.woken, done.sent, done.trouble) == (1, 0, None)
    assert len(there.reads.notifications()) == 1
    assert ask(there, "SELECT count(*) FROM outbox") == [(0,)]


def test_a_mail_that_failed_is_listed_and_can_be_retried_or_discarded(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """B7, D7: the outbox lists it with its reason and recipient; retry sends it, discard can be undone."""
    desk.triage.snooze(wrote(desk), clock.now() + timedelta(hours=1))
    clock.advance(hours=1)
    transport.before = DeliveryFailed("550 mailbox full")
    desk.clockwork.tick()
    [listed] = desk.reads.forecast("outbox").items(0, 9)
    assert (listed.kind, listed.state, listed.to) == ("notice", "failed", ("ana@acme.example",))
    assert "550 mailbox full" in listed.reason
    with pytest.raises(Refused, match="mail to one of the team"):
        desk.dispatch.take_back(listed.id)
    desk.dispatch.discard(listed.id)
    assert item(desk, listed.id).state == "discarded"
    desk.undo.last()
    assert item(desk, listed.id).state == "failed"
    transport.before = None
    desk.dispatch.retry(listed.id)
    desk.clockwork.tick()
    assert (item(desk, listed.id).state, len(transport.sent)) == ("sent", 1)


def test_a_broken_mail_transport_keeps_no_snooze_asleep(store: Store, desk: Desk, clock: HeldClock) -> None:
    """B7, F1: where mail cannot be loaded the snooze ends and is told, and its mail waits."""
    there = Desk(store, desk.agent, Post(Broken(Recorder())))
    there.triage.snooze(wrote(there), clock.now() + timedelta(hours=1))
    clock.advance(hours=1)
    assert there.clockwork.tick().woken == 1
    assert len(there.reads.notifications()) == 1
    assert ask(there, "SELECT kind, state FROM outbox") == [("notice", "queued")]


def test_looking_for_what_is_due_reads_indexes_alone(
    tmp_path: Path, clock: HeldClock, transport: Recorder
) -> None:
    """F2: with thousands asleep and nothing due a pass writes nothing, and each look is an index."""
    path = tmp_path / "large.db"
    fill(path, 2_000, 60, clock.now())
    store = Store(path, clock).open()
    desk = desk_of(store, sign_in(store, "ana", "Ana Soler"), transport)
    number = ask(desk, "SELECT min(id) FROM conversation WHERE channel = 'email'")[0][0]
    clock.set(clock.now().replace(year=2020))
    many(desk, number, 300)
    clock.set(clock.now().replace(year=2019))
    assert ask(desk, "SELECT count(*) FROM snooze WHERE ended_at IS NULL")[0][0] > 100
    looks: list[tuple[str, dict[str, object]]] = []
    _watch(looks, lambda reader: asking.due(reader, 0))
    _watch(looks, lambda reader: asking.snooze_due(reader, 0))
    assert len(looks) == 3
    with store.reading() as reader:
        for sql, parameters in looks:
            plan = str(reader.all(f"EXPLAIN QUERY PLAN {sql}", **parameters))
            assert "SEARCH" in plan
            assert re.search(r"USING (COVERING )?INDEX \w+_(due|lease) \(.*\w+<\?\)", plan)
            assert "SCAN" not in plan
    onlooker = sqlite.connect(path)
    version = onlooker.execute("PRAGMA data_version").fetchone()
    assert isinstance(store.database, SqliteFile)
    kept = store.database._connections
    changes = [connection.total_changes for connection in kept]
    assert not desk.clockwork.tick()
    assert [connection.total_changes for connection in kept] == changes
    assert onlooker.execute("PRAGMA data_version").fetchone() == version
    onlooker.close()
    store.close()


@pytest.mark.sqlite
def test_claiming_and_waking_search_by_index(desk: Desk, clock: HeldClock) -> None:
    """F2: what a pass with work asks for is found by the indexes of what is due, not by going through all."""
    statements: list[tuple[str, dict[str, object]]] = []
    for each in (
        lambda reader: asking.sweep(reader, 1, ["repeats"]),
        lambda reader: asking.hold_late(reader, 1),
        lambda reader: asking.claim(reader, "me", 1, 1, ["email"], 20),
        lambda reader: asking.snoozes_due(reader, 1, 20),
        lambda reader: asking.channels_due(reader, 1),
        lambda reader: asking.scheduled_in(reader, 1, 1),
    ):
        _watch(statements, each)
    assert len(statements) == 8
    for sql, parameters in statements:
        assert "SCAN" not in str(ask(desk, f"EXPLAIN QUERY PLAN {sql}", **parameters)), sql


class _None:
    def fetchall(self) -> list[object]:
        return []

    def fetchone(self) -> None:
        return None


def _watch(into: list[tuple[str, dict[str, object]]], look: Callable[[Reader], object]) -> None:
    """Add the statements that a question asks, without asking them."""

    def execute(sql: str, parameters: object) -> _None:
        into.append((sql, dict(parameters)))  # type: ignore[call-overload]  # a mapping, says Reader
        return _None()

    look(Reader(execute))
