"""Making one of two conversations, or of two customers, on the desk's screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kustui.core.records import Conversation, Customer
from kustui.core.standing import BADGES
from kustui.core.text import one_line
from kustui.ui import harmless
from kustui.ui.screens.selecting import Selecting

if TYPE_CHECKING:
    from kustui.ui.screens.menu import Choice

SHOWN = 9
"""Customers that are offered at once."""


class Merging(Selecting):
    """Asks what becomes part of what; taking apart stands in the same dialogs."""

    def action_merge(self) -> None:
        """Make the conversation part of another of the customer's, or take out what is part of it."""
        from kustui.desk import merging
        from kustui.ui.screens.menu import Choice, Menu

        aim = self.aim()
        if aim is None:
            return
        item = aim.item
        if aim.several:
            others: Sequence[Conversation] = aim.items
        else:
            view = self.safely(lambda: self.desk.reads.timeline(item.customer_id), None)
            found = [] if view is None else [harmless.conversation(each) for each in view.conversations]
            others = [each for each in found if each.id != item.id]
        parts = [] if aim.several else self.safely(lambda: merging.parts(self.desk, item.id), [])
        lines = [self._line(place, each, None if aim.several else item) for place, each in enumerate(others)]
        lines += [
            Choice(f"out {each.id}", "", f"Take out #{each.id}", one_line(each.subject)) for each in parts
        ]
        if not lines:
            self.say(f"{item.customer} has no other conversation")
            return

        def chosen(name: str | None) -> None:
            kind, _, number = (name or "").partition(" ")
            if kind == "out":
                self.act(lambda: merging.unmerge(self.desk, int(number)))
            elif kind:
                into = int(number)
                away = [each.id for each in aim.items if each.id != into]
                if len(away) == 1:
                    self.act(lambda: merging.merge(self.desk, away[0], into))
                else:
                    self.do_all(away, lambda each: merging.merge(self.desk, each, into), "Merged")

        named = "" if aim.several else f" {one_line(item.subject or item.excerpt, 40)}"
        title = f"Merge {aim.words}{named} into"
        about = "Messages and drafts go along. The other one keeps its number and its history."
        self.app.push_screen(Menu(title, lines, about=about), chosen)

    def _line(self, place: int, each: Conversation, away: Conversation | None) -> Choice:
        from kustui.ui.screens.menu import Choice
        from kustui.ui.screens.places import digit

        reason = ""
        if away is not None and away.channel not in (each.channel, "note"):
            reason = f"{each.channel}: an answer in #{away.id} would go the wrong way"
        word = BADGES[each.status][1].lower()
        count = f"{each.messages:,} message{'s' * (each.messages != 1)}"
        return Choice(
            f"into {each.id}",
            digit(place),
            f"#{each.id} {one_line(each.subject or each.excerpt, 30)}",
            f"{each.channel}, {word}, {count}",
            reason,
        )

    def action_merge_customer(self) -> None:
        """Make the customer part of another, or take out who is part of them."""
        rows, number = self.selected(), self.target_customer()
        if rows is not None and len({each.customer_id for each in rows.picked()}) > 1:
            self.say(f"Customers are merged one at a time; {self.key('select.none')} selects nothing")
        elif number is None:
            self.say("Open a customer first")
        else:
            self.merge_customer(number)

    def merge_customer(self, customer_id: int) -> None:
        """Ask what other customer that one is."""
        from kustui.desk import uniting
        from kustui.ui.screens.menu import Choice, Menu
        from kustui.ui.screens.places import digit

        away = self.safely(lambda: self.desk.reads.customer(customer_id), None)
        if away is None:
            return
        parts = self.safely(lambda: uniting.parts(self.desk, away.id), [])
        if not parts:
            self._ask_customer(harmless.customer(away))
            return
        lines = [Choice("another", "m", "Merge with another customer")]
        lines += [
            Choice(str(each.id), digit(place), f"Take out #{each.id}", one_line(each.name))
            for place, each in enumerate(parts)
        ]

        def chosen(name: str | None) -> None:
            if name == "another":
                self._ask_customer(harmless.customer(away))
            elif name:
                self.act(lambda: uniting.unmerge(self.desk, int(name)))

        self.app.push_screen(Menu(f"Merge {one_line(away.name)}", lines), chosen)

    def _ask_customer(self, away: Customer) -> None:
        from kustui.desk import uniting
        from kustui.ui.screens.customer_picker import CustomerPicker
        from kustui.ui.screens.dialogs import confirm

        def found(words: str) -> list[Customer]:
            there = self.safely(lambda: self.desk.reads.customers(words, SHOWN + 1), [])
            return [harmless.customer(each) for each in there if each.id != away.id][:SHOWN]

        def chosen(into: Customer | None) -> None:
            if into is None:
                return

            def answered(answer: str | None) -> None:
                if answer == "yes":
                    self.act(lambda: uniting.merge(self.desk, away.id, into.id))

            about = (
                f"All conversations, addresses and drafts of {away.name} (#{away.id}) are {into.name}'s "
                f"then. {into.name}'s own name and attributes win. {self.key('undo')} takes it back."
            )
            question = f"Merge {away.name} into {into.name} (#{into.id})?"
            self.app.push_screen(confirm(question, "Merge", "No", about), answered)

        self.app.push_screen(CustomerPicker(f"Merge {away.name} (#{away.id}) into", found), chosen)
