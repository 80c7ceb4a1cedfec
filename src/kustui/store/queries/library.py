"""The words a workspace keeps, and what its conversations may be put away with, as they stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from kustui.core.library import Shortcut, Snippet, Template
from kustui.core.post import FileContent
from kustui.core.records import SnoozeChoice, SubStatus
from kustui.store.store import Reader, placeholders


def shortcuts(reader: Reader) -> list[Shortcut]:
    """Every shortcut, by name."""
    rows = reader.all("SELECT id, name, body, actions FROM shortcut ORDER BY lower(name), id")
    return [_shortcut(row) for row in rows]


def shortcut_images(reader: Reader, shortcut_id: int) -> list[FileContent]:
    """The images that stand in a shortcut's text, with their bytes."""
    rows = reader.all(
        "SELECT a.name, a.media_type, b.content, a.content_id FROM attachment a "
        "JOIN blob b ON b.sha256 = a.sha256 WHERE a.shortcut_id = :s ORDER BY a.id",
        s=shortcut_id,
    )
    return [FileContent(row[0], row[1], bytes(row[2]), True, row[3], marked=True) for row in rows]


def forget_images(reader: Reader, shortcut_id: int, kept: Sequence[str] = ()) -> None:
    """Drop a shortcut's images, but for those with these content ids."""
    names, parameters = placeholders(kept)
    others = f" AND content_id NOT IN ({names})" if kept else ""
    reader.one(
        f"DELETE FROM attachment WHERE shortcut_id = :s{others}",
        s=shortcut_id,
        **parameters,
    )


def snippets(reader: Reader) -> list[Snippet]:
    """Every snippet with its texts, by name."""
    texts: dict[int, dict[str, str]] = {}
    for number, language, body in reader.all(
        "SELECT snippet_id, language, body FROM snippet_text ORDER BY snippet_id, language"
    ):
        texts.setdefault(number, {})[language] = body
    rows = reader.all("SELECT id, name, source FROM snippet ORDER BY lower(name), id")
    return [Snippet(row[1], texts[row[0]], row[2], row[0]) for row in rows if row[0] in texts]


def templates(reader: Reader) -> list[Template]:
    """Every template, by name."""
    rows = reader.all("SELECT id, name, body FROM template ORDER BY lower(name), id")
    return [Template(row[1], row[2], row[0]) for row in rows]


def template(reader: Reader, number: int) -> Template | None:
    """One template, or None."""
    row = reader.one("SELECT id, name, body FROM template WHERE id = :i", i=number)
    return None if row is None else Template(row[1], row[2], row[0])


def named(reader: Reader, table: str, name: str) -> int | None:
    """The number of the shortcut, snippet or template of that name, whatever its letter case."""
    found: int | None = reader.value(f"SELECT id FROM {table} WHERE lower(name) = lower(:n)", n=name)
    return found


def forget_texts(reader: Reader, snippet_id: int) -> None:
    """Drop a snippet's texts, to write them anew."""
    reader.one("DELETE FROM snippet_text WHERE snippet_id = :s", s=snippet_id)


def all_snooze_choices(reader: Reader) -> list[tuple[SnoozeChoice, bool]]:
    """Every snooze choice in order, and whether it is enabled."""
    rows = reader.all("SELECT id, key, label, kind, value, enabled FROM snooze_choice ORDER BY position, id")
    return [(SnoozeChoice(*row[:5]), bool(row[5])) for row in rows]


def all_sub_statuses(reader: Reader) -> list[tuple[SubStatus, bool]]:
    """Every sub-status by status and order, and whether it is enabled."""
    rows = reader.all("SELECT id, status, label, enabled FROM sub_status ORDER BY status, position, id")
    return [(SubStatus(*row[:3]), bool(row[3])) for row in rows]


def tags(reader: Reader) -> dict[str, int]:
    """Every tag's number, by its label in lower case."""
    return {row[1].lower(): row[0] for row in reader.all("SELECT id, label FROM tag")}


def labels(reader: Reader) -> list[str]:
    """Every tag, in the order of the alphabet."""
    return [row[0] for row in reader.all("SELECT label FROM tag ORDER BY lower(label)")]


def tags_of(reader: Reader, conversation_id: int) -> list[str]:
    """The tags of a conversation, in the order of the alphabet."""
    rows = reader.all(
        "SELECT g.label FROM conversation_tag t JOIN tag g ON g.id = t.tag_id WHERE t.conversation_id = :c "
        "ORDER BY lower(g.label)",
        c=conversation_id,
    )
    return [row[0] for row in rows]


def untag(reader: Reader, conversation_id: int, label: str) -> None:
    """Take a tag off a conversation."""
    reader.one(
        "DELETE FROM conversation_tag WHERE conversation_id = :c "
        "AND tag_id IN (SELECT id FROM tag WHERE label = :l)",
        c=conversation_id,
        l=label,
    )


def preferences(reader: Reader, agent_id: int) -> tuple[str, str, str, str, str, str]:
    """(preferences as JSON, signature, zone, language, name, email) of an agent."""
    row = reader.one(
        "SELECT preferences, signature, zone, language, name, email FROM agent WHERE id = :a", a=agent_id
    )
    return ("{}", "", "", "en", "", "") if row is None else (row[0], row[1], row[2], row[3], row[4], row[5])


def _shortcut(row: tuple[Any, ...]) -> Shortcut:
    said = json.loads(row[3] or "{}")
    return Shortcut(row[1], row[2], tuple(said.get("tags", ())), said.get("then", ""), row[0])
