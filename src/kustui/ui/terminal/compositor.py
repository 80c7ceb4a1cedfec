"""A compositor that has only those lines rendered that are asked for and that nothing in front covers.

Textual has every widget render all of its lines whenever anything on the screen differs: for a cursor that
goes down a row also the panes behind the list, the list's other rows and whatever stands beside them. That
is most of what a key costs (SPEC G3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from textual import _compositor
from textual.geometry import Region

if TYPE_CHECKING:
    from textual._compositor import ChopsUpdate, Compositor
    from textual.strip import Strip
    from textual.widget import Widget
else:
    Compositor = getattr(_compositor, "Compositor", object)

_PARTS = (
    "_regions_to_spans", "_render_chops", "render_partial_update", "update_widgets", "cuts", "visible_widgets"
)  # fmt: skip
KNOWN = all(hasattr(Compositor, part) for part in _PARTS)
"""Whether Textual's compositor has the parts that this one is built on."""

Chops = list[dict[int, "Strip | None"]]


class SparingCompositor(Compositor):
    """The same picture as Textual's, of fewer lines rendered."""

    _covered_of: object = None
    _covered: frozenset[Widget] = frozenset()

    def update_widgets(self, widgets: set[Widget]) -> None:
        """Have that painted which differs, and of panes that are covered by what they hold nothing."""
        super().update_widgets(widgets - self._all_covered())

    def _all_covered(self) -> frozenset[Widget]:
        """The widgets of which nothing is in sight; the screen itself is never one of them."""
        visible = self.visible_widgets
        if self._covered_of is not visible:
            gaps = [set(line[:-1]) for line in self.cuts]
            seen: set[Widget] = set() if self.root is None else {self.root}
            for widget, (region, clip) in visible.items():
                x, top, width, height = region.intersection(clip)
                for line in gaps[top : top + height]:
                    under = {column for column in line if x <= column < x + width}
                    if under:
                        seen.add(widget)
                        line -= under
            self._covered, self._covered_of = frozenset(visible.keys() - seen), visible
        return self._covered

    def render_partial_update(self) -> ChopsUpdate | None:
        """What has changed; None when nothing has."""
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        if not regions:
            return None
        spans = list(self._regions_to_spans(regions))
        cuts = self.cuts
        gaps: list[set[int]] = [set() for _ in cuts]
        for y, x1, x2 in spans:
            if y < len(cuts):
                gaps[y].update(begin for begin, end in pairwise(cuts[y]) if begin < x2 and end > x1)
        update: Any = _compositor.ChopsUpdate
        return cast("ChopsUpdate", update(self._filled(gaps), spans, [line[1:] for line in cuts]))

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        lines = crop.line_range
        gaps = [
            set(line[:-1]) if y in lines and is_rendered_line(y) else set()
            for y, line in enumerate(self.cuts)
        ]
        return cast("Sequence[Mapping[int, Strip]]", self._filled(gaps))

    def _filled(self, gaps: list[set[int]]) -> Chops:
        """Strips by row and column; `gaps` are the columns of each row where one is wanted."""
        cuts = self.cuts
        chops: Chops = [dict.fromkeys(line[:-1]) for line in cuts]
        for widget, (region, clip) in self.visible_widgets.items():
            x, top, width, height = region.intersection(clip)
            right = x + width
            rows = [
                y
                for y in range(top, min(top + height, len(gaps)))
                if gaps[y] and any(x <= column < right for column in gaps[y])
            ]
            if not rows or not width:
                continue
            first = rows[0]
            wanted = Region(x - region.x, first - region.y, width, rows[-1] - first + 1)
            strips = widget.render_lines(wanted)
            for y in rows:
                if y - first >= len(strips):
                    break
                strip, line, missing = strips[y - first], chops[y], gaps[y]
                ends = [cut for cut in cuts[y] if x < cut <= right]
                whole = len(ends) == 1 and strip.cell_length == width
                pieces = (strip,) if whole else strip.divide([cut - x for cut in ends])
                # Front to back, so whoever comes first has the place.
                for column, piece in zip((x, *ends), pieces, strict=False):
                    if column in missing:
                        missing.remove(column)
                        line[column] = piece
        return chops
