"""Who is there and how much they take, and who is in which team."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kustui.core import team
from kustui.core.records import Changed
from kustui.core.text import one_line
from kustui.desk import routing as routes
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import people, staff
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

NAME_LIMIT = 40
"""Characters a team's name has at most."""


class Staffing:
    """The acts on agents and teams, each one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def be(self, state: str) -> Changed:
        """Be available, busy, away or offline; what one has stays with one. Raises Refused for another."""
        return self.change(self._desk.agent.id, availability=state)

    def change(
        self, agent_id: int, *, availability: str | None = None, capacity: int | None = None
    ) -> Changed:
        """Set an agent's availability, and how many open conversations routing gives them (0: as many as
        the workspace says); None leaves one as it is. Raises Refused for what cannot be.
        """
        said: dict[str, object] = {}
        if availability is not None:
            said["availability"] = team.availability(availability)
        if capacity is not None:
            said["capacity"] = team.capacity(capacity)
        with self._desk.store.writing() as act:
            row = act.get(tables.Agent, agent_id, "agent")
            before = {name: getattr(row, name) for name in said}
            who = "You are" if agent_id == self._desk.agent.id else f"{row.name} is"
            if before == said:
                return Changed(notice=f"{_told(who, row, 0, [], routing=False)}, as before")
            for name, value in said.items():
                setattr(row, name, value)
            act.session.add(row)
            words = f"{row.name}: " + ", ".join(f"{name} {value}" for name, value in said.items())
            act.record("agent.availability", self._me(act), words, before=before, after=said)
            given = routes.give(act, self._desk.queues)
            mine = staff.load(act.ask(), agent_id)
            return Changed(notice=_told(who, row, mine, given, routing=self._desk.routing))

    # -- teams ---------------------------------------------------------------------

    def add_team(self, name: str) -> Changed:
        """Make a team, with nobody in it; raises Refused for a name that is taken, or none."""
        with self._desk.store.writing() as act:
            row = act.add(tables.Team(name=_free(act, name)))
            act.record("team.added", self._me(act), f"made the team {row.name}", after={"name": row.name})
            return Changed(notice=f"There is a team {row.name}")

    def rename_team(self, team_id: int, name: str) -> Changed:
        """Give a team another name; raises Refused for one that is taken, or none."""
        with self._desk.store.writing() as act:
            row = act.get(tables.Team, team_id, "team")
            before, row.name = row.name, _free(act, name, team_id)
            act.session.add(row)
            words = f"renamed the team {before} to {row.name}"
            act.record(
                "team.renamed", self._me(act), words, before={"name": before}, after={"name": row.name}
            )
            return Changed(notice=f"The team {before} is called {row.name}")

    def change_members(self, team_id: int, add: Iterable[int], remove: Iterable[int]) -> Changed:
        """Put agents into a team, and take others out; who is in it or out of it already stays so."""
        with self._desk.store.writing() as act:
            row = act.get(tables.Team, team_id, "team")
            names = {agent.id: agent.name for agent in people.agents(act.ask())}
            joined = [names[each] for each in add if staff.join(act.ask(), team_id, each)]
            left = [names[each] for each in remove if staff.leave(act.ask(), team_id, each)]
            if not joined and not left:
                return Changed(notice=f"The members of {row.name} are as they were")
            parts = [f"{', '.join(who)} {word}" for who, word in ((joined, "joined"), (left, "left")) if who]
            words = f"{' and '.join(parts)} the team {row.name}"
            after = {"team": row.name, "joined": joined, "left": left}
            act.record("team.members", self._me(act), words, after=after)
            routes.give(act, self._desk.queues)
            return Changed(notice=words)

    def _me(self, act: Writing) -> tables.Agent:
        return act.get(tables.Agent, self._desk.agent.id, "agent")


def _free(act: Writing, name: str, own: int = 0) -> str:
    found = one_line(name, NAME_LIMIT + 1)
    if not found or len(found) > NAME_LIMIT or found.lower() in ("none", "mine"):
        raise Refused(
            "No name for a team", f"{found!r}: 1 to {NAME_LIMIT} characters; none and mine mean else."
        )
    if staff.team_names(act.ask()).get(found.lower(), own) != own:
        raise Refused("That team is there", f"There is a team {found} already.")
    return found


def _told(who: str, row: tables.Agent, mine: int, given: list[str], *, routing: bool) -> str:
    said = f"{who} {row.availability}"
    if row.capacity:
        said += f", for up to {row.capacity} open conversations"
    if row.availability in team.GONE and mine:
        keeps = "conversation stays" if mine == 1 else "conversations stay"
        whose = "you" if who == "You are" else "them"
        said += f"; {mine} open {keeps} with {whose}"
        said += f", and nothing more is routed to {whose}" if routing else ""
    return said + (f"; {len(given)} routed" if given else "")
