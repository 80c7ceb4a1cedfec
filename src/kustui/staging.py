"""Opens the desks whose time is held: the demo's, a trainee's, and those that look on (SPEC G3)."""

from __future__ import annotations

import atexit
import contextlib
import glob
import itertools
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustui.clock import HeldClock, SystemClock
from kustui.core import when
from kustui.core.channels import CARRIED
from kustui.core.served import is_served
from kustui.core.text import one_line
from kustui.desk.reads import agent_of
from kustui.errors import KustuiError, NotFound, Refused
from kustui.settings import Settings, data_folder
from kustui.wiring import open_desk, shift_at

if TYPE_CHECKING:
    from kustui.desk import Desk
    from kustui.training.play import Part

SQLITE = b"SQLite format 3"
"""How a store's file begins."""


def demo(seed: int) -> Desk:
    """A made-up workspace in a folder that goes when the program ends; its time is real until it is moved."""
    from kustui.training import demo

    clock = HeldClock(SystemClock().now())
    folder = _passing_folder()
    desk = open_desk(
        Settings(
            folder / "settings.toml",
            agent=demo.AGENT,
            name=demo.NAME,
            workspace=demo.WORKSPACE,
            address=demo.ADDRESS,
        ),
        folder / "demo.db",
        create=True,
        clock=clock,
        channels=_all("simulator"),
        options={"seed": seed, "languages": demo.languages(seed)},
    )
    desk.takes_paths = not is_served(os.environ)
    demo.fill(desk, seed)
    desk.shift = demo.shift(desk, clock)
    return desk


def tour(*, again: bool = False) -> Desk:
    """The demo, with a tour through it that goes on where it was left, or `again` from its beginning."""
    from kustui.desk.touring import Tour

    taken = Tour(tour_path())
    if again:
        taken.begin_again()
    desk = demo(1)
    desk.tour = taken
    return desk


def tour_path() -> Path:
    """The file that remembers where the tour stands."""
    return data_folder() / "tour.json"


# -- a shift ---------------------------------------------------------------------------


def shifts_folder() -> Path:
    """Where shifts are kept when no other place is named."""
    return data_folder() / "training"


def play(name_or_path: str, seed: int, into: str = "", pace: str = "keys") -> Desk:
    """Begin a shift of a scenario in a new file. Raises NotFound, or Faulty with the scenario's faults."""
    from kustui.training import play

    what = play.part(name_or_path, seed)
    path = Path(into) if into else play.file_for(shifts_folder(), what.scenario.name, seed)
    if path.exists():
        raise Refused("There is a file already", f"{path} stays as it is; `--into` names a new one.")
    clock = HeldClock(what.scenario.starts)
    desk = _at_part(what, path, clock, 0, create=True)
    try:
        play.begin(desk, clock, what, pace)
    except BaseException:
        # Half a shift is none, and would stand where a whole one is looked for.
        desk.store.close()
        for each in path.parent.glob(f"{glob.escape(path.name)}*"):
            each.unlink(missing_ok=True)
        raise
    return desk


def go_on(file: str, pace: str = "keys") -> Desk:
    """Go on with a shift where it was left: the one in that file, or the latest.

    Raises NotFound without one, and Refused for a workspace that is none, or while it is played elsewhere.
    """
    from kustui.training import play

    path = found(file)
    shift = shift_at(path)
    what = play.part_of(shift.facts)
    clock = HeldClock(shift.now)
    desk = _at_part(what, path, clock, shift.rows, create=False)
    try:
        play.go_on(desk, clock, what, pace)
    except KustuiError:
        desk.store.close()
        raise
    return desk


def look(file: str) -> Desk:
    """A trainee's desk, to be looked at: of the shift in that file, or of the latest.

    Raises NotFound without one, and Refused for a workspace that is none.
    """
    path = found(file)
    facts = shift_at(path).facts
    return _in_its_zone(
        open_desk(Settings(path, agent=str(facts.get("agent", ""))), path, watching=True), facts
    )


def watched(file: str) -> Desk:
    """The desk of a trainee who plays elsewhere, to be looked at while they do."""
    from kustui.training.watching import Watch

    desk = look(file)
    desk.shift = Watch(desk, _title(desk.shifts.facts() or {}))
    return desk


def replayed(file: str, speed: float) -> Desk:
    """A recorded shift, from a recording or from the shift's own file, to be looked at once more."""
    from kustui.training import recording
    from kustui.training.watching import Replay

    path = Path(file) if file and not is_store(Path(file)) else found(file)
    if is_store(path):
        seen = look(str(path))
        facts, entries = seen.shifts.facts() or {}, list(seen.shifts.entries())
        seen.store.close()
    else:
        facts, entries = recording.read(path)
    clock = HeldClock(entries[0].at)
    place = _passing_folder() / "replay.db"
    said = Settings(place, agent=str(facts.get("agent", "")), zone=str(facts.get("zone", "")))
    desk = open_desk(said, place, create=True, clock=clock, channels=_all("simulator"))
    began = sum(1 for _ in itertools.takewhile(lambda entry: entry.at == entries[0].at, entries))
    desk.shifts.apply(entries[:began])
    is_there = agent_of(desk.store, said.agent) is not None
    desk.store.close()
    if not is_there:
        raise Refused("Not a recording", f"{path.name}: nobody in it is the one who played.")
    # The agent, the workspace's name and everything else are what the recording says.
    desk = open_desk(
        Settings(place, agent=said.agent), place, clock=clock, channels=_all("simulator"), watching=True
    )
    _in_its_zone(desk, facts)
    desk.shift = Replay(desk, clock, _title(facts), entries[began:], speed)
    return desk


def _in_its_zone(desk: Desk, facts: Mapping[str, Any]) -> Desk:
    """A shift's server stands where the scenario is."""
    desk.server_zone = when.zone(str(facts.get("zone", "")), desk.server_zone)
    return desk


def _title(facts: Mapping[str, Any]) -> str:
    """What a shift is called, by whoever wrote its file."""
    return one_line(str(facts.get("title", "")))


def is_store(path: Path) -> bool:
    """Whether a file is a shift's own, and no recording of one."""
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError:
        return False


def found(file: str) -> Path:
    """The file of a shift: the one that is named, or the one that was played last. Raises NotFound."""
    if file:
        if not Path(file).is_file():
            raise NotFound("There is no such shift", f"{file} is no file; `kustui train shifts` lists them.")
        return Path(file)
    for path in reversed(played()):
        # A program that was killed while it filled one has left what is no shift.
        with contextlib.suppress(KustuiError):
            shift_at(path)
            return path
    raise NotFound("Nobody has played yet", "Begin with `kustui train calm-morning`.")


def played() -> list[Path]:
    """The shifts that are kept, the one that was played last at the end."""
    return sorted(shifts_folder().glob("*.shift"), key=_touched)


def _touched(path: Path) -> int:
    """When a shift was last written to: what is played at the moment stands in a file beside it."""
    times = [0]
    for each in (path, path.with_name(f"{path.name}-wal")):
        # An empty one was only opened, by somebody who looked.
        with contextlib.suppress(OSError):
            times.append(each.stat().st_mtime_ns if each == path or each.stat().st_size else 0)
    return max(times)


def _at_part(what: Part, path: Path, clock: HeldClock, rows: int, *, create: bool) -> Desk:
    desk = open_desk(
        Settings(path.with_suffix(".toml"), **what.said),
        path,
        create=create,
        clock=clock,
        token=what.token(rows),
        channels=_all("training"),
        options=what.options,
    )
    desk.takes_paths = not is_served(os.environ)
    return desk


def _all(transport: str) -> Mapping[str, str]:
    return dict.fromkeys(CARRIED, transport)


def _passing_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kustui-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
