"""A display that sends only the cells that changed.

Textual writes whole regions, each segment between its colours and a reset. Over SSH most of that is
already on the screen, so `ChangedCells` keeps the picture the terminal shows and writes what differs.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from textual import _compositor
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

from kustui.ui.terminal.compositor import KNOWN, SparingCompositor
from kustui.ui.terminal.line import PATIENCE, Line
from kustui.ui.terminal.picture import Picture

if TYPE_CHECKING:
    _Base = App[Any]
else:
    _Base = object

_LayoutUpdate: Any = getattr(_compositor, "LayoutUpdate", None)
_ChopsUpdate: Any = getattr(_compositor, "ChopsUpdate", None)

# Without these the stock display is used; they are not part of Textual's published interface.
_METHODS = (
    "_display", "_begin_update", "_end_update", "_register", "_check_resize", "post_display_hook",
)  # fmt: skip
_ATTRIBUTES = ("_batch_count", "_running", "_closed", "_driver", "_resize_event", "_screen_stack")
_KNOWN = KNOWN and bool(_LayoutUpdate and _ChopsUpdate) and all(hasattr(App, m) for m in _METHODS)

# Characters that a terminal reads at once.
SMALL = 1000

_Pieces = Iterator[tuple[int, int, Strip]]


class ChangedCells(_Base):
    """Mixin for an App, named before it: only changed cells are written to the terminal.

    Headless and inline apps, and a Textual without the parts this needs, keep the stock display.
    """

    _picture: Picture | None = None
    _subscribed = False
    _is_waiting = False
    _able: bool | None = None if _KNOWN else False

    def use_stock_display(self) -> None:
        """Leave the screen to Textual's own display; to be called before the app runs."""
        self._able = False

    def line_is_slow(self) -> None:
        """The line to the terminal has turned out to be slow; told once."""

    def invalidate(self) -> None:
        """Forget what the terminal shows: the next frame is written whole."""
        self._picture = None

    def action_repaint(self) -> None:
        """Write the whole screen anew, after something else wrote on it."""
        self.invalidate()
        self.refresh(layout=True)

    def _check_resize(self) -> None:
        """The window has another size, or had one in between: then it has lost what it showed."""
        if self._subscribed and self._able and self._screen_stack and (event := self._resize_event):
            self.invalidate()
            if event.size == self.screen.outer_size:
                self.refresh()
        super()._check_resize()

    def _register(self, parent: Any, *widgets: Any, **where: Any) -> Any:
        if self._able is not False:
            for widget in widgets:
                if isinstance(widget, Screen) and not isinstance(widget._compositor, SparingCompositor):  # noqa: SLF001
                    widget._compositor = SparingCompositor()  # noqa: SLF001 - nothing is laid out yet
        return super()._register(parent, *widgets, **where)

    def _display(self, screen: Any, renderable: Any) -> None:
        if self._able is None:
            self._able = all(hasattr(self, name) for name in _ATTRIBUTES)
        if not self._able or not self._shows(renderable):
            super()._display(screen, renderable)
            return
        try:
            self._painted(renderable)
            self._send()
        except Exception as error:  # noqa: BLE001 - any picture at all is better than none
            self._step_aside(error)
            super()._display(screen, renderable)
            return
        self.post_display_hook()

    def _step_aside(self, error: Exception) -> None:
        self.log.error("changed cells: the stock display takes over", error)
        self._able = False
        if self._driver is not None:
            self._driver.write("\x1b[m")
        # What waited for the line is in no update that is still to come.
        self.refresh(layout=True)

    def _send(self) -> None:
        """Write what is due, or have it wait for the line."""
        driver, picture = self._driver, self._picture
        # At the end nobody reads the answer to a question any more.
        if driver is None or picture is None or self._closed or not self._running:
            return
        line: Line | None = getattr(driver, "line", None)
        if line is not None and not line.is_free():
            self._wait_for(line)
            return
        written = picture.changes(self._cursor())
        if not written:
            return
        question = line.question(len(written)) if line is not None else ""
        # A frame this small arrives in one piece, so it needs no frame around it.
        whole = len(written) > SMALL
        if whole:
            self._begin_update()
        driver.write(written + question)
        if whole:
            self._end_update()
        driver.flush()

    def _wait_for(self, line: Line) -> None:
        if self._is_waiting:
            return
        self._is_waiting = True
        line.when_free(_in_this_loop(self._go_on))
        asyncio.get_running_loop().call_later(PATIENCE + 0.1, self._go_on)

    def _go_on(self) -> None:
        if self._is_waiting:
            self._is_waiting = False
            try:
                self._send()
            except Exception as error:  # noqa: BLE001 - as above
                self._step_aside(error)

    def _cursor(self) -> tuple[int, int] | None:
        """Column and row of the text cursor, where input methods open their windows; None without one."""
        if not hasattr(self.focused, "cursor_screen_offset"):
            return None
        cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
        return cursor.x, cursor.y

    def _shows(self, renderable: Any) -> bool:
        if self._batch_count or not self._running or self._closed or renderable is None:
            return False
        if self.is_headless or self._driver is None or self._driver.is_inline:
            return False
        if isinstance(renderable, (_LayoutUpdate, _ChopsUpdate)):
            return True
        self.invalidate()
        return False

    def _painted(self, update: Any) -> None:
        if not self._subscribed:
            # Whatever ran while the app was suspended has left its own picture.
            self.app_resume_signal.subscribe(self, lambda _: self.action_repaint(), immediate=True)
            self._subscribed = True
            if (line := getattr(self._driver, "line", None)) is not None:
                line.when_slow(_in_this_loop(partial(self.call_later, self.line_is_slow)))
        width, height = self.size
        picture = self._picture
        if picture is None or (picture.width, picture.height) != (width, height):
            lifts = getattr(self._driver, "lifts_colours", False)
            picture = self._picture = Picture(width, height, erases=_erases(), keeps=lifts)
        colors = COLOR_SYSTEMS.get(self.console.color_system or "", ColorSystem.TRUECOLOR)
        picture.paint(_whole(update) if isinstance(update, _LayoutUpdate) else _spans(update), colors)


def _in_this_loop(act: Callable[[], object]) -> Callable[[], None]:
    """What does `act` in the loop that runs here, from whatever thread it is called."""
    loop = asyncio.get_running_loop()

    def go() -> None:
        with suppress(RuntimeError):  # the loop has ended, and the program with it
            loop.call_soon_threadsafe(act)

    return go


@cache
def _erases() -> bool:
    """Whether this terminal erases with the background colour in use."""
    try:
        import curses

        # Textual has taken sys.stdout.
        curses.setupterm(fd=sys.__stdout__.fileno() if sys.__stdout__ else -1)
        return curses.tigetflag("bce") > 0
    except Exception:  # noqa: BLE001 - no terminfo, no entry, no output: then spaces are written
        return False


def _whole(update: Any) -> _Pieces:
    """Row, column and strip of everything in an update of a whole region."""
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in strips:
            yield y, x, strip
            x += strip.cell_length


def _spans(update: Any) -> _Pieces:
    """Row, column and strip of everything in an update of a few spans."""
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= x2 and end > x1:
                yield y, x, strip if end <= x2 else strip.crop(0, min(end, x2) - x)
