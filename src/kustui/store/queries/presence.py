"""Who is at what: rows of a small table that outlive their program by their lifetime alone."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from kustui.clock import instant, milliseconds
from kustui.core.presence import Doing, Presence
from kustui.store.reader import Reader


def present(reader: Reader, since: datetime, but: int = 0) -> list[Presence]:
    """What agents do that was believed at `since` or is later, the first to begin first; `but` is left out."""
    rows = reader.all(
        """SELECT p.agent_id, a.name, p.customer_id, c.name, p.conversation_id, p.doing, p.since, p.until
        FROM presence p JOIN agent a ON a.id = p.agent_id JOIN customer c ON c.id = p.customer_id
        WHERE p.until > :s AND p.agent_id <> :b ORDER BY p.since, p.agent_id, p.program""",
        s=milliseconds(since),
        b=but,
    )
    return [
        Presence(
            agent_id=row[0],
            agent=row[1],
            customer_id=row[2],
            customer=row[3],
            conversation_id=row[4],
            doing=cast("Doing", row[5]),
            since=instant(row[6]),
            until=instant(row[7]),
        )
        for row in rows
    ]


def put(reader: Reader, program: str, item: Presence) -> None:
    """Write what an agent does in a program, in place of what it did before."""
    reader.one(
        """INSERT INTO presence (agent_id, program, customer_id, conversation_id, doing, since, until)
        VALUES (:a, :p, :c, :v, :d, :s, :u) ON CONFLICT (agent_id, program) DO UPDATE SET
        customer_id = excluded.customer_id, conversation_id = excluded.conversation_id,
        doing = excluded.doing, since = excluded.since, until = excluded.until""",
        a=item.agent_id,
        p=program,
        c=item.customer_id,
        v=item.conversation_id,
        d=item.doing,
        s=milliseconds(item.since),
        u=milliseconds(item.until),
    )


def remove(reader: Reader, agent_id: int, program: str) -> None:
    """Forget what an agent did in a program."""
    reader.one("DELETE FROM presence WHERE agent_id = :a AND program = :p", a=agent_id, p=program)


def forget(reader: Reader, before: datetime) -> None:
    """Forget what programs left behind that were killed."""
    reader.one("DELETE FROM presence WHERE until < :b", b=milliseconds(before))


def newest_reply(reader: Reader, conversation_id: int, but: int) -> tuple[int, str]:
    """(number, who) of the last message to the customer by another agent than `but`; (0, "") for none."""
    row = reader.one(
        """SELECT m.id, a.name FROM message m JOIN agent a ON a.id = m.agent_id
        WHERE m.conversation_id = :v AND m.direction = 'outbound' AND m.agent_id <> :b
        ORDER BY m.id DESC LIMIT 1""",
        v=conversation_id,
        b=but,
    )
    return (0, "") if row is None else (row[0], row[1])
