"""Short ways to write and send in tests."""

from __future__ import annotations

from dataclasses import replace

from kustui.core.records import Changed, Draft
from kustui.core.sending import SendAction
from kustui.desk import Desk


def drafted(desk: Desk, conversation_id: int, body: str, kind: str = "reply") -> Draft:
    """A saved draft with these words in a conversation."""
    customer_id = desk.reads.conversation(conversation_id).customer_id
    return desk.drafts.keep(replace(desk.reads.draft(customer_id, kind, conversation_id), body=body))


def sent(desk: Desk, conversation_id: int, body: str = "On its way.", action: SendAction = "now") -> Changed:
    """A reply that was sent."""
    return desk.replies.send(drafted(desk, conversation_id, body), action)


def fate(desk: Desk, changed: Changed) -> str:
    """The one visible fate of a message on its timeline."""
    assert changed.customer_id is not None
    assert changed.conversation_id is not None
    view = desk.reads.timeline(changed.customer_id)
    entries = view.entries(view.keys(changed.conversation_id))
    return next(entry.fate for entry in entries if entry.id == changed.message_id and entry.kind != "history")


def number_of(desk: Desk, changed: Changed) -> int:
    """The number in the outbox of the message that an act wrote."""
    assert changed.message_id is not None
    placed = desk.reads.outgoing_of(changed.message_id)
    assert placed is not None
    return placed.id
