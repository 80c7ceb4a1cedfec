"""The saved views in the sidebar: a line each, or one line for all where there is little room."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from kustui.ui.wrap import cells, fit

WIDE = 60
"""Cells from which one line holds all of them."""


class ViewsBar(Widget):
    """Shows (key, name, count) of each view; a click opens it."""

    ALLOW_SELECT = False

    class Chosen(Message):
        """A view was clicked: its number, from 1."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self) -> None:
        super().__init__(id="views")
        self._lines: tuple[tuple[str, str, str], ...] = ()

    def show(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """Show these; nothing is painted when they are as they were."""
        if tuple(lines) == self._lines:
            return
        taller = len(lines) != len(self._lines)
        self._lines = tuple(lines)
        self.display = bool(lines)
        self.refresh(layout=taller)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One line where it is wide, else a line each."""
        return 1 if width >= WIDE else len(self._lines)

    def render(self) -> Content:
        """The views, as wide as the sidebar."""
        width = self.size.width
        if width >= WIDE:
            whole = sum(cells(key) + cells(name) + cells(count) + 5 for key, name, count in self._lines)
            room = width if whole <= width else max(6, (width - 2) // len(self._lines) - 3)
            parts: list[tuple[str, str]] = []
            for key, name, count in self._lines:
                short = fit(name, min(cells(name), max(4, room - cells(key) - cells(count) - 2)))
                parts += [
                    (" · " if parts else " ", "$foreground-muted"),
                    (f"{key} ", "$accent"),
                    (short, ""),
                    (f" {count}", "$accent"),
                ]
            return Content.assemble(*parts)
        lines = []
        for key, name, count in self._lines:
            room = max(4, width - cells(key) - cells(count) - 5)
            lines.append(
                Content.assemble((f" {key} ", "$accent"), (fit(name, room), ""), (f" {count} ", "$accent"))
            )
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        """A click opens the view of that line; on the one line of all, the one it is on."""
        event.stop()
        if self.size.width < WIDE:
            if event.y < len(self._lines):
                self.post_message(self.Chosen(event.y + 1))
            return
        before = self.render().plain[: event.x + 1]
        self.post_message(self.Chosen(before.count(" · ") + 1))
