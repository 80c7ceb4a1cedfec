"""Files that go with a draft: read from disk, checked by name, size and content, kept once (SPEC C7, C8)."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kustui.core import attachments
from kustui.core.post import FileContent
from kustui.core.records import Changed, Draft, FileLine
from kustui.core.text import file_name
from kustui.desk import drafts_together, paths
from kustui.errors import MissingExtra, NotFound, Refused
from kustui.store import tables
from kustui.store.queries import drafts
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk


class Files:
    """Attaches files to drafts and takes them off; a file attached twice is there once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def attach(
        self, draft: Draft, channel: str, path: Path, *, inline: bool = False
    ) -> tuple[Draft, FileLine]:
        """Attach the file at `path` to a draft that travels by `channel`; answers the draft as it is then.

        Raises Refused, naming the file and the limit, and then nothing changed.
        """
        paths.check(self._desk)
        return self.add(draft, channel, read(path, inline=inline))

    def add(self, draft: Draft, channel: str, content: FileContent) -> tuple[Draft, FileLine]:
        """Attach a file that has been read and checked (see `read`)."""
        attachments.check_channel(channel, inline=content.inline)
        with self._desk.store.writing() as act:
            there = drafts_together.here(act, draft)
            found = drafts.open_draft(
                act.ask(), there.agent_id, there.customer_id, there.kind, there.conversation_id
            )
            number = found[0] if found else 0
            if not number:
                # What was sent stays sent: the file is then for the next message, which says nothing yet.
                was_sent = bool(draft.id)
                anew = replace(there, id=0, body="", subject="") if was_sent else there
                row = self._desk.drafts.row(act, anew)
                number, draft = row.id or 0, replace(draft, saved_at=row.saved_at)
            held = drafts.files(act.ask(), number)
            line = put(act, number, content, held)
            # Words that are saved already stay as they are: newer ones may have been typed since.
            return replace(draft, id=number, files=drafts.files(act.ask(), number)), line

    def remove(self, number: int) -> Changed:
        """Take a file off the agent's own draft again."""
        with self._desk.store.writing() as act:
            row = act.get(tables.Attachment, number, "file")
            held = act.get(tables.Draft, row.draft_id, "draft") if row.draft_id else None
            if held is None or held.agent_id != self._desk.agent.id:
                raise NotFound("No such file", f"No draft of yours has the file {number}.")
            act.session.delete(row)
            return Changed(
                frozenset({held.customer_id}), notice=f"Taken off: {row.name}", customer_id=held.customer_id
            )


def put(act: Writing, draft_id: int, content: FileContent, held: tuple[FileLine, ...]) -> FileLine:
    """Inside an act: a file stands in a draft, once; answers it as it is there."""
    digest = hashlib.sha256(content.content).hexdigest()
    same = drafts.file_of(act.ask(), draft_id, digest, content.name, inline=content.inline)
    # An image whose mark stands in the text already (a shortcut's) is found by it.
    own = content.inline and any(each.content_id == content.content_id for each in held)
    if same is not None and (own or not content.marked):
        return same
    attachments.check_size(content.name, len(content.content), held)
    return row_of(act, content, digest, draft_id=draft_id)


def row_of(act: Writing, content: FileContent, digest: str, **whose: int) -> FileLine:
    """Inside an act: a file's bytes are kept, and it stands where `whose` says (draft_id, shortcut_id)."""
    if act.session.get(tables.Blob, digest) is None:
        act.add(tables.Blob(sha256=digest, content=content.content))
    row = act.add(
        tables.Attachment(
            **whose,
            sha256=digest,
            name=content.name,
            media_type=content.media_type,
            size=len(content.content),
            inline=content.inline,
            content_id=content.content_id,
        )
    )
    return FileLine(row.id or 0, row.name, row.media_type, row.size, row.inline, row.content_id)


def read(path: Path, *, inline: bool = False) -> FileContent:
    """The file at `path`, checked by its name, its size and its content.

    Raises Refused for what is no plain file (a folder, a link, a device), is not there or cannot be
    read, is of no type that can be attached, is too large, or is not what its name says; MissingExtra
    without the library that knows contents.
    """
    with contextlib.suppress(RuntimeError):
        path = path.expanduser()
    name = file_name(path.name)
    kind = attachments.kind_of(name)
    if inline and not kind.image:
        raise Refused("Not an image", f"{name} cannot stand in the text; attach it.")
    content = _bytes(path, name)
    # The same image is the same part of whatever it stands in, and a shift is the same to the byte.
    told = hashlib.sha256(name.encode() + b"\0" + content).hexdigest()
    return checked(name, content, inline=inline, content_id=f"{told[:16]}@kustui" if inline else "")


def checked(name: str, content: bytes, *, inline: bool = False, content_id: str = "") -> FileContent:
    """A file that may be attached; raises Refused by its name, its size or its content."""
    kind = attachments.kind_of(name)
    attachments.check_size(name, len(content))
    _check_content(name, kind, content)
    return FileContent(name, kind.media_type, content, inline, content_id)


def _bytes(path: Path, name: str) -> bytes:
    try:
        # A pipe must not be waited for, and a link not followed: what it names may change.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Refused("A link, not a file", f"{path} points elsewhere; name the file itself.") from error
        why = {errno.ENOENT: "it is not there", errno.EACCES: "you may not read it"}
        words = why.get(error.errno or 0, error.strerror or type(error).__name__)
        raise Refused("The file cannot be read", f"{path}: {words}.") from error
    except ValueError as error:
        raise Refused("The file cannot be read", f"{name}: that is no path.") from error
    held = os.fstat(descriptor)
    if not stat.S_ISREG(held.st_mode):
        os.close(descriptor)
        what = "a folder" if stat.S_ISDIR(held.st_mode) else "a device or a pipe"
        raise Refused("Not a file", f"{path} is {what}.")
    with os.fdopen(descriptor, "rb") as file:
        attachments.check_size(name, held.st_size)
        try:
            return file.read(attachments.FILE_LIMIT + 1)
        except OSError as error:
            raise Refused("The file cannot be read", f"{path}: {error.strerror}.") from error


def _check_content(name: str, kind: attachments.Kind, content: bytes) -> None:
    if kind.extension == ".txt":
        fits = b"\0" not in content and _is_text(content)
    elif kind.extension in (".zip", ".docx", ".xlsx"):
        fits = _is_zip(kind.extension, content)
    else:
        fits = kind.extension in _extensions(content)
    if not fits:
        raise Refused("Not what its name says", f"{name} is no {kind.extension} file inside.")


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return not any(byte < 9 for byte in content)
    return True


def _is_zip(extension: str, content: bytes) -> bool:
    """Whether it is such an archive, by its directory alone: nothing is unpacked."""
    from io import BytesIO
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (BadZipFile, ValueError, NotImplementedError):
        return False
    inside = {".docx": "word/", ".xlsx": "xl/", ".zip": ""}[extension]
    return any(each.startswith(inside) for each in names) or not names


def _extensions(content: bytes) -> set[str]:
    """What a content may be called, by its first bytes."""
    try:
        import puremagic
    except ModuleNotFoundError as error:
        raise MissingExtra("Attaching files", "files") from error
    try:
        found = {match.extension.lower() for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return set()
    return found | ({".jpg"} if found & {".jpeg", ".jfif", ".jpe"} else set())
