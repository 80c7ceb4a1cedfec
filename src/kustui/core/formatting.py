"""Formatting keys of the reply editor: Markdown put around what is selected, or taken off it (SPEC C1)."""

from __future__ import annotations

from typing import NamedTuple

MARKS = {"bold": "**", "italic": "*", "code": "`"}
LINES = {"quote": "> ", "list": "- "}


class Formatted(NamedTuple):
    """A text in place of the selected one, and how far behind its beginning the cursor goes."""

    text: str
    cursor: int


def around(selected: str, kind: str) -> Formatted:
    """The selected words with a mark around them, or without it when they have it already.

    With nothing selected the cursor goes between the marks.
    """
    mark = MARKS[kind]
    size = len(mark)
    bare = selected[size:-size]
    # **bold** begins and ends with the mark of italic as well.
    marked = len(selected) > 2 * size and selected.startswith(mark) and selected.endswith(mark)
    if marked and not (kind == "italic" and selected.startswith("**") and not selected.startswith("***")):
        return Formatted(bare, len(bare))
    words = selected.strip(" ")
    if not words:
        return Formatted(mark * 2, size)
    # Markdown knows no mark with a space inside it.
    before, after = (part for part in selected.split(words, 1))
    text = f"{before}{mark}{words}{mark}{after}"
    return Formatted(text, len(text))


def lines(selected: str, kind: str) -> Formatted:
    """Whole lines with a mark before each, or without it when all of them have it."""
    mark = LINES[kind]
    rows = selected.split("\n")
    if all(row.startswith(mark) for row in rows if row.strip()) and selected.strip():
        text = "\n".join(row.removeprefix(mark) for row in rows)
    else:
        text = "\n".join(row if row.startswith(mark) else mark + row for row in rows)
    return Formatted(text, len(text))


def link(selected: str) -> Formatted:
    """A link: what is selected is its words, or its address, and the cursor goes where the rest is typed."""
    words = selected.strip()
    if words.startswith(("http://", "https://", "mailto:")):
        return Formatted(f"[]({words})", 1)
    return Formatted(f"[{words}]()", len(words) + 3)
