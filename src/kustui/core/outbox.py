"""Where an outbound message is on its way: states, fates, when it may be tried again (SPEC D7).

The states are queued -> claimed -> sending -> sent, failed, queued again, or uncertain. An expired
*claimed* may be queued again; an expired *sending* is uncertain and never sent again by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kustui.core.records import Fate

LEASE = timedelta(seconds=120)
TRIES = 6
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)

_FATES: dict[str, Fate] = {
    "claimed": "queued",
    "sending": "sending",
    "sent": "sent",
    "failed": "failed",
    "uncertain": "uncertain",
    "held": "held",
}


def fate(state: str, due_at: datetime | None, scheduled: bool, now: datetime) -> Fate:
    """What an agent is told of an outbound message: its one visible fate.

    A queued one that is not due yet is *scheduled* when a time was chosen, else *held* in its undo
    window.
    """
    if state == "queued":
        if due_at is not None and due_at > now:
            return "scheduled" if scheduled else "held"
        return "queued"
    return _FATES.get(state, "draft")


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a message refused for now is tried again, after that many tries; None when never."""
    if attempts >= TRIES:
        return None
    wait: timedelta = _FIRST_WAIT * int(4 ** max(0, attempts - 1))
    return now + min(wait, _LONGEST_WAIT)


def may_take_back(state: str) -> bool:
    """Whether a message can still be made a draft again: only while nobody has begun to send it."""
    return state in ("queued", "failed", "held")
