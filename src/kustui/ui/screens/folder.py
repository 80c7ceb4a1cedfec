"""Asks for a folder: a line to type a path in, the folders below it, and Tab that completes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from kustui.core.text import one_line

SHOWN = 8
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
        field = self.query_one(Input)
        field.cursor_blink = False
        field.select_on_focus = False
        field.focus()
        field.cursor_position = len(field.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        event.stop()
        names = [one_line(name, 74) for name in _folders(event.value)]
        words = "\n".join(names[:SHOWN])
        if len(names) > SHOWN:
            words += f"\n… {len(names) - SHOWN:,} more"
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
        if fits := _folders(field.value):
            head = field.value[: len(field.value) - len(field.value.rpartition("/")[2])]
            field.value = head + _common(fits)
            field.cursor_position = len(field.value)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


def _common(names: list[str]) -> str:
    """What all of some sorted names begin with."""
    first, last = names[0], names[-1]
    same = next((place for place, ch in enumerate(first) if last[place : place + 1] != ch), len(first))
    return first[:same]


def _folders(typed: str) -> list[str]:
    """Folders in the one typed whose names begin as the rest does, each with a slash."""
    head, _, begin = typed.rpartition("/")
    try:
        folder = Path(f"{head}/" if head or typed.startswith("/") else ".").expanduser()
        found = []
        with os.scandir(folder) as entries:
            for _, entry in zip(range(SEEN), entries, strict=False):
                hidden = entry.name.startswith(".") and not begin
                if entry.name.startswith(begin) and not hidden and entry.is_dir():
                    found.append(f"{entry.name}/")
    except (OSError, RuntimeError, ValueError):
        return []
    return sorted(found)
