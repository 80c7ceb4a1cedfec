"""What each thing an agent does costs on the line and on the host, at 120x40 over a large store (SPEC G3).

Budgets are the agent's: bytes that a slow line carries, CPU of a host that forty agents share, and the
milliseconds somebody waits. CPU figures are medians, because other work on the machine comes and goes.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools import make_store, ttybench

if TYPE_CHECKING:
    from bench.__main__ import Table

SIZE = (120, 40)
SLOW = 16_000
"""Bytes a second of a slow line."""
EDITOR = "sh -c 'printf EDITOR-IS-OPEN; sleep 0.3'"
"""Stands for $EDITOR: says that it is there, and ends."""
ROUND = ("<enter>", "r", "a", "<esc>", "n", "b", "<esc>", "s", "<esc>", "e", "z", "j")
"""Acts of a shift: open, reply, note, each typed and left, look at snoozing, done, undo, the next."""
ROUNDS = 42
HELD = 30
"""How often a key that is held comes, and how many milliseconds apart."""
EVERY_MS = 33


def _median(results: Iterable[ttybench.Result], what: str) -> float:
    return float(statistics.median(getattr(each, what) for each in results))


def _worst(results: Iterable[ttybench.Result], what: str) -> float:
    return float(max(getattr(each, what) for each in results))


def measure(
    table: Table,
    command: tuple[str, ...],
    environment: dict[str, str],
    act: Callable[[], object],
) -> None:
    """Every figure of one program at work. `command` opens the store; `act` does something to the first row
    as another agent.
    """
    tty = ttybench.Session([*command], size=SIZE, env={**environment, "VISUAL": EDITOR})
    tty.start()
    start = tty.step({"label": "start", "wait_for_regex": r"Inbox \d", "quiet_ms": 300}, since_start=True)
    table.add("bytes of the start", start.bytes, 14_000, "bytes")
    tty.step({"idle_s": 3})
    _list(table, tty)
    _idle(table, tty)
    _opening(table, tty)
    table.add("memory before the first write", tty.step({}).rss, 60, "MB")
    _first_write(tty)
    table.add("memory after the first write", tty.step({}).rss, 90, "MB")
    _timeline(table, tty)
    _dialogs(table, tty)
    _typing(table, tty)
    _editor(table, tty)
    table.note("memory after all of this", f"{tty.step({}).rss:,.0f} MB")
    _shift(table, tty)
    _colleague(table, tty, act)
    tty.step({"keys": "<ctrl+q>", "wait_for_regex": "Quit kustui"})
    end = tty.step({"keys": "y", "quiet_ms": 5_000})
    table.add("quitting", end.wall, 150, "ms")
    tty.close()


def _each(tty: ttybench.Session, keys: str, times: int, **more: Any) -> list[ttybench.Result]:
    return [tty.step({"keys": keys, "wait_output": True, **more}) for _ in range(times)]


def _list(table: Table, tty: ttybench.Session) -> None:
    moves = _each(tty, "j", 20)
    table.add("cursor down in a list", _median(moves, "bytes"), 150, "bytes")
    table.add("cursor down in a list", _median(moves, "cpu"), 4, "ms CPU")
    pages = _each(tty, "<pagedown>", 10)
    table.add("a page of a list", _median(pages, "bytes"), 2_500, "bytes")
    tty.step({"keys": "<home>"})


def _idle(table: Table, tty: ttybench.Session) -> None:
    idle = tty.step({"idle_s": 30})
    table.add("idle for 30 s", idle.bytes, 0, "bytes")
    table.add("wake-ups of an idle screen", idle.wakes / 30, 4, "a second")


def _opening(table: Table, tty: ttybench.Session) -> None:
    opened = []
    for _ in range(8):
        opened.append(tty.step({"keys": "<enter>", "wait_output": True, "quiet_ms": 400}))
        tty.step({"keys": "q", "quiet_ms": 300})
        tty.step({"keys": "j", "quiet_ms": 200})
    # The first also mounts what only an open customer needs.
    table.add("opening a customer", _median(opened[1:], "bytes"), 8_000, "bytes")
    table.add("opening a customer", _median(opened[1:], "cpu"), 25, "ms CPU")


def _first_write(tty: ttybench.Session) -> None:
    """A note that is begun, and an act that is taken back."""
    for keys in ("<enter>", "n", "a", "<f8>", "<esc>", "e", "z"):
        tty.step({"keys": keys, "quiet_ms": 700})
    tty.step({"keys": "gi", "quiet_ms": 500})


def _timeline(table: Table, tty: ttybench.Session) -> None:
    tty.step({"keys": f"/{make_store.LONG_NAME}<enter>", "wait_for_regex": "Search: .* 1"})
    tty.step({"keys": "<enter>", "quiet_ms": 600})
    for what, key in (("a page", "<pageup>"), ("a line", "k")):
        moved = _each(tty, key, 80)
        table.add(f"{what} of 10,000 messages", _median(moved, "bytes"), 2_600, "bytes")
        table.add(f"{what} of 10,000 messages", _median(moved, "cpu"), 9, "ms CPU")
        table.add(f"{what} of 10,000 messages, the worst of 80", _worst(moved, "cpu"), 15, "ms CPU")
    sizes = ((100, 30), SIZE) * 3
    resized = [tty.step({"resize": size, "quiet_ms": 300}) for size in sizes]
    table.add("a resize", _median(resized, "cpu"), 30, "ms CPU")


def _dialogs(table: Table, tty: ttybench.Session) -> None:
    moved = _each(tty, "<tab>", 6)
    table.add("moving the focus", _median(moved, "bytes"), 300, "bytes")
    tty.step({"keys": "<esc>", "quiet_ms": 300})
    for what, key, step in (("a dialog", "s", "<down>"), ("the palette", "<ctrl+p>", "<down>")):
        opened, inside, closed = [], [], []
        for _ in range(4):
            opened.append(tty.step({"keys": key, "wait_output": True, "quiet_ms": 300}))
            inside += _each(tty, step, 2)
            closed.append(tty.step({"keys": "<esc>", "wait_output": True, "quiet_ms": 300}))
        table.add(f"{what}, opened", _median(opened, "bytes"), 2_500, "bytes")
        table.add(f"{what}, moved in", _median(inside, "bytes"), 200, "bytes")
        table.add(f"{what}, closed", _median(closed, "bytes"), 2_500, "bytes")
        table.add(f"Escape out of {what}", _median(closed, "first"), 50, "ms")


def _typing(table: Table, tty: ttybench.Session) -> None:
    tty.step({"keys": "r", "quiet_ms": 500})
    typed = _each(tty, "a", 40, quiet_ms=60)
    table.add("a typed letter", _median(typed, "bytes"), 80, "bytes")
    tty.step({"keys": "<f8>", "quiet_ms": 500})


def _editor(table: Table, tty: ttybench.Session) -> None:
    opened = []
    for _ in range(5):
        tty.step({"keys": "r", "quiet_ms": 300})
        opened.append(tty.step({"keys": "<f4>", "wait_for_regex": "EDITOR-IS-OPEN", "quiet_ms": 800}))
        tty.step({"keys": "<esc>", "quiet_ms": 300})
    table.add("$EDITOR opens", _median(opened, "match"), 60, "ms")


def _shift(table: Table, tty: ttybench.Session) -> None:
    """What hundreds of acts leave behind; the first rounds load what they need."""
    tty.step({"keys": "gi", "quiet_ms": 500})
    grown = []
    for number in range(2 + ROUNDS):
        for key in ROUND:
            result = tty.step({"keys": key, "quiet_ms": 60})
        if number >= 1:
            grown.append(result.rss)
    table.add(f"growth over {ROUNDS * len(ROUND)} acts", grown[-1] - grown[0], 10, "MB")


def _colleague(table: Table, tty: ttybench.Session, act: Callable[[], object]) -> None:
    tty.step({"keys": "gi", "quiet_ms": 500})
    tty.step({"keys": "<home>", "quiet_ms": 300})
    act()
    tty.step({"idle_s": 2})
    mark = len(tty.log)
    act()
    # What is not there within a second is not counted: it would be missed below.
    tty.step({"idle_s": 1})
    table.add("another agent's act on a row in view, within a second", len(tty.log) - mark, 300, "bytes")
    table.at_least("the same, seen", len(tty.log) - mark, 1, "bytes")


# -- a slow line --------------------------------------------------------------------------


def slow_line(table: Table, command: tuple[str, ...], environment: dict[str, str]) -> None:
    """Keys that are held, on a line of 16 KB a second."""
    tty = ttybench.Session([*command], size=SIZE, env=environment, rate=SLOW)
    tty.start()
    tty.step({"wait_for_regex": r"Inbox \d", "quiet_ms": 800}, since_start=True)
    tty.step({"idle_s": 3})
    down = tty.burst({"keys": "j", "repeat": HELD, "every_ms": EVERY_MS, "quiet_ms": 400})
    table.add("slow line, cursor down held: up to date after the last", down.last or 0.0, 50, "ms")
    tty.step({"keys": f"/{make_store.LONG_NAME}<enter>", "wait_for_regex": "Search: .* 1", "quiet_ms": 800})
    tty.step({"keys": "<enter>", "quiet_ms": 1_000})
    page = tty.burst({"keys": "<pageup>", "repeat": HELD, "every_ms": EVERY_MS, "quiet_ms": 800})
    table.add("slow line, a page held: up to date after the last", page.last or 0.0, 1_500, "ms")
    tty.close()


def agent(store: Path, kustui: tuple[str, ...], environment: dict[str, str]) -> Callable[[], object]:
    """Another agent, who gives the customer of the first row another name each time."""
    env = {**os.environ, **environment}
    said = ("--db", str(store), "--agent", "other", "--json")
    names = itertools.cycle(("Ida Voss", "Ada Lund"))

    def act() -> object:
        listed = subprocess.run(
            [*kustui, "inbox", "--limit", "1", *said], env=env, capture_output=True, check=True
        )
        customer = str(json.loads(listed.stdout)[0]["customer_id"])
        words = ["profile", customer, "--name", next(names)]
        return subprocess.run([*kustui, *words, *said], env=env, capture_output=True, check=True)

    return act
