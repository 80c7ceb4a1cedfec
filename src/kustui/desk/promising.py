"""What the team promises its customers: the targets, and how they are kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date
from typing import TYPE_CHECKING

from kustui.clock import milliseconds
from kustui.core import targets, when
from kustui.core.records import Changed
from kustui.core.tags import PRIORITIES
from kustui.core.targets import Targets
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import promises

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kustui.desk import Desk


class Promising:
    """The workspace's targets for first responses and next replies."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def targets(self) -> Targets:
        """The targets as they stand."""
        with self._desk.store.reading() as reader:
            return targets.unpacked(promises.settings(reader))

    def standing(self) -> tuple[int, int, int]:
        """How many open conversations have a target ahead, have missed it, and have it paused."""
        with self._desk.store.reading() as reader:
            return promises.standing(reader, milliseconds(self._desk.now()))

    def promise(
        self,
        *,
        first: str | None = None,
        next_reply: str | None = None,
        priority: int = 0,
        hours: str | None = None,
        zone: str | None = None,
        closed: Iterable[str] | None = None,
    ) -> Changed:
        """Change the targets; what is None stays. `first` and `next_reply` are like "4h", or "none".

        They are of a priority, or (0) of every one without its own. What waits is promised anew, by its
        whole wait. Raises Refused for what is none, and then nothing changed.
        """
        if priority and priority not in PRIORITIES:
            raise Refused("No such priority", f"{priority}: there are 1 to 5.")
        with self._desk.store.writing() as act:
            row = act.get(tables.Workspace, 1, "workspace")
            held = targets.unpacked(row.settings)
            item = replace(held, first=dict(held.first), next=dict(held.next))
            for table, typed in ((item.first, first), (item.next, next_reply)):
                assert isinstance(table, dict)
                if typed is not None and typed.strip().lower() == "none":
                    table.pop(priority, None)
                elif typed is not None:
                    table[priority] = targets.span(typed)
            if hours is not None:
                item = replace(item, windows=targets.hours(hours))
            if zone is not None:
                item = replace(item, zone=_zone(zone))
            if closed is not None:
                item = replace(item, closed=frozenset(_day(each) for each in closed if each.strip()))
            if item == held:
                return Changed(notice="The targets are as they were")
            said = json.loads(row.settings)
            row.settings = json.dumps({**said, "targets": targets.packed(item)}, ensure_ascii=False)
            act.session.add(row)
            me = act.get(tables.Agent, self._desk.agent.id, "agent")
            before, after = targets.packed(held), targets.packed(item)
            act.record("targets.changed", me, "changed the targets", before=before, after=after)
            for customer_id in promises.forget(act.ask()):
                act.touch(customer_id)
            return Changed(notice="The targets are changed")


def _zone(typed: str) -> str:
    name = typed.strip()
    if when.zone(name, UTC) is UTC and name not in ("UTC", "Etc/UTC"):
        raise Refused("No such zone", f"{typed!r}: write it like Europe/Madrid.")
    return name


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise Refused("No such day", f"{typed!r}: write it like 2026-12-25.") from None
