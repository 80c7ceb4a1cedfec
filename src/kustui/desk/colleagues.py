"""Looking at the team: agents with what they have, and teams. No act, no ORM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.core.team import Colleague, Team
from kustui.errors import Refused
from kustui.store.queries import staff

if TYPE_CHECKING:
    from kustui.desk import Desk


class Colleagues:
    """The team as one agent sees it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def agents(self) -> list[Colleague]:
        """Everyone, by name."""
        with self._desk.store.reading() as reader:
            return staff.colleagues(reader, self._desk.queues.capacity)

    def me(self) -> Colleague:
        """The agent at this desk."""
        return next(each for each in self.agents() if each.id == self._desk.agent.id)

    def agent(self, login: str) -> Colleague:
        """The agent of that login, or "me"; raises Refused, naming those there are."""
        there = self.agents()
        if login == "me":
            return self.me()
        found = next((each for each in there if each.login == login), None)
        if found is None:
            logins = ", ".join(sorted(each.login for each in there))
            raise Refused("No such agent", f"{login!r} is nobody's login; there are {logins}; or say me.")
        return found

    def teams(self) -> list[Team]:
        """Every team, by name."""
        with self._desk.store.reading() as reader:
            return staff.teams(reader)

    def team(self, name: str) -> Team:
        """The team of that name, whatever its letter case; raises Refused, naming those there are."""
        there = self.teams()
        found = next((each for each in there if each.name.lower() == name.strip().lower()), None)
        if found is None:
            names = ", ".join(each.name for each in there)
            raise Refused(
                "No such team",
                f"{name!r}: there are {names}."
                if names
                else "There is none; kustui team add NAME makes one.",
            )
        return found
