"""Words to an instant, and an instant to words, in a zone that is always named (SPEC B3, D4).

Wall-clock times are resolved on the day they are for, so a change of the clocks in between moves
nothing. A time that does not exist moves forward; one that happens twice means the first; both say
so. Durations are elapsed time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kustui.core import words
from kustui.core.pattern import Pattern
from kustui.core.records import Snooze, SnoozeChoice
from kustui.errors import Refused

MORNING = time(9, 0)
FARTHEST = timedelta(days=5 * 366)

_TOO_FAR = FARTHEST // timedelta(minutes=1) + 1
_UNITS = {"m": 1, "min": 1, "h": 60, "d": 1440, "w": 10080}
_DURATION = Pattern(
    r"(?:in )?((?:\d{1,5} ?(?:minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)(?: and |, ?| )?)+)"
)
_PART = Pattern(r"(\d{1,5}) ?([a-z]+)")
_CLOCK = Pattern(r"(?:at )?(\d{1,2})(?:[:.h](\d{2}))? ?(am|pm|a\.m\.|p\.m\.)?$")
_ISO = Pattern(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_DAY_MONTH = Pattern(r"(\d{1,2})\.? ([a-z]{3,9})(?: (\d{4}))?$")
_MONTH_DAY = Pattern(r"([a-z]{3,9}) (\d{1,2})(?: (\d{4}))?$")


class Moment(NamedTuple):
    """An instant that words meant; `note` says what had to be decided ("02:30 does not exist ...")."""

    at: datetime
    note: str = ""


def zone(name: str, fallback: tzinfo = UTC) -> tzinfo:
    """The zone of an IANA name; `fallback` for an empty or unknown one."""
    if not name:
        return fallback
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return fallback


def at_wall(day: date, clock: time, where: tzinfo) -> Moment:
    """The instant at which clocks in `where` show that time on that day."""
    wall = datetime.combine(day, clock, where)
    instant = wall.astimezone(UTC)
    back = instant.astimezone(where)
    if back.replace(tzinfo=None) != wall.replace(tzinfo=None):
        note = f"{clock:%H:%M} does not exist that day (the clocks change); {back:%H:%M} is meant"
        return Moment(instant, note)
    if wall.utcoffset() != wall.replace(fold=1).utcoffset():
        return Moment(
            instant, f"{clock:%H:%M} happens twice that day; the first is meant, UTC{_offset(back)}"
        )
    return Moment(instant)


def of_choice(choice: SnoozeChoice, now: datetime, where: tzinfo) -> Moment | None:
    """When a snooze choice ends; None for *until the customer replies*.

    Raises Refused for a custom time, which has to be typed, and for a value that means nothing.
    """
    if choice.kind == "until reply":
        return None
    if choice.kind == "duration":
        return Moment(now + timedelta(minutes=int(choice.value)))
    return parse(choice.value, now, where)


def again(
    kind: str,
    label: str,
    until: datetime | None,
    choices: Iterable[SnoozeChoice],
    now: datetime,
    where: tzinfo,
) -> Moment | None:
    """When a snooze of that kind, label and end would end if it were chosen now; None for until reply.

    A choice is found again by its label and counted from now; typed words are read again, so that
    "tue 14:30" means the next one. Raises Refused, saying what it was, for a time that is past.
    """
    if until is None or kind == "until reply":
        return None
    for choice in choices:
        if choice.label == label and choice.kind != "custom":
            return of_choice(choice, now, where)
    words = label or f"{until.astimezone(where):%Y-%m-%d %H:%M}"
    try:
        return parse(words, now, where)
    except Refused as error:
        raise Refused(error.title, f"Your last snooze was until {words!r}. {error.message}") from None


def parse(typed: str, now: datetime, where: tzinfo) -> Moment:
    """The future instant that `typed` means to someone in the zone `where`.

    Taken: "2h", "3d", "in 2 hours", "1h 30m"; "14:30", "9am"; "tomorrow", "tue 14:30", "next monday
    9am"; "2026-12-01 09:00", "1 dec", "dec 1 9:00". A day without a time means 9:00; a time without
    a day means the next time it is that late. Raises Refused, saying why, for anything else, for a
    date that can be read two ways, and for a time that is past.
    """
    text = re.sub(r"\s+", " ", typed.strip().lower()).replace(" at ", " ")
    if not text:
        raise Refused("No time yet", "Type one, like 3d, tue 14:30, tomorrow 9am or 2026-12-01 09:00.")
    duration = _DURATION.it.fullmatch(text)
    if duration:
        minutes = min(sum(int(n) * _unit(unit) for n, unit in _PART.it.findall(duration[1])), _TOO_FAR)
        if minutes <= 0:
            raise Refused("That time is past", "That is no time at all.")
        return _far(Moment(now + timedelta(minutes=minutes)), now)
    if re.search(r"\d{1,4}/\d", text) or re.search(r"\b\d{1,2}[.-]\d{1,2}[.-]\d{2,4}", text):
        raise Refused("That date can be read two ways", "Write it as 2026-12-01, or as 1 dec.")
    try:
        moment = _day_and_time(text, now, where)
    except OverflowError:
        raise Refused("That is too far away", f"{text!r} is at the end of the calendar.") from None
    if moment.at <= now:
        shown = moment.at.astimezone(where)
        raise Refused("That time is past", f"{shown:%a} {shown.day} {shown:%b %Y %H:%M} was before now.")
    return _far(moment, now)


def _far(moment: Moment, now: datetime) -> Moment:
    if moment.at - now > FARTHEST:
        raise Refused("That is too far away", "Five years ahead is the most.")
    return moment


def _unit(word: str) -> int:
    return _UNITS["min" if word.startswith("min") else word[0]]


def _day_and_time(text: str, now: datetime, where: tzinfo) -> Moment:
    local = now.astimezone(where)
    clock = _clock(text)
    if clock is not None:
        moment = at_wall(local.date(), clock, where)
        return moment if moment.at > now else at_wall(local.date() + timedelta(days=1), clock, where)
    parts = text.split(" ")
    for cut in range(len(parts), 0, -1):
        day = _day(" ".join(parts[:cut]), local.date())
        if day is None:
            continue
        rest = " ".join(parts[cut:])
        clock = MORNING if not rest else _clock(rest)
        if clock is None:
            raise Refused("Not a time of day", f"{rest!r} is not one; write 14:30 or 9am.")
        return at_wall(day, clock, where)
    raise Refused("Not a time", f"{text!r} is not one. Try 3d, tue 14:30, tomorrow 9am or 2026-12-01 09:00.")


def _clock(text: str) -> time | None:
    if text in ("noon", "midday"):
        return time(12)
    found = _CLOCK.it.fullmatch(text)
    if not found or not (found[2] or found[3]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise Refused("Not a time of day", f"{text!r}: with am or pm the hour is 1 to 12.")
        hour = hour % 12 + (12 if found[3].startswith("p") else 0)
    if hour > 23 or minute > 59:
        raise Refused("Not a time of day", f"{text!r}: the day has 00:00 to 23:59.")
    return time(hour, minute)


def _day(text: str, today: date) -> date | None:
    simple = {"today": 0, "tomorrow": 1, "tmr": 1, "next week": 7 - today.weekday()}
    if text in simple:
        return today + timedelta(days=simple[text])
    name = text.removeprefix("next ").removeprefix("on ")
    if len(name) >= 3:
        for number, day in enumerate(words.DAYS):
            if day.lower().startswith(name):
                return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    iso = _ISO.it.fullmatch(text)
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]), text)
    found = _DAY_MONTH.it.fullmatch(text)
    if found:
        return _in_year(found[2], int(found[1]), found[3], today, text)
    found = _MONTH_DAY.it.fullmatch(text)
    if found:
        return _in_year(found[1], int(found[2]), found[3], today, text)
    return None


def _in_year(month: str, day: int, year: str | None, today: date, text: str) -> date | None:
    number = next((n for n, name in enumerate(words.MONTHS, 1) if name.lower().startswith(month)), None)
    if number is None:
        return None
    if year:
        return _date(int(year), number, day, text)
    this = _date(today.year, number, day, text, leap=True)
    return this if this is not None and this >= today else _date(today.year + 1, number, day, text)


def _date(year: int, month: int, day: int, text: str, *, leap: bool = False) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        if leap and month == 2 and day == 29:
            return None
        raise Refused("No such day", f"{text!r} is not in the calendar.") from None


def absolute(at: datetime, where: tzinfo, now: datetime | None = None) -> str:
    """An instant as "Thu 4 Jun 09:00" in a zone; with the year when it is not that of `now`."""
    local = at.astimezone(where)
    today = now.astimezone(where).date() if now else date.min
    return f"{words.DAYS[local.weekday()][:3]} {words.day(local.date(), today)} {words.clock(local)}"


def relative(at: datetime, now: datetime) -> str:
    """How far away an instant is: "in 14 h 05 m", "in 2 d 21 h", "3 m ago"."""
    return f"in {words.span(at - now)}" if at > now else f"{words.span(now - at)} ago"


def zone_name(where: tzinfo, at: datetime) -> str:
    """A zone as people know it: its IANA name, or UTC and its offset."""
    name = str(getattr(where, "key", ""))
    return "UTC" if name in ("Etc/UTC", "Etc/UCT", "Zulu") else name or f"UTC{_offset(at.astimezone(where))}"


def describe(at: datetime, now: datetime, where: tzinfo) -> str:
    """An instant in full: absolute, relative and zone (SPEC B6)."""
    return f"{absolute(at, where, now)} {zone_name(where, at)}, {relative(at, now)}"


def reopening(snooze: Snooze, now: datetime, where: tzinfo) -> tuple[str, str]:
    """How long a snooze lasts; and who began it, and that a reply does not end it (SPEC B6, B8, B9)."""
    lasts = "until the customer replies"
    if snooze.until is not None:
        lasts = f"re-opens {describe(snooze.until, now, where)}"
    kept = "a reply does not end it" if snooze.keep_on_reply and snooze.until else ""
    return lasts, "; ".join(part for part in (f"by {snooze.by}" if snooze.by else "", kept) if part)


def same_wall(at: datetime, one: tzinfo, other: tzinfo) -> bool:
    """Whether clocks in both zones show the same at that instant."""
    return at.astimezone(one).replace(tzinfo=None) == at.astimezone(other).replace(tzinfo=None)


def both(at: datetime, now: datetime, mine: tzinfo, server: tzinfo) -> str:
    """An instant on the agent's clock and, where it shows another time, on the server's (SPEC D4)."""
    said = f"{absolute(at, mine, now)} {zone_name(mine, at)}"
    if same_wall(at, mine, server):
        return said
    there = at.astimezone(server)
    day = "" if there.date() == at.astimezone(mine).date() else f"{words.DAYS[there.weekday()][:3]} "
    return f"{said}, server {day}{words.clock(there)} {zone_name(server, at)}"


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}" if minutes else ""
