"""Lengths of time, moments and sizes in the few words a list has room for.

Everything here is told the time it speaks about; days and months are English whatever the
host's locale is. Datetimes are aware and already in the zone of whoever reads them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_YEARS = 2 * 365
"""Days from which a length of time is told in years."""
_MINUTE = timedelta(minutes=1)


def ago(delta: timedelta) -> str:
    """The largest unit alone, for a narrow column: "now", "2m", "1h", "3d"."""
    minutes = delta // _MINUTE
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes}m"
    hours = minutes // 60
    days = hours // 24
    if days >= _YEARS:
        return f"{days // 365}y"
    return f"{hours}h" if hours < 24 else f"{days}d"


def span(delta: timedelta) -> str:
    """The two largest units: "12 m", "2 h 00 m", "2 d 21 h"; never less than a minute."""
    minutes = max(1, abs(delta) // _MINUTE)
    if minutes < 60:
        return f"{minutes} m"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02} m"
    days, hours = divmod(hours, 24)
    if days >= _YEARS:
        return f"{days // 365} years"
    return f"{days} d {hours} h" if hours else f"{days} d"


def waiting(delta: timedelta) -> str:
    """How long a customer has waited, for a toolbar: "waiting 12 m"."""
    return f"waiting {span(delta)}"


def until(delta: timedelta) -> str:
    """How far off a moment is: "in 2 d 21 h", or "due" when it has come."""
    return f"in {span(delta)}" if delta > timedelta(0) else "due"


def notices(count: int) -> str:
    """A number of notifications: "1 notice", "3 notices"."""
    return "1 notice" if count == 1 else f"{count:,} notices"


def size(count: int) -> str:
    """A number of bytes: "900 bytes", "184 KB", "4.8 MB" (1 MB is 1,048,576 bytes)."""
    if count < 1024:
        return "1 byte" if count == 1 else f"{count} bytes"
    if round(count / 1024) < 1024:
        return f"{round(count / 1024)} KB"
    return f"{count / 1_048_576:,.1f} MB"


def day(at: date, today: date) -> str:
    """A date in a list: "3 May", with its year when that is not this one."""
    words = f"{at.day} {MONTHS[at.month - 1][:3]}"
    return words if at.year == today.year else f"{words} {at.year}"


def long_day(at: date, today: date) -> str:
    """A date between two days of a timeline: "Thursday 4 June"."""
    words = f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]}"
    return words if at.year == today.year else f"{words} {at.year}"


def clock(at: datetime) -> str:
    """The time of day: "09:05"."""
    return f"{at.hour:02}:{at.minute:02}"


def soon(at: datetime, now: datetime) -> str:
    """A moment ahead, as short as it stays clear: "09:00", "Mon 09:00", "5 Jun 09:00"."""
    days = (at.date() - now.date()).days
    if days == 0:
        return clock(at)
    if 0 < days < 7:
        return f"{DAYS[at.weekday()][:3]} {clock(at)}"
    return f"{day(at.date(), now.date())} {clock(at)}"


def moment(at: datetime, now: datetime) -> str:
    """A moment in full: "Fri 5 Jun 10:00"."""
    return f"{DAYS[at.weekday()][:3]} {day(at.date(), now.date())} {clock(at)}"
