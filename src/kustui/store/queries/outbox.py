"""The outbox's moves: each one compare-and-set, whose row count says whether it was won (SPEC D7).

What may follow what stands in `core.outbox.MOVES` and nowhere else. The moves made by whoever
comes first (sweeping, claiming) repeat the state they act on in their own WHERE.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from kustui.core.outbox import LATE, MOVES, TRIES
from kustui.store.store import Reader, placeholders

_LATE_MS = int(LATE.total_seconds() * 1000)
_KEEPS_OWNER = ("claimed", "sending", "uncertain", "discarded")
_BY_PEOPLE = ("take back", "reschedule", "hold", "hold late")
"""The moves of what is queued that must not be made while an earlier try may have got out."""


def due(reader: Reader, now_ms: int) -> bool:
    """Whether a message is due or a lease has run out; reads two small indexes and no row."""
    return bool(
        reader.one("SELECT 1 FROM outbox WHERE state = 'queued' AND due_at <= :n LIMIT 1", n=now_ms)
        or reader.one(
            "SELECT 1 FROM outbox WHERE state IN ('claimed', 'sending') AND lease_until < :n LIMIT 1",
            n=now_ms,
        )
    )


def next_due(reader: Reader, now_ms: int) -> int | None:
    """When the next message is due, lease runs out or snooze is over, after that instant; in ms."""
    found = (
        reader.value("SELECT min(due_at) FROM outbox WHERE state = 'queued' AND due_at > :n", n=now_ms),
        reader.value(
            "SELECT min(lease_until) FROM outbox WHERE state IN ('claimed', 'sending') AND lease_until >= :n",
            n=now_ms,
        ),
        reader.value("SELECT min(until) FROM snooze WHERE ended_at IS NULL AND until > :n", n=now_ms),
    )
    return min((each for each in found if each is not None), default=None)


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


def channels_due(reader: Reader, now_ms: int) -> list[str]:
    """The channels of the messages that are due."""
    rows = reader.all("SELECT DISTINCT channel FROM outbox WHERE state = 'queued' AND due_at <= :n", n=now_ms)
    return sorted(row[0] for row in rows)


# -- by whoever comes first ----------------------------------------------------------


def sweep(reader: Reader, now_ms: int, repeatable: Sequence[str]) -> list[tuple[int, int]]:
    """Settle leases that ran out; answers (id, fence) of what became uncertain.

    What a transport of these names was sending is queued again: it recognises a repeat. It keeps its
    `carrier`, which says of what is queued that it may have got out.
    """
    _expire(reader, "expire claim", now_ms)
    if repeatable:
        names, parameters = placeholders(repeatable)
        _expire(
            reader,
            "expire repeatable",
            now_ms,
            f" AND carrier IN ({names}) AND attempts < {TRIES}",
            parameters,
        )
    return [(row[0], row[1]) for row in _expire(reader, "expire sending", now_ms)]


def _expire(
    reader: Reader, name: str, now_ms: int, more: str = "", parameters: dict[str, object] | None = None
) -> list[tuple[Any, ...]]:
    rule = MOVES[name]
    owner = "" if rule.to in _KEEPS_OWNER else ", owner = ''"
    return reader.all(
        f"UPDATE outbox SET state = '{rule.to}', lease_until = NULL{owner}, reason = :r "
        # The second condition says nothing new; it is the index's own, which is not used without it.
        f"WHERE {_came_from(name)} AND state IN ('claimed', 'sending') AND lease_until < :n{more} "
        "RETURNING id, fence",
        n=now_ms,
        r="The program stopped while it was being sent." if rule.to == "uncertain" else "",
        **(parameters or {}),
    )


def hold_late(reader: Reader, now_ms: int) -> list[tuple[int, int]]:
    """Hold what has been due for more than a day; answers (id, due at in ms) of each (SPEC D9)."""
    rule = MOVES["hold late"]
    rows = reader.all(
        f"UPDATE outbox SET state = '{rule.to}', reason = 'It was due more than a day ago, and nothing sent it.' "
        f"WHERE {_came_from('hold late')} AND carrier = '' AND due_at < :d RETURNING id, due_at",
        d=now_ms - _LATE_MS,
    )
    return [(row[0], row[1]) for row in rows]


def claim(
    reader: Reader, owner: str, now_ms: int, lease_ms: int, channels: Sequence[str], limit: int
) -> list[tuple[int, int, int, bool]]:
    """Take due messages of these channels for this owner, in due order: (id, fence, attempts, whether
    an earlier try may have got out).
    """
    rule = MOVES["claim"]
    names, parameters = placeholders(channels)
    rows = reader.all(
        f"""UPDATE outbox SET state = '{rule.to}', owner = :o, fence = fence + 1, attempts = attempts + 1,
        lease_until = :u WHERE id IN (
            SELECT id FROM outbox WHERE {_came_from("claim")} AND due_at <= :n AND channel IN ({names})
            ORDER BY due_at, id LIMIT :l{reader.dialect.skips})
        RETURNING id, fence, attempts, carrier <> '', due_at""",
        o=owner,
        n=now_ms,
        u=now_ms + lease_ms,
        l=limit,
        **parameters,
    )
    return [(*row[:3], bool(row[3])) for row in sorted(rows, key=lambda row: (row[4], row[0]))]


def pace(reader: Reader, transport: str) -> int:
    """When a transport with a rate cap may send again, in ms; 0 when it never had to wait."""
    question = f"SELECT next_at FROM pace WHERE transport = :t{reader.dialect.locked}"
    return int(reader.value(question, t=transport) or 0)


def set_pace(reader: Reader, transport: str, next_ms: int) -> None:
    """Say when a transport may send again."""
    reader.one(
        "INSERT INTO pace (transport, next_at) VALUES (:t, :n) "
        "ON CONFLICT (transport) DO UPDATE SET next_at = excluded.next_at",
        t=transport,
        n=next_ms,
    )


# -- of one message ---------------------------------------------------------------------


def move(reader: Reader, name: str, number: int, fence: int | None = None, **values: Any) -> bool:
    """Make a move of `core.outbox.MOVES`; False when the row was not in a state it may come from.

    A fenced move needs the `fence` of its claim. `values` are columns to set with it, instants in ms.
    """
    rule = MOVES[name]
    if rule.fenced != (fence is not None):
        raise ValueError(f"{name} is {'' if rule.fenced else 'not '}fenced")
    fields = "".join(f", {column} = :{column}" for column in values)
    sure = " AND (state <> 'queued' OR carrier = '')" if name in _BY_PEOPLE else ""
    if rule.to not in _KEEPS_OWNER or name == "lose sight":
        fields += ", owner = ''"
    if "lease_until" not in values:
        fields += ", lease_until = NULL"
    guard = "" if fence is None else " AND fence = :the_fence"
    given = {} if fence is None else {"the_fence": fence}
    return bool(
        reader.all(
            f"UPDATE outbox SET state = '{rule.to}'{fields} WHERE id = :the_id AND {_came_from(name)}{guard}{sure} "
            "RETURNING id",
            the_id=number,
            **given,
            **values,
        )
    )


def _came_from(name: str) -> str:
    """The states a move may come from, as SQL; they are words of ours."""
    states = MOVES[name].came_from
    return f"state = '{states[0]}'" if len(states) == 1 else f"state IN {states!r}"


# -- looking ----------------------------------------------------------------------------


def of_message(reader: Reader, message_id: int) -> tuple[int, str, str] | None:
    """(id, state, reason) of a message's place in the outbox, or None."""
    row = reader.one("SELECT id, state, reason FROM outbox WHERE message_id = :m", m=message_id)
    return None if row is None else (row[0], row[1], row[2])


def conversations_with_scheduled(reader: Reader, now_ms: int) -> set[int]:
    """The conversations in which a message is scheduled for a time ahead."""
    rows = reader.all(
        "SELECT DISTINCT conversation_id FROM outbox WHERE state = 'queued' AND scheduled AND due_at > :n "
        "AND kind = 'message'",
        n=now_ms,
    )
    return {row[0] for row in rows}


def scheduled_in(reader: Reader, conversation_id: int, now_ms: int) -> list[tuple[int, int, bool]]:
    """(id, agent, held on a reply) of what is scheduled in a conversation and the next reply matters to.

    One that was flagged by an earlier reply matters again once a reply is to hold it.
    """
    rows = reader.all(
        "SELECT id, agent_id, hold_on_reply FROM outbox WHERE conversation_id = :c AND state = 'queued' "
        "AND scheduled AND kind = 'message' AND due_at > :n AND (replied_at IS NULL OR hold_on_reply)",
        c=conversation_id,
        n=now_ms,
    )
    return [(row[0], row[1], bool(row[2])) for row in rows]


def whose(reader: Reader, number: int) -> tuple[int | None, int, int, int, str] | None:
    """(agent, message, conversation, customer, the customer's name) of a message on its way; None for a
    mail to an agent.
    """
    row = reader.one(
        "SELECT o.agent_id, m.id, m.conversation_id, m.customer_id, c.name FROM outbox o "
        "JOIN message m ON m.id = o.message_id JOIN customer c ON c.id = m.customer_id WHERE o.id = :i",
        i=number,
    )
    return None if row is None else (row[0], row[1], row[2], row[3], row[4])


def flag(reader: Reader, number: int, at_ms: int, reason: str) -> None:
    """Note on a scheduled message that the customer wrote before it was due (SPEC D9)."""
    reader.one(
        "UPDATE outbox SET replied_at = :a, reason = :r WHERE id = :i AND state = 'queued'",
        a=at_ms,
        r=reason,
        i=number,
    )


def parcel(reader: Reader, number: int) -> tuple[Any, ...] | None:
    """What a transport needs of an outbox row; None unless it is an outbound message (SPEC A4)."""
    return reader.one(
        """SELECT o.channel, m.id, m.sender, m.author, m.recipients, m.subject, m.body, m.message_id, m.refs, m.at,
        o.round, m.conversation_id
        FROM outbox o JOIN message m ON m.id = o.message_id AND m.direction = 'outbound' WHERE o.id = :i""",
        i=number,
    )


def notice(reader: Reader, number: int) -> tuple[str, str, int, int] | None:
    """(channel, payload, due at, round) of a mail to an agent; None when the row is none."""
    row = reader.one(
        "SELECT channel, payload, due_at, round FROM outbox WHERE id = :i AND kind = 'notice'", i=number
    )
    return None if row is None else (row[0], row[1], row[2], row[3])


def copied(reader: Reader, number: int) -> int | None:
    """Which row of the outbox a row is the copy of; None when it is no copy."""
    payload = reader.value("SELECT payload FROM outbox WHERE id = :i AND kind = 'copy'", i=number)
    return None if payload is None else int(json.loads(payload)["of"])


def to_be_copied(reader: Reader, number: int) -> tuple[int, str, str] | None:
    """(conversation, channel, subject) of a sent message that has no copy yet; None for anything else."""
    row = reader.one(
        "SELECT o.conversation_id, o.channel, m.subject FROM outbox o JOIN message m ON m.id = o.message_id "
        "WHERE o.id = :i AND o.kind = 'message' AND NOT EXISTS (SELECT 1 FROM outbox c "
        "WHERE c.conversation_id = o.conversation_id AND c.kind = 'copy' AND c.payload LIKE '{\"of\": ' || o.id || ',%')",
        i=number,
    )
    return None if row is None else (row[0], row[1], row[2])


def parcel_files(reader: Reader, message_id: int) -> list[tuple[str, str, bytes, bool, str]]:
    """(name, media type, bytes, inline, content id) of a message's files."""
    rows = reader.all(
        """SELECT a.name, a.media_type, b.content, a.inline, a.content_id
        FROM attachment a JOIN blob b ON b.sha256 = a.sha256 WHERE a.message_id = :m ORDER BY a.id""",
        m=message_id,
    )
    return [(row[0], row[1], bytes(row[2]), bool(row[3]), row[4]) for row in rows]
