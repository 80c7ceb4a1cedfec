"""Keys in their order: each is done with before the next is looked at.

Textual hands a key to whatever has the focus when it arrives. Where keys come in a bunch, as they do
over a slow line, the letters typed behind the key that opens the editor would be taken as commands:
"r" and then "hello, I see" would mark the conversation as done.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

if TYPE_CHECKING:
    _Base = App[Any]
else:
    _Base = object


ASKED_EVERY = 0.004
"""Seconds between two questions whether the next key may go."""


class KeysInOrder(_Base):
    """Mixin for an App, named before it: a key or a paste waits until the one before has had its effect.

    A key is forwarded to a widget, bubbles up to the app and acts there, maybe on another screen. A
    tracer takes the same way behind it, from queue to queue; when it is through, the next key may go.
    """

    _waiting_keys: deque[events.Key | events.Paste]
    _tracer_at: MessagePump | None = None
    keys_seen = 0
    """How many keys and pastes have come."""

    @property
    def has_keys_waiting(self) -> bool:
        """Whether a key is still on its way or waits for its turn."""
        return self._tracer_at is not None

    async def on_event(self, event: events.Event) -> None:
        """Let a key or a paste wait for its turn; everything else goes on as ever."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Key):
            event = _escape_alone(event)
        if not hasattr(self, "_waiting_keys"):
            self._waiting_keys = deque()
        self.keys_seen += 1
        self._waiting_keys.append(event)
        # A pump that was closed under the tracer will not let it go on.
        if self._tracer_at is None or self._tracer_at._closed:  # noqa: SLF001 - there is no public word
            await self._next_key()

    def ready_for_key(self) -> bool:
        """Whether the next key may go; while it may not, this is asked again and again."""
        return True

    async def before_key(self, event: events.Key | events.Paste) -> None:
        """A key or a paste is about to go its way."""

    async def _next_key(self) -> None:
        self._tracer_at = None
        if not self._waiting_keys:
            return
        self._tracer_at = self
        if not self.ready_for_key():
            # Textual lets go of a timer so short when the machine is busy at the wrong moment.
            asyncio.get_running_loop().call_later(ASKED_EVERY, self.call_later, self._next_key)
            return
        event = self._waiting_keys.popleft()
        await self.before_key(event)
        way: list[MessagePump] = []
        pump: MessagePump | None = self.focused or self.screen
        while pump is not None and pump is not self:
            way.append(pump)
            pump = pump._parent  # noqa: SLF001 - an App's is no DOM node's, so `parent` is not enough
        await super().on_event(event)
        # What the act tells, as that a line is handed in, goes up the same way once more.
        self._trace([*way, self, *way])

    def _trace(self, way: list[MessagePump]) -> None:
        """Go on to the next queue of the key's way that still takes messages."""
        while way:
            pump = way.pop(0)
            if pump.call_later(self._trace, way):
                self._tracer_at = pump
                return
        # The key's act may have opened a screen, or moved the focus: both are queued before this.
        screen = self.screen
        self._tracer_at = screen
        if not screen.call_later(self._arrived):
            self._arrived()

    def _arrived(self) -> None:
        self._tracer_at = self
        if not self.call_later(self._next_key):
            self._tracer_at = None


def _escape_alone(event: events.Key) -> events.Key:
    """Esc with a letter on its heels arrives as Alt and the letter: it is Esc, and the letter is dropped.

    Nothing here is bound to Alt and a letter, and a text field would type the letter.
    """
    name = event.key.removeprefix("alt+")
    if name == event.key or not (event.is_printable or len(name) == 1):
        return event
    return events.Key("escape", "\x1b")
