"""Copies of what was sent, filed in a mailbox: each a row of the outbox of its own.

Nothing that goes wrong with a copy can send its message again (SPEC D7).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kustui.core.outbox import COPY
from kustui.store import tables
from kustui.store.queries import outbox as asking
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk


def file_copy(desk: Desk, act: Writing, number: int) -> None:
    """Inside the act that notes that the outbox's row `number` is sent: queue its copy, once.

    Does nothing where the settings name nothing that files copies of its channel.
    """
    if not desk.post.copies:
        return
    found = asking.to_be_copied(act.ask(), number)
    if found is None or not any(found[1] == channel for channel in desk.post.copies):
        return
    conversation_id, _, subject = found
    act.add(
        tables.Outbox(
            kind=COPY,
            conversation_id=conversation_id,
            channel=COPY,
            payload=json.dumps({"of": number, "subject": f"Copy of: {subject}"}, ensure_ascii=False),
            due_at=act.now,
            created_at=act.now,
        )
    )
