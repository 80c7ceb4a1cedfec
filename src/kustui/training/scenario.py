"""A scenario: a shift to be played, as a file tells it (SPEC G3).

The guide beside the shipped ones (`scenarios/GUIDE.md`) says how one is written. What is read here are
frozen values; who plays whom, and when, is drawn from a seed by `casting` and `players`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from kustui.core.scene import Colleague
from kustui.errors import KustuiError, NotFound

FOLDER = Path(__file__).parent / "scenarios"
MOODS = ("furious", "angry", "annoyed", "calm", "glad")
"""How a customer feels, the worst first."""
LEVELS = ("newcomer", "practised", "expert")
LARGEST = 1_000_000
"""Bytes that a file of a scenario may have."""

Watched = Literal["words", "money", "language", "others"]
Level = Literal["newcomer", "practised", "expert"]


class Fault(NamedTuple):
    """What is wrong in a scenario's file: where, and what, in words."""

    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.where}: {self.words}"


class Faulty(KustuiError):
    """A scenario cannot be played as it is written; `faults` are all that is wrong with it."""

    def __init__(self, what: str, faults: tuple[Fault, ...]) -> None:
        more = f" And {len(faults) - 1} more: kustui train check lists them." if len(faults) > 1 else ""
        super().__init__(f"{what} cannot be played", f"{faults[0]}.{more}")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time between two, both inclusive, in seconds."""

    shortest: int
    longest: int

    def draw(self, *words: object) -> timedelta:
        """One length within it, whole seconds; the same words draw the same."""
        chance = random.Random(":".join(map(str, words)))
        return timedelta(seconds=chance.randint(self.shortest, self.longest))


@dataclass(frozen=True, slots=True)
class Saying:
    """What a customer writes: one of `texts` (none: nothing), `mood` steps up or down, after `delay`.

    Without a delay of its own it takes as long as its channel usually does.
    """

    texts: tuple[str, ...] = ()
    mood: int = 0
    delay: Span | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a customer writes back to a reply that says what it must.

    `says_any`, `says_all` and `says_none` are plain words (see `plain_words`); `after_minutes` and
    `within_minutes` bound how long the customer had waited. `after` names the answer that must have
    been the last one. `settles`: the customer has what they wanted. `follow_up` comes by itself then,
    and is something more that they want.
    """

    saying: Saying
    name: str = ""
    after: str = ""
    says_any: tuple[str, ...] = ()
    says_all: tuple[str, ...] = ()
    says_none: tuple[str, ...] = ()
    asks: bool | None = None
    has_link: bool | None = None
    after_minutes: int = 0
    within_minutes: int = 0
    settles: bool = False
    follow_up: Saying | None = None

    @property
    def is_open(self) -> bool:
        """Whether any reply at all says what it must."""
        return self.asks is None and self.has_link is None and not (
            self.says_any or self.says_all or self.says_none or self.after_minutes or self.within_minutes
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a customer writes by themself, `at` so long after the shift began.

    One of `texts` is drawn, and stands there `repeat` times.
    """

    at: Span
    channel: str
    texts: tuple[str, ...]
    subject: str = ""
    files: tuple[str, ...] = ()
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer, or with `number` above 1 so many of them who want the same: a burst.

    Who it is, is drawn from `names` ("Name|slug of the addresses"). `addresses` are by kind, with {slug},
    {given} and {number} in them. `talks` are conversations before the shift, as `cast` tells them.
    Once nobody has answered for `patience`, one of `impatient` comes, at most `times` times.
    `refuses` are the words with which a channel takes no message for them. Somebody who is not `known`
    stands in no profile before they write.
    """

    id: str
    names: tuple[str, ...]
    language: str
    addresses: Mapping[str, str]
    number: int = 1
    zone: str = ""
    company: str = ""
    about: str = ""
    vip: bool = False
    known: bool = True
    mood: int = MOODS.index("calm")
    talks: tuple[Mapping[str, Any], ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    answers: tuple[Answer, ...] = ()
    otherwise: Saying = Saying()
    otherwise_times: int = 2
    patience: Span | None = None
    impatient: Saying = Saying()
    times: int = 2
    thanks: Saying = Saying()
    refuses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outage:
    """From when until when a channel carries nothing, and the provider's words; `for_good`: each message
    that meets it fails, else it is put off.
    """

    channel: str
    begins: Span
    ends: Span
    words: str
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """What a colleague does during the shift: a "note" about a customer, or an "availability"."""

    at: Span
    by: str
    what: Literal["note", "availability"]
    words: str
    customer: str = ""


@dataclass(frozen=True, slots=True)
class Goals:
    """What a shift is measured by; None where nothing is asked. Times in minutes."""

    first_response: int | None = None
    next_reply: int | None = None
    replies_per_hour: int | None = None
    missed_targets: int | None = None
    waiting_at_end: int | None = None
    reopened: int | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """A mistake that a scenario looks for in what goes out to customers.

    "words": one of `says` went out. "money": one of `says` went to one of `customers`. "language": a reply
    was in another language than the customer's. "others": another customer's name or address went out.
    `customers` are ids; none means all. `about` says it to the trainee.
    """

    kind: Watched
    about: str
    says: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Me:
    """Whom the trainee plays; `languages` are those they are expected to write."""

    login: str
    name: str
    language: str = "en"
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A shift to be played. `begins` is wall-clock time in `zone`; `words` are the workspace's sub-statuses,
    shortcuts, snippets and templates as the file has them.
    """

    name: str
    title: str
    about: str
    level: Level
    begins: datetime
    zone: str
    length: timedelta
    workspace: str
    address: str
    agent: Me
    colleagues: tuple[Colleague, ...]
    customers: tuple[Customer, ...]
    goals: Goals = Goals()
    watch_for: tuple[Watch, ...] = ()
    outages: tuple[Outage, ...] = ()
    deeds: tuple[Deed, ...] = ()
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    @property
    def starts(self) -> datetime:
        """The instant the shift begins at: aware, UTC."""
        return self.begins.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The instant the shift is over: aware, UTC."""
        return self.starts + self.length


def shipped() -> tuple[str, ...]:
    """The names of the scenarios that come with kustui, the easiest first."""
    found = [load(path.stem) for path in sorted(FOLDER.glob("*.toml"))]
    return tuple(each.name for each in sorted(found, key=lambda one: (LEVELS.index(one.level), one.name)))


def load(name_or_path: str | Path) -> Scenario:
    """A shipped scenario by its name, or one in a file. Raises NotFound, or Faulty with all its faults."""
    path = FOLDER / f"{name_or_path}.toml"
    return read(path if "/" not in str(name_or_path) and path.is_file() else Path(name_or_path))


def read(source: str | Path) -> Scenario:
    """The scenario that a text, or the file at a path, holds.

    Raises NotFound, or Faulty with all its faults.
    """
    from kustui.training.scenario_parse import parsed

    what = source.name if isinstance(source, Path) else "The scenario"
    scenario, faults = parsed(_text(source) if isinstance(source, Path) else source)
    if scenario is None or faults:
        raise Faulty(what, tuple(faults))
    return scenario


def check(path: str | Path) -> list[Fault]:
    """All that is wrong with the scenario in a file, or with a shipped one; raises NotFound without one."""
    try:
        load(path)
    except Faulty as error:
        return list(error.faults)
    return []


def guide() -> str:
    """The page on how a scenario is written, as Markdown."""
    return (FOLDER / "GUIDE.md").read_text(encoding="utf-8")


def _text(path: Path) -> str:
    if not path.is_file():
        raise NotFound(
            "There is no such scenario", f"{str(path)!r} is no file, and none of `kustui train list`."
        )
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Faulty(path.name, (Fault("the file", f"it has more than {LARGEST:,} bytes"),))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Faulty(path.name, (Fault(f"line {line}", "it is not UTF-8"),)) from error
