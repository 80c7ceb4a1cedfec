"""SQLite as kustui needs it: which library, which settings, and its troubles in words.

WAL is used from SQLite 3.51.3 on; before that, two processes checkpointing at once can corrupt a
WAL file, so the older journal is used. FULL synchronisation lets no power cut undo the mark made
before a send. Neither is an option.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import ModuleType
from typing import Any

from kustui.errors import StoreBusy, StoreTrouble

SAFE_WAL = (3, 51, 3)
BUSY_MS = 5_000
NETWORK_FILESYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ncpfs"})


def library() -> ModuleType:
    """The SQLite library to use: pysqlite3, which brings a current SQLite, or Python's own when newer."""
    import sqlite3

    if sqlite3.sqlite_version_info >= SAFE_WAL:
        return sqlite3
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2 if dbapi2.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def wal_is_safe() -> bool:
    """Whether the SQLite in use may write a WAL from several processes."""
    return bool(library().sqlite_version_info >= SAFE_WAL)


def connect(path: Path, *, busy_ms: int = BUSY_MS) -> Any:
    """A connection to the file at `path`, set as every connection of kustui must be.

    Transactions are begun and ended in so many words (`isolation_level` is None). Raises
    StoreTrouble in words when the file cannot be opened.
    """
    sql = library()
    try:
        connection = sql.connect(
            path, timeout=busy_ms / 1000, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        # Words that are no UTF-8, which another program may have written, must not hide a whole list.
        connection.text_factory = _words
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA journal_mode={'WAL' if wal_is_safe() else 'TRUNCATE'}")
    except sql.Error as error:
        raise trouble(error, path) from error
    return connection


def _words(raw: bytes) -> str:
    """The words a column holds, whatever their bytes are."""
    return raw.decode("utf-8", "replace")


def trouble(error: BaseException, path: Path) -> StoreTrouble:
    """What a database error means to a person, and what to do about it."""
    words = str(error).lower()
    where = f"The workspace {path}"
    if "locked" in words or "busy" in words:
        return StoreBusy("The store is busy", f"{where} is held by another program. Try again in a moment.")
    if "readonly" in words or "read-only" in words:
        return StoreTrouble("The store is read-only", f"{where} cannot be written. Check its permissions.")
    if "full" in words:
        return StoreTrouble(
            "The disk is full", f"{where} could not be written. Free some room and try again."
        )
    if "disk i/o" in words:
        return StoreTrouble(
            "The disk refused",
            f"{where} could not be read or written. Check the disk's room, its quota and its health.",
        )
    if "malformed" in words or "not a database" in words or "encrypted" in words:
        return StoreTrouble(
            "The store is damaged",
            f"{where} is not a readable kustui store. Restore a backup (they lie beside it), "
            "or name another one with --db.",
        )
    if "unable to open" in words:
        return _cannot_open(path)
    if "no such table" in words or "no such column" in words:
        return StoreTrouble(
            "Not a kustui store", f"{where} has not the tables of one. Name another with --db."
        )
    return StoreTrouble("The store cannot be used", f"{where}: {error}")


def _cannot_open(path: Path) -> StoreTrouble:
    if path.is_dir():
        return StoreTrouble("Not a store", f"{path} is a folder. Name a file with --db.")
    if not path.parent.exists():
        return StoreTrouble("The store is missing", f"There is no folder {path.parent}.")
    return StoreTrouble("The store cannot be opened", f"{path} cannot be opened. Check its permissions.")


def refuse_network(path: Path) -> None:
    """Raise StoreTrouble when `path` lies on a network file system, where WAL is not safe."""
    kind = filesystem(path)
    if kind in NETWORK_FILESYSTEMS:
        raise StoreTrouble(
            "The store is on a network drive",
            f"{path} lies on {kind}, which cannot be shared safely. Keep it on a local disk, "
            "or use PostgreSQL for a team on several machines.",
        )


def filesystem(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The type of the file system that holds `path`; empty where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    real = os.path.realpath(path)
    best, kind = "", ""
    for line in lines:
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def prepare(path: Path, group: str | None = None) -> None:
    """Make the file at `path` with its folder: 0600 in 0700, or shared with a group of the host.

    With a group the file is 0660 in a folder 2770 that belongs to it, so that the files SQLite
    puts beside the store belong to it as well.
    """
    folder = path.parent
    if group is not None:
        _own_folder(path, group)
    try:
        new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        if new and group is None:
            folder.chmod(0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600))
        if group is not None:
            share(path, group)
    except FileExistsError:
        return
    except OSError as error:
        raise StoreTrouble(
            "The store cannot be made", f"{path}: {error.strerror or error}. Name another place with --db."
        ) from error


def _own_folder(path: Path, group: str) -> None:
    """Raise StoreTrouble when sharing the store's folder would share more than the store."""
    try:
        names = os.listdir(path.parent)
    except OSError:
        return
    others = [name for name in names if not name.startswith(path.name) and name != "outgoing"]
    if others:
        raise StoreTrouble(
            "The folder holds other things",
            f"{path.parent.absolute()} would be shared whole with {group}. Give the store a folder of its own.",
        )


def share(path: Path, group: str) -> None:
    """Hand the store and its folder to a group of this host; raises StoreTrouble when it is not there."""
    import grp

    try:
        number = grp.getgrnam(group).gr_gid
    except KeyError:
        raise StoreTrouble("No such group", f"This host has no group {group!r}.") from None
    os.chown(path.parent, -1, number)
    path.parent.chmod(0o770 | stat.S_ISGID)
    for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        if file.exists():
            os.chown(file, -1, number)
            file.chmod(0o660)
