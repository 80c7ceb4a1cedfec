"""Messages as they come in and go out: what the desk and a transport hand each other.

Apart from the other records, because nothing on the way to the first list needs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file that came with a message, or goes with one. `name` is as the sender wrote it.

    `marked` tells of an image whose mark stands in a text already, under its `content_id`.
    """

    name: str
    media_type: str
    content: bytes
    inline: bool = False
    content_id: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who an incoming message is from or to: a name that may be empty, and an address."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message a channel brought in, read and cleaned.

    `external_id` is what makes it one and the same message when it comes again. `body` is what the
    writer wrote, `quoted` what they quoted below it. `message_id` and `references` are without
    angle brackets, oldest first. `reply_to` is where the writer wants answers, when that is elsewhere
    than `sender`; `signature` is the end of `body` that is one. `at` is None when the message does not
    say. `automatic` marks out-of-office and other machine replies; `bounce_of` names the Message-ID that
    could not be delivered ("" when the bounce does not say which). `original` is every byte as it came.
    """

    channel: str
    external_id: str
    sender: Person
    subject: str
    body: str
    original: bytes
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    quoted: str = ""
    at: datetime | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()
    automatic: bool = False
    bounce: bool = False
    bounce_of: str = ""
    bounced_address: str = ""
    files: tuple[FileContent, ...] = ()
    reply_to: tuple[Person, ...] = ()
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says later of a message that it took, and called `provider_id`.

    `state` is "sent", "delivered" or "failed"; `words` are the provider's own. A provider that was told
    `message_id` and `round` when it was handed the message says them here.
    """

    channel: str
    provider_id: str
    state: str
    words: str = ""
    at: datetime | None = None
    message_id: str = ""
    round: int = 0


@dataclass(frozen=True, slots=True)
class Parcel:
    """A frozen outbound message, as a transport is handed it.

    `text` is the body as written (Markdown for email). `message_id` stays the same over every try;
    `round` grows each time a person has a failed one sent again, which is then really to be sent.
    `internal` marks a mail to one of the team. `reply_to` is where answers are to go, when that is
    elsewhere than `sender`. `copy` marks one that has been sent, and is to be filed in a mailbox. `alone`
    is said of one of which nobody knows whether it got out: no other message of the same words to the
    same people can be taken for it.
    """

    outbox_id: int
    channel: str
    sender: Person
    to: tuple[Person, ...]
    text: str
    message_id: str
    at: datetime
    subject: str = ""
    cc: tuple[Person, ...] = ()
    bcc: tuple[Person, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    files: tuple[FileContent, ...] = ()
    round: int = 0
    internal: bool = False
    reply_to: str = ""
    copy: bool = False
    alone: bool = False


class LogLine(NamedTuple):
    """One line of the whole history: who did which act when, to what, with what was and what is."""

    id: int
    at: datetime
    who: str
    act: str
    words: str
    conversation_id: int | None
    customer_id: int | None
    before: dict[str, object]
    after: dict[str, object]


class Outgoing(NamedTuple):
    """One thing that will happen by itself or is on its way out, as the outbox and the forecast tell it.

    `kind` is "message", "notice" (a mail to one of the team) or "snooze"; `id` is the outbox's
    number, or the snooze's. `state` is the outbox's own word, `fate` one of `core.records.Fate`, or
    "snoozed". `at` is when it is due, or ends. `to` are the recipients, `by` who wrote it, or snoozed.
    """

    kind: str
    id: int
    state: str
    fate: str
    at: datetime
    reason: str
    conversation_id: int | None
    customer_id: int | None
    customer: str
    subject: str
    channel: str
    by: str
    message_id: int | None = None
    excerpt: str = ""
    to: tuple[str, ...] = ()
    attempts: int = 0
    scheduled: bool = False
    hold_on_reply: bool = False
    replied_at: datetime | None = None
