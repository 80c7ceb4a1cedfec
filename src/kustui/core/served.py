"""A screen that is shown in a browser: where it is served, and what its program is told (SPEC G3)."""

from __future__ import annotations

from collections.abc import Mapping

HOST, PORT = "127.0.0.1", 8771
SESSIONS = 20
"""Programs at a time, unless it is said otherwise."""

VARIABLE = "TEXTUAL_DRIVER"
DRIVER = "kustui.ui.terminal.page:PageDriver"
"""What draws the screen where the variable of the environment names it."""
BEGUN = b"__GANGLION__\n"
"""The line with which the packets of a program begin: a letter, four bytes of length, and so many bytes."""
PAINT, WORD = b"D", b"M"
"""The letters of a packet: keys or paint as a terminal has them, or a word as JSON."""
TITLE, BELL, END = "title", "bell", "exit"
"""The types of words a program says: what the window is called, that the bell rings, that it ends."""
RESIZE, FOCUS, BLUR = "resize", "focus", "blur"
"""The types of words a program is told."""


def is_served(environ: Mapping[str, str]) -> bool:
    """Whether this program's screen is shown in a browser."""
    return environ.get(VARIABLE) == DRIVER


def packet(letter: bytes, content: bytes) -> bytes:
    """A packet as it travels."""
    return letter + len(content).to_bytes(4, "big") + content
