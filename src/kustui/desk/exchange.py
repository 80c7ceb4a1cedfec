"""A whole workspace as JSON Lines: written out, and taken into an empty store (SPEC G4).

The first line says what the file is, the last that it is whole; between them stands a row a line,
each with its `type`. A copy made so sends nothing until somebody says so, like any other copy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from kustui.errors import Refused
from kustui.store import exchange

if TYPE_CHECKING:
    from kustui.desk import Desk

FORMAT = "kustui"
VERSION = 1
LINE_BYTES = 100_000_000
"""No line of ours is longer: a file in it is 25 MB at most."""
EVERY = 500
"""Rows after which a progress bar is told."""

Told = Callable[[int], None]


def count(desk: Desk) -> int:
    """How many rows the workspace has, for a progress bar."""
    with desk.store.reading() as reader:
        return exchange.count(reader)


def lines(desk: Desk, told: Told | None = None) -> Iterator[str]:
    """The workspace as lines without their ends, all as it was at one moment; the same workspace gives
    the same lines. `told` is called with the rows written since the last call.
    """
    yield _line({"type": FORMAT, "version": VERSION})
    number = 0
    with desk.store.reading() as reader:
        for number, row in enumerate(exchange.rows(reader), 1):
            yield _line(row)
            if told and number % EVERY == 0:
                told(EVERY)
    yield _line({"type": "end", "rows": number})


def is_ours(head: bytes) -> bool:
    """Whether a file that begins so is an export of ours."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b'{"type": "%s"' % FORMAT.encode())


def take(desk: Desk, found: Iterable[bytes], told: Told | None = None) -> int:
    """Make the workspace of an export in this empty store, in one transaction; answers its rows.

    `told` is called with the bytes read since the last call. Raises Refused, naming the line, for a
    file that is not a whole export of ours, and for a store that holds anything yet.
    """
    with desk.store.writing() as act:
        there = exchange.taken_already(act.ask())
        if there:
            raise Refused(
                "The store is not empty",
                f"It holds a {there} already, and an export is a whole workspace. "
                "Import it into a new store: name one with --db.",
            )
        taking = exchange.Taking(act)
        number = rows = 0
        ended = False
        for number, raw in enumerate(found, 1):
            if told:
                told(len(raw))
            item = _object(number, raw)
            if number == 1:
                _check(item)
            elif ended:
                raise exchange.refused(number, "The export ended before it.")
            elif item.get("type") == "end":
                ended = item.get("rows") == rows
                if not ended:
                    raise exchange.refused(number, f"It counts {item.get('rows')} rows; there are {rows}.")
            else:
                taking.take(number, item)
                rows += 1
        if not ended:
            raise Refused(
                "The export is cut off", f"It ends at line {number} without its end. Nothing was imported."
            )
        taking.end()
        return rows


def _check(item: dict[str, Any]) -> None:
    if item.get("type") != FORMAT:
        raise exchange.refused(1, "It does not say that this is an export of kustui.")
    if item.get("version") != VERSION:
        raise exchange.refused(
            1, f"It is of version {item.get('version')!r}; this kustui reads {VERSION}. Update kustui."
        )


def _object(number: int, raw: bytes) -> dict[str, Any]:
    if len(raw) > LINE_BYTES:
        raise exchange.refused(number, "It is longer than any line of an export.")
    try:
        item = json.loads(raw)
    # A nesting without end is one more way not to be JSON.
    except (ValueError, RecursionError):
        raise exchange.refused(number, "It is not JSON.") from None
    if not isinstance(item, dict):
        raise exchange.refused(number, "It is not a JSON object.")
    return item


def _line(item: dict[str, Any]) -> str:
    # A terminal that shows the export obeys no sign in it: JSON leaves DEL as it is.
    return json.dumps(item, ensure_ascii=True).replace("\x7f", "\\u007f")
