"""What a visitor of the chat page may do and see (SPEC B1, C2, D7).

A visitor is known by a token that only they have. The store keeps a digest of it, by which nobody can
write as they do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kustui.core.channels import CHANNELS, left
from kustui.core.pictures import is_picture
from kustui.core.post import Inbound, Person
from kustui.core.records import FileLine
from kustui.core.text import clean, one_line, storable
from kustui.desk import public_files
from kustui.errors import NotFound, Refused
from kustui.store.queries import chat as asking
from kustui.store.queries import timeline

if TYPE_CHECKING:
    from kustui.desk import Desk

NAME_LIMIT = 60
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}\.([A-Za-z0-9_-]{0,330})\.([A-Za-z0-9_-]{22})")
_NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")
_NOT_IN_MARKS = re.compile(r"[\[\]()\n]")


class Visitor(NamedTuple):
    """Who a token stands for: their address in the store, and the name that they typed or ""."""

    address: str
    name: str


class Part(NamedTuple):
    """A piece of a message: words, or a file that is shown as a `picture` or offered."""

    text: str = ""
    file: FileLine | None = None
    picture: bool = False


class Said(NamedTuple):
    """A message on the page. `at` in ms; `mine` is the visitor's own number of what they wrote."""

    id: int
    ours: bool
    name: str
    at: int
    mine: str
    parts: tuple[Part, ...]


class Thread(NamedTuple):
    """What was said after a cursor, and the cursor behind it."""

    messages: list[Said]
    cursor: int


class Chat:
    """The visitors' side of a workspace."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._key = public_files.key(desk, "chat token")

    @property
    def limit(self) -> int:
        """Characters that a message may have."""
        return CHANNELS["chat"].limit or 0

    # -- who they are ----------------------------------------------------------------------

    def welcome(self, name: str = "") -> str:
        """A new visitor's token; nothing is stored before they write. The name is only a name."""
        name = one_line(storable(name), NAME_LIMIT)
        told = f"{_text(secrets.token_bytes(32))}.{_text(name.encode())}"
        return f"{told}.{self._seal(told)}"

    def visitor(self, token: str) -> Visitor | None:
        """Whom a token stands for; None when it was not given out here."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            return None
        told, _, seal = token.rpartition(".")
        if not hmac.compare_digest(seal, self._seal(told)):
            return None
        name = base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)).decode("utf-8", "replace")
        return Visitor(f"visitor-{hashlib.sha256(token.encode()).hexdigest()[:32]}", name)

    def _seal(self, told: str) -> str:
        return _text(hmac.digest(self._key, told.encode(), "sha256")[:16])

    # -- what they do ----------------------------------------------------------------------

    def write(self, visitor: Visitor, text: str, number: str) -> None:
        """File what a visitor wrote, under their own `number` for it: sent twice it is filed once.

        Raises Refused for nothing, for too much (SPEC C2), and for a number that is none.
        """
        if not _NUMBER.fullmatch(number):
            raise Refused("Not understood", "The message has no number of its own.")
        text = storable(text).strip()
        # What only has characters that nobody sees would be an empty line to the team.
        if not clean(text).strip():
            raise Refused("Nothing to send", "The message is empty.")
        over = left("chat", text)
        if over is not None and over < 0:
            raise Refused(
                "Too long",
                f"{len(text):,} characters; a message may have {self.limit:,}. Shorten it by {-over:,}.",
            )
        with self._desk.store.reading() as reader:
            known = asking.customer_of(reader, visitor.address) is not None
        # Once there is a customer, the name that the team gave them stands.
        name = "" if known else visitor.name or f"Visitor {visitor.address[8:14]}"
        self._desk.intake.receive(
            Inbound(
                channel="chat",
                external_id=f"chat:{visitor.address}:{number}",
                sender=Person(visitor.address, name),
                subject="",
                body=text,
                original=text.encode(),
            )
        )

    # -- what they see ---------------------------------------------------------------------

    def thread(self, visitor: Visitor, after: int = 0) -> Thread:
        """What a visitor may see of what was said, or changed, after a cursor; 0 for the latest of it."""
        with self._desk.store.reading() as reader:
            customer_id = asking.customer_of(reader, visitor.address)
            if customer_id is None:
                return Thread([], 0)
            cursor = asking.cursor(reader, customer_id)
            # A store that was put back from a backup is behind what the page has seen.
            fresh = after <= 0 or after > cursor
            numbers = (
                asking.newest(reader, customer_id, visitor.address)
                if fresh
                else asking.since(reader, customer_id, visitor.address, after)
            )
            lines = asking.seen_by(reader, visitor.address, numbers) if numbers else []
            files = timeline.files(reader, [line.id for line in lines if line.ours]) if lines else {}
        return Thread([self._said(visitor, line, files.get(line.id, ())) for line in lines], cursor)

    def file(self, visitor: Visitor, number: int) -> tuple[str, str, bytes]:
        """(name, media type, bytes) of a file of ours that a visitor may see; raises NotFound."""
        with self._desk.store.reading() as reader:
            found = asking.file_of(reader, visitor.address, number)
        if found is None:
            raise NotFound("No such file", "Nothing is served under that number.")
        return found

    def version(self) -> int:
        """A number that changes when the store does; always to be asked from one thread."""
        return self._desk.store.version()

    def last(self) -> int:
        """How far the history is."""
        with self._desk.store.reading() as reader:
            return asking.last_line(reader)

    def stirred(self, after: int) -> tuple[int, set[str]]:
        """How far the history is, and the addresses of the visitors that it tells of since `after`."""
        with self._desk.store.reading() as reader:
            return asking.last_line(reader), asking.stirred(reader, after)

    def _said(self, visitor: Visitor, line: asking.Line, files: Sequence[FileLine]) -> Said:
        mine = "" if line.ours else line.external_id.removeprefix(f"chat:{visitor.address}:")
        name = _first_name(line.author) or self._desk.workspace if line.ours else ""
        return Said(line.id, line.ours, name, line.at, mine, tuple(_parts(line.body, files)))


def _parts(body: str, files: Sequence[FileLine]) -> Iterator[Part]:
    """A message as the page shows it: an image of the text stands where its name is left of its mark."""
    waiting = list(files)
    words: list[str] = []
    for line in body.split("\n"):
        here = next((each for each in waiting if each.inline and line.strip() == _bare(each.name)), None)
        if here is None:
            words.append(line)
            continue
        waiting.remove(here)
        if "\n".join(words).strip():
            yield Part("\n".join(words).strip("\n"))
        words = []
        yield Part(file=here, picture=is_picture(here))
    if "\n".join(words).strip():
        yield Part("\n".join(words).strip("\n"))
    for each in waiting:
        yield Part(file=each, picture=is_picture(each))


def _bare(name: str) -> str:
    return _NOT_IN_MARKS.sub(" ", name).strip()


def _first_name(author: str) -> str:
    first = author.split()[0] if author.split() else ""
    return "" if "@" in first else first


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
