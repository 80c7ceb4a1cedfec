"""G3: one program plays a shift, and what it played is neither played twice nor carried out of the house."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kustui import staging
from kustui.__main__ import main
from kustui.desk import Desk
from kustui.desk.files import read
from kustui.desk.moving import move
from kustui.errors import Refused, StoreTrouble
from kustui.settings import Settings
from kustui.store import sqlite
from kustui.training.players import Players
from kustui.wiring import open_desk
from support.outbox import ask
from support.writing import sent

PLAYS = "import sys; from kustui import staging; staging.{}; print('plays', flush=True); sys.stdin.read()"
SECOND = timedelta(seconds=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A shift that was begun and left."""
    found = tmp_path / "one.shift"
    desk = staging.play("calm-morning", 3, str(found))
    assert desk.shift is not None
    desk.shift.end()
    desk.store.close()
    return found


def died(desk: Desk) -> None:
    """What a program does at its end is not done."""
    desk.store.close()


@pytest.fixture
def another(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program that plays the shift."""
    words = PLAYS.format(f"go_on({str(file)!r})")
    with subprocess.Popen(
        [sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "plays\n"
        yield program
        program.kill()


def test_a_shift_is_played_by_one_program(file: Path, another: subprocess.Popen[str]) -> None:
    """Who wants to go on with it meanwhile is told to look on; once the other was killed, they go on."""
    with pytest.raises(Refused, match="kustui watch"):
        staging.go_on(str(file))
    looked = staging.watched(str(file))
    looked.store.close()
    another.kill()
    another.wait()
    desk = staging.go_on(str(file))
    assert desk.shift is not None
    desk.shift.end()
    desk.store.close()


def test_nobody_else_works_in_a_shift(file: Path, tmp_path: Path) -> None:
    """What is due there waits for the program that plays it; a shift never becomes a workspace."""
    desk = staging.go_on(str(file))
    assert desk.shift is not None
    desk.shift.advance(desk.now() + timedelta(minutes=10))
    (number,) = ask(desk, "SELECT min(id) FROM conversation WHERE status = 'open'")[0]
    sent(desk, number, "Hello.")
    desk.shifts.stands_at(desk.now() + timedelta(minutes=1))
    other = open_desk(Settings(tmp_path / "s.toml", agent="ana"), file)
    try:
        assert not other.clockwork.outgoing()
        assert ask(other, "SELECT count(*) FROM outbox WHERE state = 'queued'") == [(1,)]
        with pytest.raises(Refused, match="train go-on"):
            other.clockwork.tick()
        with pytest.raises(Refused, match="train go-on"):
            move(other, str(tmp_path / "real.db"))
        assert not (tmp_path / "real.db").exists()
    finally:
        other.store.close()
        desk.store.close()


def test_a_shift_is_no_workspace(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever opens it as one is told how it is played, and how it is watched."""
    for words in ([], ["tick"], ["worker"], ["gateway"], ["move", "--to", str(file.with_name("real.db"))]):
        assert main(["--db", str(file), *words]) == 1
        assert "kustui train go-on" in capsys.readouterr().err


def test_a_shift_that_goes_on_gives_no_name_twice(file: Path) -> None:
    """However often its program dies: two acts with one name would be taken back together."""
    for priority in (5, 4):
        desk = staging.go_on(str(file))
        (number,) = ask(desk, "SELECT min(id) FROM conversation")[0]
        desk.tagging.prioritise(number, priority)
        deeds = ask(desk, "SELECT deed FROM history WHERE deed <> ''")
        died(desk)
    assert len(deeds) == len(set(deeds)) > 2


def test_a_colleague_notes_a_thing_once(file: Path) -> None:
    """A note that nothing else came with is remembered, should the program die behind it."""
    desk = staging.go_on(str(file))
    players = desk.post.transports["email"]
    assert isinstance(players, Players)
    assert desk.shift is not None
    at = next(deed.at for deed in players._deeds if deed.what == "note")
    desk.shift.advance(at - SECOND)
    desk.shift.advance(at)
    noted = ask(desk, "SELECT count(*) FROM message WHERE direction = 'note'")
    died(desk)
    desk = staging.go_on(str(file))
    assert desk.shift is not None
    desk.shift.advance(at + SECOND)
    assert ask(desk, "SELECT count(*) FROM message WHERE direction = 'note'") == noted
    desk.store.close()


def test_trouble_stops_neither_keys_nor_time(file: Path) -> None:
    """What goes wrong is told, and once the store answers again time goes on where it stood."""
    desk = staging.go_on(str(file))
    assert desk.shift is not None
    desk.shift.key()
    began = desk.now()
    holder = sqlite.library().connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with desk.store.in_a_hurry():
        done = desk.shift.key()
    assert done is not None
    assert isinstance(done.trouble, StoreTrouble)
    holder.execute("ROLLBACK")
    holder.close()
    done = desk.shift.key()
    assert done is not None
    assert done.trouble is None
    assert desk.now() == began + 2 * SECOND
    desk.shift.end()
    assert desk.shifts.state()["keys"] == 3
    desk.store.close()


def test_an_image_in_the_text_has_the_same_name_each_time(tmp_path: Path) -> None:
    """So that the same keys leave the same shift; other images have others."""
    found = []
    for place, colour in enumerate((b"\0", b"\0", b"\1")):
        path = tmp_path / str(place) / "a.png"
        path.parent.mkdir()
        path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + colour)
        found.append(read(path, inline=True).content_id)
    assert found[0] == found[1] != found[2]
