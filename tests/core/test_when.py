"""Words to an instant and back, in zones that change their clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

import pytest

from kustui.core import when
from kustui.core.records import SnoozeChoice
from kustui.errors import Refused

MADRID = ZoneInfo("Europe/Madrid")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2h", "2026-06-04T13:42"),
        ("3d", "2026-06-07T11:42"),
        ("in 2 hours", "2026-06-04T13:42"),
        ("1h 30m", "2026-06-04T13:12"),
        ("14:30", "2026-06-04T14:30"),
        ("9am", "2026-06-05T09:00"),
        ("tomorrow", "2026-06-05T09:00"),
        ("tue 14:30", "2026-06-09T14:30"),
        ("thursday", "2026-06-11T09:00"),
        ("next monday 9am", "2026-06-08T09:00"),
        ("2026-12-01 09:00", "2026-12-01T09:00"),
        ("1 dec", "2026-12-01T09:00"),
        ("Dec 1 at 17:05", "2026-12-01T17:05"),
        ("3 may", "2027-05-03T09:00"),
        ("noon", "2026-06-04T12:00"),
        ("12am", "2026-06-05T00:00"),
        ("next week", "2026-06-08T09:00"),
    ],
)
def test_words_mean_an_instant_in_the_agents_zone(words: str, expected: str) -> None:
    """B3: durations are elapsed time, days without a time mean 9:00, times the next such time."""
    found = when.parse(words, NOW, MADRID).at.astimezone(MADRID)
    assert found.strftime("%Y-%m-%dT%H:%M") == expected


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("08/09", "two ways"),
        ("8/9/2026", "two ways"),
        ("01.02.2027", "two ways"),
        ("today 9:00", "past"),
        ("2026-06-04 11:42", "past"),
        ("2026-02-30", "calendar"),
        ("tomorrow 25:00", "00:00 to 23:59"),
        ("soonish", "is not one"),
        ("0h", "no time at all"),
        ("99999d", "too far"),
        ("99999w " * 9, "too far"),
        ("9999-12-31 23:59", "too far"),
        ("", "No time"),
        ("13pm", "1 to 12"),
    ],
)
def test_what_is_no_time_is_refused_with_the_reason(words: str, why: str) -> None:
    """B3: a past time, a date that reads two ways and nonsense are refused in words."""
    with pytest.raises(Refused) as refused:
        when.parse(words, NOW, MADRID)
    assert why in str(refused.value)


def test_monday_on_a_monday_is_a_week_off_and_tomorrow_at_five_past_midnight_is_the_next_day() -> None:
    """B3: Monday is strictly after today; tomorrow is the next calendar day even at 00:05."""
    monday = datetime(2026, 6, 8, 7, 0, tzinfo=UTC)
    assert when.parse("monday 09:00", monday, MADRID).at.astimezone(MADRID).date() == date(2026, 6, 15)
    late = datetime(2026, 6, 7, 22, 5, tzinfo=UTC)
    assert late.astimezone(MADRID).time() == time(0, 5)
    assert when.parse("tomorrow 09:00", late, MADRID).at.astimezone(MADRID).date() == date(2026, 6, 9)


def test_wall_clock_holds_across_a_change_of_clocks() -> None:
    """B3: tomorrow 9:00 is 9:00 there, though the night had 23 hours; two hours are two hours."""
    eve = datetime(2026, 3, 7, 14, 0, tzinfo=UTC)
    assert when.parse("tomorrow 9:00", eve, NEW_YORK).at == datetime(2026, 3, 8, 13, 0, tzinfo=UTC)
    night = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
    assert when.parse("2h", night, NEW_YORK).at == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)


def test_a_time_that_does_not_exist_moves_forward_and_one_that_happens_twice_is_the_first() -> None:
    """B3: both say what was decided."""
    gap = when.at_wall(date(2026, 3, 8), time(2, 30), NEW_YORK)
    assert gap.at == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert "03:30" in gap.note
    fold = when.at_wall(date(2026, 11, 1), time(1, 30), NEW_YORK)
    assert fold.at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert "UTC-04:00" in fold.note
    howe = when.at_wall(date(2026, 4, 5), time(1, 45), ZoneInfo("Australia/Lord_Howe"))
    assert howe.at == datetime(2026, 4, 4, 14, 45, tzinfo=UTC)


CHOICES = (
    SnoozeChoice(1, "2", "2 hours", "duration", "120"),
    SnoozeChoice(2, "t", "Tomorrow", "wall clock", "tomorrow 09:00"),
    SnoozeChoice(3, "m", "Monday", "wall clock", "monday 09:00"),
)


def test_the_choices_are_right_in_every_zone_on_awkward_days() -> None:
    """B3: in all zones, around changes of clocks and ends of months: future, and 9:00 there."""
    moments = [
        datetime(2026, m, d, h, 50, tzinfo=UTC)
        for m, d in ((1, 31), (3, 7), (3, 28), (10, 24), (10, 31), (12, 31))
        for h in (0, 13, 23)
    ]
    for name in sorted(available_timezones()):
        where = ZoneInfo(name)
        for now in moments:
            for choice in CHOICES:
                moment = when.of_choice(choice, now, where)
                assert moment is not None
                assert moment.at > now
                if choice.kind == "wall clock":
                    assert moment.at.astimezone(where).time() == time(9, 0)
                    if choice.key == "m":
                        assert moment.at.astimezone(where).weekday() == 0


def test_an_instant_is_told_absolute_relative_and_with_its_zone() -> None:
    """B6: when a snooze ends is said in full."""
    at = datetime(2026, 6, 5, 7, 0, tzinfo=UTC)
    assert when.describe(at, NOW, MADRID) == "Fri 5 Jun 09:00 Europe/Madrid, in 21 h 18 m"
