"""Time in a shift, where it is held: how it may pass, and where its clock may jump (SPEC G3)."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

KEY_SECONDS = 1
"""How much time a key takes, where time passes by keys."""


class Pace(NamedTuple):
    """How time passes: `keys` seconds with each key that is pressed, and `rate` seconds in each real one."""

    id: str
    key: str
    words: str
    told: str
    rate: float = 0.0
    keys: int = 0


PACES = (
    Pace("keys", "k", "by keys", "each key takes a second", keys=KEY_SECONDS),
    Pace("held", "0", "held", "time stands still"),
    Pace("1", "1", "1×", "as fast as real time", 1.0),
    Pace("10", "2", "10×", "ten times as fast", 10.0),
    Pace("60", "3", "60×", "a minute in a second", 60.0),
)
YEARS = range(1971, 9_000)
"""When a shift may be: time may go on behind it, and Python's ends with the year 9999."""
FASTEST = 1_000.0
"""Seconds of a recorded shift that may be shown in a real one, at most."""
BY_ID = {pace.id: pace for pace in PACES}


class Jump(NamedTuple):
    """A place the clock may be moved to: the key of a menu, its words, and the instant."""

    key: str
    words: str
    until: datetime


def jumps(now: datetime, zone: tzinfo, next_at: datetime | None) -> tuple[Jump, ...]:
    """Where time may jump from `now`: to what happens next, an hour on, tomorrow's and Monday's morning."""
    local = now.astimezone(zone)
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    tomorrow = morning + timedelta(days=1)
    monday = morning + timedelta(days=7 - local.weekday())
    found = [] if next_at is None else [Jump("n", "To what happens next", next_at)]
    found.append(Jump("h", "An hour on", now + timedelta(hours=1)))
    found.append(Jump("t", "To tomorrow, 9:00", tomorrow))
    found.append(Jump("m", "To Monday, 9:00", monday))
    return tuple(found)
