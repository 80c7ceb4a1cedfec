"""The store: a private file, one writer at a time, steps that are whole, troubles in words."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlmodel import SQLModel, select

from kustui.clock import HeldClock, milliseconds
from kustui.errors import NotFound, StoreBusy, StoreTrouble
from kustui.store import migrations, sqlite, tables
from kustui.store.store import Store

SLOW_STEP = """
import sys, time
from pathlib import Path
from kustui.store import migrations, sqlite
def slow(connection):
    connection.execute("CREATE TABLE extra (id INTEGER PRIMARY KEY, words TEXT)")
    for i in range(200_000):
        connection.execute("INSERT INTO extra (words) VALUES ('x')")
steps = (*migrations.STEPS, migrations.Step("0002-slow", slow))
connection = sqlite.connect(Path(sys.argv[1]))
print("ready", flush=True)
print(migrations.migrate(connection, 0, steps), flush=True)
"""


@pytest.mark.sqlite
def test_a_new_store_is_private(store: Store) -> None:
    """G1: the file is its owner's alone, in a folder that is as well."""
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may hand files to any group")
def test_a_shared_store_belongs_to_the_group(tmp_path: Path) -> None:
    """G1: on a shared host the file and its folder belong to the group, and to nobody else."""
    store = Store(tmp_path / "team" / "workspace.db").open(create=True, group="users")
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o660
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o2770
    assert store.path.group() == "users"
    store.close()


def test_a_folder_with_other_things_is_not_shared(tmp_path: Path) -> None:
    """G1: a store in a home folder is not shared, since the folder would be shared with it."""
    (tmp_path / "letters").mkdir()
    mode = tmp_path.stat().st_mode
    with pytest.raises(StoreTrouble, match="a folder of its own"):
        Store(tmp_path / "w.db").open(create=True, group="users")
    assert tmp_path.stat().st_mode == mode
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]


def test_an_unknown_group_is_named(tmp_path: Path) -> None:
    """A group that the host does not have is refused by its name."""
    with pytest.raises(StoreTrouble, match="no group 'nosuchgroup'"):
        Store(tmp_path / "w.db").open(create=True, group="nosuchgroup")


@pytest.mark.sqlite
def test_connections_are_set_as_they_must_be(store: Store) -> None:
    """FULL synchronisation, foreign keys, and WAL only where SQLite writes it safely."""
    with store.reading() as reader:
        assert reader.value("PRAGMA synchronous") == 2
        assert reader.value("PRAGMA foreign_keys") == 1
        assert reader.value("PRAGMA journal_mode") == ("wal" if sqlite.wal_is_safe() else "truncate")
    with store.writing() as act:
        assert act.ask().value("PRAGMA synchronous") == 2


def test_what_is_stored_is_the_same_instant(store: Store, clock: HeldClock) -> None:
    """D4: an instant is written and read back to the millisecond; a naive one is refused."""
    with store.writing() as act:
        row = act.add(tables.Customer(name="Ana", created_at=clock.now()))
    with store.writing() as act:
        assert act.get(tables.Customer, row.id, "customer").created_at == clock.now()
    with store.reading() as reader:
        assert reader.value("SELECT created_at FROM customer") == milliseconds(clock.now())
    with pytest.raises(Exception, match="time zone"), store.writing() as act:
        act.add(tables.Customer(name="Ben", created_at=clock.now().replace(tzinfo=None)))


def test_a_write_that_fails_changes_nothing(store: Store, clock: HeldClock) -> None:
    """One act is one transaction: all of it, or nothing."""

    def fails() -> None:
        with store.writing() as act:
            act.add(tables.Customer(name="Ana", created_at=clock.now()))
            act.get(tables.Customer, 99, "customer")

    with pytest.raises(NotFound):
        fails()
    with store.reading() as reader:
        assert reader.value("SELECT count(*) FROM customer") == 0


def test_no_update_is_lost(store: Store, clock: HeldClock) -> None:
    """G1: three programs' threads raise a number 600 times in all, and it is 600."""
    with store.writing() as act:
        number = act.add(tables.Customer(name="0", created_at=clock.now())).id

    def raise_it() -> None:
        for _ in range(200):
            with store.writing() as act:
                row = act.get(tables.Customer, number, "customer")
                row.name = str(int(row.name) + 1)
                act.session.add(row)

    threads = [threading.Thread(target=raise_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.writing() as act:
        assert act.session.exec(select(tables.Customer)).one().name == "600"


@pytest.mark.sqlite
def test_a_reader_never_waits_for_a_writer(store: Store) -> None:
    """G1: with the write lock held by another program, reading goes on."""
    if not sqlite.wal_is_safe():
        pytest.skip("the rollback journal lets readers wait")
    other = sqlite.connect(store.path)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE workspace SET name = 'other'")
    with store.reading() as reader:
        assert reader.value("SELECT name FROM workspace") == "Acme support"
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.sqlite
def test_a_busy_store_is_waited_for_and_then_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write lock that stays is met with patience, and then with a sentence."""
    monkeypatch.setattr(store, "_patience", 0.2)
    monkeypatch.setattr("kustui.store.sqlite_file.WRITER_BUSY_MS", 50)
    other = sqlite.connect(store.path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="Try again"), store.writing():
        pass
    other.execute("ROLLBACK")
    other.close()
    with store.writing():
        pass


# -- steps ---------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_the_tables_are_those_of_the_models(store: Store) -> None:
    """Every noun of the SPEC is a table with the columns its model has, and no others."""
    with store.reading() as reader:
        for table in SQLModel.metadata.sorted_tables:
            held = {row[1]: bool(row[3] or row[5]) for row in reader.all(f"PRAGMA table_info({table.name})")}
            assert held == {column.name: not column.nullable for column in table.columns}, table.name


@pytest.mark.sqlite
def test_a_newer_store_is_refused(store: Store) -> None:
    """An older program leaves a store alone that a later one has changed."""
    with store.writing() as act:
        act.session.add(tables.Migration(name="9999-later", at=act.now, program="9.9"))
    with pytest.raises(StoreTrouble, match="Update kustui"):
        Store(store.path).open()


@pytest.mark.sqlite
def test_a_store_is_backed_up_before_a_step(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that opens lies beside the store before its schema changes."""
    step = migrations.Step(
        "0002-extra", lambda connection: connection.execute("CREATE TABLE extra (id INTEGER)")
    )
    monkeypatch.setattr(migrations.waiting, "__defaults__", ((*migrations.STEPS, step),))
    monkeypatch.setattr(migrations.migrate, "__defaults__", ((*migrations.STEPS, step),))
    Store(store.path).open().close()
    backups = list(store.path.parent.glob("workspace.db.backup-*"))
    assert len(backups) == 1
    assert stat.S_IMODE(backups[0].stat().st_mode) == 0o600
    with sqlite3.connect(backups[0]) as copy:
        assert copy.execute("SELECT name FROM workspace").fetchone() == ("Acme support",)
        assert copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'extra'").fetchone() == (0,)


def _start(path: Path, gate: object) -> None:
    gate.wait()  # type: ignore[attr-defined]
    Store(path).open(create=True).close()


def test_eight_starters_make_one_store(tmp_path: Path) -> None:
    """Programs that start together on a new store take each step once, and all of them succeed."""
    path = tmp_path / "new" / "workspace.db"
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(8)
    starters = [context.Process(target=_start, args=(path, gate)) for _ in range(8)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join(60)
    assert [starter.exitcode for starter in starters] == [0] * 8
    store = Store(path).open()
    with store.reading() as reader:
        assert reader.all("SELECT name FROM migration") == [(step.name,) for step in migrations.STEPS]
    assert {fact.name: fact.words for fact in store.facts()}["integrity"] == "ok"
    store.close()


@pytest.mark.sqlite
def test_a_step_killed_in_the_middle_is_not_taken(store: Store) -> None:
    """Kill -9 during a step leaves the store whole, as before it."""
    for pause in (0.0, 0.02, 0.05, 0.1):
        child = subprocess.Popen(
            [sys.executable, "-c", SLOW_STEP, str(store.path)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        deadline = time.monotonic() + pause
        while time.monotonic() < deadline:
            pass
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        connection = sqlite.connect(store.path)
        names = migrations.taken(connection)
        has = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'extra'").fetchone()[0]
        assert ("0002-slow" in names) == bool(has)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
        if has:
            return


# -- troubles ----------------------------------------------------------------------------


def test_troubles_are_sentences(tmp_path: Path) -> None:
    """Missing, a folder, not a store, damaged: each says what it is and what to do."""
    with pytest.raises(StoreTrouble, match="kustui init"):
        Store(tmp_path / "none.db").open()
    with pytest.raises(StoreTrouble, match="folder"):
        Store(tmp_path).open()
    text = tmp_path / "notes.txt"
    text.write_text("this is no database, and long enough to be looked at as one " * 20)
    with pytest.raises(StoreTrouble, match="not a readable kustui store"):
        Store(text).open()
    assert text.read_text().startswith("this is no database")


def test_a_network_drive_is_refused(tmp_path: Path) -> None:
    """G1: WAL is for one host, so NFS and its like are named with what to use instead."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/x {tmp_path}/share nfs4 rw 0 0\n/dev/sda1 / ext4 rw 0 0\n")
    assert sqlite.filesystem(tmp_path / "share" / "w.db", mounts) == "nfs4"
    assert sqlite.filesystem(tmp_path / "other" / "w.db", mounts) == "ext4"


def test_an_error_prints_no_customers_words(store: Store, clock: HeldClock) -> None:
    """A database error carries the kind of trouble, never the values that were written."""
    with store.writing() as act:
        act.add(tables.Tag(label="secret words"))
    with pytest.raises(StoreTrouble) as trouble, store.writing() as act:
        act.add(tables.Tag(label="secret words"))
    assert "secret" not in str(trouble.value)


@pytest.mark.sqlite
def test_a_deleted_store_is_noticed(store: Store) -> None:
    """A file that was moved away is named, instead of writing into nothing."""
    store.path.rename(store.path.with_suffix(".moved"))
    with pytest.raises(StoreTrouble, match="moved or deleted"):
        store.version()
