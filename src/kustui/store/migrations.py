"""The schema's steps: named, forward only, all that wait in one transaction.

A step that has been taken is recorded by its name in the same transaction that took it, so a
program killed in the middle leaves the store as it was, and of two programs that start together one
takes the steps and the other finds them taken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from kustui import __version__
from kustui.errors import StoreTrouble
from kustui.store import (
    schema_0001,
    schema_0002,
    schema_0003,
    schema_0004,
    schema_0005,
    schema_0006,
)
from kustui.store.reader import POSTGRESQL, SQLITE, Dialect

RECORD = "CREATE TABLE IF NOT EXISTS migration (name TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL, program TEXT NOT NULL)"


class Executes(Protocol):
    """A connection that takes SQL."""

    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        """Run one statement."""


class Step(NamedTuple):
    """One change of the schema; `take` runs inside the step's transaction."""

    name: str
    take: Callable[[Executes], None]


def dialect_of(connection: Executes) -> Dialect:
    """What a connection speaks; one of SQLite's own does not say."""
    found: Dialect = getattr(connection, "dialect", SQLITE)
    return found


def statements(script: str, dialect: Dialect = SQLITE) -> list[str]:
    """The statements of a script, in which a blank line follows each."""
    for word, meaning in dialect.words.items():
        script = script.replace(word, meaning)
    return [part.strip() for part in script.split(";\n\n") if part.strip()]


def _first(connection: Executes) -> None:
    _run(connection, schema_0001.TABLES)
    _run(connection, schema_0001.INDEXES)
    if dialect_of(connection) is SQLITE:
        _run(connection, schema_0001.SEARCH_SQLITE)


def _clockwork(connection: Executes) -> None:
    _run(connection, schema_0002.CHANGES)


def _editor(connection: Executes) -> None:
    _run(connection, schema_0003.CHANGES)


def _shortcut_images(connection: Executes) -> None:
    _run(connection, schema_0004.CHANGES)


def _channels(connection: Executes) -> None:
    _run(connection, schema_0005.CHANGES)


def _team(connection: Executes) -> None:
    _run(connection, schema_0006.CHANGES)
    if dialect_of(connection) is POSTGRESQL:
        from kustui.store import search_postgres

        for statement in search_postgres.schema(connection):
            connection.execute(statement)


def _run(connection: Executes, script: str) -> None:
    for statement in statements(script, dialect_of(connection)):
        connection.execute(statement)


STEPS: tuple[Step, ...] = (
    Step("0001-first", _first),
    Step("0002-clockwork", _clockwork),
    Step("0003-editor", _editor),
    Step("0004-shortcut-images", _shortcut_images),
    Step("0005-channels", _channels),
    Step("0006-team", _team),
)


def taken(connection: Executes) -> list[str]:
    """The names of the steps a store has taken, in order; empty for a new store."""
    if "migration" not in _tables(connection):
        return []
    return [row[0] for row in connection.execute("SELECT name FROM migration ORDER BY name").fetchall()]


def foreign(connection: Executes) -> bool:
    """Whether a database holds tables, and none of them says which steps it has taken."""
    found = _tables(connection)
    return bool(found) and "migration" not in found


def _tables(connection: Executes) -> set[str]:
    return {row[0] for row in connection.execute(dialect_of(connection).tables).fetchall()}


def waiting(connection: Executes, steps: tuple[Step, ...] = STEPS) -> list[Step]:
    """The steps this program knows and the store has not taken.

    Raises StoreTrouble when the store has taken a step this program does not know.
    """
    done = taken(connection)
    unknown = sorted(set(done) - {step.name for step in steps})
    if unknown:
        raise StoreTrouble(
            "The store is newer than this program",
            f"It has been changed by a later kustui ({unknown[-1]}); this is {__version__}. Update kustui.",
        )
    return [step for step in steps if step.name not in done]


def migrate(connection: Executes, now_ms: int, steps: tuple[Step, ...] = STEPS) -> list[str]:
    """Take every waiting step, all in one transaction; returns the names taken here.

    So nobody meets a store that is half made, or backs one up. Safe when several programs do it at
    once: each step is looked for again under the write lock.
    """
    left = waiting(connection, steps)
    return _take(connection, now_ms, left) if left else []


def _take(connection: Executes, now_ms: int, steps: list[Step]) -> list[str]:
    names = []
    dialect = dialect_of(connection)
    connection.execute("BEGIN IMMEDIATE" if dialect is SQLITE else "BEGIN")
    try:
        if dialect is not SQLITE:
            connection.execute(dialect.writes)
        connection.execute(RECORD)
        done = taken(connection)
        for step in steps:
            if step.name not in done:
                step.take(connection)
                connection.execute(
                    "INSERT INTO migration (name, at, program) VALUES (:n, :a, :p)",
                    {"n": step.name, "a": now_ms, "p": __version__},
                )
                names.append(step.name)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return names
