"""What a storm is made of, and the store's clock that it steps."""

from __future__ import annotations

import mmap
import random
import struct
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from kustui.clock import instant, milliseconds

STEP_MS = 600_000
"""The store's clock is stepped ten minutes at a time."""
START = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)
START_MS = milliseconds(START)


@dataclass(frozen=True)
class Plan:
    """The size of a storm; `seconds` is how long it blows, `lease` how long a claim holds.

    A worker sleeps for `dawdles` seconds before and after one delivery of five.

    The workers of a `naive` one queue again whatever was being sent when its lease ran out, as many
    programs do: a storm that does not catch that catches nothing.
    """

    workers: int = 16
    messages: int = 10_000
    snoozes: int = 300
    kills: int = 1_000
    stops: int = 40
    steps: int = 60
    seconds: float = 60.0
    lease: float = 4.0
    dawdles: float = 0.001
    seed: int = 1
    naive: bool = False
    cuts: int = 0
    """On a server: how often it ends a program's connections."""
    restarts: int = 0
    server: str = ""
    """The URL of a PostgreSQL server; a file without one."""

    def place(self, folder: Path) -> Path | str:
        """The store of a storm whose folder that is."""
        from support.postgres import url_of

        return url_of(self.server, folder.name.replace("-", "_")) if self.server else folder / "workspace.db"

    def walk(self) -> list[int]:
        """Where each step puts the clock, in steps ahead of the true time; two of three go forward."""
        ways = [1 if number % 3 else -1 for number in range(1, self.steps + 1)]
        random.Random(self.seed).shuffle(ways)
        return list(accumulate(ways))

    def reach_ms(self) -> int:
        """How far ahead the clock gets before the storm is over."""
        return max([0, *self.walk()]) * STEP_MS + int(self.seconds * 1000)

    def due(self, count: int, salt: int) -> list[datetime]:
        """Due times for `count` things, spread over everything the clock will show."""
        chance, reach = random.Random(self.seed * 100 + salt), self.reach_ms()
        return [START + timedelta(milliseconds=chance.randrange(reach)) for _ in range(count)]


class SteppedClock:
    """A store's clock that every process reads alike: time that passes, and an offset in a shared file.

    The offset is eight bytes that are mapped by all; only the harness writes them.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(struct.pack("=q", 0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 8)
        self._offset = memoryview(self._shared).cast("q")
        self._began_ns = time.monotonic_ns()

    def now(self) -> datetime:
        """The present instant, by a clock that somebody keeps setting."""
        return instant(self.at_ms(time.monotonic_ns(), self._offset[0]))

    def at_ms(self, at_ns: int, offset_ms: int) -> int:
        """What the clock shows at a true instant under an offset."""
        return START_MS + (at_ns - self._began_ns) // 1_000_000 + offset_ms

    @property
    def offset_ms(self) -> int:
        """How far the clock is ahead of the true time."""
        return self._offset[0]

    def set(self, offset_ms: int) -> None:
        """Step the clock."""
        self._offset[0] = offset_ms


class Steps:
    """The clock's steps as they were made, to say afterwards what the clock can have shown when."""

    def __init__(self, clock: SteppedClock) -> None:
        self._clock = clock
        self._since_ns = time.monotonic_ns()
        self._spans: list[tuple[int, int, int]] = []
        """(offset, from, until) of every offset that was left; they overlap while a step is made."""

    def set(self, offset_ms: int) -> None:
        """Step the clock, and write down when the old and the new time may have been read."""
        old, before = self._clock.offset_ms, time.monotonic_ns()
        self._clock.set(offset_ms)
        self._spans.append((old, self._since_ns, time.monotonic_ns()))
        self._since_ns = before

    def latest_ms(self, at_ns: int) -> int:
        """The latest time that the clock had shown by a true instant."""
        spans = [*self._spans, (self._clock.offset_ms, self._since_ns, at_ns)]
        return max(
            self._clock.at_ms(min(at_ns, until), offset) for offset, since, until in spans if since <= at_ns
        )
