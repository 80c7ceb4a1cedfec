"""One write transaction: rows to change, the history it leaves, the inbox it moves.

This is where SQLModel is loaded; nothing on the way to the first list imports it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache, cached_property
from typing import Any, TypeVar, cast

from sqlalchemy import event, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import configure_mappers
from sqlmodel import Session, SQLModel, create_engine

from kustui.chance import Token
from kustui.clock import milliseconds
from kustui.errors import NotFound, Refused
from kustui.store import promises, tables
from kustui.store.database import Database
from kustui.store.queries.lists import ANSWERED, UNPROMISED
from kustui.store.reader import SQLITE, Dialect, Reader, placeholders

Row = TypeVar("Row", bound=SQLModel)

AT_ONCE = 500
"""Rows one question is asked about."""


class WriteSession(Session):
    """A session whose transaction begins when it is told to, so that a busy store is met up front."""

    def begin_now(self) -> None:
        """Take the write lock; on failure the session is as new."""
        try:
            self.connection()
        except BaseException:
            self.rollback()
            raise


def engine_on(url: str, dialect: Dialect, connect: Callable[[], Any], **options: Any) -> Engine:
    """An engine for writing only: its transactions begin as the database's must, no error prints a
    customer's words. `connect` makes one of the library's own connections.
    """
    engine = create_engine(url, creator=connect, hide_parameters=True, pool_size=4, **options)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        claims = connection.get_execution_options().get("claiming", False)
        connection.exec_driver_sql(dialect.claims if claims else dialect.writes)

    return engine


def session_of(engine: Engine, *, claiming: bool = False) -> WriteSession:
    """A session for one transaction."""
    bind = engine.execution_options(claiming=True) if claiming else engine
    return WriteSession(bind, expire_on_commit=False, autoflush=False)


def reader_of(session: WriteSession, database: Database) -> Reader:
    """Plain questions inside a session's transaction; what waits to be written is not written first."""
    return database.reader_on(session.connection().connection.driver_connection)


def prepare() -> None:
    """Do the work the ORM puts off to its first use."""
    configure_mappers()


class Writing:
    """What one act may do to the store. `now` is one instant for the whole act, `token` names it."""

    def __init__(self, session: WriteSession, database: Database, now: datetime, token: Token) -> None:
        self.session = session
        self._database = database
        self.now = now
        self._token = token
        self.quiet = False
        """Whether no list, timeline or count shows what it writes, so that other programs need not look."""
        self._touched: set[int] = set()
        self._lines: dict[str, list[dict[str, Any]]] = {}
        self._keys: dict[str, int] = {}
        self._given: set[str] = set()

    @cached_property
    def deed(self) -> str:
        """What everything that the act did is known by together; made when it leaves a line of history."""
        return self._token(8)

    def ask(self) -> Reader:
        """Plain questions that see what this act has written so far."""
        self.flush()
        return self.glance()

    def glance(self) -> Reader:
        """Plain questions about what stood before this act; what waits to be written is not written first."""
        return reader_of(self.session, self._database)

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
            raise NotFound(f"No such {word}", f"There is no {word} {key}.")
        if (whole := getattr(row, "merged_into", None)) is not None:
            raise Refused("Part of another now", f"The {word} #{key} was merged into #{whole}.")
        return row

    def get_all(self, table: type[Row], keys: Iterable[int]) -> dict[int, Row]:
        """The rows of these keys, by key, asked for together; those that are gone are left out."""
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
        name = str(table.__tablename__)
        self._lines.setdefault(name, []).append({**defaults(table), **values})

    def flush(self) -> None:
        """Write what waits: first the rows that point at no other, then entities, then the other rows."""
        lines, self._lines = self._lines, {}
        for name in [name for name in lines if name in _roots()]:
            self._write(name, lines.pop(name))
        self.session.flush()
        for name in _order() if lines else ():
            if name in lines:
                self._write(name, lines[name])
        # SQLite sees for itself which numbers are taken.
        for name in self._given if self._database.dialect is not SQLITE else ():
            self._database.keys_taken(self.glance(), name, self._keys[name])
        self._given.clear()

    def _write(self, name: str, rows: list[dict[str, Any]]) -> None:
        self.session.execute(insert(SQLModel.metadata.tables[name]), rows)

    def touch(self, customer_id: int) -> None:
        """Say that this customer's conversations changed, so that the inbox follows."""
        self.quiet = False
        self._touched.add(customer_id)

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

    def settle(self) -> None:
        """Bring the inbox in line with what changed and have others hear of it; called once, before the commit."""
        self.flush()
        self._database.tell(self.glance(), quiet=self.quiet)
        touched = sorted(self._touched)
        for first in range(0, len(touched), AT_ONCE):
            some = touched[first : first + AT_ONCE]
            promises.settle(self.glance(), some, self.now)
            self._place(some)

    def _place(self, customers: list[int]) -> None:
        reader = self.glance()
        names, parameters = placeholders(customers)
        reader.one(f"DELETE FROM inbox WHERE customer_id IN ({names})", **parameters)
        found: dict[int, list[tuple[Any, ...]]] = {}
        for row in reader.all(
            "SELECT customer_id, id, priority, waiting_since, last_at, assignee_id, stirred_at, unread, team_id, "
            "target_at "
            f"FROM conversation WHERE customer_id IN ({names}) AND status = 'open'",
            **parameters,
        ):
            found.setdefault(row[0], []).append(row[1:])
        for customer_id, rows in found.items():
            reader.one(
                "INSERT INTO inbox (customer_id, conversation_id, rank, since, owner, stirred_at, unread, team_id, "
                "target_at) VALUES (:c, :v, :r, :s, :o, :t, :u, :q, :d)",
                c=customer_id,
                **place_of(rows),
            )


def place_of(rows: Sequence[tuple[Any, ...]]) -> dict[str, int]:
    """Where a customer stands in the inbox by the open conversations.

    `rows` are (id, priority, waiting since, last at, assignee, stirred at, unread, team, target at), instants in
    ms;
    the answer holds the conversation `v`, rank `r`, since `s`, owner `o`, stirred `t`, unread `u`,
    the team `q` whose queue it is, and when the first promise is due `d`.
    """
    places = sorted((-row[1], row[2] if row[2] is not None else ANSWERED - row[3], row[0]) for row in rows)
    rank, since, conversation_id = places[0]
    # A team matters only as long as nobody of it has the conversation.
    owners = {(row[4] or 0, 0 if row[4] else row[7] or 0) for row in rows}
    owner, team = next(iter(owners)) if len(owners) == 1 else (0, -1) if (0, 0) in owners else (-1, 0)
    return {
        "v": conversation_id,
        "r": rank,
        "s": since,
        "o": owner,
        "t": max(row[5] for row in rows),
        "u": sum(row[6] for row in rows),
        "q": team,
        "d": min((row[8] for row in rows if row[8] is not None), default=UNPROMISED),
    }


@cache
def defaults(table: type[SQLModel]) -> Mapping[str, Any]:
    """What a row of that table holds where nothing else is said."""
    return {
        name: field.default
        for name, field in table.model_fields.items()
        if name != "id" and not field.is_required()
    }


@cache
def _order() -> tuple[str, ...]:
    """Every table, after those it points at."""
    return tuple(table.name for table in SQLModel.metadata.sorted_tables)


@cache
def _roots() -> frozenset[str]:
    """The tables that point at no other."""
    return frozenset(
        table.name
        for table in SQLModel.metadata.sorted_tables
        if all(key.column.table is table for key in table.foreign_keys)
    )


def _json(values: Mapping[str, object] | None) -> str:
    return _AS_JSON(values) if values else "{}"


def _plain(value: object) -> object:
    return milliseconds(value) if isinstance(value, datetime) else str(value)


_AS_JSON = json.JSONEncoder(ensure_ascii=False, default=_plain, sort_keys=True).encode
