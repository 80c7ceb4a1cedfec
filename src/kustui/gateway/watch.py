"""Who is waiting for words: one look at the store for all of them, and only while somebody waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from kustui.desk.chat import Chat
from kustui.errors import KustuiError

log = logging.getLogger("kustui.gateway")

Answer = TypeVar("Answer")

LOOK_SECONDS = 0.2


class Watcher:
    """Wakes those who listen for a visitor when something of theirs may have changed."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        # The store's version is told to one connection, so it is always asked by the same thread.
        self._thread = ThreadPoolExecutor(1, "gateway-watch")
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def listener(self, visitor: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever it is time to look."""
        event = asyncio.Event()
        self._listeners.setdefault(visitor, set()).add(event)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._watch())
        try:
            yield event
        finally:
            events = self._listeners[visitor]
            events.discard(event)
            if not events:
                del self._listeners[visitor]

    def wake_all(self) -> None:
        """Have everybody look."""
        for events in self._listeners.values():
            for event in events:
                event.set()

    async def close(self) -> None:
        """End looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.to_thread(self._thread.shutdown)

    async def _watch(self) -> None:
        version, last, said = -1, -1, ""
        while self._listeners:
            try:
                found = await self._ask(self._chat.version)
                if found != version:
                    if last < 0:
                        # What came before the first look was nobody's news yet.
                        last = await self._ask(self._chat.last)
                        self.wake_all()
                    else:
                        last = await self._wake(last)
                    version = found
            except KustuiError as error:
                # A trouble that stays is found with every look, and said once.
                if said != error.title:
                    log.warning("the gateway cannot look at the store: %s", error.title)
                said = error.title
            # Who listens is deaf when the looking ends, so whatever else happens it goes on.
            except Exception as error:  # noqa: BLE001
                log.error("the gateway stumbled while it looked: %s", type(error).__name__)
            else:
                said = ""
            await asyncio.sleep(LOOK_SECONDS)

    async def _wake(self, last: int) -> int:
        now, visitors = await self._ask(lambda: self._chat.stirred(last))
        if now < last:
            self.wake_all()
        for visitor in visitors & self._listeners.keys():
            for event in self._listeners[visitor]:
                event.set()
        return now

    async def _ask(self, question: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, question)
