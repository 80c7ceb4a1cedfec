"""A training shift as it happens, kept beside the workspace's own tables in its store (SPEC G3).

What the shift is, where its clock stands, and every row that an act has left, in order: who watches a
shift reads its clock here, and a replay writes the same rows again. A workspace that is worked in for
good has none of this. A shift is a SQLite file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from kustui.clock import instant, milliseconds
from kustui.errors import Refused
from kustui.store import home, sqlite, tables
from kustui.store.reader import Reader
from kustui.store.shift_clock import now_of
from kustui.store.store import Store

if TYPE_CHECKING:
    from sqlalchemy import Table

UNKEPT = frozenset({"migration", "collector", "arrival", "pace"})
"""Tables whose rows say what programs are doing, which nobody watches."""
GONE = "-"
"""What stands before the name of a table whose row went away."""
AT_ONCE = 2_000
LARGEST = 2**63 - 1


class Entry(NamedTuple):
    """A row as it was left at an instant by the shift's clock: of a table, or gone from it."""

    number: int
    at: datetime
    table: str
    row: dict[str, Any]


def _kept() -> dict[str, Table]:
    return {
        table.name: table for table in tables.Workspace.metadata.sorted_tables if table.name not in UNKEPT
    }


def _object(table: Table, alias: str) -> str:
    """The SQL of a row as a JSON object; bytes are hexadecimal."""
    dot = f"{alias}." if alias else ""
    return "json_object({})".format(
        ", ".join(
            f"'{column.name}', "
            + (f'hex({dot}"{column.name}")' if _is_bytes(column) else f'{dot}"{column.name}"')
            for column in table.columns
        )
    )


def _key(table: Table, alias: str) -> str:
    return "json_object({})".format(
        ", ".join(f"'{column.name}', {alias}.\"{column.name}\"" for column in table.primary_key.columns)
    )


def _is_bytes(column: Any) -> bool:
    from sqlalchemy import LargeBinary

    return isinstance(column.type, LargeBinary)


# -- keeping --------------------------------------------------------------------------


def begin(store: Store, facts: Mapping[str, Any]) -> None:
    """Make the workspace a shift that is described by `facts`, and keep every row from now on.

    Raises Refused for a store on a server, and for one that is a shift already.
    """
    if store.database.dialect.name != "sqlite":
        raise Refused("Not in a file", "A training shift is played in a file of its own.")
    with store.writing() as act:
        reader = act.ask()
        if now_of(reader) is not None:
            raise Refused("Already a shift", f"{store.place} is a training shift already.")
        reader.one(
            "CREATE TABLE shift (id INTEGER PRIMARY KEY, now BIGINT NOT NULL, facts TEXT NOT NULL, state TEXT NOT NULL, "
            "player TEXT NOT NULL)"
        )
        reader.one(
            "CREATE TABLE shift_log (id INTEGER PRIMARY KEY, at BIGINT NOT NULL, name TEXT NOT NULL, row TEXT NOT NULL)"
        )
        reader.one(
            "INSERT INTO shift (id, now, facts, state, player) VALUES (1, :n, :f, '{}', '')",
            n=milliseconds(act.now),
            f=json.dumps(dict(facts), ensure_ascii=False, sort_keys=True),
        )
        log = "INSERT INTO shift_log (at, name, row) SELECT now,"
        for name, table in _kept().items():
            keys = ", ".join(f't."{column.name}"' for column in table.primary_key.columns)
            reader.one(f"{log} '{name}', {_object(table, 't')} FROM \"{name}\" t, shift ORDER BY {keys}")
            for event, named, said in (
                ("INSERT", name, _object(table, "NEW")),
                ("UPDATE", name, _object(table, "NEW")),
                ("DELETE", GONE + name, _key(table, "OLD")),
            ):
                reader.one(
                    f'CREATE TRIGGER "shift_{name}_{event.lower()}" AFTER {event} ON "{name}" '
                    f"BEGIN {log} '{named}', {said} FROM shift; END"
                )


def move_clock(store: Store, now: datetime, state: Mapping[str, Any] | None = None) -> None:
    """Say where the shift's clock stands and, when it is given, what those who play it must not forget."""
    told = None if state is None else json.dumps(dict(state), ensure_ascii=False, sort_keys=True)
    with store.writing(claiming=True, quiet=True) as act:
        act.ask().one(
            "UPDATE shift SET now = :n, state = COALESCE(:s, state) WHERE id = 1", n=milliseconds(now), s=told
        )


def play(store: Store, program: str, may_take: Callable[[str], bool]) -> bool:
    """Have `program` play the shift, "" for none; False, and nothing changes, when it may not take it from
    the program that plays it.
    """
    with store.writing(quiet=True) as act:
        reader = act.ask()
        if not may_take(str(reader.value("SELECT player FROM shift WHERE id = 1"))):
            return False
        reader.one("UPDATE shift SET player = :p WHERE id = 1", p=program)
        return True


def rows(store: Store) -> int:
    """How many rows were left so far."""
    with store.reading() as reader:
        return int(reader.value("SELECT COALESCE(max(id), 0) FROM shift_log"))


def facts(store: Store) -> dict[str, Any] | None:
    """What the shift is; None for a workspace that is none."""
    return _said(store, "facts")


def state(store: Store) -> dict[str, Any] | None:
    """What those who play the shift must not forget; None for a workspace that is no shift."""
    return _said(store, "state")


def _said(store: Store, column: str) -> dict[str, Any] | None:
    with store.reading() as reader:
        if now_of(reader) is None:
            return None
        found: dict[str, Any] = json.loads(reader.value(f"SELECT {column} FROM shift"))
        return found


# -- again ----------------------------------------------------------------------------


def entries(store: Store, after: int = 0) -> Iterator[Entry]:
    """Every row that was left, in the order of the acts, behind the entry of that number."""
    last = after
    while True:
        with store.reading() as reader:
            found = reader.all(
                "SELECT id, at, name, row FROM shift_log WHERE id > :l ORDER BY id LIMIT :n",
                l=last,
                n=AT_ONCE,
            )
        for number, at, name, row in found:
            yield Entry(number, instant(at), name, json.loads(row))
        if not found:
            return
        last = found[-1][0]


def apply(store: Store, rows: Iterable[Entry]) -> None:
    """Write these rows into a store that began empty; raises Refused for what is no row of ours."""
    # Through a store that is only looked at, a replay alone writes.
    with Store.writing(store) as act:
        reader = act.ask()
        reader.one("PRAGMA defer_foreign_keys = ON")
        for entry in rows:
            try:
                _write(reader, store, entry)
            except sqlite.library().IntegrityError as error:
                raise Refused(
                    "Not a recording", f"Entry {entry.number} does not go with the others."
                ) from error


def _value(column: Any, value: Any) -> Any:
    """What the database keeps of a recorded value; raises ValueError or the like where the column takes no
    such thing.
    """
    from sqlalchemy import Boolean, Integer

    if _is_bytes(column):
        return bytes.fromhex(value or "")
    if value is None:
        if not column.nullable:
            raise ValueError(column.name)
        return None
    if isinstance(column.type, Boolean):
        return [0, 1][[0, 1].index(value)]
    if isinstance(column.type, tables.Instant):
        milliseconds(instant(value))
    if isinstance(column.type, Integer | tables.Instant):
        if type(value) is not int or abs(value) > LARGEST:
            raise ValueError(column.name)
    elif not isinstance(value, str):
        raise ValueError(column.name)
    else:
        # Half of a surrogate pair is no text.
        value.encode()
    return value


def _write(reader: Reader, store: Store, entry: Entry) -> None:
    name = entry.table.removeprefix(GONE)
    table = _kept().get(name)
    if table is None or not isinstance(entry.row, dict):
        raise Refused("Not a recording", f"Entry {entry.number} is of {name!r}, which is nothing of ours.")
    keys = [column.name for column in table.primary_key.columns]
    columns = {column.name: column for column in table.columns}
    unknown = sorted(set(entry.row) - set(columns))
    if unknown or not set(keys) <= set(entry.row):
        raise Refused("Not a recording", f"Entry {entry.number} is no {name} as this kustui knows it.")
    try:
        values = {column: _value(columns[column], value) for column, value in entry.row.items()}
    except (TypeError, ValueError, OverflowError) as error:
        raise Refused("Not a recording", f"Entry {entry.number} holds what no {name} has.") from error
    where = " AND ".join(f'"{key}" = :{key}' for key in keys)
    if entry.table.startswith(GONE):
        reader.one(f'DELETE FROM "{name}" WHERE {where}', **{key: values[key] for key in keys})
        return
    named = ", ".join(f'"{column}"' for column in values)
    given = ", ".join(f":{column}" for column in values)
    changed = ", ".join(f'"{column}" = excluded."{column}"' for column in values if column not in keys)
    what = f"DO UPDATE SET {changed}" if changed else "DO NOTHING"
    quoted = ", ".join(f'"{key}"' for key in keys)
    reader.one(f'INSERT INTO "{name}" ({named}) VALUES ({given}) ON CONFLICT ({quoted}) {what}', **values)
    if name == tables.Workspace.__tablename__:
        # The replay is at home where it is played.
        home.record(reader, store.here())
