"""Telling agents what they should know: a notification, written by the act it is about (SPEC B7, D9)."""

from __future__ import annotations

from kustui.core.mentions import mentioned
from kustui.core.text import excerpt, one_line
from kustui.store import tables
from kustui.store.queries import outgoing, people
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
    if told:
        customer = act.get(tables.Customer, note.customer_id, "customer").name
        text = f"{me.name} named you in #{note.conversation_id} ({customer}): {excerpt(note.body)}"
        for agent in told:
            token = f"mentioned:{note.id}:{agent.id}"
            tell(act, agent.id, "mentioned", text, token, note.conversation_id)
    names = ", ".join(agent.name for agent in told)
    said = f", and {names} {'is' if len(told) == 1 else 'are'} told" if told else ""
    return said + (f"; nobody is called {', '.join(f'@{name}' for name in nobody)}" if nobody else "")
