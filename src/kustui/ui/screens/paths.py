"""Asks for a file: a line to type a path in, what is there below it, and Tab that completes."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from kustui.core.attachments import FILES, IMAGES
from kustui.desk.paths import paths_in
from kustui.ui.screens.completing import completed, expanded, listed, names_below, write_behind


class PathDialog(ModalScreen[Path | None]):
    """Answers the path of a file, or None when it was left."""

    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("tab", "complete", "Complete", priority=True),
    ]

    def __init__(self, title: str, *, images: bool = False) -> None:
        """With `images` only folders and images are offered."""
        super().__init__()
        self._title = title
        self._types = {*IMAGES, ".jpeg"} if images else {*FILES, *IMAGES, ".jpeg"}

    def compose(self) -> ComposeResult:
        """A title, a line to type in, what fits it."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"), classes="dialog-title")
            yield Input("~/", placeholder="the path of a file", compact=True, id="path-typed")
            yield Static("", id="path-fits")
            foot = "Tab completes · Enter adds it · Esc leaves"
            yield Static(Content.styled(foot, "$foreground-muted"), classes="dialog-foot")

    def on_mount(self) -> None:
        """Type at once, behind what stands there."""
        field = self.query_one(Input)
        write_behind(field)
        self._show(field.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        event.stop()
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer the path, or go into a folder."""
        event.stop()
        typed = event.value.strip()
        # What was dropped here comes quoted, or as a file:// address.
        dropped = paths_in(typed)
        path = dropped[0] if len(dropped) == 1 else expanded(typed)
        if not typed or _is_folder(path):
            self.action_complete()
        else:
            self.dismiss(path)

    def action_complete(self) -> None:
        """Complete as far as all that fits agrees."""
        field = self.query_one(Input)
        if fits := names_below(field.value, self._types):
            field.value = completed(field.value, fits)
            field.cursor_position = len(field.value)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)

    def _show(self, typed: str) -> None:
        words = listed(names_below(typed, self._types)) or "nothing here that can be attached"
        self.query_one("#path-fits", Static).update(Content.styled(words, "$foreground-muted"))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
