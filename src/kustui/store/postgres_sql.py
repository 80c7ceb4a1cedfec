"""SQL as the rooms of kustui write it, in PostgreSQL's words, and its rows as they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from kustui.store.reader import POSTGRESQL

_TOKEN = re.compile(r"('(?:[^']|'')*')|(?<!:):([a-zA-Z_]\w*)|(%)|\b(LIKE)\b|\b(instr)\(")


@lru_cache(maxsize=1024)
def translated(sql: str) -> str:
    """`:name` as psycopg takes it, LIKE in any letter case, instr() by its name there."""
    return _TOKEN.sub(_word, sql)


def _word(found: re.Match[str]) -> str:
    literal, name, percent, like, _ = found.groups()
    if literal:
        return literal.replace("%", "%%")
    if name:
        return f"%({name})s"
    if percent:
        return "%%"
    return "ILIKE" if like else "strpos("


class Rows:
    """What a statement answers; one that answers nothing has no rows."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, or None."""
        row: tuple[Any, ...] | None = self._cursor.fetchone() if self._cursor.description else None
        return row

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Every row that is left."""
        rows: list[tuple[Any, ...]] = self._cursor.fetchall() if self._cursor.description else []
        return rows


class Connection:
    """One of psycopg's connections, asked in kustui's words."""

    dialect = POSTGRESQL

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def execute(self, sql: str, parameters: Any = ()) -> Rows:
        """Run one statement with named parameters."""
        named: Mapping[str, Any] = parameters or {}
        return Rows(self.raw.execute(translated(sql), named))


def harmless_text(raw: Any) -> None:
    """Have a connection take words with a NUL in them, which PostgreSQL keeps none of."""
    from psycopg.types.string import StrDumperUnknown

    class Text(StrDumperUnknown):
        """A NUL becomes what stands for what cannot be shown."""

        def dump(self, obj: str) -> Any:
            """The bytes that are sent."""
            return super().dump(obj.replace("\0", "\ufffd"))

    raw.adapters.register_dumper(str, Text)
