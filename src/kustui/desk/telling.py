"""Telling agents what they should know: a notification, written by the act it is about (SPEC B7, D9)."""

from __future__ import annotations

from kustui.core.mentions import mentioned
from kustui.core.records import Agent
from kustui.core.text import excerpt, one_line
from kustui.store import tables
from kustui.store.queries import outgoing, people, staff
from kustui.store.writing import Writing


def tell(
    act: Writing, agent_id: int | None, kind: str, text: str, token: str, conversation_id: int | None = None
) -> bool:
    """Inside an act: notify an agent once for each `token`; False when there is nobody to tell, or it
    has been told.
    """
    if agent_id is None or outgoing.told(act.ask(), token):
        return False
    act.session.add(
        tables.Notification(
            agent_id=agent_id,
            kind=kind,
            text=one_line(text, 300),
            conversation_id=conversation_id,
            token=token,
            at=act.now,
        )
    )
    return True


def tell_named(act: Writing, me: tables.Agent, note: tables.Message) -> str:
    """Inside an act: tell the colleagues that a note names; answers what is said of that to its writer."""
    if "@" not in note.body:
        return ""
    named, nobody = mentioned(note.body, people.agents(act.ask()))
    told = [agent for agent in named if agent.id != me.id]
    for agent in told:
        _follows_by_name(act, me, note, agent)
    if told:
        customer = act.get(tables.Customer, note.customer_id, "customer").name
        text = f"{me.name} named you in #{note.conversation_id} ({customer}): {excerpt(note.body)}"
        for agent in told:
            token = f"mentioned:{note.id}:{agent.id}"
            tell(act, agent.id, "mentioned", text, token, note.conversation_id)
    names = ", ".join(agent.name for agent in told)
    said = f", and {names} {'is' if len(told) == 1 else 'are'} told" if told else ""
    return said + (f"; nobody is called {', '.join(f'@{name}' for name in nobody)}" if nobody else "")


def tell_followers(
    act: Writing, row: tables.Conversation, cause: str, words: str, besides: int | None = None
) -> None:
    """Inside an act: tell who follows a conversation what happened in it, once for each `cause`; who did it
    (`besides`) knows.
    """
    for agent_id in staff.followers(act.glance(), row.id or 0):
        if agent_id != besides:
            tell(act, agent_id, "followed", words, f"followed:{cause}:{agent_id}", row.id)


def _follows_by_name(act: Writing, me: tables.Agent, note: tables.Message, agent: Agent) -> None:
    if staff.follow(act.ask(), note.conversation_id, agent.id):
        act.record(
            "follower.named",
            me,
            f"named {agent.name}, who follows it now",
            customer_id=note.customer_id,
            conversation_id=note.conversation_id,
            message_id=note.id,
            after={"follower": agent.id},
        )
