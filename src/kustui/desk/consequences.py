"""What an incoming message means for those on their way out (SPEC B12, D9)."""

from __future__ import annotations

from kustui.clock import milliseconds
from kustui.desk.telling import tell
from kustui.store import tables
from kustui.store.queries import outbox
from kustui.store.writing import Writing


def returned(act: Writing, message_id: int, reason: str) -> None:
    """Inside an act: a message came back, so it failed, and its author is told."""
    found = outbox.of_message(act.ask(), message_id)
    if found is None or not outbox.move(act.ask(), "bounce", found[0], reason=reason):
        return
    sent = act.get(tables.Message, message_id, "message")
    again = act.get(tables.Outbox, found[0], "message").round
    text = f"Your message in #{sent.conversation_id} came back: {reason}"
    tell(act, sent.agent_id, "failed", text, f"bounce:{found[0]}:{again}", sent.conversation_id)


def before_its_time(act: Writing, row: tables.Conversation, name: str, reply: int) -> None:
    """Inside an act: the customer called `name` wrote (message `reply`) before what is scheduled in a
    conversation went. It is flagged, or held where its switch says so, and its author is told.
    """
    now = milliseconds(act.now)
    reason = "They wrote before it was due."
    for number, agent_id, hold in outbox.scheduled_in(act.ask(), row.id or 0, now):
        if not hold:
            outbox.flag(act.ask(), number, now, reason)
        elif not outbox.move(act.ask(), "hold", number, reason=reason, replied_at=now):
            continue
        then = "it is held" if hold else "it still goes"
        text = f"{name} wrote in #{row.id} before your scheduled message; {then}"
        tell(act, agent_id, "replied", text, f"replied:{number}:{reply}", row.id)
        act.record(
            "message.held" if hold else "message.flagged",
            "kustui",
            "held a scheduled message: the customer wrote before it" if hold else "",
            on_timeline=hold,
            customer_id=row.customer_id,
            conversation_id=row.id,
            after={"outbox_id": number, "reply": reply},
        )
