"""Messages out and in. This page is the door: what a transport and a reader of mail must be.

A transport is found by the entry-point group `kustui.transports`; its name is the entry's name.
Rooms behind this door know no tables and no desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple, Protocol, runtime_checkable

from kustui.clock import Clock
from kustui.core.post import Inbound, Parcel, Receipt


@dataclass(frozen=True, slots=True)
class Setup:
    """What a transport is set up with by its class method `set_up(setup)`.

    `folder` is the workspace's own folder for outgoing files; `options` are the transport's own.
    """

    folder: Path
    clock: Clock
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A transport's word that it took a message; `provider_id` is the provider's name for it."""

    provider_id: str = ""
    words: str = ""


@runtime_checkable
class Transport(Protocol):
    """Carries messages out on some channels.

    `timeout` is the longest one call may take, in seconds. `rate` is how many messages a second it
    may be handed at most, by all programs together; 0 for as many as there are. `repeatable` says
    whether the provider recognises the same message (`Parcel.message_id` and `round`) when it is
    handed over twice: only then is one sent again by itself that may have got out before.
    """

    name: str
    channels: frozenset[str]
    timeout: float
    rate: float
    repeatable: bool

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """Hand `parcel` over. `commit` is called just before the first byte that cannot be taken back.

        Raises DeliveryFailed (refused for good) or TryLater (refused for now, nothing delivered);
        any other error, and a time-out, mean that nobody knows.
        """

    def collect(self) -> Iterable[Inbound]:
        """What has come in since the last call; empty for a transport that only sends.

        What is handed over here is not handed over again: a mailbox is read by a `Collects`.
        """


@runtime_checkable
class Proves(Protocol):
    """A transport that can look whether a message got out, when nobody knows."""

    def proof(self, parcel: Parcel) -> str:
        """In words, what proves that `parcel` was delivered; empty when nothing does."""


@runtime_checkable
class Checks(Protocol):
    """A transport that can look whether it would work, sending nothing."""

    def check(self) -> str:
        """In words, that it would; raises a KustuiError that says why it would not."""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """The bytes of one stored email, and where they were found (`path` and place in it).

    `trouble` is set, with what bytes there are, when the message could not even be read from its
    file: too large, a file that is not mail, a read error.
    """

    content: bytes
    where: str
    size: int
    trouble: str = ""


class MailReader(Protocol):
    """Reads stored email: single files, mbox files, Maildir folders, and folders of these."""

    def total(self, paths: Iterable[Path]) -> int:
        """Bytes that reading `paths` will go through, for a progress bar."""

    def raw(self, paths: Iterable[Path]) -> Iterator[RawMessage]:
        """Every message under `paths`, one at a time, in memory that does not grow with the files."""

    def parse(self, content: bytes) -> Inbound:
        """One message read and cleaned; raises Unreadable, in words, when it cannot be."""


class Arrived(NamedTuple):
    """A message found in a mailbox at `place`, which is its identity there, and the `cursor` behind it."""

    place: str
    raw: RawMessage
    cursor: str


class Portion(NamedTuple):
    """Some of what stands in a mailbox, and the `cursor` behind all of it; without any, how far to look."""

    arrived: tuple[Arrived, ...]
    cursor: str


@runtime_checkable
class Collects(Protocol):
    """A transport that reads a mailbox, for one program at a time.

    `timeout` is the longest that one step of it may take, in seconds; `mailbox` tells this mailbox from
    every other one, and the cursor is kept under it.
    """

    name: str
    mailbox: str
    timeout: float

    def arrivals(self, cursor: str) -> Iterator[Portion]:
        """What stands in the mailbox behind `cursor` ("" at the very first), some at a time.

        Asking for more, and beginning again with a cursor, says that all before it is filed: only
        then is it marked as read. Raises TryLater when the mailbox cannot be reached.
        """

    def wait(self, seconds: float, stop: Event) -> None:
        """Return when something new may be there, after so many seconds, or soon after `stop`."""

    def close(self) -> None:
        """Let the mailbox go."""


class Request(NamedTuple):
    """A provider's request to a webhook of ours: `url` as the provider called it, `headers` by their names
    in small letters.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """What a webhook answers, once what `came` with the request is filed."""

    status: int = 200
    text: str = ""
    media_type: str = "text/plain"
    came: tuple[Inbound | Receipt, ...] = ()


@runtime_checkable
class Webhook(Protocol):
    """A transport whose provider calls us."""

    def webhook(self, request: Request) -> Answer:
        """Read a request, checking that it is the provider's; whatever it is, this answers."""
