"""Where a store is at home: a copy and a backup send nothing, a moved one goes on; old stores come along."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import desk_of
from kustui.clock import HeldClock, milliseconds
from kustui.desk import Desk
from kustui.desk.home import adopt
from kustui.desk.team import set_up
from kustui.errors import Refused, StoreTrouble
from kustui.store import home, migrations, sqlite
from kustui.store.store import Store
from support.outbox import ask, item, queued
from support.people import wrote
from support.transport import Recorder

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def at(path: Path, desk: Desk, clock: HeldClock, transport: Recorder) -> Desk:
    """The same agent's desk at the store that lies there."""
    return desk_of(Store(path, clock).open(), desk.agent, transport)


@pytest.fixture
def due(desk: Desk, store: Store) -> int:
    """A message that is due in a store that nobody has open; and a snooze that ends in an hour."""
    number = queued(desk, wrote(desk))
    desk.triage.snooze(wrote(desk, sender="li@example.net"), desk.now() + timedelta(hours=1))
    store.close()
    return number


def _copied(path: Path) -> Path:
    return Path(shutil.copy(path, path.with_name("copy.db")))


def _copied_elsewhere(path: Path) -> Path:
    (path.parent / "other").mkdir()
    return Path(shutil.copy(path, path.parent / "other" / path.name))


def _original_gone(path: Path) -> Path:
    copy = _copied(path)
    path.unlink()
    return copy


def _put_back_by_move(path: Path) -> Path:
    copy = _copied(path)
    copy.rename(path)
    return path


def _put_back_in_its_number(path: Path) -> Path:
    # A disk gives the number of a file that is gone to the next one.
    kept = _copied(path)
    path.unlink()
    shutil.copy(kept, path)
    return path


def _backup(path: Path) -> Path:
    store = Store(path).open()
    backup = store.backup()
    store.close()
    assert backup is not None
    return backup


def _backup_by_move(path: Path) -> Path:
    return _backup(path).rename(path)


def _backup_over_it(path: Path) -> Path:
    shutil.copy(_backup(path), path)
    return path


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "put",
    [
        _copied,
        _copied_elsewhere,
        _original_gone,
        _put_back_by_move,
        _put_back_in_its_number,
        _backup_by_move,
        _backup_over_it,
    ],
    ids=lambda put: put.__name__.strip("_"),
)
def test_a_copy_sends_nothing_until_it_is_adopted(
    desk: Desk, clock: HeldClock, transport: Recorder, due: int, put: Callable[[Path], Path]
) -> None:
    """D7: a copied store and a backup put back send nothing and say so, wake on, and send once adopted."""
    there = at(put(desk.store.path), desk, clock, transport)
    clock.advance(hours=1)
    done = there.clockwork.tick()
    assert "is a copy and sends nothing" in str(done.trouble)
    assert (done.woken, done.sent, transport.sent) == (1, 0, [])
    assert item(there, due).state == "queued"
    assert adopt(there).notice == "This store sends from now on"
    # The message, and the mail that a snooze is over.
    assert there.clockwork.tick().sent == 2
    with pytest.raises(Refused, match="sends already"):
        adopt(there)
    there.store.close()


@pytest.mark.sqlite
@pytest.mark.parametrize("place", ["renamed.db", "other/workspace.db"])
def test_a_moved_store_goes_on_sending(
    desk: Desk, clock: HeldClock, transport: Recorder, due: int, place: str
) -> None:
    """D7: a store that was renamed or moved on its disk is the same one, and sends what is due."""
    target = desk.store.path.parent / place
    target.parent.mkdir(exist_ok=True)
    there = at(desk.store.path.rename(target), desk, clock, transport)
    done = there.clockwork.tick()
    assert (done.sent, done.trouble) == (1, None)
    there.store.close()


@pytest.mark.sqlite
def test_a_store_that_is_moved_away_under_a_program_is_named(
    desk: Desk, clock: HeldClock, transport: Recorder
) -> None:
    """D7: while its file is not there a program says so in words and sends nothing; then it goes on."""
    queued(desk, wrote(desk))
    away = desk.store.path.rename(desk.store.path.with_name("away.db"))
    assert "moved or deleted" in str(desk.clockwork.outgoing().trouble)
    assert transport.sent == []
    away.rename(desk.store.path)
    assert desk.clockwork.outgoing().sent == 1


def test_a_disk_that_tells_no_birth_is_known_by_its_numbers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D7: where the disk does not tell when a file was made its number decides; told later, it still fits."""
    now = desk.store.here()
    older = now._replace(file=now.file.partition(" born ")[0])
    assert home.is_home(older, now)
    assert home.is_home(older, older)
    assert not home.is_home(now, now._replace(file=now.file + "1"))
    assert not home.is_home(older, now._replace(file="inode 1 born 2"))
    assert not home.is_home(now._replace(host="elsewhere"), now)


# -- from a store of the first schema ---------------------------------------------------------


def _first_schema(path: Path, now_ms: int) -> None:
    """A store as the first kustui left it, with messages in every state."""
    connection = sqlite.connect(path)
    migrations.migrate(connection, now_ms, migrations.STEPS[:1])
    connection.executescript(
        f"""
        INSERT INTO workspace VALUES (1, 'u', 'Acme support', 'host', '{path.resolve()}', {now_ms}, '{{}}');
        INSERT INTO agent VALUES (1, 'ana', 'Ana', 'ana@x.example', '', 'en', '', '', NULL, '{{}}', 1);
        INSERT INTO customer VALUES (1, 'Ana Ruiz', '', '', '', '', 0, '{{}}', 1);
        INSERT INTO conversation VALUES (1, 1, 'email', 'Order', 'open', NULL, 3, NULL, NULL, 'inbound', 0, 1,
            '', NULL, NULL, NULL, 1, 1, 1, NULL, 1);
        """
    )
    for number, state in enumerate(("queued", "queued", "claimed", "sending", "sent", "failed"), 1):
        columns = [row[1] for row in connection.execute("PRAGMA table_info(message)")]
        message = dict.fromkeys(columns, "") | {
            "id": number, "conversation_id": 1, "customer_id": 1, "direction": "outbound", "channel": "email",
            "agent_id": 1, "recipients": '{"to": [{"address": "ruiz@example.com"}]}', "body": f"b{number}",
            "at": now_ms, "message_id": f"m{number}@x", "refs": "[]", "token": f"t{number}", "length": 2,
            "lines": 1, "automatic": 0, "bounce": 0, "external_id": None,
        }  # fmt: skip
        _insert(connection, "message", message)
        columns = [row[1] for row in connection.execute("PRAGMA table_info(outbox)")]
        row = dict.fromkeys(columns, "") | {
            "id": number, "kind": "message", "message_id": number, "agent_id": 1, "channel": "email",
            "state": state, "due_at": now_ms + (86_400_000 if number == 2 else 0), "scheduled": number == 2,
            "fence": 1, "lease_until": now_ms - 1 if state in ("claimed", "sending") else None, "attempts": 1,
            "round": 0, "created_at": now_ms, "sent_at": None, "undo": '{"draft_id": 1}',
        }  # fmt: skip
        _insert(connection, "outbox", row)
    connection.close()


def _insert(connection: object, table: str, row: Mapping[str, object]) -> None:
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))  # type: ignore[attr-defined]


def _taken(path: Path) -> list[str]:
    connection = sqlite.connect(path)
    try:
        return migrations.taken(connection)
    finally:
        connection.close()


def test_an_old_store_comes_along_with_all_that_is_on_its_way(
    tmp_path: Path, clock: HeldClock, agent_of_old: Callable[[Path], Desk]
) -> None:
    """D7, G1: from the first schema on nothing is lost, a backup is made, and sending goes on."""
    path = tmp_path / "old.db"
    _first_schema(path, milliseconds(clock.now()))
    desk = agent_of_old(path)
    [backup] = tmp_path.glob("old.db.backup-*")
    assert _taken(backup) == [migrations.STEPS[0].name]
    assert _taken(path) == [step.name for step in migrations.STEPS]
    assert ask(desk, "SELECT id, conversation_id FROM outbox ORDER BY id") == [
        (number, 1) for number in range(1, 7)
    ]
    done = desk.clockwork.tick()
    assert (done.sent, done.trouble) == (2, None)
    assert ask(desk, "SELECT state FROM outbox ORDER BY id") == [
        ("sent",), ("queued",), ("sent",), ("uncertain",), ("sent",), ("failed",),
    ]  # fmt: skip
    clock.advance(days=1)
    assert desk.clockwork.tick().sent == 1
    desk.store.close()
    # The backup that the migration made, put back: what it holds has been sent.
    backup.rename(path)
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    again = agent_of_old(path)
    assert "is a copy" in str(again.clockwork.tick().trouble)
    again.store.close()


@pytest.fixture
def agent_of_old(clock: HeldClock, transport: Recorder, agent: object) -> Callable[[Path], Desk]:
    """Opens a store as Ana, whose number is 1 in every one of these."""

    def opened(path: Path) -> Desk:
        return desk_of(Store(path, clock).open(), agent, transport)  # type: ignore[arg-type]  # an Agent

    return opened


def test_eight_starters_at_once_bring_an_old_store_along_once(tmp_path: Path, clock: HeldClock) -> None:
    """G1, F1: all of them start, each step is taken once, and a backup of the old schema stays."""
    path = tmp_path / "old.db"
    _first_schema(path, milliseconds(clock.now()))
    script = (
        "import pathlib, sys; from kustui.store.store import Store; Store(pathlib.Path(sys.argv[1])).open()"
    )
    starters = [
        subprocess.Popen([sys.executable, "-c", script, str(path)], env=ENVIRONMENT, stderr=subprocess.PIPE)
        for _ in range(8)
    ]
    said = [starter.communicate(timeout=60)[1].decode() for starter in starters]
    assert said == [""] * 8
    assert _taken(path) == [step.name for step in migrations.STEPS]
    backups = sorted(tmp_path.glob("old.db.backup-*"))
    assert 1 <= len(backups) <= 3
    for backup in backups:
        assert _taken(backup) == [migrations.STEPS[0].name]
    connection = sqlite.connect(path)
    assert connection.execute("SELECT count(*) FROM outbox WHERE conversation_id = 1").fetchone() == (6,)
    connection.close()


def test_no_connection_to_a_file_in_the_stores_place_is_kept(tmp_path: Path) -> None:
    """D7: what is written once the store is back in its place stands in it, and not in what stood there."""
    path, aside = tmp_path / "work.db", tmp_path / "aside.db"
    first = Store(path).open(create=True)
    set_up(first, "Acme support")
    first.close()
    store = Store(path).open()
    path.rename(aside)
    shutil.copy(aside, path)
    with pytest.raises(StoreTrouble, match="replaced"), store.writing():
        pass
    with ThreadPoolExecutor(1) as other:
        with pytest.raises(StoreTrouble, match="replaced"):
            other.submit(store.version).result()
        aside.replace(path)
        with store.writing() as act:
            act.ask().one("INSERT INTO team (name) VALUES ('Back')")
        for times in range(1, 4):
            with store.writing() as act:
                # So much that the log is written back into the file that the connection has open.
                act.ask().one("UPDATE workspace SET settings = :s", s="x" * 6_000_000 * times)
    store.close()
    with Store(path).open().reading() as reader:
        assert reader.value("SELECT name FROM team") == "Back"
