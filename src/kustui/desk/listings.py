"""The lists of the sidebar and of a search: counted, paged, and asked where a row stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from kustui.core.records import ListRow
from kustui.store.queries import lists
from kustui.store.store import Reader, Store

View = Literal["inbox", "viewing", "snoozed", "scheduled", "done", "outbox"]

VIEWS: dict[View, str] = {
    "inbox": "Inbox",
    "viewing": "Currently Viewing",
    "snoozed": "Snoozed",
    "scheduled": "Scheduled",
    "done": "Done",
    "outbox": "Outbox",
}


class Picked(NamedTuple):
    """A row of a list by its key: whose it is, and which conversation an act on it is for (0 for none)."""

    key: int
    customer_id: int
    conversation_id: int


class Listing:
    """One list of customers or conversations: how long it is, a page of it, where a row stands."""

    def __init__(
        self, store: Store, me: int, view: View, order: Callable[[], str] = lambda: "priority"
    ) -> None:
        """`order` tells what the inbox is in the order of."""
        self.view = view
        self._asks = _inbox(order) if view == "inbox" else _LISTS[view]
        self._store = store
        self._me = me

    def count(self) -> int:
        """How many rows the list has."""
        with self._store.reading() as reader:
            return self._asks.length(reader, self._me)

    def page(self, first: int, limit: int) -> Sequence[ListRow]:
        """At most `limit` rows from the one at `first`, counted from 0."""
        with self._store.reading() as reader:
            return self._asks.page(reader, self._me, first, limit)

    def place(self, key: int) -> int | None:
        """Where the row with that key stands, from 0; None when it is not in the list."""
        with self._store.reading() as reader:
            return self._asks.place(reader, self._me, key)

    def among(self, keys: Sequence[int]) -> list[Picked]:
        """Those rows of the list that have these keys."""
        with self._store.reading() as reader:
            return [Picked(*row) for row in lists.among(reader, self._me, self.view, keys)]


class _Asks(NamedTuple):
    """How one list is asked for its length, a page of it, and the place of a row."""

    length: Callable[[Reader, int], int]
    page: Callable[[Reader, int, int, int], list[ListRow]]
    place: Callable[[Reader, int, int], int | None]


def _of_status(status: str) -> _Asks:
    return _Asks(
        lambda reader, _: lists.status_count(reader, status),
        lambda reader, me, first, limit: lists.status_page(reader, me, status, first, limit),
        lambda reader, _, key: lists.status_place(reader, status, key),
    )


def _inbox(order: Callable[[], str]) -> _Asks:
    return _Asks(
        lists.inbox_count,
        lambda reader, me, first, limit: lists.inbox_page(reader, me, first, limit, order()),
        lambda reader, me, key: lists.inbox_place(reader, me, key, order()),
    )


_LISTS: dict[View, _Asks] = {
    "viewing": _Asks(lists.viewing_count, lists.viewing_page, lists.viewing_place),
    "snoozed": _of_status("snoozed"),
    "done": _of_status("done"),
}


class Found:
    """The conversations a search found, as a list."""

    def __init__(self, store: Store, me: int, ids: Sequence[int]) -> None:
        self._store = store
        self._me = me
        self._ids = list(ids)

    def count(self) -> int:
        """How many conversations were found."""
        return len(self._ids)

    def page(self, first: int, limit: int) -> Sequence[ListRow]:
        """At most `limit` of them from the one at `first`."""
        with self._store.reading() as reader:
            return lists.conversations(reader, self._me, self._ids[first : first + limit])

    def place(self, key: int) -> int | None:
        """Where a conversation stands among them, or None."""
        return self._ids.index(key) if key in self._ids else None

    def among(self, keys: Sequence[int]) -> list[Picked]:
        """Those of them that have these keys."""
        there = [key for key in keys if key in self._ids]
        with self._store.reading() as reader:
            return [Picked(*row) for row in lists.among(reader, self._me, "found", there)]
