"""Paths as terminals paste them when a file is dropped: quoted, escaped, or as a file:// address."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from kustui.errors import Refused

if TYPE_CHECKING:
    from kustui.desk import Desk

LONGEST = 4_096


def check(desk: Desk) -> None:
    """Raise Refused where files of this host are nobody's business: at a guest's desk (SPEC G3)."""
    if not desk.takes_paths:
        raise Refused("No files here", "In a browser, files of the host are neither read nor written.")


def paths_in(text: str) -> list[Path]:
    """The files that a pasted text names, when it names nothing else; else none.

    Each must be absolute, or begin at home, and be there.
    """
    text = text.strip()
    if not text or len(text) > LONGEST or not text.startswith(("/", "~/", "file://", "'", '"', "\\")):
        return []
    whole = _path(text)
    if whole is not None:
        return [whole]
    try:
        parts = shlex.split(text)
    except ValueError:
        return []
    found = [_path(part) for part in parts]
    return [path for path in found if path is not None] if found and None not in found else []


def _path(text: str) -> Path | None:
    if text.startswith("file://"):
        text = unquote(urlsplit(text).path)
    if not text.startswith(("/", "~/")) or "\n" in text or "\0" in text:
        return None
    try:
        path = Path(text).expanduser()
        return path if path.is_file() else None
    # Too long a name, a folder that may not be looked into, nobody's home.
    except (OSError, RuntimeError, ValueError):
        return None
