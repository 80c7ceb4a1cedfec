"""G3: a shift is begun, goes on after its program died, and is nobody's real workspace."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kustui import staging
from kustui.core.shift import BY_ID
from kustui.errors import NotFound, Refused
from kustui.settings import Settings
from kustui.training import play, recording
from kustui.wiring import open_desk, shift_at
from support.outbox import ask
from support.writing import sent

HOUR = timedelta(hours=1)


def test_a_shift_whose_program_died_goes_on_where_it_was(tmp_path: Path) -> None:
    """Clock, keys and those who play are as they were; what comes then is what would have come."""

    def begun(name: str) -> tuple[str, list[tuple[object, ...]]]:
        file = str(tmp_path / f"{name}.shift")
        desk = staging.play("calm-morning", 3, file)
        assert desk.shift is not None
        desk.shift.key()
        desk.shift.advance(desk.now() + HOUR / 2)
        (number,) = ask(desk, "SELECT min(id) FROM conversation WHERE status = 'open'")[0]
        sent(desk, number, "Hello, where shall we send it? The label is free.")
        desk.shift.advance(desk.now() + timedelta(minutes=1))
        if name == "died":
            # What a program does at its end is not done.
            desk.store.close()
            desk = staging.go_on(file)
        assert desk.shift is not None
        assert desk.shift.pace is BY_ID["keys"]
        desk.shift.advance(desk.now() + 2 * HOUR)
        desk.shift.end()
        told = ask(desk, "SELECT at, author, body FROM message ORDER BY id")
        keys = desk.shifts.state()["keys"]
        desk.store.close()
        return str(keys), told

    assert begun("lived") == begun("died")


def test_a_shift_never_leaves_the_house(tmp_path: Path) -> None:
    """Opened by settings that name real channels its clock stands, and nothing real is used."""
    file = tmp_path / "one.shift"
    staging.play("calm-morning", 3, str(file)).store.close()
    settings = Settings(tmp_path / "s", agent="ana", channels={"email": "smtp"}, collect={"email": "imap"})
    desk = open_desk(settings, file)
    try:
        assert desk.agent.login == "you"
        assert desk.now() == shift_at(file).now
        assert {desk.post.transports[channel].name for channel in desk.post.transports} == {"simulator"}
        assert not desk.post.collectors
    finally:
        desk.store.close()


def test_who_watches_writes_nothing(tmp_path: Path) -> None:
    """Every act is refused in words."""
    file = tmp_path / "one.shift"
    staging.play("monday", 3, str(file)).store.close()
    before = file.read_bytes()
    desk = staging.look(str(file))
    with pytest.raises(Refused, match="You are watching"):
        desk.triage.done(1)
    desk.store.close()
    assert file.read_bytes() == before


def test_what_is_no_shift_is_said(tmp_path: Path) -> None:
    """A workspace, a file that is none, one that is not there, a recording that was cut."""
    work = tmp_path / "work.db"
    open_desk(Settings(tmp_path / "s.toml", agent="ana"), work, create=True).store.close()
    with pytest.raises(Refused, match="worked in for good"):
        staging.look(str(work))
    with pytest.raises(NotFound, match="train shifts"):
        staging.look(str(tmp_path / "none.shift"))
    file = tmp_path / "one.shift"
    desk = staging.play("calm-morning", 3, str(file))
    lines = list(recording.write(desk.shifts.facts() or {}, desk.shifts.entries()))
    desk.store.close()
    newer = '{"format": "kustui shift", "version": 9}'
    for number, words in enumerate((f"{lines[0]}\n{lines[1][:80]}", "{}", "no json", "", newer)):
        broken = tmp_path / f"{number}.jsonl"
        broken.write_text(words)
        with pytest.raises(Refused, match="Not a recording"):
            staging.replayed(str(broken), 1)


def test_half_a_shift_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be begun leaves no file; what a killed program left is not taken for the latest shift."""
    monkeypatch.setattr(staging, "shifts_folder", lambda: tmp_path)
    whole = staging.play("calm-morning", 3)
    whole.store.close()
    monkeypatch.setattr(play, "begin", _stumbles)
    with pytest.raises(RuntimeError):
        staging.play("calm-morning", 4)
    assert [path.name for path in staging.played()] == ["calm-morning-3.shift"]
    open_desk(Settings(tmp_path / "s", agent="ana"), tmp_path / "half.shift", create=True).store.close()
    assert staging.found("").name == "calm-morning-3.shift"


def _stumbles(*_: object) -> None:
    raise RuntimeError


def test_a_shift_is_not_begun_over_another(tmp_path: Path) -> None:
    """A file that is there stays as it is, be it somebody's workspace."""
    work = tmp_path / "work.db"
    open_desk(Settings(tmp_path / "s.toml", agent="ana"), work, create=True).store.close()
    before = work.read_bytes()
    with pytest.raises(Refused, match="There is a file already"):
        staging.play("calm-morning", 4, str(work))
    assert work.read_bytes() == before
