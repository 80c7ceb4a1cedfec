"""A typed line as a command of `kustui`: the same words, the same refusals, at the desk that is open."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from kustui.cli import SEVERAL, obey, run_command
from kustui.cli.arguments import Parser
from kustui.cli.parser import build
from kustui.errors import Refused
from kustui.plain.table import ELSEWHERE

if TYPE_CHECKING:
    from kustui.core.commands import Command
    from kustui.desk import Desk

BARE_NUMBERS = ("priority", "snooze")
"""Commands whose first word may be a number of another kind: a priority, the key of a choice."""


@cache
def parser() -> Parser:
    """The command line's own words."""
    return build()


@cache
def commands() -> dict[str, Parser]:
    """Each command with what it takes."""
    found: Any = next(each for each in parser()._actions if each.dest == "command")  # noqa: SLF001 - argparse has no door to it
    return dict(found.choices)


def filled_in(words: Sequence[str], conversation: int | None, customer: int | None) -> list[str]:
    """The words of a command with what is open in it, where it is done to a conversation or a customer that
    is not named. Raises Refused where nothing is open, and for a number that could be a row's.
    """
    name, rest = words[0], list(words[1:])
    about = _about(name)
    if name == "show" and "--customer" in rest:
        about = "customer"
    elif {"--customer", "--new"} & set(rest):
        return [name, *rest]
    if not about or (rest and rest[0].startswith("#")):
        return [name, *rest]
    if rest and rest[0].isdecimal() and name not in BARE_NUMBERS:
        noun = "customer" if about == "customer" else "conversation"
        raise Refused(
            f"{rest[0]} may mean two things",
            f"A number alone is a row of the list; the {noun}'s own is #{rest[0]}.",
        )
    number = customer if about == "customer" else conversation
    if number is None:
        raise Refused("Nothing is open", "Open a row by its number first, or name one: #142.")
    return [name, str(number), *rest]


def parsed(words: Sequence[str]) -> Namespace:
    """What a line says; raises Refused for one that makes no sense, and for what is no act at this desk."""
    if words[0] in ELSEWHERE:
        raise Refused("Not from here", f"`kustui {words[0]}` is a command for a shell of its own.")
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            args = parser().parse_args(list(words))
    except SystemExit:
        # Argparse ends a program with its sentence; here it is one of many.
        lines = said.getvalue().strip().removeprefix("kustui: ").splitlines() or ["That makes no sense"]
        if lines[-1].startswith("Try: "):
            lines[-1] = f"Try: help {words[0]}"
        raise Refused("\n".join(lines)) from None
    if args.db is not None or args.agent or args.plain is not None:
        raise Refused("This desk is open", "--db, --agent and --plain are for `kustui` itself.")
    return args


def do(desk: Desk, args: Namespace, table: tuple[Command, ...], say: Callable[[str], None]) -> None:
    """Do what a parsed line says, and say what the command says; raises KustuiError."""
    out, err = io.StringIO(), io.StringIO()
    typed = sys.stdin
    # What is typed next is the next line, and no command's to read.
    sys.stdin = None
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            if args.command == "keys":
                run_command(args, lambda: desk, table)
            else:
                obey(args, desk)
    finally:
        sys.stdin = typed
        for line in (*err.getvalue().splitlines(), *out.getvalue().splitlines()):
            say(line.removeprefix("kustui: "))


def help_of(name: str) -> Iterator[str]:
    """What a command does and takes, in lines; raises Refused for no command."""
    if name in ELSEWHERE:
        raise Refused("Not from here", f"`kustui {name}` is a command for a shell of its own.")
    if name not in commands():
        raise Refused("No such act", f"There is no {name!r}; `help` says every one.")
    found = commands()[name]
    yield str(found.description)
    for line in found.examples.splitlines():
        # A pipe, or a file to write to, is the shell's.
        if line.startswith("  kustui ") and " > " not in line:
            yield f"Example: {_as_typed(name, line.strip().removeprefix('kustui '))}"
    for action in found._actions:  # noqa: SLF001 - argparse has no door to it
        if action.dest in ("help", "db", "agent"):
            continue
        if isinstance(action.choices, dict):
            yield f"Acts: {', '.join(action.choices)}."
            continue
        said = f"One of {', '.join(map(str, action.choices))}" if action.choices else ""
        words = ". ".join(filter(None, (action.help and str(action.help), said)))
        yield f"{', '.join(action.option_strings) or action.metavar or action.dest}: {words or 'text'}"


def _as_typed(name: str, example: str) -> str:
    """An example as it is typed here, where a conversation's own number has its sign."""
    if not _about(name):
        return example
    return re.sub(rf"(?<=\b{name} )[\d ,]*\d", lambda found: re.sub(r"(\d+)", r"#\1", found[0]), example)


def _about(name: str) -> str:
    """The first thing a command is done to: "id" or "customer"; empty for other commands."""
    for action in commands()[name]._actions:  # noqa: SLF001 - argparse has no door to it
        if not action.option_strings:
            return action.dest if action.dest in SEVERAL and action.dest != "draft" else ""
    return ""
