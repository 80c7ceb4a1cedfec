"""What the shortcuts of a message do when it is sent (SPEC C10)."""

from __future__ import annotations

from collections.abc import Sequence

from kustui.desk.tagging import put_tags
from kustui.store import tables
from kustui.store.queries import library
from kustui.store.writing import Writing


def put_on_tags(act: Writing, me: tables.Agent, row: tables.Conversation, tags: Sequence[str]) -> None:
    """Inside an act: put tags on a conversation that it does not have yet."""
    if not tags:
        return
    there = library.tags_of(act.ask(), row.id or 0)
    has = {label.lower() for label in there}
    missing: dict[str, str] = {}
    for label in tags:
        if label.lower() not in has:
            missing.setdefault(label.lower(), label)
    added = list(missing.values())
    if added:
        put_tags(act, row.id or 0, (*there, *added))
        act.record(
            "conversation.tagged",
            me,
            f"tagged it {', '.join(added)}",
            on_timeline=True,
            customer_id=row.customer_id,
            conversation_id=row.id,
            after={"tags": added},
        )
