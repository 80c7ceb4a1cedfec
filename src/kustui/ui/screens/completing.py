"""Completing a typed path: what is there that begins so, and how far all of it agrees."""

from __future__ import annotations

import os
from collections.abc import Collection
from itertools import islice
from pathlib import Path

from textual.widgets import Input

from kustui.core.text import one_line

SHOWN = 8


def write_behind(field: Input) -> None:
    """Have a line typed into at once, behind what stands there, with a cursor that does not blink."""
    field.cursor_blink = False
    field.select_on_focus = False
    field.focus()
    field.cursor_position = len(field.value)


def names_below(typed: str, types: Collection[str] = (), limit: int | None = None) -> list[str]:
    """Names in the folder typed that begin as the rest does: folders, which end with a slash, and files
    whose extension is one of `types`. At most `limit` names of the folder are looked at.
    """
    head, _, begin = typed.rpartition("/")
    folder = expanded(f"{head}/" if head or typed.startswith("/") else ".")
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, limit):
                # What cannot be shown as it is cannot be typed either.
                if one_line(entry.name, 300) != entry.name:
                    continue
                if not entry.name.startswith(begin) or (entry.name.startswith(".") and not begin):
                    continue
                if entry.is_dir():
                    found.append(f"{entry.name}/")
                elif os.path.splitext(entry.name)[1].lower() in types:
                    found.append(entry.name)
    except (OSError, ValueError):
        return []
    return sorted(found)


def completed(typed: str, names: list[str]) -> str:
    """What was typed, as far as all of the sorted `names` that fit it agree."""
    head = typed[: len(typed) - len(typed.rpartition("/")[2])]
    first, last = names[0], names[-1]
    same = next((place for place, ch in enumerate(first) if last[place : place + 1] != ch), len(first))
    return head + first[:same]


def listed(names: list[str]) -> str:
    """The first of them, a line each, and how many more there are; empty for none."""
    lines = [one_line(name, 74) for name in names[:SHOWN]]
    if len(names) > SHOWN:
        lines.append(f"… {len(names) - SHOWN:,} more")
    return "\n".join(lines)


def expanded(typed: str) -> Path:
    """The path that was typed; where nobody has that home, as it is."""
    path = Path(typed)
    try:
        return path.expanduser()
    except RuntimeError:
        return path
