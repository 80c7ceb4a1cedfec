"""The lists of the sidebar. Each costs what is shown of it, not what exists.

A list is asked for its count, for a page of it (by first row and length), and for the place of one
of its rows. Order: priority first, then longest waiting (SPEC B11).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kustui.clock import instant
from kustui.core.outbox import OPEN_STATES
from kustui.core.records import ListRow
from kustui.store.store import Reader, placeholders

ANSWERED = 4_000_000_000_000_000
"""Where answered conversations begin in the order of the inbox, behind every one that waits."""

UNPROMISED = 9_000_000_000_000_000
"""Where customers to whom nothing is promised stand in an inbox in the order of its targets."""

_MY_TEAMS = "(SELECT w.team_id FROM team_member w WHERE w.agent_id = :me)"
# What of a customer whom agents or teams share is mine, or may be taken by me.
_OPEN_TO_ME = f"""o.customer_id = i.customer_id AND o.status = 'open' AND (o.assignee_id = :me
    OR (o.assignee_id IS NULL AND (o.team_id IS NULL OR o.team_id IN {_MY_TEAMS})))"""

_VISIBLE = f"""(i.owner = :me OR (i.owner = 0 AND (i.team_id <= 0 OR i.team_id IN {_MY_TEAMS}))
    OR (i.owner = -1 AND EXISTS (SELECT 1 FROM conversation o WHERE {_OPEN_TO_ME})))
  AND i.stirred_at > COALESCE((SELECT inbox_cleared_at FROM agent WHERE id = :me), 0)
  AND i.customer_id NOT IN (
    SELECT h.customer_id FROM hidden h JOIN inbox x ON x.customer_id = h.customer_id
    WHERE h.agent_id = :me AND h.at >= x.stirred_at)"""

_FOR_ME = f"""CASE WHEN i.owner = -1 OR i.team_id = -1 THEN (SELECT o.id FROM conversation o WHERE {_OPEN_TO_ME}
    ORDER BY o.priority DESC, COALESCE(o.waiting_since, {ANSWERED} - o.last_at), o.id LIMIT 1)
    ELSE i.conversation_id END"""

_ROW = """v.customer_id, v.id, c.name, v.subject, v.excerpt, v.channel, v.status, {unread}, v.priority,
    v.waiting_since, v.last_at, v.snoozed_until,
    EXISTS (SELECT 1 FROM draft d WHERE d.agent_id = :me AND d.customer_id = v.customer_id
            AND d.state = 'open' AND d.body <> ''),
    COALESCE(a.name, ''),
    (SELECT min(x.due_at) FROM outbox x WHERE x.conversation_id = v.id AND x.state = 'queued'
     AND x.scheduled AND x.attempts = 0), v.target, v.target_at"""

_JOIN = "JOIN customer c ON c.id = v.customer_id LEFT JOIN agent a ON a.id = v.assignee_id"


ORDERS = {
    "priority": ("rank", "since", "customer_id"),
    "target": ("target_at", "rank", "since", "customer_id"),
}
"""What an inbox may be in the order of: priority, then longest waiting (SPEC B11), or what is due first."""


def _by(order: str, table: str) -> str:
    return ", ".join(f"{table}.{column}" for column in ORDERS[order])


def inbox_count(reader: Reader, me: int) -> int:
    """How many customers the agent's inbox holds."""
    return int(reader.value(f"SELECT count(*) FROM inbox i WHERE {_VISIBLE}", me=me))


def inbox_page(reader: Reader, me: int, first: int, limit: int, order: str = "priority") -> list[ListRow]:
    """Rows `first` to `first + limit` of the agent's inbox."""
    rows = reader.all(
        f"""SELECT {_ROW.format(unread="p.unread")} FROM (
            SELECT {_by(order, "i")}, {_FOR_ME} AS conversation_id, i.unread FROM inbox i
            WHERE {_VISIBLE} ORDER BY {_by(order, "i")} LIMIT :n OFFSET :o) p
        JOIN conversation v ON v.id = p.conversation_id {_JOIN}
        ORDER BY {_by(order, "p")}""",
        me=me,
        n=limit,
        o=first,
    )
    return [_row(row, key=row[0], closable=True) for row in rows]


def inbox_place(reader: Reader, me: int, customer_id: int, order: str = "priority") -> int | None:
    """Where a customer stands in the agent's inbox, from 0; None when not in it."""
    at = reader.one(
        f"SELECT {_by(order, 'i')} FROM inbox i WHERE i.customer_id = :c AND {_VISIBLE}", me=me, c=customer_id
    )
    if at is None:
        return None
    names, parameters = placeholders(at)
    return int(
        reader.value(
            f"SELECT count(*) FROM inbox i WHERE ({_by(order, 'i')}) < ({names}) AND {_VISIBLE}",
            me=me,
            **parameters,
        )
    )


def inbox_top(reader: Reader, me: int, order: str = "priority") -> tuple[int, int] | None:
    """(customer, conversation) that the agent should take next, or None."""
    row = reader.one(
        f"SELECT i.customer_id, {_FOR_ME} FROM inbox i WHERE {_VISIBLE} ORDER BY {_by(order, 'i')} LIMIT 1",
        me=me,
    )
    return None if row is None else (row[0], row[1])


_VIEWED = f"""FROM viewing w WHERE w.agent_id = :me AND w.customer_id NOT IN (
    SELECT i.customer_id FROM viewing m JOIN inbox i ON i.customer_id = m.customer_id
    WHERE m.agent_id = :me AND {_VISIBLE})"""


_LATEST = """(SELECT l.id FROM conversation l WHERE l.customer_id = {0}.customer_id AND l.merged_into IS NULL
    ORDER BY l.last_at DESC, l.id DESC LIMIT 1)"""


def viewing_count(reader: Reader, me: int) -> int:
    """How many customers are in Currently Viewing."""
    return int(reader.value(f"SELECT count(*) {_VIEWED}", me=me))


def viewing_page(reader: Reader, me: int, first: int, limit: int) -> list[ListRow]:
    """Rows of Currently Viewing, the latest opened first, each with its latest conversation."""
    rows = reader.all(
        f"""SELECT {_ROW.format(unread="v.unread")}, p.customer_id, c2.name FROM (
            SELECT w.customer_id, w.opened_at {_VIEWED} ORDER BY w.opened_at DESC, w.customer_id
            LIMIT :n OFFSET :o) p
        JOIN customer c2 ON c2.id = p.customer_id
        LEFT JOIN conversation v ON v.id = {_LATEST.format("p")}
        LEFT JOIN customer c ON c.id = v.customer_id LEFT JOIN agent a ON a.id = v.assignee_id
        ORDER BY p.opened_at DESC, p.customer_id""",
        me=me,
        n=limit,
        o=first,
    )
    return [
        _row(row, key=row[17], closable=True)
        if row[1] is not None
        else ListRow(row[17], row[17], 0, row[18], "no conversation yet", "", "open", closable=True)
        for row in rows
    ]


def viewing_place(reader: Reader, me: int, customer_id: int) -> int | None:
    """Where a customer stands in Currently Viewing, from 0; None when not in it."""
    keys = [
        row[0]
        for row in reader.all(
            f"SELECT w.customer_id {_VIEWED} ORDER BY w.opened_at DESC, w.customer_id", me=me
        )
    ]
    return keys.index(customer_id) if customer_id in keys else None


_OWN = "status = :s AND merged_into IS NULL"
_STATUS = {
    "snoozed": ("snoozed_until", "{0}.snoozed_until NULLS FIRST, {0}.id"),
    "done": ("last_at", "{0}.last_at DESC, {0}.id DESC"),
}


def status_count(reader: Reader, status: str) -> int:
    """How many conversations have that status."""
    return int(reader.value(f"SELECT count(*) FROM conversation WHERE {_OWN}", s=status))


def status_page(reader: Reader, me: int, status: str, first: int, limit: int) -> list[ListRow]:
    """Snoozed conversations, until reply and then soonest first; or done ones, latest first."""
    column, order = _STATUS[status]
    # What is part of another is done. The page is found by its index alone, and then read.
    own = " AND s.merged_into IS NULL" * (status == "done")
    rows = reader.all(
        f"""SELECT {_ROW.format(unread="v.unread")} FROM (
            SELECT s.id, s.{column} FROM conversation s WHERE s.status = '{status}'{own}
            ORDER BY {order.format("s")} LIMIT :n OFFSET :o) p
        JOIN conversation v ON v.id = p.id {_JOIN} ORDER BY {order.format("p")}""",
        me=me,
        n=limit,
        o=first,
    )
    return [_row(row, key=row[1]) for row in rows]


def status_place(reader: Reader, status: str, conversation_id: int) -> int | None:
    """Where a conversation stands among those of its status, from 0; None when not there."""
    at = reader.one(
        f"SELECT snoozed_until, last_at FROM conversation WHERE id = :i AND {_OWN}",
        i=conversation_id,
        s=status,
    )
    if at is None:
        return None
    before = (
        "(last_at, id) > (:l, :i)"
        if status == "done"
        else "(COALESCE(snoozed_until, 0), id) < (COALESCE(:u, 0), :i)"
    )
    return int(
        reader.value(
            f"SELECT count(*) FROM conversation WHERE {_OWN} AND {before}",
            s=status,
            u=at[0],
            l=at[1],
            i=conversation_id,
        )
    )


def conversations(reader: Reader, me: int, ids: list[int]) -> list[ListRow]:
    """Rows for these conversations, in the order given; those that are gone are left out."""
    names, parameters = placeholders(ids)
    # What became part of another since leads to the other.
    rows = reader.all(
        f"SELECT {_ROW.format(unread='v.unread')}, w.id FROM conversation w "
        f"JOIN conversation v ON v.id = COALESCE(w.merged_into, w.id) {_JOIN} WHERE w.id IN ({names})",
        me=me,
        **parameters,
    )
    found = {row[17]: _row(row, key=row[17]) for row in rows}
    return [found[i] for i in ids if i in found]


def among(reader: Reader, me: int, view: str, keys: Sequence[int]) -> list[tuple[int, int, int]]:
    """(key, customer, conversation) of those rows of a list that are in it; a customer's conversation may be
    0. Any conversations are in the list "found".
    """
    names, parameters = placeholders(keys)
    if view == "inbox":
        asked = f"i.customer_id, i.customer_id, {_FOR_ME} FROM inbox i WHERE {_VISIBLE} AND i.customer_id"
    elif view == "viewing":
        asked = (
            f"w.customer_id, w.customer_id, COALESCE({_LATEST.format('w')}, 0) {_VIEWED} AND w.customer_id"
        )
    elif view == "found":
        asked = "v.id, v.customer_id, COALESCE(v.merged_into, v.id) FROM conversation v WHERE v.id"
    else:
        asked = "v.id, v.customer_id, v.id FROM conversation v WHERE v.status = :s AND v.merged_into IS NULL AND v.id"
        parameters["s"] = view
    if ":me" in asked:
        parameters["me"] = me
    rows = reader.all(f"SELECT {asked} IN ({names})", **parameters)
    return sorted((row[0], row[1], row[2]) for row in rows)


def trouble_count(reader: Reader) -> tuple[int, int, int, int]:
    """(scheduled, failed, uncertain, held) messages, for the status line."""
    row = reader.one(
        "SELECT count(*) FILTER (WHERE o.state = 'queued' AND o.scheduled), count(*) FILTER (WHERE o.state = 'failed'), "
        "count(*) FILTER (WHERE o.state = 'uncertain'), count(*) FILTER (WHERE o.state = 'held') "
        f"FROM outbox o WHERE o.state IN {OPEN_STATES!r}"
    )
    assert row is not None
    return row[0], row[1], row[2], row[3]


def _row(
    row: tuple[Any, ...],
    *,
    key: int,
    closable: bool = False,
) -> ListRow:
    return ListRow(
        key=key,
        customer_id=row[0],
        conversation_id=row[1],
        name=row[2],
        subject=row[3] or row[4],
        channel=row[5],
        status=row[6],
        unread=row[7],
        priority=row[8],
        waiting_since=None if row[9] is None else instant(row[9]),
        last_at=instant(row[10]),
        snooze_until=None if row[11] is None else instant(row[11]),
        draft=bool(row[12]),
        assignee=row[13],
        fate="scheduled" if row[14] is not None else "",
        due_at=None if row[14] is None else instant(row[14]),
        closable=closable,
        target=row[15],
        target_at=None if row[16] is None else instant(row[16]),
    )
