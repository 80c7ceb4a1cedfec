"""What the lists and the timeline read from: the desk's answers, with trouble kept from the painting."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from kustui.core.records import Conversation, Entry, EntryKey, ListRow
from kustui.desk.listings import Picked
from kustui.desk.reads import TimelineView
from kustui.errors import KustuiError
from kustui.ui import harmless

Trouble = Callable[[KustuiError], None]


class Guarded:
    """A list of the desk; where the store does not answer, the list is as it was last known."""

    def __init__(self, listing: Any, trouble: Trouble) -> None:
        self.listing = listing
        self._trouble = trouble
        self._count = 0

    def count(self) -> int:
        """How many rows there are."""
        try:
            self._count = self.listing.count()
        except KustuiError as error:
            self._trouble(error)
        return self._count

    def page(self, first: int, limit: int) -> Sequence[ListRow]:
        """A page of rows; none while the store is in trouble."""
        try:
            rows: Sequence[ListRow] = self.listing.page(first, limit)
        except KustuiError as error:
            self._trouble(error)
            return ()
        return [harmless.row(row) for row in rows]

    def place(self, key: int) -> int | None:
        """Where a row stands."""
        try:
            place: int | None = self.listing.place(key)
        except KustuiError as error:
            self._trouble(error)
            return None
        return place

    def among(self, keys: Collection[int]) -> list[Picked] | None:
        """Those rows that have these keys; None for a list whose rows cannot be selected."""
        ask = getattr(self.listing, "among", None)
        if ask is None:
            return None
        try:
            found: list[Picked] = ask(list(keys))
        except KustuiError as error:
            self._trouble(error)
            return [Picked(key, 0, 0) for key in keys]
        return found


class GuardedTimeline:
    """A customer's timeline; where the store does not answer, its entries are missing."""

    def __init__(self, view: TimelineView, trouble: Trouble) -> None:
        self._view = view
        self._trouble = trouble
        self._conversations = tuple(harmless.conversation(each) for each in view.conversations)

    @property
    def conversations(self) -> tuple[Conversation, ...]:
        """The customer's conversations, the oldest first."""
        return self._conversations

    def keys(self, conversation_id: int) -> Sequence[EntryKey]:
        """The keys of a conversation's entries."""
        try:
            return self._view.keys(conversation_id)
        except KustuiError as error:
            self._trouble(error)
            return ()

    def entries(self, keys: Sequence[EntryKey]) -> Sequence[Entry]:
        """The entries of these keys."""
        try:
            return [harmless.entry(each) for each in self._view.entries(keys)]
        except KustuiError as error:
            self._trouble(error)
            return ()


class Nobody:
    """The timeline of nobody."""

    conversations: tuple[Conversation, ...] = ()

    def keys(self, _: int) -> tuple[()]:
        """Nothing."""
        return ()

    def entries(self, _: object) -> tuple[()]:
        """Nothing."""
        return ()
