"""The title of the terminal's window."""

from __future__ import annotations

from kustui.core.text import one_line


def title(text: str) -> str:
    """The sequence that gives the terminal's window `text` as its title, cleaned and on one line."""
    return f"\x1b]2;{one_line(text)}\x07"
