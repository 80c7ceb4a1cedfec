"""Acts for one conversation or for all that are selected: what they are for, and how they are done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kustui.core.records import Changed, Conversation
from kustui.ui import harmless
from kustui.ui.screens.base import DeskBase
from kustui.ui.widgets.rows import RowList
from kustui.ui.widgets.selectable import SelectableRows

Then = Callable[[Changed], None]


class Aim(NamedTuple):
    """The conversations that an act is for; `item` is the first of them."""

    items: Sequence[Conversation]

    @property
    def item(self) -> Conversation:
        """The one, or the first."""
        return self.items[0]

    @property
    def several(self) -> bool:
        """Whether it is for more than one."""
        return len(self.items) > 1

    @property
    def words(self) -> str:
        """What it is for, in a dialog's title."""
        return f"{len(self.items):,} conversations" if self.several else f"#{self.item.id}"


class Selecting(DeskBase):
    """Rows are selected with a key; while some are, the acts of that list are for all of them."""

    def action_select(self) -> None:
        """Select the row under the cursor, or no more."""
        rows = self._rows()
        if rows is not None and rows.row() is not None:
            rows.toggle()
            if not rows.selected:
                self.say("Nothing is selected")

    def action_select_none(self) -> None:
        """Select nothing."""
        self.select_none()

    def select_none(self) -> None:
        """Select no row of any list."""
        for rows in (self.inbox, self.viewing):
            if isinstance(rows, SelectableRows):
                rows.selected = frozenset()

    def action_select_all(self) -> None:
        """Select all rows of the list."""
        from kustui.core.together import MOST

        rows = self._rows()
        if rows is not None and not rows.select_first(MOST):
            self.say(f"The first {MOST:,} are selected; more cannot be")

    def on_selectable_rows_selected(self, event: SelectableRows.Selected) -> None:
        """Say how many are selected."""
        event.stop()
        for rows, head in ((self.inbox, self.inbox_head), (self.viewing, self.viewing_head)):
            head.selected = len(rows.selected) if isinstance(rows, SelectableRows) else 0

    def selected(self) -> SelectableRows | None:
        """The list that has the focus, when rows of it are selected."""
        rows = self.focused
        return rows if isinstance(rows, SelectableRows) and rows.selected else None

    def aim(self) -> Aim | None:
        """What an act is for: all that is selected, else the conversation of the row, else the open one."""
        rows = self.selected()
        if rows is None:
            item = self.target()
            return None if item is None else Aim((item,))
        from kustui.desk import bulk

        numbers = list(dict.fromkeys(each.conversation_id for each in rows.picked() if each.conversation_id))
        found = self.safely(lambda: bulk.conversations(self.desk, numbers), [])
        if not found:
            self.say("No conversation belongs to what is selected")
            return None
        return Aim([harmless.conversation(each) for each in found])

    def do(self, aim: Aim, deed: Callable[[int], Changed], word: str, then: Then | None = None) -> None:
        """Do an act to one conversation, or as one deed to several; `word` says then what was done."""
        if not aim.several:
            self.act(lambda: deed(aim.item.id), then)
        else:
            self.do_all([each.id for each in aim.items], deed, word, then)

    def do_all(
        self,
        numbers: Sequence[int],
        deed: Callable[[int], Changed],
        word: str,
        then: Then | None = None,
        noun: str = "conversation",
    ) -> None:
        """Do an act to all of these as one deed; many are asked about first."""
        from kustui.core.together import ASKED_FROM, counted
        from kustui.desk import bulk

        def go() -> None:
            self.act(lambda: bulk.together(self.desk, numbers, deed, word, noun).changed(), then)

        if len(numbers) < ASKED_FROM:
            go()
            return
        from kustui.ui.screens.dialogs import confirm

        about = f"One {self.key('undo')} takes it back."
        menu = confirm(f"{word}: {counted(len(numbers), noun)}?", "Yes, all of them", "No", about)
        self.app.push_screen(menu, lambda answer: go() if answer == "yes" else None)

    def target_customer(self) -> int | None:
        """The customer an act is for: the row's under the cursor of a list, else the open one."""
        rows = self.focused
        if isinstance(rows, RowList):
            row = rows.row()
            if row is not None:
                return row.customer_id or None
        return self.customer.id if self.customer else None

    def _rows(self) -> SelectableRows | None:
        """The list that has the focus; without one, or where nothing can be selected, the agent is told."""
        rows = self.focused
        if not isinstance(rows, SelectableRows):
            self.say(f"Rows of a list are selected; {self.key('back')} goes to the list")
            return None
        if not rows.selectable:
            self.say("What will happen by itself cannot be selected")
            return None
        return rows
