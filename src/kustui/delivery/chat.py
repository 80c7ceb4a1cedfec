"""Chat out: the store is where the customers' page reads, so a message that is sent stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kustui.core.post import Inbound, Parcel
from kustui.delivery import Accepted, Setup


class ChatTransport:
    """Takes every message; `kustui gateway` shows what is sent, and nothing before it is."""

    name = "chat"
    channels = frozenset({"chat"})
    timeout = 5.0
    rate = 0.0
    # Sent twice is the same row of the store, which the page shows once.
    repeatable = True

    @classmethod
    def set_up(cls, setup: Setup) -> ChatTransport:  # noqa: ARG003 - the protocol's signature
        """A transport; it has no options."""
        return cls()

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:  # noqa: ARG002
        """Say that the message stands where the customer reads it."""
        commit()
        return Accepted(words="It stands on the page.")

    def collect(self) -> Iterable[Inbound]:
        """Nothing: the gateway files what visitors write."""
        return ()

    def check(self) -> str:
        """In words, what shows the messages."""
        return "kustui gateway shows them"
