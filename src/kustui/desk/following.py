"""Following conversations that are somebody else's (SPEC G4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.core.records import Changed
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import staff
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk


class Following:
    """Who hears of a conversation: when the customer writes, when a colleague resolves or re-opens it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def follow(self, conversation_id: int) -> Changed:
        """Follow a conversation; raises Refused when the agent does already."""
        return self._turn(conversation_id, follow=True)

    def unfollow(self, conversation_id: int) -> Changed:
        """Follow a conversation no more; raises Refused when the agent does not."""
        return self._turn(conversation_id, follow=False)

    def undo(self, act: Writing, name: str, conversation_id: int) -> str:
        """Inside an act: the agent follows as before, or not; raises Refused when it is so already."""
        before = name == "conversation.unfollowed"
        turn = staff.follow if before else staff.unfollow
        if not turn(act.ask(), conversation_id, self._desk.agent.id):
            raise Refused("Undone already", f"Whether you follow #{conversation_id} has been changed since.")
        return f"Undone; you {'follow' if before else 'do not follow'} #{conversation_id}"

    def _turn(self, conversation_id: int, *, follow: bool) -> Changed:
        with self._desk.store.writing() as act:
            row = act.get(tables.Conversation, conversation_id, "conversation")
            turn = staff.follow if follow else staff.unfollow
            if not turn(act.ask(), conversation_id, self._desk.agent.id):
                words = "follow it already" if follow else "do not follow it"
                raise Refused("Nothing changed", f"#{row.id}: you {words}.")
            act.record(
                "conversation.followed" if follow else "conversation.unfollowed",
                act.get(tables.Agent, self._desk.agent.id, "agent"),
                "follows it" if follow else "follows it no more",
                customer_id=row.customer_id,
                conversation_id=row.id,
                before={"follows": not follow},
                after={"follows": follow},
            )
            notice = f"You follow #{row.id} {row.subject or row.excerpt}"
            if not follow:
                notice = f"You do not follow #{row.id} any more"
            return Changed(
                frozenset({row.customer_id}),
                frozenset({conversation_id}),
                notice[:160],
                conversation_id,
                row.customer_id,
            )
