"""The list of one panel of the sidebar: two lines a row, as quick with 100,000 rows as with ten."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from kustui.core.records import ListRow
from kustui.ui.widgets.lines import LineView
from kustui.ui.widgets.row_lines import MARGIN, NAMED, Present, RowWords, present_at, row_lines, row_words
from kustui.ui.widgets.row_source import Pages, RowSource

HEIGHT = 2
KEPT = 3
"""Rows of the page before that stay in sight when a step turns it."""
STRIPS = 128

# All that a row's picture depends on, besides the width: row, words, mark, ground, the cursor's band.
Face = tuple[ListRow, RowWords, str, str, str]


class RowList(LineView):
    """Rows of a source with a cursor that stays on its row's key whatever happens around it.

    `now` tells the time that waiting is counted to, `zone` the one times of day are shown in.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "to(0)", "First", show=False),
        Binding("end", "to(-1)", "Last", show=False),
        Binding("enter", "open", "Open", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"rowlist--{name}"
        for name in (
            "cursor", "current", "mark", "open", "unread", "present", "snoozed", "done", "bad",
            "name", "name-unread", "draft", "muted", "urgent", "channel", "subject", "close", "placeholder",
        )
    }  # fmt: skip
    PREFIX = "rowlist"

    current: reactive[int | None] = reactive(None, repaint=False)
    """What is open in the timeline: its rows are marked."""
    marked_by: Literal["customer_id", "conversation_id"] = "customer_id"
    """What of a row `current` is compared with."""

    class RowMessage(Message):
        """Something about one row: its key and the row itself."""

        def __init__(self, rows: RowList, row: ListRow) -> None:
            super().__init__()
            self.rows = rows
            self.row = row
            self.key = row.key

        @property
        def control(self) -> RowList:
            """The list it happened in."""
            return self.rows

    class Highlighted(RowMessage):
        """The cursor came to another row."""

    class Opened(RowMessage):
        """A row is to be opened: Enter or a click."""

    class Closed(RowMessage):
        """A row's × was clicked."""

    def __init__(
        self,
        source: RowSource | None = None,
        *,
        now: Callable[[], datetime],
        zone: tzinfo = UTC,
        server: tzinfo | None = None,
        placeholder: Content | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, id=id, classes=classes)
        self._source = source
        self._now = now
        self._zone = zone
        self._server = server or zone
        self._count = 0
        self._cursor = 0
        self._key: int | None = None
        self._pages = Pages()
        self._strips: OrderedDict[Face, tuple[Strip, Strip]] = OrderedDict()
        self._painted: dict[int, Face] = {}
        self._present: Present = {}
        self._at = datetime.min.replace(tzinfo=UTC)

    @property
    def cursor(self) -> int:
        """The index of the cursor's row."""
        return self._cursor

    @property
    def source(self) -> RowSource | None:
        """The list that is shown."""
        return self._source

    @property
    def key(self) -> int | None:
        """The key of the cursor's row."""
        return self._key

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._count

    def is_open(self, row: ListRow) -> bool:
        """Whether a row is of what is open in the timeline."""
        return self.current is not None and getattr(row, self.marked_by) == self.current

    def row(self, index: int | None = None) -> ListRow | None:
        """The row at an index, by default the cursor's; None when there is none."""
        index = self._cursor if index is None else index
        if self._source is None or not 0 <= index < self._count:
            return None
        return self._pages.row(self._source, index)

    def show(self, source: RowSource, key: int | None = None) -> None:
        """Show the rows of `source`, with the cursor on the row of that key, or else on the first."""
        self._source = source
        # The same number is another row in another list.
        self._key, self._cursor = key, 0
        self.scroll_to(y=0, animate=False, immediate=True)
        self.renew()

    def attend(self, present: Present) -> None:
        """Say of rows which colleagues write there."""
        self._present = present
        self._repaint()

    def renew(self) -> None:
        """Read the source again and repaint the rows that look different."""
        source = self._source
        if source is None:
            return
        old_count, old_cursor = self._count, self._cursor
        in_view = self._in_view(old_cursor)
        self._pages.clear()
        self._count = source.count()
        place = source.place(self._key) if self._key is not None else None
        self._cursor = max(0, min(old_cursor if place is None else place, self._count - 1))
        if self._count != old_count:
            self.set_total(self._count * HEIGHT)
            if self.styles.height is not None and self.styles.height.is_auto:
                self.refresh(layout=True)
        if in_view and self._cursor != old_cursor and self.scroll_offset.y:
            # Rows that came or went above leave the cursor's row where the eye is.
            self.scroll_to(y=self.scroll_offset.y + (self._cursor - old_cursor) * HEIGHT, animate=False)
        if in_view:
            self._follow()
        if not self._count or not old_count:
            self.refresh()
        self._repaint()
        self._arrived()

    def on_mount(self) -> None:
        """Read the source given at the start."""
        self.renew()

    def on_resize(self) -> None:
        """Lines depend on the width; the cursor stays in view."""
        region = self.scrollable_content_region
        in_view = not self._lines or self._in_view(self._cursor)
        if region.width != self._columns:
            self._columns = region.width
            self._forget_strips()
        self._lines = region.height
        self.set_total(self._count * HEIGHT)
        if in_view:
            self._follow()
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible lines of `crop`, as of one instant."""
        self._at = self._now()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Line `y` of the view."""
        index, half = divmod(y + self.scroll_offset.y, HEIGHT)
        if not self._columns or not self._lines:
            return Strip.blank(self.size.width, self.look())
        if not self._count:
            return self.placeholder_line(y)
        face = self._face(index)
        if face is None:
            self._painted.pop(index, None)
            return self.blank()
        self._painted[index] = face
        if len(self._painted) > 4 * STRIPS:
            self._painted = {index: face}
        strips = self._strips.get(face)
        if strips is None:
            row, said, mark, ground, band = face
            one, two = row_lines(row, said, self._columns, mark)
            strips = self._strips[face] = (
                self.strip(one, ground, band or ground, NAMED),
                self.strip(two, ground),
            )
            if len(self._strips) > STRIPS:
                self._strips.popitem(last=False)
        return strips[half]

    def watch_current(self, old: int | None, new: int | None) -> None:
        """Move the bar that marks the open row."""
        if old != new:
            self._repaint()

    def on_click(self, event: events.Click) -> None:
        """A click opens a row, or closes it when it is on its ×."""
        index, half = divmod(event.y + self.scroll_offset.y, HEIGHT)
        row = self.row(index)
        if row is None:
            return
        event.stop()
        if row.closable and not half and abs(event.x - (self._columns - MARGIN - 1)) <= 1:
            self.post_message(self.Closed(self, row))
            return
        self.action_to(index)
        self.post_message(self.Opened(self, row))

    def action_move(self, delta: int) -> None:
        """Move the cursor by rows; a step beyond the view turns the page, with a few rows still in sight."""
        ahead = max(0, self._lines // HEIGHT - KEPT) * HEIGHT if abs(delta) == 1 else 0
        self.action_to(max(0, min(self._cursor + delta, self._count - 1)), ahead)

    def action_page(self, delta: int) -> None:
        """Move the cursor by a view full of rows."""
        self.action_move(delta * max(1, self._lines // HEIGHT - 1))

    def action_to(self, index: int, ahead: int = 0) -> None:
        """Move the cursor to an index; a negative one counts from the end. `ahead` is for `_follow`."""
        if not self._count:
            return
        index = max(0, min(index if index >= 0 else self._count + index, self._count - 1))
        old, self._cursor = self._cursor, index
        self._follow(ahead)
        if index != old:
            self._repaint((old, index))
        self._arrived()

    def action_open(self) -> None:
        """Open the cursor's row."""
        row = self.row()
        if row is not None:
            self.post_message(self.Opened(self, row))

    def _arrived(self) -> None:
        row = self.row()
        key = None if row is None else row.key
        if key != self._key:
            self._key = key
            if row is not None:
                self.post_message(self.Highlighted(self, row))

    def _face(self, index: int) -> Face | None:
        row = self.row(index)
        if row is None:
            return None
        here, open_here = index == self._cursor, self.is_open(row)
        # The cursor lies under the name only: a band over all of the row is three times the bytes of a move.
        band = "cursor" if here and self.has_focus else ""
        ground = "current" if open_here else ""
        mark = "▌" if open_here else "›" if here and self.has_focus else " "
        said = present_at(row, self._present, self.marked_by)
        return row, row_words(row, self._at, self._zone, self._server, said), mark, ground, band

    def _in_view(self, index: int) -> bool:
        top = self.scroll_offset.y
        return top - HEIGHT < index * HEIGHT < top + self._lines

    def _follow(self, ahead: int = 0) -> None:
        """Scroll as far as it takes to show the cursor's row, and if it takes anything, `ahead` lines more.

        Lines ahead make one frame of many: a key that is held would else repaint the list with each row.
        """
        if not self._lines:
            return
        top, line = self.scroll_offset.y, self._cursor * HEIGHT
        want = min(max(top, line + HEIGHT - self._lines), line)
        want = max(0, want + ahead if want > top else want - ahead if want < top else want)
        if want != top:
            self.scroll_to(y=want, animate=False)

    def _repaint(self, among: Sequence[int] | None = None) -> None:
        """Repaint the rows in view (or only `among` them) that look different from what was painted."""
        self._at = self._now()
        top = self.scroll_offset.y
        if among is None:
            among = range(top // HEIGHT, (top + self._lines) // HEIGHT + 1)
        for index in among:
            if self._in_view(index) and self._painted.get(index) != self._face(index):
                self.refresh(Region(0, index * HEIGHT - top, self._columns, HEIGHT))

    def _forget_strips(self) -> None:
        self._strips.clear()
