"""What is PostgreSQL's own: hearing others, connections that end, claims that pass each other by."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest

from conftest import desk_of
from kustui.clock import HeldClock, SystemClock, milliseconds
from kustui.core.records import Agent
from kustui.desk import Desk
from kustui.desk.home import adopt, is_home
from kustui.desk.team import set_up, sign_in
from kustui.errors import StoreTrouble
from kustui.store import home, postgres_line, postgres_listen, tables
from kustui.store import postgres as servers
from kustui.store.queries import outbox as asking
from kustui.store.store import Store
from support import postgres
from support.outbox import queued
from support.people import wrote
from support.transport import Recorder

pytestmark = pytest.mark.postgresql
SOON = 3.0
"""Seconds in which another program's act is heard, with room to spare."""


def test_another_program_is_heard_within_a_second(store: Store, desk: Desk, transport: Recorder) -> None:
    """G2: what one program writes changes the version of the other, and nothing else does."""
    other = Store(store.address).open()
    _until(lambda: other.version() > 0)
    seen = other.version()
    time.sleep(0.3)
    assert other.version() == seen
    wrote(desk)
    _until(lambda: other.version() != seen)
    other.close()


def test_a_program_outlives_connections_that_end(store: Store, desk: Desk, postgresql: str) -> None:
    """G2: after the server has ended every connection the next look, act and listening go on."""
    conversation = wrote(desk)
    _until(lambda: store.version() > 0)
    _end_all(postgresql)
    assert desk.reads.conversation(conversation).status == "open"
    _end_all(postgresql)
    desk.triage.done(conversation)
    assert desk.reads.conversation(conversation).status == "done"
    seen = _until(lambda: _version(store))
    desk.triage.reopen(conversation)
    _until(lambda: _version(store) not in (0, seen))


@pytest.mark.parametrize(
    ("change", "title"),
    [
        (("/test_", "/nowhere_"), "There is no such database"),
        (("host=", "host=/nowhere"), "The store cannot be reached"),
        (("postgresql://postgres:", "postgresql://nobody:sesame"), "The server refuses you"),
    ],
    ids=["database", "host", "user"],
)
def test_what_is_in_the_way_is_said_without_the_password(
    store: Store, change: tuple[str, str], title: str
) -> None:
    """G2: the sentence names what to mend, at once, and no secret."""
    url = str(store.address).replace(*change)
    with pytest.raises(StoreTrouble) as said:
        Store(url).open()
    assert said.value.title == title
    assert "sesame" not in str(said.value)
    assert "sesame" not in Store(url).place


def test_another_workspace_on_the_server_is_not_heard(
    store: Store, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G2: what is written in one database has nobody look again in another."""
    monkeypatch.setattr(postgres_listen, "POLL_SECONDS", 0.02)
    _until(lambda: store.version() > 0)
    seen = store.version(), store.murmur()
    with postgres.database(postgresql) as url, postgres.connected(url) as connection:
        for number in range(5):
            connection.execute(f"CREATE TABLE theirs_{number} (id integer)")
            time.sleep(0.05)
    assert (store.version(), store.murmur()) == seen


def test_a_store_that_is_refused_keeps_no_connection(postgresql: str) -> None:
    """G2: what could not be opened has nothing left on the server that others have to make room for."""
    with postgres.database(postgresql) as url:
        held = []
        for _ in range(3):
            with pytest.raises(StoreTrouble, match="is empty") as said:
                Store(url).open()
            # As long as a log or a screen has the error, it has what was open.
            held.append(said.value)
        # The server sees a moment later that they are gone.
        _until(lambda: _connections(url) == 0)


def test_who_reads_may_take_their_time_and_who_writes_may_not(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G2, G4: an export waits for whoever pages through it; an act that sleeps gives way to others."""
    settings = postgres_line.SETTINGS | {"idle_in_transaction_session_timeout": "100ms"}
    monkeypatch.setattr(postgres_line, "SETTINGS", settings)
    one, other = Store(store.address).open(), Store(store.address).open()
    with one.reading() as reader:
        name = reader.value("SELECT name FROM workspace")
        time.sleep(0.3)
        assert reader.value("SELECT name FROM workspace") == name
    with pytest.raises(StoreTrouble):
        _sleep_in_an_act(one, other)
    with other.reading() as reader:
        assert reader.all("SELECT label FROM tag") == [("awake",)]
    with one.writing() as act:
        act.add(tables.Tag(label="back"))
    one.close()
    other.close()


def _sleep_in_an_act(one: Store, other: Store) -> None:
    with one.writing() as act:
        act.add(tables.Tag(label="asleep"))
        with other.writing() as another:
            another.add(tables.Tag(label="awake"))
        act.ask().value("SELECT 1")


def test_the_time_goes_on_while_the_server_is_away(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """D4: what became of a message is dated although nobody can ask the server for the time."""
    with postgres.database(postgresql, like="kustui") as url:
        store = Store(url).open()
        before = store.now()
        monkeypatch.setattr(servers, "CLOCK_SECONDS", -1)
        name = store.place.rpartition("/")[2]
        with postgres.connected(postgresql) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        _end_all(postgresql)
        with pytest.raises(StoreTrouble), store.reading():
            pass
        assert timedelta(0) <= store.now() - before < timedelta(seconds=10)
        store.close()


def test_claims_pass_each_other_by(
    store: Store, desk: Desk, clock: HeldClock, agent: Agent, transport: Recorder
) -> None:
    """D7, F1: while one program claims a message another gets the next, and waits for nobody."""
    first, second = (queued(desk, wrote(desk, sender=f"{name}@example.com")) for name in ("ruiz", "bo"))
    clock.advance(minutes=1)
    now = milliseconds(clock.now())
    other = Store(store.address, clock).open()
    with store.writing(claiming=True) as one, other.writing(claiming=True) as two:
        mine = asking.claim(one.ask(), "one", now, 60_000, ["email"], 1)
        theirs = asking.claim(two.ask(), "two", now, 60_000, ["email"], 5)
    assert [row[0] for row in mine] == [first]
    assert [row[0] for row in theirs] == [second]
    other.close()


def test_the_time_is_the_servers(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """D4: it is asked of the server; this host's clock may say what it likes."""
    monkeypatch.setattr(SystemClock, "now", None)
    monkeypatch.setattr("kustui.clock.datetime", None)
    store = Store(postgres.url_of(postgresql, "kustui")).open()
    with store.reading() as reader:
        told = reader.value("SELECT clock_timestamp()")
    assert abs(store.now() - told) < timedelta(seconds=1)
    store.close()


def test_a_copy_of_a_database_sends_nothing(
    store: Store, desk: Desk, clock: HeldClock, transport: Recorder, postgresql: str
) -> None:
    """D7: what was restored from a dump is not at home until somebody says so."""
    queued(desk, wrote(desk))
    clock.advance(minutes=1)
    name = re.search(r"/(\w+)\?", str(store.address))
    assert name is not None
    store.close()
    with postgres.database(postgresql, like=name[1]) as url:
        copy = desk_of(Store(url, clock).open(), desk.agent, transport)
        assert not is_home(copy)
        copy.clockwork.tick()
        assert transport.sent == []
        adopt(copy)
        copy.clockwork.tick()
        assert len(transport.sent) == 1
        copy.store.close()


def test_two_schemas_of_a_database_are_two_workspaces(
    store: Store, desk: Desk, clock: HeldClock, transport: Recorder
) -> None:
    """D7, G2: each has its own tables, and what was copied from one into the other sends nothing there."""
    with postgres.connected(str(store.address)) as connection:
        connection.execute("CREATE SCHEMA other")
    wrote(desk)
    other = Store(f"{store.address}&options=-csearch_path%3Dother", clock).open(create=True)
    set_up(other, "Elsewhere")
    there = desk_of(other, sign_in(other, "ana", "Ana"), transport)
    assert there.reads.found("order").count() == 0
    with store.reading() as reader, other.writing() as act:
        said = home.recorded(reader)
        assert said is not None
        home.record(act.ask(), said)
    assert is_home(desk)
    assert not is_home(there)
    other.close()


def test_words_with_a_nul_are_kept(store: Store, desk: Desk) -> None:
    """What PostgreSQL keeps none of becomes the sign for what cannot be shown; nothing else is lost."""
    with store.writing() as act:
        act.add(tables.Customer(name="A\0B", created_at=act.now))
    with store.reading() as reader:
        assert reader.value("SELECT name FROM customer") == "A\ufffdB"


def test_numbers_taken_ahead_are_not_given_again(store: Store, desk: Desk) -> None:
    """A row that is added after rows whose numbers were taken ahead has the next one."""
    with store.writing() as act:
        taken = [act.key(tables.Customer) for _ in range(3)]
        for number in taken:
            act.line(tables.Customer, id=number, name=f"Customer {number}", created_at=act.now)
    with store.writing() as act:
        assert act.add(tables.Customer(name="Next", created_at=act.now)).id == taken[-1] + 1


def test_the_tables_on_a_server_are_those_of_the_models(store: Store) -> None:
    """Every column of every table is there, and no other but the words that are searched."""
    from sqlmodel import SQLModel

    with store.reading() as reader:
        found = set(
            reader.all(
                "SELECT table_name, column_name, is_nullable = 'YES' FROM information_schema.columns "
                "WHERE table_schema = current_schema()"
            )
        )
    wanted = {
        (table.name, column.name, bool(column.nullable))
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
    }
    assert found - wanted == {("message", "search", True)}
    assert wanted <= found


def test_another_programs_database_is_refused(postgresql: str) -> None:
    """A database with other tables in it is left as it is."""
    with postgres.database(postgresql) as url:
        with postgres.connected(url) as connection:
            connection.execute("CREATE TABLE theirs (id integer)")
        with pytest.raises(StoreTrouble, match="another program's tables"):
            Store(url).open(create=True)
        with postgres.database(postgresql) as empty, pytest.raises(StoreTrouble, match="is empty"):
            Store(empty).open()


def _connections(url: str) -> int:
    with postgres.connected(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE application_name = 'kustui' AND datname = current_database()"
        ).fetchone()
    return int(row[0])


def _version(store: Store) -> int:
    try:
        return store.version()
    except StoreTrouble:
        return 0


def _until(true: object) -> object:
    """What something answers once it is true; it must be soon."""
    assert callable(true)
    began = time.monotonic()
    while not (found := true()):
        assert time.monotonic() - began < SOON, "it took too long"
        time.sleep(0.02)
    return found


def _end_all(server: str) -> None:
    with postgres.connected(server) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'kustui' AND pid <> pg_backend_pid()"
        )
