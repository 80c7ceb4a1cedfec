"""Characters of several code points, on whose width terminals do not agree."""

from __future__ import annotations

from kustui.core.text import MARKS_PER_LETTER, clean
from kustui.ui.wrap import spread


def disputed(chars: list[str]) -> bool:
    """Whether terminals may disagree on the width of any of these."""
    return "" in chars or len("".join(chars)) > len(chars)


def joined(chars: list[str], at: int) -> tuple[int, int]:
    """Where words that begin at `at` with a letter and its vowel sign end, and where the blanks after them.

    Nowhere (0, 0) where there is no such letter, or not room enough for a terminal that spreads it.
    """
    if not spread(chars[at]):
        return 0, 0
    end = last = at
    while (
        end < len(chars) and chars[end] and chars[end] <= "\U0001f000" and chars[end : end + 2] != [" ", " "]
    ):
        end += 1
        last = end
    while end < len(chars) and chars[end] == " ":
        end += 1
    return (last, end) if spread("".join(chars[at:last])) <= end - last else (0, 0)


def few_marks(cluster: str) -> str:
    """A character with no more marks than a terminal can be expected to stack on it."""
    return cluster if len(cluster) <= MARKS_PER_LETTER else clean(cluster)
