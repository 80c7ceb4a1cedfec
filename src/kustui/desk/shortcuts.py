"""What the shortcuts of a message do when it is sent (SPEC C10)."""

from __future__ import annotations

from collections.abc import Sequence

from kustui.store import tables
from kustui.store.queries import library
from kustui.store.writing import Writing


def put_on_tags(act: Writing, me: tables.Agent, row: tables.Conversation, tags: Sequence[str]) -> None:
    """Inside an act: put tags on a conversation that it does not have yet."""
    added = []
    known = library.tags(act.ask()) if tags else {}
    for label in tags:
        number = known.get(label.lower()) or act.add(tables.Tag(label=label)).id or 0
        known[label.lower()] = number
        if not library.tagged(act.ask(), row.id or 0, number):
            act.add(tables.ConversationTag(conversation_id=row.id or 0, tag_id=number))
            added.append(label)
    if added:
        act.record(
            "conversation.tagged",
            me,
            f"tagged it {', '.join(added)}",
            on_timeline=True,
            customer_id=row.customer_id,
            conversation_id=row.id,
            after={"tags": added},
        )
