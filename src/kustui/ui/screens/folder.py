"""Asks for a folder: a line to type a path in, the folders below it, and Tab that completes."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from kustui.ui.screens.completing import completed, listed, names_below, write_behind

SEEN = 5_000
"""Names of a folder that are looked at; who has more types on."""


class FolderDialog(ModalScreen[Path | None]):
    """Answers the path that was typed, or None when it was left. Whether it is a folder is asked later."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("tab", "complete", "Complete", priority=True),
    ]

    def __init__(self, title: str, folder: Path) -> None:
        """`folder` stands there to begin with."""
        super().__init__()
        self._title = title
        self._begin = f"{folder}".rstrip("/") + "/"

    def compose(self) -> ComposeResult:
        """A title, a line to type in, what fits it."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"), classes="dialog-title")
            yield Input(self._begin, placeholder="the path of a folder", compact=True, id="folder-typed")
            yield Static("", id="folder-fits")
            foot = "Enter saves it there · Tab completes · Esc leaves"
            yield Static(Content.styled(foot, "$foreground-muted"), classes="dialog-foot")

    def on_mount(self) -> None:
        """Type at once, behind what stands there."""
        write_behind(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        event.stop()
        words = listed(names_below(event.value, limit=SEEN))
        fits = self.query_one("#folder-fits", Static)
        fits.update(Content.styled(words, "$foreground-muted"))
        fits.display = bool(words)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer the path."""
        event.stop()
        if typed := event.value.strip():
            self.dismiss(Path(typed))

    def action_complete(self) -> None:
        """Complete as far as all that fits agrees."""
        field = self.query_one(Input)
        if fits := names_below(field.value, limit=SEEN):
            field.value = completed(field.value, fits)
            field.cursor_position = len(field.value)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
