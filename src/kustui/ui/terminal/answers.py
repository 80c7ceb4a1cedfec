"""What a terminal answers to a question, taken out of what is typed.

An answer comes in with the keys. It may come late, or in two parts, and must never be typed into a
letter to a customer.
"""

from __future__ import annotations

import re
import threading

QUESTION = "\x1b[c"
"""Asks what the terminal can do (DA1); every terminal knows it, and one that does not writes nothing."""
SIXEL = "4"
_ANSWER = re.compile(r"\x1b\[\?([\d;]*)c")
_BEGUN = re.compile(r"\x1b(?:\[(?:\?[\d;]*)?)?\Z")


class Answers:
    """The answer to the one question that is ever asked of a terminal."""

    def __init__(self) -> None:
        self._asked = False
        self._came = threading.Event()
        self._held = ""
        self._abilities: frozenset[str] = frozenset()

    def asking(self) -> bool:
        """Whether the question is to be put now: only the first time."""
        first, self._asked = not self._asked, True
        return first

    def take(self, typed: str) -> str:
        """What was typed, without an answer that is in it; the beginning of one is held back."""
        if not self._asked or self._came.is_set():
            return typed
        typed, self._held = self._held + typed, ""
        if found := _ANSWER.search(typed):
            self._abilities = frozenset(found[1].split(";"))
            self._came.set()
            return typed[: found.start()] + typed[found.end() :]
        if begun := _BEGUN.search(typed):
            self._held = begun[0]
            return typed[: begun.start()]
        return typed

    def release(self) -> str:
        """What was held back and is no answer: nothing more of it came."""
        # That much of an answer is no key, and its end may still be on the way.
        if self._held.startswith("\x1b[?"):
            return ""
        held, self._held = self._held, ""
        return held

    def wait(self, seconds: float) -> frozenset[str]:
        """The numbers of what the terminal can do; none when it has not said so in time."""
        self._came.wait(seconds)
        return self._abilities
