"""One row of a list in the sidebar as two lines of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from kustui.core import words
from kustui.core.outbox import UNSETTLED
from kustui.core.records import ListRow
from kustui.ui.widgets.lines import Span
from kustui.ui.wrap import cells, fit

LONG_WAIT = timedelta(hours=4)
URGENT = 4
MARGIN = 1
NAMED = 6
"""So many spans of a row's first line are who it is, and the blank behind; the others say how it stands."""
CLOSE = "×"
WRITING = "»"
"""What stands before a colleague who writes there."""
LEAVING = "→"
"""What stands before a message that goes, beside snoozes that end."""

STATUS: dict[str, tuple[str, str]] = {
    "open": ("●", "open"),
    "snoozed": ("◔", "snoozed"),
    "done": ("✔", "done"),
}
_CHANNEL = {"facebook": "fb"}
_FATES = {
    "failed": "bad",
    "uncertain": "bad",
    "scheduled": "snoozed",
    "held": "snoozed",
    "snoozed": "snoozed",
}


Present = Mapping[int, Sequence[tuple[int | None, str]]]
"""(conversation, words) of every colleague who writes, by customer."""


class RowWords(NamedTuple):
    """The words of a row that depend on the time it is looked at."""

    age: str
    age_look: str
    aside: str
    aside_look: str
    present: str = ""
    """Who of the team writes there."""


def row_words(
    row: ListRow, now: datetime, zone: tzinfo, server: tzinfo | None = None, present: str = ""
) -> RowWords:
    """How long a row has waited, and what is said at the right of its second line.

    Of what will happen by itself: how far off that is, and when, by the clock of the reader and,
    where it shows another time, of the server.
    """
    age, look = "", "muted"
    if row.due_at is not None and is_ahead(row):
        return _due_words(row, row.due_at, now, zone, server or zone)
    if row.waiting_since is not None:
        waited = now - row.waiting_since
        age = words.ago(waited)
        if waited > LONG_WAIT or row.priority >= URGENT:
            age, look = age + "!", "urgent"
    elif row.last_at is not None:
        age = words.ago(now - row.last_at)
    if row.target_at is not None:
        # What was promised says more than how long it has been.
        late = now > row.target_at
        age = f"{words.ago(abs(row.target_at - now))} {'late' if late else 'left'}"
        look = "urgent" if late or row.priority >= URGENT else look
    aside, aside_look = "", "muted"
    if row.fate and row.status != "snoozed":
        aside, aside_look = row.fate, _FATES.get(row.fate, "muted")
        if row.due_at is not None:
            aside += f" {words.soon(row.due_at.astimezone(zone), now.astimezone(zone))}"
    elif row.status == "snoozed":
        aside, aside_look = "on reply", "snoozed"
        if row.snooze_until is not None:
            aside = words.soon(row.snooze_until.astimezone(zone), now.astimezone(zone))
    return RowWords(age, look, aside, aside_look, present)


def present_at(row: ListRow, present: Present, by: str) -> str:
    """What is said of the colleagues who write to a row's customer or in its conversation, as `by` says."""
    found = [
        words
        for number, words in present.get(row.customer_id, ())
        if by == "customer_id" or number in (None, row.conversation_id)
    ]
    return found[0] + (f" +{len(found) - 1}" if len(found) > 1 else "") if found else ""


def is_ahead(row: ListRow) -> bool:
    """Whether a row is of the outbox or the schedule: it tells of something due, not of a conversation."""
    return row.due_at is not None and row.last_at is None


def _due_words(row: ListRow, at: datetime, now: datetime, zone: tzinfo, server: tzinfo) -> RowWords:
    look = _FATES.get(row.fate, "muted")
    if row.fate in UNSETTLED:
        return RowWords(words.ago(now - at) if now > at else "", "muted", row.fate, look)
    local, there = at.astimezone(zone), at.astimezone(server)
    said = words.soon(local, now.astimezone(zone))
    if local.replace(tzinfo=None) != there.replace(tzinfo=None):
        said += (
            f" (server {words.soon(there, local) if there.date() != local.date() else words.clock(there)})"
        )
    if row.fate != "snoozed":
        said = f"{row.fate} {said}"
    ahead = words.ago(at - now)
    age = f"in {ahead if ahead != 'now' else '<1m'}" if at > now else "due"
    return RowWords(age, "muted", said, look)


def row_lines(row: ListRow, said: RowWords, width: int, mark: str) -> tuple[list[Span], list[Span]]:
    """The two lines of a row. `mark` stands in the first column: ▌ the one open beside, › the cursor; a
    second sign is for the second line.
    """
    mark, below = mark[0], mark[1:] or ("▌" if mark == "▌" else " ")
    glyph, look = STATUS.get(row.status, STATUS["open"])
    if is_ahead(row) and row.fate != "snoozed":
        glyph, look = LEAVING, said.aside_look
    if row.status == "open" and row.unread:
        look = "unread"
    room = max(1, width - 3 - MARGIN)
    close = f" {CLOSE}" if row.closable else ""
    count = f" ({row.unread})" if row.unread > 1 else ""
    draft = " ✎" if row.draft else ""
    left = max(1, room - len(said.age) - len(close) - 1)
    name_room = max(1, left - len(count) - len(draft))
    name = row.name if cells(row.name) <= name_room else fit(row.name, name_room)
    gap = " " * max(0, left - cells(name) - len(count) - len(draft) + 1)
    first = [
        (mark, "mark"),
        (glyph + " ", look),
        (name, "name-unread" if row.unread else "name"),
        (count, "unread"),
        (draft, "draft"),
        (gap, ""),
        (said.age, said.age_look),
        (close, "close"),
    ]
    channel = _CHANNEL.get(row.channel, row.channel)
    aside = f" {said.aside}" if said.aside and len(said.aside) + 10 < room else ""
    if said.present:
        # What somebody answers at this moment matters more than what it is about.
        present = f"{WRITING} {said.present}"
        rest = room - cells(present) - 1
        if rest < 6 + 10:
            return first, [
                (below, "mark"),
                ("  ", ""),
                (fit(present, room), "present"),
            ]
        return first, [
            (below, "mark"),
            ("  ", ""),
            (fit(channel, 6), "channel"),
            (fit(row.subject, rest - 6), "subject"),
            (f" {present}", "present"),
        ]
    if is_ahead(row) and not aside:
        # When it happens matters more than what it is; that is told with the cursor on it.
        when = said.aside if len(said.aside) <= room else said.aside.removeprefix(f"{row.fate} ")
        return first, [
            (below, "mark"),
            ("  ", ""),
            (fit(when, room), said.aside_look),
        ]
    second = [
        (below, "mark"),
        ("  ", ""),
        (fit(channel, 6), "channel"),
        (fit(row.subject, max(1, room - 6 - len(aside))), "subject"),
        (aside, said.aside_look),
    ]
    return first, second
