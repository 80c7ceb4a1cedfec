"""What is said, and what is typed: whole lines, and nothing that a terminal would obey."""

from __future__ import annotations

import contextlib
import os
import select
import unicodedata
from collections.abc import Callable
from typing import TextIO

from kustui.core.text import clean

Source = Callable[[], "bytes | None"]
"""Gives the next line that was typed, without its end; None when there is no more."""
CHUNK = 65_536
CUSTOMERS = "    "
"""Stands before every line of words that are somebody else's, so that none passes for one of ours."""


class Gone(Exception):
    """Nobody hears what is said any more: the terminal, or the program that read along, is gone."""


class Voice:
    """Speaks to one agent and hears what they type."""

    def __init__(self, source: Source, stream: TextIO, *, echoes: bool = False, width: int = 0) -> None:
        """`echoes` repeats what is typed, where no terminal does; lines are parted between words at `width`
        cells, with 0 never.
        """
        self._source, self._stream = source, stream
        self._echoes, self._width = echoes, width
        self.is_waiting = False
        """Whether a line is waited for: only then may a signal interrupt."""
        self.before_waiting: Callable[[], None] = lambda: None
        """Called once the wait has begun, for signals that came before it."""
        self._is_gone = False

    def say(self, text: str = "") -> None:
        """Say our own words, a line or several."""
        for line in clean(text).split("\n"):
            for part in wrapped(line.rstrip(), self._width):
                self._write(part + "\n")

    def quote(self, text: str) -> None:
        """Say words that are somebody else's, each line of them set off."""
        for line in clean(text).split("\n"):
            for part in wrapped(CUSTOMERS + line.rstrip(), self._width, CUSTOMERS):
                self._write(part.rstrip() + "\n")

    def ask(self, prompt: str, *, mends: bool = False) -> str | None:
        """The line that is typed behind a prompt; None at the end. Raises KeyboardInterrupt for Ctrl+C.

        What is not UTF-8 is not taken, and that is said; where it `mends`, as in a letter of which nothing
        may be lost, it is read as Latin-1.
        """
        *lines, last = wrapped(clean(prompt).replace("\n", " ").rstrip(), self._width)
        self._write("".join(f"{line}\n" for line in lines) + last + " " * bool(last))
        self.is_waiting = True
        try:
            self.before_waiting()
            raw = self._source()
        except KeyboardInterrupt:
            self._write("\n")
            raise
        finally:
            self.is_waiting = False
        if raw is None:
            self._write("\n")
            return None
        try:
            text, note = raw.decode("utf-8"), ""
        except UnicodeDecodeError:
            text, note = raw.decode("latin-1"), "That line was not UTF-8; it is read as Latin-1."
            if not mends:
                text, note = "", "That line was not UTF-8; nothing was done."
        text = clean(text.rstrip("\r"))
        if self._echoes:
            self._write(text + "\n")
        if note:
            self.say(note)
        return text

    def _write(self, text: str) -> None:
        if self._is_gone:
            return
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        try:
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
            self._stream.flush()
        except (OSError, ValueError) as error:
            self._is_gone = True
            raise Gone from error


def lines_of(descriptor: int, alarm: int) -> Source:
    """What is typed at a file descriptor, line by line; a last line without an end counts.

    What can be read at `alarm` ends the wait for a moment, in which the signal that rang it is acted on.
    """
    held = bytearray()
    seen = 0

    def read() -> bytes:
        # A read alone would sleep on where another thread was handed the signal, or it came just before.
        while True:
            ready, _, _ = select.select([descriptor, alarm], [], [])
            if alarm in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(alarm, CHUNK)
            if descriptor in ready:
                return os.read(descriptor, CHUNK)

    def next_line() -> bytes | None:
        nonlocal seen
        while (end := held.find(b"\n", seen)) < 0:
            seen = len(held)
            try:
                more = read()
            except OSError:
                # A terminal that was hung up.
                more = b""
            if not more:
                last = bytes(held)
                held.clear()
                seen = 0
                return last or None
            held.extend(more)
        line = bytes(held[:end])
        del held[: end + 1]
        seen = 0
        return line

    return next_line


def wrapped(line: str, width: int, lead: str = "") -> list[str]:
    """A line in parts of at most `width` cells, parted between words, each further one behind `lead`; a word
    that is longer stays whole.
    """
    if not width or cells(line) <= width:
        return [line]
    start = line[: len(line) - len(line.lstrip(" "))]
    parts: list[str] = []
    part = start
    for word in line[len(start) :].split(" "):
        longer = part + word if part in (start, lead) and not part.strip() else f"{part} {word}"
        if cells(longer) > width and part.strip():
            parts.append(part)
            part = lead + word
        else:
            part = longer
    return [*parts, part]


def cells(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(ch) else 1 + (unicodedata.east_asian_width(ch) in "WF") for ch in text
    )
