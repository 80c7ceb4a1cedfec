"""The connections of a gateway: so many and no more, and each lets go who takes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

CONNECTIONS = 2_000
TAKE_SECONDS = 10.0
"""A connection whose other side has not taken what it was sent for so long is let go."""
OTHER_FILES = 200
"""Files that the store and the program itself may have open besides."""


class Served(Protocol):
    """A server of HTTP, as aiohttp makes it: it counts its connections, and makes one when called."""

    @property
    def connections(self) -> list[object]:
        """Those that are there."""

    def __call__(self) -> asyncio.Protocol:
        """One more."""


def room() -> int:
    """How many connections there may be, once this program may have as many files open as it is let."""
    try:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = CONNECTIONS + OTHER_FILES
        if soft != resource.RLIM_INFINITY and soft < wanted:
            most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    except (ImportError, OSError, ValueError):
        return CONNECTIONS
    if soft == resource.RLIM_INFINITY:
        return CONNECTIONS
    return max(1, min(CONNECTIONS, soft - OTHER_FILES))


def connecting(server: Served) -> Callable[[], asyncio.Protocol]:
    """What is made of each new connection."""
    most = room()

    def made() -> asyncio.Protocol:
        return _TurnedAway() if len(server.connections) >= most else _Connection(server())

    return made


class _Connection(asyncio.Protocol):
    """Passes everything on, and ends at once what its other side does not take.

    Closing it would not do: what is closed waits for what is still to be sent.
    """

    def __init__(self, inner: asyncio.Protocol) -> None:
        self._inner = inner
        self._transport: asyncio.Transport | None = None
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be told of whatever is not taken at once."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=0)
        self._inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._at_rest()
        self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something was said."""
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Nothing more will be said."""
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        """Something is not taken yet."""
        if self._transport is not None and self._end is None:
            loop = asyncio.get_running_loop()
            self._end = loop.call_later(TAKE_SECONDS, self._transport.abort)
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """All is taken."""
        self._at_rest()
        self._inner.resume_writing()

    def _at_rest(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None


class _TurnedAway(asyncio.Protocol):
    """A connection more than there may be."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it go."""
        with suppress(OSError):
            transport.close()
