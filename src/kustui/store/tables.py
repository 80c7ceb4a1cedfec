"""Every noun of a workspace as a table (SPEC, *Words*).

Rows stay in the store: they are read and changed inside one transaction and leave it as records.
Instants are aware UTC datetimes here and whole milliseconds since 1970 in the database, so that
plain SQL compares them alike on every database. Lists of words (recipients, values before and
after) are JSON text.
"""
# No `from __future__ import annotations` here: SQLModel reads the annotations as they run.

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from kustui.clock import instant, milliseconds


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as whole milliseconds since 1970; a naive one is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the base class's signature
    ) -> int | None:
        """The number the database keeps."""
        return None if value is None else milliseconds(value)

    def process_result_value(
        self,
        value: int | None,
        dialect: Dialect,  # noqa: ARG002 - the base class's signature
    ) -> datetime | None:
        """The aware UTC datetime the program sees."""
        return None if value is None else instant(value)


class Row(SQLModel):
    """A row of a table. No table validates what it is given, so nothing is asked of pydantic: an import
    makes and changes hundreds of thousands of rows.
    """

    def __init__(self, **values: Any) -> None:
        fields = type(self).model_fields
        for name, field in fields.items():
            if name in values:
                setattr(self, name, values[name])
            elif not field.is_required():
                setattr(self, name, field.default)
        for name in ("__pydantic_extra__", "__pydantic_private__"):
            object.__setattr__(self, name, None)
        object.__setattr__(self, "__pydantic_fields_set__", fields.keys() & values.keys())

    def __setattr__(self, name: str, value: Any) -> None:
        # SQLAlchemy watches its columns by themselves.
        object.__setattr__(self, name, value)


def _key() -> int | None:
    return Field(default=None, primary_key=True)  # type: ignore[no-any-return]


class Workspace(Row, table=True):
    """The one row that says which workspace this is and how it is set.

    `host`, `path` and `file` say where the store is at home: a copy of it elsewhere sends nothing.
    """

    id: int = Field(default=1, primary_key=True)
    uuid: str
    name: str
    host: str = ""
    path: str = ""
    file: str = ""
    created_at: datetime = Field(sa_type=Instant)
    settings: str = Field(default="{}", sa_type=Text)


class Agent(Row, table=True):
    """Someone of the team. `capacity` is how many open conversations routing gives them; 0 for the workspace's.

    `given_at` is when they were last given one.
    """

    id: int | None = _key()
    login: str = Field(unique=True)
    name: str
    email: str = ""
    zone: str = ""
    language: str = "en"
    signature: str = Field(default="", sa_type=Text)
    availability: str = "available"
    inbox_cleared_at: datetime | None = Field(default=None, sa_type=Instant)
    preferences: str = Field(default="{}", sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    capacity: int = 0
    given_at: datetime | None = Field(default=None, sa_type=Instant)


class Team(Row, table=True):
    """A group of agents that work can be routed to."""

    id: int | None = _key()
    name: str = Field(unique=True)


class TeamMember(Row, table=True):
    """An agent's place in a team."""

    __tablename__ = "team_member"
    team_id: int = Field(primary_key=True, foreign_key="team.id")
    agent_id: int = Field(primary_key=True, foreign_key="agent.id")


class Customer(Row, table=True):
    """Someone who writes to us. `merged_into` is the customer that this one became part of."""

    id: int | None = _key()
    name: str
    company: str = ""
    zone: str = ""
    language: str = ""
    about: str = Field(default="", sa_type=Text)
    vip: bool = False
    attributes: str = Field(default="{}", sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    merged_into: int | None = Field(default=None, foreign_key="customer.id")


class Address(Row, table=True):
    """One way to reach a customer; unique in the workspace (SPEC A2)."""

    id: int | None = _key()
    customer_id: int = Field(foreign_key="customer.id")
    kind: str
    value: str
    shown: str = ""


class SubStatus(Row, table=True):
    """A refinement of one status (SPEC B2)."""

    __tablename__ = "sub_status"
    id: int | None = _key()
    status: str
    label: str
    position: int = 0
    enabled: bool = True


class SnoozeChoice(Row, table=True):
    """One line of the snooze dialog (SPEC B4)."""

    __tablename__ = "snooze_choice"
    id: int | None = _key()
    key: str
    label: str
    kind: str
    value: str = ""
    position: int = 0
    enabled: bool = True


class Conversation(Row, table=True):
    """One topic within a customer. `merged_into` is the conversation that this one became part of.

    `target` is what the team has promised next: "first" response, "next" reply, or nothing; it is
    missed at `target_at`, or, while it is paused, has `target_left` milliseconds of working time left.
    """

    id: int | None = _key()
    customer_id: int = Field(foreign_key="customer.id")
    channel: str
    subject: str = ""
    status: str = "open"
    sub_status_id: int | None = Field(default=None, foreign_key="sub_status.id")
    priority: int = 3
    assignee_id: int | None = Field(default=None, foreign_key="agent.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")
    direction: str = "inbound"
    unread: int = 0
    messages: int = 0
    excerpt: str = ""
    waiting_since: datetime | None = Field(default=None, sa_type=Instant)
    snooze_id: int | None = None
    snoozed_until: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    last_at: datetime = Field(sa_type=Instant)
    last_inbound_at: datetime | None = Field(default=None, sa_type=Instant)
    last_outbound_at: datetime | None = Field(default=None, sa_type=Instant)
    stirred_at: datetime = Field(sa_type=Instant)
    merged_into: int | None = Field(default=None, foreign_key="conversation.id")
    first_reply_at: datetime | None = Field(default=None, sa_type=Instant)
    target: str = ""
    target_at: datetime | None = Field(default=None, sa_type=Instant)
    target_left: int | None = Field(default=None, sa_type=BigInteger)


class Snooze(Row, table=True):
    """One putting-away of a conversation; `ended_at` says it can wake nothing any more (SPEC B9)."""

    id: int | None = _key()
    conversation_id: int = Field(foreign_key="conversation.id")
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    kind: str
    label: str = ""
    until: datetime | None = Field(default=None, sa_type=Instant)
    keep_on_reply: bool = False
    created_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_by: str = ""


class Tag(Row, table=True):
    """A word conversations are marked with."""

    id: int | None = _key()
    label: str = Field(unique=True)


class ConversationTag(Row, table=True):
    """A tag on a conversation."""

    __tablename__ = "conversation_tag"
    conversation_id: int = Field(primary_key=True, foreign_key="conversation.id")
    tag_id: int = Field(primary_key=True, foreign_key="tag.id")


class Message(Row, table=True):
    """A message or a note, as it stands on the timeline. `length` is in code points.

    What was queued is frozen: recipients, body and files never change afterwards (SPEC D7).
    `token` makes many presses of Send one message. `signature` counts the code points at the end of
    the body that are one.
    """

    id: int | None = _key()
    conversation_id: int = Field(foreign_key="conversation.id")
    customer_id: int = Field(foreign_key="customer.id")
    direction: str
    channel: str
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    author: str = ""
    sender: str = ""
    recipients: str = Field(default="{}", sa_type=Text)
    subject: str = ""
    body: str = Field(default="", sa_type=Text)
    quoted: str = Field(default="", sa_type=Text)
    length: int = 0
    lines: int = 1
    at: datetime = Field(sa_type=Instant)
    external_id: str | None = Field(default=None, unique=True)
    message_id: str = ""
    refs: str = Field(default="[]", sa_type=Text)
    token: str | None = Field(default=None, unique=True)
    automatic: bool = False
    bounce: bool = False
    signature: int = 0


class Original(Row, table=True):
    """The bytes of an incoming message as they came; `packed` says they are zlib-compressed."""

    message_id: int = Field(primary_key=True, foreign_key="message.id")
    content: bytes = Field(sa_type=LargeBinary)
    packed: bool = False


class Reference(Row, table=True):
    """A Message-ID that belongs to a conversation: its own messages' and those they point at."""

    message_id: str = Field(primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")


class Blob(Row, table=True):
    """A file's bytes, kept once however often they came."""

    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class Attachment(Row, table=True):
    """A file of a message, of a draft, or an image of a shortcut. `size` is in bytes."""

    id: int | None = _key()
    message_id: int | None = Field(default=None, foreign_key="message.id")
    draft_id: int | None = Field(default=None, foreign_key="draft.id")
    shortcut_id: int | None = Field(default=None, foreign_key="shortcut.id")
    sha256: str = Field(foreign_key="blob.sha256")
    name: str
    media_type: str
    size: int
    inline: bool = False
    content_id: str = ""


class Outbox(Row, table=True):
    """One thing on its way out, and its fate. `fence` grows with every claim, `round` with every retry.

    `kind` is "message", "notice" for a mail to an agent, which then stands in `payload` as JSON, or
    "copy" for the copy of a sent one that is filed in a mailbox; its `payload` is that one's number.
    `scheduled` says that somebody chose the time; `hold_on_reply` that the customer's reply before
    it holds the message, `replied_at` when that reply came (SPEC D9). `carrier` is the transport
    that began to send it, `delivered_at` when the provider said that it had arrived.
    """

    id: int | None = _key()
    kind: str = "message"
    message_id: int | None = Field(default=None, foreign_key="message.id", unique=True)
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    channel: str
    payload: str = Field(default="", sa_type=Text)
    state: str = "queued"
    due_at: datetime = Field(sa_type=Instant)
    scheduled: bool = False
    fence: int = 0
    owner: str = ""
    lease_until: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    round: int = 0
    provider_id: str = ""
    reason: str = Field(default="", sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    undo: str = Field(default="", sa_type=Text)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    hold_on_reply: bool = False
    replied_at: datetime | None = Field(default=None, sa_type=Instant)
    carrier: str = ""
    delivered_at: datetime | None = Field(default=None, sa_type=Instant)


class Pace(Row, table=True):
    """When a transport with a rate cap may send again, whoever asks."""

    transport: str = Field(primary_key=True)
    next_at: datetime = Field(sa_type=Instant)


class Collector(Row, table=True):
    """Something that fetches messages: which program does it now, and how far it has come.

    `cursor` is the collector's own word for that; it changes in the act that files what came.
    """

    name: str = Field(primary_key=True)
    owner: str = ""
    lease_until: datetime = Field(sa_type=Instant)
    cursor: str = ""


class Arrival(Row, table=True):
    """One place in a mailbox that was read, and the identity of the message that was there."""

    place: str = Field(primary_key=True)
    external_id: str
    at: datetime = Field(sa_type=Instant)


class PublicFile(Row, table=True):
    """A file that anyone can fetch who knows its name, which nobody can guess (SPEC C8)."""

    __tablename__ = "public_file"
    name: str = Field(primary_key=True)
    sha256: str = Field(foreign_key="blob.sha256")
    file_name: str
    media_type: str
    at: datetime = Field(sa_type=Instant)


class Draft(Row, table=True):
    """Words not sent yet: one for each agent, conversation and kind (SPEC C9).

    `actions` is what the shortcuts in it do when it is sent: {"tags": [...], "then": status}.
    """

    id: int | None = _key()
    agent_id: int = Field(foreign_key="agent.id")
    customer_id: int = Field(foreign_key="customer.id")
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    kind: str
    state: str = "open"
    round: int = 0
    subject: str = ""
    body: str = Field(default="", sa_type=Text)
    recipients: str = Field(default="{}", sa_type=Text)
    action: str = ""
    saved_at: datetime = Field(sa_type=Instant)
    template_id: int | None = None
    actions: str = Field(default="{}", sa_type=Text)


class Viewing(Row, table=True):
    """A customer an agent has open: the panel Currently Viewing (SPEC E1)."""

    agent_id: int = Field(primary_key=True, foreign_key="agent.id")
    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    opened_at: datetime = Field(sa_type=Instant)


class Hidden(Row, table=True):
    """A customer an agent closed in the Inbox; a new message ends it (SPEC E2)."""

    agent_id: int = Field(primary_key=True, foreign_key="agent.id")
    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    at: datetime = Field(sa_type=Instant)


class Inbox(Row, table=True):
    """Where a customer with open conversations stands in the inbox; made anew by every act.

    `rank` is minus the priority, `since` the longest wait (or, answered ones, far behind it);
    `owner` is the one assignee, 0 when somebody may still take a conversation, -1 when several agents or
    teams share the customer. Who may take one says `team_id`: 0 everybody, else that team; -1 everybody
    one of them, and others are somebody's. `stirred_at` is when something last came that an agent should see: a
    message, a wake, a re-opening; what an agent closed before it is shown again (SPEC E2).
    """

    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    conversation_id: int
    rank: int
    since: int = Field(sa_type=BigInteger)
    owner: int
    stirred_at: datetime = Field(sa_type=Instant)
    unread: int = 0
    team_id: int = 0
    target_at: int = Field(default=9_000_000_000_000_000, sa_type=BigInteger)


class Presence(Row, table=True):
    """What an agent does in one program at the moment, with a lifetime; it holds nobody up.

    `doing` is "looking", "replying" or "noting"; after `until` it says nothing any more.
    """

    agent_id: int = Field(primary_key=True, foreign_key="agent.id")
    program: str = Field(primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    doing: str
    since: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant)


class Follower(Row, table=True):
    """An agent who wants to hear of a conversation that is not theirs."""

    conversation_id: int = Field(primary_key=True, foreign_key="conversation.id")
    agent_id: int = Field(primary_key=True, foreign_key="agent.id")


class SavedView(Row, table=True):
    """A search that stands in the sidebar: one agent's, or everybody's when there is no agent."""

    __tablename__ = "saved_view"
    id: int | None = _key()
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    name: str
    query: str
    position: int = 0


class Notification(Row, table=True):
    """Something an agent should know. `token` lets one cause make one notification (SPEC B7)."""

    id: int | None = _key()
    agent_id: int = Field(foreign_key="agent.id")
    kind: str
    text: str
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id")
    token: str = Field(unique=True)
    at: datetime = Field(sa_type=Instant)
    read_at: datetime | None = Field(default=None, sa_type=Instant)


class History(Row, table=True):
    """One act: who, when, what, before and after. Nothing here is ever changed.

    The lines of one transaction share its `deed`: send & mark as done is one deed of two lines.
    """

    id: int | None = _key()
    at: datetime = Field(sa_type=Instant)
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    actor: str
    deed: str = ""
    act: str
    customer_id: int | None = None
    conversation_id: int | None = None
    message_id: int | None = None
    on_timeline: bool = False
    words: str = ""
    before: str = Field(default="{}", sa_type=Text)
    after: str = Field(default="{}", sa_type=Text)


class Shortcut(Row, table=True):
    """A canned reply."""

    id: int | None = _key()
    name: str = Field(unique=True)
    body: str = Field(default="", sa_type=Text)
    actions: str = Field(default="{}", sa_type=Text)


class Snippet(Row, table=True):
    """A text that is there in several languages."""

    id: int | None = _key()
    name: str = Field(unique=True)
    source: str = "en"


class SnippetText(Row, table=True):
    """A snippet in one language."""

    __tablename__ = "snippet_text"
    snippet_id: int = Field(primary_key=True, foreign_key="snippet.id")
    language: str = Field(primary_key=True)
    body: str = Field(default="", sa_type=Text)


class Template(Row, table=True):
    """The wrapper of an email."""

    id: int | None = _key()
    name: str = Field(unique=True)
    body: str = Field(default="", sa_type=Text)
    html: str = Field(default="", sa_type=Text)


class Quarantine(Row, table=True):
    """An incoming message that could not be read: whole, with the reason."""

    id: int | None = _key()
    sha256: str = Field(unique=True)
    source: str
    reason: str
    content: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(sa_type=Instant)


class Migration(Row, table=True):
    """A step of the schema that has been taken."""

    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    program: str
