"""The workspace as a whole: init, import, doctor, tick, worker."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from kustui.cli.output import Output
from kustui.core.text import clean
from kustui.core.words import size
from kustui.desk import Desk
from kustui.errors import KustuiError, Refused

if TYPE_CHECKING:
    # Loading the rooms that write would slow every command that only looks.
    from kustui.desk.clockwork_pass import Pass
    from kustui.desk.intake import Tally

AGAIN_SECONDS = 600.0
"""After so long a worker says again what trouble it is in."""


def init(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui init`: the workspace is there when this runs; it says where."""
    out.item(
        {"path": desk.store_place, "workspace": desk.workspace, "agent": desk.agent.login},
        f"{desk.workspace} is ready at {desk.store_place}; you are {desk.agent.name}.",
    )


def import_mail(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui import PATH...`: files mail, with a progress bar on a terminal."""
    if args.quarantine:
        _quarantine(desk, args, out)
        return
    if not args.paths:
        raise Refused(
            "Nothing to import", "Name .eml files, mbox files, Maildir folders, or folders of these."
        )
    paths = [Path(item) for item in args.paths]
    # An empty word would be this folder; the shell makes one of a variable that is not set.
    missing = [item or "''" for item in args.paths if not (item and os.path.exists(item))]
    if missing:
        raise Refused("Nothing there", f"{', '.join(missing)}: no such file or folder. Nothing was imported.")
    status = "done" if args.done else ""
    if out.as_json or not sys.stderr.isatty():
        tally = desk.intake.import_mail(paths, status=status)
    else:
        tally = _with_bar(desk, paths, status)
    out.item(tally.counts(), tally.words())


def _with_bar(desk: Desk, paths: list[Path], status: str) -> Tally:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("0 read", total=desk.intake.total(paths))

        def moved(step: int, tally: Tally) -> None:
            progress.update(task, advance=step, description=f"{tally.read:,} read")

        return desk.intake.import_mail(paths, moved, status=status)


def _quarantine(desk: Desk, args: Namespace, out: Output) -> None:
    found = desk.reads.quarantine()
    out.items(
        ({"id": item[0], "source": item[1], "reason": item[2], "bytes": item[3]} for item in found),
        (f"{item[0]:>5}  {size(item[3]):>8}  {item[1]}: {item[2]}" for item in found),
        empty="Nothing is in quarantine.",
    )


def doctor(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui doctor`: checks the workspace and says what to do."""
    from kustui.desk.doctor import examine

    found = examine(desk)
    out.items(
        ({"check": item.name, "ok": item.ok, "words": item.words} for item in found),
        (f"{'ok ' if item.ok else 'LOOK'}  {item.name:<14} {item.words}" for item in found),
        empty="",
    )
    if not all(item.ok for item in found):
        raise Refused("Something wants attention", "See the lines marked LOOK.")


def tick(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui tick`: one pass of the clockwork."""
    done = desk.clockwork.tick()
    out.item(done.counts(), _words(done))
    if done.trouble is not None:
        raise done.trouble


def _words(done: Pass) -> str:
    sent = f"{done.sent} sent, {done.failed} not sent, {done.held} held"
    routed = f", {done.routed} routed" if done.routed else ""
    return f"{done.woken} woken, {sent}, {done.received} received{routed}"


def worker(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui worker`: the clockwork until SIGTERM or Ctrl+C."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())

    def told(words: str) -> None:
        out.line(words)
        # A log that the worker is piped into shows each pass when it happens.
        sys.stdout.flush()

    def changed(done: Pass) -> None:
        told(_words(done))

    said: dict[str, float] = {}

    def trouble(error: KustuiError) -> None:
        # A trouble that stays comes with every pass, and a log need not say it every second.
        words, now = clean(str(error)), time.monotonic()
        if now - said.get(words, -AGAIN_SECONDS) >= AGAIN_SECONDS:
            said[words] = now
            print(words, file=sys.stderr, flush=True)

    # It says itself what is wrong; Python would say it once more where no log is kept.
    logging.getLogger("kustui").addHandler(logging.NullHandler())
    threads = desk.clockwork.run(stop, changed, trouble)
    told("The clockwork runs; Ctrl+C ends it.")
    while not stop.wait(1.0):
        pass
    desk.clockwork.finish(threads)
