"""The ORM's part of an act: its engine, its sessions, what it knows of the tables.

This is where SQLModel is loaded, and nothing imports it before an act asks for rows to change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import configure_mappers
from sqlmodel import Session, SQLModel, create_engine

# The tables are known to SQLModel once their module is loaded.
import kustui.store.tables  # noqa: F401
from kustui.store.reader import Dialect


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


def prepare() -> None:
    """Do the work the ORM puts off to its first use."""
    configure_mappers()


@cache
def defaults(table: type[SQLModel]) -> Mapping[str, Any]:
    """What a row of that table holds where nothing else is said."""
    return {
        name: field.default
        for name, field in table.model_fields.items()
        if name != "id" and not field.is_required()
    }


@cache
def order() -> tuple[str, ...]:
    """Every table, after those it points at."""
    return tuple(table.name for table in SQLModel.metadata.sorted_tables)


@cache
def roots() -> frozenset[str]:
    """The tables that point at no other."""
    return frozenset(
        table.name
        for table in SQLModel.metadata.sorted_tables
        if all(key.column.table is table for key in table.foreign_keys)
    )
