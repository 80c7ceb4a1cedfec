"""Customers and what they write."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from kustui.core.post import Inbound, Person
from kustui.desk import Desk
from kustui.store import exchange

_numbers = count(1)


def wrote(
    desk: Desk,
    body: str = "Where is my order?",
    *,
    sender: str = "ruiz@example.com",
    name: str = "Ana Ruiz",
    subject: str = "Order 8821",
    channel: str = "email",
    at: datetime | None = None,
    references: tuple[str, ...] = (),
    message_id: str = "",
    automatic: bool = False,
    bounce_of: str = "",
) -> int:
    """A customer writes; answers the conversation the message joined."""
    number = next(_numbers)
    changed = desk.intake.receive(
        Inbound(
            channel=channel,
            external_id=f"test:{number}",
            sender=Person(sender, name),
            subject=subject,
            body=body,
            original=body.encode("utf-8", "replace"),
            to=(Person("support@acme.example"),),
            at=at,
            message_id=message_id or f"in-{number}@example.com",
            references=references,
            automatic=automatic,
            bounce=bool(bounce_of),
            bounce_of=bounce_of,
        )
    )
    assert changed is not None
    assert changed.conversation_id is not None
    return changed.conversation_id


def everything(desk: Desk) -> list[dict[str, object]]:
    """Every row of the store, besides the history, the inbox's order and what counts the time."""
    with desk.store.reading() as reader:
        rows = list(exchange.rows(reader))
    return [
        {name: value for name, value in row.items() if name not in ("stirred_at", "saved_at")}
        for row in rows
        if row["type"] not in ("history", "workspace", "migration")
    ]
