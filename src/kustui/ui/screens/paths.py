"""Asks for a file: a line to type a path in, what is there below it, and Tab that completes."""

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

from kustui.core.attachments import FILES, IMAGES
from kustui.core.text import one_line
from kustui.desk.paths import paths_in

SHOWN = 8


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
        field.cursor_blink = False
        field.select_on_focus = False
        field.focus()
        field.cursor_position = len(field.value)
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
        path = dropped[0] if len(dropped) == 1 else _expanded(typed)
        if not typed or _is_folder(path):
            self.action_complete()
        else:
            self.dismiss(path)

    def action_complete(self) -> None:
        """Complete as far as all that fits agrees."""
        field = self.query_one(Input)
        fits = self._fits(field.value)
        if not fits:
            return
        head = field.value[: len(field.value) - len(field.value.rpartition("/")[2])]
        common = _common(fits)
        if len(head + common) >= len(field.value):
            field.value = head + common
            field.cursor_position = len(field.value)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)

    def _fits(self, typed: str) -> list[str]:
        """Names in the folder typed that begin as the rest does; folders end with a slash."""
        head, _, begin = typed.rpartition("/")
        folder = _expanded(f"{head}/" if head or typed.startswith("/") else ".")
        found = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    # What cannot be shown as it is cannot be typed either.
                    if one_line(entry.name, 300) != entry.name:
                        continue
                    if not entry.name.startswith(begin) or (entry.name.startswith(".") and not begin):
                        continue
                    if entry.is_dir():
                        found.append(f"{entry.name}/")
                    elif os.path.splitext(entry.name)[1].lower() in self._types:
                        found.append(entry.name)
        except (OSError, ValueError):
            return []
        return sorted(found)

    def _show(self, typed: str) -> None:
        fits = self._fits(typed)
        lines = [one_line(name, 74) for name in fits[:SHOWN]]
        if len(fits) > SHOWN:
            lines.append(f"… {len(fits) - SHOWN:,} more")
        words = "\n".join(lines) or "nothing here that can be attached"
        self.query_one("#path-fits", Static).update(Content.styled(words, "$foreground-muted"))


def _expanded(typed: str) -> Path:
    """The path that was typed; where nobody has that home, as it is."""
    path = Path(typed)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _common(names: list[str]) -> str:
    """What all names begin with."""
    first, last = min(names), max(names)
    same = next((place for place, ch in enumerate(first) if last[place : place + 1] != ch), len(first))
    return first[:same]
