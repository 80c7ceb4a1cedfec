"""A program in a shift: each key waits until what the one before it did is written, then takes its time.

So the same keys leave the same shift, however fast they come (SPEC G3).
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App

from kustui.clock import minute
from kustui.desk import Desk
from kustui.ui.terminal.typeahead import KeysInOrder

if TYPE_CHECKING:
    from kustui.ui.screens.desk import DeskScreen

    class _Base(KeysInOrder, App[Any]):
        desk: Desk

        @property
        def desk_screen(self) -> DeskScreen: ...
else:
    _Base = KeysInOrder

PATIENCE_SECONDS = 5.0
"""How long a key waits for the act before it, at most: a store in trouble must not take the keys away."""


class HeldTime(_Base):
    """Mixin for the App; without a shift it changes nothing."""

    _calm = False
    _busy_since = 0.0

    def ready_for_key(self) -> bool:
        """Whether all that the keys so far have begun is written, and has been looked at."""
        if self.desk.shift is None:
            return True
        now = time.monotonic()
        if self.desk_screen.is_busy:
            self._calm = False
            self._busy_since = self._busy_since or now
            return now - self._busy_since > PATIENCE_SECONDS
        self._busy_since = 0.0
        if not self._calm:
            # What an act tells the screen stands in its queue before this.
            self.desk_screen.call_later(self._be_calm)
            return False
        return True

    def _be_calm(self) -> None:
        self._calm = True

    async def before_key(self, event: events.Key | events.Paste) -> None:  # noqa: ARG002 - each takes the same
        """Let the time pass that the key takes."""
        shift = self.desk.shift
        if shift is None:
            return
        # Where the store stays in trouble, one key waits, and not each.
        self._calm = False
        before = self.desk.now()
        done = await asyncio.to_thread(shift.key)
        if done is not None:
            if done.trouble is not None:
                self.desk_screen.in_trouble(done.trouble)
            if done or minute(self.desk.now()) != minute(before):
                self.desk_screen.worked(done)
        self.desk_screen.tell_time()
