"""How the promises of a workspace stand."""

from __future__ import annotations

from kustui.store.reader import Reader


def settings(reader: Reader) -> str:
    """The workspace's settings, as JSON."""
    return str(reader.value("SELECT settings FROM workspace WHERE id = 1") or "{}")


def standing(reader: Reader, now_ms: int) -> tuple[int, int, int]:
    """How many conversations have a target ahead, have missed it, and have it paused."""
    row = reader.one(
        "SELECT count(*) FILTER (WHERE target_at > :n), count(*) FILTER (WHERE target_at <= :n), "
        "count(*) FILTER (WHERE target_at IS NULL) FROM conversation WHERE target <> ''",
        n=now_ms,
    )
    assert row is not None
    return row[0], row[1], row[2]


def forget(reader: Reader) -> list[int]:
    """Inside an act: forget every promise that runs; answers the customers who wait."""
    reader.one(
        "UPDATE conversation SET target = '', target_at = NULL, target_left = NULL WHERE status = 'open'"
    )
    rows = reader.all(
        "SELECT DISTINCT customer_id FROM conversation WHERE status = 'open' AND waiting_since IS NOT NULL"
    )
    return [row[0] for row in rows]
