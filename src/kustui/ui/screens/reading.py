"""Screens to read: help with every key, and a pager for a message that is too long to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from kustui.core.commands import Command, by_group, folded
from kustui.core.text import clean, one_line
from kustui.ui.widgets.lines import LineView, Span
from kustui.ui.wrap import fit, wrap

KEYS_WIDTH = 18


class LongText(LineView):
    """Lines of any number, wrapped to the width."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "by(-1)", "Up", show=False),
        Binding("down,j", "by(1)", "Down", show=False),
        Binding("pageup", "by_page(-1)", "Page up", show=False),
        Binding("pagedown,space", "by_page(1)", "Page down", show=False),
        Binding("home", "by(-1_000_000_000)", "First", show=False),
        Binding("end,G", "by(1_000_000_000)", "Last", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"longtext--{name}" for name in ("body", "head", "key", "muted", "placeholder")
    }
    PREFIX = "longtext"

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._laid: list[list[Span]] = []

    def lay(self, width: int) -> Iterator[list[Span]]:
        """The lines for a width."""
        for line in wrap(self._text, width - 2):
            yield [(f" {line}", "body")]

    def on_resize(self) -> None:
        """Wrap to the width."""
        region = self.scrollable_content_region
        self._lines = region.height
        if region.width != self._columns:
            self._columns = region.width
            self._laid = list(self.lay(max(4, self._columns)))
            self.set_total(len(self._laid))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        y += self.scroll_offset.y
        if not self._columns or y >= len(self._laid):
            return Strip.blank(self.size.width, self.look())
        return self.strip(self._laid[y])

    def _forget_strips(self) -> None:
        """Nothing is kept."""

    def action_by(self, count: int) -> None:
        """Move by lines."""
        wanted = max(0, min(self.scroll_offset.y + count, len(self._laid) - self._lines))
        self.scroll_to(y=wanted, animate=False)

    def action_by_page(self, count: int) -> None:
        """Move by views."""
        self.action_by(count * max(1, self._lines - 2))


class KeyList(LongText):
    """Every command with its keys, in groups."""

    def __init__(self, table: Iterable[Command]) -> None:
        super().__init__("")
        self._table = tuple(table)

    def lay(self, width: int) -> Iterator[list[Span]]:
        """A head for each group; a command's words hang in a column of their own."""
        for number, (group, commands) in enumerate(by_group(self._table).items()):
            if number:
                yield []
            yield [(f" {group}", "head")]
            for command in folded(commands):
                keys, label, told = command.all_shown, command.label, command.help
                # The label stands out, so it is told apart from its line again after wrapping.
                first, *more = wrap(f"{label}  {told}", max(10, width - KEYS_WIDTH - 2))
                yield [
                    (fit(f"   {keys}", KEYS_WIDTH), "key"),
                    (first[: len(label)], "body"),
                    (first[len(label) :], "muted"),
                ]
                for line in more:
                    yield [(" " * KEYS_WIDTH + line, "muted")]


class Pager(Screen[None]):
    """A text over the whole screen; q, Esc or v goes back. What it shows is cleaned here as well."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,v,ctrl+g,question_mark,f1", "leave", "Back"),
    ]

    def __init__(self, title: str, text: str = "", *, body: LongText | None = None) -> None:
        super().__init__()
        self._heading = title
        self._body = body or LongText(clean(text))

    def compose(self) -> ComposeResult:
        """The title, the text, how to leave."""
        yield Static(Content.styled(f" {one_line(self._heading)}", "bold"), classes="pager-title")
        yield self._body
        yield Static(
            Content.styled(" PgUp PgDn Home End move · q goes back", "$foreground-muted"),
            classes="pager-foot",
        )

    def on_mount(self) -> None:
        """Keys go to the text."""
        self._body.focus()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def help_screen(table: Iterable[Command]) -> Pager:
    """Every key as it is set now, from the command table."""
    return Pager("Keys", body=KeyList(table))
