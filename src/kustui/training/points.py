"""Points: what the goals of a shift make, less what its mistakes take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kustui.core.scorecard import WHOLE, Goal, Mistake, Times
from kustui.training.score_facts import Goals


class Figures(NamedTuple):
    """What goals are about. `replies_per_hour` is in tenths, times are in seconds."""

    first: Times
    following: Times
    replies_per_hour: int
    missed_targets: int
    waiting: int
    reopened: int


class _Reached(NamedTuple):
    """A goal before its points: what was reached in tenths, whether more is better, whether there was any."""

    name: str
    wanted: int
    tenths: int
    words: str
    more: bool = False
    any: bool = True

    @property
    def met(self) -> bool:
        return self.tenths >= 10 * self.wanted if self.more else self.tenths <= 10 * self.wanted


def reached(goals: Goals, figures: Figures) -> tuple[Goal, ...]:
    """Each goal that is set, with its points and its sentence. They share the points evenly; a goal that is
    missed still makes some, the fewer the farther it was missed.
    """
    found = [each for each in _all(goals, figures) if each is not None]
    if not found:
        return ()
    each_one, left = divmod(WHOLE, len(found))
    return tuple(_goal(item, each_one + (place < left)) for place, item in enumerate(found))


def total(goals: Sequence[Goal], mistakes: Sequence[Mistake]) -> tuple[int, str]:
    """The points of a shift, and how they are made, in words."""
    made = sum(goal.points for goal in goals) if goals else WHOLE
    lost = sum(mistake.cost for mistake in mistakes)
    points = max(0, made - lost)
    met = sum(goal.met for goal in goals)
    noun = "goal" if len(goals) == 1 else "goals"
    words = (
        f"{met} of {len(goals)} {noun} met makes {made}"
        if goals
        else f"no goals were set, so {made} at first"
    )
    if not mistakes:
        return points, f"{words}; no mistakes"
    count = "1 mistake takes" if len(mistakes) == 1 else f"{len(mistakes)} mistakes take"
    return points, f"{words}; {count} {lost}{', but there are no points below 0' if lost > made else ''}"


def tenths(number: int) -> str:
    """A number in tenths as it is read: "7", "7.5"."""
    whole, rest = divmod(number, 10)
    return f"{whole}.{rest}" if rest else str(whole)


def _all(goals: Goals, figures: Figures) -> list[_Reached | None]:
    def within(name: str, wanted: int | None, times: Times, words: str) -> _Reached | None:
        # A minute begun is a tenth more, so that nothing beyond the goal looks like the goal.
        reached = -(-times.ninety // 6)
        return None if wanted is None else _Reached(name, wanted, reached, words, any=times.count > 0)

    def at_most(name: str, wanted: int | None, count: int, words: str) -> _Reached | None:
        return None if wanted is None else _Reached(name, wanted, 10 * count, words)

    per_hour = goals.replies_per_hour
    return [
        within(
            "first_response_minutes", goals.first_response_minutes, figures.first,
            "nine in ten first responses within {} minutes",
        ),
        within(
            "next_reply_minutes", goals.next_reply_minutes, figures.following,
            "nine in ten next replies within {} minutes",
        ),
        None
        if per_hour is None
        else _Reached(
            "replies_per_hour", per_hour, figures.replies_per_hour, "at least {} replies an hour", more=True
        ),
        at_most("missed_targets", goals.missed_targets, figures.missed_targets, "at most {} missed targets"),
        at_most("waiting_at_end", goals.waiting_at_end, figures.waiting, "at most {} waiting at the end"),
        at_most("reopened", goals.reopened, figures.reopened, "at most {} opened again after done"),
    ]  # fmt: skip


def _goal(item: _Reached, worth: int) -> Goal:
    wanted = 10 * item.wanted
    if item.met:
        points = worth
    elif item.more:
        points = worth * item.tenths // wanted
    else:
        points = worth * (wanted + 10) // (item.tenths + 10)
    off = tenths(abs(item.tenths - wanted))
    was = tenths(item.tenths)
    how = f"met with {was}" if item.met else f"missed with {was}, by {off}"
    words = item.words.format(item.wanted)
    if not item.any:
        how = "met, there were none"
    return Goal(
        item.name,
        item.wanted,
        item.tenths,
        item.met,
        points,
        worth,
        f"{words[0].upper()}{words[1:]}: {how}; {points} of {worth} points.",
    )
