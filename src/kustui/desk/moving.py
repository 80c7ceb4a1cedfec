"""A whole workspace from one store into another, so that a team can outgrow a file (SPEC G2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kustui.desk.home import ADVICE, COPY, is_home
from kustui.errors import Refused, StoreTrouble
from kustui.store import exchange, home, tables
from kustui.store.database import MOVED, Home
from kustui.store.store import Store, is_url

if TYPE_CHECKING:
    from kustui.desk import Desk

EVERY = 500
"""Rows after which a progress bar is told."""


def move(desk: Desk, to: str, told: Callable[[int], None] | None = None) -> tuple[str, Counter[str]]:
    """Move the workspace into the empty store at `to`, a file or a `postgresql://` URL; answers where it is,
    for people, and how many rows of each type it has.

    Nobody writes meanwhile. The other store is whole before this one is left, and sends only after
    that; so wherever it is cut off, no word is lost and at most one of them sends. `told` is called with
    the rows moved since the last call. Raises Refused when the other holds anything, and for a training
    shift, whose messages would become real; StoreTrouble when the other does not hold in the end what this
    one does.
    """
    desk.shifts.must_be_none()
    if not is_home(desk):
        raise Refused(COPY, ADVICE)
    target = Store(to if is_url(to) else Path(to).expanduser().absolute()).open(create=True)
    try:
        with desk.store.writing() as here:
            if target.here() == desk.store.here():
                raise Refused("The same store", f"The workspace is at {target.place} already.")
            found = _copied(desk, target, told)
            home.record(here.ask(), Home("", target.place, MOVED))
        # From here on nobody works in the old one.
        with target.writing() as act:
            home.record(act.ask(), target.here())
            me = act.get(tables.Agent, desk.agent.id, "agent")
            before, after = {"place": desk.store.place}, {"place": target.place}
            act.record("workspace.moved", me, f"moved it to {target.place}", before=before, after=after)
        return target.place, found
    finally:
        target.close()


def _copied(desk: Desk, target: Store, told: Callable[[int], None] | None) -> Counter[str]:
    """Copy every row, and compare the counts before it stands."""
    found: Counter[str] = Counter()
    with desk.store.writing() as here, target.writing() as there:
        held = exchange.taken_already(there.ask())
        if held:
            raise Refused(
                "The store is not empty", f"{target.place} holds a {held} already. Name a new one with --to."
            )
        taking = exchange.Taking(there)
        for number, row in enumerate(exchange.rows(here.ask()), 1):
            taking.take(number, row)
            found[row["type"]] += 1
            if told and number % EVERY == 0:
                told(EVERY)
        taking.end()
        counted = exchange.counts(there.ask())
        if counted != exchange.counts(here.ask()) or counted != found:
            raise StoreTrouble(
                "The counts differ", f"{target.place} does not hold what this store does. Nothing was moved."
            )
    return found
