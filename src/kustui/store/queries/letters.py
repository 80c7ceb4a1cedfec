"""Emails as they came and as they went, one after the other."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from kustui.store.store import Reader

PAGE = 500


def count(reader: Reader) -> int:
    """How many messages and notes there are."""
    return int(reader.value("SELECT count(*) FROM message"))


def letters(reader: Reader) -> Iterator[tuple[Any, ...]]:
    """(message, sender, at in ms, its number in the outbox or None) of every email that came or went."""
    last = 0
    while True:
        found = reader.all(
            """SELECT m.id, m.sender, m.at, o.id FROM message m
            LEFT JOIN outbox o ON o.message_id = m.id AND o.kind = 'message' AND o.state = 'sent'
            WHERE m.channel = 'email' AND m.id > :a
            AND (o.id IS NOT NULL OR EXISTS (SELECT 1 FROM original r WHERE r.message_id = m.id))
            ORDER BY m.id LIMIT :n""",
            a=last,
            n=PAGE,
        )
        yield from found
        if len(found) < PAGE:
            return
        last = found[-1][0]


def original(reader: Reader, number: int) -> bytes | None:
    """The bytes of a message as it came, or None for one that was written here."""
    row = reader.one("SELECT content, packed FROM original WHERE message_id = :i", i=number)
    if row is None:
        return None
    return zlib.decompress(row[0]) if row[1] else bytes(row[0])
