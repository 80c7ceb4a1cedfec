"""What the commands `demo`, `tour`, `train` and `watch` answer: a desk to be shown, or words (SPEC G3)."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kustui import staging
from kustui.cli.output import Output
from kustui.core.text import clean
from kustui.errors import KustuiError, Refused
from kustui.wiring import shift_at

if TYPE_CHECKING:
    from kustui.desk import Desk

COLUMNS = 80
"""How wide a scorecard is in a terminal."""


SCREENS = {"tour": "The tour", "watch": "A trainee's desk", "train": "A shift"}
"""What is shown on the screen alone, by its command."""


def answered(args: Namespace, *, on_screen: bool, plain: bool = False) -> int | Callable[[], Desk]:
    """The exit code of a command that answers in words, or what opens the desk it shows; `on_screen` says
    whether there is a terminal to show it in. Raises Refused for what cannot go line by line, where it is
    to be `plain`.
    """
    shows = args.command != "train" or args.what in ("play", "go-on", "replay")
    if plain and args.command in SCREENS and shows:
        raise Refused(
            f"{SCREENS[args.command]} needs the screen",
            "Line by line there are `kustui --plain` and `kustui demo --plain`; --no-plain opens the screen.",
        )
    if args.command == "tour":
        if on_screen and not args.json:
            return lambda: staging.tour(again=args.again)
        return _tour(args)
    if args.command == "demo":
        return lambda: staging.demo(args.seed)
    if args.command == "watch":
        return lambda: staging.watched(args.file)
    if args.what == "play":
        return lambda: staging.play(args.name, args.seed, args.into, args.pace)
    if args.what == "go-on":
        return lambda: staging.go_on(args.file, args.pace)
    if args.what == "replay":
        return lambda: staging.replayed(args.file, args.speed)
    if args.what == "shifts":
        return _shifts(Output(as_json=args.json))
    if args.what == "score":
        return _score(args)
    if args.what == "record":
        return _record(args.file, args.output)
    from kustui.cli.train import train
    from kustui.training import scenario

    return train(args, scenario)


def _tour(args: Namespace) -> int:
    from kustui.cli.touring import tour
    from kustui.desk.touring import Tour

    taken = Tour(staging.tour_path())
    if args.again:
        taken.begin_again()
    tour(taken, Output(as_json=args.json))
    return 0


def _score(args: Namespace) -> int:
    from kustui.cli.scoring import scored
    from kustui.training import play, score_html, score_words

    desk = staging.look(args.file)
    try:
        card, zone = play.card(desk), play.zone_of(desk)
        scored(
            card,
            lambda plain: score_words.whole(card, zone, width=COLUMNS, ascii_only=plain),
            lambda: score_html.document(card, zone),
            Output(as_json=args.json),
            Path(args.html) if args.html else None,
        )
    finally:
        desk.store.close()
    return 0


def _record(file: str, output: str | None) -> int:
    from kustui.cli.exchange import to_file
    from kustui.training import recording

    desk = staging.look(file)
    try:
        lines = (line + "\n" for line in recording.write(desk.shifts.facts() or {}, desk.shifts.entries()))
        if output:
            to_file(Path(output), (line.encode() for line in lines))
            Output(as_json=False).line(f"Written: {output}")
        else:
            sys.stdout.writelines(lines)
    finally:
        desk.store.close()
    return 0


def _shifts(out: Output) -> int:
    found = []
    for path in staging.played():
        try:
            shift = shift_at(path)
        except KustuiError as error:
            sys.stderr.write(clean(f"kustui: {path}: {error}\n"))
            continue
        found.append(
            _told(path, str(shift.facts.get("title", "")), int(shift.state.get("keys", 0)), shift.now)
        )
    out.items(
        found,
        (f"{each['file']}  {each['title']}, {each['keys']:,} keys" for each in found),
        empty="Nobody has played yet.",
    )
    return 0


def _told(path: Path, title: str, keys: int, now: datetime) -> dict[str, object]:
    return {"file": str(path), "title": title, "keys": keys, "now": now}
