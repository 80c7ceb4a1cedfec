"""A terminal driver that sleeps until a key comes.

Textual's looks at the keyboard ten times a second, so an idle desk never lets its host rest and
Escape, suspend and quit wait for the next look. Here the input thread waits for a key, for the rest
of an unfinished sequence, or for one byte in a pipe that tells it to end.
"""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from contextlib import suppress
from selectors import EVENT_READ, SelectSelector
from typing import IO, TYPE_CHECKING, Any

from textual import constants
from textual.driver import Driver
from textual.events import Resize
from textual.message import Message
from textual.messages import InBandWindowResize

from kustui.core.display import stock_because
from kustui.ui.terminal.answers import QUESTION, SIXEL, Answers
from kustui.ui.terminal.line import Line

try:
    from textual._xterm_parser import XTermParser
    from textual.drivers.linux_driver import LinuxDriver
except ImportError:  # not POSIX, or a Textual that is built otherwise
    if not TYPE_CHECKING:
        LinuxDriver = XTermParser = None

# Without these the stock driver is used; some are not part of Textual's published interface.
_PARTS = (
    "start_application_mode", "stop_application_mode", "disable_input", "run_input_thread", "process_message",
    "write",
)  # fmt: skip

LAST_ANSWERS = 1.0
"""Seconds that answers may take to come in when the terminal is handed to another program."""


def driver_class(display: str = "") -> type[Driver] | None:
    """The driver to give to App(driver_class=...); None leaves the choice to Textual.

    `display` is what the settings say of the display.
    """
    stock: Any = LinuxDriver
    if stock is None or constants.DRIVER is not None or not all(hasattr(stock, part) for part in _PARTS):
        return None
    if stock_because(display):
        return None
    if not (hasattr(XTermParser, "feed") and hasattr(XTermParser, "tick")):
        return None
    return _quiet()


def _quiet() -> type[Driver]:
    """The class itself, made only where what it builds on is there."""

    class QuietDriver(LinuxDriver):
        """Textual's driver for POSIX terminals, with an input thread that does not poll.

        `line` tells how much of what was written has arrived; colours may stay on between frames.
        """

        lifts_colours = True
        _wake: tuple[int, int] | None = None
        _tells_size = False

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.line = Line()
            self._file: Any = _Taken(self._file, self.line)
            self._answers = Answers(self._answered, lambda: self.line.expects_answer)

        def ask(self, seconds: float) -> bool:
            """Whether the terminal draws sixels; asked once. Waits for its answer, so call it in a thread."""
            if self._answers.asking():
                self.write(QUESTION)
                self.flush()
            return SIXEL in self._answers.wait(seconds)

        def _answered(self) -> None:
            if self.line.answered() and (question := self.line.question(alone=True)):
                self.write(question)

        def start_application_mode(self) -> None:
            """Take over the terminal."""
            if self._wake is None:
                self._wake = os.pipe()
            self.line.begin()
            super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's own
            self.write(self.line.question())
            self.flush()

        def stop_application_mode(self) -> None:
            """Give the terminal back, without our colours."""
            self.write("\x1b[m")
            super().stop_application_mode()

        def write(self, data: str) -> None:
            """Hand over what is to be written."""
            self.line.given(_length(data))
            super().write(data)

        def process_message(self, message: Message) -> None:
            """Hand over a key or what the terminal tells; not the size it tells when it is first asked to."""
            if isinstance(message, InBandWindowResize):
                self._tells_size = message.supported and not message.enabled
            elif isinstance(message, Resize) and self._tells_size:
                self._tells_size = False
                if message.size == self._app.size:
                    return
            super().process_message(message)

        def disable_input(self) -> None:
            """Stop reading keys; returns when the input thread has ended."""
            wake = self._wake
            if wake is not None:
                self.line.settle(LAST_ANSWERS)
                os.write(wake[1], b"x")
            super().disable_input()
            if wake is not None:
                self._wake = None
                for end in wake:
                    with suppress(OSError):
                        os.close(end)

        def run_input_thread(self) -> None:
            """Hand every key to the app until told to end."""
            if self._wake is None:
                super().run_input_thread()
                return
            ending = self._wake[0]
            parser = XTermParser(self._debug)
            decode = getincrementaldecoder("utf-8")("replace").decode
            unfinished = False
            with SelectSelector() as selector:
                selector.register(self.fileno, EVENT_READ)
                selector.register(ending, EVENT_READ)
                while not self.exit_event.is_set():
                    ready = {
                        key.fd for key, _ in selector.select(constants.ESCAPE_DELAY if unfinished else None)
                    }
                    if self.fileno in ready:
                        data = os.read(self.fileno, 4096)
                        if not data:
                            return
                        typed = self._answers.take(decode(data))
                    else:
                        typed = self._answers.release()
                    if typed:
                        for message in parser.feed(typed):
                            self.process_message(message)
                    for message in parser.tick():
                        self.process_message(message)
                    if ending in ready:
                        return
                    # One more look after each key: Escape alone, or half of a sequence.
                    unfinished = bool(ready or typed)

    return QuietDriver


class _Taken:
    """The terminal's file, which tells the line what the system has taken."""

    def __init__(self, file: IO[str], line: Line) -> None:
        self._file = file
        self._line = line
        self._written = 0

    def write(self, text: str) -> int:
        """Write text; some of it may still be kept."""
        self._written += _length(text)
        return self._file.write(text)

    def flush(self) -> None:
        """Write all; waits while the terminal takes nothing."""
        self._file.flush()
        written, self._written = self._written, 0
        if written:
            self._line.taken(written)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _length(text: str) -> int:
    """Bytes of a text as it is written."""
    return len(text) if text.isascii() else len(text.encode(errors="replace"))
