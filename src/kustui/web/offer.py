"""What is served: which program a visitor gets, and what they are asked before."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Offer:
    """What visitors come for.

    `command` gives the words of the program for a seat: what the visitor is asked for, cleaned. `asks` is
    "name", "agent" (one of `agents`) or "" for nothing. Where `alone`, a seat has one visitor at a time.
    `is_real` where what is done is done for good. `words` are said at the start.
    """

    title: str
    command: Callable[[str], Sequence[str]]
    asks: str = ""
    agents: tuple[str, ...] = ()
    alone: bool = False
    is_real: bool = False
    is_taken: Callable[[str], bool] = lambda _: False
    words: tuple[str, ...] = ()

    def has(self, seat: str) -> bool:
        """Whether there is such a seat."""
        if self.asks == "agent":
            return seat in self.agents
        return bool(seat) and seat == seat_of(seat) if self.asks else not seat


def seat_of(name: str) -> str:
    """A name as part of a file's: letters, digits and hyphens; "" where nothing of it is left."""
    folded = unicodedata.normalize("NFC", name).casefold()[: 4 * NAME_LENGTH]
    words = "".join(letter if letter.isalnum() else " " for letter in folded).split()
    return "-".join(words)[:NAME_LENGTH].strip("-")
