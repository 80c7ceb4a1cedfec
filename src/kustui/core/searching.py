"""What is typed into a search: words, and operators that say more (`status:open tag:refund -is:unread`).

A word that looks like an operator and is none (`https://...`) is a word. A value that an operator
does not take is refused in words that name the ones it does.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from kustui.core import when
from kustui.core.channels import CHANNELS
from kustui.errors import Refused

STATUSES = ("open", "snoozed", "done")
STATES = (
    "unread", "unassigned", "mine", "waiting", "answered", "vip",
    "failed", "uncertain", "held", "scheduled", "queued", "followed", "late",
)  # fmt: skip
THINGS = ("file", "image", "note", "draft", "tag")
PRIORITIES = ("1", "2", "3", "4", "5")

OPERATORS: dict[str, str] = {
    "status": ", ".join(STATUSES),
    "channel": ", ".join(name for name, rules in CHANNELS.items() if rules.address_kind),
    "from": "a name or an address",
    "subject": "words of the subject",
    "customer": "a name, an address or a company",
    "tag": "a tag",
    "assignee": "me, none, or a name",
    "team": "mine, none, or the name of a team",
    "priority": "1 to 5",
    "before": "a day like 2026-06-01, today, or 7d ago: 7d",
    "after": "a day like 2026-06-01, today, or 7d ago: 7d",
    "waiting": "how long at least, like 4h or 2d; <1h for less",
    "has": ", ".join(THINGS),
    "is": ", ".join(STATES),
}
"""Every operator, and what it takes."""

_TERM = re.compile(r'(-?)(?:([A-Za-z]+):)?("[^"]*"?|\S+)')
_CHOICES = {"status": STATUSES, "has": THINGS, "is": STATES, "priority": PRIORITIES}
_AGO = re.compile(r"(\d{1,4})(m|h|d|w)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LENGTH = 500
TERMS = 30


class Term(NamedTuple):
    """One part of a search: a word (`operator` is "") or an operator's value, wanted or (`negated`) not.

    `value` is in the operator's own form; `at` is the instant that a day or a wait stands for.
    """

    operator: str
    value: str
    negated: bool = False
    at: datetime | None = None


def parse(typed: str, now: datetime, where: tzinfo) -> tuple[Term, ...]:
    """The terms of a search, in the order they were typed; raises Refused for a value that means nothing."""
    found: list[Term] = []
    for minus, name, raw in _TERM.findall(typed[:LENGTH]):
        operator, value = name.lower(), raw.strip('"')
        if operator not in OPERATORS:
            word = f"{name}:{value}" if name else value
            # Nothing stands behind it yet.
            if word.endswith(":") and word[:-1].lower() in OPERATORS:
                continue
            # A line before a sentence is no wish for its contrary.
            if word.strip("-"):
                found.append(Term("", word, bool(minus)))
        elif value:
            found.append(_term(operator, value, bool(minus), now, where))
        if len(found) > TERMS:
            raise Refused("Too many words", f"A search takes {TERMS} at most.")
    return tuple(found)


def day(typed: str, now: datetime, where: tzinfo) -> datetime:
    """The instant that a day or a time ago stands for, as `after:` takes it; raises Refused for another."""
    return _day("after", typed.strip().lower(), now, where)


def unfinished(typed: str) -> str:
    """What the operator at the end of the line takes, for who is typing it; "" when there is none."""
    last = typed.rsplit(None, 1)[-1].lstrip("-") if typed.strip() and not typed.endswith(" ") else ""
    name, colon, value = last.partition(":")
    if colon and name.lower() in OPERATORS:
        return f"{name.lower()}: {OPERATORS[name.lower()]}"
    near = [each for each in OPERATORS if last and each.startswith(last.lower())]
    return f"{near[0]}: {OPERATORS[near[0]]}" if near and not value else ""


def _term(operator: str, value: str, negated: bool, now: datetime, where: tzinfo) -> Term:
    low = value.lower()
    if operator in ("before", "after"):
        return Term(operator, low, negated, _day(operator, low, now, where))
    if operator == "waiting":
        less, low = low.startswith("<"), low.lstrip("<>=")
        ago = _AGO.fullmatch(low)
        if ago is None:
            raise _no("waiting", value)
        return Term("waiting", "less" if less else "more", negated, now - int(ago[1]) * _UNITS[ago[2]])
    if operator == "channel":
        if low not in CHANNELS or CHANNELS[low].address_kind is None:
            raise _no(operator, value)
        return Term(operator, low, negated)
    if operator in _CHOICES:
        if low not in _CHOICES[operator]:
            raise _no(operator, value)
        return Term(operator, low, negated, now if low == "late" else None)
    return Term(operator, value.lstrip("#") if operator == "tag" else value, negated)


def _day(operator: str, low: str, now: datetime, where: tzinfo) -> datetime:
    today = now.astimezone(where).date()
    ago = _AGO.fullmatch(low)
    if ago:
        return now - int(ago[1]) * _UNITS[ago[2]]
    if low in ("today", "yesterday"):
        date = today - timedelta(days=low == "yesterday")
    else:
        try:
            date = datetime.strptime(low, "%Y-%m-%d").replace(tzinfo=UTC).date()
        except ValueError:
            raise _no(operator, low) from None
    try:
        return when.at_wall(date, datetime.min.time(), where).at
    except OverflowError:
        raise _no(operator, low) from None


def _no(operator: str, value: str) -> Refused:
    return Refused(f"{operator}: does not take {value!r}", f"It takes {OPERATORS[operator]}.")
