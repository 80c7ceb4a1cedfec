"""Moving about on the desk: rows, lines, conversations, panes, views, search."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content

from kustui.core.commands import GO_KEY
from kustui.core.records import Entry
from kustui.core.text import one_line
from kustui.desk.listings import VIEWS, Found, View
from kustui.ui.screens.base import DeskBase
from kustui.ui.widgets.rows import RowList

if TYPE_CHECKING:
    from kustui.ui.widgets.timeline import Timeline


class Moving(DeskBase):
    """The acts that change only what is looked at."""

    view: View | None = "inbox"
    """The list in the upper panel; None while it shows what a search found."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._cursors: dict[View | None, int | None] = {}
        self._searched = ""

    # -- rows and lines --------------------------------------------------------------

    def action_next(self) -> None:
        """The next row, or a line further; after the Inbox comes Currently Viewing."""
        focused = self._pane()
        if not isinstance(focused, RowList):
            focused.scroll_lines(1)
        elif focused is self.inbox and self.inbox.cursor >= self.inbox.count - 1 and self.viewing.count:
            self.viewing.action_to(0)
            self.viewing.focus()
        else:
            focused.action_move(1)

    def action_previous(self) -> None:
        """The row before, or a line up."""
        focused = self._pane()
        if not isinstance(focused, RowList):
            focused.scroll_lines(-1)
        elif focused is self.viewing and self.viewing.cursor == 0 and self.inbox.count:
            self.inbox.action_to(-1)
            self.inbox.focus()
        else:
            focused.action_move(-1)

    def action_page_down(self) -> None:
        """A page further."""
        focused = self._pane()
        focused.action_page(1) if isinstance(focused, RowList) else focused.page(1)

    def action_page_up(self) -> None:
        """A page back."""
        focused = self._pane()
        focused.action_page(-1) if isinstance(focused, RowList) else focused.page(-1)

    def action_first(self) -> None:
        """The first row, or the beginning of the timeline."""
        focused = self._pane()
        focused.action_to(0) if isinstance(focused, RowList) else focused.to_start()

    def action_last(self) -> None:
        """The last row, or the newest message."""
        focused = self._pane()
        focused.action_to(-1) if isinstance(focused, RowList) else focused.to_end()

    def action_open(self) -> None:
        """Open the customer of the row; on the timeline, fold or unfold the conversation."""
        focused = self._pane()
        focused.action_open() if isinstance(focused, RowList) else focused.toggle_fold()

    def action_next_conversation(self) -> None:
        """The customer's next conversation."""
        if self.has_customer():
            self.timeline.go_conversation(1)

    def action_previous_conversation(self) -> None:
        """The customer's conversation before."""
        if self.has_customer():
            self.timeline.go_conversation(-1)

    def action_quotes(self) -> None:
        """Show or fold what the messages in view quote."""
        if self.has_customer():
            self.timeline.toggle_quotes()

    def action_nth(self, number: int) -> None:
        """Open the n-th row of the upper list."""
        if number <= self.inbox.count:
            self.inbox.action_to(number - 1)
            self.inbox.action_open()
        else:
            self.say(f"There is no row {number}")

    # -- panes ---------------------------------------------------------------------

    def action_next_pane(self) -> None:
        """The focus moves on: the lists, the timeline, the editor, the toolbar."""
        self.focus_next()

    def action_back(self) -> None:
        """From the timeline to the list; there, select nothing; from another list to the Inbox; from there,
        ask to quit.
        """
        if not isinstance(self.focused, RowList) and self.focused is not None:
            self.to_list()
        elif getattr(self.focused, "selected", None):
            self.select_none()
        elif self.view != "inbox":
            self.action_view("inbox")
        else:
            self.action_ask_quit()

    def to_list(self) -> None:
        """Put the focus on the list the open customer came from."""
        self.remove_class("-reading")
        rows = self.viewing if self.customer and self._is_in(self.viewing) else self.inbox
        (rows if rows.count else self.inbox).focus()

    def _is_in(self, rows: RowList) -> bool:
        return (row := rows.row()) is not None and rows.is_open(row)

    # -- views -----------------------------------------------------------------------

    def action_go(self) -> None:
        """The menu of places; a second key goes there at once."""
        from kustui.ui.screens.menu import Choice, Menu

        prefix = f"{GO_KEY} "
        lines = [
            Choice(
                command.action, key.removeprefix(prefix), command.label.removeprefix("Go to "), command.help
            )
            for command in self.table
            for key in command.keys.split(",")
            if key.startswith(prefix) and not command.id.startswith("saved.")
        ]
        lines += self.place_choices()

        def gone(action: str | None) -> None:
            if action:
                self.call_later(self.run_action, action)

        self.app.push_screen(Menu("Go to", lines), gone)

    def action_view(self, name: str) -> None:
        """Show a list in the upper panel, or put the focus on Currently Viewing."""
        if name == "viewing":
            if self.viewing.count:
                self.remove_class("-reading")
                self.viewing.focus()
            else:
                self.say("Currently Viewing is empty")
            return
        self.remember_cursor()
        self.view = cast("View", name)
        listing = self.desk.reads.listing(self.view)
        self._show_list(VIEWS[self.view], listing, self._cursors.get(self.view))
        if name == "outbox":
            self.ask_about_copy()

    def remember_cursor(self) -> None:
        """Remember where the list that is left was left."""
        self._cursors[self.view] = self.inbox.key

    def action_search(self) -> None:
        """Ask for words and list the conversations that hold them, while they are typed."""
        from kustui.ui.screens.searching import SearchLine

        was, key, top = self.view, self.inbox.key, self.inbox.scroll_offset.y
        title, listing = self.inbox_head.title, self.inbox.source
        focused, reading = self.focused, self.has_class("-reading")

        def look(words: str) -> Found:
            return self.desk.reads.found(words, zone=self.desk.zone)

        def show(words: str, found: Found) -> None:
            self.view = None
            self._show_list(f"Search: {one_line(words)}", found)

        def back() -> None:
            if listing is None or self.inbox.source is listing:
                return
            self.view = was
            self._show_list(title, listing, key)
            self.inbox.scroll_to(y=top, animate=False, immediate=True)
            self.set_class(reading, "-reading")
            if focused is not None:
                self.call_after_refresh(focused.focus)

        def ended(words: str | None) -> None:
            found = self.safely(lambda: look(words), None) if words else None
            if words and found is not None:
                if was is not None:
                    self._cursors[was] = key
                self._searched = words
                show(words, found)
                if not found.count():
                    self.say(f"Nothing holds {words!r}; {self.key('back')} goes back to the Inbox")
            else:
                back()

            if line.keeps and words and found is not None:
                self.keep_view(words)

        line = SearchLine(look, show, back, self._searched if was is None else "")
        self.app.push_screen(line, ended)

    def action_pager(self) -> None:
        """Show the message at the top of the view, uncut."""
        if not self.has_customer():
            return
        entry = next((each for each in self.timeline.entries_in_view() if each.kind != "history"), None)
        if entry is None:
            self.say("There is no message in view")
            return
        self._page(entry)

    def on_timeline_rest_wanted(self, event: Timeline.RestWanted) -> None:
        """The rest of a long message was clicked."""
        event.stop()
        self._page(event.entry)

    def _page(self, entry: Entry) -> None:
        from kustui.ui.screens.reading import Pager

        text = self.safely(lambda: self.desk.reads.whole_body(entry.id), "")
        self.app.push_screen(Pager(f"{entry.author}  {entry.subject}", text))

    def _show_list(self, title: str, listing: object, key: int | None = None) -> None:
        """Show a list in the upper panel, the cursor where it was when that list was last left."""
        self.inbox_head.title = title
        self.inbox_head.clearable = self.view == "inbox"
        self.inbox.placeholder = self.nobody()
        self.mark_open()
        self.inbox.show(self.guarded(listing), key)
        self.inbox_head.count = self.inbox.count
        self.remove_class("-reading")
        self.inbox.focus()
        self.tell_row()

    def nobody(self) -> Content:
        """What an empty list says."""
        said = {
            "inbox": "Nobody waits.",
            "scheduled": "Nothing will happen by itself.",
            "outbox": "Nothing is on its way.",
        }
        return Content(said.get(self.view or "", "Nothing is here."))

    def mark_open(self) -> None:
        """Mark the open customer (or conversation) in the lists."""
        customer = self.customer.id if self.customer else None
        self.viewing.current = customer
        by_customer = self.view in ("inbox", "viewing")
        self.inbox.marked_by = "customer_id" if by_customer else "conversation_id"
        self.inbox.current = customer if by_customer else self.conversation.id if self.conversation else None

    def _pane(self) -> RowList | Timeline:
        if isinstance(self.focused, RowList):
            return self.focused
        return self.timeline if self.customer is not None else self.inbox
