"""Saved views on the desk's screen: counted in the sidebar, opened like a list, arranged in a dialog."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kustui.core.records import Changed
from kustui.core.text import one_line
from kustui.errors import KustuiError
from kustui.ui.screens.base import DeskBase
from kustui.ui.screens.moving import Moving
from kustui.ui.sources import Guarded

if TYPE_CHECKING:
    from kustui.core.views import Counted, SavedView
    from kustui.desk.listings import Found
    from kustui.ui.screens.form import Values
    from kustui.ui.screens.menu import Choice
    from kustui.ui.widgets.views_bar import ViewsBar

REST = 10
"""So many times as long as counting took, nothing is counted again: it takes a tenth of the time at most."""


class SavedViews(Moving, DeskBase):
    """Counting is a thread's work, after something was written; the list that is open follows it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._counted: list[Counted] = []
        self._counting = self._count_again = False
        self._opened: SavedView | None = None
        self._opened_list: Guarded | None = None

    # -- counting ------------------------------------------------------------------------

    def count_views(self) -> None:
        """Count the views anew, when the count before is done with and has rested."""
        if self._counting:
            self._count_again = True
        elif self.furnished:
            self._counting = True
            opened = self._opened if self.inbox.source is self._opened_list else None
            self.run_worker(
                lambda: self._count(opened), thread=True, group="views", exit_on_error=False, name="views"
            )

    def _count(self, opened: SavedView | None) -> None:
        began = time.monotonic()
        counted, found = None, None
        try:
            counted = self.desk.views.counts()
            found = self.desk.views.found(opened) if opened is not None else None
        except KustuiError:
            # The status line tells of a store in trouble; the views stand as they were last known.
            pass
        finally:
            self.call_later(self._views_counted, counted, found, time.monotonic() - began)

    async def _views_counted(self, counted: list[Counted] | None, found: Found | None, took: float) -> None:
        self.set_timer(took * REST, self._rested)
        if counted is not None:
            self._counted = counted
            await self._show_views()
        source = self._opened_list
        if found is not None and source is not None and self.inbox.source is source:
            source.listing = found
            self.inbox.renew()
            self.inbox_head.count = self.inbox.count

    def _rested(self) -> None:
        self._counting = False
        if self._count_again:
            self._count_again = False
            self.count_views()

    async def _show_views(self) -> None:
        bars = self.query("#views")
        if not bars and not self._counted:
            return
        if not bars:
            from kustui.ui.widgets.views_bar import ViewsBar

            await self.query_one("#sidebar").mount(ViewsBar())
        bar: ViewsBar = self.query_one("#views")  # type: ignore[assignment]
        bar.show(
            [
                (key, one_line(each.view.name), each.words)
                for each in self._counted
                if (key := self.key(f"saved.{each.view.place}"))
            ]
        )

    # -- opening ---------------------------------------------------------------------------

    def on_views_bar_chosen(self, event: ViewsBar.Chosen) -> None:
        """A view was clicked."""
        event.stop()
        self.action_saved_view(event.number)

    def action_saved_view(self, number: int) -> None:
        """Show the conversations of a saved view in the upper panel."""
        views = self.safely(self.desk.views.all, [])
        if number > len(views):
            self.say(f"There is no view {number}; {self.key('views')} keeps a search as one")
            return
        self._open_view(views[number - 1])

    def _open_view(self, view: SavedView) -> None:
        found = self.safely(lambda: self.desk.views.found(view), None)
        if found is None:
            return
        self.remember_cursor()
        self.view, self._searched = None, view.query
        self._opened, self._opened_list = view, self.guarded(found)
        self._show_list(one_line(view.name), self._opened_list)

    def place_choices(self) -> list[Choice]:
        """The views as lines of the menu of places, with what is in them."""
        from kustui.ui.screens.menu import Choice

        counts = {each.view.id: each.words for each in self._counted}
        return [
            Choice(
                f"saved_view({view.place})",
                key.rpartition(" ")[2],
                one_line(view.name),
                f"{counts.get(view.id, '')}  {one_line(view.query)}".strip(),
            )
            for view in self.safely(self.desk.views.all, [])
            if (key := self.key(f"saved.{view.place}"))
        ]

    # -- arranging -------------------------------------------------------------------------

    def action_views(self) -> None:
        """List the views to change them, or keep the search that is shown as one."""
        from kustui.ui.screens.menu import Choice, Menu
        from kustui.ui.screens.places import digit

        views = self.safely(self.desk.views.all, [])
        lines = [
            Choice(
                str(place),
                digit(place),
                one_line(each.name),
                one_line(each.query) + " · everybody's" * each.everybodys,
            )
            for place, each in enumerate(views)
        ]
        lines.append(Choice("new", "+", "New", "keeps a search under a name"))

        def chosen(name: str | None) -> None:
            if name == "new":
                self.keep_view(self._searched if self.view is None else "", again=True)
            elif name is not None:
                self._view_form(views[int(name)])

        foot = "Enter edits · + keeps a search · Esc leaves"
        self.app.push_screen(Menu("Saved views", lines, foot=foot), chosen)

    def keep_view(self, query: str, *, again: bool = False) -> None:
        """Ask for a name, and keep a search under it."""
        from kustui.ui.screens.form import Field, FormDialog

        fields = (
            Field("name", "Name", "", "what stands in the sidebar"),
            Field("query", "Search", query, "words and operators, like is:unassigned waiting:4h"),
            Field("everybody", "Everybody's", "", kind="tick"),
        )

        def save(typed: Values) -> Changed:
            return self.desk.views.save(typed["name"], typed["query"], everybody=typed["everybody"] == "yes")

        self._push_form(FormDialog("Keep a search as a view", fields, save, prefix="view"), again=again)

    def _view_form(self, view: SavedView) -> None:
        from kustui.ui.screens.form import Field, FormDialog

        fields = (
            Field("name", "Name", view.name),
            Field("query", "Search", view.query),
            Field("place", "Place", str(view.place), "1 for the first"),
            Field("everybody", "Everybody's", "yes" if view.everybodys else "", kind="tick"),
        )

        def save(typed: Values) -> Changed:
            place = typed["place"]
            return self.desk.views.change(
                view.id,
                name=typed["name"],
                query=typed["query"],
                everybody=typed["everybody"] == "yes",
                place=int(place) if place.isdecimal() and len(place) < 9 else 0,
            )

        form = FormDialog(
            "Saved view", fields, save, prefix="view", remove=lambda: self.desk.views.remove(view.id)
        )
        self._push_form(form, again=True)

    def _push_form(self, form: object, *, again: bool) -> None:
        from kustui.ui.screens.form import FormDialog

        assert isinstance(form, FormDialog)

        def done(changed: Changed | None) -> None:
            if changed is not None:
                self.post_message(self.Acted(changed, None))
                self.count_views()
            if again:
                self.action_views()

        self.app.push_screen(form, done)
