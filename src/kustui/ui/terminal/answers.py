"""What a terminal answers to our questions, taken out of what is typed.

An answer comes in with the keys. It may come late, or in two parts, and must never be typed into a
letter to a customer.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

from kustui.ui.terminal.line import ANSWER

QUESTION = "\x1b[c"
"""Asks what the terminal can do (DA1); every terminal knows it, and one that does not writes nothing."""
SIXEL = "4"
_ABILITIES = re.compile(r"\x1b\[\?([\d;]*)c")
_BEGUN = re.compile(r"\x1b(?:\[(?:0|\?[\d;]*)?)?\Z")


class Answers:
    """The answer to the one question what a terminal can do, and those to how it is.

    `status` is called for each of the latter, `expected` says whether one may be on its way.
    """

    def __init__(
        self, status: Callable[[], None] = lambda: None, expected: Callable[[], bool] = lambda: False
    ) -> None:
        self._status = status
        self._expected = expected
        self._asked = False
        self._came = threading.Event()
        self._held = ""
        self._let_go = False
        self._abilities: frozenset[str] = frozenset()

    def asking(self) -> bool:
        """Whether the question is to be put now: only the first time."""
        first, self._asked = not self._asked, True
        return first

    def take(self, typed: str) -> str:
        """What was typed, without the answers that are in it; the beginning of one is held back."""
        abilities = self._asked and not self._came.is_set()
        if self._let_go and typed.startswith(ANSWER[1:]):
            # What looked like Escape was the beginning of this.
            typed = "\x1b" + typed
        self._let_go = False
        typed, self._held = self._held + typed, ""
        if abilities and (found := _ABILITIES.search(typed)):
            self._abilities = frozenset(found[1].split(";"))
            self._came.set()
            typed = typed[: found.start()] + typed[found.end() :]
        # No key sends this, so one more than was asked for is no key either.
        while ANSWER in typed:
            typed = typed.replace(ANSWER, "", 1)
            self._status()
        begun = _BEGUN.search(typed)
        if begun and (abilities or self._expected() or begun[0] == ANSWER[:-1]):
            self._held = begun[0]
            return typed[: begun.start()]
        return typed

    def release(self) -> str:
        """What was held back and is no answer: nothing more of it came."""
        # That much of an answer is no key, and its end may still be on the way.
        if len(self._held) > 1:
            return ""
        held, self._held = self._held, ""
        self._let_go = bool(held)
        return held

    def wait(self, seconds: float) -> frozenset[str]:
        """The numbers of what the terminal can do; none when it has not said so in time."""
        self._came.wait(seconds)
        return self._abilities
