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
LOOKED_AT = 200
MOST_LOOKED_AT = 10_000
"""Lines of an agent's that are looked at for what can be undone: at first, and at most."""


def last_undoable(reader: Reader, me: int, acts: Sequence[str]) -> list[tuple[Any, ...]]:
    """What the agent's last deed of those acts that has not been undone did, one line for each conversation
    (or customer) it was done to: (id, act, customer, conversation, message, before, after); none where
    there is no such deed.

    Of several lines about one conversation (send & mark done), the first is the one to undo, with how
    the last left things as its after.
    """
    limit = LOOKED_AT
    while True:
        rows = _latest(reader, me, acts, limit)
        deed = _standing(reader, rows)
        whole = len(rows) < limit or (deed and deed[-1][7] != rows[-1][7])
        if whole or limit > MOST_LOOKED_AT:
            break
        # A deed done to many conversations has as many lines.
        limit *= 4
    about: dict[tuple[bool, int], list[tuple[Any, ...]]] = {}
    for row in reversed(deed):
        about.setdefault((row[3] is None, row[3] or row[2]), []).append(row)
    return [_as_one(lines) for lines in about.values()]


def lines_of(reader: Reader, agent_id: int, after: int) -> list[tuple[int, str]]:
    """(line, act) of what an agent did, behind the line of that number, the oldest first."""
    rows = reader.all(
        "SELECT id, act FROM history WHERE agent_id = :a AND id > :i ORDER BY id", a=agent_id, i=after
    )
    return [(row[0], row[1]) for row in rows]


def _latest(reader: Reader, me: int, acts: Sequence[str], limit: int) -> list[tuple[Any, ...]]:
    names, parameters = placeholders((*acts, "undone"))
    return reader.all(
        "SELECT id, act, customer_id, conversation_id, message_id, before, after, deed FROM history "
        f"WHERE agent_id = :me AND act IN ({names}) ORDER BY id DESC LIMIT :n",
        me=me,
        n=limit,
        **parameters,
    )


def _standing(reader: Reader, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The lines of the latest deed among these that stands, the last first."""
    undone = {json.loads(row[6]).get("history_id") for row in rows if row[1] == "undone"}
    # A message that was taken back, by whomever, is gone, and with it what was done together with it.
    named, numbers = placeholders(
        sorted({row[4] for row in rows if row[4] is not None and row[1] != "undone"})
    )
    there = {row[0] for row in reader.all(f"SELECT id FROM message WHERE id IN ({named})", **numbers)}
    over = {row[7] for row in rows if row[0] in undone or (row[4] or 0) not in {0, *there}}
    last = next((row[7] for row in rows if row[1] != "undone" and row[7] not in over), None)
    return [row for row in rows if row[7] == last and row[1] != "undone"]


def _as_one(lines: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    # A note cannot be taken back, but what was done together with it can.
    first = next((line for line in lines if line[1] != "note.posted"), lines[0])
    return (*first[:6], lines[-1][6])


def queued(reader: Reader, customer_id: int, message_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """How a conversation stood before a message was queued in it, and after all that was done with that;
    empty when it was not queued.
    """
    rows = reader.all(
        "SELECT d.before, d.after, d.act FROM history q JOIN history d ON d.deed = q.deed "
        "AND d.customer_id = q.customer_id WHERE q.message_id = :m "
        # Whose it was when it was queued may be part of whose it is now.
        "AND q.customer_id IN (SELECT c.id FROM customer c WHERE c.id = :c OR c.merged_into = :c) "
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
