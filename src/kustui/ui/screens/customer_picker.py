"""Which customer is meant, by a name, an address or a company that is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from kustui.core.records import Customer
from kustui.core.text import one_line
from kustui.ui.screens.menu import Choice, ChoiceLine
from kustui.ui.wrap import cells


class CustomerPicker(ModalScreen[Customer | None]):
    """Asks for a customer by a name, an address or a company that is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("down", "move(1)", "Down", show=False, priority=True),
    ]

    def __init__(self, title: str, find: Callable[[str], list[Customer]]) -> None:
        """`find` answers who is meant by what is typed, a few at most."""
        super().__init__()
        self._title, self._find = title, find
        self._there: list[Customer] = []
        self._at = 0

    def compose(self) -> ComposeResult:
        """The line, who is meant, how to end."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"), classes="dialog-title")
            yield Input(placeholder="a name, an address, a company", compact=True, classes="time-typed")
            yield Vertical(classes="dialog-choices")
            foot = "↑ ↓ choose · Enter takes · Esc leaves"
            yield Static(Content.styled(foot, "$foreground-muted"), classes="dialog-foot")

    def on_mount(self) -> None:
        """Write at once."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()
        self._offer("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what is typed."""
        event.stop()
        self._offer(event.value.strip())

    def _offer(self, words: str) -> None:
        self._there, self._at = self._find(words), 0
        column = max((cells(_named(each)) for each in self._there), default=0)
        holder = self.query_one(".dialog-choices", Vertical)
        holder.remove_children()
        holder.mount_all(
            ChoiceLine(Choice(str(each.id), "", _named(each), _told(each)), column) for each in self._there
        )
        if not self._there:
            holder.mount(
                Static(Content.styled("Nobody is called that, or writes from there", "$foreground-muted"))
            )
        self.call_after_refresh(self._mark)

    def _mark(self) -> None:
        for place, line in enumerate(self.query(ChoiceLine)):
            line.has_cursor = place == self._at
            if place == self._at:
                line.scroll_visible(animate=False)

    def action_move(self, delta: int) -> None:
        """Go on to another."""
        if self._there:
            self._at = (self._at + delta) % len(self._there)
            self._mark()

    def on_choice_line_clicked(self, event: ChoiceLine.Clicked) -> None:
        """A click takes."""
        event.stop()
        self.dismiss(next((each for each in self._there if str(each.id) == event.choice.name), None))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the one under the cursor."""
        event.stop()
        if self._there:
            self.dismiss(self._there[self._at])

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


def _named(customer: Customer) -> str:
    return one_line(f"#{customer.id} {customer.name}", 34)


def _told(customer: Customer) -> str:
    return one_line(
        ", ".join((*filter(None, (customer.company,)), *(a.shown for a in customer.addresses))), 60
    )
