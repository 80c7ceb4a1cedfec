"""One visitor's program: it begins with their page, and ends with it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
from collections.abc import Mapping, Sequence

from aiohttp import WSMsgType, web

from kustui.core.served import (
    BEGUN,
    BELL,
    BLUR,
    DRIVER,
    END,
    FOCUS,
    PAINT,
    RESIZE,
    TITLE,
    VARIABLE,
    WORD,
    packet,
)
from kustui.core.text import clean
from kustui.web.doors import TOKEN_VARIABLE

log = logging.getLogger("kustui.web")

WIDEST, HIGHEST = 500, 200
"""Columns and rows of the largest screen that is painted."""
END_SECONDS = 20.0
"""A program may take so long to end: a message on its way is waited for."""
PACKET = 16 * 1_048_576
"""Bytes of the largest packet that is believed."""
LAST_WORDS = 4_000
"""Bytes of what a program said against itself that are kept."""
WORDS_SECONDS = 600.0
"""Words in a screen's place stand so long."""


def environment(outer: Mapping[str, str], width: int, height: int) -> dict[str, str]:
    """What a program is told of its screen; of ours it gets all but the secret."""
    kept = {name: value for name, value in outer.items() if name not in (TOKEN_VARIABLE, "TMUX")}
    return {
        **kept,
        VARIABLE: DRIVER,
        "TERM": "xterm-256color",
        "TERM_PROGRAM": "kustui",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "COLUMNS": str(width),
        "ROWS": str(height),
    }


def within(value: object, usual: int, most: int) -> int:
    """A number of columns or rows as it may be."""
    try:
        return max(1, min(int(str(value)), most))
    except ValueError:
        return usual


class Session:
    """A program and the page that shows it."""

    def __init__(self, socket: web.WebSocketResponse, seat: str) -> None:
        self.seat = seat
        self.ended = asyncio.Event()
        self._socket = socket
        self._process: asyncio.subprocess.Process | None = None
        self._complaints = b""

    @property
    def is_open(self) -> bool:
        """Whether somebody looks at it."""
        return not self._socket.closed

    async def run(self, command: Sequence[str], width: int, height: int) -> None:
        """Show the program until it ends, or until nobody looks at it; then it has ended."""
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=environment(os.environ, width, height),
                # Ctrl+C where this is served is for the server, which ends its programs one by one.
                start_new_session=True,
            )
            await self._through()
        finally:
            self.ended.set()

    async def close(self) -> None:
        """Have the page closed; the program ends with it."""
        await self._socket.close()

    # -- from the one to the other -----------------------------------------------------------

    async def _through(self) -> None:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        keys = asyncio.create_task(self._read_keys(process.stdin))
        paint = asyncio.create_task(self._read_paint(process))
        complaints = asyncio.create_task(self._read_complaints(process))
        try:
            await asyncio.wait((keys, paint), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await asyncio.shield(self._end(process, keys, paint, complaints))

    async def _end(
        self, process: asyncio.subprocess.Process, keys: asyncio.Task[None], *others: asyncio.Task[None]
    ) -> None:
        """Hang up, as a terminal does that is closed: the program keeps what is typed, and ends."""
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGHUP)
        try:
            # What it still paints is read, so that it is never kept waiting.
            async with asyncio.timeout(END_SECONDS):
                await asyncio.gather(*others, return_exceptions=True)
                await process.wait()
        except TimeoutError:
            log.warning("a program did not end, and was stopped")
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        keys.cancel()
        await asyncio.gather(keys, return_exceptions=True)
        if process.returncode and self._complaints:
            await say(self._socket, self._complaints.decode("utf-8", "replace").strip())
        await self._socket.close()

    async def _read_keys(self, stdin: asyncio.StreamWriter) -> None:
        """Hand what the page says to the program, until there is no page."""
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                continue
            told = told_by(message.data)
            if told:
                try:
                    stdin.write(told)
                    await stdin.drain()
                except (ConnectionError, RuntimeError):
                    return

    async def _read_paint(self, process: asyncio.subprocess.Process) -> None:
        """Hand what the program paints to the page, until it ends."""
        out = process.stdout
        assert out is not None
        try:
            while (line := await out.readline()) != BEGUN:
                if not line:
                    return
            while True:
                head = await out.readexactly(5)
                size = int.from_bytes(head[1:], "big")
                if size > PACKET:
                    return
                await self._hand_on(head[:1], await out.readexactly(size))
        except (asyncio.IncompleteReadError, ValueError):
            return

    async def _hand_on(self, letter: bytes, content: bytes) -> None:
        if not self.is_open:
            return
        with contextlib.suppress(ConnectionError):
            if letter == PAINT:
                await self._socket.send_bytes(content)
            elif letter == WORD:
                said = json.loads(content)
                # Nothing else that a program may ask of a page is done: no address is opened, no file given.
                if said.get("type") in (TITLE, BELL):
                    await self._socket.send_json([said["type"], said])
                elif said.get("type") == END:
                    log.debug("a program ended by itself")

    async def _read_complaints(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        while piece := await process.stderr.read(LAST_WORDS):
            self._complaints = (self._complaints + piece)[-LAST_WORDS:]


def told_by(text: str) -> bytes:
    """What a page's message is for the program; nothing for one that makes no sense."""
    try:
        kind, *rest = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return b""
    if kind == "stdin" and rest and isinstance(rest[0], str):
        return packet(PAINT, rest[0].encode("utf-8", "replace"))
    if kind == "resize" and rest and isinstance(rest[0], dict):
        size = {
            "width": within(rest[0].get("width"), 80, WIDEST),
            "height": within(rest[0].get("height"), 24, HIGHEST),
        }
        return packet(WORD, json.dumps({"type": RESIZE, **size}).encode())
    if kind in (FOCUS, BLUR):
        return packet(WORD, json.dumps({"type": kind}).encode())
    return b""


async def say(socket: web.WebSocketResponse, words: str) -> None:
    """Show words where a screen would be, until the page is closed."""
    shown = clean(words).replace("\n", "\r\n  ")
    with contextlib.suppress(ConnectionError, TimeoutError):
        await socket.send_bytes(f"\x1b[?1049l\x1b[2J\x1b[H\r\n  {shown}\r\n".encode())
        async with asyncio.timeout(WORDS_SECONDS):
            async for _ in socket:
                pass
