"""Searches that agents keep, in the order of one agent."""

from __future__ import annotations

from kustui.core.views import SavedView
from kustui.store.reader import Reader


def views(reader: Reader, me: int) -> list[SavedView]:
    """An agent's own views and everybody's, in order."""
    rows = reader.all(
        "SELECT id, name, query, agent_id FROM saved_view WHERE agent_id = :me OR agent_id IS NULL "
        "ORDER BY position, id",
        me=me,
    )
    return [SavedView(row[0], row[1], row[2], row[3] is None, place) for place, row in enumerate(rows, 1)]


def put_at(reader: Reader, view_id: int, position: int) -> None:
    """Give a view its place."""
    reader.one("UPDATE saved_view SET position = :p WHERE id = :i", p=position, i=view_id)
