"""The history: what can be undone, and the whole of it for the one who reads it afterwards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kustui.clock import instant
from kustui.store.store import Reader, placeholders

if TYPE_CHECKING:
    from kustui.core.history import HistoryLine

INSTANTS = ("waiting_since", "snoozed_until")
"""The values in a line of history that are instants, kept in milliseconds."""


def last_undoable(reader: Reader, me: int, acts: Sequence[str]) -> tuple[Any, ...] | None:
    """(id, act, customer, conversation, message, before, after) of the agent's last deed of those acts
    that has not been undone; None when there is none.

    Of a deed that wrote several lines (send & mark done), the first is the one to undo, with how the
    last left things as its after.
    """
    names, parameters = placeholders((*acts, "undone"))
    rows = reader.all(
        "SELECT id, act, customer_id, conversation_id, message_id, before, after, deed FROM history "
        f"WHERE agent_id = :me AND act IN ({names}) ORDER BY id DESC LIMIT 200",
        me=me,
        **parameters,
    )
    undone = {json.loads(row[6]).get("history_id") for row in rows if row[1] == "undone"}
    # A message that was taken back, by whomever, is gone, and with it what was done together with it.
    named, numbers = placeholders(
        sorted({row[4] for row in rows if row[4] is not None and row[1] != "undone"})
    )
    there = {row[0] for row in reader.all(f"SELECT id FROM message WHERE id IN ({named})", **numbers)}
    over = {row[7] for row in rows if row[0] in undone or (row[4] or 0) not in {0, *there}}
    for row in rows:
        if row[1] != "undone" and row[7] not in over:
            # A note cannot be taken back, but what was done together with it can.
            deed = [other for other in rows if other[7] == row[7]]
            first = [other for other in deed if other[1] != "note.posted" or len(deed) == 1][-1]
            return (*first[:6], row[6])
    return None


def queued(reader: Reader, customer_id: int, message_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """How a conversation stood before a message was queued in it, and after all that was done with that;
    empty when it was not queued.
    """
    rows = reader.all(
        "SELECT d.before, d.after, d.act FROM history q JOIN history d ON d.deed = q.deed "
        "AND d.customer_id = q.customer_id WHERE q.customer_id = :c AND q.message_id = :m "
        "AND q.act = 'message.queued' AND d.act <> 'conversation.started' ORDER BY d.id",
        c=customer_id,
        m=message_id,
    )
    return (json.loads(rows[0][0]), json.loads(rows[-1][1])) if rows else ({}, {})


def of_conversation(reader: Reader, conversation_id: int) -> list[tuple[Any, ...]]:
    """(id, at in ms, actor, act, words, before, after) of a conversation's lines, in order."""
    return reader.all(
        "SELECT id, at, actor, act, words, before, after FROM history WHERE conversation_id = :i ORDER BY id",
        i=conversation_id,
    )


def lines(reader: Reader, conversation_id: int) -> list[HistoryLine]:
    """A conversation's lines of history as they are read, in order."""
    from kustui.core.history import HistoryLine

    return [
        HistoryLine(number, instant(at), who, act, words, values(before), values(after))
        for number, at, who, act, words, before, after in of_conversation(reader, conversation_id)
    ]


def values(kept: str) -> dict[str, object]:
    """What a line of history keeps as JSON, instants as such."""
    return {
        name: instant(value) if name in INSTANTS and value is not None else value
        for name, value in json.loads(kept).items()
    }
