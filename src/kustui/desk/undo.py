"""Taking back the agent's last act: a discard, a send that has not begun, a change of status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kustui.clock import instant
from kustui.core.records import Changed
from kustui.core.together import Together, summed
from kustui.desk import assigning, marking, merging, uniting
from kustui.desk.bulk import attempted
from kustui.desk.restoring import restore, stands, unanswered
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import history
from kustui.store.queries import merging as asking
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
TAGGINGS = ("conversation.retagged", "conversation.prioritised")
FOLLOWINGS = ("conversation.followed", "conversation.unfollowed")
UNDOABLE = (
    *MOVES,
    "conversation.assigned",
    *TAGGINGS,
    *FOLLOWINGS,
    "conversation.merged",
    "customer.merged",
    "customer.read",
    "customer.closed",
    "draft.discarded",
    "message.queued",
    "message.discarded",
    "message.rescheduled",
    "note.posted",
)


class Undo:
    """Undoes the last act of this agent that can be undone, across restarts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def last(self) -> Changed:
        """Take the last act back; raises Refused, saying why, when there is none or it is too late.

        Of one that was done to several, all that have not changed since are taken back.
        """
        with self._desk.store.writing() as act:
            me = act.get(tables.Agent, self._desk.agent.id, "agent")
            lines = history.last_undoable(act.ask(), me.id or 0, UNDOABLE)
            if not lines:
                raise Refused("Nothing to undo", "You have done nothing yet that can be taken back.")
            if len(lines) == 1:
                return self._undone(act, me, lines[0])
            # What was merged into the same one is taken apart from the last on, as it was put together.
            about = {line[3] or line[2]: line for line in reversed(lines)}
            ones = attempted(act, about, lambda number: self._undone(act, me, about[number], alone=False))
            noun = "conversation" if lines[0][3] else "customer"
            changed = Together(ones, summed("Undone", ones[::-1], noun)).changed()
            act.record("undone", me, changed.notice, after={"history_id": lines[0][0]})
            return changed

    def _undone(
        self, act: Writing, me: tables.Agent, line: tuple[Any, ...], *, alone: bool = True
    ) -> Changed:
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
            notice = self._message(act, me, message_id, before, after)
        elif name in ("message.discarded", "message.rescheduled"):
            notice = self._desk.dispatch.undo(act, name, before, after)
        elif name == "conversation.assigned":
            row = act.get(tables.Conversation, conversation_id, "conversation")
            notice = assigning.undo(act, row, before, after)
        elif name in FOLLOWINGS:
            notice = self._desk.following.undo(act, name, conversation_id)
        elif name in TAGGINGS:
            row = act.get(tables.Conversation, conversation_id, "conversation")
            notice = self._desk.tagging.undo(act, name, row, before, after)
        elif name == "conversation.merged":
            notice = merging.separate(self._desk, act, me, conversation_id, before, after)
        elif name == "customer.read":
            notice = marking.undo(act, customer_id, before)
        elif name == "customer.merged":
            notice = uniting.separate(self._desk, act, me, customer_id, before, after)
        elif name == "customer.closed":
            notice = self._closed(act, customer_id, before)
        else:
            notice = self._status(act, me, conversation_id, before, after)
        # Whose it was then may be part of another by now.
        customer_id = asking.now_part_of(act.ask(), "customer", customer_id)
        if alone:
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

    def _closed(self, act: Writing, customer_id: int, before: dict[str, Any]) -> str:
        me = self._desk.agent.id
        customer = act.get(tables.Customer, customer_id, "customer")
        hidden = act.session.get(tables.Hidden, (me, customer_id))
        if hidden is not None:
            act.session.delete(hidden)
        opened = before.get("opened_at")
        if opened is not None and act.session.get(tables.Viewing, (me, customer_id)) is None:
            act.session.add(tables.Viewing(agent_id=me, customer_id=customer_id, opened_at=instant(opened)))
        return f"Undone; {customer.name} is in the sidebar again"

    def _message(
        self,
        act: Writing,
        me: tables.Agent,
        message_id: int,
        before: dict[str, Any],
        after: dict[str, Any],
    ) -> str:
        draft = self._desk.dispatch.back_to_draft(act, message_id)
        if draft.conversation_id is None:
            return "Taken back; it is a draft again"
        # It may have been merged into another since.
        row = act.get(tables.Conversation, draft.conversation_id, "conversation")
        unanswered(act, me, row, before, after)
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
        if not stands(row, after):
            raise Refused("Too late to undo", f"#{row.id} has been changed since; it is {row.status} now.")
        restore(act, me, row, before, "undid that")
        return f"Undone; #{row.id} is {row.status} again"
