"""What a scorecard has to be told of a shift: what does not stand in its store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kustui.training.casting import parts
from kustui.training.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Goals:
    """What a shift is to reach; None is no goal. The first two are what nine of ten waits do not go beyond;
    the last three are at most so many.
    """

    first_response_minutes: int | None = None
    next_reply_minutes: int | None = None
    replies_per_hour: int | None = None
    missed_targets: int | None = None
    waiting_at_end: int | None = None
    reopened: int | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """Words that must not go out, as `plain_words` compares them: to nobody, or, where there are
    `addresses`, to their owners. `about` says why.
    """

    says: tuple[str, ...]
    about: str = ""
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """A shift: `agent` is the trainee's login, `began` and `now` are aware instants by the shift's clock.

    `keys` counts all that were pressed; `pressed` are (instant, name of the act, keys it took), where known.
    `languages` is what the owner of each address reads; `no_answer` are addresses nobody has to answer.
    Addresses are as the store compares them by; a bare word of `never` is for nobody.
    """

    scenario: str
    title: str
    seed: int
    agent: str
    began: datetime
    now: datetime
    length: timedelta
    goals: Goals = Goals()
    keys: int = 0
    pressed: tuple[tuple[datetime, str, int], ...] = ()
    never: tuple[Never | str, ...] = ()
    languages: Mapping[str, str] = field(default_factory=dict)
    no_answer: frozenset[str] = frozenset()


def never_of(scenario: Scenario, seed: int) -> tuple[Never, ...]:
    """What a scenario, played with a seed, says must not go out, and to whom."""
    everybody = parts(scenario, seed)
    return tuple(
        Never(
            watch.says,
            watch.about,
            frozenset(
                value for each in everybody if each.customer.id in watch.customers for _, value in each.values
            ),
        )
        for watch in scenario.watch_for
        if watch.says
    )
