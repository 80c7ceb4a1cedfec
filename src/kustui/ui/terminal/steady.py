"""A screen that is laid out and painted anew only where that shows something else."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from kustui.ui.terminal.compositor import SparingCompositor


class SteadyScreen(Screen[None]):
    """A Screen that is not painted whole for another focus, for a size that it has, or twice as it comes."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """What has the focus; it and what had it before paint that themselves."""
    virtual_size = Reactive(Size(0, 0), layout=True, repaint=False)
    """What it holds; whatever stands elsewhere for that is painted there."""

    @property
    def _is_sparing(self) -> bool:
        return isinstance(self._compositor, SparingCompositor)

    def _screen_resized(self, size: Size) -> None:
        # A terminal's size is told again and again as a program starts, and by each signal of a resize.
        if not self._is_sparing or size != self._compositor.size:
            super()._screen_resized(size)

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        event.prevent_default()
        is_first = not self._compositor.size
        super()._on_screen_resume(event)
        if is_first and self._compositor.size and self._is_sparing and not self.app._batch_count:  # noqa: SLF001
            # Laying it out for the first time has painted all of it.
            self._repaint_required = False
            self._exchange_repaint_regions()
