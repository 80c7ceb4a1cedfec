"""What a scenario's file says of the shift itself: its events, its goals, the mistakes it looks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from kustui.core.channels import CARRIED
from kustui.core.team import AVAILABILITIES
from kustui.training.scenario import Deed, Goals, Outage, Span, Watch, Watched
from kustui.training.scenario_table import Table

_ZERO = Span(0, 0)


def read_events(top: Table, logins: Sequence[str]) -> tuple[tuple[Outage, ...], tuple[Deed, ...]]:
    """What happens to the channels, and what colleagues (`logins`) do."""
    outages, deeds = [], []
    for each in top.tables("event", "what"):
        with each as event:
            what = event.choice("what", ("outage", "note", "availability"))
            if what == "outage":
                outages.append(_outage(event))
            else:
                deeds.append(_deed(event, what, logins))
    return tuple(outages), tuple(deeds)


def _outage(event: Table) -> Outage:
    return Outage(
        channel=event.choice("channel", CARRIED),
        begins=event.span("from", needed=True) or _ZERO,
        ends=event.span("to", needed=True) or Span(1, 1),
        words=event.text("words"),
        for_good=event.flag("for_good"),
    )


def _deed(event: Table, what: str, logins: Sequence[str]) -> Deed:
    at, by = event.span("at", needed=True) or _ZERO, event.choice("by", logins)
    if what == "note":
        return Deed(at, by, "note", event.text("text"), event.text("customer"))
    return Deed(at, by, "availability", event.choice("availability", tuple(AVAILABILITIES)))


def read_goals(top: Table) -> Goals:
    """What the shift is measured by."""
    found = top.table("goals")
    if found is None:
        return Goals()
    with found as table:
        most = {
            "first_response": 1440,
            "next_reply": 1440,
            "replies_per_hour": 120,
            "missed_targets": 200,
            "waiting_at_end": 200,
            "reopened": 200,
        }
        least = {"first_response": 1, "next_reply": 1, "replies_per_hour": 1}
        return Goals(
            **{
                key: table.number(key, None, least.get(key, 0), highest)
                for key, highest in most.items()
                if table.has(key)
            }
        )


def read_watch(source: Table) -> Watch:
    """A mistake that is looked for."""
    with source as table:
        return Watch(
            kind=table.choice("kind", get_args(Watched)),  # type: ignore[arg-type]  # one of the words allowed
            about=table.text("about"),
            says=table.words("says"),
            customers=table.words("customers"),
        )
