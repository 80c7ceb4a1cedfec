"""What stands in each cell of a terminal, and in which colours."""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from kustui.ui.terminal.colours import ansi
from kustui.ui.terminal.joined import few_marks
from kustui.ui.wrap import single

Code = tuple[str, str, str, str]
"""Attributes, foreground, background and link of a cell, as a terminal is told them."""
PLAIN: Code = ("", "39", "49", "")

# What switches each attribute on. Blinking is left out: nothing here blinks.
_ATTRIBUTES = {
    "bold": "1", "dim": "2", "italic": "3", "underline": "4", "reverse": "7", "conceal": "8", "strike": "9",
    "underline2": "21", "overline": "53",
}  # fmt: skip
# These show on a blank cell too.
SEEN_ON_BLANKS = frozenset(["4", "7", "9", "21", "53"])

# A terminal obeys these, or shows the rest of the line in another order; a lone surrogate cannot be written.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(text: str) -> str:
    """`text` without control characters: they take no cell, so its width stays; a surrogate takes one."""
    return _OBEYED.sub(lambda match: "\ufffd" if match[0] >= "\ud800" else "", text)


def cells(segments: list[Segment], colors: ColorSystem) -> tuple[list[str], list[Code]]:
    """Characters and code of every cell; the second cell of a wide character is empty."""
    chars: list[str] = []
    codes: list[Code] = []
    for text, style, control in segments:
        if control:
            continue
        if _OBEYED.search(text):
            text = harmless(text)
        code = code_of(style, colors)
        if single(text):
            if text.isspace():
                code = blank_code(code)
            chars += text
            codes += [code] * len(text)
            continue
        before = len(chars)
        for start, stop, width in split_graphemes(text)[0]:
            if width:
                chars.append(few_marks(text[start:stop]))
                chars += [""] * (width - 1)
            elif len(chars) > before:
                at = -1 if chars[-1] else -2
                chars[at] = few_marks(chars[at] + text[start:stop])
        codes += [code] * (len(chars) - before)
    return chars, codes


@lru_cache(maxsize=8192)
def code_of(style: Style | None, colors: ColorSystem) -> Code:
    """Attributes, foreground, background and link of a style."""
    if style is None:
        return PLAIN
    return (
        ";".join(number for name, number in _ATTRIBUTES.items() if getattr(style, name)),
        ansi(style.color, colors, foreground=True) if style.color else "39",
        ansi(style.bgcolor, colors, foreground=False) if style.bgcolor else "49",
        harmless(style.link or ""),
    )


@lru_cache(maxsize=4096)
def blank_code(code: Code) -> Code:
    """The code of a blank cell: its foreground does not matter."""
    seen = code[3] or not SEEN_ON_BLANKS.isdisjoint(code[0].split(";"))
    return code if seen else ("", "39", code[2], "")
