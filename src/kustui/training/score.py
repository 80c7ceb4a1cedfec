"""The scorecard of a shift, from what stands in its store (SPEC G3)."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from kustui.core import targets
from kustui.core.scorecard import ChannelTimes, Effort, Scorecard, Stretch, Times, Waiting
from kustui.core.text import one_line
from kustui.desk import Desk
from kustui.desk.floor import floor_of
from kustui.training import mistakes, points
from kustui.training.past import SECOND, Past, Wait
from kustui.training.score_facts import Goals, Never, ShiftFacts

__all__ = ["Goals", "Never", "ShiftFacts", "score"]

STRETCHES = 12
"""Parts of the shift that the curve has at most."""
MINUTES = (5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 10080)
"""How long such a part may be."""
NAMED = 20
"""Customers who wait that are named at most."""


def score(desk: Desk, facts: ShiftFacts) -> Scorecard:
    """How a shift went until `facts.now`; the same store and facts make the same card.

    What waited already when the shift began is counted from there. Raises NotFound where the workspace
    has no agent of that login.
    """
    past = Past(floor_of(desk), facts)
    waits = [wait for wait in past.waits if not past.needs_none(wait.case)]
    first = [wait for wait in waits if wait.kind == "first"]
    following = [wait for wait in waits if wait.kind == "next"]
    replies = past.mine()
    done = _resolved(past)
    snoozes = past.acts("conversation.snoozed")
    tasks = len(replies) + len(done) + len(snoozes)
    waiting = sorted(
        (_waiting(wait) for wait in past.waiting(past.now)),
        key=lambda each: (-each.seconds, each.since, each.conversation_id),
    )
    curve = _curve(past, [each.at for each in replies])
    missed_targets = _missed(past, waits)
    figures = points.Figures(
        first=_times(past, first),
        following=_times(past, following),
        replies_per_hour=_per_hour(past, len(replies)),
        missed_targets=missed_targets,
        waiting=len(waiting),
        reopened=_reopened(past),
    )
    found = mistakes.found(past)
    goals = points.reached(facts.goals, figures)
    total, made_of = points.total(goals, found)
    # Of those who have waited since before the shift, the first to write.
    worst = min(waits, key=lambda wait: (-wait.seconds, wait.since, wait.case.id), default=None)
    return Scorecard(
        scenario=one_line(facts.scenario),
        title=one_line(facts.title),
        seed=facts.seed,
        agent=facts.agent,
        began=facts.began,
        now=past.now,
        length=facts.length // SECOND,
        over=past.now >= facts.began + facts.length,
        points=total,
        made_of=made_of,
        goals=goals,
        mistakes=found,
        first=figures.first,
        following=figures.following,
        channels=_channels(past, first, following),
        replies=len(replies),
        replies_per_hour=figures.replies_per_hour,
        curve=curve,
        most_waiting=_most_waiting(past, waits),
        waiting=tuple(
            sorted(waiting, key=lambda each: (-each.seconds, each.since, each.conversation_id))[:NAMED]
        ),
        worst_wait=None if worst is None else _waiting(worst),
        missed_targets=missed_targets,
        reopened=figures.reopened,
        still_open=sum(
            case.created_at <= past.now and past.status(case, past.now) == "open"
            for case in past.floor.cases.values()
        ),
        failed=sum(each.state == "failed" for each in replies),
        resolved=len(done),
        snoozed=len(snoozes),
        keys=facts.keys,
        keys_per_task=_rounded(10 * facts.keys, tasks) if facts.keys and tasks else None,
        efforts=_efforts(facts),
    )


def _times(past: Past, waits: Iterable[Wait]) -> Times:
    """Of those that were answered, and of those that were not once that is later than it should be."""
    counted = []
    for wait in waits:
        length = past.wanted(wait.kind, wait.case)
        late = length is not None and wait.seconds > length // SECOND
        is_open = past.status(wait.case, past.now) == "open"
        if wait.until is not None or (late and is_open):
            counted.append(wait.seconds)
    if not counted:
        return Times()
    counted.sort()
    ninety = counted[-(-9 * len(counted) // 10) - 1]
    return Times(len(counted), round(statistics.median(counted)), ninety, counted[-1])


def _channels(past: Past, first: Sequence[Wait], following: Sequence[Wait]) -> tuple[ChannelTimes, ...]:
    def of(waits: Sequence[Wait], channel: str) -> Times:
        return _times(past, [wait for wait in waits if wait.case.channel == channel])

    names = sorted({wait.case.channel for wait in (*first, *following)})
    found = [ChannelTimes(name, of(first, name), of(following, name)) for name in names]
    return tuple(each for each in found if each.first.count or each.following.count)


def _waiting(wait: Wait) -> Waiting:
    case = wait.case
    return Waiting(
        case.id,
        case.customer_id,
        one_line(case.customer, 120),
        one_line(case.subject),
        wait.since,
        wait.seconds,
    )


def _rounded(number: int, by: int) -> int:
    """A quotient to the nearest whole one, halves up."""
    return (2 * number + by) // (2 * by)


def _per_hour(past: Past, replies: int) -> int:
    seconds = targets.worked(past.facts.began, past.now, past.floor.targets) // SECOND
    return _rounded(36_000 * replies, seconds) if seconds else 0


def _curve(past: Past, replies: Sequence[datetime]) -> tuple[Stretch, ...]:
    began = past.facts.began
    whole = past.now - began
    most = timedelta(minutes=MINUTES[-1])
    sizes = (timedelta(minutes=minutes) for minutes in MINUTES)
    step = next((size for size in sizes if size * STRETCHES >= whole), most * -(-whole // (most * STRETCHES)))
    found = []
    for place in range(max(1, -(-whole // step))):
        begins = began + place * step
        ends = min(begins + step, past.now)
        # The last one has its end as well.
        count = sum(begins <= at < ends or at == ends == past.now for at in replies)
        found.append(Stretch(begins, count, len(past.waiting(ends))))
    return tuple(found)


def _most_waiting(past: Past, waits: Sequence[Wait]) -> int:
    moments = {max(wait.since, past.facts.began) for wait in waits} | {past.now}
    return max(len(past.waiting(at)) for at in moments)


def _resolved(past: Past) -> set[int]:
    """The conversations that the trainee marked as done, and that still are."""
    done = {line.conversation_id for line in past.acts("conversation.done")}
    return {number for number in done if past.status(past.floor.cases[number], past.now) == "done"}


def _reopened(past: Past) -> int:
    done = past.acts("conversation.done")
    return sum(
        line.act == "conversation.reopened"
        and line.was == "done"
        and past.inside(line.at)
        and any(
            each.conversation_id == line.conversation_id and (each.at, each.id) < (line.at, line.id)
            for each in done
        )
        for line in past.floor.lines
    )


def _missed(past: Past, waits: Sequence[Wait]) -> int:
    """Promises that ran out in the shift, and those for a conversation that came back to be looked at."""
    missed = [wait for wait in waits if wait.missed_at is not None]
    waiting = {wait.case.id for wait in waits if wait.until is None}
    # How late what was promised is by now says nothing of an earlier instant.
    cases = past.floor.cases.items() if past.now >= past.floor.now else ()
    others = (case for number, case in cases if number not in waiting)
    return len(missed) + sum(case.missed and not past.needs_none(case) for case in others)


def _efforts(facts: ShiftFacts) -> tuple[Effort, ...]:
    found: dict[str, list[int]] = {}
    for _, act, keys in facts.pressed:
        found.setdefault(one_line(act, 60), []).append(keys)
    efforts = [Effort(act, len(keys), _rounded(10 * sum(keys), len(keys))) for act, keys in found.items()]
    return tuple(sorted(efforts, key=lambda each: (-each.times, each.act)))
