"""Where a store is at home: the host, the path and the file it was made in (SPEC D7).

A copy of a store, and a backup that was put back, believe that messages are due which the other
one has sent already. So a store sends only from where it is at home.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import NamedTuple

from kustui.store.store import Reader

MACHINE_ID = Path("/etc/machine-id")
BACKUP = "backup"
"""What stands for the file in a backup of ours: it is at home nowhere."""


class Home(NamedTuple):
    """The host's identity, the store's real path, and its file on that disk."""

    host: str
    path: str
    file: str


def here(path: Path) -> Home:
    """Where the store at `path` is now."""
    real = path.resolve()
    return Home(_host(), str(real).encode("utf-8", "replace").decode(), f"inode {real.stat().st_ino}")


def recorded(reader: Reader) -> Home | None:
    """Where the store says it is at home; None before it is set up."""
    row = reader.one("SELECT host, path, file FROM workspace WHERE id = 1")
    return None if row is None else Home(*row)


def is_home(said: Home, now: Home) -> bool:
    """Whether a store that says `said` is at home at `now`.

    A file that was moved is the same file, and still at home: what it was called is gone, or is
    itself by another name. A copy is another file.
    """
    if said.host != now.host or said.file != now.file:
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


def _host() -> str:
    try:
        said = MACHINE_ID.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        said = ""
    return said or socket.gethostname()
