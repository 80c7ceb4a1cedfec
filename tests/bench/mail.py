"""Filing and searching a large mailbox, and other terminal programs at the same mail in the same run."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tools import make_mbox, ttybench

if TYPE_CHECKING:
    from bench.__main__ import Table

SIZE = (120, 40)
A_SECOND = 1_000
"""Messages that are filed in a second, at least."""
GROWTH = 20
"""MiB that ten times as much mail may take at the peak."""
TYPED = ("parcel refund", "subject:invoice strap", "customer77", "thank yo")
"""What is looked for, letter by letter."""


def filing(
    table: Table, folder: Path, kustui: tuple[str, ...], environment: dict[str, str], count: int
) -> Path:
    """File a tenth of `count` messages, and all of them; answers the store of these."""
    peaks = {}
    for each in (count // 10, count):
        box = folder / f"{each}.mbox"
        make_mbox.write(box, each, each // 5)
        store = folder / f"filed-{each}.db"
        began = time.monotonic()
        child = subprocess.Popen(
            [*kustui, "import", str(box), "--db", str(store), "--json"],
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(child.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        took = time.monotonic() - began
        peaks[each] = usage.ru_maxrss / 1024
    table.at_least(f"filing {count:,} messages", count / took, A_SECOND, "a second")
    table.add(
        f"peak memory, filing {count:,} over {count // 10:,}",
        peaks[count] - peaks[count // 10],
        GROWTH,
        "MiB",
    )
    return store


def searching(table: Table, desk: tuple[str, ...], environment: dict[str, str], count: int) -> None:
    """Searching as it is typed: each letter has its list."""
    tty = ttybench.Session([*desk], size=SIZE, env=environment)
    tty.start()
    tty.step({"wait_for_regex": r"Inbox \d", "quiet_ms": 300}, since_start=True)
    tty.step({"idle_s": 3})
    costs = []
    for words in TYPED:
        tty.step({"keys": "/", "quiet_ms": 300})
        costs += [tty.step({"keys": letter, "quiet_ms": 250}).cpu for letter in words]
        tty.step({"keys": "<esc>", "quiet_ms": 300})
    table.add(f"searching {count:,} messages as you type, a letter", statistics.median(costs), 50, "ms CPU")
    table.add(f"searching {count:,} messages as you type, the worst letter", max(costs), 50, "ms CPU")
    tty.close()


# -- others at the same mail --------------------------------------------------------------


class Neighbour(NamedTuple):
    """A program at the mail, and its keys: to the first row, a page of the list, and what shows a message."""

    name: str
    command: list[str]
    environment: dict[str, str]
    ready: str
    first: str
    page: str


ROWS = ("start", "cursor down", "a page of the list", "opening a message", "idle, 5 s", "memory")


def beside(folder: Path, box: Path, kustui: tuple[str, ...], environment: dict[str, str]) -> str:
    """A table of kustui, and of neomutt and aerc where they are installed, at the mail of an mbox."""
    programs = [Neighbour("kustui", [*kustui], environment, r"Inbox \d", "<home>", "<pagedown>")]
    maildir = folder / "maildir" / "INBOX"
    for name, first, page in (("neomutt", "=", "z"), ("aerc", "gg", "<ctrl+f>")):
        if path := shutil.which(name):
            if not maildir.exists():
                _spread(box, maildir)
            command, places = _set_up(name, path, folder, maildir)
            programs.append(Neighbour(name, command, places, r"Customer \d", first, page))
    columns = [_measured(each) for each in programs]
    lines = [
        "| " + " | ".join(["at the same mail", *(each.name for each in programs)]) + " |",
        "| --- |" + " --: |" * len(programs),
    ]
    lines += [
        "| " + " | ".join([row, *(column[at] for column in columns)]) + " |" for at, row in enumerate(ROWS)
    ]
    return "\n".join(lines)


def _measured(program: Neighbour) -> list[str]:
    """What each of ROWS costs."""
    tty = ttybench.Session(program.command, size=SIZE, env=program.environment)
    tty.start()
    ready = {"wait_for_regex": program.ready, "quiet_ms": 1_000, "timeout_s": 600}
    start = tty.step(ready, since_start=True)
    tty.step({"idle_s": 3})
    tty.step({"keys": program.first, "quiet_ms": 500})
    moves = [tty.step({"keys": "j", "wait_output": True, "quiet_ms": 150}) for _ in range(10)]
    pages = [tty.step({"keys": program.page, "wait_output": True, "quiet_ms": 300}) for _ in range(5)]
    opened = tty.step({"keys": "<enter>", "wait_output": True, "quiet_ms": 800})
    idle = tty.step({"idle_s": 5})
    tty.close()
    rest = f"{idle.bytes:,} bytes, {idle.wakes / 5:.0f} wake-ups a second"
    return [_both([start]), _both(moves), _both(pages), _both([opened]), rest, f"{idle.rss:,.0f} MB"]


def _both(results: list[ttybench.Result]) -> str:
    size, cpu = (statistics.median(getattr(each, what) for each in results) for what in ("bytes", "cpu"))
    return f"{size:,.0f} bytes, {cpu:,.{0 if cpu >= 100 else 1}f} ms CPU"


def _set_up(name: str, path: str, folder: Path, maildir: Path) -> tuple[list[str], dict[str, str]]:
    """The command that opens a maildir, and its environment."""
    home = folder / name
    home.mkdir(exist_ok=True)
    places: dict[str, Any] = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    if name == "neomutt":
        (home / "Mail").mkdir(exist_ok=True)
        (home / "rc").write_text("set sleep_time=0\nset mbox_type=Maildir\nset quit=yes\n")
        return [path, "-n", "-F", str(home / "rc"), "-f", str(maildir)], places
    (home / "aerc").mkdir(exist_ok=True)
    accounts = home / "aerc" / "accounts.conf"
    accounts.write_text(
        f"[mail]\nsource = maildir://{maildir.parent}\ndefault = INBOX\nfrom = a@example.com\n"
    )
    accounts.chmod(0o600)
    return [path], places


def _spread(box: Path, maildir: Path) -> None:
    """The messages of an mbox as files of a Maildir."""
    for part in ("cur", "new", "tmp"):
        (maildir / part).mkdir(parents=True, exist_ok=True)
    for number, message in enumerate(_messages(box)):
        (maildir / "cur" / f"{number}.bench:2,S").write_bytes(message)


def _messages(box: Path) -> Iterator[bytes]:
    lines: list[bytes] = []
    with box.open("rb") as file:
        for line in file:
            if line.startswith(b"From ") and lines:
                yield b"".join(lines[1:])
                lines = []
            lines.append(line)
    yield b"".join(lines[1:])
