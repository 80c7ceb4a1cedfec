"""Short ways to put messages into the outbox and to look at it in tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kustui.core.post import Outgoing
from kustui.desk import Desk
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
