"""Taking back the agent's last act: a discard, a send that has not begun, a change of status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kustui.clock import instant
from kustui.core.records import Changed
from kustui.core.standing import Standing
from kustui.desk import moves
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import history
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

MOVES = (
    "conversation.snoozed",
    "conversation.done",
    "conversation.reopened",
    "snooze.removed",
    "conversation.refined",
)
UNDOABLE = (*MOVES, "draft.discarded", "message.queued", "note.posted")


class Undo:
    """Undoes the last act of this agent that can be undone, across restarts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def last(self) -> Changed:
        """Take the last act back; raises Refused, saying why, when there is none or it is too late."""
        with self._desk.store.writing() as act:
            me = act.get(tables.Agent, self._desk.agent.id, "agent")
            line = history.last_undoable(act.ask(), me.id or 0, UNDOABLE)
            if line is None:
                raise Refused("Nothing to undo", "You have done nothing yet that can be taken back.")
            number, name, customer_id, conversation_id, message_id = line[:5]
            before, after = json.loads(line[5]), json.loads(line[6])
            if name == "draft.discarded":
                draft = self._desk.drafts.bring_back(act, after["draft_id"])
                customer_id, conversation_id, notice = (
                    draft.customer_id,
                    draft.conversation_id,
                    "The draft is back",
                )
            elif name == "note.posted":
                raise Refused("A note stays", "What the team has been told cannot be taken back.")
            elif name == "message.queued":
                notice = self._message(act, me, message_id, conversation_id, before)
            else:
                notice = self._status(act, me, conversation_id, before, after)
            act.record(
                "undone",
                me,
                notice,
                customer_id=customer_id,
                conversation_id=conversation_id,
                message_id=message_id,
                after={"history_id": number},
            )
            conversations = frozenset({conversation_id}) if conversation_id else frozenset()
            return Changed(frozenset({customer_id}), conversations, notice, conversation_id, customer_id)

    def _message(
        self, act: Writing, me: tables.Agent, message_id: int, conversation_id: int, before: dict[str, Any]
    ) -> str:
        draft = self._desk.replies.take_back(act, message_id)
        if draft.conversation_id is not None:
            row = act.get(tables.Conversation, conversation_id, "conversation")
            self._restore(act, me, row, before, "took the message back")
        return "Taken back; it is a draft again"

    def _status(
        self,
        act: Writing,
        me: tables.Agent,
        conversation_id: int,
        before: dict[str, Any],
        after: dict[str, Any],
    ) -> str:
        row = act.get(tables.Conversation, conversation_id, "conversation")
        if row.status != after["status"] or row.snooze_id != after["snooze_id"]:
            raise Refused("Too late to undo", f"#{row.id} has been changed since; it is {row.status} now.")
        self._restore(act, me, row, before, "undid that")
        return f"Undone; #{row.id} is {row.status} again"

    def _restore(
        self, act: Writing, me: tables.Agent, row: tables.Conversation, before: dict[str, Any], words: str
    ) -> None:
        until, waiting = before["snoozed_until"], before["waiting_since"]
        to = Standing(
            before["status"],
            before["sub_status_id"],
            None if waiting is None else instant(waiting),
            None if until is None else instant(until),
        )
        again = None
        if (
            to.status == "snoozed"
            and before["snooze_id"] is not None
            and before["snooze_id"] != row.snooze_id
        ):
            old = act.get(tables.Snooze, before["snooze_id"], "snooze")
            again = tables.Snooze(
                conversation_id=row.id or 0,
                agent_id=old.agent_id,
                kind=old.kind,
                label=old.label,
                until=old.until,
                keep_on_reply=old.keep_on_reply,
                created_at=act.now,
            )
        moves.move(
            act,
            row,
            to,
            name="act.undone",
            actor=me,
            words=words,
            snooze=again,
            ended_by="undone",
            stirs=True,
        )
