"""What agents should know, and whether they have seen it."""

from __future__ import annotations

from kustui.clock import instant
from kustui.core.records import Notification
from kustui.store.store import Reader


def unread(reader: Reader, me: int) -> tuple[int, int]:
    """(how many, the id of the newest) of the agent's unread notifications; asked at every look."""
    row = reader.one(
        "SELECT count(*), COALESCE(max(id), 0) FROM notification WHERE agent_id = :me AND read_at IS NULL",
        me=me,
    )
    assert row is not None
    return int(row[0]), int(row[1])


def notifications(
    reader: Reader, me: int, limit: int, *, only_unread: bool = False, after: int = 0
) -> list[Notification]:
    """The agent's notifications with an id beyond `after`, unread ones first, each the latest first."""
    rows = reader.all(
        f"""SELECT n.id, n.kind, n.text, n.at, n.conversation_id, c.customer_id, n.read_at IS NOT NULL
        FROM notification n LEFT JOIN conversation c ON c.id = n.conversation_id
        WHERE n.agent_id = :me AND n.id > :after {"AND n.read_at IS NULL" if only_unread else ""}
        ORDER BY n.read_at IS NOT NULL, n.at DESC, n.id DESC LIMIT :limit""",
        me=me,
        after=after,
        limit=limit,
    )
    return [
        Notification(row[0], row[1], row[2], instant(row[3]), row[4], row[5], bool(row[6])) for row in rows
    ]


def has(reader: Reader, me: int, number: int) -> bool:
    """Whether the agent has a notification of that number."""
    return (
        reader.value("SELECT 1 FROM notification WHERE id = :i AND agent_id = :me", i=number, me=me)
        is not None
    )


def read_one(reader: Reader, me: int, number: int, at_ms: int) -> bool:
    """Mark one of the agent's notifications as read; False when it was already."""
    return bool(
        reader.all(
            "UPDATE notification SET read_at = :at WHERE id = :i AND agent_id = :me AND read_at IS NULL "
            "RETURNING id",
            i=number,
            me=me,
            at=at_ms,
        )
    )


def read_up_to(reader: Reader, me: int, newest: int, at_ms: int) -> int:
    """Mark the agent's notifications up to an id as read, and answer how many were not."""
    return len(
        reader.all(
            "UPDATE notification SET read_at = :at WHERE agent_id = :me AND read_at IS NULL AND id <= :newest "
            "RETURNING id",
            me=me,
            newest=newest,
            at=at_ms,
        )
    )
