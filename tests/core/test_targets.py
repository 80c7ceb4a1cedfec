"""Working time, and what is promised in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kustui.core import targets
from kustui.core.targets import Promise, Targets, Wait, due, follow, hours, worked
from kustui.errors import Refused

MADRID = ZoneInfo("Europe/Madrid")
OFFICE = Targets(
    {0: 240, 5: 30},
    {0: 480},
    hours("Mon-Fri 09:00-18:00, Sat 10:00-14:00"),
    "Europe/Madrid",
    frozenset({date(2026, 6, 8)}),
)
"""Four hours, an office in Madrid, and the Monday of that week off."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of June 2026 in Madrid; the 4th is a Thursday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=MADRID)


@pytest.mark.parametrize(
    ("since", "length", "until"),
    [
        (at(4, 10), timedelta(hours=4), at(4, 14)),
        (at(4, 16), timedelta(hours=4), at(5, 11)),
        (at(4, 22), timedelta(hours=4), at(5, 13)),
        (at(5, 17), timedelta(hours=4), at(6, 13)),
        (at(6, 13), timedelta(hours=4), at(9, 12)),
        (at(4, 10), timedelta(0), at(4, 10)),
        (at(4, 9), timedelta(hours=9), at(4, 18)),
    ],
    ids=["same day", "over night", "after hours", "over to Saturday", "over a day off", "none", "to the end"],
)
def test_only_working_time_counts(since: datetime, length: timedelta, until: datetime) -> None:
    """Nights, Sundays and days off are passed over, by the wall clock of the office."""
    assert due(since.astimezone(UTC), length, OFFICE) == until


def test_an_hour_that_the_clocks_skip_is_no_working_time() -> None:
    """On the day the clocks go forward a night shift of eight hours on the wall has seven."""
    night = Targets({0: 60}, {}, hours("Sun 00:00-08:00"), "Europe/Madrid")
    begins = datetime(2026, 3, 29, 0, 0, tzinfo=MADRID)
    assert worked(begins, begins + timedelta(hours=20), night) == timedelta(hours=7)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds it
    st.integers(1, 10_000),
)
def test_what_is_due_has_had_that_much_working_time(since: datetime, minutes: int) -> None:
    """`worked` and `due` are each other's contrary, at any time of the year."""
    assert worked(since, due(since, timedelta(minutes=minutes), OFFICE), OFFICE) == timedelta(minutes=minutes)


def test_a_promise_begins_pauses_goes_on_and_ends() -> None:
    """It runs while a customer waits, keeps what is left while nobody is to answer, ends with a reply."""
    wait = Wait("open", 3, at(4, 10), at(4, 10), None, None)
    begun = follow(Promise(), wait, OFFICE, at(4, 10))
    assert begun == Promise("first", at(4, 14))
    away = wait._replace(status="snoozed", waiting_since=None)
    paused = follow(begun, away, OFFICE, at(4, 13))
    assert paused == Promise("first", None, 3_600_000)
    assert follow(paused, away, OFFICE, at(5, 9)) == paused
    back = wait._replace(waiting_since=at(9, 9))
    assert follow(paused, back, OFFICE, at(9, 9)) == Promise("first", at(9, 10))
    answered = wait._replace(waiting_since=None, last_outbound_at=at(9, 9, 30), replied_at=at(9, 9, 30))
    assert follow(Promise("first", at(9, 10)), answered, OFFICE, at(9, 9, 30)) == Promise()
    again = answered._replace(waiting_since=at(9, 11), last_inbound_at=at(9, 11))
    assert follow(Promise(), again, OFFICE, at(9, 11)).kind == "next"
    # A missed one that is put away is still missed when it is back.
    late = follow(begun, away, OFFICE, at(4, 15))
    assert late.left == -3_600_000
    assert follow(late, back, OFFICE, at(9, 9)).at == at(9, 8)


def test_a_priority_may_have_its_own() -> None:
    """What is urgent is promised sooner; what is promised nothing has no target."""
    wait = Wait("open", 5, at(4, 10), at(4, 10), None, None)
    assert follow(Promise(), wait, OFFICE, at(4, 10)).at == at(4, 10, 30)
    assert follow(Promise(), wait, Targets(), at(4, 10)) == Promise()


@pytest.mark.parametrize(
    "typed", ["9-18", "Mon 18:00-09:00", "Fri-Mon 09:00-10:00", "Mon 09:00-12:60", "Mon 9:00-25:00"]
)
def test_hours_that_are_none_are_refused(typed: str) -> None:
    """Bad hours are named, with how they are written."""
    with pytest.raises(Refused, match="Mon-Fri 09:00-18:00"):
        hours(typed)


def test_hours_and_lengths_are_written_as_they_are_read() -> None:
    """What is shown can be typed again; hours that overlap are refused."""
    for words in (
        "Mon-Fri 09:00-18:00, Sat 10:00-14:00",
        "Mon 09:00-12:00, Mon 13:00-17:00",
        "Sun 00:00-24:00",
        "",
    ):
        assert targets.hours_words(hours(words)) == words
    for words in ("30m", "4h", "2d", "90m"):
        assert targets.span_words(targets.span(words)) == words
    for words in ("", "0m", "4", "h", "400d", "-1h"):
        with pytest.raises(Refused):
            targets.span(words)
    with pytest.raises(Refused, match="overlap"):
        hours("Mon 09:00-12:00, Mon-Fri 11:00-14:00")


@pytest.mark.parametrize(
    "settings",
    ["", "[]", "{}", '{"targets": 3}', '{"targets": {"hours": "x"}}', '{"targets": {"first": {"a": 1}}}'],
)
def test_settings_that_cannot_be_read_promise_nothing(settings: str) -> None:
    """Whatever another program wrote there, the workspace works."""
    assert targets.unpacked(settings) == Targets()


def test_a_target_is_told_in_words() -> None:
    """How far off it is, or how late."""
    assert targets.told("first", at(4, 14), at(4, 13, 20)) == ("first response in 40 m", False)
    assert targets.told("next", at(4, 14), at(4, 16)) == ("next reply 2 h 00 m late", True)
