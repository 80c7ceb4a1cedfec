"""The times of the snooze dialog, in every zone: what must be true of them on any day (SPEC B3)."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo, available_timezones

from kustui.clock import instant, milliseconds
from kustui.core import when
from kustui.core.records import SnoozeChoice
from storm.checks import Table

YEARS = range(2026, 2038)
TWO_HOURS = SnoozeChoice(1, "2", "2 hours", "duration", "120")
TOMORROW = SnoozeChoice(2, "t", "Tomorrow", "wall clock", "tomorrow 09:00")
MONDAY = SnoozeChoice(3, "m", "Monday", "wall clock", "monday 09:00")


def wrong(now: datetime, where: ZoneInfo) -> Iterator[str]:
    """What is not as it must be with the three timed choices, chosen at `now`."""
    today = now.astimezone(where).date()
    found = {}
    for choice in (TWO_HOURS, TOMORROW, MONDAY):
        moment = when.of_choice(choice, now, where)
        assert moment is not None
        found[choice.key] = moment
        told = f"{choice.label} at {now.isoformat()} in {where.key} is {moment}"
        if moment.at <= now:
            yield f"not in the future: {told}"
        if instant(milliseconds(moment.at)) != moment.at:
            yield f"not kept by the store: {told}"
    if found["2"].at - now != timedelta(minutes=120):
        yield f"not two hours of elapsed time: {now.isoformat()} in {where.key}"
    monday = today + timedelta(days=7 - today.weekday())
    for key, day in (("t", today + timedelta(days=1)), ("m", monday)):
        there = found[key].at.astimezone(where)
        as_asked = (there.date(), there.time()) == (day, time(9))
        moved = there.replace(tzinfo=None) > datetime.combine(day, time(9)) and found[key].note
        if not as_asked and not moved:
            yield f"not 09:00 on {day}: {there.isoformat()} in {where.key}"


def days(years: Iterable[int]) -> Iterator[date]:
    """Every day of these years."""
    for year in years:
        first = date(year, 1, 1)
        yield from (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))


def moment_of(day: date) -> datetime:
    """An instant on that day in UTC; the hour is another one each day, so that all have their turn."""
    minutes = day.toordinal() * 367 % 1440
    return datetime.combine(day, time(minutes // 60, minutes % 60), UTC)


def count(table: Table) -> None:
    """Add what every zone came to, on every day of twelve years, computed by as many processes as cores."""
    names = sorted(available_timezones())
    shares = os.cpu_count() or 1
    found: list[str] = []
    for answer in _together([partial(_share, names[share::shares]) for share in range(shares)]):
        found += answer
    table.note(f"zones, on each of {len(list(days(YEARS))):,} days", len(names))
    table.none("times of the snooze dialog that are not right", found)


def _share(names: list[str]) -> list[str]:
    every = [moment_of(day) for day in days(YEARS)]
    return [words for name in names for now in every for words in wrong(now, ZoneInfo(name))]


def _together(asks: list[partial[list[str]]]) -> Iterator[list[str]]:
    """Ask each in a process of its own."""
    children = []
    for ask in asks:
        reads, writes = os.pipe()
        child = os.fork()
        if child == 0:
            with os.fdopen(writes, "wb") as file:
                file.write(pickle.dumps(ask()))
            os._exit(0)
        os.close(writes)
        children.append((child, reads))
    for child, reads in children:
        with os.fdopen(reads, "rb") as file:
            yield pickle.loads(file.read())
        os.waitpid(child, 0)
