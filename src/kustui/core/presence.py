"""Who is at what at this moment: what is said of it, and how long it holds. It never holds anybody up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from kustui.core.words import span

Doing = Literal["looking", "replying", "noting"]

SAID: dict[Doing, str] = {
    "looking": "is looking",
    "replying": "is replying",
    "noting": "is writing a note",
}
LIFETIME = timedelta(seconds=30)
"""How long words say that somebody types them; a program that was killed says no more after it."""
LOOKS = timedelta(minutes=5)
"""How long a customer that is open says that somebody looks, without a key pressed."""
RENEWED = {"looking": LOOKS / 2, "replying": LIFETIME / 3, "noting": LIFETIME / 3}
"""How long what was written is as good as new."""


class Presence(NamedTuple):
    """What an agent does in one program, since when, and until when that is so; names are clean.

    `conversation_id` is None while they look, and for a conversation that is only being begun.
    """

    agent_id: int
    agent: str
    customer_id: int
    customer: str
    conversation_id: int | None
    doing: Doing
    since: datetime
    until: datetime

    @property
    def writes(self) -> bool:
        """Whether words are being written."""
        return self.doing != "looking"


def ends(doing: Doing, at: datetime) -> datetime:
    """Until when something done at an instant is believed, unless it is renewed."""
    return at + (LOOKS if doing == "looking" else LIFETIME)


def at_present(found: Iterable[Presence], now: datetime) -> tuple[Presence, ...]:
    """What is still so, one for each agent and customer, writers first.

    Who stopped typing without leaving is looking for the rest of what a look lasts.
    """
    kept: dict[tuple[int, int], Presence] = {}
    for each in found:
        one = each
        if one.until <= now and one.writes:
            one = one._replace(doing="looking", conversation_id=None, until=one.until - LIFETIME + LOOKS)
        if one.until <= now:
            continue
        place = (one.agent_id, one.customer_id)
        if place not in kept or (one.writes and not kept[place].writes):
            kept[place] = one
    return tuple(sorted(kept.values(), key=lambda each: (not each.writes, each.since, each.agent_id)))


def said(item: Presence, now: datetime) -> str:
    """What somebody does, in words: "Ben is replying (12 s)", "Mia is looking"."""
    words = f"{item.agent} {SAID[item.doing]}"
    return f"{words} ({lasted(now - item.since)})" if item.writes else words


def lasted(delta: timedelta) -> str:
    """A length of time as short as it stays clear: "12 s", "3 m", "1 h 05 m"."""
    seconds = max(0, int(delta.total_seconds()))
    return f"{seconds} s" if seconds < 60 else span(delta)
