"""Lengths of time, moments and sizes in a few words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kustui.core import words

NOW = datetime(2026, 6, 4, 11, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("delta", "short", "long"),
    [
        ({"seconds": 20}, "now", "1 m"),
        ({"minutes": 2, "seconds": 59}, "2m", "2 m"),
        ({"minutes": 60}, "1h", "1 h 00 m"),
        ({"hours": 2, "minutes": 5}, "2h", "2 h 05 m"),
        ({"hours": 23, "minutes": 59}, "23h", "23 h 59 m"),
        ({"days": 2, "hours": 21}, "2d", "2 d 21 h"),
        ({"days": 3}, "3d", "3 d"),
        ({"days": 10_593}, "29y", "29 years"),
    ],
)
def test_how_long(delta: dict[str, int], short: str, long: str) -> None:
    """A length of time is one unit in a list and two in a sentence."""
    assert words.ago(timedelta(**delta)) == short
    assert words.span(timedelta(**delta)) == long
    assert words.waiting(timedelta(**delta)) == f"waiting {long}"
    assert words.until(timedelta(**delta)) == f"in {long}"


def test_a_clock_that_runs_behind_is_no_trouble() -> None:
    """A moment that lies ahead by a few seconds was just now, and one that has come is due."""
    assert words.ago(timedelta(seconds=-30)) == "now"
    assert words.until(timedelta(0)) == "due"


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 KB"), (188_000, "184 KB"),
     (1_048_575, "1.0 MB"), (5_033_165, "4.8 MB")],
)  # fmt: skip
def test_sizes(count: int, said: str) -> None:
    """A size is in the unit one speaks in."""
    assert words.size(count) == said


def test_moments() -> None:
    """A moment ahead is as short as it stays clear."""
    assert words.soon(NOW.replace(hour=15, minute=5), NOW) == "15:05"
    assert words.soon(datetime(2026, 6, 8, 9, tzinfo=UTC), NOW) == "Mon 09:00"
    assert words.soon(datetime(2026, 6, 11, 9, tzinfo=UTC), NOW) == "11 Jun 09:00"
    assert words.soon(datetime(2027, 1, 2, 9, tzinfo=UTC), NOW) == "2 Jan 2027 09:00"
    assert words.moment(datetime(2026, 6, 5, 10, tzinfo=UTC), NOW) == "Fri 5 Jun 10:00"
    assert words.long_day(date(2026, 6, 4), NOW.date()) == "Thursday 4 June"
    assert words.day(date(2025, 5, 3), NOW.date()) == "3 May 2025"
