"""The only place that asks what time it is.

Every instant in kustui is an aware datetime in UTC. The store keeps them as whole milliseconds
since 1970, so what is shown, stored and compared is the same instant (SPEC D4).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock(Protocol):
    """Tells the time by which everything in a workspace happens."""

    def now(self) -> datetime:
        """The present instant: aware, UTC, whole milliseconds."""


class SystemClock:
    """The host's clock."""

    def now(self) -> datetime:
        """The present instant by the host's clock."""
        return instant(milliseconds(datetime.now(UTC)))


class HeldClock:
    """A clock that moves only when it is told to: for tests, demos and training."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._now = instant(milliseconds(now))

    def now(self) -> datetime:
        """The instant the clock is held at."""
        return self._now

    def advance(self, **step: float) -> datetime:
        """Move on by a timedelta given in its own words (hours=2) and return the new instant."""
        self._now = instant(milliseconds(self._now + timedelta(**step)))
        return self._now

    def set(self, now: datetime) -> None:
        """Hold the clock at another aware instant, later or earlier."""
        self._now = instant(milliseconds(now))


def milliseconds(at: datetime) -> int:
    """Whole milliseconds since 1970 of an aware datetime; a naive one raises ValueError."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (at - EPOCH) // _MILLISECOND


def instant(ms: int) -> datetime:
    """The aware UTC datetime of whole milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=ms)


def minute(at: datetime) -> datetime:
    """The beginning of the minute of an instant: what is shown by the minute is the same until it changes."""
    return at.replace(second=0, microsecond=0)


def elapsed() -> float:
    """Seconds that pass even while the machine sleeps, and whatever becomes of its clock."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
