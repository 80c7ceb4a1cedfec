"""Notifications without what causes them."""

from __future__ import annotations

from itertools import count

from kustui.desk import Desk
from kustui.store import tables

_numbers = count(1)


def told(desk: Desk, text: str, *, kind: str = "woke", conversation_id: int | None = None) -> int:
    """A notification for the agent of this desk, now; answers its number."""
    with desk.store.writing() as act:
        row = act.add(
            tables.Notification(
                agent_id=desk.agent.id,
                kind=kind,
                text=text,
                conversation_id=conversation_id,
                token=f"test:{next(_numbers)}",
                at=act.now,
            )
        )
    assert row.id is not None
    return row.id
