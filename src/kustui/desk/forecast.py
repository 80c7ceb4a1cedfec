"""What is on its way out, and everything that will happen by itself, as lists (SPEC D5, D7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from kustui.clock import milliseconds
from kustui.core.post import Outgoing
from kustui.core.records import ListRow
from kustui.store.queries import outgoing
from kustui.store.store import Reader, Store


class _Asks(NamedTuple):
    """How one of the lists is asked for its length, a page of it, and the place of a row."""

    length: Callable[[Reader], int]
    page: Callable[[Reader, int, int, int], list[Outgoing]]
    place: Callable[[Reader, int], int | None]


_LISTS = {
    "outbox": _Asks(outgoing.outbox_count, outgoing.outbox, outgoing.outbox_place),
    "scheduled": _Asks(outgoing.forecast_count, outgoing.forecast, outgoing.forecast_place),
}


class Forecast:
    """The outbox, or the schedule, as a list of the sidebar.

    A row's key is the outbox's number, or minus the number of a snooze.
    """

    def __init__(self, store: Store, view: Literal["outbox", "scheduled"]) -> None:
        self.view = view
        self._store = store

    def count(self) -> int:
        """How many rows the list has."""
        with self._store.reading() as reader:
            return _LISTS[self.view].length(reader)

    def items(self, first: int, limit: int) -> list[Outgoing]:
        """At most `limit` of them from the one at `first`, counted from 0."""
        now = milliseconds(self._store.now())
        with self._store.reading() as reader:
            return _LISTS[self.view].page(reader, now, first, limit)

    def page(self, first: int, limit: int) -> Sequence[ListRow]:
        """The same as rows."""
        return [outgoing.row_of(item) for item in self.items(first, limit)]

    def place(self, key: int) -> int | None:
        """Where the row with that key stands, from 0; None when it is not in the list."""
        with self._store.reading() as reader:
            return _LISTS[self.view].place(reader, key)


def item(store: Store, number: int) -> Outgoing | None:
    """The outbox's row of that number, or None."""
    now = milliseconds(store.now())
    with store.reading() as reader:
        return outgoing.one(reader, number, now)


def item_of_message(store: Store, message_id: int) -> Outgoing | None:
    """A message's place in the outbox; None for one that was never there."""
    now = milliseconds(store.now())
    with store.reading() as reader:
        return outgoing.of_message(reader, message_id, now)
