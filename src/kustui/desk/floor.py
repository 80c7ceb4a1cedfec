"""Looking back on a workspace as a whole: what was said, by whom, and how each conversation stood when."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kustui.clock import instant, milliseconds
from kustui.core import targets
from kustui.core.floor import Case, Floor, Line, Party, Spoken
from kustui.store.queries import floor as asking
from kustui.store.queries import promises

if TYPE_CHECKING:
    from kustui.desk import Desk


def floor_of(desk: Desk) -> Floor:
    """The workspace at this moment, all of one look at it. For workspaces of some thousand messages."""
    now = desk.now()
    with desk.store.reading() as reader:
        addresses: dict[int, list[str]] = {}
        for owner, value in asking.addresses(reader):
            addresses.setdefault(owner, []).append(value)
        return Floor(
            now,
            targets.unpacked(promises.settings(reader)),
            tuple(map(_spoken, asking.spoken(reader))),
            {row[0]: _case(row) for row in asking.cases(reader, milliseconds(now))},
            tuple(_lines(asking.lines(reader))),
            {row[0]: Party._make((*row, tuple(addresses.get(row[0], ())))) for row in asking.parties(reader)},
            tuple((row[0], row[1], row[2]) for row in asking.agents(reader)),
        )


def _spoken(row: tuple[Any, ...]) -> Spoken:
    values = (*row[:6], instant(row[6]), *row[7:10], bool(row[10]), bool(row[11]), row[12])
    return Spoken._make(values)


def _case(row: tuple[Any, ...]) -> Case:
    until = None if row[8] is None else instant(row[8])
    return Case._make((*row[:7], instant(row[7]), until, bool(row[9])))


def _lines(rows: Sequence[tuple[Any, ...]]) -> Iterator[Line]:
    """The lines as they stand; a deed that was taken back only says how things stood."""
    deeds = {row[0]: row[2] for row in rows}
    undone = {deeds.get(json.loads(row[8]).get("history_id")) for row in rows if row[3] == "undone"}
    for number, at, deed, act, agent, conversation, message, before, after in rows:
        if conversation is None:
            continue
        was, became = json.loads(before), json.loads(after)
        until = became.get("snoozed_until")
        yield Line(
            number,
            instant(at),
            deed,
            "undone" if deed in undone and deed else act,
            agent,
            conversation,
            message,
            str(was.get("status") or ""),
            str(became.get("status") or ""),
            None if until is None else instant(until),
        )
