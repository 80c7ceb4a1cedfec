"""One deed done to several things: what became of each, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kustui.core.records import Changed
from kustui.errors import Refused

ASKED_FROM = 20
"""So many at once are asked about first."""
MOST = 1_000
"""So many can be selected."""
NAMED = 5
"""Of those that could not be, as many as are named."""


class One(NamedTuple):
    """What became of one of them: what changed, or why it was left as it was."""

    id: int
    changed: Changed | None = None
    refusal: Refused | None = None


class Together(NamedTuple):
    """What became of each, in the order they were named, and of all in one sentence."""

    ones: tuple[One, ...]
    notice: str

    def changed(self) -> Changed:
        """All that changed as one; raises Refused when nothing did."""
        done = [one.changed for one in self.ones if one.changed is not None]
        if not done:
            raise Refused("Nothing was changed", self.notice)
        return Changed(
            frozenset().union(*(each.customers for each in done)),
            frozenset().union(*(each.conversations for each in done)),
            self.notice,
        )


def counted(number: int, noun: str = "conversation") -> str:
    """So many of them: 1 conversation, 12 conversations."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def summed(word: str, ones: Sequence[One], noun: str = "conversation") -> str:
    """What became of all: "Done: 12 conversations; 2 could not be: already done (#3, #7)"."""
    reasons: dict[str, list[int]] = {}
    for one in ones:
        if one.refusal is not None:
            title = one.refusal.title
            reasons.setdefault(title[:1].lower() + title[1:], []).append(one.id)
    left = sum(map(len, reasons.values()))
    said = f"{word}: {counted(len(ones) - left, noun)}" if left < len(ones) else f"{word}: none"
    if not left:
        return said
    why = ", ".join(f"{reason} ({_named(numbers)})" for reason, numbers in reasons.items())
    return f"{said}; {left:,} could not be: {why}"


def _named(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - NAMED:,} more" if len(numbers) > NAMED else ""
    return ", ".join(f"#{number}" for number in numbers[:NAMED]) + more
