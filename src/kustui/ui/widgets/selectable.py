"""Rows that can be selected, so that an act is for all of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from textual.message import Message
from textual.reactive import reactive

from kustui.desk.listings import Picked
from kustui.ui.widgets.row_source import PAGE, RowSource
from kustui.ui.widgets.rows import Face, RowList

MARK = "■"
"""What stands before a selected row, which is on a ground of its own besides."""


class SelectableRows(RowList):
    """Remembers rows by their keys: they stay selected wherever they move, while they are in the list.

    A customer's row that has come to show another conversation is not selected any more: nobody chose that.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rowlist--selected"}

    selected: reactive[frozenset[int]] = reactive(frozenset, repaint=False)
    """The keys of the rows that are selected."""

    class Selected(Message):
        """Other rows are selected."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._meant: dict[int, int] = {}

    @property
    def selectable(self) -> bool:
        """Whether rows of this list can be selected: they are of customers or conversations."""
        return self._among(()) is not None

    def toggle(self) -> None:
        """Select the cursor's row, or no more, and go on to the next."""
        row = self.row()
        if row is not None:
            self._meant[row.key] = row.conversation_id or 0
            self.selected ^= {row.key}
            self.action_move(1)

    def select_first(self, most: int) -> bool:
        """Select all rows, `most` at most; whether those are all."""
        if self.source is not None:
            pages = (self.source.page(first, PAGE) for first in range(0, min(self.count, most), PAGE))
            self._meant = {row.key: row.conversation_id or 0 for page in pages for row in page}
            self.selected = frozenset(self._meant)
        return self.count <= most

    def picked(self) -> list[Picked]:
        """What is selected, as it stands in the list at this moment."""
        found = (self._among(self.selected) or []) if self.selected else []
        return [each for each in found if each.conversation_id in (0, self._meant[each.key])]

    def show(self, source: RowSource, key: int | None = None) -> None:
        """Show the rows of another list, of which none is selected."""
        self.selected = frozenset()
        super().show(source, key)

    def renew(self) -> None:
        """Read the source again; what is not in the list as it was selected is selected no more."""
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
        row, said, mark, _, band = face
        return row, said, mark + MARK, "selected", band if band == "cursor" else ""
