"""A view of items of any height, of which only those looked at are ever measured."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from itertools import accumulate
from typing import Protocol

from textual.content import Content
from textual.strip import Strip

from kustui.ui.widgets.lines import Line, LineView

STRIPS = 256
OVERLAP = 2


class TallItems(Protocol):
    """What a tall view shows."""

    @property
    def count(self) -> int:
        """How many items there are."""

    def estimates(self) -> list[int]:
        """About how many lines each item takes."""

    def lines(self, index: int) -> list[Line]:
        """The lines of an item."""


class TallView(LineView):
    """Shows items below each other.

    The anchor, not `scroll_y`, is the truth about what is in view: an item and a line of it that
    stand at the top, or None for the end of item `end_of_interest()` at the bottom. Heights are
    estimates until an item comes into view, and what is in view never moves when they are put right.
    """

    def __init__(
        self,
        *,
        placeholder: Content | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, id=id, classes=classes)
        self._shown: TallItems | None = None
        self._heights: list[int] = []
        self._exact = bytearray()
        self._tops: list[int] = [0]
        self._anchor: tuple[int, int] | None = None
        self._strips: OrderedDict[tuple[int, int], Strip] = OrderedDict()
        self._settling = False
        self._top = (0, 0)

    def end_of_interest(self) -> int:
        """The index after the item whose end the view sticks to."""
        return len(self._heights)

    def left_end(self, y: int) -> bool:
        """Whether a view with line `y` at the top is to stick to the end of interest."""
        return y >= self._tops[-1] - self._lines

    def refill(self, items: TallItems, anchor: tuple[int, int] | None) -> None:
        """Show `items` with the anchor given."""
        self._shown = items
        self._anchor = anchor
        self._heights = items.estimates() if self._columns else []
        self._exact = bytearray(len(self._heights))
        self._tops = [0, *accumulate(self._heights)]
        self._forget_strips()
        self._settle()
        self.refresh()

    def on_resize(self) -> None:
        """Lines depend on the width; the anchor stays."""
        region = self.scrollable_content_region
        narrower = region.width != self._columns
        self._columns, self._lines = region.width, region.height
        if narrower:
            self.width_changed()
        else:
            self._settle()
            self.refresh()

    def width_changed(self) -> None:
        """Make the items anew for `_columns`."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Line `y` of the view."""
        if not self._columns or not self._lines:
            return Strip.blank(self.size.width, self.look())
        if self._shown is None or not self._heights:
            return self.placeholder_line(y)
        y += self.scroll_offset.y
        if y >= self._tops[-1]:
            return self.blank()
        index = bisect_right(self._tops, y) - 1
        place = index, y - self._tops[index]
        strip = self._strips.get(place)
        if strip is None:
            lines = self._shown.lines(index)
            if place[1] >= len(lines) or not lines[place[1]].spans:
                return self.blank()
            strip = self._strips[place] = self.strip(lines[place[1]].spans)
            if len(self._strips) > STRIPS:
                self._strips.popitem(last=False)
        return strip

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Follow a scroll that came from elsewhere: the scrollbar, or Textual itself."""
        super().watch_scroll_y(old, new)
        if not self._settling and self._heights and self._lines and round(old) != round(new):
            self._go(round(new), up=new < old)

    def scroll_lines(self, count: int) -> None:
        """Move the view by lines, down or (negative) up."""
        self._go(self.scroll_offset.y + count, up=count < 0)

    def page(self, count: int) -> None:
        """Move by a view full of lines, down or (negative) up."""
        self.scroll_lines(count * max(1, self._lines - OVERLAP))

    def in_view(self) -> range:
        """The indices of the items of which something is in view."""
        if not self._heights or not self._lines:
            return range(0)
        top = self.scroll_offset.y
        bottom = min(top + self._lines, self._tops[-1]) - 1
        return range(bisect_right(self._tops, top) - 1, bisect_right(self._tops, bottom))

    def line_at(self, y: int) -> tuple[int, Line] | None:
        """The item, and the line of it, at line `y` of the view."""
        y += self.scroll_offset.y
        if self._shown is None or not 0 <= y < self._tops[-1]:
            return None
        index = bisect_right(self._tops, y) - 1
        lines = self._shown.lines(index)
        place = y - self._tops[index]
        return (index, lines[place]) if place < len(lines) else None

    def anchor_here(self) -> tuple[int, int] | None:
        """The item and line at the top of the view, whatever the view sticks to."""
        if not self._heights:
            return None
        top = min(self.scroll_offset.y, self._tops[-1] - 1)
        index = bisect_right(self._tops, top) - 1
        return index, top - self._tops[index]

    def _go(self, y: int, *, up: bool) -> None:
        """Bring line `y` to the top, as far as there is one."""
        if not self._heights or not self._lines:
            return
        y = max(0, min(y, self._tops[-1] - 1))
        index = bisect_right(self._tops, y) - 1
        line = y - self._tops[index]
        estimate = self._heights[index]
        if self._measure(index):
            # Going up the reader comes from its end, going down from its beginning.
            height = self._heights[index]
            line = max(0, height - (estimate - line)) if up else min(line, height - 1)
            self._sum(index)
        y = self._tops[index] + line
        self._anchor = None if self.left_end(y) else (index, line)
        self._settle()

    def measure_anew(self, index: int) -> None:
        """Forget how high an item is and how it looked."""
        self._exact[index] = 0
        for place in [place for place in self._strips if place[0] == index]:
            del self._strips[place]

    def _measure(self, index: int) -> bool:
        """Make an item's height exact; True when it was not what we had."""
        if self._exact[index] or self._shown is None:
            return False
        self._exact[index] = 1
        old = self._heights[index]
        self._heights[index] = len(self._shown.lines(index))
        return old != self._heights[index]

    def _sum(self, first: int) -> None:
        self._tops[first:] = accumulate(self._heights[first:], initial=self._tops[first])

    def _wanted(self) -> int:
        """The line that the anchor wants at the top."""
        if self._anchor is None:
            y = self._tops[self.end_of_interest()] - self._lines
        else:
            index = min(self._anchor[0], len(self._heights) - 1)
            y = self._tops[index] + min(self._anchor[1], self._heights[index] - 1)
        return max(0, min(y, self._tops[-1] - self._lines))

    def _settle(self) -> None:
        """Make the heights in view exact and bring the anchor to its place."""
        if not self._lines:
            return
        y = 0
        if self._heights:
            changed = True
            while changed:
                y = self._wanted()
                index, bottom = bisect_right(self._tops, y) - 1, y + self._lines
                first = None
                while index < len(self._heights) and self._tops[index] < bottom:
                    if self._measure(index) and first is None:
                        first = index
                    index += 1
                changed = first is not None
                if first is not None:
                    self._sum(first)
            if self._anchor is not None and self.left_end(y):
                self._anchor = None
        index = bisect_right(self._tops, y) - 1
        top, self._top = self._top, (index, y - self._tops[index])
        self._settling = True
        self.set_total(self._tops[-1])
        if y != self.scroll_offset.y:
            self.scroll_to(y=y, animate=False)
        elif top != self._top:
            # Heights above were put right by as many lines as the view has moved.
            self.refresh()
        self._settling = False

    def _forget_strips(self) -> None:
        self._strips.clear()
