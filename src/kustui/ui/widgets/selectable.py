"""Rows that can be selected, so that an act is for all of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual.message import Message
from textual.reactive import reactive

from kustui.desk.listings import Picked
from kustui.ui.widgets.rows import PAGE, Face, RowList, RowSource

MARK = "■"
"""What stands before a selected row, which is on a ground of its own besides."""


class SelectableRows(RowList):
    """Remembers rows by their keys: they stay selected wherever they move, while they are in the list."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rowlist--selected"}

    selected: reactive[frozenset[int]] = reactive(frozenset, repaint=False)
    """The keys of the rows that are selected."""

    class Selected(Message):
        """Other rows are selected."""

    @property
    def selectable(self) -> bool:
        """Whether rows of this list can be selected: they are of customers or conversations."""
        return self._among(()) is not None

    def toggle(self) -> None:
        """Select the cursor's row, or no more, and go on to the next."""
        if self.key is not None:
            self.selected ^= {self.key}
            self.action_move(1)

    def select_first(self, most: int) -> bool:
        """Select all rows, `most` at most; whether those are all."""
        if self.source is not None:
            pages = (self.source.page(first, PAGE) for first in range(0, min(self.count, most), PAGE))
            self.selected = frozenset(row.key for page in pages for row in page)
        return self.count <= most

    def picked(self) -> list[Picked]:
        """What is selected, as it stands in the list at this moment."""
        return (self._among(self.selected) or []) if self.selected else []

    def show(self, source: RowSource, key: int | None = None) -> None:
        """Show the rows of another list, of which none is selected."""
        self.selected = frozenset()
        super().show(source, key)

    def renew(self) -> None:
        """Read the source again; what has left the list is not selected any more."""
        super().renew()
        if self.selected:
            self.selected = frozenset(each.key for each in self.picked())

    def watch_selected(self) -> None:
        """Show which they are, and tell how many."""
        self._repaint()
        self.post_message(self.Selected())

    def _among(self, keys: Collection[int]) -> list[Picked] | None:
        ask = getattr(self.source, "among", None)
        found: list[Picked] | None = None if ask is None else ask(keys)
        return found

    def _face(self, index: int) -> Face | None:
        face = super()._face(index)
        if face is None or face[0].key not in self.selected:
            return face
        row, said, mark, ground = face
        return row, said, mark + MARK, ground if ground == "cursor" else "selected"
