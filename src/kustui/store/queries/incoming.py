"""What must be known to file an incoming message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from kustui.clock import instant, milliseconds
from kustui.store.store import Reader, placeholders

AT_ONCE = 500
"""Values one question asks about."""


def known(reader: Reader, external_ids: Sequence[str]) -> set[str]:
    """Those of the identities under which a message came before."""
    return {
        row[0] for row in _asked(reader, "SELECT external_id FROM message WHERE external_id", external_ids)
    }


def quarantine_known(reader: Reader, sha256: str) -> bool:
    """Whether these very bytes are in quarantine already."""
    return reader.value("SELECT 1 FROM quarantine WHERE sha256 = :s", s=sha256) is not None


def blobs_known(reader: Reader, digests: Sequence[str]) -> set[str]:
    """Those of the files whose bytes are kept already."""
    return {row[0] for row in _asked(reader, "SELECT sha256 FROM blob WHERE sha256", digests)}


def owners_of(reader: Reader, addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, str]]:
    """(customer, name) of those who have these addresses, by (kind, value)."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    wanted = sorted(addresses)
    for kind in {kind for kind, _ in wanted}:
        values = [value for other, value in wanted if other == kind]
        question = "SELECT a.value, c.id, c.name FROM address a JOIN customer c ON c.id = a.customer_id"
        rows = _asked(reader, f"{question} WHERE a.kind = :k AND a.value", values, k=kind)
        found.update(((kind, row[0]), (row[1], row[2])) for row in rows)
    return found


def conversations_of(reader: Reader, references: Sequence[str]) -> dict[str, int]:
    """The conversations that these Message-IDs belong to."""
    rows = _asked(reader, "SELECT message_id, conversation_id FROM reference WHERE message_id", references)
    return {row[0]: row[1] for row in rows}


def latest_on_channel(reader: Reader, customer_id: int, channel: str) -> int | None:
    """A customer's latest conversation on a channel, whatever its status, or None."""
    number: int | None = reader.value(
        "SELECT id FROM conversation WHERE customer_id = :c AND channel = :k AND merged_into IS NULL "
        "ORDER BY last_at DESC, id DESC LIMIT 1",
        c=customer_id,
        k=channel,
    )
    return number


def waiting_since(reader: Reader, conversation_id: int, after: datetime) -> datetime | None:
    """When the first message that a person wrote in a conversation after that instant came, or None."""
    ms = reader.value(
        "SELECT min(at) FROM message WHERE conversation_id = :i AND direction = 'inbound' AND NOT automatic "
        "AND at > :a",
        i=conversation_id,
        a=milliseconds(after),
    )
    return None if ms is None else instant(ms)


def message_of_rfc_id(reader: Reader, message_id: str) -> tuple[int, int] | None:
    """(message, conversation) of a Message-ID of ours, or None."""
    row = reader.one(
        "SELECT id, conversation_id FROM message WHERE message_id = :m AND message_id <> '' "
        "AND direction = 'outbound' LIMIT 1",
        m=message_id,
    )
    return None if row is None else (row[0], row[1])


def sent_under(reader: Reader, message_ids: Sequence[str]) -> set[str]:
    """Those of the Message-IDs that messages of ours have."""
    question = (
        "SELECT message_id FROM message WHERE direction = 'outbound' AND message_id <> '' AND message_id"
    )
    return {row[0] for row in _asked(reader, question, message_ids)}


def workspace_key(reader: Reader) -> str:
    """What only this workspace knows: tokens are made with it."""
    return str(reader.value("SELECT uuid FROM workspace WHERE id = 1") or "")


def newest(reader: Reader) -> int:
    """The number of the message that came in last; 0 before the first."""
    return int(reader.value("SELECT COALESCE(max(id), 0) FROM message") or 0)


def since(reader: Reader, after: int, limit: int) -> list[tuple[int, int, int, str, str]]:
    """(message, conversation, customer, name, subject) of what came in behind that number, in order."""
    rows = reader.all(
        """SELECT m.id, m.conversation_id, m.customer_id, c.name, v.subject FROM message m
        JOIN customer c ON c.id = m.customer_id JOIN conversation v ON v.id = m.conversation_id
        WHERE m.id > :a AND m.direction = 'inbound' ORDER BY m.id LIMIT :l""",
        a=after,
        l=limit,
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def _asked(reader: Reader, question: str, values: Sequence[str], **more: str) -> Iterator[tuple[Any, ...]]:
    for first in range(0, len(values), AT_ONCE):
        names, parameters = placeholders(values[first : first + AT_ONCE])
        yield from reader.all(f"{question} IN ({names})", **parameters, **more)
