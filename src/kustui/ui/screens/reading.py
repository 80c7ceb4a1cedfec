"""Screens to read: help with every key, and a pager for a message that is too long to show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from kustui.core.commands import Command, by_group
from kustui.ui.widgets.lines import LineView
from kustui.ui.wrap import fit, wrap


class LongText(LineView):
    """Lines of any number, wrapped to the width. `heads` are shown in bold."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "by(-1)", "Up", show=False),
        Binding("down,j", "by(1)", "Down", show=False),
        Binding("pageup", "by_page(-1)", "Page up", show=False),
        Binding("pagedown,space", "by_page(1)", "Page down", show=False),
        Binding("home", "by(-1000000000)", "First", show=False),
        Binding("end,G", "by(1000000000)", "Last", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"longtext--body", "longtext--head", "longtext--placeholder"}
    PREFIX = "longtext"

    def __init__(self, text: str, heads: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._text = text
        self._heads = heads
        self._wrapped: list[str] = []

    def on_resize(self) -> None:
        """Wrap to the width."""
        region = self.scrollable_content_region
        self._lines = region.height
        if region.width != self._columns:
            self._columns = region.width
            self._wrapped = wrap(self._text, max(2, self._columns - 2))
            self.set_total(len(self._wrapped))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        y += self.scroll_offset.y
        if not self._columns or y >= len(self._wrapped):
            return Strip.blank(self.size.width, self.look())
        line = self._wrapped[y]
        return self.strip([(fit(f" {line}", self._columns), "head" if line in self._heads else "body")])

    def _forget_strips(self) -> None:
        """Nothing is kept."""

    def action_by(self, count: int) -> None:
        """Move by lines."""
        wanted = max(0, min(self.scroll_offset.y + count, len(self._wrapped) - self._lines))
        self.scroll_to(y=wanted, animate=False)

    def action_by_page(self, count: int) -> None:
        """Move by views."""
        self.action_by(count * max(1, self._lines - 2))


class Pager(Screen[None]):
    """A text over the whole screen; q, Esc or v goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,v,ctrl+g,question_mark,f1", "leave", "Back"),
    ]

    def __init__(self, title: str, text: str, heads: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._heading = title
        self._text = text
        self._heads = heads

    def compose(self) -> ComposeResult:
        """The title, the text, how to leave."""
        yield Static(Content.styled(f" {self._heading}", "bold"), classes="pager-title")
        yield LongText(self._text, self._heads)
        yield Static(
            Content.styled(" PgUp PgDn Home End move · q goes back", "$foreground-muted"),
            classes="pager-foot",
        )

    def on_mount(self) -> None:
        """Keys go to the text."""
        self.query_one(LongText).focus()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def help_screen(table: Iterable[Command]) -> Pager:
    """Every key as it is set now, from the command table."""
    lines: list[str] = []
    heads: set[str] = set()
    for group, commands in by_group(table).items():
        heads.add(group)
        lines += ["", group]
        for command in commands:
            if command.id.startswith("customer.") and command.id[-1] in "23456789":
                continue
            key = "1-9" if command.id == "customer.1" else command.all_shown
            lines.append(f"  {key:<16} {command.label}: {command.help}")
    return Pager("Keys", "\n".join(lines).lstrip("\n"), frozenset(heads))
