"""Where the rows of a list come from."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from kustui.core.records import ListRow

PAGE = 32
"""Rows that are read at once: somewhat more than a view shows."""
PAGES = 64


class RowSource(Protocol):
    """Where a list's rows come from; every answer is quick."""

    def count(self) -> int:
        """How many rows there are."""

    def page(self, first: int, limit: int) -> Sequence[ListRow]:
        """Rows from index `first` on, `limit` (at most 64) or fewer at the end."""

    def place(self, key: int) -> int | None:
        """The index of the row with that key, or None."""


class Pages:
    """The rows of a source that were looked at last."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, Sequence[ListRow]] = OrderedDict()

    def row(self, source: RowSource, index: int) -> ListRow | None:
        """The row at an index; None where the source has none any more."""
        number, place = divmod(index, PAGE)
        if (page := self._pages.get(number)) is None:
            page = self._pages[number] = source.page(number * PAGE, PAGE)
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page[place] if place < len(page) else None

    def clear(self) -> None:
        """Read every row again."""
        self._pages.clear()
