"""What must be known to file an incoming message."""

from __future__ import annotations

from collections.abc import Sequence

from kustui.store.store import Reader, placeholders


def known(reader: Reader, external_id: str) -> int | None:
    """The message that came under this identity before, or None."""
    number: int | None = reader.value("SELECT id FROM message WHERE external_id = :e", e=external_id)
    return number


def quarantine_known(reader: Reader, sha256: str) -> bool:
    """Whether these very bytes are in quarantine already."""
    return reader.value("SELECT 1 FROM quarantine WHERE sha256 = :s", s=sha256) is not None


def blob_known(reader: Reader, sha256: str) -> bool:
    """Whether a file's bytes are kept already."""
    return reader.value("SELECT 1 FROM blob WHERE sha256 = :s", s=sha256) is not None


def owner_of(reader: Reader, kind: str, value: str) -> int | None:
    """The customer who has that address, or None."""
    number: int | None = reader.value(
        "SELECT customer_id FROM address WHERE kind = :k AND value = :v", k=kind, v=value
    )
    return number


def conversations_of(reader: Reader, references: Sequence[str]) -> dict[str, int]:
    """The conversations that these Message-IDs belong to."""
    names, parameters = placeholders(references)
    rows = reader.all(
        f"SELECT message_id, conversation_id FROM reference WHERE message_id IN ({names})", **parameters
    )
    return {row[0]: row[1] for row in rows}


def latest_on_channel(reader: Reader, customer_id: int, channel: str) -> int | None:
    """A customer's latest conversation on a channel, whatever its status, or None."""
    number: int | None = reader.value(
        "SELECT id FROM conversation WHERE customer_id = :c AND channel = :k ORDER BY last_at DESC, id DESC LIMIT 1",
        c=customer_id,
        k=channel,
    )
    return number


def message_of_rfc_id(reader: Reader, message_id: str) -> tuple[int, int] | None:
    """(message, conversation) of a Message-ID of ours, or None."""
    row = reader.one(
        "SELECT id, conversation_id FROM message WHERE message_id = :m AND message_id <> '' "
        "AND direction = 'outbound' LIMIT 1",
        m=message_id,
    )
    return None if row is None else (row[0], row[1])


def bounced(reader: Reader, message_id: int, reason: str) -> None:
    """Mark an outbound message as not delivered, with the words of the bounce."""
    reader.one(
        "UPDATE outbox SET state = 'failed', reason = :r WHERE message_id = :m AND state IN ('sent', 'uncertain')",
        r=reason,
        m=message_id,
    )
