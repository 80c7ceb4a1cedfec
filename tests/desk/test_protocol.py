"""The sending protocol explored whole, as the table of moves says it, and with one thing wrong at a time."""

from __future__ import annotations

import pytest

from kustui.core.outbox import MOVES, Move
from support.explorer import STUCK, explore
from support.protocol import (
    AFTER_END,
    EARLY,
    LOST_WORD,
    NOT_FAILED,
    NOT_SENT,
    TOO_LATE,
    TWICE,
    Rules,
)

EVERYWHERE = tuple({state for move in MOVES.values() for state in (*move.came_from, move.to)})
"""Every state there is: a move that may come from all of them has no guard."""


def without(**changes: Move) -> Rules:
    """The rules with other moves in the table; "_" stands for the space in a move's name."""
    return Rules({**MOVES, **{name.replace("_", " "): move for name, move in changes.items()}})


def unfenced(*names: str) -> Rules:
    """The rules with moves that anybody may make, whatever claim they had."""
    return Rules({**MOVES, **{name: MOVES[name]._replace(fenced=False) for name in names}})


def test_nothing_goes_twice_early_or_lost_whatever_happens_when() -> None:
    """D7, F1: in every order of kills, pauses, clock steps and people's acts, every rule holds."""
    found = explore(Rules())
    assert found.broken == {}, found.told()
    assert found.states > 2_000


def test_the_model_makes_every_move_of_the_table() -> None:
    """A move that is added to the table has to be put into the model as well."""
    made = explore(Rules(), workers=1).names | explore(Rules(repeatable=True), workers=1).names
    assert set(MOVES) - made == set()


MUTANTS = {
    "there is no sending state": (Rules(unmarked=True), TWICE),
    "a claim looks first and writes later": (Rules(checks_then_acts=True), TWICE),
    "a sweeper queues what was being sent": (without(expire_sending=Move(("sending",), "queued")), TWICE),
    "a sweeper writes by an old look": (Rules(stale_sweeper=True), TWICE),
    "a time-out is tried again": (without(lose_sight=Move(("sending",), "queued", fenced=True)), TWICE),
    "taking back has no guard": (without(take_back=Move(EVERYWHERE, "taken back")), AFTER_END),
    "taking back reaches what is being sent": (
        without(take_back=Move(("queued", "sending"), "taken back")),
        TOO_LATE,
    ),
    "rescheduling has no guard": (without(reschedule=Move(EVERYWHERE, "queued")), EARLY),
    "a time-out counts as sent": (without(lose_sight=Move(("sending",), "sent", fenced=True)), NOT_SENT),
    "an acknowledgement has no fence": (unfenced("accept", "refuse", "put off", "lose sight"), TWICE),
    "a refusal for now has no fence": (unfenced("put off"), TWICE),
    "a refusal for good has no fence": (unfenced("refuse"), NOT_FAILED),
    "a mark has no fence": (unfenced("begin"), TWICE),
    "it goes before it is due": (Rules(early=True), EARLY),
    "a late acceptance is not taken": (without(accept=Move(("sending",), "sent", fenced=True)), LOST_WORD),
    "nobody sweeps what was being sent": (without(expire_sending=Move((), "uncertain")), STUCK),
    "nobody sweeps what was claimed": (without(expire_claim=Move((), "queued")), STUCK),
    "an uncertain one is retried like a failed one": (
        without(retry=Move(("failed", "uncertain"), "queued")),
        TWICE,
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_protocol_with_one_thing_wrong_is_caught(mutant: str) -> None:
    """D7: each mistake that others have shipped breaks a rule by name, with the shortest way there."""
    rules, rule = MUTANTS[mutant]
    found = explore(rules, wanted=rule)
    assert rule in found.broken, f"{mutant}: expected {rule!r}\n{found.told()}"
    print(found.told())


def test_a_transport_that_knows_a_repeat_delivers_one_copy() -> None:
    """D7: queueing an expired sending again is right where the provider recognises the message."""
    found = explore(Rules(repeatable=True), workers=2)
    assert not {TWICE, LOST_WORD, STUCK} & set(found.broken), found.told()
    # What else is found needs a sender that wakes long after somebody has settled its message.
    for trace in found.broken.values():
        assert any("old fence" in step for step in trace), found.told()


def test_sending_again_while_the_first_sender_only_sleeps_would_be_a_second_copy() -> None:
    """D7: why *send again* is refused as long as the program that began the sending lives."""
    found = explore(Rules(careless=True), wanted=TWICE)
    assert "somebody: send again" in found.broken[TWICE], found.told()
