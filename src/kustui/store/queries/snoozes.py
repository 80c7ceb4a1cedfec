"""Snoozes as an agent made them."""

from __future__ import annotations

from datetime import datetime

from kustui.clock import instant
from kustui.store.store import Reader


def last_of(reader: Reader, me: int) -> tuple[str, str, datetime | None, bool] | None:
    """(kind, label, until, keep on reply) of the last snooze this agent made, ended or not; None for none."""
    row = reader.one(
        "SELECT kind, label, until, keep_on_reply FROM snooze WHERE agent_id = :me ORDER BY id DESC LIMIT 1",
        me=me,
    )
    return (
        None if row is None else (row[0], row[1], None if row[2] is None else instant(row[2]), bool(row[3]))
    )
