"""What `kustui serve` offers to browsers: the demo, a scenario, or a workspace (SPEC G3)."""

from __future__ import annotations

import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kustui.errors import Refused
from kustui.web import server
from kustui.web.doors import TOKEN_VARIABLE
from kustui.web.offer import Offer

if TYPE_CHECKING:
    from kustui.desk import Desk

LARGEST_TOKEN = 1_000
"""Characters of a token's file that are read."""


def serve(args: Namespace, open_desk: Callable[[], Desk]) -> int:
    """Serve what the command line says until it is stopped; answers the exit code, or raises KustuiError."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logging.getLogger("kustui").addHandler(handler)

    def told(words: str) -> None:
        sys.stdout.write(words + "\n")
        sys.stdout.flush()

    token = _token(args.token_file)
    offer = _offer(args, open_desk)
    server.run(offer, told, host=args.host, port=args.port, token=token, most=args.sessions)
    return 0


def _token(file: str) -> str:
    """The token of a file, else of the environment; "" for none. Raises Refused for a file without one."""
    if not file:
        return os.environ.get(TOKEN_VARIABLE, "")
    try:
        with Path(file).expanduser().open(encoding="utf-8") as opened:
            found = opened.read(LARGEST_TOKEN).strip()
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "it is no text"
        raise Refused("The token cannot be read", f"{file}: {words}.") from error
    if not found:
        raise Refused("No token", f"{file} is empty.")
    return found


def _offer(args: Namespace, open_desk: Callable[[], Desk]) -> Offer:
    if args.agents and (args.demo or args.train):
        raise Refused("No agents to choose", "--agents is for a workspace; a shift has a part of its own.")
    if args.demo:
        return Offer(
            "kustui demo",
            lambda _: ("demo", "--seed", str(args.seed)),
            words=("Each gets a made-up workspace of their own, which is thrown away.", _FILES),
        )
    return _shifts(args) if args.train else _workspace(args, open_desk)


_FILES = "Files of this host are neither read nor written for whoever comes."


def _shifts(args: Namespace) -> Offer:
    from kustui import staging
    from kustui.training import play

    # Its faults are named before anybody comes.
    scenario = play.part(args.train, args.seed).scenario
    source = str(Path(args.train).resolve()) if Path(args.train).is_file() else args.train
    folder = staging.shifts_folder()

    def file(seat: str) -> Path:
        return folder / f"{scenario.name}-{args.seed}-{seat}{play.SUFFIX}"

    def command(seat: str) -> tuple[str, ...]:
        kept = str(file(seat))
        if Path(kept).exists():
            return ("train", "go-on", kept)
        return ("train", "play", source, "--seed", str(args.seed), "--into", kept)

    return Offer(
        scenario.title,
        command,
        asks="name",
        alone=True,
        is_taken=lambda seat: file(seat).exists(),
        words=(
            f"Each plays {scenario.title}, seed {args.seed}, as a shift of their own.",
            f"Look on with: kustui watch {file('THEIR-NAME')}",
            _FILES,
        ),
    )


def _workspace(args: Namespace, open_desk: Callable[[], Desk]) -> Offer:
    desk = open_desk()
    title, me = desk.workspace, desk.agent
    desk.store.close()
    place = ("--db", args.db) if getattr(args, "db", None) else ()
    who = f"one of {', '.join(args.agents)}, whom they choose" if args.agents else f"{me.name} ({me.login})"
    return Offer(
        title,
        lambda seat: (*place, "--agent", seat or me.login),
        asks="agent" if args.agents else "",
        agents=tuple(args.agents),
        is_real=True,
        words=(
            f"This is {title} itself: whoever has the token writes to its customers as {who}.",
            "Each program runs as your login on this host, with its files and its rights.",
        ),
    )
