"""Where a store is at home: the host, the path and the file it was made in (SPEC D7).

A copy of a store, and a backup that was put back, believe that messages are due which the other
one has sent already. So a store sends only from where it is at home.
"""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

from kustui.store.database import Home
from kustui.store.reader import Reader

MACHINE_ID = Path("/etc/machine-id")
_AT_FDCWD, _BIRTH = -100, 0x800
"""What `statx` calls a path as it stands, and the time of birth."""
BACKUP = "backup"
"""What stands for the file in a backup of ours: it is at home nowhere."""


def here(path: Path) -> Home:
    """Where the store at `path` is now; raises OSError when nothing is there."""
    real = path.resolve()
    return Home(_host(), str(real).encode("utf-8", "replace").decode(), _file(real))


def recorded(reader: Reader) -> Home | None:
    """Where the store says it is at home; None before it is set up."""
    row = reader.one("SELECT host, path, file FROM workspace WHERE id = 1")
    return None if row is None else Home(*row)


def _same_file(said: str, now: str) -> bool:
    # A disk that told no time of birth then may tell one now.
    return now == said or (" born " not in said and now.startswith(f"{said} born "))


def is_home(said: Home, now: Home) -> bool:
    """Whether a store that says `said` is at home at `now`.

    A file that was moved is the same file, and still at home: what it was called is gone, or is
    itself by another name. A copy is another file.
    """
    if said.host != now.host or not _same_file(said.file, now.file):
        return False
    if said.path == now.path:
        return True
    old = Path(said.path)
    try:
        return not old.exists() or old.samefile(now.path)
    except OSError:
        return True


def record(reader: Reader, home: Home) -> None:
    """Say that the store is at home there."""
    reader.one(
        "UPDATE workspace SET host = :h, path = :p, file = :f WHERE id = 1",
        h=home.host,
        p=home.path,
        f=home.file,
    )


def _file(path: Path) -> str:
    """A file as its disk knows it: by its number and, because numbers are given again, when it was made."""
    found = path.stat()
    born = getattr(found, "st_birthtime", None) or _born(path)
    return f"inode {found.st_ino}{f' born {born}' if born else ''}"


def _born(path: Path) -> str:
    """When a file was made, by Linux's own word, which Python does not pass on; empty where it is not told."""
    import ctypes

    said = ctypes.create_string_buffer(256)
    try:
        failed = ctypes.CDLL(None).statx(_AT_FDCWD, os.fsencode(path), 0, _BIRTH, said)
    except (AttributeError, OSError, TypeError):
        return ""
    mask, seconds, nanoseconds = struct.unpack_from("I76xqI", said)
    return "" if failed or not mask & _BIRTH else f"{seconds}.{nanoseconds:09}"


def _host() -> str:
    try:
        said = MACHINE_ID.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        said = ""
    return said or socket.gethostname()
