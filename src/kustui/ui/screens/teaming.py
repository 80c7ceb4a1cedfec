"""The team on the desk's screen: whose a conversation is, who follows it, whether the agent is there."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_lowercase

from kustui.core.text import one_line
from kustui.ui import harmless
from kustui.ui.screens.selecting import Selecting


class Teaming(Selecting):
    """The acts that have to do with colleagues."""

    def action_assign(self) -> None:
        """Give the conversation to someone: a to you, 0 to nobody, a colleague, or a team's queue."""
        from kustui.ui.screens.menu import Choice, Menu

        aim = self.aim()
        if aim is None:
            return
        item = aim.item
        me = self.desk.agent.id
        there = [harmless.colleague(each) for each in self.safely(self.desk.colleagues.agents, [])]
        mine = next((each.words for each in there if each.id == me), "")
        lines = [Choice(f"agent {me}", "a", f"To me, {one_line(self.desk.agent.name)}", mine)]
        others = [each for each in there if each.id != me]
        for place, each in enumerate(others, 1):
            lines.append(
                Choice(
                    f"agent {each.id}", str(place) if place < 10 else "", one_line(each.name, 34), each.words
                )
            )
        teams = [harmless.team(each) for each in self.safely(self.desk.colleagues.teams, [])]
        letters = ascii_lowercase[1:].ljust(len(teams))
        for letter, team in zip(letters, teams, strict=False):
            lines.append(Choice(f"team {team.id}", letter.strip(), f"Team {team.name}", team.words))
        lines.append(Choice("nobody", "0", "To nobody", "of no team: back for anyone to take"))

        def chosen(name: str | None) -> None:
            kind, _, number = (name or "").partition(" ")
            if kind == "team":
                self.do(aim, lambda each: self.desk.triage.assign_team(each, int(number)), "Assigned")
            elif kind:
                agent = int(number) if kind == "agent" else None
                self.do(aim, lambda each: self.desk.triage.assign(each, agent), "Assigned")

        whose = [f"team {each.id}" for each in teams if each.name == item.team and not item.assignee]
        at = whose[0] if whose else f"agent {item.assignee_id or me}"
        self.app.push_screen(Menu(f"Assign {aim.words}", lines, chosen=at), chosen)

    def action_follow(self) -> None:
        """Follow the conversation, or follow it no more."""
        aim = self.aim()
        if aim is None:
            return
        following = self.desk.following
        me = self.desk.agent.id
        follows = all(me in [number for number, _ in item.followers] for item in aim.items)
        self.do(
            aim,
            following.unfollow if follows else following.follow,
            "Not followed" if follows else "Followed",
        )

    def action_inbox_order(self) -> None:
        """Put what is due first at the top of the inbox, or go back to priorities; it is kept."""
        held = self.safely(self.desk.words.preferences, None)
        if held is None:
            return
        item = replace(held, inbox="" if held.inbox else "target")
        words = "The inbox has what is due first at the top" if item.inbox else "The inbox goes by priority"
        self.act(lambda: replace(self.desk.preferences.keep(item), notice=words))

    def action_availability(self) -> None:
        """Say whether the agent is there, and is given work."""
        from kustui.core.team import AVAILABILITIES
        from kustui.ui.screens.menu import Choice, Menu

        me = self.safely(self.desk.colleagues.me, None)
        if me is None:
            return
        keys = zip("abwo", AVAILABILITIES.items(), strict=True)
        lines = [Choice(name, key, name.capitalize(), words) for key, (name, words) in keys]
        about = f"You have {me.load} of {me.capacity} open conversations; they stay with you."
        if not self.desk.routing:
            about += " Routing is off here; your colleagues see it."

        def chosen(name: str | None) -> None:
            if name is not None:
                self.act(lambda: self.desk.staffing.be(name))

        self.app.push_screen(Menu("Availability", lines, chosen=me.availability, about=about), chosen)
