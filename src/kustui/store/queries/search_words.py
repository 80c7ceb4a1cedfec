"""How words are looked for: in the index of what messages say, and in the names and addresses of customers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kustui.store import search_postgres
from kustui.store.reader import POSTGRESQL, Reader

FEW = 300
"""Customers whose conversations are looked up one by one."""

_WORD = re.compile(r"[\w@.'+-]*\w", re.UNICODE)
_SPACE = re.compile(r"\s")

_SAID = (
    "SELECT m.conversation_id FROM message_search s JOIN message m ON m.id = s.rowid "
    "WHERE message_search MATCH {match}"
)
NAMED = """SELECT COALESCE(x.merged_into, x.id) FROM customer x
    WHERE x.name LIKE {p} ESCAPE '\\' OR x.company LIKE {p} ESCAPE '\\'
    UNION ALL SELECT a.customer_id FROM address a WHERE a.value LIKE {p} ESCAPE '\\'"""
LISTED = {
    "sqlite": "SELECT value FROM json_each('[' || {} || ']')",
    "postgresql": "SELECT unnest(CAST(string_to_array({}, ',') AS integer[]))",
}
"""Numbers with commas between them as a list: written out, each would be another statement to keep."""
_COLUMNS = {"from": "{author sender}", "subject": "{subject}", "said": "{subject body}"}


def match_of(words: str) -> str:
    """What SQLite's index is asked for: every word, each as a prefix, quoted so that none is an operator.

    Words that a space parts are a phrase: in that order, with nothing between. One letter alone is a word,
    because too many words begin with it to be of use.
    """
    found = _WORD.findall(words.replace('"', " "))
    if not found:
        return ""
    parts = [" ".join(found)] if _SPACE.search(words) else found
    return " ".join(f'"{part}"' if len(part) == 1 and part.isascii() else f'"{part}"*' for part in parts)


def matches(reader: Reader, words: Sequence[str], part: str) -> str:
    """What the database's index is asked for: all of the words, in a part of a message or anywhere in it."""
    if reader.dialect is POSTGRESQL:
        weight = search_postgres.WEIGHTS.get(part, "")
        return " & ".join(filter(None, (search_postgres.match_of(word, weight) for word in words)))
    match = " ".join(filter(None, map(match_of, words)))
    return f"{_COLUMNS[part]}: ({match})" if match and part else match


def within(reader: Reader, ids: str, numbers: str, most: int) -> str:
    """That a message is of one of these conversations: on SQLite, before it is looked up.

    `ids` is the question that lists them, `numbers` what is bound to it. Where not all are wanted, only so
    many (`most`) messages before the newest of them are looked at.
    """
    if reader.dialect is POSTGRESQL:
        return f"m.conversation_id IN ({ids})"
    listed = LISTED[reader.dialect.name].format(":ids")
    question = f"SELECT min(id), max(id) FROM message WHERE conversation_id IN ({listed})"
    first, last = reader.all(question, ids=numbers)[0]
    if most:
        first = max(first or 0, (last or 0) - most)
    own = f"SELECT k.id FROM message k WHERE k.conversation_id IN ({ids})"
    return f"s.rowid BETWEEN {first or 0} AND {last or 0} AND +s.rowid IN ({own})"


def likes(words: str) -> Sequence[str]:
    """The words as LIKE takes them, in each letter case that it tells from another: it knows A to Z alone."""
    # A pattern ends at a NUL.
    plain = words.replace("\0", "\ufffd").strip()
    plain = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    if plain.isascii():
        return (plain,)
    return tuple(dict.fromkeys((plain, plain.lower(), plain.upper(), plain.title())))


def named(reader: Reader, like: str) -> list[int]:
    """FEW customers at most whose name, company or address is like that."""
    rows = reader.all(f"{NAMED.format(p=':p')} LIMIT {FEW}", p=like)
    return [row[0] for row in rows]


def holding(reader: Reader, match: str, within: str, newest: int) -> str:
    """The conversations of the messages that a bound match finds, of so many of the newest or of all."""
    on_server = reader.dialect is POSTGRESQL
    said = search_postgres.SAID if on_server else _SAID
    question = f"{said.format(match=match)}{within}"
    if not newest:
        return question
    order = "m.id" if on_server else "s.rowid"
    return f"SELECT n.conversation_id FROM ({question} ORDER BY {order} DESC LIMIT {newest}) n"
