"""What the customers' chat page shows, and the files that anyone may fetch (SPEC C8)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from kustui.store.queries import timeline
from kustui.store.store import Reader, placeholders

NEWEST = 200
"""Messages of a thread that are shown at first."""


class Line(NamedTuple):
    """A message as a visitor sees it; `at` in ms."""

    id: int
    ours: bool
    author: str
    at: int
    body: str
    external_id: str


def customer_of(reader: Reader, visitor: str) -> int | None:
    """The customer who writes under a visitor's address, or None before their first message."""
    number: int | None = reader.value(
        "SELECT customer_id FROM address WHERE kind = 'chat' AND value = :v", v=visitor
    )
    return number


def cursor(reader: Reader, customer_id: int) -> int:
    """The last line of a customer's history; it grows with whatever becomes of their messages."""
    return int(reader.value("SELECT max(id) FROM history WHERE customer_id = :c", c=customer_id) or 0)


_THEIRS = """m.customer_id = :c AND m.channel = 'chat'
    AND (m.sender = :v OR m.direction = 'outbound' AND instr(m.recipients, :v) > 0)"""
"""What is about a visitor: the team may keep several as one customer, and each is shown as much."""


def newest(reader: Reader, customer_id: int, visitor: str) -> list[int]:
    """The numbers of the latest chat messages from and to a visitor."""
    rows = reader.all(
        f"SELECT m.id FROM message m WHERE {_THEIRS} ORDER BY m.at DESC, m.id DESC LIMIT :n",
        c=customer_id,
        v=visitor,
        n=NEWEST,
    )
    return [row[0] for row in rows]


def since(reader: Reader, customer_id: int, visitor: str, after: int) -> list[int]:
    """The numbers of a visitor's chat messages that anything happened to after that line of history."""
    rows = reader.all(
        f"""SELECT m.id FROM message m WHERE {_THEIRS} AND m.id IN (SELECT message_id FROM history
        WHERE customer_id = :c AND id > :a) ORDER BY m.id DESC LIMIT :n""",
        c=customer_id,
        v=visitor,
        a=after,
        n=NEWEST,
    )
    return [row[0] for row in rows]


def seen_by(reader: Reader, visitor: str, numbers: Sequence[int]) -> list[Line]:
    """Those of the messages that a visitor may see, in time order.

    These are the chat messages that they wrote, and those to them that are sent: no note, no draft,
    nothing held, taken back or discarded, and nothing of another visitor (SPEC A4, D7).
    """
    names, parameters = placeholders(numbers)
    rows = reader.all(
        f"""SELECT m.id, m.direction, m.author, COALESCE(o.sent_at, m.at), m.body, COALESCE(m.external_id, ''),
        m.recipients FROM message m LEFT JOIN outbox o ON o.message_id = m.id AND o.kind = 'message'
        WHERE m.id IN ({names}) AND m.channel = 'chat'
        AND (m.direction = 'inbound' AND m.sender = :visitor OR m.direction = 'outbound' AND o.state = 'sent')
        ORDER BY 4, m.id""",
        visitor=visitor,
        **parameters,
    )
    return [
        Line(row[0], row[1] == "outbound", row[2], row[3], row[4], row[5])
        for row in rows
        if row[1] == "inbound" or _is_to(row[6], visitor)
    ]


def _is_to(recipients: str, visitor: str) -> bool:
    return any(person["address"] == visitor for person in json.loads(recipients).get("to", ()))


def file_of(reader: Reader, visitor: str, file_id: int) -> tuple[str, str, bytes] | None:
    """(name, media type, bytes) of a file of a message that a visitor may see, or None."""
    number = reader.value("SELECT message_id FROM attachment WHERE id = :i", i=file_id)
    if number is None or not seen_by(reader, visitor, [number]):
        return None
    found = timeline.file_content(reader, file_id)
    return None if found is None else found[1:]


def last_line(reader: Reader) -> int:
    """The last line of history."""
    return int(reader.value("SELECT max(id) FROM history") or 0)


def stirred(reader: Reader, after: int) -> set[str]:
    """The visitors to whose messages anything happened after that line of history."""
    rows = reader.all(
        "SELECT DISTINCT a.value FROM history h JOIN address a ON a.customer_id = h.customer_id "
        "AND a.kind = 'chat' WHERE h.id > :a AND h.message_id IS NOT NULL",
        a=after,
    )
    return {row[0] for row in rows}


# -- images for anyone ------------------------------------------------------------------


def public_names(reader: Reader, names: Sequence[str]) -> set[str]:
    """Those of the names under which anyone can fetch a file already."""
    listed, parameters = placeholders(names)
    return {
        row[0] for row in reader.all(f"SELECT name FROM public_file WHERE name IN ({listed})", **parameters)
    }


def public_file(reader: Reader, name: str) -> tuple[str, str, bytes] | None:
    """(file name, media type, bytes) of what anyone can fetch under a name, or None."""
    row = reader.one(
        "SELECT p.file_name, p.media_type, b.content FROM public_file p JOIN blob b ON b.sha256 = p.sha256 "
        "WHERE p.name = :n",
        n=name,
    )
    return None if row is None else (row[0], row[1], bytes(row[2]))


def named_outside(reader: Reader, name: str) -> bool:
    """Whether a message that went, or is to go, to a customer names that image."""
    return bool(
        reader.one(
            """SELECT 1 FROM outbox o JOIN message m ON m.id = o.message_id
            WHERE m.direction = 'outbound' AND instr(m.body, :n) > 0 LIMIT 1""",
            n=f"/i/{name}",
        )
    )


def unpublish(reader: Reader, name: str) -> None:
    """Inside an act: nobody can fetch that any more."""
    reader.all("DELETE FROM public_file WHERE name = :n RETURNING name", n=name)


def shortcut_files(reader: Reader) -> list[tuple[str, str, str]]:
    """(sha256, name, media type) of every image that stands in a shortcut."""
    rows = reader.all("SELECT sha256, name, media_type FROM attachment WHERE shortcut_id IS NOT NULL")
    return [(row[0], row[1], row[2]) for row in rows]
