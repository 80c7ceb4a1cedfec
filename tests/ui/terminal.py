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
from pathlib import Path
from typing import Any

import pyte


class Terminal:
    """Runs `python script *arguments` in a pty of the given size; use it in a with statement."""

    def __init__(self, script: Path, *arguments: str, size: tuple[int, int] = (80, 24)) -> None:
        self.columns, self.rows = size
        self.screen = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        self._child, self._fd = pty.fork()
        if not self._child:
            environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "ESCDELAY": "25"}
            environment.pop("NO_COLOR", None)
            os.execve(sys.executable, [sys.executable, str(script), *arguments], environment)
        self._sized()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self._fd)
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
        self.written += got
        return got

    def wait(self, *, output: bool = True, limit: float = 10) -> bytes:
        """What is written from the first byte until it is quiet."""
        if output:
            select.select([self._fd], [], [], limit)
        return self.read()

    def send(self, keys: str) -> None:
        """Send keys and go on."""
        os.write(self._fd, keys.encode())

    def press(self, keys: str) -> bytes:
        """Send keys; gives what was written in answer."""
        self.send(keys)
        return self.read(quiet=0.25)

    def resize(self, columns: int, rows: int) -> bytes:
        """Change the window's size."""
        self.columns, self.rows = columns, rows
        self.screen.resize(rows, columns)
        self._sized()
        return self.read(quiet=0.3)

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
