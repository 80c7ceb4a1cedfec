"""A shift as it went: who waited when, for what, until when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from kustui.clock import EPOCH
from kustui.core import targets
from kustui.core.floor import Case, Floor, Line, Spoken
from kustui.errors import NotFound
from kustui.training.score_facts import ShiftFacts

GRACE = timedelta(minutes=10)
"""How soon after it something that looked wrong may still be put right."""
PATIENCE = 30
"""Minutes a first response may take where nothing else is said."""
SECOND = timedelta(seconds=1)
NO_ANSWER = ("discarded", "taken back")
"""States of a message that answers nobody."""


class Wait(NamedTuple):
    """A customer who waited in a conversation from their oldest unanswered message on. `until` is when the
    answer was written, None before it; `seconds` are those of the shift; `missed_at` is when the promise
    ran out.
    """

    case: Case
    kind: str
    since: datetime
    until: datetime | None
    seconds: int
    missed_at: datetime | None


class Past:
    """What a shift's store tells, asked by instants."""

    def __init__(self, floor: Floor, facts: ShiftFacts) -> None:
        """Raises NotFound where the workspace has no such agent."""
        self.floor = floor
        self.facts = facts
        self.me = next((number for number, login, _ in floor.agents if login == facts.agent), 0)
        if not self.me:
            raise NotFound("No such agent", f"Nobody in the shift's workspace has the login {facts.agent!r}.")
        self.now = max(facts.began, facts.now)
        self.said: dict[int, list[Spoken]] = {}
        self.of_customer: dict[int, list[Spoken]] = {}
        for each in floor.spoken:
            if each.at <= self.now:
                self.said.setdefault(each.conversation_id, []).append(each)
                self.of_customer.setdefault(each.customer_id, []).append(each)
        self._moves: dict[int, tuple[list[datetime], list[str]]] = {}
        for line in floor.lines:
            if line.became and line.at <= self.now:
                ats, stands = self._moves.setdefault(line.conversation_id, ([EPOCH], [line.was]))
                if not stands[0]:
                    stands[0] = line.became
                ats.append(line.at)
                stands.append(line.became)
        self.waits = sorted(self._all_waits(), key=lambda wait: (wait.since, wait.case.id))

    # -- who, when -----------------------------------------------------------------

    def inside(self, at: datetime) -> bool:
        """Whether an instant is one of the shift."""
        return self.facts.began <= at <= self.now

    def mine(self, direction: str = "outbound") -> list[Spoken]:
        """What the trainee wrote in the shift: answers, or notes."""
        return [
            each
            for each in self.floor.spoken
            if each.agent_id == self.me
            and each.direction == direction
            and self.inside(each.at)
            and each.state not in NO_ANSWER
            and each.conversation_id in self.floor.cases
        ]

    def acts(self, name: str) -> list[Line]:
        """The lines of what the trainee did in the shift, and did not take back."""
        return [
            line
            for line in self.floor.lines
            if line.act == name and line.agent_id == self.me and self.inside(line.at)
            and line.conversation_id in self.floor.cases
        ]  # fmt: skip

    def needs_none(self, case: Case) -> bool:
        """Whether nobody has to answer that customer."""
        return not self.facts.no_answer.isdisjoint(self.floor.parties[case.customer_id].addresses)

    # -- how a conversation stood ------------------------------------------------------

    def status(self, case: Case, at: datetime) -> str:
        """A conversation's status at an instant, after all that was done in it."""
        ats, stands = self._moves.get(case.id, ([], []))
        if not ats:
            return case.status
        return stands[max(0, bisect_right(ats, at) - 1)]

    def change(self, case: Case, after: datetime, status: str) -> datetime | None:
        """When a conversation first was no longer of that status after an instant; None if it never was."""
        ats, stands = self._moves.get(case.id, ([], []))
        return next(
            (at for at, stand in zip(ats, stands, strict=True) if at > after and stand != status), None
        )

    def open_times(self, case: Case, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches between two instants in which a conversation was open."""
        ats = [at for at in self._moves.get(case.id, ([], []))[0] if since < at < until]
        edges = [since, *sorted(set(ats)), until]
        for begins, ends in pairwise(edges):
            if begins < ends and self.status(case, begins) == "open":
                yield begins, ends

    def worked(self, case: Case, since: datetime, until: datetime) -> timedelta:
        """The working time between two instants in which a conversation was open."""
        spans = (targets.worked(*span, self.floor.targets) for span in self.open_times(case, since, until))
        return sum(spans, timedelta(0))

    # -- answers -------------------------------------------------------------------

    def answered(self, customer_id: int, since: datetime, until: datetime) -> bool:
        """Whether a customer was written to between two instants, wherever."""
        return any(
            since <= each.at <= until and _answers(each) for each in self.of_customer.get(customer_id, ())
        )

    def pending(self, case: Case, at: datetime) -> list[Spoken]:
        """What a customer had written in a conversation that had no answer at an instant."""
        return [
            each
            for each in self.said.get(case.id, ())
            if asked(each) and each.at <= at and not self.answered(case.customer_id, each.at, at)
        ]

    def wanted(self, kind: str, case: Case) -> timedelta | None:
        """What is promised for a wait, or, where nothing is, what the shift's goal says."""
        goals = self.facts.goals
        goal = goals.first_response_minutes if kind == "first" else goals.next_reply_minutes
        promised = self.floor.targets.minutes(kind, case.priority)
        minutes = goal if promised is None else promised
        return None if minutes is None else timedelta(minutes=minutes)

    def ran_out(self, case: Case, since: datetime, length: timedelta, until: datetime) -> datetime | None:
        """When so much working time had passed in an open conversation, up to an instant; None before it."""
        for begins, ends in self.open_times(case, since, until):
            at = targets.due(begins, length, self.floor.targets)
            if at <= ends:
                return at
            length -= targets.worked(begins, ends, self.floor.targets)
        return None

    def due(self, since: datetime, length: timedelta) -> datetime:
        """When so much working time will have passed."""
        return targets.due(since, length, self.floor.targets)

    # -- waits ---------------------------------------------------------------------

    def waiting(self, at: datetime) -> list[Wait]:
        """Who waits for an answer at an instant, the longest first."""
        return [
            wait
            for wait in self.waits
            if wait.since <= at
            and (wait.until is None or wait.until > at)
            and self.status(wait.case, at) == "open"
            and not self.needs_none(wait.case)
        ]

    def _all_waits(self) -> Iterator[Wait]:
        for number, said in self.said.items():
            case = self.floor.cases.get(number)
            if case is not None:
                yield from self._waits(case, said)

    def _waits(self, case: Case, said: Sequence[Spoken]) -> Iterator[Wait]:
        since, kind = None, "first"
        for each in said:
            if asked(each):
                since = since or each.at
            elif _answers(each):
                if since is not None and each.at >= self.facts.began:
                    yield self._wait(case, kind, since, each.at)
                since, kind = None, "next"
        if since is not None:
            yield self._wait(case, kind, since, None)

    def _wait(self, case: Case, kind: str, since: datetime, until: datetime | None) -> Wait:
        end = until or self.now
        seconds = self.worked(case, max(since, self.facts.began), end) // SECOND
        minutes = self.floor.targets.minutes(kind, case.priority)
        over = None
        if minutes is not None:
            over = self.ran_out(case, since, timedelta(minutes=minutes), end)
        # An answer in the very moment is in time, and what was late before the shift is not the trainee's.
        if over is not None and (over == until or over <= self.facts.began):
            over = None
        return Wait(case, kind, since, until, seconds, over)


def asked(each: Spoken) -> bool:
    """Whether a customer wrote it themself."""
    return each.direction == "inbound" and not each.automatic and not each.bounce


def _answers(each: Spoken) -> bool:
    return each.direction == "outbound" and not each.automatic and each.state not in NO_ANSWER
