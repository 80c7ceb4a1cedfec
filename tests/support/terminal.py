"""A real pseudo-terminal with a program in it, for tests that look at what is written."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyte


class Terminal:
    """Runs `python script *arguments` in a pty of the given size; use it in a with statement.

    `script` may be "-m" before a module's name; `environment` is added to this process's own.
    It answers status reports, as every terminal does, unless it is `deaf`.
    """

    def __init__(
        self,
        script: Path | str,
        *arguments: str,
        size: tuple[int, int] = (80, 24),
        environment: Mapping[str, str] | None = None,
        deaf: bool = False,
    ) -> None:
        self._deaf = deaf
        self.code: int | None = None
        self.columns, self.rows = size
        self.screen = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        self._child, self._fd = pty.fork()
        if not self._child:
            own = {
                **os.environ,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
            }
            for name in ("NO_COLOR", "COLUMNS", "LINES"):
                own.pop(name, None)
            own.update(environment or {})
            os.execve(sys.executable, [sys.executable, str(script), *arguments], own)
        self._sized()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self._fd)
        if self.code is None:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)

    def read(self, quiet: float = 0.15, limit: float = 10) -> bytes:
        """What is written until nothing comes for `quiet` seconds (the first byte may take longer)."""
        got = b""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            ready, _, _ = select.select([self._fd], [], [], quiet)
            if not ready:
                break
            try:
                data = os.read(self._fd, 65536)
            except OSError:
                break
            if not data:
                break
            got += data
            self._stream.feed(data)
            if not self._deaf:
                os.write(self._fd, b"\x1b[0n" * data.count(b"\x1b[5n"))
        self.written += got
        return got

    def wait(self, *, output: bool = True, limit: float = 10) -> bytes:
        """What is written from the first byte until it is quiet."""
        if output:
            select.select([self._fd], [], [], limit)
        return self.read()

    def until(self, words: str, limit: float = 20) -> None:
        """Wait until `words` stand on the screen; fails after `limit` seconds with what does."""
        end = time.monotonic() + limit
        while words not in self.text():
            assert time.monotonic() < end, f"{words!r} never came:\n{self.text()}"
            self.read(quiet=0.05)

    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def kill(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self._child, number)

    def end(self, limit: float = 20) -> int:
        """Wait for the program to end by itself and give its exit code (minus a signal's number)."""
        end = time.monotonic() + limit
        while self.code is None:
            assert time.monotonic() < end, f"it goes on:\n{self.text()}"
            self.read(quiet=0.05)
            child, status = os.waitpid(self._child, os.WNOHANG)
            if child:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def send(self, keys: str) -> None:
        """Send keys and go on."""
        os.write(self._fd, keys.encode())

    def press(self, keys: str) -> bytes:
        """Send keys; gives what was written in answer."""
        self.send(keys)
        return self.read(quiet=0.25)

    def resize(self, columns: int, rows: int, *, reading: bool = True) -> bytes:
        """Change the window's size; gives what is written then, or goes on without reading it."""
        self.columns, self.rows = columns, rows
        self.screen.resize(rows, columns)
        self._sized()
        return self.read(quiet=0.3) if reading else b""

    def cells(self) -> list[list[Any]]:
        """Character, colours and boldness of every cell."""
        buffer = self.screen.buffer
        return [
            [
                (cell.data, cell.bg, (cell.fg, cell.bold) if cell.data.strip() else "")
                for cell in (buffer[y][x] for x in range(self.columns))
            ]
            for y in range(self.rows)
        ]

    def _sized(self) -> None:
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))
