"""The small charts of a scorecard, as text for a terminal of 80 columns (extra `training`)."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from types import ModuleType

from kustui.core import words
from kustui.core.scorecard import Scorecard
from kustui.errors import MissingExtra

HEIGHT = 6
"""Lines of the curve."""
_BLANK = 0x2800
_ROWS = (0x09, 0x12, 0x24, 0xC0)
"""The dots of a sign of Braille, a row each."""
_SIGNS = ("'", "-", "-", "_")


def drawn(card: Scorecard, zone: tzinfo, *, width: int, ascii_only: bool = False) -> str:
    """Replies in each part of the shift as bars, and who waited as a curve; at most `width` columns, times of
    day by `zone`. Raises MissingExtra where the library that draws is not installed.
    """
    plotille = _library()
    lines = [
        "Replies, by when the time began",
        *_bars(plotille, card, zone, width),
        "",
        "Customers waiting",
        *_curve(plotille, card, zone, width),
    ]
    return "\n".join(_plain(line).rstrip() if ascii_only else line.rstrip(" ⠀") for line in lines)


def _library() -> ModuleType:
    try:
        import plotille
    except ImportError as error:
        raise MissingExtra("Drawing charts", "training") from error
    found: ModuleType = plotille
    return found


def _bars(plotille: ModuleType, card: Scorecard, zone: tzinfo, width: int) -> list[str]:
    labels = [_clock(each.began, card, zone) for each in card.curve]
    counts = [each.replies for each in card.curve]
    text = plotille.hist_aggregated(counts, labels=labels, width=width - 20, linesep="\n")
    # Its own head and foot say no more than ours.
    return [f"  {line}" for line in text.split("\n")[1:-1]]


def _curve(plotille: ModuleType, card: Scorecard, zone: tzinfo, width: int) -> list[str]:
    ends = [*(each.began for each in card.curve[1:]), card.now]
    minutes = [(end - card.began) / timedelta(minutes=1) for end in ends]
    counts = [each.waiting for each in card.curve]
    figure = plotille.Figure()
    figure.width, figure.height, figure.linesep = width - 24, HEIGHT, "\n"
    figure.with_colors = figure.origin = False
    figure.x_label = figure.y_label = ""
    # So that each line of the curve is a whole number of customers.
    figure.set_y_limits(0, HEIGHT * max(1, -(-max(counts) // HEIGHT)))
    figure.set_x_limits(0, max(1.0, minutes[-1]))
    figure.y_ticks_fkt = lambda low, _: f"{round(low):>10}"
    figure.x_ticks_fkt = lambda low, _: _clock(card.began + timedelta(minutes=float(low)), card, zone)
    # One stretch is a level line.
    figure.plot([0.0, *minutes], [counts[0], *counts])
    # Names of the axes stand in brackets, which are empty.
    lines = [line.removesuffix(" ()") for line in figure.show().split("\n") if line.strip(" ()^")]
    return [f"  {line[6:]}" for line in lines]


def _clock(at: datetime, card: Scorecard, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    if card.now - card.began <= timedelta(days=1):
        return words.clock(local)
    return f"{words.DAYS[local.weekday()][:3]} {words.clock(local)}"


def _plain(line: str) -> str:
    """A line without signs of Braille: what fills a bar is #, a curve keeps its height."""
    return "".join(map(_sign, line))


def _sign(sign: str) -> str:
    dots = ord(sign) - _BLANK
    if not 0 <= dots < 256:
        return sign
    rows = [place for place, row in enumerate(_ROWS) if dots & row]
    if not rows:
        return " "
    return "#" if len(rows) == len(_ROWS) or dots in (0x7F, 0x77, 0x57, 0x47, 0x07) else _SIGNS[rows[-1]]
