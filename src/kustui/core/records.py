"""Frozen values that travel between rooms.

Instants are aware UTC datetimes. Text in a record is clean (`core.text.clean`) and safe to show;
identifiers are the store's whole numbers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from kustui.core.record import Record

Status = Literal["open", "snoozed", "done"]
EntryKind = Literal["inbound", "outbound", "note", "history"]
Fate = Literal[
    "draft", "held", "scheduled", "queued", "sending", "sent", "failed", "uncertain", "discarded", "received"
]
SnoozeKind = Literal["duration", "wall clock", "custom", "until reply"]


class Agent(Record):
    """Someone of the team. `zone` is an IANA name, empty for the server's; `theme`, `keys` (a preset) and
    `inbox` (its order) are read at sign-in.
    """

    id: int
    login: str
    name: str
    email: str = ""
    zone: str = ""
    language: str = "en"
    theme: str = ""
    keys: str = ""
    inbox: str = ""


class Address(Record):
    """One way to reach a customer. `value` is the form it is compared by, `shown` the one typed."""

    kind: str
    value: str
    shown: str = ""
    id: int = 0


class Customer(Record):
    """A customer's profile. `attributes` are (name, value), by name."""

    id: int
    name: str
    company: str = ""
    zone: str = ""
    language: str = ""
    about: str = ""
    vip: bool = False
    addresses: tuple[Address, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def address(self, kind: str) -> Address | None:
        """The customer's first address of a kind, or None."""
        return next((address for address in self.addresses if address.kind == kind), None)


class Snooze(Record):
    """Why and until when a conversation is away. `until` is None for *until the customer replies*."""

    id: int
    kind: str
    until: datetime | None
    label: str = ""
    by: str = ""
    keep_on_reply: bool = False


class Conversation(Record):
    """One topic within a customer, as a header shows it.

    `waiting_since` is when the customer's oldest unanswered message came in; None when it is
    answered, snoozed or done. `last_inbound_at` is when they wrote last. `followers` are (agent, name).
    `target` is what was promised ("first", "next"), missed at `target_at`.
    """

    id: int
    customer_id: int
    customer: str
    subject: str
    channel: str
    status: Status
    created_at: datetime
    last_at: datetime
    sub_status_id: int | None = None
    sub_status: str = ""
    assignee_id: int | None = None
    assignee: str = ""
    priority: int = 3
    waiting_since: datetime | None = None
    unread: int = 0
    messages: int = 0
    snooze: Snooze | None = None
    excerpt: str = ""
    direction: str = "inbound"
    tags: tuple[str, ...] = ()
    last_inbound_at: datetime | None = None
    team: str = ""
    followers: tuple[tuple[int, str], ...] = ()
    target: str = ""
    target_at: datetime | None = None


class ListRow(Record):
    """One line of a list in the sidebar: a customer with the conversation that puts them there.

    `key` is what the list is ordered and found by: the customer's id in Inbox and Currently
    Viewing, the conversation's in the lists of conversations.
    """

    key: int
    customer_id: int
    conversation_id: int
    name: str
    subject: str
    channel: str
    status: Status
    unread: int = 0
    priority: int = 3
    waiting_since: datetime | None = None
    last_at: datetime | None = None
    snooze_until: datetime | None = None
    fate: str = ""
    due_at: datetime | None = None
    draft: bool = False
    assignee: str = ""
    closable: bool = False
    target: str = ""
    target_at: datetime | None = None


class FileLine(Record):
    """An attachment as the timeline names it. `size` is in bytes; `content_id` names an inline image."""

    id: int
    name: str
    media_type: str
    size: int
    inline: bool = False
    content_id: str = ""


class EntryKey(NamedTuple):
    """Enough of one of ten thousand entries to place it: `length` in code points, `lines` as written."""

    kind: EntryKind
    id: int
    at_ms: int
    length: int
    lines: int


class Entry(Record):
    """One thing on a customer's timeline: a message, a note, or a line of history.

    `body` is what is shown (64 KB or 2,000 lines at most), its last `signature` code points faintly;
    `rest` counts what only the pager shows. `quoted` is the history the writer quoted, folded at first.
    `fate` says where an outbound message is on its way, `fate_words` why; `outbox_id` is its number
    in the outbox, 0 when it never was there. What went at `sent_at` arrived at `delivered_at`, if known.
    """

    kind: EntryKind
    id: int
    conversation_id: int
    at: datetime
    author: str
    body: str
    mine: bool = False
    channel: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    quoted: str = ""
    rest: int = 0
    files: tuple[FileLine, ...] = ()
    fate: str = ""
    fate_words: str = ""
    due_at: datetime | None = None
    automatic: bool = False
    bounce: bool = False
    outbox_id: int = 0
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    signature: int = 0


class Draft(Record):
    """Words an agent has not sent yet. `conversation_id` is None for a new conversation.

    `kind` is "reply" or "note" in a conversation, "email", "sms" or "note" for a new one. `saved_at`
    is when the words were saved that it was read with. `aside` tells that the agent had typed other
    words in another program: they are set aside, and undo brings them back. `template_id` is 0 for
    none; `tags` and `then` are what its shortcuts do when it is sent. `files` are read with a draft,
    and changed by acts of their own.
    """

    id: int
    agent_id: int
    customer_id: int
    kind: str
    conversation_id: int | None = None
    subject: str = ""
    body: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    saved_at: datetime | None = None
    aside: bool = False
    template_id: int = 0
    tags: tuple[str, ...] = ()
    then: str = ""
    files: tuple[FileLine, ...] = ()


class SubStatus(Record):
    """A refinement of one status; never drives logic (SPEC B2)."""

    id: int
    status: Status
    label: str


class SnoozeChoice(Record):
    """One line of the snooze dialog (SPEC B4). `value` is minutes for a duration ("120"), "<day> HH:MM"
    for a wall clock ("tomorrow 09:00", "monday 09:00"), and empty for until reply.
    """

    id: int
    key: str
    label: str
    kind: SnoozeKind
    value: str = ""


class Notification(NamedTuple):
    """Something an agent should know: a wake, a reply before a send, a failure (SPEC B7, D9).

    `kind` is one word for what happened; `read` says that the agent has seen it. `conversation_id`
    and `customer_id` are None where it is about no conversation.
    """

    id: int
    kind: str
    text: str
    at: datetime
    conversation_id: int | None = None
    customer_id: int | None = None
    read: bool = False


class Notify(NamedTuple):
    """How a program draws attention to a new notification, besides saying it on the screen: `bell` rings
    the terminal's bell, `desktop` asks the terminal for a notification of its own.
    """

    bell: bool = True
    desktop: bool = False


class Changed(Record):
    """What an act did: which rows to look at again, and a sentence for the agent."""

    customers: frozenset[int] = frozenset()
    conversations: frozenset[int] = frozenset()
    notice: str = ""
    conversation_id: int | None = None
    customer_id: int | None = None
    message_id: int | None = None
