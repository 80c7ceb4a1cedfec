"""What a provider says later is of which message, and what of it is noted (SPEC D7)."""

from __future__ import annotations

from typing import NamedTuple

from kustui.store.store import Reader


class Handed(NamedTuple):
    """A message that a provider speaks of; `delivered` says that it had arrived since it was sent last."""

    id: int
    message_id: int
    conversation_id: int
    customer_id: int
    state: str
    fence: int
    round: int
    provider_id: str
    delivered: bool


_HANDED = """SELECT o.id, m.id, m.conversation_id, m.customer_id, o.state, o.fence, o.round, o.provider_id,
    o.delivered_at IS NOT NULL AND o.delivered_at >= COALESCE(o.sent_at, 0)
    FROM outbox o JOIN message m ON m.id = o.message_id"""


def of_provider(reader: Reader, channel: str, provider_id: str) -> Handed | None:
    """What a provider calls by that name, or None."""
    row = reader.one(
        f"{_HANDED} WHERE o.provider_id = :p AND o.provider_id <> '' AND o.channel = :c LIMIT 1",
        p=provider_id,
        c=channel,
    )
    return None if row is None else Handed._make((*row[:8], bool(row[8])))


def of_name(reader: Reader, channel: str, message_id: str) -> Handed | None:
    """The message that a provider was handed under that name of ours, or None."""
    row = reader.one(
        f"{_HANDED} WHERE m.message_id = :n AND m.message_id <> '' AND m.direction = 'outbound' "
        "AND o.channel = :c LIMIT 1",
        n=message_id,
        c=channel,
    )
    return None if row is None else Handed._make((*row[:8], bool(row[8])))


def being_sent(reader: Reader, channel: str) -> bool:
    """Whether a program sends something on that channel at this moment, or has died while it did."""
    return bool(
        reader.one(
            "SELECT 1 FROM outbox WHERE state IN ('claimed', 'sending') AND channel = :c LIMIT 1", c=channel
        )
    )


def delivered(reader: Reader, number: int, at_ms: int) -> bool:
    """Note once for each sending that it has arrived; False when that was known, or it is not sent."""
    return bool(
        reader.all(
            "UPDATE outbox SET delivered_at = "
            "CASE WHEN :a > COALESCE(sent_at, 0) THEN :a ELSE COALESCE(sent_at, 0) END WHERE id = :i AND state = 'sent' "
            "AND (delivered_at IS NULL OR delivered_at < COALESCE(sent_at, 0)) RETURNING id",
            a=at_ms,
            i=number,
        )
    )


def arrived_after_all(reader: Reader, number: int, reason: str) -> bool:
    """Note on what a provider reported as failed that it now says it arrived; False when it has not failed."""
    return bool(
        reader.all(
            "UPDATE outbox SET reason = :r WHERE id = :i AND state = 'failed' AND reason <> :r RETURNING id",
            r=reason,
            i=number,
        )
    )


def alone(reader: Reader, number: int) -> bool:
    """Whether an uncertain message can be told by its words: no other of the same words to the same people
    was handed over, or may be, since the agent sent it. False for one that is not uncertain.
    """
    return bool(
        reader.one(
            """SELECT 1 FROM outbox o JOIN message m ON m.id = o.message_id
            WHERE o.id = :i AND o.state = 'uncertain' AND NOT EXISTS (
                SELECT 1 FROM outbox p JOIN message n ON n.id = p.message_id
                WHERE p.id <> o.id AND p.channel = o.channel AND n.body = m.body AND n.recipients = m.recipients
                AND NOT (p.state = 'sent' AND p.sent_at < m.at))""",
            i=number,
        )
    )
