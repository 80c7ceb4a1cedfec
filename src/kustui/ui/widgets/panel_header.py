"""The line above a list of the sidebar."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from kustui.ui.wrap import cells, fit

CLEAR = "clear all"


class PanelHeader(Widget):
    """A panel's title, how many rows it has, and a "clear all" to click on at the right."""

    ALLOW_SELECT = False

    title: reactive[str] = reactive("")
    count: reactive[int] = reactive(0)
    selected: reactive[int] = reactive(0)
    clearable: reactive[bool] = reactive(True)

    class ClearAll(Message):
        """All rows of the panel are to be removed from it."""

        def __init__(self, header: PanelHeader) -> None:
            super().__init__()
            self.header = header

        @property
        def control(self) -> PanelHeader:
            """The header that was clicked."""
            return self.header

    def __init__(
        self,
        title: str,
        *,
        clearable: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.set_reactive(PanelHeader.title, title)
        self.set_reactive(PanelHeader.clearable, clearable)

    def render(self) -> Content:
        """The line, as wide as the panel."""
        count = f" {self.count:,}" + f" · {self.selected:,} selected" * bool(self.selected)
        clear = CLEAR if self._clears else ""
        room = max(1, self.size.width - 4 - len(count) - len(clear))
        title = self.title if cells(self.title) <= room else fit(self.title, room)
        gap = " " * max(1, room - cells(title) + 1)
        return Content.assemble(" ", (title, "bold"), (count, "$accent"), gap, (clear, "$foreground-muted"))

    @property
    def _clears(self) -> bool:
        """Whether all can be removed here; while rows are selected, they are what is acted on."""
        return self.clearable and bool(self.count) and not self.selected

    def on_click(self, event: events.Click) -> None:
        """A click on "clear all" asks for just that."""
        end = self.size.width - 2
        if self._clears and end - len(CLEAR) <= event.x < end:
            event.stop()
            self.post_message(self.ClearAll(self))
