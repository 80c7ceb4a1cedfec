"""G3: a recording that somebody made up is refused in words, or shown; who looks at one changes nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kustui import staging
from kustui.errors import Refused
from kustui.training import recording
from support.outbox import ask

Lines = list[Any]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Lines:
    """A recording of a shift that begins."""
    desk = staging.play("calm-morning", 3, str(tmp_path_factory.mktemp("shift") / "one.shift"))
    found = [json.loads(line) for line in recording.write(desk.shifts.facts() or {}, desk.shifts.entries())]
    desk.store.close()
    return found


def put(table: str, column: str, value: object) -> Callable[[Lines], object]:
    """Put a value into the first row of a table."""
    return lambda lines: next(row for name, row in lines[1]["rows"] if name == table).update({column: value})


@pytest.mark.parametrize(
    "broken",
    [
        lambda lines: lines.__delitem__(slice(1, None)),
        lambda lines: lines[1].update(rows=[]),
        lambda lines: lines[1].update(at="9999-12-31T23:59:59+00:00"),
        lambda lines: lines[1]["rows"].append(["customer\" SELECT 1; --", {"id": 1}]),
        lambda lines: lines[1]["rows"].append(["message", {"id": 99, "conversation_id": 99}]),
        lambda lines: lines[0].update(agent="nobody"),
        put("customer", "name", ["a list"]),
        put("customer", "name", None),
        put("customer", "name", "half \ud800"),
        put("conversation", "waiting_since", "soon"),
        put("conversation", "waiting_since", 10**30),
        put("message", "at", 10**17),
        put("workspace", "name", 5),
    ],
)  # fmt: skip
def test_what_is_no_recording_is_refused(
    broken: Callable[[Lines], object], lines: Lines, tmp_path: Path
) -> None:
    """Nothing is lost of the sentence, whatever stands where a row should."""
    made = json.loads(json.dumps(lines))
    broken(made)
    with pytest.raises(Refused, match="Not a recording"):
        staging.replayed(written(tmp_path, made), 1)


def written(folder: Path, lines: Lines) -> str:
    """The recording as a file."""
    path = folder / "made-up.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return str(path)


def test_a_replay_is_changed_by_nobody(lines: Lines, tmp_path: Path) -> None:
    """Its time writes what was recorded; an act is refused. Its title is a line, whoever wrote it."""
    made = json.loads(json.dumps(lines))
    made[0]["title"] = "A\x1b[31m\nshift"
    customer = next(row for name, row in made[1]["rows"] if name == "customer")
    later = {
        "at": "2030-01-01T00:00:00+00:00",
        "acts": [],
        "rows": [["customer", {**customer, "name": "Zoë"}]],
    }
    desk = staging.replayed(written(tmp_path, [*made, later]), 1)
    assert desk.shift is not None
    assert desk.shift.title == "A␛[31m shift"
    with pytest.raises(Refused, match="You are watching"):
        desk.triage.done(1)
    at = desk.shift.next_at()
    assert at is not None
    assert desk.shift.advance(at).trouble is None
    assert ask(desk, f"SELECT name FROM customer WHERE id = {customer['id']}") == [("Zoë",)]
    desk.store.close()


def test_the_latest_shift_is_the_one_that_is_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is played at the moment stands in a file beside the shift's own; to look at one is not to play."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    older, newer = (staging.play("calm-morning", seed, str(place(seed))) for seed in (1, 2))
    newer.store.close()
    assert older.shift is not None
    hour = timedelta(hours=1).total_seconds()
    before = place(2).stat().st_mtime
    os.utime(place(1), (before - hour, before - hour))
    os.utime(place(2), (before - hour / 2, before - hour / 2))
    older.shift.key()
    assert staging.found("") == place(1)
    older.store.close()


def place(seed: int) -> Path:
    """Where a shift of that seed is kept."""
    staging.shifts_folder().mkdir(parents=True, exist_ok=True)
    return staging.shifts_folder() / f"calm-morning-{seed}.shift"
