"""A customer's timeline: the conversations, where their entries stand, and a page of entries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from kustui.clock import instant
from kustui.core.outbox import OPEN_STATES, fate
from kustui.core.records import Conversation, Entry, EntryKey, FileLine, Snooze
from kustui.core.text import shown
from kustui.store.queries import staff
from kustui.store.store import Reader, placeholders

_CONVERSATION = """SELECT v.id, v.customer_id, c.name, v.subject, v.channel, v.status, v.created_at, v.last_at,
    v.sub_status_id, COALESCE(s.label, ''), v.assignee_id, COALESCE(a.name, ''), v.priority, v.waiting_since,
    v.unread, v.messages, v.excerpt, v.direction, z.id, z.kind, z.until, z.label, COALESCE(b.name, ''), z.keep_on_reply,
    v.last_inbound_at, COALESCE(q.name, ''), v.target, v.target_at
    FROM conversation v JOIN customer c ON c.id = v.customer_id
    LEFT JOIN sub_status s ON s.id = v.sub_status_id LEFT JOIN agent a ON a.id = v.assignee_id
    LEFT JOIN snooze z ON z.id = v.snooze_id LEFT JOIN agent b ON b.id = z.agent_id
    LEFT JOIN team q ON q.id = v.team_id"""


def conversation(reader: Reader, conversation_id: int) -> Conversation | None:
    """One conversation as a header shows it, or None."""
    row = reader.one(f"{_CONVERSATION} WHERE v.id = :i", i=conversation_id)
    return None if row is None else _with_words(reader, [_conversation(row)])[0]


def conversations(reader: Reader, customer_id: int) -> tuple[Conversation, ...]:
    """A customer's conversations, the oldest first."""
    rows = reader.all(
        f"{_CONVERSATION} WHERE v.customer_id = :c AND v.merged_into IS NULL ORDER BY v.created_at, v.id",
        c=customer_id,
    )
    return tuple(_with_words(reader, [_conversation(row) for row in rows]))


def conversations_of(reader: Reader, numbers: Sequence[int]) -> list[Conversation]:
    """The conversations of these numbers, in no order; those that are gone are left out."""
    names, parameters = placeholders(numbers)
    rows = reader.all(f"{_CONVERSATION} WHERE v.id IN ({names})", **parameters)
    return _with_words(reader, [_conversation(row) for row in rows])


def conversation_ids(reader: Reader) -> list[int]:
    """Every conversation's number, in order."""
    return [row[0] for row in reader.all("SELECT id FROM conversation ORDER BY id")]


def entry_keys(reader: Reader, conversation_id: int) -> list[EntryKey]:
    """Where a conversation's entries stand, in time order, without their text."""
    messages = reader.all(
        "SELECT direction, id, at, length, lines FROM message WHERE conversation_id = :i ORDER BY at, id",
        i=conversation_id,
    )
    lines = reader.all(
        "SELECT 'history', id, at, length(words), 1 FROM history WHERE conversation_id = :i AND on_timeline "
        "ORDER BY at, id",
        i=conversation_id,
    )
    # Both come in order, so this merges them; at one instant a message stands before what it caused.
    merged = sorted(messages + lines, key=itemgetter(2)) if lines else messages
    return list(map(EntryKey._make, merged))


def stamp(reader: Reader, customer_id: int) -> tuple[object, ...]:
    """What changes with everything that a customer's timeline shows: the last line of history, what
    is unread, and the states of what is on its way out.
    """
    last = reader.value("SELECT max(id) FROM history WHERE customer_id = :c", c=customer_id)
    moving = reader.all(
        "SELECT o.id, o.state, o.due_at FROM conversation v JOIN outbox o ON o.conversation_id = v.id "
        f"WHERE v.customer_id = :c AND o.state IN {OPEN_STATES!r} ORDER BY o.id",
        c=customer_id,
    )
    unread = reader.value("SELECT sum(unread) FROM conversation WHERE customer_id = :c", c=customer_id)
    return last, unread, *moving


def entries(reader: Reader, me: int, keys: Sequence[EntryKey], now: datetime) -> list[Entry]:
    """The entries of these keys, in the order of the keys; those that are gone are left out."""
    messages = _messages(reader, me, [key.id for key in keys if key.kind != "history"], now)
    lines = _history(reader, [key.id for key in keys if key.kind == "history"])
    found = [lines.get(key.id) if key.kind == "history" else messages.get(key.id) for key in keys]
    return [entry for entry in found if entry is not None]


def body(reader: Reader, message_id: int) -> tuple[str, str] | None:
    """(body, quoted) of a message, whole, for the pager."""
    row = reader.one("SELECT body, quoted FROM message WHERE id = :i", i=message_id)
    return None if row is None else (row[0], row[1])


def original(reader: Reader, message_id: int) -> tuple[bytes, bool] | None:
    """(bytes, packed) of an incoming message as it came, or None."""
    row = reader.one("SELECT content, packed FROM original WHERE message_id = :i", i=message_id)
    return None if row is None else (bytes(row[0]), bool(row[1]))


def last_inbound(reader: Reader, conversation_id: int) -> tuple[int, str, str, str, str] | None:
    """(id, sender, recipients, Message-ID, references) of the conversation's last inbound message."""
    row = reader.one(
        """SELECT id, sender, recipients, message_id, refs FROM message
        WHERE conversation_id = :i AND direction = 'inbound' AND NOT automatic AND NOT bounce
        ORDER BY at DESC, id DESC LIMIT 1""",
        i=conversation_id,
    )
    return None if row is None else (row[0], row[1], row[2], row[3], row[4])


class LastWords(NamedTuple):
    """The newest words of a conversation, when they came, and when somebody of the team last wrote out."""

    body: str
    at: datetime
    outbound_at: datetime | None


def last_words(reader: Reader, conversation_id: int) -> LastWords:
    """What a conversation's row says of its messages, asked of the messages."""
    body, at = reader.all(
        "SELECT COALESCE(m.body, ''), COALESCE(m.at, v.created_at) FROM conversation v "
        "LEFT JOIN message m ON m.conversation_id = v.id WHERE v.id = :i ORDER BY m.at DESC, m.id DESC LIMIT 1",
        i=conversation_id,
    )[0]
    out = reader.value(
        # What is scheduled stands where it goes, but was written when it was queued.
        "SELECT max(COALESCE(o.created_at, m.at)) FROM message m LEFT JOIN outbox o ON o.message_id = m.id "
        "WHERE m.conversation_id = :i AND m.direction = 'outbound'",
        i=conversation_id,
    )
    return LastWords(body, instant(at), None if out is None else instant(out))


def files(reader: Reader, message_ids: Sequence[int]) -> dict[int, list[FileLine]]:
    """The files of these messages, by message."""
    names, parameters = placeholders(message_ids)
    found: dict[int, list[FileLine]] = {}
    for owner, number, name, media_type, size, inline, content_id in reader.all(
        "SELECT message_id, id, name, media_type, size, inline, content_id FROM attachment "
        f"WHERE message_id IN ({names}) ORDER BY id",
        **parameters,
    ):
        line = FileLine(number, name, media_type, size, bool(inline), content_id)
        found.setdefault(owner, []).append(line)
    return found


def files_of(reader: Reader, conversation_id: int) -> list[tuple[int, FileLine]]:
    """(message, file) of every file of a conversation's messages, the oldest message first."""
    rows = reader.all(
        """SELECT m.id, a.id, a.name, a.media_type, a.size, a.inline, a.content_id
        FROM message m JOIN attachment a ON a.message_id = m.id
        WHERE m.conversation_id = :i ORDER BY m.at, m.id, a.id""",
        i=conversation_id,
    )
    return [(row[0], FileLine(row[1], row[2], row[3], row[4], bool(row[5]), row[6])) for row in rows]


def file_content(reader: Reader, file_id: int) -> tuple[int, str, str, bytes] | None:
    """(conversation, name, media type, bytes) of a file of a message, or None."""
    row = reader.one(
        """SELECT m.conversation_id, a.name, a.media_type, b.content FROM attachment a
        JOIN message m ON m.id = a.message_id JOIN blob b ON b.sha256 = a.sha256 WHERE a.id = :i""",
        i=file_id,
    )
    return None if row is None else (row[0], row[1], row[2], bytes(row[3]))


def _messages(reader: Reader, me: int, ids: Sequence[int], now: datetime) -> dict[int, Entry]:
    if not ids:
        return {}
    names, parameters = placeholders(ids)
    rows = reader.all(
        f"""SELECT m.id, m.direction, m.conversation_id, m.at, m.author, m.body, m.agent_id, m.channel,
        m.recipients, m.subject, m.quoted, m.automatic, m.bounce, o.state, o.due_at, o.scheduled, o.reason,
        o.attempts, COALESCE(o.id, 0), o.hold_on_reply, o.sent_at, o.delivered_at, m.signature
        FROM message m LEFT JOIN outbox o ON o.message_id = m.id WHERE m.id IN ({names})""",
        **parameters,
    )
    attached = files(reader, ids)
    found = {}
    for row in rows:
        words, rest = shown(row[5])
        due = None if row[14] is None else instant(row[14])
        found[row[0]] = Entry(
            kind=row[1],
            id=row[0],
            conversation_id=row[2],
            at=instant(row[3]),
            author=row[4],
            body=words,
            mine=row[6] == me,
            channel=row[7],
            to=tuple(person["address"] for person in json.loads(row[8]).get("to", ())),
            subject=row[9],
            quoted=shown(row[10])[0],
            rest=rest,
            files=tuple(attached.get(row[0], ())),
            fate=fate(row[13], due, bool(row[15]), now, row[17]) if row[13] else "",
            fate_words=row[16] or ("a reply holds it" if row[19] and row[13] == "queued" else ""),
            due_at=due,
            automatic=bool(row[11]),
            bounce=bool(row[12]),
            outbox_id=row[18],
            sent_at=None if row[20] is None else instant(row[20]),
            # What was sent again has not arrived because an earlier try of it did.
            delivered_at=instant(row[21]) if row[21] and row[20] and row[21] >= row[20] else None,
            signature=0 if rest else row[22],
        )
    return found


def _history(reader: Reader, ids: Sequence[int]) -> dict[int, Entry]:
    if not ids:
        return {}
    names, parameters = placeholders(ids)
    rows = reader.all(
        f"SELECT id, conversation_id, at, actor, words FROM history WHERE id IN ({names})", **parameters
    )
    return {row[0]: Entry("history", row[0], row[1], instant(row[2]), row[3], row[4]) for row in rows}


def _conversation(row: tuple[Any, ...]) -> Conversation:
    return Conversation(
        id=row[0],
        customer_id=row[1],
        customer=row[2],
        subject=row[3],
        channel=row[4],
        status=row[5],
        created_at=instant(row[6]),
        last_at=instant(row[7]),
        sub_status_id=row[8],
        sub_status=row[9],
        assignee_id=row[10],
        assignee=row[11],
        priority=row[12],
        waiting_since=None if row[13] is None else instant(row[13]),
        unread=row[14],
        messages=row[15],
        excerpt=row[16],
        direction=row[17],
        last_inbound_at=None if row[24] is None else instant(row[24]),
        team=row[25],
        target=row[26],
        target_at=None if row[27] is None else instant(row[27]),
        snooze=None
        if row[18] is None
        else Snooze(
            row[18], row[19], None if row[20] is None else instant(row[20]), row[21], row[22], bool(row[23])
        ),
    )


def _with_words(reader: Reader, found: list[Conversation]) -> list[Conversation]:
    if not found:
        return found
    names, parameters = placeholders([item.id for item in found])
    tags: dict[int, list[str]] = {}
    for owner, label in reader.all(
        f"""SELECT t.conversation_id, g.label FROM conversation_tag t JOIN tag g ON g.id = t.tag_id
        WHERE t.conversation_id IN ({names}) ORDER BY g.label""",
        **parameters,
    ):
        tags.setdefault(owner, []).append(label)
    followers = staff.followers_of(reader, [item.id for item in found])
    if not tags and not followers:
        return found
    from dataclasses import replace

    return [
        replace(item, tags=tuple(tags.get(item.id, ())), followers=tuple(followers.get(item.id, ())))
        for item in found
    ]
