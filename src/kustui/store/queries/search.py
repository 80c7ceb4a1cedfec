"""Finding conversations by words: subjects, bodies, notes, and who wrote."""

from __future__ import annotations

import re

from kustui.store.store import Reader

_WORD = re.compile(r"[\w@.'+-]*\w", re.UNICODE)


def match_of(words: str) -> str:
    """What the index is asked for: every word, each as a prefix, quoted so that none is an operator."""
    return " ".join(f'"{word}"*' for word in _WORD.findall(words.replace('"', " ")))


def search(reader: Reader, words: str, limit: int = 100) -> list[int]:
    """Conversations in which one message, its subject or its writer holds every word; the latest first.

    Words match from their beginning, in any letter case, with or without accents. A customer's name
    or address finds all of that customer's conversations.
    """
    match = match_of(words)
    if not match:
        return []
    rows = reader.all(
        """SELECT v.id, max(v.last_at) FROM (
            SELECT m.conversation_id AS id FROM message_search s JOIN message m ON m.id = s.rowid
            WHERE message_search MATCH :m
            UNION
            SELECT o.id FROM conversation o WHERE o.customer_id IN (
                SELECT c.id FROM customer c WHERE c.name LIKE :p ESCAPE '\\' OR c.company LIKE :p ESCAPE '\\'
                UNION SELECT a.customer_id FROM address a WHERE a.value LIKE :p ESCAPE '\\')
            UNION
            SELECT o.id FROM conversation o WHERE o.id = :n
        ) f JOIN conversation v ON v.id = f.id GROUP BY v.id ORDER BY 2 DESC, 1 DESC LIMIT :l""",
        m=match,
        p="%" + words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%",
        n=int(words.strip().lstrip("#")) if words.strip().lstrip("#").isdecimal() and len(words) < 15 else 0,
        l=limit,
    )
    return [row[0] for row in rows]
