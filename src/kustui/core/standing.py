"""A conversation's standing and every lawful move of it (SPEC B).

Each move takes a standing and answers the next one, or raises Refused and changes nothing. The
words for people are made here too, so that every front end says the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, get_args

from kustui.core.records import Status
from kustui.errors import Refused

STATUSES: tuple[Status, ...] = get_args(Status)

BADGES: dict[str, tuple[str, str]] = {
    "open": ("●", "Open"),
    "snoozed": ("◔", "Snoozed"),
    "done": ("✔", "Done"),
}
"""Glyph and word of each status; colour is the screen's, and never the only sign."""


class Standing(NamedTuple):
    """How a conversation stands. `snoozed_until` is None for *until the customer replies*."""

    status: Status
    sub_status_id: int | None = None
    waiting_since: datetime | None = None
    snoozed_until: datetime | None = None
    keep_on_reply: bool = False


def snooze(until: datetime | None, now: datetime, *, keep_on_reply: bool = False) -> Standing:
    """Put away until an instant, or until the customer replies (None).

    Refuses a time that is not in the future. A conversation that is snoozed already gets the new
    time; a done one is put away as well, since it is to come back. `keep_on_reply` keeps a timed
    snooze although the customer replies; it means nothing for one that ends with the reply (B9).
    """
    if until is not None and until <= now:
        raise Refused("That time is past", "A snooze needs a time in the future.")
    return Standing("snoozed", None, None, until, keep_on_reply and until is not None)


def remove_snooze(was: Standing) -> Standing:
    """Open again before its time (SPEC B8)."""
    if was.status != "snoozed":
        raise Refused("Not snoozed", "This conversation is not snoozed, so there is no snooze to remove.")
    return Standing("open")


def wake(now: datetime) -> Standing:
    """Open again because the snooze is over; from now on it waits for the agent."""
    return Standing("open", waiting_since=now)


def done(was: Standing) -> Standing:
    """Resolve (SPEC B10)."""
    if was.status == "done":
        raise Refused("Already done", "This conversation is done already.")
    return Standing("done")


def reopen(was: Standing) -> Standing:
    """Open a done conversation again (SPEC B10)."""
    if was.status == "open":
        raise Refused("Already open", "This conversation is open already.")
    return Standing("open")


def customer_wrote(was: Standing, at: datetime, *, automatic: bool = False) -> Standing:
    """What an inbound message does: it opens the conversation and it waits since then (SPEC B1, B12).

    An automatic reply changes nothing. A timed snooze with `keep_on_reply` stays as it is (B9).
    """
    if automatic:
        return was
    if was.status == "snoozed" and was.keep_on_reply and was.snoozed_until is not None:
        return was
    if was.status == "open":
        return was._replace(waiting_since=min(was.waiting_since or at, at))
    return Standing("open", waiting_since=at)


def agent_wrote(was: Standing) -> Standing:
    """What an outbound message does: nobody waits any more; the status stays."""
    return was._replace(waiting_since=None)


def joined(was: Standing, other: Standing) -> Standing:
    """How a conversation stands once another is part of it: open when one of them is, waiting since the
    longer wait; done only when both are.
    """
    both = (was, other)
    if any(each.status == "open" for each in both):
        waits = [each.waiting_since for each in both if each.waiting_since is not None]
        sub_status_id = was.sub_status_id if was.status == "open" else None
        return Standing("open", sub_status_id, min(waits, default=None))
    return other if was.status == "done" else was


def refine(was: Standing, sub_status_id: int | None, of_status: str | None) -> Standing:
    """Set or clear the sub-status; it must be one of the conversation's status (SPEC B2)."""
    if sub_status_id is not None and of_status != was.status:
        raise Refused(
            "Wrong sub-status", f"That one refines {of_status} conversations; this one is {was.status}."
        )
    return was._replace(sub_status_id=sub_status_id)
