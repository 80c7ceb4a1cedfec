"""The program: the terminal's lines, signals, the clockwork behind them, and how it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import TYPE_CHECKING

from kustui.core import commands
from kustui.desk import background
from kustui.errors import KustuiError
from kustui.plain.session import Session
from kustui.plain.voice import Gone, Voice, lines_of

if TYPE_CHECKING:
    from kustui.core.commands import Command
    from kustui.desk import Desk

NOBODY = (errno.EPIPE, errno.EIO, errno.ENXIO)
"""What is refused where nobody reads any more: the usual end. A full disk is none."""
NARROWEST = 20
"""Columns below which a line is not parted any more."""


class Ended(BaseException):
    """A hang-up or a SIGTERM, once nothing is being done; what was typed is saved by then."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Signals:
    """Interrupts only while a line is waited for, so that no act is cut in two."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._pending = 0
        voice.before_waiting = self._catch_up

    def caught(self, number: int, _: FrameType | None) -> None:
        """A signal came. A second Ctrl+C interrupts even an act, which is taken back whole."""
        again = self._pending == number == signal.SIGINT
        # What ends the program is not forgotten for a Ctrl+C.
        self._pending = self._pending if self._pending in _ENDS else number
        if self._voice.is_waiting or again:
            self._catch_up()

    def _catch_up(self) -> None:
        number, self._pending = self._pending, 0
        if number in _ENDS:
            raise Ended(number)
        if number:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def held(self, alarm: int = -1) -> Iterator[None]:
        """Catch them for a while; each rings at the file descriptor `alarm`, where there is one."""
        before = {number: signal.signal(number, self.caught) for number in (*_ENDS, signal.SIGINT)}
        rang = signal.set_wakeup_fd(alarm, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(rang)
            for number, handler in before.items():
                signal.signal(number, handler)


_ENDS = (signal.SIGHUP, signal.SIGTERM)


class Background:
    """What happens by itself while lines are typed: the shift's time, or the clockwork."""

    def __init__(self, desk: Desk, trouble: Callable[[KustuiError], None]) -> None:
        self._desk, self._trouble = desk, trouble
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._starter = threading.Thread(target=self._start, name="kustui-start", daemon=True)

    def start(self) -> None:
        """Start it in a thread of its own: the first list does not wait for what writing loads."""
        self._starter.start()

    def _start(self) -> None:
        try:
            self._desk.warm()
            if not self._stop.is_set():
                self._threads = background.begin(self._desk, self._stop, lambda _: None, self._trouble)
        except KustuiError as error:
            self._trouble(error)

    def end(self) -> None:
        """Stop it; a message on its way is waited for, as long as its transport may take."""
        self._stop.set()
        self._starter.join()
        background.end(self._desk, self._threads)


def run(open_desk: Callable[[], Desk], table: tuple[Command, ...], keys: Mapping[str, str]) -> int:
    """Open a desk line by line on standard input and output; answers the exit code, 128 and a signal's
    number where one ended it. `keys` are those of the settings file.
    """
    desk = open_desk()
    heard, alarm = os.pipe()
    for end in (heard, alarm):
        os.set_blocking(end, False)
    try:
        table = commands.for_agent(table, keys, desk.agent.keys)
        return at(desk, _voice(heard), table, alarm)
    finally:
        os.close(heard)
        os.close(alarm)
        desk.store.close()


def at(desk: Desk, voice: Voice, table: tuple[Command, ...], alarm: int = -1) -> int:
    """One agent's lines at a desk, from the first to the last; answers the exit code. Signals ring at the
    file descriptor `alarm`.
    """
    signals = Signals(voice)
    with signals.held(alarm):
        session = Session(desk, voice, table)
        behind = Background(desk, session.news.troubles.append)
        behind.start()
        try:
            session.run()
        except Ended as end:
            return 128 + end.number
        except Gone as gone:
            if isinstance(gone.__cause__, OSError) and gone.__cause__.errno not in NOBODY:
                raise gone.__cause__ from None
            return 0
        except KeyboardInterrupt:
            return 0
        finally:
            behind.end()
    with contextlib.suppress(Gone):
        voice.say("Bye. Drafts are kept.")
    return 0


def _voice(alarm: int) -> Voice:
    # A shell may have closed either.
    typed = 0 if sys.stdin is not None else os.open(os.devnull, os.O_RDONLY)
    stream = sys.stdout if sys.stdout is not None else open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for as long as the program runs
    on_terminal = stream.isatty()
    width = shutil.get_terminal_size((0, 0)).columns if on_terminal or os.environ.get("COLUMNS") else 0
    return Voice(
        lines_of(typed, alarm),
        stream,
        echoes=not os.isatty(typed),
        # The last column is left free: some printers wrap behind it.
        width=width - 1 if width > NARROWEST else 0,
    )
