"""Rows, conversations and messages in words, the most important first: a screen reader begins at the left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from kustui.core import when, words
from kustui.core.channels import CHANNELS
from kustui.core.records import Conversation, Entry, ListRow
from kustui.core.standing import BADGES
from kustui.core.tags import NORMAL, PRIORITIES
from kustui.core.text import one_line

if TYPE_CHECKING:
    from kustui.desk import Desk

SHOWN_LINES = 20
"""Lines of a message that are said with the others; the whole of it on its own."""
NAME, SUBJECT = 40, 80


def row_words(desk: Desk, row: ListRow, now: datetime, writers: str = "") -> str:
    """A row of a list: "Maria Lopez, email, urgent, waiting 2 h 00 m: Where is my parcel"."""
    zone = desk.zone
    soon = row.snooze_until or row.due_at
    ahead = words.soon(soon.astimezone(zone), now.astimezone(zone)) if soon else ""
    parts = [
        one_line(row.name, NAME) or "Nobody",
        channel(row.channel),
        PRIORITIES[row.priority] if row.priority != NORMAL else "",
        f"{row.unread} unread" if row.unread > 1 else "",
    ]
    if row.fate and row.fate != "snoozed":
        parts.append(f"{row.fate} {ahead}, outbox {row.key}" if ahead else f"{row.fate}, outbox {row.key}")
    elif row.status == "snoozed" or row.fate == "snoozed":
        parts.append(f"snoozed until {ahead or 'they reply'}")
    elif row.status == "done":
        parts.append("done")
    elif row.waiting_since is not None:
        parts.append(words.waiting(now - row.waiting_since))
    if row.target_at is not None:
        late = "late" if now > row.target_at else "left"
        parts.append(f"{words.span(row.target_at - now)} {late}")
    parts += ["draft" if row.draft else "", writers]
    return f"{', '.join(filter(None, parts))}: {one_line(row.subject, SUBJECT) or 'no subject'}"


def head_lines(desk: Desk, item: Conversation, now: datetime) -> Iterator[str]:
    """What stands above a conversation's messages."""
    status = BADGES[item.status][1].lower()
    if item.sub_status:
        status += f" ({one_line(item.sub_status, NAME)})"
    yield (
        f"{one_line(item.customer, NAME)}, #{item.id}, {channel(item.channel)}, {status}: "
        f"{one_line(item.subject, SUBJECT) or 'no subject'}"
    )
    parts = [
        f"priority {PRIORITIES[item.priority]}" if item.priority != NORMAL else "",
        words.waiting(now - item.waiting_since) if item.waiting_since else "",
        f"assigned to {one_line(item.assignee, NAME)}" if item.assignee else "",
        f"team {one_line(item.team, NAME)}" if item.team else "",
        f"tags {', '.join(one_line(tag, NAME) for tag in item.tags)}" if item.tags else "",
    ]
    if item.snooze is not None:
        parts += [one_line(part, 200) for part in when.reopening(item.snooze, now, desk.zone)]
    said = ", ".join(filter(None, parts))
    if said:
        yield said[:1].upper() + said[1:]


def entry_head(desk: Desk, number: int, entry: Entry, now: datetime) -> str:
    """Who wrote a message when and how: "3. Maria Lopez, Thu 4 Jun 11:30, email"."""
    parts = [
        one_line(entry.author, NAME) or "Somebody",
        when.absolute(entry.at, desk.zone, now),
        "note for the team" if entry.kind == "note" else channel(entry.channel),
        f"to {one_line(', '.join(entry.to), NAME)}" if entry.kind == "outbound" and entry.to else "",
        f"{entry.fate}, outbox {entry.outbox_id}" if entry.fate not in ("", "sent", "received") else "",
        one_line(entry.fate_words, SUBJECT) if entry.fate in ("failed", "uncertain", "held") else "",
        "automatic reply" if entry.automatic else "",
        "delivery failure" if entry.bounce else "",
    ]
    return f"{number}. {', '.join(filter(None, parts))}"


def body_of(entry: Entry) -> tuple[str, int]:
    """The first lines of a message, and how many are left."""
    lines = entry.body.rstrip().split("\n")
    return "\n".join(lines[:SHOWN_LINES]), max(0, len(lines) - SHOWN_LINES)


def channel(name: str) -> str:
    """What a channel is called."""
    return CHANNELS[name].label if name in CHANNELS else name
