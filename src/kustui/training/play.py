"""Playing a scenario: a workspace of its own is filled, its time is held, and its score is told (SPEC G3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from kustui.chance import Token, seeded
from kustui.clock import HeldClock, instant
from kustui.core import when
from kustui.errors import Refused
from kustui.training import casting, scenario
from kustui.training.score_facts import Goals, ShiftFacts, never_of
from kustui.training.shift import Floor, Shift

if TYPE_CHECKING:
    from kustui.core.scorecard import Scorecard
    from kustui.desk import Desk
    from kustui.training.scenario import Scenario

SUFFIX = ".shift"
"""How the names of shifts' files end."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a desk is opened with to play a scenario: its text, and the seed."""

    scenario: Scenario
    source: str
    seed: int

    @property
    def said(self) -> dict[str, Any]:
        """What settings say of the trainee and the workspace."""
        one = self.scenario
        return {
            "agent": one.agent.login,
            "name": one.agent.name,
            "workspace": one.workspace,
            "address": one.address,
            "zone": one.zone,
        }

    @property
    def options(self) -> dict[str, Any]:
        """What the transport is told."""
        return {"scenario": self.scenario, "seed": self.seed}

    def token(self, rows: int = 0) -> Token:
        """Names for messages and deeds, from the seed; of a shift that goes on with so many rows, others."""
        return seeded(f"{self.seed}:{self.scenario.name}:{rows}")


def part(name_or_path: str, seed: int) -> Part:
    """A scenario to be played; raises NotFound, or Faulty with all its faults."""
    source = scenario.text(name_or_path)
    return Part(scenario.read(source), source, seed)


def part_of(facts: Mapping[str, Any]) -> Part:
    """The scenario of a shift that was begun; raises Refused where this kustui cannot play it."""
    try:
        return Part(scenario.read(facts["source"]), facts["source"], int(facts["seed"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("Not a shift of ours", "It is not as kustui writes one. Update kustui.") from error


def file_for(folder: Path, name: str, seed: int) -> Path:
    """Where a new shift is kept: no earlier one is written over."""
    place = 1
    while (found := folder / f"{name}-{seed}{f'-{place}' if place > 1 else ''}{SUFFIX}").exists():
        place += 1
    return found


def begin(desk: Desk, clock: HeldClock, what: Part, pace: str) -> None:
    """Fill the empty workspace of `desk`, keep its rows from now on, and hand it its shift."""
    one = what.scenario
    desk.server_zone = ZoneInfo(one.zone)
    desk.seeding.fill(casting.scene(one, what.seed))
    desk.shifts.begin(
        {
            "scenario": one.name,
            "title": one.title,
            "seed": what.seed,
            "agent": one.agent.login,
            "zone": one.zone,
            "source": what.source,
        }
    )
    _hand(desk, clock, what, pace)


def go_on(desk: Desk, clock: HeldClock, what: Part, pace: str) -> None:
    """Hand the desk of a shift that was begun its shift, where it stood; raises Refused while another
    program plays it.
    """
    desk.server_zone = ZoneInfo(what.scenario.zone)
    _hand(desk, clock, what, pace)


def _hand(desk: Desk, clock: HeldClock, what: Part, pace: str) -> None:
    desk.shifts.sit_down()
    floor = cast("Floor", desk.post.transports["email"])
    one = what.scenario
    desk.shift = Shift(
        desk, clock, floor, kind="training", title=one.title, pace=pace, ends=one.ends, floor=floor
    )


# -- the score -------------------------------------------------------------------------


def card(desk: Desk) -> Scorecard:
    """How the shift in the store of `desk` went so far; raises Refused for a workspace that is no shift."""
    from kustui.training.score import score

    told = desk.shifts.facts()
    if told is None:
        raise Refused("Not a shift", f"{desk.store_place} is a workspace that is worked in for good.")
    return score(desk, facts_of(part_of(told), desk))


def facts_of(what: Part, desk: Desk) -> ShiftFacts:
    """What a scorecard has to be told of a shift."""
    one, state = what.scenario, desk.shifts.state()
    everybody = casting.parts(one, what.seed)
    return ShiftFacts(
        scenario=one.name,
        title=one.title,
        seed=what.seed,
        agent=one.agent.login,
        began=one.starts,
        now=desk.now(),
        length=one.length,
        goals=Goals(
            one.goals.first_response,
            one.goals.next_reply,
            one.goals.replies_per_hour,
            one.goals.missed_targets,
            one.goals.waiting_at_end,
            one.goals.reopened,
        ),
        keys=int(state.get("keys", 0)),
        pressed=tuple((instant(at), act, keys) for at, act, keys in state.get("pressed", ())),
        never=never_of(one, what.seed),
        languages={value: each.customer.language for each in everybody for _, value in each.values},
    )


def page(found: Scorecard, zone: tzinfo, *, width: int, ascii_only: bool = False) -> str:
    """A scorecard for a terminal of so many columns."""
    from kustui.training.score_words import page as drawn

    return drawn(found, zone, width=width, ascii_only=ascii_only)


def zone_of(desk: Desk) -> tzinfo:
    """The zone a shift is told in: the trainee's."""
    return when.zone(desk.agent.zone, desk.server_zone)
