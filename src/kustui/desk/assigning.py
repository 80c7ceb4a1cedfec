"""Whose a conversation is: an agent's, a team's, or anyone's to take (SPEC E1)."""

from __future__ import annotations

from typing import Any

from kustui.clock import milliseconds
from kustui.desk import moves
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import staff
from kustui.store.writing import Writing


def assign(act: Writing, me: tables.Agent, row: tables.Conversation, agent_id: int | None) -> str:
    """Inside an act: it is that agent's, and of the team that it was of; with None it is of nobody and of
    no team. Answers what happened in words.
    """
    if agent_id is None:
        _put(act, me, row, None, None, "put it back for anyone to take")
        return "Assigned to nobody"
    to = act.get(tables.Agent, agent_id, "agent")
    _put(act, me, row, agent_id, row.team_id, f"assigned it to {to.name}")
    staff.given(act.ask(), agent_id, milliseconds(act.now))
    return f"Assigned to {to.name}"


def assign_team(act: Writing, me: tables.Agent, row: tables.Conversation, team_id: int) -> str:
    """Inside an act: it stands in that team's queue, and is nobody's; answers what happened in words."""
    team = act.get(tables.Team, team_id, "team")
    _put(act, me, row, None, team_id, f"assigned it to the team {team.name}")
    return f"Assigned to the team {team.name}"


def undo(act: Writing, row: tables.Conversation, before: dict[str, Any], after: dict[str, Any]) -> str:
    """Inside an act: it is whose it was; raises Refused when it has been given to somebody else since."""
    held = {"assignee_id": row.assignee_id, "team_id": row.team_id}
    # A line of before there were teams says nothing of them.
    if any(held[name] != value for name, value in after.items()):
        raise Refused("Too late to undo", f"#{row.id} has been given to somebody else since.")
    row.assignee_id = before["assignee_id"]
    row.team_id = before.get("team_id", row.team_id)
    act.session.add(row)
    act.touch(row.customer_id)
    return f"Undone; #{row.id} is assigned as before"


def _put(
    act: Writing,
    me: tables.Agent,
    row: tables.Conversation,
    agent_id: int | None,
    team_id: int | None,
    words: str,
) -> None:
    before = {"assignee_id": row.assignee_id, "team_id": row.team_id}
    row.assignee_id, row.team_id = agent_id, team_id
    moves.stir(row, act.now)
    act.session.add(row)
    act.touch(row.customer_id)
    act.record(
        "conversation.assigned",
        me,
        words,
        on_timeline=True,
        customer_id=row.customer_id,
        conversation_id=row.id,
        before=before,
        after={"assignee_id": agent_id, "team_id": team_id},
    )
