"""A scorecard in words and small charts, for a terminal of 80 columns or more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from rich.cells import cell_len, chop_cells

from kustui.core import when, words
from kustui.core.scorecard import WHOLE, Mistake, Scorecard, Times, Waiting
from kustui.core.text import one_line
from kustui.errors import MissingExtra
from kustui.training import charts
from kustui.training.points import tenths

WIDTH = 76
"""Columns a page takes at most: a scroll bar and a margin stand beside it."""
_ASCII = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "✔": "+", "✘": "-", "·": "-"})


def page(card: Scorecard, zone: tzinfo, *, width: int = WIDTH, ascii_only: bool = False) -> str:
    """What the card says besides its mistakes; times of day are of `zone`. Heads are not indented.

    `ascii_only` is for terminals that show nothing else. Without the library that draws them the charts
    are left out, and how to have them is said.
    """
    lines = [
        f"{card.points} of {WHOLE} points: {card.title}",
        *_hung("  ", about(card, zone), width),
        *_hung("  ", f"{card.made_of}.", width),
        "",
        "Goals",
        *(line for goal in card.goals for line in _hung(f"  {'✔' if goal.met else '✘'} ", goal.words, width)),
        *([] if card.goals else ["  none"]),
        "",
        "How it went",
    ]
    for name, value in figures(card, zone):
        lines += _hung(f"  {name:<18}", value, width)
    try:
        drawn = charts.drawn(card, zone, width=width, ascii_only=ascii_only)
    except MissingExtra as error:
        drawn = "\n".join(["Charts", *_hung("  ", f"{error.title}. {error.message}", width)])
    return as_shown("\n".join([*lines, "", drawn]), ascii_only=ascii_only)


def whole(card: Scorecard, zone: tzinfo, *, width: int = WIDTH, ascii_only: bool = False) -> str:
    """The page with the mistakes at its end."""
    lines = ["", mistakes_head(card)]
    for each in card.mistakes:
        lines += ["", *_hung("  ", mistake_head(each, card, zone), width), *_hung("    ", each.words, width)]
    first = page(card, zone, width=width, ascii_only=ascii_only)
    return f"{first}\n{as_shown(chr(10).join(lines), ascii_only=ascii_only)}"


def mistakes_head(card: Scorecard) -> str:
    """How many mistakes there are."""
    count = len(card.mistakes)
    return f"{count} mistake{'s' * (count != 1)}" if count else "No mistakes"


def mistake_head(mistake: Mistake, card: Scorecard, zone: tzinfo) -> str:
    """Where a mistake was made, when, and what it takes."""
    at = when.absolute(mistake.at, zone, card.now)
    return f"#{mistake.conversation_id} {one_line(mistake.customer, 40)}, {at}: {mistake.cost} points"


def length(seconds: int) -> str:
    """A length of time: "45 s", "12 m", "2 h 05 m"."""
    return f"{seconds} s" if seconds < 60 else words.span(timedelta(seconds=seconds))


def figures(card: Scorecard, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """The figures, each with its name."""
    yield "first response", _times(card.first)
    yield "next reply", _times(card.following)
    for each in card.channels:
        if len(card.channels) > 1:
            yield f"  by {each.channel}", f"first {_times(each.first)}; next {_times(each.following)}"
    yield "replies", f"{card.replies}, {tenths(card.replies_per_hour)} an hour"
    yield "resolved", f"{card.resolved}, {card.reopened} opened again; {card.snoozed} snoozed"
    yield (
        "left",
        f"{card.still_open} open, {card.curve[-1].waiting} waiting, {card.most_waiting} at the worst",
    )
    if card.waiting:
        yield "waits longest", _who(card.waiting[0], card, zone)
    if card.worst_wait is not None and card.worst_wait not in card.waiting[:1]:
        yield "longest wait", _who(card.worst_wait, card, zone)
    yield "missed targets", str(card.missed_targets)
    yield "failed", f"{card.failed} never tried again" if card.failed else "nothing"
    if card.keys_per_task is not None:
        yield "keys", f"{card.keys:,}, {tenths(card.keys_per_task)} for each task"
    for effort in card.efforts[:5]:
        yield f"  {effort.act[:15]}", f"{effort.times} times, {tenths(effort.tenths)} keys each"


def as_shown(text: str, *, ascii_only: bool) -> str:
    """`text` as a terminal of that kind shows it."""
    return text.translate(_ASCII).encode("ascii", "replace").decode() if ascii_only else text


def about(card: Scorecard, zone: tzinfo) -> str:
    """Whose shift it was, when, and how much of it is over."""
    gone = length(int((card.now - card.began).total_seconds()))
    began, now = (_moment(at, zone, card.now) for at in (card.began, card.now))
    part = "" if card.over else f", {gone} of {length(card.length)}"
    return f"{card.scenario}, seed {card.seed}, {card.agent}, {began} to {now}{part}"


def _times(times: Times) -> str:
    if not times.count:
        return "none"
    median, ninety, worst = map(length, (times.median, times.ninety, times.worst))
    return f"median {median}, 9 of 10 in {ninety}, worst {worst} ({times.count:,})"


def _who(wait: Waiting, card: Scorecard, zone: tzinfo) -> str:
    at = when.absolute(wait.since, zone, card.now)
    return f"{length(wait.seconds)}: #{wait.conversation_id} {one_line(wait.customer, 30)}, since {at}"


def _moment(at: datetime, zone: tzinfo, now: datetime) -> str:
    return words.moment(at.astimezone(zone), now.astimezone(zone))


def _hung(prefix: str, text: str, width: int) -> Iterator[str]:
    """`text` behind a prefix, in lines no wider than `width` cells, each as far in as the first."""
    room = width - cell_len(prefix)
    kept = ""
    for word in text.split():
        # A script without spaces has words longer than a line.
        for piece in chop_cells(word, room) if cell_len(word) > room else (word,):
            joined = f"{kept} {piece}".lstrip()
            if cell_len(joined) <= room:
                kept = joined
                continue
            yield prefix + kept
            prefix, kept = " " * cell_len(prefix), piece
    yield prefix + kept
