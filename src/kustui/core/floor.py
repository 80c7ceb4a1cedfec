"""A workspace as somebody looks back on it: who wrote what when, and how each conversation stood.

Instants are aware UTC datetimes. Text is as the store holds it, clean.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from kustui.core.targets import Targets


class Spoken(NamedTuple):
    """A message or note. `at` is when it was written or came in; `state` is the outbox's, "" for what never
    was there. `signature` counts the code points at the end of the body that are one.
    """

    id: int
    conversation_id: int
    customer_id: int
    direction: str
    channel: str
    agent_id: int | None
    at: datetime
    body: str
    quoted: str = ""
    signature: int = 0
    automatic: bool = False
    bounce: bool = False
    state: str = ""

    @property
    def own(self) -> str:
        """The body without its signature."""
        return self.body[: len(self.body) - self.signature] if self.signature else self.body


class Case(NamedTuple):
    """A conversation as it stands. `missed` says that what is promised for it is late at the moment."""

    id: int
    customer_id: int
    customer: str
    subject: str
    channel: str
    status: str
    priority: int
    created_at: datetime
    snoozed_until: datetime | None = None
    missed: bool = False


class Line(NamedTuple):
    """A line of history that tells of a conversation. `was` and `became` are its status before and after,
    "" where the line says nothing of it; `until` is when its snooze ends.
    """

    id: int
    at: datetime
    deed: str
    act: str
    agent_id: int | None
    conversation_id: int
    message_id: int | None
    was: str = ""
    became: str = ""
    until: datetime | None = None


class Party(NamedTuple):
    """A customer with the addresses as they are compared by."""

    id: int
    name: str
    company: str = ""
    language: str = ""
    addresses: tuple[str, ...] = ()


class Floor(NamedTuple):
    """All of it, at one moment: messages in the order they were written, lines in the order they were, less
    what was undone; `agents` are (id, login, name).
    """

    now: datetime
    targets: Targets
    spoken: tuple[Spoken, ...]
    cases: Mapping[int, Case]
    lines: tuple[Line, ...]
    parties: Mapping[int, Party]
    agents: tuple[tuple[int, str, str], ...]
