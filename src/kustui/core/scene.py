"""A made-up workspace as a value: who is in it, what was said, and how each conversation stands.

Written for demos and training, and handed to `Desk.seeding`. Instants are aware; the text is as its
writer typed it and is cleaned where it is written into a store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from kustui.core.matching import topic
from kustui.core.post import FileContent
from kustui.core.records import Status
from kustui.core.sending import reply_subject
from kustui.core.text import excerpt, one_line

SaidKind = Literal["inbound", "outbound", "note", "automatic", "bounce"]
INCOMING = ("inbound", "automatic", "bounce")


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent of the made-up team."""

    login: str
    name: str
    email: str = ""
    zone: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Said:
    """One message or note. `by` is an agent's login; empty for the customer.

    `state` and `reason` are the outbox's, for an outbound message; one that is "queued" is scheduled
    for `at`, and was written at `written`. An email without a `message_id` is given one.
    """

    kind: SaidKind
    at: datetime
    body: str
    by: str = ""
    quoted: str = ""
    files: tuple[FileContent, ...] = ()
    state: str = "sent"
    reason: str = ""
    written: datetime | None = None
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of history on the timeline: who did what to the conversation, in words."""

    at: datetime
    by: str
    act: str
    words: str


@dataclass(frozen=True, slots=True)
class Away:
    """A snooze that runs: by whom, until when (None: until the customer replies), and as which choice."""

    by: str
    until: datetime | None
    kind: str
    label: str = ""
    keep_on_reply: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation. What is said is in time order; `away` is given when it is snoozed."""

    subject: str
    channel: str
    said: tuple[Said, ...]
    status: Status = "open"
    sub_status: str = ""
    priority: int = 3
    assignee: str = ""
    tags: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    away: Away | None = None
    draft: str = ""
    unread: bool = True


@dataclass(frozen=True, slots=True)
class Guest:
    """A made-up customer with (kind, typed) addresses and conversations."""

    name: str
    addresses: tuple[tuple[str, str], ...]
    talks: tuple[Talk, ...]
    company: str = ""
    zone: str = ""
    language: str = ""
    about: str = ""
    vip: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole made-up workspace.

    `sub_statuses` are (status, label), `shortcuts` (name, body), `snippets` (name, source language,
    text by language), `templates` (name, body), `viewing` the names of customers the agent has open,
    the latest last, `tags` those that stand on no conversation yet.
    """

    colleagues: tuple[Colleague, ...]
    guests: tuple[Guest, ...]
    sub_statuses: tuple[tuple[Status, str], ...] = ()
    shortcuts: tuple[tuple[str, str], ...] = ()
    snippets: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = ()
    templates: tuple[tuple[str, str], ...] = ()
    viewing: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def summary(talk: Talk, now: datetime) -> dict[str, Any]:
    """What a conversation's row holds of what was said until `now`."""
    heard = [said.at for said in talk.said if said.kind in ("inbound", "bounce")]
    answered = max((said.written or said.at for said in talk.said if said.kind == "outbound"), default=None)
    unanswered = [at for at in heard if answered is None or at > answered]
    waits = talk.status == "open" and bool(unanswered)
    last = talk.said[-1]
    last_at = min(last.written or last.at, now)
    return {
        "channel": talk.channel,
        "subject": one_line(topic(talk.subject), 250),
        "status": talk.status,
        "priority": talk.priority,
        "direction": "inbound" if talk.said[0].kind in INCOMING else "outbound",
        "unread": len(unanswered) if waits and talk.unread else 0,
        "excerpt": excerpt(last.body),
        "waiting_since": min(unanswered) if waits else None,
        "created_at": talk.said[0].written or talk.said[0].at,
        "last_at": last_at,
        "last_inbound_at": max(heard, default=None),
        "last_outbound_at": answered,
        "stirred_at": last_at,
    }


def author_of(guest: Guest, said: Said) -> str:
    """Who a message from outside is shown to be from."""
    return "Mail Delivery System" if said.kind == "bounce" else one_line(guest.name, 120)


def subject_of(talk: Talk, said: Said, *, first: bool) -> str:
    """The subject line of one email of a conversation."""
    if said.kind == "bounce":
        return "Undelivered Mail Returned to Sender"
    if said.kind == "automatic":
        return f"Automatic reply: {talk.subject}"
    return talk.subject if first else reply_subject(talk.subject)
