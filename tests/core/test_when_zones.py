"""The snooze dialog's times over zones and days, and the awkward ones by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from kustui.core import when
from storm.zones import days, moment_of, wrong

ZONES = (
    "Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Johannesburg", "Africa/Nairobi",
    "America/Adak", "America/Asuncion", "America/Caracas", "America/Havana", "America/Los_Angeles",
    "America/New_York", "America/Nuuk", "America/Phoenix", "America/Santiago", "America/Sao_Paulo",
    "America/St_Johns", "Antarctica/Troll", "Asia/Beirut", "Asia/Gaza", "Asia/Jerusalem", "Asia/Kathmandu",
    "Asia/Kolkata", "Asia/Shanghai", "Asia/Tehran", "Asia/Tokyo", "Atlantic/Azores", "Australia/Adelaide",
    "Australia/Eucla", "Australia/Lord_Howe", "Australia/Sydney", "Europe/Berlin", "Europe/Chisinau",
    "Europe/Dublin", "Europe/London", "Europe/Moscow", "Pacific/Apia", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Easter", "Pacific/Kiritimati", "Pacific/Marquesas", "Pacific/Niue",
)  # fmt: skip
YEARS = range(2026, 2029)


def chosen(where: ZoneInfo) -> Iterator[date]:
    """Every third day, and every day next to a change of the clocks."""
    last = timedelta()
    for number, day in enumerate(days(YEARS)):
        offset = datetime.combine(day, time(12), where).utcoffset() or timedelta()
        if offset != last:
            yield from (day + timedelta(days=step) for step in range(-2, 2))
        elif number % 3 == 0:
            yield day
        last = offset


@pytest.mark.parametrize("name", ZONES)
def test_the_timed_choices_are_right_on_any_day(name: str) -> None:
    """B3: in the future, at 09:00 there, Monday after today, two hours of elapsed time, kept exactly."""
    where = ZoneInfo(name)
    assert [words for day in chosen(where) for words in wrong(moment_of(day), where)] == []


def test_the_timed_choices_are_right_at_every_quarter_of_an_hour_of_a_change() -> None:
    """B3: also when chosen within the hour that is skipped, or that happens twice."""
    for name, first in (
        ("America/New_York", datetime(2026, 3, 8, 4, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 1, 3, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 12, tzinfo=UTC)),
        ("America/Santiago", datetime(2026, 9, 6, 1, tzinfo=UTC)),
        ("Europe/Dublin", datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ):
        moments = [first + timedelta(minutes=15 * step) for step in range(28)]
        assert [words for now in moments for words in wrong(now, ZoneInfo(name))] == []


@pytest.mark.parametrize(
    ("zone", "day", "clock", "instant", "note"),
    [
        # The hour that clocks jump over: what was asked moves forward by as much.
        ("America/Santiago", date(2026, 9, 6), time(0, 0), "2026-09-06T04:00", "01:00 is meant"),
        ("Africa/Cairo", date(2026, 4, 24), time(0, 30), "2026-04-23T22:30", "01:30 is meant"),
        ("America/Havana", date(2026, 3, 8), time(0, 0), "2026-03-08T05:00", "01:00 is meant"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:45", "02:45 is meant"),
        ("Europe/Dublin", date(2026, 3, 29), time(1, 30), "2026-03-29T01:30", "02:30 is meant"),
        # Greenland jumps over the last hour of a day, so the next day is meant.
        ("America/Nuuk", date(2026, 3, 28), time(23, 30), "2026-03-29T01:30", "00:30 is meant"),
        # Samoa left out a whole day.
        ("Pacific/Apia", date(2011, 12, 30), time(9, 0), "2011-12-30T19:00", "does not exist"),
        # The hour that happens twice: the first is meant, and its offset is told.
        ("Europe/Dublin", date(2026, 10, 25), time(1, 30), "2026-10-25T00:30", "UTC+01:00"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 30), "2026-04-04T14:30", "UTC+11:00"),
        ("Africa/Casablanca", date(2026, 2, 15), time(2, 30), "2026-02-15T01:30", "UTC+01:00"),
        ("America/Havana", date(2026, 11, 1), time(0, 30), "2026-11-01T04:30", "UTC-04:00"),
        ("America/Santiago", date(2026, 4, 4), time(23, 30), "2026-04-05T02:30", "UTC-03:00"),
        # Beside a change, and where no clock ever changes, nothing had to be decided.
        ("America/New_York", date(2026, 3, 8), time(3, 0), "2026-03-08T07:00", ""),
        ("America/New_York", date(2026, 11, 1), time(2, 0), "2026-11-01T07:00", ""),
        ("Asia/Kathmandu", date(2026, 3, 29), time(2, 30), "2026-03-28T20:45", ""),
        ("Pacific/Kiritimati", date(2026, 1, 1), time(9, 0), "2025-12-31T19:00", ""),
    ],
)
def test_a_wall_time_is_one_instant(zone: str, day: date, clock: time, instant: str, note: str) -> None:
    """B3: a time that does not exist moves forward, one that happens twice is the first; both say so."""
    moment = when.at_wall(day, clock, ZoneInfo(zone))
    assert moment.at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert (note in moment.note) if note else (moment.note == "")


@pytest.mark.parametrize(
    ("zone", "now", "words", "expected"),
    [
        ("Europe/Madrid", "2026-01-31T22:00", "tomorrow 09:00", "Sun 1 Feb 2026 09:00"),
        ("Europe/Madrid", "2026-02-28T09:00", "tomorrow 09:00", "Sun 1 Mar 2026 09:00"),
        ("Europe/Madrid", "2028-02-28T09:00", "tomorrow 09:00", "Tue 29 Feb 2028 09:00"),
        ("Europe/Madrid", "2026-12-31T23:59", "tomorrow 09:00", "Fri 1 Jan 2027 09:00"),
        ("Europe/Madrid", "2026-12-31T23:59", "monday 09:00", "Mon 4 Jan 2027 09:00"),
        ("Europe/Madrid", "2028-02-28T08:59", "monday 09:00", "Mon 6 Mar 2028 09:00"),
        # The agent's day is not the server's: Monday began in Kiritimati while UTC has Sunday.
        ("Pacific/Kiritimati", "2026-06-08T00:05", "monday 09:00", "Mon 15 Jun 2026 09:00"),
        ("Pacific/Kiritimati", "2026-06-08T00:05", "tomorrow 09:00", "Tue 9 Jun 2026 09:00"),
        ("Pacific/Niue", "2026-06-07T23:55", "monday 09:00", "Mon 8 Jun 2026 09:00"),
        # Chosen on the eve of a midnight that does not exist, and just after it.
        ("America/Santiago", "2026-09-05T23:55", "tomorrow 00:00", "Sun 6 Sep 2026 01:00"),
        ("America/Santiago", "2026-09-06T01:05", "tomorrow 09:00", "Mon 7 Sep 2026 09:00"),
        # At the second 01:40 the first 01:50 is past, so tomorrow's is meant.
        ("America/New_York", "2026-11-01T01:40+1", "01:50", "Mon 2 Nov 2026 01:50"),
        ("America/New_York", "2026-11-01T01:40", "01:50", "Sun 1 Nov 2026 01:50"),
        ("America/New_York", "2026-03-08T01:50", "02:30", "Sun 8 Mar 2026 03:30"),
    ],
)
def test_words_on_awkward_days(zone: str, now: str, words: str, expected: str) -> None:
    """B3: ends of months and years, leap days, days that begin elsewhere, changes of the clocks."""
    where = ZoneInfo(zone)
    there = datetime.fromisoformat(now.removesuffix("+1")).replace(tzinfo=where, fold=int(now.endswith("+1")))
    assert when.absolute(when.parse(words, there.astimezone(UTC), where).at, where) == expected


def test_every_zone_of_the_sample_is_known() -> None:
    """The sample names zones that exist, so none falls back to another unseen."""
    assert set(ZONES) <= available_timezones()
