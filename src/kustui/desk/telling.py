"""Telling agents what they should know: a notification, written by the act it is about (SPEC B7, D9)."""

from __future__ import annotations

from kustui.core.text import one_line
from kustui.store import tables
from kustui.store.queries import outgoing
from kustui.store.writing import Writing


def tell(
    act: Writing, agent_id: int | None, kind: str, text: str, token: str, conversation_id: int | None = None
) -> bool:
    """Inside an act: notify an agent once for each `token`; False when there is nobody to tell, or it
    has been told.
    """
    if agent_id is None or outgoing.told(act.ask(), token):
        return False
    act.session.add(
        tables.Notification(
            agent_id=agent_id,
            kind=kind,
            text=one_line(text, 300),
            conversation_id=conversation_id,
            token=token,
            at=act.now,
        )
    )
    return True
