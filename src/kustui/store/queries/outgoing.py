"""What is on its way out, and everything that will happen by itself, as lists (SPEC D5, D7, F1)."""

from __future__ import annotations

import json
from typing import Any

from kustui.clock import instant
from kustui.core.outbox import OPEN_STATES, UNSETTLED, fate
from kustui.core.post import Outgoing
from kustui.core.records import ListRow
from kustui.core.text import one_line
from kustui.store.store import Reader

_OPEN = f"o.state IN {OPEN_STATES!r}"

_OUTGOING = """SELECT o.kind, o.id, o.state, o.due_at, o.reason, o.conversation_id, v.customer_id, c.name, v.subject,
    CASE o.kind WHEN 'copy' THEN 'email' ELSE o.channel END, COALESCE(a.name, ''), o.message_id, COALESCE(m.body, ''), COALESCE(m.recipients, ''), o.attempts,
    o.scheduled, o.hold_on_reply, o.replied_at, o.payload, v.status, v.excerpt
    FROM outbox o LEFT JOIN message m ON m.id = o.message_id
    LEFT JOIN conversation v ON v.id = o.conversation_id LEFT JOIN customer c ON c.id = v.customer_id
    LEFT JOIN agent a ON a.id = o.agent_id"""

_SNOOZED = """SELECT 'snooze', z.id, 'snoozed', z.until, '', v.id, v.customer_id, c.name, v.subject,
    v.channel, COALESCE(a.name, ''), NULL, v.excerpt, '', 0, TRUE, FALSE, NULL, '', v.status, v.excerpt
    FROM snooze z JOIN conversation v ON v.id = z.conversation_id JOIN customer c ON c.id = v.customer_id
    LEFT JOIN agent a ON a.id = z.agent_id"""

_AHEAD = "z.ended_at IS NULL AND z.until IS NOT NULL"


def told(reader: Reader, token: str) -> bool:
    """Whether an agent has been told of that cause."""
    return reader.one("SELECT 1 FROM notification WHERE token = :t", t=token) is not None


def one(reader: Reader, number: int, now_ms: int) -> Outgoing | None:
    """The outbox's row of that number, or None."""
    row = reader.one(f"{_OUTGOING} WHERE o.id = :i", i=number)
    return None if row is None else _outgoing(row, now_ms)


def of_message(reader: Reader, message_id: int, now_ms: int) -> Outgoing | None:
    """A message's place in the outbox, or None."""
    row = reader.one(f"{_OUTGOING} WHERE o.message_id = :m", m=message_id)
    return None if row is None else _outgoing(row, now_ms)


def outbox(reader: Reader, now_ms: int, first: int, limit: int) -> list[Outgoing]:
    """What is under way, failed, uncertain or held, in the order it is due."""
    rows = reader.all(
        f"{_OUTGOING} WHERE {_OPEN} ORDER BY o.due_at, o.id LIMIT :n OFFSET :o", n=limit, o=first
    )
    return [_outgoing(row, now_ms) for row in rows]


def outbox_count(reader: Reader) -> int:
    """How many there are of these."""
    return int(reader.value(f"SELECT count(*) FROM outbox o WHERE {_OPEN}"))


def outbox_place(reader: Reader, number: int) -> int | None:
    """Where a row stands among them, from 0; None when it is not one of them."""
    due = reader.value(f"SELECT o.due_at FROM outbox o WHERE o.id = :i AND {_OPEN}", i=number)
    if due is None:
        return None
    return int(
        reader.value(
            f"SELECT count(*) FROM outbox o WHERE {_OPEN} AND (o.due_at, o.id) < (:d, :i)", d=due, i=number
        )
    )


def forecast(reader: Reader, now_ms: int, first: int, limit: int) -> list[Outgoing]:
    """Everything that will happen by itself, in time order: snoozes, scheduled messages, retries."""
    keys = reader.all(
        f"""SELECT 'snooze', z.id, z.until AS at FROM snooze z WHERE {_AHEAD}
        UNION ALL SELECT 'message', o.id, o.due_at FROM outbox o WHERE o.state = 'queued'
        ORDER BY 3, 1, 2 LIMIT :n OFFSET :o""",
        n=limit,
        o=first,
    )
    found = []
    for kind, number, _ in keys:
        if kind == "message":
            item = one(reader, number, now_ms)
        else:
            row = reader.one(f"{_SNOOZED} WHERE z.id = :i", i=number)
            item = None if row is None else _outgoing(row, now_ms)
        if item is not None:
            found.append(item)
    return found


def forecast_count(reader: Reader) -> int:
    """How many things will happen by themselves."""
    return int(
        reader.value(
            f"SELECT (SELECT count(*) FROM snooze z WHERE {_AHEAD}) + "
            "(SELECT count(*) FROM outbox o WHERE o.state = 'queued')"
        )
    )


def forecast_place(reader: Reader, key: int) -> int | None:
    """Where one of them stands, from 0, or None. `key` is the outbox's number, or minus the snooze's."""
    if key < 0:
        at = reader.value(f"SELECT z.until FROM snooze z WHERE z.id = :i AND {_AHEAD}", i=-key)
    else:
        at = reader.value("SELECT o.due_at FROM outbox o WHERE o.id = :i AND o.state = 'queued'", i=key)
    if at is None:
        return None
    # A message stands before a snooze of the same instant.
    earlier = "o.due_at <= :a" if key < 0 else "(o.due_at, o.id) < (:a, :i)"
    messages = f"SELECT count(*) FROM outbox o WHERE o.state = 'queued' AND {earlier}"
    earlier = "(z.until, z.id) < (:a, :i)" if key < 0 else "z.until < :a"
    snoozes = f"SELECT count(*) FROM snooze z WHERE {_AHEAD} AND {earlier}"
    return int(reader.value(f"SELECT ({messages}) + ({snoozes})", a=at, i=abs(key)))


def row_of(item: Outgoing) -> ListRow:
    """One of them as a line of the sidebar."""
    snoozed = item.kind == "snooze"
    return ListRow(
        key=-item.id if snoozed else item.id,
        customer_id=item.customer_id or 0,
        conversation_id=item.conversation_id or 0,
        name=item.customer or item.by,
        subject=one_line(_told(item), 120),
        channel=item.channel,
        status="snoozed" if snoozed else "open",
        # In its undo window it is held by nobody.
        fate="on its way" if item.fate == "held" and item.state == "queued" else item.fate,
        due_at=item.at,
        assignee=item.by,
    )


def _told(item: Outgoing) -> str:
    """What a row says of it: why somebody should look, else what it is."""
    if item.reason and item.state in UNSETTLED:
        return item.reason
    return item.subject if item.kind != "message" else item.excerpt or item.subject


def _outgoing(row: tuple[Any, ...], now_ms: int) -> Outgoing:
    kind, payload = row[0], _readable(row[18])
    at = instant(row[3])
    people = _readable(row[13]).get("to", ())
    to = tuple(
        str(person["address"]) for person in people if isinstance(person, dict) and "address" in person
    )
    return Outgoing(
        kind=kind,
        id=row[1],
        state=row[2],
        fate="snoozed" if kind == "snooze" else fate(row[2], at, bool(row[15]), instant(now_ms), row[14]),
        at=at,
        reason=row[4],
        conversation_id=row[5],
        customer_id=row[6],
        customer=row[7] or "",
        subject=str(payload.get("subject") or "") or row[8] or row[20] or "",
        channel=row[9],
        by=row[10],
        message_id=row[11],
        excerpt=one_line(row[12], 200),
        to=to or ((str(payload["to"]),) if "to" in payload else ()),
        attempts=row[14],
        scheduled=bool(row[15]),
        hold_on_reply=bool(row[16]),
        replied_at=None if row[17] is None else instant(row[17]),
    )


def _readable(words: str) -> dict[str, Any]:
    """The JSON object in a column; empty when it cannot be read, which must not hide the rest of a list."""
    try:
        found = json.loads(words or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
