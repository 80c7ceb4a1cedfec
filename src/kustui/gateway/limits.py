"""How often somebody may do something: a burst, then a pace, and so many an hour at most."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

HOUR = 3600.0
KEPT = 20_000
"""Keys that are remembered at most; the oldest are forgotten first."""


class Limiter:
    """Counts by key (a visitor, an address) against a clock of seconds."""

    def __init__(self, clock: Callable[[], float], *, burst: int, every: float, hourly: int) -> None:
        """`burst` at once, then one each `every` seconds, `hourly` within any hour."""
        self._clock = clock
        self._burst, self._every, self._hourly = burst, every, hourly
        self._seen: dict[str, deque[float]] = {}
        self._full: dict[str, float] = {}

    def wait(self, key: str) -> float:
        """0.0, and it is counted, when it may be done now; else the seconds until it may."""
        now = self._clock()
        times = self._seen.setdefault(key, deque())
        while times and now - times[0] >= HOUR:
            times.popleft()
        # The instant at which the whole burst is there again: each act moves it on by one step.
        full = max(now, self._full.get(key, now))
        ahead = full + self._every - now - self._burst * self._every
        if len(times) >= self._hourly:
            ahead = max(ahead, times[0] + HOUR - now)
        if ahead > 1e-9:
            return ahead
        times.append(now)
        self._full[key] = full + self._every
        # What was used last stands last, so that the oldest are found in front.
        self._seen[key] = self._seen.pop(key)
        while len(self._seen) > KEPT:
            oldest = next(iter(self._seen))
            del self._seen[oldest]
            self._full.pop(oldest, None)
        return 0.0
