"""Where the rows of a list come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kustui.core.records import ListRow


class RowSource(Protocol):
    """Where a list's rows come from; every answer is quick."""

    def count(self) -> int:
        """How many rows there are."""

    def page(self, first: int, limit: int) -> Sequence[ListRow]:
        """Rows from index `first` on, `limit` (at most 64) or fewer at the end."""

    def place(self, key: int) -> int | None:
        """The index of the row with that key, or None."""
