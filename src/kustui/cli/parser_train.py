"""The words of `kustui train`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from kustui.cli.arguments import Parser, add, line_by_line, on_a_line
from kustui.core.shift import BY_ID, FASTEST

PLAY = "play"
ACTS = ("list", "check", "guide", PLAY, "go-on", "shifts", "score", "record", "replay")
_VALUED = ("--db", "--agent")


def training(commands: Any) -> None:
    """The command that has to do with training."""
    train = add(
        commands,
        "train",
        "Shifts to practise with: `kustui train NAME` plays a scenario, in a workspace of its own.",
        "  kustui train list\n  kustui train calm-morning --seed 7\n  kustui train score",
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
    _playing(acts)
    add(acts, "guide", "Says how a scenario is written, on a page.", "  kustui train guide")


def watching(commands: Any) -> None:
    """The command that looks on."""
    watch = add(
        commands,
        "watch",
        "Shows the desk of a trainee while they play; nothing that is pressed changes anything.",
        "  kustui watch\n  kustui watch monday-7.shift",
        as_json=False,
    )
    _shift(watch)
    line_by_line(watch, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    on_a_line(watch, default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def _playing(acts: Any) -> None:
    play = add(
        acts,
        PLAY,
        "Plays a scenario: the same seed and the same keys give the same shift.",
        "  kustui train calm-morning --seed 7\n  kustui train my-shift.toml --pace 10",
        as_json=False,
    )
    play.add_argument("name", metavar="NAME", help="one of `kustui train list`, or a scenario's file")
    play.add_argument("--seed", type=int, default=1, metavar="N", help="who comes, and when (1)")
    play.add_argument("--into", default="", metavar="FILE", help="where the shift is kept; not there yet")
    _pace(play)
    line_by_line(play, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    on_a_line(play, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    again = add(
        acts, "go-on", "Goes on with a shift where it was left.", "  kustui train go-on", as_json=False
    )
    _shift(again)
    _pace(again)
    line_by_line(again, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    on_a_line(again, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    add(acts, "shifts", "Lists the shifts that were played.", "  kustui train shifts --json")
    score = add(
        acts,
        "score",
        "Says how a shift went, or goes.",
        "  kustui train score\n  kustui train score monday-7.shift --html card.html",
    )
    _shift(score)
    score.add_argument("--html", metavar="FILE", help="write the scorecard as a page")
    record = add(
        acts,
        "record",
        "Writes a shift as a recording: a line for each instant at which something was done.",
        "  kustui train record --output monday.jsonl",
        as_json=False,
    )
    _shift(record)
    record.add_argument("--output", metavar="FILE", help="where to; standard output without it")
    replay = add(
        acts,
        "replay",
        "Plays a recorded shift on the screen.",
        "  kustui train replay monday.jsonl --speed 20",
        as_json=False,
    )
    _shift(replay, "a recording, or a shift's file; the latest shift without one")
    line_by_line(replay, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    on_a_line(replay, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    replay.add_argument(
        "--speed", type=_speed, default=1.0, metavar="N", help="seconds of the shift in each real one (1)"
    )


def _shift(parser: Parser, words: str = "a shift's file; the latest without one") -> None:
    parser.add_argument("file", nargs="?", default="", metavar="SHIFT", help=words)


def _pace(parser: Parser) -> None:
    parser.add_argument(
        "--pace",
        choices=tuple(BY_ID),
        default="keys",
        help="how time passes: with each key (keys), not at all (held), or 1, 10 or 60 times as fast",
    )


def _speed(text: str) -> float:
    try:
        found = float(text.removesuffix("x"))
    except ValueError:
        found = 0.0
    if not 0.1 <= found <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0.1 to {FASTEST:g}")
    return found


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
