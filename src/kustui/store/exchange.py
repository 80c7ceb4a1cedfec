"""A whole workspace row by row: what an export writes, and an import takes back (SPEC G4).

The tables themselves say what there is: a column that is added to one is exported with it. A row is
an object with its `type`; instants are ISO 8601 in UTC with milliseconds, bytes are base64, and text
that holds JSON stays the text it is.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table, delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from kustui.clock import instant
from kustui.core.text import storable
from kustui.errors import Refused
from kustui.store import home, tables
from kustui.store.database import Home
from kustui.store.entities import defaults
from kustui.store.reader import Reader
from kustui.store.writing import Writing

LEFT_OUT = frozenset({"inbox", "presence", "collector", "arrival", "pace", "migration"})
"""Tables made anew from others, or that say what the programs on this very store are doing."""
PLACE = {"workspace": frozenset({"host", "path", "file"})}
"""Columns that say where the store is at home: a copy is at home nowhere."""
NAMES = {"blob": "file"}
SETTING_UP = ("workspace", "snooze_choice", "agent", "history")
"""Tables a new workspace has rows in, and the acts that write them."""
FIRST_ACTS = ("workspace.made", "agent.joined", "agent.changed")

PAGE = 500
BYTES_AT_ONCE = 4_000_000
LARGEST = 2**63


@cache
def kinds() -> Mapping[str, Table]:
    """Every table that is exported by the `type` of its rows, each after those it points at."""
    return {
        NAMES.get(table.name, table.name.replace("_", "-")): table
        for table in SQLModel.metadata.sorted_tables
        if table.name not in LEFT_OUT
    }


def count(reader: Reader) -> int:
    """How many rows an export writes."""
    return counts(reader).total()


def counts(reader: Reader) -> Counter[str]:
    """How many rows there are of each `type`; without those of which there are none."""
    found = {kind: reader.value(f'SELECT count(*) FROM "{table.name}"') for kind, table in kinds().items()}
    return Counter({kind: number for kind, number in found.items() if number})


def rows(reader: Reader) -> Iterator[dict[str, Any]]:
    """Every row as an object that JSON can hold, in a lasting order, a page at a time."""
    for kind, table in kinds().items():
        columns = _columns(table)
        for row in _each(reader, table, columns):
            said = {column.name: _said(column, value) for column, value in zip(columns, row, strict=True)}
            yield {"type": kind, **said}


def _columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.name not in PLACE.get(table.name, ())]


def _each(reader: Reader, table: Table, columns: list[Column[Any]]) -> Iterator[tuple[Any, ...]]:
    keys = [column.name for column in table.primary_key.columns]
    places = [[column.name for column in columns].index(key) for key in keys]
    # A row with a file in it may be as large as a page of others.
    page = 1 if any(isinstance(column.type, LargeBinary) for column in columns) else PAGE
    named = ", ".join(f'"{column.name}"' for column in columns)
    # Text in the order of its bytes, whatever the database is set to.
    bytewise = reader.dialect.bytewise
    order = ", ".join(
        f'"{key}"' + (bytewise if isinstance(table.columns[key].type, String) else "") for key in keys
    )
    behind = f"({order}) > ({', '.join(f':k{n}' for n in range(len(keys)))})"
    last: dict[str, Any] = {}
    while True:
        found = reader.all(
            f'SELECT {named} FROM "{table.name}" {f"WHERE {behind} " if last else ""}ORDER BY {order} LIMIT {page}',
            **last,
        )
        yield from found
        if len(found) < page:
            return
        last = {f"k{n}": found[-1][place] for n, place in enumerate(places)}


def _said(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, tables.Instant):
        return instant(value).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(column.type, LargeBinary):
        return base64.b64encode(value).decode()
    return bool(value) if isinstance(column.type, Boolean) else value


def taken_already(reader: Reader) -> str:
    """The `type` of something that a workspace holds beyond its setting-up; "" for an empty one."""
    for kind, table in kinds().items():
        if table.name not in SETTING_UP and reader.one(f'SELECT 1 FROM "{table.name}" LIMIT 1'):
            return kind
    acts = ", ".join(f"'{act}'" for act in FIRST_ACTS)
    done = reader.one(f"SELECT 1 FROM history WHERE act NOT IN ({acts}) LIMIT 1")
    return "history" if done else ""


class Taking:
    """Takes the rows of an export inside one act, in place of what an empty workspace was set up with."""

    def __init__(self, act: Writing) -> None:
        self._act = act
        self._table: Table | None = None
        self._rows: list[tuple[int, dict[str, Any]]] = []
        self._held = 0
        self._later: list[tuple[Column[Any], dict[str, Any], Any]] = []
        self._workspace = False
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name in SETTING_UP or (table.name in LEFT_OUT and table.name != "migration"):
                act.session.execute(delete(table))

    def take(self, number: int, item: Mapping[str, Any]) -> None:
        """Take the object of line `number`; raises Refused, naming the line, for what is no row of ours."""
        table = kinds().get(str(item.get("type")))
        if table is None:
            raise refused(number, f"There is nothing called {item.get('type')!r}. Update kustui.")
        if table is not self._table or len(self._rows) >= PAGE or self._held > BYTES_AT_ONCE:
            self._write()
        self._table = table
        row = self._row(number, table, item)
        self._rows.append((number, row))
        self._held += sum(len(value) for value in row.values() if isinstance(value, (str, bytes)))
        self._workspace = self._workspace or table.name == "workspace"
        if table.name == "customer":
            self._act.touch(row["id"])

    def end(self) -> None:
        """Write the rest; the workspace is at home nowhere, and its numbers go on behind the last."""
        self._write()
        for column, key, value in self._later:
            table = column.table
            where = [table.columns[name] == part for name, part in key.items()]
            self._act.session.execute(update(table).where(*where).values({column.name: value}))
        if not self._workspace:
            raise Refused("No workspace in it", "The file names no workspace. Nothing was imported.")
        reader = self._act.ask()
        home.record(reader, Home("", "", home.BACKUP))
        for table in kinds().values():
            if [column.name for column in table.primary_key.columns] == ["id"]:
                self._act.go_on_behind(table.name, reader.value(f'SELECT max(id) FROM "{table.name}"') or 0)
        for name in ("conversation", "message"):
            # What the history names and is gone keeps its number to itself.
            self._act.go_on_behind(name, reader.value(f"SELECT max({name}_id) FROM history") or 0)

    def _row(self, number: int, table: Table, item: Mapping[str, Any]) -> dict[str, Any]:
        columns = {column.name: column for column in _columns(table)}
        unknown = sorted(set(item) - set(columns) - {"type"})
        if unknown:
            raise refused(number, f"A {item['type']} has no {unknown[0]!r}. Update kustui.")
        held = dict(defaults(_model(table)))
        for name, column in columns.items():
            if name in item:
                try:
                    held[name] = _value(column, item[name])
                except (ValueError, OverflowError) as error:
                    raise refused(number, f"Its {name!r} is {error}.") from None
            elif name not in held:
                raise refused(number, f"It has no {name!r}.")
            own = any(key.column.table is table for key in column.foreign_keys)
            if own and held[name] is not None:
                key = {part.name: held[part.name] for part in table.primary_key.columns}
                self._later.append((column, key, held[name]))
                held[name] = None
        return held

    def _write(self) -> None:
        rows, self._rows, self._held = self._rows, [], 0
        if not rows or self._table is None:
            return
        session, question = self._act.session, insert(self._table)
        try:
            with session.begin_nested():
                session.execute(question, [row for _, row in rows])
        except IntegrityError:
            for number, row in rows:
                try:
                    session.execute(question, [row])
                except IntegrityError:
                    raise refused(
                        number, "It is there twice, or points at something that is not before it."
                    ) from None


def refused(number: int, why: str) -> Refused:
    """What is said of a line that cannot be taken."""
    return Refused(f"Line {number} cannot be taken", f"{why} Nothing was imported.")


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        if not column.nullable:
            raise ValueError("empty")
        return None
    if isinstance(column.type, tables.Instant):
        return _instant(value)
    if isinstance(column.type, LargeBinary):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, TypeError):
            raise ValueError("not base64") from None
    if isinstance(column.type, Boolean):
        if not isinstance(value, bool):
            raise ValueError("neither true nor false")
        return value
    if isinstance(column.type, Integer):
        if isinstance(value, bool) or not isinstance(value, int) or not -LARGEST <= value < LARGEST:
            raise ValueError("not a whole number")
        return value
    if not isinstance(value, str) or storable(value) != value:
        raise ValueError("not text")
    return value


def _instant(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("no time like 2026-06-04T09:42:00.000Z") from None
    if found.tzinfo is None:
        raise ValueError("a time without its zone")
    return found.astimezone(UTC)


@cache
def _model(table: Table) -> type[SQLModel]:
    return next(found for found in _kinds_of(SQLModel) if getattr(found, "__table__", None) is table)


def _kinds_of(base: type[SQLModel]) -> Iterator[type[SQLModel]]:
    for found in base.__subclasses__():
        yield found
        yield from _kinds_of(found)
