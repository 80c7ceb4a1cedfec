"""Goes everywhere a model of the sending protocol leads, and tells the shortest way into what is wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from support.protocol import IDLE, NOT_FAILED, NOT_SENT, Rules, World

STUCK = "nothing can settle it any more"
SETTLED = frozenset({"sent", "failed", "uncertain", "held", "discarded", "taken back"})
"""Where a message may stay: it is over, or it is shown to somebody who settles it."""


@dataclass
class Found:
    """What an exploration came to; a trace is the shortest way into a broken rule."""

    states: int = 0
    moves: int = 0
    names: set[str] = field(default_factory=set)
    broken: dict[str, list[str]] = field(default_factory=dict)

    def told(self) -> str:
        """The broken rules with their traces, for a person."""
        lines = [f"{self.states:,} states, {self.moves:,} moves"]
        for name, trace in self.broken.items():
            lines += [f"{name}:", *(f"  {number}. {step}" for number, step in enumerate(trace, 1))]
        return "\n".join(lines)


def explore(rules: Rules, wanted: str = "", workers: int = 3) -> Found:
    """Go everywhere the rules lead, nearest first; stops early once the rule `wanted` is broken."""
    start = World(workers=(IDLE,) * workers)
    came: dict[World, tuple[World, str] | None] = {start: None}
    back: dict[World, list[World]] = {}
    found, waiting = Found(), deque([start])
    while waiting:
        world = waiting.popleft()
        for step in rules.steps(world):
            found.moves += 1
            found.names.add(step.name.rpartition(": ")[2])
            broke = step.broke or _wrong(step.to)
            if broke:
                if broke not in found.broken:
                    found.broken[broke] = [*_trace(came, world), step.name]
                    if broke == wanted:
                        found.states = len(came)
                        return found
                continue
            if not step.person:
                back.setdefault(step.to, []).append(world)
            if step.to not in came:
                came[step.to] = (world, step.name)
                waiting.append(step.to)
    found.states = len(came)
    stuck = _stuck(came, back)
    if stuck is not None:
        found.broken[STUCK] = _trace(came, stuck)
    return found


def _wrong(world: World) -> str:
    """What a state says that is not so."""
    if world.state == "sent" and not (world.copies or world.vouched or world.bounced):
        return NOT_SENT
    return NOT_FAILED if world.state == "failed" and world.copies else ""


def _stuck(came: Mapping[World, object], back: Mapping[World, list[World]]) -> World | None:
    """A world from which no settled one is reached, though nobody but the workers does anything."""
    fine = {world for world in came if world.state in SETTLED}
    waiting = deque(fine)
    while waiting:
        for before in back.get(waiting.popleft(), ()):
            if before not in fine:
                fine.add(before)
                waiting.append(before)
    return next((world for world in came if world not in fine), None)


def _trace(came: Mapping[World, tuple[World, str] | None], world: World) -> list[str]:
    names: list[str] = []
    step = came[world]
    while step is not None:
        names.append(step[1])
        step = came[step[0]]
    return names[::-1]
