"""`make bench`: what kustui costs, in bytes, CPU and memory, against its budgets.

Budgets are ratios within one run, bytes, or CPU milliseconds of a key; the exit code is 1 when one
is exceeded. `--quick` uses 10,000 conversations and messages in place of 100,000.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench import frugal, mail, sizes  # noqa: E402
from tools import make_store, ttybench  # noqa: E402 - the tools lie beside the tests

SIZE = (120, 40)
RUNS = 9
KUSTUI = (str(Path(sys.executable).with_name("kustui")),)
"""The command that an agent runs."""


@dataclass
class Line:
    """One line of the table."""

    what: str
    measured: str
    budget: str
    kept: bool


class Table:
    """The figures, as they come."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def add(self, what: str, measured: float, budget: float, unit: str = "") -> None:
        """A figure with the most it may be."""
        digits = 2 if unit == "×" else 0 if measured >= 100 or float(measured).is_integer() else 1
        figure, limit = f"{measured:,.{digits}f} {unit}".strip(), f"≤ {budget:,g} {unit}".strip()
        self.lines.append(Line(what, figure, limit, measured <= budget))

    def at_least(self, what: str, measured: float, least: float, unit: str = "") -> None:
        """A figure with the least it may be."""
        self.lines.append(
            Line(what, f"{measured:,.0f} {unit}".strip(), f"≥ {least:,g} {unit}".strip(), measured >= least)
        )

    def note(self, what: str, measured: str) -> None:
        """A figure without a budget."""
        self.lines.append(Line(what, measured, "", True))

    def markdown(self) -> str:
        """The table as the README shows it."""
        over = {True: "", False: " **over**"}
        rows = [f"| {line.what} | {line.measured}{over[line.kept]} | {line.budget} |" for line in self.lines]
        return "\n".join(["| at 120x40 | measured | budget |", "| --- | --: | --: |", *rows])


def environment() -> dict[str, str]:
    """What every program here is run with: no settings of the host's, and compiled files kept as ever."""
    return {
        "KUSTUI_SETTINGS": "/nonexistent/kustui.toml",
        "LOGNAME": "bench",
        "PYTHONDONTWRITEBYTECODE": "",
    }


def started(command: tuple[str, ...], regex: str) -> tuple[ttybench.Session, Any]:
    """A program on its terminal, and what its start cost until `regex` was on the screen."""
    tty = ttybench.Session(list(command), size=SIZE, env=environment())
    tty.start()
    return tty, tty.step({"label": "start", "wait_for_regex": regex}, since_start=True)


def start_cpu(command: tuple[str, ...], regex: str, quit_keys: str) -> float:
    """CPU milliseconds of one start."""
    tty, result = started(command, regex)
    tty.step({"keys": quit_keys, "quiet_ms": 300})
    tty.close()
    return float(result.cpu)


def desk(store: Path) -> tuple[str, ...]:
    """The command that opens that store."""
    return ("env", f"KUSTUI_DB={store}", *KUSTUI)


def bench_start(table: Table, small: Path, large: Path, count: int) -> None:
    """The start to the first list, against an empty Textual app."""
    programs = (
        ((sys.executable, str(HERE / "empty_app.py")), "READY", "<ctrl+q>"),
        (desk(small), r"Inbox \d", "<ctrl+q>y"),
        (desk(large), r"Inbox \d", "<ctrl+q>y"),
    )
    # In turns, because other work on the machine comes and goes: what is compared was run side by side.
    turns = [tuple(start_cpu(*program) for program in programs) for _ in range(RUNS)]
    empty = statistics.median(turn[0] for turn in turns)
    few, many = (statistics.median(turn[n] / turn[0] for turn in turns) for n in (1, 2))
    table.note("an empty Textual app, start", f"{empty:.0f} ms CPU")
    table.add("start to the first list, 1,000 conversations / empty app", few, 1.3, "×")
    table.add(f"start to the first list, {count:,} / empty app", many, 1.3, "×")
    table.add(f"start, {count:,} / 1,000 conversations", many / few, 1.2, "×")


def bench_growth(table: Table, small: Path, large: Path, count: int) -> None:
    """What a list and a timeline cost with how much there is, not with how much is shown."""
    costs = {}
    for store, label in ((small, 1_000), (large, count)):
        tty, _ = started(desk(store), r"Inbox \d")
        tty.step({"idle_s": 3})
        costs[label] = statistics.median(tty.step({"keys": "j", "wait_output": True}).cpu for _ in range(12))
        tty.step({"keys": "<ctrl+q>y", "quiet_ms": 300})
        tty.close()
    table.add(f"cursor down, {count:,} / 1,000 conversations", costs[count] / costs[1_000], 1.2, "×")
    opened: dict[int, float] = {}
    tty, _ = started(desk(large), r"Inbox \d")
    tty.step({"idle_s": 3})
    for _ in range(3):
        for words, messages in ((make_store.SHORT_NAME, 50), (make_store.LONG_NAME, 10_000)):
            tty.step({"keys": f"/{words}<enter>", "wait_for_regex": f"Search: {words} 1"})
            result = tty.step({"keys": "<enter>", "wait_for_regex": f"^{words}|  {words} ", "quiet_ms": 400})
            opened[messages] = min(opened.get(messages, 9e9), result.cpu)
            tty.step({"keys": "q"})
    table.add("open 10,000 messages / 50 messages", opened[10_000] / opened[50], 2, "×")
    tty.step({"keys": "<ctrl+q>y", "quiet_ms": 300})
    tty.close()


def main() -> int:
    """Measure, print the table, answer 1 when a budget was exceeded."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--quick", action="store_true", help="10,000 in place of 100,000")
    parser.add_argument("--stores", type=Path, help="a folder to keep the made stores in, for another run")
    args = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    count = 10_000 if args.quick else 100_000
    table = Table()
    with tempfile.TemporaryDirectory(prefix="kustui-bench-") as name:
        folder = Path(name)
        stores = args.stores or folder
        small, large = stores / "small.db", stores / f"{count}.db"
        for store, conversations in ((small, 1_000), (large, count)):
            if not store.exists():
                make_store.fill(store, conversations, long=10_000)
        bench_start(table, small, large, count)
        bench_growth(table, small, large, count)
        frugal.measure(table, desk(large), environment(), frugal.agent(large, KUSTUI, environment()))
        frugal.slow_line(table, desk(large), environment())
        costs = sizes.table(stores, sizes.SIZES[:2] if args.quick else sizes.SIZES)
        filed = mail.filing(table, folder, KUSTUI, environment(), count)
        mail.searching(table, desk(filed), environment(), count)
        beside = mail.beside(folder, folder / f"{count}.mbox", desk(filed), environment())
    print(table.markdown(), beside, costs, sep="\n\n")
    return 0 if all(line.kept for line in table.lines) else 1


if __name__ == "__main__":
    sys.exit(main())
