"""Regular expressions that are compiled when they are first used: a start is counted in milliseconds."""

from __future__ import annotations

import re
from functools import cached_property


class Pattern:
    """`re.compile(words)`, later."""

    def __init__(self, words: str) -> None:
        self._words = words

    @cached_property
    def it(self) -> re.Pattern[str]:
        """The pattern, compiled once."""
        return re.compile(self._words)
