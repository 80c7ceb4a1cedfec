"""Where an outbound message is on its way: its states, every lawful move, its fate in words (SPEC D7).

The states are queued -> claimed -> sending -> sent, failed, queued again, or uncertain. An expired
*claimed* may be queued again; an expired *sending* is uncertain and never sent again by itself,
unless its transport recognises a repeat. The store makes each move one compare-and-set on (id,
state, fence), from the table here; a model of the whole protocol is explored from the same table.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from kustui.core.records import Fate

LEASE = timedelta(seconds=120)
"""How long a claim holds; a sending holds as long and the transport's time-out on top."""
TRIES = 6
COPY = "copy"
"""The kind of a row that files what was sent in a mailbox, and the channel it goes by."""
LATE = timedelta(days=1)
"""A message due longer ago than this is held, and its author told, instead of sent (SPEC D9)."""
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)


class Move(NamedTuple):
    """One lawful change of state. A `fenced` one is made only by the claim that took the message."""

    came_from: tuple[str, ...]
    to: str
    fenced: bool = False


MOVES: dict[str, Move] = {
    # By the clockwork, for whoever comes first.
    "claim": Move(("queued",), "claimed"),
    "expire claim": Move(("claimed",), "queued"),
    "expire sending": Move(("sending",), "uncertain"),
    "expire repeatable": Move(("sending",), "queued"),
    "hold late": Move(("queued",), "held"),
    # By the claim that has the message. A late word from it is taken from uncertain as well.
    "release": Move(("claimed",), "queued", fenced=True),
    "begin": Move(("claimed",), "sending", fenced=True),
    "accept": Move(("claimed", "sending", "uncertain", "discarded"), "sent", fenced=True),
    "refuse": Move(("claimed", "sending", "uncertain"), "failed", fenced=True),
    "refuse in doubt": Move(("claimed", "sending"), "uncertain", fenced=True),
    "put off": Move(("claimed", "sending", "uncertain"), "queued", fenced=True),
    "lose sight": Move(("sending",), "uncertain", fenced=True),
    "prove": Move(("uncertain",), "sent", fenced=True),
    # By people, by a customer's reply, by a bounce.
    "bounce": Move(("sent", "uncertain"), "failed"),
    "take back": Move(("queued", "held", "failed"), "taken back"),
    "reschedule": Move(("queued", "held", "failed"), "queued"),
    "hold": Move(("queued",), "held"),
    "release held": Move(("held",), "queued"),
    "retry": Move(("failed",), "queued"),
    "send again": Move(("uncertain",), "queued"),
    "arrived": Move(("uncertain",), "sent"),
    "discard": Move(("failed", "held", "uncertain"), "discarded"),
    "restore failed": Move(("discarded",), "failed"),
    "restore held": Move(("discarded",), "held"),
    "restore uncertain": Move(("discarded",), "uncertain"),
}


class Act(NamedTuple):
    """One thing an agent can do about a message on its way, as menus name it."""

    name: str
    key: str
    label: str
    words: str
    move: str


ACTS: tuple[Act, ...] = (
    Act("retry", "r", "Retry", "tries it again now", "retry"),
    Act("arrived", "a", "It did arrive", "settles it as sent", "arrived"),
    Act("again", "g", "Send again", "although it may have arrived", "send again"),
    Act("change", "t", "Change the time", "has it go at another time", "reschedule"),
    Act("now", "n", "Send now", "does not wait for its time", "reschedule"),
    Act("hold", "k", "Hold on a reply", "whether their writing before it holds it", "hold"),
    Act("edit", "d", "Take back into the draft", "whole: recipients, text and files", "take back"),
    Act("discard", "x", "Discard", "it is not sent; undo brings it back", "discard"),
)
"""What can be done about a message, in the order a menu has it; `move` says from which states."""


def acts(kind: str, state: str, *, scheduled: bool, sends_later: bool) -> list[Act]:
    """What can be done about a row of that kind ("message", "notice" or "copy") in that state."""
    found = []
    for act in ACTS:
        if not may(act.move, state):
            continue
        if kind != "message" and act.name not in ("retry", "arrived", "again", "now", "discard"):
            continue
        if act.name == "change" and not sends_later:
            continue
        if act.name == "now" and not (state == "held" or (state == "queued" and kind == "message")):
            continue
        if act.name == "hold" and not scheduled:
            continue
        found.append(act)
    return found


OPEN_STATES = ("queued", "claimed", "sending", "failed", "uncertain", "held")
"""What the outbox lists: under way, or waiting for somebody to settle it."""
UNSETTLED = ("failed", "uncertain", "held")
"""What stays until a person, or a transport that can prove it, has settled it."""

NOW = {
    "queued": "it is waiting to be sent",
    "claimed": "it is being sent at this moment",
    "sending": "it is being sent at this moment",
    "sent": "it has been sent",
    "failed": "it failed",
    "uncertain": "nobody knows whether it arrived",
    "held": "it is held",
    "taken back": "it has been taken back",
    "discarded": "it has been discarded",
}
"""How a message stands, by its state, in the words of a refusal."""
GOING = ("claimed", "sending", "sent", "taken back")
"""What it is too late for."""

_FATES: dict[str, Fate] = {
    "queued": "queued",
    "claimed": "queued",
    "sending": "sending",
    "sent": "sent",
    "failed": "failed",
    "uncertain": "uncertain",
    "held": "held",
    "discarded": "discarded",
}


def fate(state: str, due_at: datetime | None, scheduled: bool, now: datetime, attempts: int = 0) -> Fate:
    """What an agent is told of an outbound message: its one visible fate.

    A queued one that is not due yet is *scheduled* when a time was chosen, else *held* in its undo
    window; one that has been tried is *queued* again.
    """
    if state == "queued" and not attempts and due_at is not None and due_at > now:
        return "scheduled" if scheduled else "held"
    return _FATES.get(state, "draft")


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a message refused for now is tried again, after that many tries; None when never."""
    if attempts >= TRIES:
        return None
    wait: timedelta = _FIRST_WAIT * int(4 ** max(0, attempts - 1))
    return now + min(wait, _LONGEST_WAIT)


def may(move: str, state: str) -> bool:
    """Whether a message in that state can make that move."""
    return state in MOVES[move].came_from
