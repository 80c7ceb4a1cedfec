"""A timeline's entries and conversation headers as lines of words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from kustui.core import sending, words
from kustui.core.records import Conversation, Entry, EntryKind
from kustui.ui.widgets.file_lines import Pictured, file_lines, inline_file, no_picture, other_files
from kustui.ui.widgets.lines import Line, Span
from kustui.ui.wrap import cells, fit, wrap

# Longer lines are tiring to read.
READING = 100
INDENT = 3
PLAIN_RAIL: Span = ("   ", "")
RAILS: dict[str, Span] = {"outbound": (" ▌ ", "rail"), "note": (" ┊ ", "note-rail")}

BADGES: dict[str, tuple[str, str]] = {
    "open": ("● Open", "open"),
    "snoozed": ("◔ Snoozed", "snoozed"),
    "done": ("✔ Done", "done"),
}
_PENDING = frozenset(("draft", "held", "scheduled", "queued"))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MARKS = re.compile(r"(\*\*[^*]+\*\*|\*[^*\s][^*]*\*|`[^`]+`|(?<![\w.])@[\w.-]+)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)]) ")


class View(NamedTuple):
    """What lines depend on besides what they tell: columns, the time, the reader's zone, the keys named, and
    which agent reads (0 for none).
    """

    width: int
    now: datetime
    zone: tzinfo
    pager_key: str = "v"
    message_key: str = "m"
    me: int = 0

    def local(self, at: datetime) -> datetime:
        """An instant as the reader's clock shows it."""
        return at.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The reader's date."""
        return self.local(self.now).date()

    @property
    def room(self) -> int:
        """Columns that a text is wrapped to."""
        return max(8, min(self.width - INDENT - 1, READING))


def header_lines(conversation: Conversation, view: View, *, current: bool, unfolded: bool) -> list[Line]:
    """A conversation's header: one line, or two when it is unfolded and narrow."""
    badge, look = BADGES.get(conversation.status, BADGES["open"])
    number = f" #{conversation.id}"
    subject = " " + (conversation.subject or "(no subject)")
    facts = " · ".join(_facts(conversation, view, unfolded=unfolded))
    lead = [(" ▾ " if unfolded else " ▸ ", "fold"), (badge, look), (number, "number")]
    new = f"  {conversation.unread} new" if conversation.unread else ""
    left = view.width - 1 - INDENT - len(badge) - len(number) - len(new)
    subject_look = "subject-current" if current else "subject"
    if cells(subject) + 3 + cells(facts) <= left:
        return [Line([*lead, (subject, subject_look), (new, "unread"), ("   " + facts, "muted")], "fold")]
    if unfolded:
        shown = subject if cells(subject) <= left else fit(subject, left)
        second = Line([PLAIN_RAIL, (fit(facts, max(1, view.width - INDENT - 1)), "muted")], "fold")
        return [Line([*lead, (shown, subject_look), (new, "unread")], "fold"), second]
    room = max(min(cells(subject), left // 2), left - cells(facts) - 3)
    shown = subject if cells(subject) <= room else fit(subject, room)
    rest = max(1, left - cells(shown) - 3)
    return [
        Line([*lead, (shown, subject_look), (new, "unread"), ("   " + fit(facts, rest), "muted")], "fold")
    ]


def entry_lines(
    entry: Entry,
    view: View,
    *,
    before_ms: int | None,
    after: EntryKind | None,
    quotes: bool,
    channel: str,
    picture: Pictured = no_picture,
) -> list[Line]:
    """All lines of an entry.

    `before_ms` is when the entry before it was (None for a conversation's first), `after` what
    follows; `quotes` unfolds quoted history; `channel` is the one that need not be named;
    `picture` gives the pictures that there are.
    """
    lines: list[Line] = []
    day = view.local(entry.at).date()
    if before_ms is None or view.local(_EPOCH + timedelta(milliseconds=before_ms)).date() != day:
        lines.append(_day_line(day, view))
    if entry.kind == "history":
        lines.extend(_history_lines(entry, view))
    else:
        rail = RAILS.get(entry.kind, PLAIN_RAIL)
        lines.extend(_head_lines(entry, view, rail, channel))
        lines.extend(_body_lines(entry, view, rail, picture))
        lines.extend(_tail_lines(entry, view, rail, quotes=quotes))
        for number in other_files(entry):
            lines.extend(file_lines(entry, number, rail, view.room, picture))
    if entry.kind != "history" or after != "history":
        lines.append(Line([]))
    return lines


def _facts(conversation: Conversation, view: View, *, unfolded: bool) -> Iterator[str]:
    snooze = conversation.snooze
    if conversation.status == "snoozed":
        if snooze is None or snooze.until is None:
            yield "until they reply"
        else:
            at = words.soon(view.local(snooze.until), view.local(view.now))
            yield f"re-opens {at}, {words.until(snooze.until - view.now)}"
    if conversation.sub_status:
        yield conversation.sub_status
    window = sending.window_words(conversation.channel, conversation.last_inbound_at, view.now, view.zone)
    yield window or conversation.channel
    if conversation.assignee:
        yield conversation.assignee
    if conversation.team:
        yield f"team {conversation.team}"
    if conversation.followers and unfolded:
        yield "followed by " + ", ".join(
            "you" if number == view.me else name for number, name in conversation.followers
        )
    if not unfolded:
        count = conversation.messages
        yield f"{count} message" if count == 1 else f"{count:,} messages"
        yield words.day(view.local(conversation.last_at).date(), view.today)


def _day_line(day: date, view: View) -> Line:
    label = f" {words.long_day(day, view.today)} "
    room = max(len(label) + 2, view.width - INDENT - 1)
    left = (room - len(label)) // 2
    return Line(
        [PLAIN_RAIL, ("─" * left, "rule"), (label, "day"), ("─" * (room - len(label) - left), "rule")]
    )


def _history_lines(entry: Entry, view: View) -> Iterator[Line]:
    at = words.clock(view.local(entry.at))
    told = (
        entry.body
        if not entry.author or entry.body.startswith(entry.author)
        else f"{entry.author} {entry.body}"
    )
    first, *more = wrap(f"{told}  {at}", view.room - 2)
    yield Line([PLAIN_RAIL, ("· " + first, "history")])
    for text in more:
        yield Line([PLAIN_RAIL, ("  " + text, "history")])


def _head_lines(entry: Entry, view: View, rail: Span, channel: str) -> Iterator[Line]:
    at = words.clock(view.local(entry.at))
    if entry.kind == "note":
        who = "you" if entry.mine else entry.author
        spans: list[Span] = [
            ("NOTE", "note"),
            (" only your team sees this  ", "muted"),
            (f"{who} {at}", "muted"),
        ]
        yield Line([rail, *spans], "entry")
        return
    via = f"  {entry.channel}" if entry.channel and entry.channel != channel else ""
    if entry.kind == "inbound":
        mark = ("  delivery failure", "bad") if entry.bounce else ("", "")
        if entry.automatic:
            mark = ("  automatic reply", "note")
        name = entry.author if cells(entry.author) <= view.room - 30 else fit(entry.author, view.room - 30)
        yield Line([rail, (name, "name"), (f"  {at}{via}", "muted"), mark], "entry")
        return
    fate, look = fate_words(entry, view)
    who = "You" if entry.mine else entry.author or "Someone"
    to = f" → {', '.join(entry.to)}" if entry.to else ""
    time = f"  {at}{via}"
    room = view.width - INDENT - 1 - cells(who) - len(time)
    below = cells(to) + 2 + cells(fate) > room and cells(to) > 20
    if cells(to) > room:
        to = fit(to, max(4, room))
    spans = [(who, "name-ours"), (to, "muted"), (time, "muted")]
    if not below and cells(fate) + 2 <= view.width - INDENT - 1 - sum(cells(text) for text, _ in spans):
        yield Line([rail, *spans, ("  " + fate if fate else "", look)], "entry")
        return
    yield Line([rail, *spans], "entry")
    for text in wrap(fate, view.room):
        yield Line([rail, (text, look)], "entry")


def fate_words(entry: Entry, view: View) -> tuple[str, str]:
    """Where an outbound message is on its way, in words, and their look."""
    why = f": {entry.fate_words}" if entry.fate_words else ""
    act = f"{view.message_key}: what to do"
    match entry.fate:
        case "sent" if entry.sent_at is not None and entry.delivered_at is not None:
            sent, arrived = view.local(entry.sent_at), view.local(entry.delivered_at)
            return f"sent {words.clock(sent)} · delivered {words.soon(arrived, sent)}", "sent"
        case "sent":
            return "sent ✓", "sent"
        case "scheduled":
            if entry.due_at is None:
                return f"◔ scheduled{why}", "pending"
            at = words.moment(view.local(entry.due_at), view.local(view.now))
            goes = f"◔ scheduled {at}, {words.until(entry.due_at - view.now)}{why}"
            return f"{goes} · {view.message_key}: Undo", "pending"
        case "held" if entry.fate_words:
            return f"◔ held{why} · {act}", "pending"
        case "held":
            # In its undo window nobody holds it: it goes in a moment.
            return f"◔ on its way · {view.message_key}: Undo", "pending"
        case "queued" if entry.due_at is not None and entry.due_at > view.now:
            at = words.moment(view.local(entry.due_at), view.local(view.now))
            return f"↻ tried again {at}, {words.until(entry.due_at - view.now)}{why}", "pending"
        case "sending":
            return "sending…", "muted"
        case "failed":
            return f"✗ failed{why} · {act}", "bad"
        case "uncertain":
            return f"? uncertain{why} · {act}", "bad"
        case "discarded":
            return "✗ discarded, not sent", "muted"
        case "received" | "":
            return "", ""
        case other:
            return other + why, "muted"


def _body_lines(entry: Entry, view: View, rail: Span, picture: Pictured) -> Iterator[Line]:
    body = entry.body.rstrip()
    if not body:
        return
    look = "body-pending" if entry.fate in _PENDING else "body"
    if entry.kind == "inbound":
        words = body[: len(body) - entry.signature].rstrip("\n") if entry.signature else body
        for text in wrap(words, view.room):
            yield Line([rail, (text, look)])
        for text in wrap(body[len(words) + 1 :], view.room) if entry.signature else ():
            yield Line([rail, (text, "muted")])
        return
    for paragraph in body.split("\n"):
        number = inline_file(entry, paragraph)
        if number is not None:
            yield from file_lines(entry, number, rail, view.room, picture)
            continue
        hang = ""
        base = look
        if paragraph.startswith(">"):
            base = "quote"
        elif item := _ITEM.match(paragraph):
            hang = " " * min(len(item[0]), 8)
        first, *more = wrap(paragraph, view.room)
        yield Line([rail, *_marked(first, base)])
        if more and hang:
            more = wrap(paragraph[len(first) :].lstrip(" "), view.room - len(hang))
        for text in more:
            yield Line([rail, (hang, base), *_marked(text, base)])


def _marked(text: str, base: str) -> list[Span]:
    """Words with their Markdown as written, lightly shown; @names too."""
    if not any(mark in text for mark in "*`@"):
        return [(text, base)]
    looks = {"*": "italic", "`": "code", "@": "mention"}
    spans: list[Span] = []
    for part in _MARKS.split(text):
        if part:
            marked = len(part) > 1 and _MARKS.fullmatch(part) is not None
            look = ("bold" if part.startswith("**") else looks[part[0]]) if marked else base
            spans.append((part, look))
    return spans


def _tail_lines(entry: Entry, view: View, rail: Span, *, quotes: bool) -> Iterator[Line]:
    if entry.rest:
        for text in wrap(
            f"… {entry.rest:,} more characters: press {view.pager_key} to read it all", view.room
        ):
            yield Line([rail, (text, "pending")], "rest")
    quoted = entry.quoted.strip("\n")
    if quoted:
        count = quoted.count("\n") + 1
        label = f"{'▾' if quotes else '▸'} {count:,} quoted line{'' if count == 1 else 's'}"
        yield Line([rail, (label, "muted")], "quotes")
        if quotes:
            for text in wrap(quoted, view.room - 2):
                yield Line([rail, ("│ ", "rule"), (text, "quote")])
