"""A small menu: a key a line, what each does, and why some cannot be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from kustui.ui.wrap import cells, fit


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu. With a `reason` it is shown and cannot be chosen."""

    name: str
    key: str
    label: str
    detail: str = ""
    reason: str = ""


class ChoiceLine(Static):
    """One line on the screen."""

    ALLOW_SELECT = False

    class Clicked(Message):
        """The line was clicked."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, choice: Choice, width: int = 0) -> None:
        """`width` is what labels are filled up to, so that details stand in a column."""
        super().__init__(self.words(choice, width))
        self.choice = choice

    @staticmethod
    def words(choice: Choice, width: int) -> Content:
        """The line's text."""
        label = (
            fit(choice.label, max(width, cells(choice.label)))
            if choice.detail or choice.reason
            else choice.label
        )
        faint = "$foreground-muted"
        if choice.reason:
            return Content.assemble(
                (f" {choice.key:<2} ", faint), (label, faint), (f"   {choice.reason}", faint)
            )
        return Content.assemble(
            (f" {choice.key:<2} ", "bold $accent"),
            label,
            (f"   {choice.detail}" if choice.detail else "", faint),
        )

    def on_click(self) -> None:
        """A click chooses."""
        self.post_message(self.Clicked(self.choice))


def choice_lines(choices: Sequence[Choice]) -> list[ChoiceLine]:
    """The lines of some choices, their details in one column."""
    width = max((cells(choice.label) for choice in choices), default=0)
    return [ChoiceLine(choice, width) for choice in choices]


class Menu(ModalScreen[str | None]):
    """Answers the name of the choice, or None when it was left.

    A choice's key chooses it at once; the arrows and Enter do as well.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    def __init__(
        self, title: str, choices: Sequence[Choice], *, chosen: str = "", about: str = "", foot: str = ""
    ) -> None:
        """`chosen` names the line the cursor begins on; `about` stands under the title, `foot` below."""
        super().__init__()
        self._title = title
        self._about = about
        self._foot = foot
        self.choices = tuple(choices)
        open_ones = [i for i, choice in enumerate(self.choices) if not choice.reason]
        named = [i for i in open_ones if self.choices[i].name == chosen]
        self._at = (named or open_ones or [0])[0]

    def compose(self) -> ComposeResult:
        """Title, lines, foot."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"), classes="dialog-title")
            if self._about:
                yield Static(Content(self._about), classes="dialog-about")
            yield from choice_lines(self.choices)
            yield from self.compose_more()
            foot = self._foot or "Enter chooses · Esc leaves"
            yield Static(Content.styled(foot, "$foreground-muted"), classes="dialog-foot")

    def compose_more(self) -> ComposeResult:
        """What a kind of menu adds below its lines."""
        yield from ()

    def on_mount(self) -> None:
        """Show where the cursor is."""
        self._mark()

    def on_key(self, event: events.Key) -> None:
        """A choice's key chooses it."""
        typed = event.character if event.character and event.is_printable else ""
        for choice in self.choices:
            if typed and choice.key == typed:
                event.stop()
                self.choose(choice)
                return

    def on_choice_line_clicked(self, event: ChoiceLine.Clicked) -> None:
        """A click chooses."""
        event.stop()
        self.choose(event.choice)

    def choose(self, choice: Choice) -> None:
        """Answer a choice; one that cannot be chosen says why and stays."""
        if choice.reason:
            self.notify(f"{choice.label}: {choice.reason}", markup=False, severity="warning")
            return
        self.dismiss(choice.name)

    def action_move(self, delta: int) -> None:
        """Move the cursor to the next line that can be chosen."""
        open_ones = [i for i, choice in enumerate(self.choices) if not choice.reason]
        if open_ones:
            place = open_ones.index(self._at) if self._at in open_ones else 0
            self._at = open_ones[(place + delta) % len(open_ones)]
            self._mark()

    def action_choose(self) -> None:
        """Choose the line under the cursor."""
        if self.choices:
            self.choose(self.choices[self._at])

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)

    def _mark(self) -> None:
        for i, line in enumerate(self.query(ChoiceLine)):
            line.set_class(i == self._at, "-cursor")
