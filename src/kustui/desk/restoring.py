"""Giving a conversation back the standing it had before an act that is undone (SPEC D5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kustui.clock import instant, milliseconds
from kustui.core.standing import Standing
from kustui.desk import moves
from kustui.store import tables
from kustui.store.queries import history
from kustui.store.writing import Writing


def stands(row: tables.Conversation, after: dict[str, Any]) -> bool:
    """Whether a conversation stands as an act left it: nobody, nor the customer, moved it since."""
    return all(
        (milliseconds(value) if isinstance(value, datetime) else value) == after.get(name)
        for name, value in moves.values(moves.standing_of(row), row.snooze_id).items()
    )


def restore(
    act: Writing, me: tables.Agent, row: tables.Conversation, before: dict[str, Any], words: str
) -> None:
    """Inside an act: the conversation stands as before; a snooze that had ended runs again."""
    until, waiting = before["snoozed_until"], before["waiting_since"]
    to = Standing(
        before["status"],
        before["sub_status_id"],
        None if waiting is None else instant(waiting),
        None if until is None else instant(until),
    )
    moves.move(
        act,
        row,
        to,
        name="act.undone",
        actor=me,
        words=words,
        resumes=before["snooze_id"],
        ended_by="undone",
        stirs=True,
    )


def unanswered(
    act: Writing, me: tables.Agent, row: tables.Conversation, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Inside an act: a message was taken back, so its conversation stands as before it was sent; one
    that was moved since keeps its status, and the customer waits as before.
    """
    if before and stands(row, after):
        _owe(act, row, before)
        restore(act, me, row, before, "took the message back")
        return
    _wait(act, row, before)


def gone_unanswered(act: Writing, sent: tables.Outbox) -> bool:
    """Inside an act: the answer `sent` is given up, so the customer waits as before it, unless another
    one went since; whether they wait now.
    """
    row = act.get(tables.Conversation, sent.conversation_id, "conversation")
    if row.last_outbound_at is not None and row.last_outbound_at > sent.created_at:
        return False
    before, _ = history.queued(act.ask(), row.customer_id, sent.message_id or 0)
    return _wait(act, row, before)


def answered_again(act: Writing, sent: tables.Outbox) -> None:
    """Inside an act: the answer is not given up after all, so nobody waits for it."""
    row = act.get(tables.Conversation, sent.conversation_id, "conversation")
    if row.last_inbound_at is None or row.last_inbound_at <= sent.created_at:
        row.waiting_since = None
        act.session.add(row)
        act.touch(row.customer_id)


def _wait(act: Writing, row: tables.Conversation, before: dict[str, Any]) -> bool:
    waiting = before.get("waiting_since")
    if row.status != "open" or waiting is None or row.waiting_since is not None:
        return False
    row.waiting_since = instant(waiting)
    _owe(act, row, before)
    act.session.add(row)
    act.touch(row.customer_id)
    return True


def _owe(act: Writing, row: tables.Conversation, before: dict[str, Any]) -> None:
    """What was promised before an answer that is none after all is promised again, its pauses included."""
    kind, at, left = before.get("promise", ("", None, None))
    if kind and not row.target:
        row.target, row.target_at, row.target_left = kind, None if at is None else instant(at), left
        act.session.add(row)
