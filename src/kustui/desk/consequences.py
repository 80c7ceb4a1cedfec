"""What an incoming message means for those on their way out (SPEC B12, D9)."""

from __future__ import annotations

from datetime import datetime

from kustui.clock import milliseconds
from kustui.core import standing
from kustui.core.team import Queues
from kustui.desk import moves, routing
from kustui.desk.telling import tell
from kustui.store import tables
from kustui.store.queries import outbox
from kustui.store.writing import Writing


def returned(act: Writing, message_id: int, reason: str) -> bool:
    """Inside an act: a message came back, so it failed, and its author is told; False when it had not
    gone, or had failed before.
    """
    found = outbox.of_message(act.ask(), message_id)
    if found is None or not outbox.move(act.ask(), "bounce", found[0], reason=reason):
        return False
    sent = act.get(tables.Message, message_id, "message")
    again = act.get(tables.Outbox, found[0], "message").round
    text = f"Your message in #{sent.conversation_id} came back: {reason}"
    tell(act, sent.agent_id, "failed", text, f"bounce:{found[0]}:{again}", sent.conversation_id)
    return True


def opens(
    act: Writing, row: tables.Conversation, at: datetime, actor: str, words: str, queues: Queues
) -> None:
    """Inside an act: something came at `at` that a conversation has to be open for: a message, or word
    that one of ours did not arrive. `actor` and `words` are told where it was not open (SPEC B1, B12).
    Where work is routed, one that opens again goes into its queue when whose it was has gone.
    """
    row.unread += 1
    moves.stir(row, act.now)
    act.touch(row.customer_id)
    was = moves.full_standing(act, row)
    to = standing.customer_wrote(was, at)
    if row.last_outbound_at is not None and at < row.last_outbound_at:
        # It is answered already.
        to = to._replace(waiting_since=was.waiting_since)
    if to.status == was.status:
        row.waiting_since = to.waiting_since
        return
    moves.move(
        act,
        row,
        to,
        name="conversation.reopened",
        actor=actor,
        words=words,
        ended_by="reply",
        stirs=True,
    )
    routing.released(act, row, queues)


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
