"""One write transaction: rows to change, the history it leaves.

The ORM is loaded with the first session that is asked for rows; naming an act's tables loads none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, cast

from kustui.chance import Token
from kustui.clock import milliseconds
from kustui.store import tables
from kustui.store.database import Database
from kustui.store.frame import AT_ONCE, Frame, no_such, part_of_another
from kustui.store.reader import SQLITE, Reader

if TYPE_CHECKING:
    from sqlmodel import SQLModel

    from kustui.store.entities import WriteSession

Row = TypeVar("Row", bound="SQLModel")


def reader_of(session: WriteSession, database: Database) -> Reader:
    """Plain questions inside a session's transaction; what waits to be written is not written first."""
    return database.reader_on(session.connection().connection.driver_connection)


class Writing(Frame):
    """What one act may do to the store. `now` is one instant for the whole act, `token` names it."""

    def __init__(self, session: WriteSession, database: Database, now: datetime, token: Token) -> None:
        super().__init__(lambda: reader_of(session, database), database, now, token)
        self.session = session
        self._lines: dict[str, list[dict[str, Any]]] = {}
        self._keys: dict[str, int] = {}
        self._given: set[str] = set()

    @cached_property
    def deed(self) -> str:
        """What everything that the act did is known by together; made when it leaves a line of history."""
        return self._token(8)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What is written inside is written whole or, when it raises, not at all; the act may go on then."""
        self.flush()
        touched = set(self._touched)
        nested = self.session.begin_nested()
        try:
            yield
            self.flush()
        except BaseException:
            self._lines, self._touched = {}, touched
            nested.rollback()
            raise
        nested.commit()

    def get(self, table: type[Row], key: Any, word: str) -> Row:
        """The row with that key; raises NotFound, calling it by `word`, when there is none, and Refused when
        it has become part of another, which is named.
        """
        row = self.session.get(table, key)
        if row is None:
            raise no_such(word, key)
        if (whole := getattr(row, "merged_into", None)) is not None:
            raise part_of_another(word, key, whole)
        return row

    def get_all(self, table: type[Row], keys: Iterable[int]) -> dict[int, Row]:
        """The rows of these keys, by key, asked for together; those that are gone are left out."""
        from sqlalchemy import select
        from sqlmodel import SQLModel

        wanted = sorted(keys)
        column = SQLModel.metadata.tables[str(table.__tablename__)].c.id
        found: dict[int, Row] = {}
        for first in range(0, len(wanted), AT_ONCE):
            rows = self.session.scalars(select(table).where(column.in_(wanted[first : first + AT_ONCE])))
            found.update((cast("Any", row).id, row) for row in rows)
        return found

    def add(self, row: Row) -> Row:
        """Write a new row; it has its key when this returns."""
        self.session.add(row)
        self.flush()
        return row

    def key(self, table: type[SQLModel]) -> int:
        """A key for a new row ahead of its writing; no other program can take it before this act ends.

        An act that takes keys of a table gives each new row of that table one of them.
        """
        name = str(table.__tablename__)
        if name not in self._keys:
            self._keys[name] = self._database.next_key(self.glance(), name) - 1
        self._keys[name] += 1
        self._given.add(name)
        return self._keys[name]

    def go_on_behind(self, name: str, number: int) -> None:
        """Give no new row of a table a number up to that one."""
        self._database.keys_taken(self.glance(), name, number)

    def line(self, table: type[SQLModel], **values: Any) -> None:
        """Write a new row that this act does not change again, together with others of its table."""
        from kustui.store.entities import defaults

        name = str(table.__tablename__)
        self._lines.setdefault(name, []).append({**defaults(table), **values})

    def flush(self) -> None:
        """Write what waits: first the rows that point at no other, then entities, then the other rows."""
        from kustui.store.entities import order, roots

        lines, self._lines = self._lines, {}
        for name in [name for name in lines if name in roots()]:
            self._write(name, lines.pop(name))
        self.session.flush()
        for name in order() if lines else ():
            if name in lines:
                self._write(name, lines[name])
        # SQLite sees for itself which numbers are taken.
        for name in self._given if self._database.dialect is not SQLITE else ():
            self._database.keys_taken(self.glance(), name, self._keys[name])
        self._given.clear()

    def _write(self, name: str, rows: list[dict[str, Any]]) -> None:
        from sqlalchemy import insert
        from sqlmodel import SQLModel

        self.session.execute(insert(SQLModel.metadata.tables[name]), rows)

    def record(
        self,
        act: str,
        actor: tables.Agent | str,
        words: str = "",
        *,
        on_timeline: bool = False,
        customer_id: int | None = None,
        conversation_id: int | None = None,
        message_id: int | None = None,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Append the act's line of history: who, when, what, before and after.

        `words` is what the timeline shows of it, without the actor ("raised priority 3 → 4").
        """
        agent = actor if isinstance(actor, tables.Agent) else None
        self.quiet = False
        self.line(
            tables.History,
            at=self.now,
            agent_id=agent.id if agent else None,
            actor=agent.name if agent else str(actor),
            deed=self.deed,
            act=act,
            customer_id=customer_id,
            conversation_id=conversation_id,
            message_id=message_id,
            on_timeline=on_timeline,
            words=words,
            before=_json(before),
            after=_json(after),
        )


def _json(values: Mapping[str, object] | None) -> str:
    return _AS_JSON(values) if values else "{}"


def _plain(value: object) -> object:
    return milliseconds(value) if isinstance(value, datetime) else str(value)


_AS_JSON = json.JSONEncoder(ensure_ascii=False, default=_plain, sort_keys=True).encode
