"""How a colour is named to a terminal, in as few bytes as it takes."""

from __future__ import annotations

from functools import cache

from rich.color import Color, ColorSystem

# The first sixteen look as the terminal's owner likes them; the others are the same everywhere.
FIXED = range(16, 256)


def ansi(color: Color, colors: ColorSystem, *, foreground: bool) -> str:
    """The numbers that set a colour, in what the terminal can show; a colour with a number goes by that."""
    shown = color.downgrade(colors)
    if shown.triplet is not None and (number := _numbers().get(shown.triplet)) is not None:
        return f"{38 if foreground else 48};5;{number}"
    return ";".join(shown.get_ansi_codes(foreground=foreground))


@cache
def _numbers() -> dict[tuple[int, ...], int]:
    """The number of each colour that has one."""
    return {tuple(Color.from_ansi(number).get_truecolor()): number for number in reversed(FIXED)}
