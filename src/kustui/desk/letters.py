"""Email as one mbox file: what came as it came, what went as it went (SPEC G4).

Imported into an empty store it makes the same conversations, and exported again the same file.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from datetime import datetime
from typing import TYPE_CHECKING

from kustui.clock import instant
from kustui.desk.parcels import parcel
from kustui.errors import KustuiError, MissingExtra
from kustui.store.queries import letters as asking

if TYPE_CHECKING:
    from kustui.desk import Desk

_ENVELOPE = re.compile(
    rb"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) "
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} "
    rb"\d\d:\d\d:\d\d (?:19|20)\d\d\r?\n"
)
_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_HEADER = re.compile(rb">?From |[!-9;-~]{1,100}[ \t]*:")
_SENDER = re.compile(r"[!-~]{1,200}")


class mbox:  # noqa: N801 - named as the format is
    """An mbox file in the making; `left_out` counts the messages that were no mail, once it is made."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.left_out = 0

    def pieces(self) -> Generator[bytes, None, None]:
        """The letters, in the order in which they were filed."""
        with self._desk.store.reading() as reader:
            self.left_out = asking.count(reader)
            for number, sender, at, outbox_id in asking.letters(reader):
                content = asking.original(reader, number)
                if content is None:
                    content = self._sent(outbox_id)
                if content is not None:
                    self.left_out -= 1
                    yield letter(content, sender, instant(at))

    def _sent(self, outbox_id: int | None) -> bytes | None:
        write = self._desk.post.letter
        if write is None:
            raise MissingExtra("Writing email", "email")
        sent = None if outbox_id is None else parcel(self._desk, outbox_id)
        try:
            return None if sent is None else write(sent)
        except MissingExtra:
            raise
        except KustuiError:
            # An address that cannot stand in a header was never sent to.
            return None


def letter(content: bytes, sender: str, at: datetime) -> bytes:
    """A message as it stands in an mbox: behind a line that parts it from the one before, with every other
    line that looks like one quoted, and an empty line at its end.
    """
    found = _ENVELOPE.match(content)
    if found:
        first, rest = found[0], content[found.end() :]
    else:
        name = sender if _SENDER.fullmatch(sender) else "MAILER-DAEMON"
        first, rest = f"From {name} {at.ctime()}\n".encode(), content
    rest = _FROM.sub(rb">\1", rest)
    if not _HEADER.match(rest):
        # Without a header no reader of mbox files takes what follows for a letter; this one says nothing.
        rest = b"Status: O\n" + rest
    if not rest.endswith(b"\n"):
        rest += b"\n"
    if not rest.endswith((b"\n\n", b"\n\r\n")):
        rest += b"\n"
    return first + rest
