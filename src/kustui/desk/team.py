"""Setting a workspace up and signing agents in."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from kustui.core.records import Agent
from kustui.core.text import one_line
from kustui.store import tables
from kustui.store.queries import people
from kustui.store.store import Store
from kustui.store.writing import Writing

SNOOZE_CHOICES = (
    ("2", "2 hours from now", "duration", "120"),
    ("t", "Tomorrow 9:00", "wall clock", "tomorrow 09:00"),
    ("m", "Next week, Monday 9:00", "wall clock", "monday 09:00"),
    ("c", "Custom date and time", "custom", ""),
    ("r", "Until the customer replies", "until reply", ""),
)
"""The snooze dialog of a new workspace: key, label, kind, value (SPEC B3)."""


def set_up(store: Store, name: str) -> None:
    """Write a new workspace's own row and its snooze choices; an older one stays as it is."""
    with store.reading() as reader:
        if people.workspace(reader) is not None:
            return
    with store.writing() as act:
        if people.workspace(act.ask()) is not None:
            return
        act.session.add(
            tables.Workspace(
                uuid=str(UUID(hex=store.token(16))),
                name=one_line(name, 80),
                **store.here()._asdict(),
                created_at=act.now,
            )
        )
        for position, (key, label, kind, value) in enumerate(SNOOZE_CHOICES):
            act.session.add(
                tables.SnoozeChoice(key=key, label=label, kind=kind, value=value, position=position)
            )
        act.record("workspace.made", "kustui", name)


def sign_in(store: Store, login: str, name: str = "", email: str = "", zone: str = "") -> Agent:
    """The agent of that login, made at the first sign-in; what is said of them anew is written."""
    with store.writing() as act:
        found = people.agent_by_login(act.ask(), login)
        if found is not None:
            return _retold(act, found, name=one_line(name, 80), email=email, zone=zone)
        row = act.add(
            tables.Agent(
                login=one_line(login, 80),
                name=one_line(name or login, 80),
                email=email,
                zone=zone,
                created_at=act.now,
            )
        )
        act.record("agent.joined", row, "joined the workspace")
        return Agent(row.id or 0, row.login, row.name, row.email, row.zone, row.language)


def _retold(act: Writing, agent: Agent, **said: str) -> Agent:
    anew = {key: value for key, value in said.items() if value and value != getattr(agent, key)}
    if not anew:
        return agent
    row = act.get(tables.Agent, agent.id, "agent")
    for key, value in anew.items():
        setattr(row, key, value)
    act.session.add(row)
    before = {key: getattr(agent, key) for key in anew}
    act.record("agent.changed", row, "changed who they are", before=before, after=anew)
    return replace(agent, name=row.name, email=row.email, zone=row.zone)
