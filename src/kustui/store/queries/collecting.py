"""Who reads a mailbox at the moment, and how far it has come (SPEC B1)."""

from __future__ import annotations

from typing import NamedTuple

from kustui.store.store import Reader


class Held(NamedTuple):
    """A mailbox's row: which program has it, until when (ms), and its cursor."""

    owner: str
    lease_until: int
    cursor: str


def held(reader: Reader, name: str) -> Held | None:
    """The row of a mailbox; None before it was ever read."""
    row = reader.one("SELECT owner, lease_until, cursor FROM collector WHERE name = :n", n=name)
    return None if row is None else Held(row[0], row[1], row[2])


def take(reader: Reader, name: str, owner: str, until_ms: int) -> str:
    """Give a mailbox to `owner`; answers its cursor. Who may have it is the caller's question, asked in the
    same transaction.
    """
    rows = reader.all(
        "INSERT INTO collector (name, owner, lease_until, cursor) VALUES (:n, :o, :u, '') "
        "ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, lease_until = excluded.lease_until "
        "RETURNING cursor",
        n=name,
        o=owner,
        u=until_ms,
    )
    return str(rows[0][0])


def advance(reader: Reader, name: str, owner: str, cursor: str, until_ms: int) -> bool:
    """Move a mailbox's cursor; False when another program has the mailbox."""
    rows = reader.all(
        "UPDATE collector SET cursor = :c, lease_until = :u WHERE name = :n AND owner = :o RETURNING name",
        c=cursor,
        u=until_ms,
        n=name,
        o=owner,
    )
    return bool(rows)


def release(reader: Reader, name: str, owner: str) -> None:
    """Let another program have the mailbox at once."""
    reader.one(
        "UPDATE collector SET owner = '', lease_until = 0 WHERE name = :n AND owner = :o", n=name, o=owner
    )


def arrived(reader: Reader, place: str, external_id: str, at_ms: int) -> None:
    """Note which message stood at a place of a mailbox."""
    reader.one(
        "INSERT INTO arrival (place, external_id, at) VALUES (:p, :e, :a) ON CONFLICT (place) DO NOTHING",
        p=place,
        e=external_id,
        a=at_ms,
    )
