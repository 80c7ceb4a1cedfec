"""What the list and the timeline share: lines painted one by one, whatever the number of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar, NamedTuple

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from kustui.ui.wrap import cells

# Words and the name of the look they are shown in.
Span = tuple[str, str]
Spans = Sequence[Span]


class Line(NamedTuple):
    """One line: spans of words with their looks, and what a click on it does ("" for nothing).

    A look is the name of a component class, or "#rrggbb/rrggbb" for two colours as they are.
    """

    spans: list[Span]
    act: str = ""


@lru_cache(maxsize=8192)
def painted(look: str) -> Style:
    """The style of a look that is two colours, "#rrggbb/rrggbb": the words' and the one behind them."""
    return Style(color=Color.parse(look[:7]), bgcolor=Color.parse(f"#{look[8:]}"))


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolling widget without border and padding that hands its strips straight to the compositor.

    A look is a component class `<PREFIX>--<name>`; a ground is one whose background lies under it.
    `placeholder` is shown, centred, when there is nothing else; it is Content, never markup.
    """

    ALLOW_SELECT = False
    PREFIX: ClassVar[str] = ""
    WHEEL: ClassVar[int] = 3

    def __init__(
        self,
        *,
        placeholder: Content | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.placeholder = placeholder or Content("")
        self._looks: dict[tuple[str, str], Style] = {}
        self._looks_old = False
        self._columns = 0
        self._lines = 0

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible lines of `crop`, coloured for this terminal; the styles cache is passed by."""
        if self._looks_old:
            self._renew_looks()
        filters = self.get_line_filters()
        background = self.background_colors[1]
        left, right = crop.column_span
        # Where no scrollbar stands in its gutter, the gutter is ours to paint.
        wide = right > self._columns
        whole = not left and right == self._columns
        strips: list[Strip] = []
        for y in crop.line_range:
            strip = self.render_line(y)
            if wide:
                strip = strip.extend_cell_length(right, self._edge(strip))
            for each in filters:
                strip = strip.apply_filter(each, background)
            strips.append(strip if whole else strip.crop(left, right))
        return strips

    def notify_style_update(self) -> None:
        """Look at the styles anew before the next line is painted."""
        super().notify_style_update()
        self._looks_old = True

    def _renew_looks(self) -> None:
        """Forget the strips if anything looks different now: a change of focus rarely does."""
        self._looks_old = False
        old, self._looks = self._looks, {}
        if any(self.look(*key) != style for key, style in old.items()):
            self._forget_strips()

    def look(self, name: str = "", ground: str = "") -> Style:
        """The style of words: of a component class, on the widget's background or a ground."""
        if name[:1] == "#":
            return painted(name)
        style = self._looks.get((name, ground))
        if style is None:
            _, _, background, color = self.colors
            text_style = Style.null()
            for part in filter(None, (ground, name)):
                rules = self.get_component_styles(f"{self.PREFIX}--{part}")
                if rules.has_rule("background"):
                    background += rules.background
                if rules.has_rule("color"):
                    color = rules.color
                if rules.has_rule("auto_color") and rules.auto_color:
                    color = background.get_contrast_text(rules.color.a)
                text_style += rules.text_style
            style = Style(color=(background + color).rich_color, bgcolor=background.rich_color) + text_style
            self._looks[name, ground] = style
        return style

    def strip(self, spans: Spans, ground: str = "", band: str = "", count: int = 0) -> Strip:
        """Spans as one strip, filled up or cut to the width of the view; the first `count` on a `band`."""
        segments = [
            Segment(text, self.look(look, band if at < count else ground))
            for at, (text, look) in enumerate(spans)
            if text
        ]
        used = sum(cells(text) for text, _ in spans)
        if used < self._columns:
            segments.append(Segment(" " * (self._columns - used), self.look("", ground)))
        elif used > self._columns:
            return Strip(segments, used).crop(0, self._columns)
        return Strip(segments, self._columns)

    def blank(self) -> Strip:
        """An empty line."""
        return Strip.blank(self._columns, self.look())

    def placeholder_line(self, y: int) -> Strip:
        """Line `y` of the view while it is empty."""
        lines = self.placeholder.wrap(max(8, self._columns - 4)) if self.placeholder else []
        row = y - max(0, (self._lines - len(lines)) // 2)
        if not 0 <= row < len(lines):
            return self.blank()
        base = self.look("placeholder")
        segments = [Segment(text, base + style.rich_style) for text, style in lines[row].render(end="")]
        left = max(0, (self._columns - lines[row].cell_length) // 2)
        strip = Strip([Segment(" " * left, base), *segments])
        return strip.adjust_cell_length(self._columns, base)

    def set_total(self, total: int) -> None:
        """Say how many lines there are, without the layout pass that `virtual_size` would cost."""
        size = Size(self._columns, total)
        if size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel."""
        event.stop()
        event.prevent_default()
        self.scroll_lines(self.WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel."""
        event.stop()
        event.prevent_default()
        self.scroll_lines(-self.WHEEL)

    def scroll_lines(self, count: int) -> None:
        """Move the view by lines, down or (negative) up, without animation."""
        self.scroll_to(y=self.scroll_y + count, animate=False)

    def _edge(self, strip: Strip) -> Style:
        """The style that goes on beyond a strip's end."""
        last = next(reversed(list(strip)), None)
        return (
            self.look()
            if last is None or last.style is None
            else Style(color=last.style.color, bgcolor=last.style.bgcolor)
        )

    def _forget_strips(self) -> None:
        raise NotImplementedError
