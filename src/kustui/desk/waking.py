"""Ending snoozes whose time has come: each once, in one transaction with all that it means (SPEC B7, B9)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kustui.clock import milliseconds
from kustui.core import standing, when
from kustui.desk import moves, routing
from kustui.desk.telling import tell
from kustui.store import tables
from kustui.store.queries import outbox as asking
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

AT_ONCE = 20
"""Snoozes that one transaction ends."""


def wake_due(desk: Desk) -> list[str]:
    """End every snooze that has run out, in due order; answers the names of what is open again."""
    opened: list[str] = []
    while True:
        with desk.store.writing() as act:
            due = asking.snoozes_due(act.ask(), milliseconds(act.now), AT_ONCE)
            for snooze_id, conversation_id in due:
                opened += _wake(desk, act, snooze_id, conversation_id)
        if len(due) < AT_ONCE:
            return opened


def _wake(desk: Desk, act: Writing, snooze_id: int, conversation_id: int) -> list[str]:
    snooze = act.get(tables.Snooze, snooze_id, "snooze")
    row = act.get(tables.Conversation, conversation_id, "conversation")
    if row.snooze_id != snooze_id or row.status != "snoozed":
        moves.end_snooze(act, snooze_id, "status")
        return []
    name = f"#{row.id} {row.subject or row.excerpt}"
    moves.move(
        act,
        row,
        standing.wake(act.now),
        name="conversation.woke",
        actor="kustui",
        words="re-opened it: the snooze is over",
        ended_by="time",
        stirs=True,
    )
    # Who snoozed it, and whose it is if another.
    for agent_id in sorted({agent for agent in (snooze.agent_id, row.assignee_id) if agent is not None}):
        token = f"snooze:{snooze_id}:{agent_id}"
        if tell(act, agent_id, "woke", f"{name} is open again: the snooze is over", token, row.id):
            _mail(desk, act, agent_id, row, snooze)
    routing.released(act, row, desk.queues)
    return [name]


def _mail(desk: Desk, act: Writing, agent_id: int, row: tables.Conversation, snooze: tables.Snooze) -> None:
    """Queue the mail to an agent that a snooze is over, where mail travels and the agent has an address."""
    agent = act.get(tables.Agent, agent_id, "agent")
    if not agent.email or not desk.post.carries("email"):
        return
    customer = act.get(tables.Customer, row.customer_id, "customer")
    zone = when.zone(agent.zone, desk.server_zone)
    since = f"{when.absolute(snooze.created_at, zone, act.now)} {when.zone_name(zone, snooze.created_at)}"
    text = (
        f"The snooze of #{row.id} is over, and it is open again.\n\n"
        f"{customer.name}: {row.subject or row.excerpt}\n"
        f"Snoozed on {since}{f': {snooze.label}' if snooze.label else ''}.\n"
    )
    payload = {
        "to": agent.email,
        "name": agent.name,
        "subject": f"#{row.id} is open again: {row.subject or row.excerpt}"[:200],
        "text": text,
        "message_id": f"{desk.store.token(16)}@kustui.invalid",
    }
    act.add(
        tables.Outbox(
            kind="notice",
            agent_id=agent_id,
            conversation_id=row.id,
            channel="email",
            payload=json.dumps(payload, ensure_ascii=False),
            due_at=act.now,
            created_at=act.now,
        )
    )
