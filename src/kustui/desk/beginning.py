"""Which conversation a message belongs to: the one it answers, or one that it begins (SPEC A)."""

from __future__ import annotations

from kustui.core import sending
from kustui.core.records import Customer, Draft
from kustui.core.text import excerpt, one_line
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.writing import Writing


def conversation_of(
    act: Writing, me: tables.Agent, draft: Draft, customer: Customer, *, taken: bool = False
) -> tuple[tables.Conversation, bool]:
    """Inside an act: the conversation that a draft is written in, begun now for a new one, and
    whether its words are a note; with `taken` a new one is the writer's own. Raises Refused for
    what cannot be begun, or answered.
    """
    if draft.conversation_id is not None:
        row = act.get(tables.Conversation, draft.conversation_id, "conversation")
        if row.customer_id != customer.id:
            raise Refused("Another customer's conversation", f"#{row.id} is not one of {customer.name}'s.")
        is_note = draft.kind == "note"
        if row.channel == "note" and not is_note:
            raise Refused("Notes go nowhere", "This conversation is a note for the team; add a note to it.")
        return row, is_note
    if draft.kind not in ("email", "sms", "note"):
        raise Refused(
            "No such kind", f"A new conversation is an email, an SMS or a note, not {draft.kind!r}."
        )
    reason = next((c.reason for c in sending.compose_choices(customer) if c.kind == draft.kind), "")
    if reason:
        raise Refused(f"No {draft.kind} to {customer.name}", reason)
    subject = one_line(draft.subject, 250)
    if not subject and draft.kind != "sms":
        raise Refused("No subject", "The subject names the conversation; give it one.")
    row = act.add(
        tables.Conversation(
            customer_id=customer.id,
            channel=draft.kind,
            subject=subject or excerpt(draft.body, 60),
            direction="outbound",
            assignee_id=me.id if taken else None,
            created_at=act.now,
            last_at=act.now,
            stirred_at=act.now,
        )
    )
    act.record(
        "conversation.started",
        me,
        customer_id=customer.id,
        conversation_id=row.id,
        after={"channel": row.channel, "subject": row.subject},
    )
    return row, draft.kind == "note"
