"""How a training shift went: the figures, the goals, the mistakes, and the points made of them (SPEC G3).

Lengths of time are whole seconds of working time while a conversation was open, as targets count them;
instants are aware UTC datetimes. Text is clean, and may be what a customer wrote. The same shift makes
the same card, to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from kustui.errors import Refused

FORMAT = "kustui scorecard"
VERSION = 1
WHOLE = 100
"""The points of a shift that met every goal without a mistake."""
COSTS = {
    "other customer": 15,
    "never said": 15,
    "note for a reply": 10,
    "unanswered question": 10,
    "never answered": 10,
    "failed and left": 10,
    "other language": 5,
    "said twice": 5,
    "snoozed past its target": 5,
}
"""The kinds of mistakes, and the points that each takes."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long customers waited: of `count` waits (the ones that have no answer yet as long as they are),
    the median, what nine of ten did not go beyond, and the worst.
    """

    count: int = 0
    median: int = 0
    ninety: int = 0
    worst: int = 0


@dataclass(frozen=True, slots=True)
class ChannelTimes:
    """First responses and next replies of one channel."""

    channel: str
    first: Times
    following: Times


@dataclass(frozen=True, slots=True)
class Waiting:
    """A customer who waits, or has waited, that long."""

    conversation_id: int
    customer_id: int
    customer: str
    subject: str
    since: datetime
    seconds: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the shift: when it began, the replies written in it, and who waited at its end."""

    began: datetime
    replies: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Effort:
    """How often something was done, and the keys it took each time, in tenths."""

    act: str
    times: int
    tenths: int


@dataclass(frozen=True, slots=True)
class Goal:
    """What the shift was to reach. `wanted` and `reached` are in the goal's own unit, `reached` in tenths;
    `points` of `worth` were made with it; `words` say so in a sentence.
    """

    name: str
    wanted: int
    reached: int
    met: bool
    points: int
    worth: int
    words: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """What went wrong: one of `COSTS`, where, when, and what gave it away."""

    kind: str
    conversation_id: int
    customer_id: int
    customer: str
    at: datetime
    words: str
    cost: int


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One shift. `keys_per_task` is in tenths, None where nothing was done or no keys are known; a task is a
    reply, a conversation that was resolved, or a snooze. `replies_per_hour` is in tenths.
    """

    scenario: str
    title: str
    seed: int
    agent: str
    began: datetime
    now: datetime
    length: int
    over: bool
    points: int
    made_of: str
    goals: tuple[Goal, ...]
    mistakes: tuple[Mistake, ...]
    first: Times
    following: Times
    channels: tuple[ChannelTimes, ...]
    replies: int
    replies_per_hour: int
    curve: tuple[Stretch, ...]
    most_waiting: int
    waiting: tuple[Waiting, ...]
    worst_wait: Waiting | None
    missed_targets: int
    reopened: int
    still_open: int
    failed: int
    resolved: int
    snoozed: int
    keys: int
    keys_per_task: int | None
    efforts: tuple[Effort, ...]


def packed(card: Scorecard) -> dict[str, Any]:
    """A card as JSON can hold it: `format` and `version` first, then the fields by their names; instants are
    ISO 8601 in UTC.
    """
    return {"format": FORMAT, "version": VERSION, **_plain(asdict(card))}


def unpacked(said: Mapping[str, Any]) -> Scorecard:
    """The card that `packed` made it of; raises Refused for what is none, or of another version."""
    if said.get("format") != FORMAT or said.get("version") != VERSION:
        raise Refused("No scorecard", f"This is no {FORMAT} of version {VERSION}.")
    try:
        return _card({name: value for name, value in said.items() if name not in ("format", "version")})
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Refused("No scorecard", "Something is missing from it, or is not what it should be.") from error


def _card(said: dict[str, Any]) -> Scorecard:
    worst = said["worst_wait"]
    channels = [
        ChannelTimes(each["channel"], Times(**each["first"]), Times(**each["following"]))
        for each in said["channels"]
    ]
    return Scorecard(
        **{
            **said,
            "began": datetime.fromisoformat(said["began"]),
            "now": datetime.fromisoformat(said["now"]),
            "goals": tuple(Goal(**each) for each in said["goals"]),
            "mistakes": tuple(Mistake(**_dated(each, "at")) for each in said["mistakes"]),
            "first": Times(**said["first"]),
            "following": Times(**said["following"]),
            "channels": tuple(channels),
            "curve": tuple(Stretch(**_dated(each, "began")) for each in said["curve"]),
            "waiting": tuple(Waiting(**_dated(each, "since")) for each in said["waiting"]),
            "worst_wait": None if worst is None else Waiting(**_dated(worst, "since")),
            "efforts": tuple(Effort(**each) for each in said["efforts"]),
        }
    )


def _dated(said: dict[str, Any], name: str) -> dict[str, Any]:
    return {**said, name: datetime.fromisoformat(said[name])}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
