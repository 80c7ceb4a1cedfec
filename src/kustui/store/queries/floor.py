"""Everything that was said and done in a workspace, to look back on it."""

from __future__ import annotations

from typing import Any

from kustui.store.reader import Reader


def spoken(reader: Reader) -> list[tuple[Any, ...]]:
    """(id, conversation, customer, direction, channel, agent, written at in ms, body, quoted, signature,
    automatic, bounce, state in the outbox or "") of every message and note, in the order they were written.
    """
    return reader.all(
        # What is scheduled stands where it goes, but was written when it was queued.
        """SELECT m.id, m.conversation_id, m.customer_id, m.direction, m.channel, m.agent_id,
        COALESCE(o.created_at, m.at) AS written, m.body, m.quoted, m.signature, m.automatic, m.bounce,
        COALESCE(o.state, '') FROM message m LEFT JOIN outbox o ON o.message_id = m.id
        ORDER BY written, m.id"""
    )


def cases(reader: Reader, now_ms: int) -> list[tuple[Any, ...]]:
    """(id, customer, name, subject, channel, status, priority, created at in ms, snoozed until in ms, whether
    it is late) of every conversation that is part of no other, in order.
    """
    return reader.all(
        """SELECT v.id, v.customer_id, c.name, v.subject, v.channel, v.status, v.priority, v.created_at,
        v.snoozed_until, CASE WHEN v.status = 'open' AND v.target <> '' AND v.target_at <= :n THEN 1 ELSE 0 END
        FROM conversation v JOIN customer c ON c.id = v.customer_id
        WHERE v.merged_into IS NULL ORDER BY v.id""",
        n=now_ms,
    )


def lines(reader: Reader) -> list[tuple[Any, ...]]:
    """(id, at in ms, deed, act, agent, conversation, message, before, after) of every line of history that
    tells of a conversation or takes something back, in order.
    """
    return reader.all(
        """SELECT id, at, deed, act, agent_id, conversation_id, message_id, before, after FROM history
        WHERE conversation_id IS NOT NULL OR act = 'undone' ORDER BY id"""
    )


def parties(reader: Reader) -> list[tuple[Any, ...]]:
    """(id, name, company, language) of every customer who is part of no other, in order."""
    return reader.all(
        "SELECT id, name, company, language FROM customer WHERE merged_into IS NULL ORDER BY id"
    )


def addresses(reader: Reader) -> list[tuple[Any, ...]]:
    """(customer, value) of every address, in order."""
    return reader.all("SELECT customer_id, value FROM address ORDER BY id")


def agents(reader: Reader) -> list[tuple[Any, ...]]:
    """(id, login, name) of everybody of the team, in order."""
    return reader.all("SELECT id, login, name FROM agent ORDER BY id")
