"""What hangs on a conversation or a customer, moved to another one and back.

`merged_into` leads to what stands there now in one step: what was part of the part is led on with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from kustui.store.reader import Reader, placeholders

Whole = Literal["conversation", "customer"]

AT_ONCE = 500
"""Rows one question is asked about."""

_KEYS = {
    "message": "id",
    "outbox": "id",
    "draft": "id",
    "address": "id",
    "conversation": "id",
}
"""What hangs on something, and the column it is named by."""


def now_part_of(reader: Reader, whole: Whole, number: int) -> int:
    """What a conversation or customer is part of by now: mostly itself."""
    return int(reader.value(f"SELECT merged_into FROM {whole} WHERE id = :i", i=number) or number)


def place(reader: Reader, customer_id: int, conversation_id: int | None) -> tuple[int, int | None]:
    """(customer, conversation) where what was written there belongs by now."""
    if conversation_id is None:
        return now_part_of(reader, "customer", customer_id), None
    number = now_part_of(reader, "conversation", conversation_id)
    whose = reader.value("SELECT customer_id FROM conversation WHERE id = :i", i=number)
    # A number that is none is refused where it is used.
    return (customer_id if whose is None else int(whose)), number


def parts(reader: Reader, whole: Whole, number: int) -> list[int]:
    """What became part of it, in order."""
    return [
        row[0] for row in reader.all(f"SELECT id FROM {whole} WHERE merged_into = :i ORDER BY id", i=number)
    ]


def lead_on(reader: Reader, whole: Whole, away: int, into: int) -> list[int]:
    """Inside an act: lead what was part of one to another; answers what that was."""
    rows = reader.all(
        f"UPDATE {whole} SET merged_into = :t WHERE merged_into = :a RETURNING id", a=away, t=into
    )
    return sorted(row[0] for row in rows)


def lead_back(reader: Reader, whole: Whole, numbers: Iterable[int], of: int, away: int) -> None:
    """Inside an act: lead those of these that are part of `of` to `away` again."""
    for some in _some(list(numbers)):
        names, parameters = placeholders(some)
        reader.one(
            f"UPDATE {whole} SET merged_into = :a WHERE merged_into = :o AND id IN ({names})",
            a=away,
            o=of,
            **parameters,
        )


def move(reader: Reader, table: str, owner: Whole, away: int, into: int, only: str = "TRUE") -> list[Any]:
    """Inside an act: what of a table hangs on `away` hangs on `into`; answers its keys, in order."""
    key = _KEYS[table]
    rows = reader.all(
        f"UPDATE {table} SET {owner}_id = :t WHERE {owner}_id = :a AND {only} RETURNING {key}",
        a=away,
        t=into,
    )
    return sorted(row[0] for row in rows)


def move_back(reader: Reader, table: str, owner: Whole, keys: Sequence[Any], of: int, away: int) -> None:
    """Inside an act: those of these rows that still hang on `of` hang on `away` again."""
    for some in _some(keys):
        names, parameters = placeholders(some)
        reader.one(
            f"UPDATE {table} SET {owner}_id = :a WHERE {owner}_id = :o AND {_KEYS[table]} IN ({names})",
            a=away,
            o=of,
            **parameters,
        )


def whose(reader: Reader, away: int, into: int) -> None:
    """Inside an act: messages and drafts in conversations that were one customer's are the other's."""
    for table in ("message", "draft"):
        reader.one(
            f"UPDATE {table} SET customer_id = :t WHERE customer_id = :a AND conversation_id IS NOT NULL",
            a=away,
            t=into,
        )


def whose_again(reader: Reader, customer_id: int) -> None:
    """Inside an act: messages and drafts are of the customer whose conversation they are in."""
    for table in ("message", "draft"):
        reader.one(
            f"UPDATE {table} SET customer_id = :c WHERE customer_id <> :c AND conversation_id IN "
            "(SELECT id FROM conversation WHERE customer_id = :c)",
            c=customer_id,
        )


def crossing(reader: Reader, one: int, other: int) -> tuple[int, int] | None:
    """(conversation, what it is part of) of two customers, or None."""
    row = reader.one(
        "SELECT v.id, w.id FROM conversation v JOIN conversation w ON w.id = v.merged_into "
        "WHERE v.customer_id IN (:a, :b) AND w.customer_id IN (:a, :b) AND v.customer_id <> w.customer_id LIMIT 1",
        a=one,
        b=other,
    )
    return None if row is None else (row[0], row[1])


def in_sidebars(reader: Reader, table: str, column: str, customer_id: int) -> dict[int, int]:
    """When each agent opened a customer ("viewing", "opened_at") or closed them ("hidden", "at"), in ms."""
    rows = reader.all(f"SELECT agent_id, {column} FROM {table} WHERE customer_id = :c", c=customer_id)
    return dict(rows)


def set_in_sidebar(
    reader: Reader, table: str, column: str, agent_id: int, customer_id: int, at_ms: int | None
) -> None:
    """Inside an act: have an agent's sidebar say so of a customer; nothing with None."""
    reader.one(f"DELETE FROM {table} WHERE agent_id = :g AND customer_id = :c", g=agent_id, c=customer_id)
    if at_ms is not None:
        reader.one(
            f"INSERT INTO {table} (agent_id, customer_id, {column}) VALUES (:g, :c, :t)",
            g=agent_id,
            c=customer_id,
            t=at_ms,
        )


def open_drafts(reader: Reader, owner: Whole, number: int) -> list[int]:
    """The open drafts, of all agents, in a conversation; or those of a customer that begin a new one."""
    only = " AND conversation_id IS NULL" * (owner == "customer")
    return [
        row[0]
        for row in reader.all(
            f"SELECT id FROM draft WHERE {owner}_id = :i AND state = 'open'{only} ORDER BY id", i=number
        )
    ]


def files_of_draft(reader: Reader, draft_id: int, to: int, only: Sequence[int] | None = None) -> list[int]:
    """Inside an act: the files of a draft (only these) go with another; answers which."""
    names, parameters = placeholders(only or ())
    these = "" if only is None else f" AND id IN ({names})"
    rows = reader.all(
        f"UPDATE attachment SET draft_id = :t WHERE draft_id = :d{these} RETURNING id",
        d=draft_id,
        t=to,
        **parameters,
    )
    return sorted(row[0] for row in rows)


def standing_of_messages(
    reader: Reader, conversation_id: int
) -> tuple[int, int | None, int | None, int | None]:
    """(how many, the first at, the last inbound at, the last outbound at), in ms, of a conversation's messages."""
    row = reader.one(
        "SELECT count(*), min(at), max(CASE WHEN direction = 'inbound' THEN at END), "
        "max(CASE WHEN direction = 'outbound' THEN at END) FROM message WHERE conversation_id = :i",
        i=conversation_id,
    )
    assert row is not None
    return row[0], row[1], row[2], row[3]


def last_line(reader: Reader, whole: Whole, number: int) -> tuple[int, int | None, str, str] | None:
    """(id, agent, before, after) of the line that says how it became part of another, or None."""
    row = reader.one(
        f"SELECT id, agent_id, before, after FROM history WHERE {whole}_id = :i AND act = :n "
        "ORDER BY at DESC, id DESC LIMIT 1",
        i=number,
        n=f"{whole}.merged",
    )
    return None if row is None else (row[0], row[1], row[2], row[3])


def _some(keys: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (keys[first : first + AT_ONCE] for first in range(0, len(keys), AT_ONCE))
