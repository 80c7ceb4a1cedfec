"""The outbox's moves: each one compare-and-set, whose row count says whether it was won (SPEC D7).

An expired *claimed* goes back to the queue; an expired *sending* becomes *uncertain*. A late word
from the claim that began the sending is taken from *sending* and from *uncertain*.
"""

from __future__ import annotations

from typing import Any

from kustui.store.store import Reader


def due(reader: Reader, now_ms: int) -> bool:
    """Whether a message is due or a lease has run out; reads two small indexes and no row."""
    return bool(
        reader.one("SELECT 1 FROM outbox WHERE state = 'queued' AND due_at <= :n LIMIT 1", n=now_ms)
        or reader.one(
            "SELECT 1 FROM outbox WHERE state IN ('claimed', 'sending') AND lease_until < :n LIMIT 1",
            n=now_ms,
        )
    )


def snooze_due(reader: Reader, now_ms: int) -> bool:
    """Whether a snooze has run out."""
    return bool(
        reader.one(
            "SELECT 1 FROM snooze WHERE ended_at IS NULL AND until IS NOT NULL AND until <= :n LIMIT 1",
            n=now_ms,
        )
    )


def snoozes_due(reader: Reader, now_ms: int, limit: int) -> list[tuple[int, int]]:
    """(snooze, conversation) of the snoozes that have run out, in due order."""
    rows = reader.all(
        "SELECT id, conversation_id FROM snooze WHERE ended_at IS NULL AND until IS NOT NULL AND until <= :n "
        "ORDER BY until, id LIMIT :l",
        n=now_ms,
        l=limit,
    )
    return [(row[0], row[1]) for row in rows]


def sweep(reader: Reader, now_ms: int) -> list[int]:
    """Settle leases that ran out; answers the messages that became uncertain."""
    reader.one(
        "UPDATE outbox SET state = 'queued', owner = '', lease_until = NULL "
        "WHERE state = 'claimed' AND lease_until < :n",
        n=now_ms,
    )
    rows = reader.all(
        "UPDATE outbox SET state = 'uncertain', owner = '', lease_until = NULL, "
        "reason = 'The program stopped while it was being sent.' "
        "WHERE state = 'sending' AND lease_until < :n RETURNING message_id",
        n=now_ms,
    )
    return [row[0] for row in rows if row[0] is not None]


def claim(reader: Reader, owner: str, now_ms: int, lease_ms: int, limit: int) -> list[tuple[int, int, int]]:
    """Take due messages for this owner: (id, fence, attempts), in due order."""
    rows = reader.all(
        """UPDATE outbox SET state = 'claimed', owner = :o, fence = fence + 1, attempts = attempts + 1,
        lease_until = :u WHERE id IN (
            SELECT id FROM outbox WHERE state = 'queued' AND due_at <= :n ORDER BY due_at, id LIMIT :l)
        RETURNING id, fence, attempts, due_at""",
        o=owner,
        n=now_ms,
        u=now_ms + lease_ms,
        l=limit,
    )
    return [(row[0], row[1], row[2]) for row in sorted(rows, key=lambda row: (row[3], row[0]))]


def begin(reader: Reader, number: int, fence: int, until_ms: int) -> bool:
    """Claimed -> sending, just before the first byte that cannot be taken back."""
    return bool(
        reader.all(
            "UPDATE outbox SET state = 'sending', lease_until = :u WHERE id = :i AND state = 'claimed' AND fence = :f "
            "RETURNING id",
            i=number,
            f=fence,
            u=until_ms,
        )
    )


def finish(reader: Reader, number: int, fence: int, state: str, **values: Any) -> bool:
    """Record the outcome of a try under its own fence; False when it was not ours to say any more.

    `values` are `reason`, `provider_id`, `sent_at` and `due_at` (in ms); what is not given stays.
    """
    came_from = "('claimed', 'sending', 'uncertain')" if state == "sent" else "('claimed', 'sending')"
    fields = "".join(f", {name} = :{name}" for name in values)
    return bool(
        reader.all(
            f"UPDATE outbox SET state = :s, owner = '', lease_until = NULL{fields} "
            f"WHERE id = :i AND fence = :f AND state IN {came_from} RETURNING id",
            s=state,
            i=number,
            f=fence,
            **values,
        )
    )


def of_message(reader: Reader, message_id: int) -> tuple[int, str, str] | None:
    """(id, state, undo as JSON) of a message's place in the outbox, or None."""
    row = reader.one("SELECT id, state, undo FROM outbox WHERE message_id = :m", m=message_id)
    return None if row is None else (row[0], row[1], row[2])


def take_back(reader: Reader, number: int, state: str) -> bool:
    """Take a message out of the queue before anybody began to send it; False when it was too late."""
    return bool(
        reader.all(
            "UPDATE outbox SET state = 'taken back', message_id = NULL, owner = '', lease_until = NULL "
            "WHERE id = :i AND state = :s RETURNING id",
            i=number,
            s=state,
        )
    )


def retry(reader: Reader, message_id: int, now_ms: int) -> bool:
    """Failed -> queued, due now; False when it had not failed."""
    return bool(
        reader.all(
            "UPDATE outbox SET state = 'queued', due_at = :d, attempts = 0, round = round + 1, reason = '' "
            "WHERE message_id = :m AND state = 'failed' RETURNING id",
            d=now_ms,
            m=message_id,
        )
    )


def parcel(reader: Reader, number: int) -> tuple[Any, ...] | None:
    """What a transport needs of an outbox row; None unless it is an outbound message (SPEC A4)."""
    return reader.one(
        """SELECT o.channel, m.id, m.sender, m.author, m.recipients, m.subject, m.body, m.message_id, m.refs, m.at,
        o.round
        FROM outbox o JOIN message m ON m.id = o.message_id AND m.direction = 'outbound' WHERE o.id = :i""",
        i=number,
    )


def parcel_files(reader: Reader, message_id: int) -> list[tuple[str, str, bytes, bool, str]]:
    """(name, media type, bytes, inline, content id) of a message's files."""
    rows = reader.all(
        """SELECT a.name, a.media_type, b.content, a.inline, a.content_id
        FROM attachment a JOIN blob b ON b.sha256 = a.sha256 WHERE a.message_id = :m ORDER BY a.id""",
        m=message_id,
    )
    return [(row[0], row[1], bytes(row[2]), bool(row[3]), row[4]) for row in rows]


def state_of(reader: Reader, message_id: int) -> tuple[str, str] | None:
    """(state, reason) of a message's place in the outbox, or None."""
    row = reader.one("SELECT state, reason FROM outbox WHERE message_id = :m", m=message_id)
    return None if row is None else (row[0], row[1])
