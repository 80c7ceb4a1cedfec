"""Hearing that somebody wrote: LISTEN, and a question now and then whether the server is still there."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable
from typing import Any

from kustui.store.reader import CHANGED, QUIET

POLL_SECONDS = 5.0
AGAIN_SECONDS = 2.0


class Listener:
    """A thread with a connection of its own, which counts what it hears."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._count = 0
        self._murmurs = 0
        self._lost: Exception | None = None
        self._over = threading.Event()
        self._wakes = os.pipe()
        self._thread = threading.Thread(target=self._listen, name="kustui-listen", daemon=True)
        self._thread.start()

    def heard(self) -> int:
        """How often something that others look at was written; raises the library's error while the server is
        away.
        """
        self._raise_lost()
        return self._count

    def murmured(self) -> int:
        """How often anything was written; raises as `heard` does."""
        self._raise_lost()
        return self._murmurs

    def _raise_lost(self) -> None:
        lost = self._lost
        if lost is not None:
            raise lost

    def is_deaf(self) -> bool:
        """Whether the server was away when it was asked last."""
        return self._lost is not None

    def stop(self) -> None:
        """End the thread and its connection."""
        self._over.set()
        os.write(self._wakes[1], b".")
        self._thread.join(CONNECTION_ENDS)
        if not self._thread.is_alive():
            for end in self._wakes:
                os.close(end)

    def _listen(self) -> None:
        while not self._over.is_set():
            raw = None
            try:
                raw = self._connect()
                raw.execute(f"LISTEN {CHANGED}")
                self._lost = None
                # Whatever was said before was not heard.
                self._hears()
                self._hear(raw)
            # Whatever is wrong with the server, it is asked again.
            except Exception as error:  # noqa: BLE001
                self._lost = error
                self._over.wait(AGAIN_SECONDS)
            finally:
                if raw is not None:
                    raw.close()

    def _hear(self, raw: Any) -> None:
        while not self._over.is_set():
            said = list(raw.notifies(timeout=0))
            if said:
                self._hears(quiet=all(each.payload == QUIET for each in said))
            if not any(select.select([raw.fileno(), self._wakes[0]], [], [], POLL_SECONDS)):
                # A line that is dead says nothing either; on it this raises.
                raw.execute("SELECT 1")

    def _hears(self, *, quiet: bool = False) -> None:
        self._murmurs += 1
        self._count += not quiet


CONNECTION_ENDS = 5.0
"""Seconds that a connection which is being made may take to end."""
