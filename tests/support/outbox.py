"""Short ways to put messages into the outbox and to look at it in tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kustui.core.post import Outgoing
from kustui.desk import Desk
from kustui.store import tables
from support.writing import drafted, number_of


def scheduled(
    desk: Desk, conversation_id: int, body: str = "It left today.", *, hold: bool = False, **ahead: float
) -> int:
    """A reply that goes after that time (hours=2); answers its number in the outbox."""
    at = desk.now() + timedelta(**ahead)
    changed = desk.replies.send(drafted(desk, conversation_id, body), at=at, hold_on_reply=hold)
    return number_of(desk, changed)


def queued(desk: Desk, conversation_id: int, body: str = "It left today.") -> int:
    """A reply that is due at once; answers its number in the outbox."""
    return number_of(desk, desk.replies.send(drafted(desk, conversation_id, body), wait=False))


def many(desk: Desk, conversation_id: int, count: int) -> list[int]:
    """So many scheduled replies in a conversation, each due a millisecond after the other; their words are
    "words" and their number in the outbox.
    """
    customer_id = desk.reads.conversation(conversation_id).customer_id
    placed = []
    with desk.store.writing() as act:
        for place in range(1, count + 1):
            at = act.now + timedelta(milliseconds=place)
            number, message, draft = (
                act.key(table) for table in (tables.Outbox, tables.Message, tables.Draft)
            )
            body = f"words {number}"
            whose = {"conversation_id": conversation_id, "customer_id": customer_id}
            act.line(
                tables.Draft, id=draft, agent_id=desk.agent.id, kind="reply", state="sent", body=body,
                saved_at=act.now, **whose,
            )  # fmt: skip
            act.line(
                tables.Message, id=message, direction="outbound", channel="email", agent_id=desk.agent.id,
                author=desk.agent.name, sender="support@acme.example", body=body, length=len(body), at=at,
                recipients='{"to": [{"address": "ruiz@example.com"}]}', message_id=f"many-{number}@x",
                token=f"draft:{draft}:0", **whose,
            )  # fmt: skip
            act.line(
                tables.Outbox, id=number, message_id=message, agent_id=desk.agent.id, channel="email",
                conversation_id=conversation_id, due_at=at, scheduled=True, created_at=act.now,
                undo=f'{{"draft_id": {draft}}}',
            )  # fmt: skip
            placed.append(number)
    return placed


def item(desk: Desk, number: int) -> Outgoing:
    """What stands in the outbox under that number."""
    found = desk.reads.outgoing(number)
    assert found is not None
    return found


def ask(desk: Desk, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Rows of the store."""
    with desk.store.reading() as reader:
        return reader.all(sql, **parameters)


def put(desk: Desk, sql: str, **parameters: Any) -> None:
    """Change the store as no act would: a program that died, another program's rows."""
    with desk.store.writing() as act:
        act.ask().one(sql, **parameters)


def died(desk: Desk, number: int, state: str = "sending", carrier: str = "recorder") -> None:
    """Leave a message as a program leaves it that was killed two minutes ago."""
    put(
        desk,
        "UPDATE outbox SET state = :s, owner = 'elsewhere:1:1:x', fence = fence + 1, attempts = 1, "
        "carrier = :c, lease_until = :u WHERE id = :i",
        s=state,
        c=carrier if state == "sending" else "",
        u=_ms(desk.now()) - 1,
        i=number,
    )


def everything(desk: Desk) -> list[list[tuple[Any, ...]]]:
    """All that an act may change, to see that a refused one changed nothing."""
    tables = ("outbox", "message", "draft", "attachment", "conversation", "history", "notification", "snooze")
    return [ask(desk, f"SELECT * FROM {table} ORDER BY 1") for table in tables]


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
