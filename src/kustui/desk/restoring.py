"""Giving a conversation back the standing it had before an act that is undone (SPEC D5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kustui.clock import instant, milliseconds
from kustui.core.standing import Standing
from kustui.desk import moves
from kustui.store import tables
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
        restore(act, me, row, before, "took the message back")
        return
    waiting = before.get("waiting_since")
    if row.status == "open" and waiting is not None and row.waiting_since is None:
        row.waiting_since = instant(waiting)
        act.session.add(row)
