"""What a team has promised its customers: a first response and a next reply within working time.

Lengths of time are whole minutes of working time; instants are aware. With no working hours said, all
time is working time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from kustui.core import when, words
from kustui.errors import Refused

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = 365 * 24 * 60
"""Minutes a target may be at most."""
FAR = 2_000
"""Days that are looked ahead for working time; after so many without any, a target is due at once."""
_SPAN = re.compile(r"(\d{1,6})\s*(m|h|d)")
_UNITS = {"m": 1, "h": 60, "d": 24 * 60}
_HOURS = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d\d?):(\d\d)-(\d\d?):(\d\d)")


class Window(NamedTuple):
    """Working time of one weekday (0 is Monday), in minutes of the day."""

    weekday: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Targets:
    """How soon customers are answered. `first` and `next` are minutes by priority, 0 for every other one;
    `closed` are days on which nobody works. Without either there are no targets.
    """

    first: Mapping[int, int] = field(default_factory=dict)
    next: Mapping[int, int] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    zone: str = "UTC"
    closed: frozenset[date] = frozenset()

    def minutes(self, kind: str, priority: int) -> int | None:
        """The minutes of a target ("first" or "next") for a priority; None where none is promised."""
        table = self.first if kind == "first" else self.next
        return table.get(priority, table.get(0))

    @property
    def where(self) -> tzinfo:
        """The zone that the working hours are told in."""
        return when.zone(self.zone, UTC)


class Promise(NamedTuple):
    """What is promised to a conversation: "first" or "next" or nothing; missed `at` an instant, or, while
    it is paused, with `left` milliseconds of working time.
    """

    kind: str = ""
    at: datetime | None = None
    left: int | None = None


class Wait(NamedTuple):
    """Of a conversation, what its promise depends on. `replied_at` is the first reply, None before it."""

    status: str
    priority: int
    waiting_since: datetime | None
    last_inbound_at: datetime | None
    last_outbound_at: datetime | None
    replied_at: datetime | None


def follow(promise: Promise, wait: Wait, targets: Targets, now: datetime) -> Promise:
    """The promise as it stands after an act: it begins when a customer waits, pauses while the
    conversation is snoozed or done, goes on with what is left of it, and ends with a reply.
    """
    answered = wait.last_outbound_at is not None and (
        wait.last_inbound_at is None or wait.last_outbound_at >= wait.last_inbound_at
    )
    # One that an agent opened again waits for the answer that is owed since before.
    owed = bool(promise.kind) and not answered
    if wait.status == "open" and (owed or wait.waiting_since is not None):
        if promise.at is not None:
            return promise
        if promise.left is not None:
            return Promise(promise.kind, due(now, timedelta(milliseconds=promise.left), targets))
        kind = "next" if wait.replied_at else "first"
        minutes = targets.minutes(kind, wait.priority)
        if minutes is None or wait.waiting_since is None:
            return Promise()
        return Promise(kind, due(wait.waiting_since, timedelta(minutes=minutes), targets))
    if answered:
        return Promise()
    if promise.at is not None:
        left = worked(now, promise.at, targets)
        return Promise(promise.kind, None, left // timedelta(milliseconds=1))
    return promise


def reprioritised(promise: Promise, was: int, priority: int, targets: Targets, now: datetime) -> Promise:
    """The promise of a conversation whose priority was another one: it has as much time less, or more, as
    the two differ by. Where the priority has no target, nothing is promised.
    """
    before, after = (targets.minutes(promise.kind, each) for each in (was, priority))
    if not promise.kind or before is None or before == after:
        return promise
    if after is None:
        return Promise()
    shift = timedelta(minutes=after - before)
    if promise.at is None:
        return promise._replace(left=(promise.left or 0) + shift // timedelta(milliseconds=1))
    return promise._replace(at=due(now, worked(now, promise.at, targets) + shift, targets))


def due(since: datetime, length: timedelta, targets: Targets) -> datetime:
    """The instant at which so much working time has passed since `since`; for a negative length, at once."""
    if length <= timedelta(0):
        return since + length
    if not targets.windows:
        return since + length
    for begins, ends in _windows(since, targets):
        begins = max(begins, since)
        if ends - begins >= length:
            return begins + length
        length -= max(timedelta(0), ends - begins)
    return since


def worked(since: datetime, until: datetime, targets: Targets) -> timedelta:
    """The working time between two instants; negative when `until` is the earlier one."""
    if until < since:
        return -worked(until, since, targets)
    if not targets.windows:
        return until - since
    total = timedelta(0)
    for begins, ends in _windows(since, targets):
        if begins >= until:
            break
        total += max(timedelta(0), min(ends, until) - max(begins, since))
    return total


def _windows(since: datetime, targets: Targets) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of working time from the day of `since` on, in order, as instants."""
    where = targets.where
    day = since.astimezone(where).date()
    for _ in range(FAR):
        if day not in targets.closed:
            for window in targets.windows:
                if window.weekday == day.weekday():
                    yield _at(day, window.begins, where), _at(day, window.ends, where)
        day += timedelta(days=1)


def _at(day: date, minutes: int, where: tzinfo) -> datetime:
    if minutes == 24 * 60:
        return when.at_wall(day + timedelta(days=1), time(0), where).at
    return when.at_wall(day, time(minutes // 60, minutes % 60), where).at


# -- words ---------------------------------------------------------------------------------


def told(kind: str, at: datetime, now: datetime) -> tuple[str, bool]:
    """A promise in words, and whether it is missed: "first response in 40 m", "next reply 2 h 00 m late"."""
    name = {"first": "first response", "next": "next reply"}.get(kind, "reply")
    if at > now:
        return f"{name} {words.until(at - now)}", False
    return f"{name} {words.span(now - at)} late", True


def span(typed: str) -> int:
    """The minutes of "30m", "4h", "2d"; raises Refused for anything else, and for none or too many."""
    found = _SPAN.fullmatch(typed.strip().lower())
    minutes = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < minutes <= LONGEST:
        raise Refused("No such length of time", f"{typed!r}: write it like 30m, 4h or 2d; a year at most.")
    return minutes


def span_words(minutes: int) -> str:
    """Minutes as `span` takes them."""
    for unit, size in (("d", 24 * 60), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def hours(typed: str) -> tuple[Window, ...]:
    """Working hours like "Mon-Fri 09:00-18:00, Sat 10:00-14:00", in order; "" for all time.

    Raises Refused for what is none, and for hours that overlap.
    """
    found: list[Window] = []
    for part in filter(None, (each.strip().lower() for each in typed.split(","))):
        match = _HOURS.fullmatch(" ".join(part.split()))
        if match is None or match[1] not in DAYS or (match[2] or match[1]) not in DAYS:
            raise _no_hours(typed)
        first, last = DAYS.index(match[1]), DAYS.index(match[2] or match[1])
        begins, ends = int(match[3]) * 60 + int(match[4]), int(match[5]) * 60 + int(match[6])
        if first > last or int(match[4]) > 59 or int(match[6]) > 59 or not begins < ends <= 24 * 60:
            raise _no_hours(typed)
        found += [Window(weekday, begins, ends) for weekday in range(first, last + 1)]
    found.sort()
    if any(a.weekday == b.weekday and b.begins < a.ends for a, b in pairwise(found)):
        raise Refused("The hours overlap", f"{typed!r} has a time twice.")
    return tuple(found)


def hours_words(windows: tuple[Window, ...]) -> str:
    """Working hours as `hours` takes them, days with the same ones together."""
    by_day: dict[int, str] = {}
    for window in windows:
        said = "-".join(f"{at // 60:02}:{at % 60:02}" for at in (window.begins, window.ends))
        by_day[window.weekday] = f"{by_day[window.weekday]} {said}" if window.weekday in by_day else said
    parts: list[tuple[int, int, str]] = []
    for weekday, said in sorted(by_day.items()):
        if parts and parts[-1][1] == weekday - 1 and parts[-1][2] == said:
            parts[-1] = (parts[-1][0], weekday, said)
        else:
            parts.append((weekday, weekday, said))
    return ", ".join(
        f"{DAYS[first].title()}{f'-{DAYS[last].title()}' if last > first else ''} {each}"
        for first, last, said in parts
        for each in said.split()
    )


def _no_hours(typed: str) -> Refused:
    return Refused("No such hours", f"{typed!r}: write them like Mon-Fri 09:00-18:00, Sat 10:00-14:00.")


# -- kept ----------------------------------------------------------------------------------


def packed(item: Targets) -> dict[str, object]:
    """Targets as the workspace's settings keep them."""
    return {
        "first": {str(priority): minutes for priority, minutes in sorted(item.first.items())},
        "next": {str(priority): minutes for priority, minutes in sorted(item.next.items())},
        "hours": hours_words(item.windows),
        "zone": item.zone,
        "closed": sorted(day.isoformat() for day in item.closed),
    }


@lru_cache(maxsize=8)
def unpacked(settings: str) -> Targets:
    """The targets in a workspace's settings, JSON text; none where they say none, or cannot be read."""
    try:
        said = json.loads(settings).get("targets") or {}
        return Targets(
            {int(key): int(value) for key, value in said.get("first", {}).items()},
            {int(key): int(value) for key, value in said.get("next", {}).items()},
            hours(said.get("hours", "")),
            str(said.get("zone", "UTC")),
            frozenset(date.fromisoformat(day) for day in said.get("closed", ())),
        )
    except (ValueError, AttributeError, TypeError, Refused):
        return Targets()
