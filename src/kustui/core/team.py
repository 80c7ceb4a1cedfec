"""The team: who is there, how much each can take, and where work is routed to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from kustui.errors import Refused

AVAILABILITIES: dict[str, str] = {
    "available": "is given what comes",
    "busy": "at work, and is given nothing more",
    "away": "back soon; what re-opens goes to others",
    "offline": "not at work; what re-opens goes to others",
}
"""Every availability, and what it means where work is routed."""
TAKES = "available"
"""The availability in which an agent is given conversations."""
GONE = ("away", "offline")
"""Those in which an agent's re-opened conversations go to others."""
CAPACITY = 10
"""Open conversations that routing gives an agent, where nothing else is said."""
MOST = 1_000
"""The largest capacity."""


class Queues(NamedTuple):
    """How a workspace routes: whether at all, an agent's capacity where theirs is not set, and the name
    of the team that a channel's new conversations belong to.
    """

    on: bool = False
    capacity: int = CAPACITY
    teams: Mapping[str, str] = MappingProxyType({})


class Colleague(NamedTuple):
    """An agent as the others see them.

    `capacity` is how many open conversations routing gives them, `own_capacity` what of that was set
    for them (0 for the workspace's), `load` how many they have, `teams` the names of their teams.
    """

    id: int
    login: str
    name: str
    email: str
    zone: str
    language: str
    availability: str
    capacity: int
    own_capacity: int
    load: int
    teams: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Availability and load, as people read them."""
        return f"{self.availability}, has {self.load} of {self.capacity}"


class Team(NamedTuple):
    """A group of agents that work can be routed to; `waiting` counts what stands in its queue."""

    id: int
    name: str
    members: tuple[str, ...] = ()
    waiting: int = 0

    @property
    def words(self) -> str:
        """Who is in it, and what waits, as people read it."""
        who = ", ".join(self.members) or "nobody is in it"
        return f"{who}; {self.waiting} in its queue" if self.waiting else who


class Taker(NamedTuple):
    """Someone whom routing may give conversations; `given_at` is in milliseconds, 0 for never."""

    id: int
    name: str
    capacity: int
    load: int
    given_at: int
    teams: frozenset[int] = frozenset()


class Queued(NamedTuple):
    """A conversation that nobody has, with what says when its turn is; `team_id` is 0 for everybody's.

    `back_from` is who put it back last, 0 for nobody.
    """

    id: int
    team_id: int
    rank: int
    since: int
    back_from: int = 0


def availability(word: str) -> str:
    """An availability as it was typed; raises Refused for a word that is none."""
    found = word.strip().lower()
    if found not in AVAILABILITIES:
        raise Refused("No such availability", f"{word!r}: there are {', '.join(AVAILABILITIES)}.")
    return found


def capacity(number: int) -> int:
    """A capacity, 0 for the workspace's; raises Refused for one that cannot be."""
    if not 0 <= number <= MOST:
        raise Refused("No such capacity", f"{number}: it may be 1 to {MOST:,}, or 0 for the workspace's.")
    return number


def share(waiting: list[Queued], takers: list[Taker]) -> list[tuple[Queued, Taker]]:
    """Who is given what: the highest priority and the longest wait first, to whom of the queue has the
    least; of those, to who was given one longest ago. Who put it back gets it only if nobody else can.
    """
    loads = {taker.id: taker.load for taker in takers}
    turns = {taker.id: (taker.given_at, taker.id) for taker in takers}
    late = max((taker.given_at for taker in takers), default=0)
    given: list[tuple[Queued, Taker]] = []
    for item in sorted(waiting, key=lambda each: (each.rank, each.since, each.id)):
        able = [
            taker
            for taker in takers
            if loads[taker.id] < taker.capacity and (not item.team_id or item.team_id in taker.teams)
        ]
        if able:
            taker = min(able, key=lambda each: (each.id == item.back_from, loads[each.id], turns[each.id]))
            late += 1
            loads[taker.id], turns[taker.id] = loads[taker.id] + 1, (late, taker.id)
            given.append((item, taker))
    return given
