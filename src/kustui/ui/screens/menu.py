"""A small menu: a key a line, what each does, and why some cannot be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from kustui.ui.wrap import cells, fit, wrap

Answer = TypeVar("Answer")

GAP = 3
KEY_WIDTH = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a menu. With a `reason` it is shown and cannot be chosen."""

    name: str
    key: str
    label: str
    detail: str = ""
    reason: str = ""


class ChoiceLine(Widget):
    """One choice on the screen: its key, its label, and what it does in a column of its own."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choiceline--cursor"}

    has_cursor: reactive[bool] = reactive(False)
    """Whether Enter chooses it."""

    class Clicked(Message):
        """The line was clicked."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, choice: Choice, column: int = 0) -> None:
        """`column` is what labels are filled up to, so that details stand in a column."""
        super().__init__()
        self.choice = choice
        self._column = max(column, cells(choice.label))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as the detail takes."""
        return len(self._lines(width))

    def render(self) -> Content:
        """The choice, its detail wrapped into its column; the cursor lies under key and label only, so that
        what it does stands still when the cursor moves.
        """
        first, *more = self._lines(self.size.width)
        if self.has_cursor:
            ground = Style(background=self.get_visual_style("choiceline--cursor").background)
            room = min(KEY_WIDTH + self._column, self.size.width)
            first = first.pad_right(max(0, room - first.cell_length)).stylize(ground, 0, room)
        return Content("\n").join([first, *more])

    def on_click(self) -> None:
        """A click chooses."""
        self.post_message(self.Clicked(self.choice))

    def _lines(self, width: int) -> list[Content]:
        choice, faint = self.choice, "$foreground-muted"
        key_style, label_style = (faint, faint) if choice.reason else ("bold $accent", "$foreground")
        key = fit(f" {choice.key}", KEY_WIDTH)
        detail = choice.reason or choice.detail
        if not detail:
            room = max(2, width - KEY_WIDTH)
            label = choice.label if cells(choice.label) <= room else fit(choice.label, room)
            return [Content.assemble((key, key_style), (label, label_style))]
        room = max(12, width - KEY_WIDTH - self._column - GAP)
        column = max(4, min(self._column, width - KEY_WIDTH - GAP - room))
        if column < self._column:
            # Too narrow for two columns: the label is kept whole, the detail goes below it.
            indent = " " * KEY_WIDTH
            label = fit(choice.label, min(cells(choice.label), max(2, width - KEY_WIDTH)))
            below = (Content.styled(indent + line, faint) for line in wrap(detail, width - KEY_WIDTH))
            return [Content.assemble((key, key_style), (label, label_style)), *below]
        first, *more = wrap(detail, room)
        hang = " " * (KEY_WIDTH + column + GAP)
        head = Content.assemble(
            (key, key_style), (fit(choice.label, column), label_style), (" " * GAP + first, faint)
        )
        return [head, *(Content.styled(hang + line, faint) for line in more)]


class Picker(ModalScreen[Answer], Generic[Answer]):
    """Choices with a cursor: a choice's key chooses it at once; the arrows and Enter do as well."""

    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    def __init__(self, choices: Sequence[Choice], chosen: str = "") -> None:
        """`chosen` names the line the cursor begins on."""
        super().__init__()
        self.choices = tuple(choices)
        open_ones = [i for i, choice in enumerate(self.choices) if not choice.reason]
        named = [i for i in open_ones if self.choices[i].name == chosen]
        self._at = (named or open_ones or [0])[0]

    def choice_lines(self) -> ComposeResult:
        """The choices, their details in one column."""
        column = max((cells(choice.label) for choice in self.choices), default=0)
        with Vertical(classes="dialog-choices"):
            for choice in self.choices:
                yield ChoiceLine(choice, column)

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
        self.answer(choice)

    def answer(self, choice: Choice) -> None:
        """End the dialog with a choice that can be chosen."""
        raise NotImplementedError

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
            line.has_cursor = i == self._at
            if i == self._at:
                line.scroll_visible(animate=False)


class Menu(Picker[str | None]):
    """Answers the name of the choice, or None when it was left."""

    def __init__(
        self, title: str, choices: Sequence[Choice], *, chosen: str = "", about: str = "", foot: str = ""
    ) -> None:
        """`chosen` names the line the cursor begins on; `about` stands under the title, `foot` below."""
        super().__init__(choices, chosen)
        self._title = title
        self._about = about
        self._foot = foot

    def compose(self) -> ComposeResult:
        """Title, lines, foot."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"), classes="dialog-title")
            if self._about:
                yield Static(Content(self._about), classes="dialog-about")
            yield from self.choice_lines()
            foot = self._foot or "Enter chooses · Esc leaves"
            yield Static(Content.styled(foot, "$foreground-muted"), classes="dialog-foot")

    def answer(self, choice: Choice) -> None:
        """Answer the choice's name."""
        self.dismiss(choice.name)
