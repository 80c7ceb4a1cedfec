"""A real browser, driven by the DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = shutil.which("chromium") or ""
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
    "--remote-debugging-port=0",
)  # fmt: skip
LIMIT = 20.0


class Page:
    """One page of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, port: str) -> None:
        self._socket = socket
        self._port = port
        self._asked = 0
        self.complaints: list[str] = []
        """What the browser's console said against the page."""

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Page]:
        """Another tab of the same browser."""
        async with aiohttp.ClientSession() as session:
            async with session.put(f"http://127.0.0.1:{self._port}/json/new?about:blank") as answer:
                found = await answer.json(content_type=None)
            async with session.ws_connect(found["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket, self._port)
                for part in ("Page", "Runtime", "Log"):
                    await page.tell(f"{part}.enable")
                yield page
                self.complaints += page.complaints

    async def tell(self, method: str, **parameters: Any) -> Any:
        """Do something by the protocol; answers its result."""
        self._asked += 1
        asked = self._asked
        await self._socket.send_json({"id": asked, "method": method, "params": parameters})
        while True:
            answer = json.loads(await self._socket.receive_str(timeout=LIMIT))
            if answer.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown"):
                self.complaints.append(json.dumps(answer["params"]))
            if answer.get("id") == asked:
                assert "error" not in answer, answer
                return answer["result"]

    async def go(self, url: str) -> None:
        """Open an address."""
        await self.tell("Page.navigate", url=url)
        await self.until("document.readyState === 'complete'")

    async def run(self, script: str) -> Any:
        """What a script gives."""
        found = await self.tell("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until a script says so; fails with what stands on the page."""
        end = time.monotonic() + LIMIT
        while not await self.run(f"Boolean({script})"):
            assert time.monotonic() < end, await self.run("document.body.innerText")
            await asyncio.sleep(0.02)

    async def type(self, words: str) -> None:
        """Type where the focus is."""
        await self.tell("Input.insertText", text=words)

    async def press(self, key: str) -> None:
        """Press a key."""
        code = {"Enter": 13, "F9": 120}[key]
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            await self.tell(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text
            )

    async def size(self, width: int, height: int, *, dark: bool = False) -> None:
        """Be a window of that size, in the dark or not; as narrow as a phone, be a phone."""
        await self.tell(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
            mobile=width < 500,
        )  # fmt: skip
        colours = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        await self.tell("Emulation.setEmulatedMedia", features=colours)

    async def picture(self, path: Path) -> None:
        """Keep what is seen as a PNG."""
        shot = await self.tell("Page.captureScreenshot", format="png")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(shot["data"]))


@asynccontextmanager
async def browser() -> AsyncIterator[Page]:
    """A browser with an empty page and a memory of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "about:blank",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            said = Path(folder) / "DevToolsActivePort"
            end = time.monotonic() + LIMIT
            while not (said.exists() and said.read_text().count("\n")):
                assert time.monotonic() < end, "the browser does not start"
                await asyncio.sleep(0.02)
            port = said.read_text().split()[0]
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                    pages = [each for each in await answer.json() if each["type"] == "page"]
                async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    page = Page(socket, port)
                    for part in ("Page", "Runtime", "Log"):
                        await page.tell(f"{part}.enable")
                    yield page
        finally:
            process.terminate()
            await process.wait()
