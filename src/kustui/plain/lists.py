"""The list that was said last: its numbers mean those rows until another list is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.core.records import ListRow
from kustui.core.text import one_line
from kustui.desk.listings import VIEWS, Found, Listing, View
from kustui.errors import Refused
from kustui.plain.told import row_words
from kustui.plain.voice import Voice

if TYPE_CHECKING:
    from kustui.desk import Desk
    from kustui.desk.forecast import Forecast

PAGE = 10
"""Rows that are said at once."""


class Lists:
    """One list at a time, a page of it at a time."""

    def __init__(self, desk: Desk, voice: Voice) -> None:
        self._desk, self._voice = desk, voice
        self._listing: Listing | Found | Forecast = desk.reads.listing("inbox")
        self.title = VIEWS["inbox"]
        self.view: View | None = "inbox"
        """Which list of the sidebar it is; None for what was found."""
        self._rows: list[ListRow] = []
        self._from = 0
        self.at = 0
        """The number of the row that was opened last; 0 before the first."""

    def show(self, view: View) -> None:
        """Say a list of the sidebar from its beginning."""
        self._take(self._desk.reads.listing(view), VIEWS[view], view)

    def search(self, words: str, title: str = "") -> None:
        """Say what holds these words; raises Refused for an operator's value that means nothing."""
        self._take(self._desk.reads.found(words, zone=self._desk.zone), title or f"Found for {words}", None)

    def take(self, found: Found, title: str) -> None:
        """Say conversations that were found."""
        self._take(found, title, None)

    def _take(self, listing: Listing | Found | Forecast, title: str, view: View | None) -> None:
        count = listing.count()
        self._listing, self.title, self.view = listing, one_line(title, 80), view
        self._rows, self._from, self.at = [], 0, 0
        self._voice.say(f"{self.title}, {count:,}:" if count else f"{self.title}: nothing here.")
        self._page(count)

    def again(self) -> None:
        """Say the list anew, as it is by now."""
        if isinstance(self._listing, Found):
            self._take(self._listing, self.title, None)
        else:
            assert self.view is not None
            self.show(self.view)

    def more(self) -> None:
        """Say the next page."""
        count = self._listing.count()
        if self._behind() >= count:
            self._voice.say(f"That was all of {self.title}.")
            return
        self._page(count)

    def last(self) -> None:
        """Say the last page."""
        count = self._listing.count()
        self._rows, self._from = [], max(0, count - PAGE)
        self._voice.say(f"{self.title}, the end of {count:,}:")
        self._page(count)

    def _page(self, count: int) -> None:
        now = self._desk.now()
        writers = {
            each.customer_id: f"{one_line(each.agent, 40)} writes"
            for each in reversed(self._desk.presence.others())
            if each.writes
        }
        first = self._behind()
        known = {row.key for row in self._rows}
        page = [row for row in self._listing.page(first, PAGE) if row.key not in known]
        for number, row in enumerate(page, self._from + len(self._rows) + 1):
            self._rows.append(row)
            self._voice.say(f"{number}. {row_words(self._desk, row, now, writers.get(row.customer_id, ''))}")
        if (left := count - first - len(page)) > 0 and page:
            self._voice.say(f"{left:,} more: more says them.")

    def _behind(self) -> int:
        """Where the list goes on behind the rows that were said, of which some may have left it since."""
        for row in reversed(self._rows):
            place = self._listing.place(row.key)
            if place is not None:
                return place + 1
        return self._from

    def row(self, number: int) -> ListRow:
        """The row that was said with that number; raises Refused for none. It says so when the row is no
        longer in the list.
        """
        place = number - 1 - self._from
        if not 0 <= place < len(self._rows):
            there = f"{self._from + 1} to {self._from + len(self._rows)}" if self._rows else "none"
            raise Refused("No such row", f"{self.title} was said with {there}; you typed {number}.")
        row = self._rows[place]
        if not row.customer_id:
            raise Refused("Nobody's row", "No customer belongs to this row.")
        if self._listing.place(row.key) is None:
            self._voice.say(f"{one_line(row.name, 40)} is no longer in {self.title}.")
        self.at = number
        return row

    def beside(self, step: int) -> int:
        """The number of the next row that is still there in that direction; 0 when there is none. Further
        rows are said when they are needed.
        """
        number = self.at + step
        while number >= 1:
            if number > self._from + len(self._rows):
                before = len(self._rows)
                if self._listing.count() > self._behind():
                    self._page(self._listing.count())
                if len(self._rows) == before:
                    return 0
            place = number - 1 - self._from
            if place < 0:
                return 0
            if self._rows[place].customer_id and self._listing.place(self._rows[place].key) is not None:
                return number
            number += step
        return 0
