"""A notification that the terminal shows on the desktop, where it can."""

from __future__ import annotations

from kustui.core.text import one_line

LIMIT = 120


def desktop(text: str) -> str:
    """The sequence (OSC 9) that asks for a notification: cleaned, on one line, at most 120 characters.

    It begins with our name, because some terminals take a leading digit for another command.
    """
    return f"\x1b]9;{one_line(f'kustui: {text}', LIMIT)}\x07"
