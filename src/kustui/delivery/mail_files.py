"""Stored email on disk: single messages, mbox files, Maildir folders, and folders of these."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from kustui.core.post import Inbound
from kustui.delivery import RawMessage
from kustui.delivery.mail_parse import parse

MESSAGE_BYTES = 25 * 1024 * 1024
KEPT_BYTES = 64 * 1024
LINE_BYTES = 64 * 1024
TOO_LARGE = "The message is larger than 25 MB; only its beginning was kept."

# The line an mbox puts before each message: a sender, then a date as asctime writes it.
_SEPARATOR = re.compile(
    rb"From (?:\S+|\"[^\"\r\n]*\"\S*) +(?:.{0,80}?[ ,])??(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? "
    rb".{0,40}?\d{1,2}:\d\d.{0,40}?\b(?:19|20)\d\d\b|"
    rb"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), +\d{1,2} \w{3} (?:19|20)\d\d \d{1,2}:\d\d"
)
_HEADER = re.compile(rb">?From |[!-9;-~]{1,100}[ \t]*:")
_QUOTED_FROM = re.compile(rb">+From ")
_KNOWN_HEADER = re.compile(
    rb"(?im)^(?:from|to|subject|date|received|message-id|return-path|mime-version|content-type|delivered-to|"
    rb"reply-to|sender|x-[a-z-]{1,60})[ \t]*:"
)
_PACKED = {
    b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"!BDN": "an Outlook data file (.pst)", b"\xd0\xcf\x11\xe0": "an Outlook message (.msg)",
}  # fmt: skip
# Kept beside the messages by mail servers and programs.
_BOOKKEEPING = re.compile(
    r"dovecot.*|maildirfolder|maildirsize|subscriptions|courier.*|\.?uidvalidity.*|\.ds_store|thumbs\.db|desktop\.ini|"
    r".*\.msf|.*\.lock|\.mh_sequences|\.gitignore",
    re.IGNORECASE,
)


class MailFiles:
    """Reads stored email; a `MailReader`.

    Whatever is wrong with one file or message becomes the `trouble` of its RawMessage: nothing
    here raises, so an import of a hundred thousand messages goes on.
    """

    def total(self, paths: Iterable[Path]) -> int:
        """Bytes that reading `paths` will go through, for a progress bar."""
        return sum(_size(path) for path in _files(paths))

    def raw(self, paths: Iterable[Path]) -> Iterator[RawMessage]:
        """Every message under `paths`, one at a time, in memory that does not grow with the files."""
        for path in _files(paths):
            yield from _messages(path)

    def parse(self, content: bytes) -> Inbound:
        """One message read and cleaned; raises Unreadable, in words, when it cannot be."""
        return parse(content)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Every file to read, in a lasting order, each folder once however links lead to it."""
    seen: set[tuple[int, int]] = set()
    for path in paths:
        yield from _walk(Path(path), seen)


def _walk(start: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    waiting = [start]
    while waiting:
        path = waiting.pop()
        try:
            state = path.stat()
            if not stat.S_ISDIR(state.st_mode):
                yield path
                continue
            if (state.st_dev, state.st_ino) in seen:
                continue
            seen.add((state.st_dev, state.st_ino))
            names = sorted(os.listdir(path), reverse=True)
        except OSError:
            # Reading it says what is wrong with it.
            yield path
            continue
        if {"cur", "new"} <= set(names):
            # What is in tmp was never delivered; what is beside these folders is bookkeeping.
            names = [name for name in names if name != "tmp" and (path / name).is_dir()]
        waiting.extend(path / name for name in names if not _BOOKKEEPING.fullmatch(name))


def _size(path: Path) -> int:
    try:
        state = path.stat()
    except OSError:
        return 0
    return state.st_size if stat.S_ISREG(state.st_mode) else 0


def _messages(path: Path) -> Iterator[RawMessage]:
    where = str(path)
    size = _size(path)
    told = 0
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            yield RawMessage(b"", where, 0, "It is not a file but a device, a pipe or a socket.")
            return
        with path.open("rb") as file:
            head = file.read(KEPT_BYTES)
            file.seek(0)
            if _SEPARATOR.match(head):
                for message in _mbox(file, where):
                    told += message.size
                    yield message
            else:
                yield _single(file, head, where, size)
    except OSError as error:
        why = error.strerror or type(error).__name__
        yield RawMessage(b"", where, max(0, size - told), f"The file cannot be read: {why}.")


def _single(file: BinaryIO, head: bytes, where: str, size: int) -> RawMessage:
    if trouble := _not_mail(head):
        return RawMessage(head, where, size, trouble)
    if size > MESSAGE_BYTES:
        return RawMessage(head, where, size, TOO_LARGE)
    content = file.read(MESSAGE_BYTES + 1)
    if len(content) > MESSAGE_BYTES:
        return RawMessage(content[:KEPT_BYTES], where, len(content), TOO_LARGE)
    return RawMessage(content, where, len(content))


def _not_mail(head: bytes) -> str:
    """Why the beginning of a file is not an email's; "" when it may be one."""
    if not head.strip():
        return "The file is empty."
    for magic, kind in _PACKED.items():
        if head.startswith(magic):
            if kind.startswith("an "):
                return f"It is {kind}: export it as .eml or mbox first."
            return f"It is packed ({kind}): unpack it first."
    if not _KNOWN_HEADER.search(head.replace(b"\r", b"\n")):
        return "It does not look like an email: it has no header lines."
    return ""


def _mbox(file: BinaryIO, where: str) -> Iterator[RawMessage]:
    """The messages of an mbox, its quoted ">From " lines as they were sent.

    A separator counts only after a blank line and before a header line, because a letter may
    begin a paragraph with "From".
    """
    place = 0
    number = 0
    lines: list[bytes] = []
    kept = size = 0
    blank = True
    line = file.readline(LINE_BYTES)
    while line:
        following = file.readline(LINE_BYTES)
        if (
            blank
            and line.startswith(b"From ")
            and _SEPARATOR.match(line)
            and (_HEADER.match(following) or not following.strip())
            and (place == 0 or _HEADER.match(following))
        ):
            if size:
                number += 1
                yield _one_of_mbox(lines, kept, size, f"{where}#{number}")
            lines, kept, size = [line], len(line), len(line)
        else:
            size += len(line)
            if kept <= MESSAGE_BYTES:
                if line.startswith(b">") and _QUOTED_FROM.match(line):
                    line = line[1:]
                lines.append(line)
                kept += len(line)
            elif len(lines) > 1:
                lines = [b"".join(lines)[:KEPT_BYTES]]
        place += len(line)
        blank = line in (b"\n", b"\r\n")
        line = following
    if size:
        yield _one_of_mbox(lines, kept, size, f"{where}#{number + 1}")


def _one_of_mbox(lines: list[bytes], kept: int, size: int, where: str) -> RawMessage:
    content = b"".join(lines)
    if kept > MESSAGE_BYTES:
        return RawMessage(content[:KEPT_BYTES], where, size, TOO_LARGE)
    if not content.partition(b"\n")[2].strip():
        return RawMessage(content, where, size, "The message is empty.")
    return RawMessage(content, where, size)
