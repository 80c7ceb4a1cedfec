"""Images drawn by the terminal itself, in pixels: the kitty protocol, or sixels.

textual-image's own widgets ask the terminal when they are imported, and take the answer from under
Textual's input thread; here the question goes through our driver (see `answers`), is put once, when
an agent first looks at an image, and only the encoder of sixels is textual-image's.
"""

from __future__ import annotations

import asyncio
import os
from base64 import b64encode
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from textual.app import App

if TYPE_CHECKING:
    from PIL.Image import Image

Way = Literal["kitty", "sixel", ""]

PATIENCE = 0.4
"""Seconds a terminal has to answer; one that takes longer shows half-blocks."""
LARGEST = (800, 600)
"""Pixels that are sent: on a slow line each is paid for."""
CELL = (10, 20)
"""Pixels of a cell where the terminal does not tell."""
CHUNK = 4096
_KITTY = ("xterm-kitty", "xterm-ghostty")
_ID = 8821
FORGET_KITTY = f"\x1b_Ga=d,d=I,i={_ID},q=2;\x1b\\"


async def way(app: App[Any], environ: Mapping[str, str] = os.environ) -> Way:
    """How this app's terminal draws images; "" where it does not, or has not said so in time."""
    driver = app._driver  # noqa: SLF001 - Textual has no other way to its terminal
    if driver is None or app.is_headless or driver.is_inline:
        return ""
    if environ.get("TERM") in _KITTY and not environ.get("TMUX"):
        return "kitty"
    ask = getattr(driver, "ask", None)
    if ask is None:
        return ""
    try:
        from textual_image._sixel import image_to_sixels  # noqa: F401
    except ImportError:
        return ""
    return "sixel" if await asyncio.to_thread(ask, PATIENCE) else ""


def cell_size() -> tuple[int, int]:
    """Width and height of a cell in pixels."""
    try:
        import fcntl
        import struct
        import sys
        import termios

        packed = fcntl.ioctl(sys.__stderr__ or 2, termios.TIOCGWINSZ, b"\0" * 8)
        rows, columns, width, height = struct.unpack("HHHH", packed)
    except (ImportError, OSError, ValueError):
        return CELL
    if not (rows and columns and width >= columns and height >= rows):
        return CELL
    return width // columns, height // rows


def drawing(image: Image, how: Way, column: int, row: int) -> str:
    """What draws an image with its upper left corner in a cell, and leaves the cursor where it was.

    Only pixels we decoded are sent: what came from outside never reaches the terminal's own decoder.
    """
    data = _kitty(image) if how == "kitty" else _sixel(image)
    return f"\x1b7\x1b[{row + 1};{column + 1}H{data}\x1b8"


def _kitty(image: Image) -> str:
    packed = BytesIO()
    image.quantize(256).save(packed, "PNG")
    text = b64encode(packed.getvalue()).decode("ascii")
    parts = [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
    head = f"a=T,f=100,q=2,C=1,i={_ID},"
    return "".join(
        f"\x1b_G{'' if at else head}m={int(at < len(parts) - 1)};{part}\x1b\\"
        for at, part in enumerate(parts)
    )


def _sixel(image: Image) -> str:
    from textual_image._sixel import image_to_sixels

    return image_to_sixels(image)
