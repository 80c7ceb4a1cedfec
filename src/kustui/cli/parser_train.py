"""The words of `kustui train`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kustui.cli.arguments import Parser, add

ACTS = ("list", "check", "guide")
PLAY = "play"
_VALUED = ("--db", "--agent")


def training(commands: Any) -> None:
    """The command that has to do with training."""
    train = add(
        commands,
        "train",
        "Scenarios to practise with: lists them, checks one, says how one is written.",
        "  kustui train list\n  kustui train check my-shift.toml --json\n  kustui train guide",
        as_json=False,
    )
    acts = train.add_subparsers(dest="what", metavar="ACT", parser_class=Parser, required=True)
    add(acts, "list", "Lists the scenarios that come with kustui.", "  kustui train list --json")
    check = add(
        acts,
        "check",
        "Names everything that is wrong with a scenario; exit code 1 when something is.",
        "  kustui train check my-shift.toml\n  kustui train check monday --json",
    )
    check.add_argument("file", metavar="FILE", help="a scenario's file, or the name of one of the list")
    add(acts, "guide", "Says how a scenario is written, on a page.", "  kustui train guide")


def spelled_out(arguments: Sequence[str], acts: Sequence[str]) -> list[str]:
    """The arguments with `train NAME` written as `train play NAME`, where playing is one of the `acts`."""
    found = list(arguments)
    place = 0
    while place < len(found) and found[place].startswith("-"):
        place += 2 if found[place] in _VALUED else 1
    following = found[place + 1 : place + 2]
    is_named = bool(following) and following[0] not in acts and not following[0].startswith("-")
    if found[place : place + 1] == ["train"] and PLAY in acts and is_named:
        found.insert(place + 1, PLAY)
    return found
