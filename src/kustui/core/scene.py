"""A made-up workspace as a value: who is in it, what was said, and how each conversation stands.

Written for demos and training, and handed to `Desk.seeding`. Instants are aware; the text is as its
writer typed it and is cleaned where it is written into a store.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kustui.core.records import FileContent, Status

SaidKind = Literal["inbound", "outbound", "note", "automatic", "bounce"]


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
    for `at`, and was written at `written`.
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
    text by language), `viewing` the names of customers the agent has open, the latest last.
    """

    colleagues: tuple[Colleague, ...]
    guests: tuple[Guest, ...]
    sub_statuses: tuple[tuple[Status, str], ...] = ()
    shortcuts: tuple[tuple[str, str], ...] = ()
    snippets: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = ()
    viewing: tuple[str, ...] = ()
