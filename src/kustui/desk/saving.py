"""Files that came with messages: which there are, their bytes, and saving one beside others."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kustui.core.records import FileLine
from kustui.core.text import file_name
from kustui.desk import paths
from kustui.errors import NotFound, Refused
from kustui.store.queries import timeline

if TYPE_CHECKING:
    from kustui.desk import Desk

TRIES = 1000
"""Numbers that are tried behind a name that is taken."""


class Held(NamedTuple):
    """A file as a message holds it. `name` is as its sender wrote it, cleaned to be shown."""

    conversation_id: int
    name: str
    media_type: str
    content: bytes


class Saving:
    """Takes files out of messages. Nothing here opens, runs or unpacks what came."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._store = desk.store

    def files(self, conversation_id: int) -> list[tuple[int, FileLine]]:
        """(message, file) of a conversation, the oldest first; raises NotFound when there is no such one."""
        with self._store.reading() as reader:
            if timeline.conversation(reader, conversation_id) is None:
                raise NotFound("No such conversation", f"There is no conversation {conversation_id}.")
            return timeline.files_of(reader, conversation_id)

    def content(self, file_id: int) -> Held:
        """A file of a message with its bytes; raises NotFound when there is none of that number."""
        with self._store.reading() as reader:
            found = timeline.file_content(reader, file_id)
        if found is None:
            raise NotFound("No such file", f"No message has the file {file_id}.")
        return Held(*found)

    def save(self, file_id: int, folder: Path | None = None) -> Path:
        """Save a file of a message into a folder, by default where downloads go; answers where it is.

        A name that is taken gets a number; nothing is ever written over, no link is followed, and
        only the agent can read it. Raises NotFound for no such file, Refused where it cannot be
        written, and then nothing of it stays.
        """
        paths.check(self._desk)
        held = self.content(file_id)
        return put(held.content, held.name, default_folder() if folder is None else folder)


def default_folder() -> Path:
    """Where files are saved when no folder is named: the platform's downloads, else home."""
    import platformdirs

    downloads = platformdirs.user_downloads_path()
    return downloads if downloads.is_dir() else Path.home()


def put(content: bytes, name: str, folder: Path) -> Path:
    """Write a new file of that name, made safe, into a folder that is there; answers its path."""
    try:
        folder = folder.expanduser().absolute()
    except RuntimeError as error:
        raise Refused("No such folder", f"{folder}: this host knows no such user.") from error
    if not folder.is_dir():
        raise Refused("No such folder", f"{folder} is {'a file' if folder.exists() else 'not there'}.")
    safe = file_name(name)
    for number in count(1):
        path = folder / (safe if number == 1 else _numbered(safe, number))
        try:
            descriptor = os.open(
                path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
            )
        except FileExistsError:
            if number >= TRIES:
                raise Refused("Too many of that name", f"{folder} has {TRIES:,} files like {safe}.") from None
            continue
        except (OSError, ValueError) as error:
            raise _refused(path, error) from error
        break
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except OSError as error:
        # Half a file would be taken for the whole.
        with suppress(OSError):
            path.unlink()
        raise _refused(path, error) from error
    return path


def _numbered(name: str, number: int) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    return f"{stem} ({number}){dot}{extension}"


def _refused(path: Path, error: OSError | ValueError) -> Refused:
    why = {errno.EACCES: "you may not write there", errno.ENOSPC: "there is no room left"}
    number = error.errno if isinstance(error, OSError) else 0
    words = why.get(number or 0) or getattr(error, "strerror", None) or type(error).__name__
    return Refused("The file cannot be saved", f"{path}: {words}.")
