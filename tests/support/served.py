"""`kustui serve` as it runs, and visitors who speak as its page does."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pyte

LIMIT = 20.0
TOKEN = "a token for tests"


@dataclass
class Served:
    """A server in a process of its own."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def said(self) -> str:
        """What it has said."""
        return self.log.read_text()

    def stop(self) -> int:
        """Ctrl+C, which a terminal sends to all that run in it; answers the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(LIMIT)


@contextmanager
def served(home: Path, *words: str, token: str = "") -> Iterator[Served]:
    """`kustui serve` with these words on some port, with settings, data and passing files below `home`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KUSTUI_")}
    places = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "TMPDIR")
    env |= dict.fromkeys(places, str(home)) | ({"KUSTUI_SERVE_TOKEN": token} if token else {})
    log = home / "said"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "kustui", "serve", "--port", "0", *words],
            env=env, stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
    try:
        end = time.monotonic() + LIMIT
        while not (found := re.search(r"http://[\w.\[\]:]+:(\d+)/ in a browser.*\n", log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.02)
        running = Served(process, int(found[1]), log)
        yield running
        if process.poll() is None:
            assert running.stop() == 0, running.said
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


class Visitor:
    """A page's socket, without the page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._screen = pyte.Screen(120, 40)
        self._painting = pyte.ByteStream(self._screen)

    async def until(self, words: str) -> None:
        """Read what is painted until the words stand on the screen."""
        end = time.monotonic() + LIMIT
        while words not in (seen := "\n".join(self._screen.display)):
            assert time.monotonic() < end, seen
            message = await self._socket.receive(timeout=LIMIT)
            assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), seen
            if message.type is aiohttp.WSMsgType.BINARY:
                self._painting.feed(message.data)

    async def type(self, keys: str) -> None:
        """Press keys."""
        await self._socket.send_str(json.dumps(["stdin", keys]))

    async def close(self) -> None:
        """Close the page."""
        await self._socket.close()


@asynccontextmanager
async def visiting(port: int, seat: str = "", token: str = "") -> AsyncIterator[Visitor]:
    """A visitor who came in with the token, at a seat."""
    home = f"http://127.0.0.1:{port}"
    # A host that is a number keeps no cookies, unless it is told to.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        if token:
            async with session.post(f"{home}/token", data={"token": token}) as answer:
                assert answer.status == 200
        address = f"{home}/ws/{seat}?width=120&height=40"
        async with session.ws_connect(address, origin=home, max_msg_size=0) as socket:
            yield Visitor(socket)


async def until(true: object) -> None:
    """Wait until what is called says so."""
    assert callable(true)
    end = time.monotonic() + LIMIT
    while not await asyncio.to_thread(true):
        assert time.monotonic() < end, "it took too long"
        await asyncio.sleep(0.02)
