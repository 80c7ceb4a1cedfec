"""Pictures of files: made in a thread once a file is in view, kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from textual.message import Message
from textual.timer import Timer
from textual.worker import get_current_worker

from kustui.core.pictures import is_picture
from kustui.core.records import Entry, FileLine
from kustui.ui.images import COLOURS, Box, Rgb, half_blocks
from kustui.ui.widgets.lines import Line, Span
from kustui.ui.widgets.tall import TallView

BOX = Box(40, 12)
KEPT = 48
"""Pictures that are kept; one takes about a hundred kilobytes."""
LOOK_AFTER = 0.15
"""Seconds the view must rest before what is in it is made: leafing past a picture costs nothing."""


class Pictures:
    """The pictures that are known. `read` gives a file's bytes, and may take its time or raise."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._known: OrderedDict[tuple[int, int], list[list[Span]]] = OrderedDict()
        self.ground: Rgb = (0, 0, 0)

    def lines(self, file: FileLine, room: int) -> list[list[Span]]:
        """The lines of a file's picture; none for one that is not made, or cannot be."""
        return self._known.get((file.id, min(room, BOX.columns)), [])

    def wanted(self, files: Sequence[FileLine], room: int) -> list[FileLine]:
        """Those of the files that a picture should be made of."""
        columns = min(room, BOX.columns)
        return [file for file in files if (file.id, columns) not in self._known and is_picture(file)]

    def make(self, file: FileLine, room: int) -> list[list[Span]]:
        """The lines of a file's picture, made anew: for a thread."""
        columns = min(room, BOX.columns)
        try:
            content = self._read(file.id)
            return half_blocks(content, Box(columns, BOX.lines), self.ground, colours=COLOURS)
        # Without a picture the name stands there; whatever is wrong with a file is no trouble of the desk.
        except Exception:  # noqa: BLE001
            return []

    def keep(self, file: FileLine, room: int, lines: list[list[Span]]) -> None:
        """Know a picture from now on; none at all is known too, so that it is not tried again."""
        self._known[file.id, min(room, BOX.columns)] = lines
        while len(self._known) > KEPT:
            self._known.popitem(last=False)

    def forget(self) -> None:
        """Know none."""
        self._known.clear()


class Pictured(Protocol):
    """What a view with pictures shows: entries, some of them with files."""

    @property
    def room(self) -> int:
        """Columns for a picture."""

    def entry(self, index: int) -> Entry | None:
        """The entry of an item."""

    def lines(self, index: int) -> list[Line]:
        """The lines of an item."""

    def forget(self, index: int) -> None:
        """Make an item's lines anew when they are asked for."""

    def holding(self, files: set[int]) -> list[int]:
        """The items known to hold any of these files."""


class PicturedView(TallView):
    """A tall view whose items grow by the pictures of their files, when these are in view."""

    class Made(Message):
        """A picture was made, or could not be."""

        def __init__(self, file: FileLine, room: int, lines: list[list[Span]]) -> None:
            super().__init__()
            self.file = file
            self.room = room
            self.lines = lines

    pictures: Pictures | None = None
    _looker: Timer | None = None
    _making = 0

    def pictured(self) -> Pictured | None:
        """What is shown."""
        raise NotImplementedError

    def _settle(self) -> None:
        super()._settle()
        if self.pictures is not None and self._missing():
            if self._looker is not None:
                self._looker.stop()
            self._looker = self.set_timer(LOOK_AFTER, self._make_missing)

    def _missing(self) -> list[FileLine]:
        """The files in view that have no picture yet, the topmost first."""
        shown = self.pictured()
        if shown is None or self.pictures is None or self._making:
            return []
        entries = (shown.entry(index) for index in self.in_view())
        files = [file for entry in entries if entry is not None for file in entry.files]
        return self.pictures.wanted(files, shown.room) if files else []

    def _make_missing(self) -> None:
        self._looker = None
        files, shown = self._missing(), self.pictured()
        if files and shown is not None and self.pictures is not None:
            self.pictures.ground = self.colors[2].rgb
            self._making = len(files)
            make = partial(self._make, self.pictures, files, shown.room)
            self.run_worker(make, thread=True, group="pictures", exit_on_error=False)

    def _make(self, pictures: Pictures, files: Sequence[FileLine], room: int) -> None:
        worker = get_current_worker()
        for file in files:
            if worker.is_cancelled:
                return
            self.post_message(self.Made(file, room, pictures.make(file, room)))

    def on_pictured_view_made(self, event: Made) -> None:
        """Show a picture where its file is; what is at the top of the view stays there."""
        event.stop()
        self._making = max(0, self._making - 1)
        shown, pictures = self.pictured(), self.pictures
        if pictures is None or shown is None:
            return
        pictures.keep(event.file, event.room, event.lines)
        if event.lines and event.room == shown.room:
            for index in shown.holding({event.file.id}):
                self._grow(shown, index)
        self._settle()
        if event.lines:
            self.refresh()

    def _grow(self, shown: Pictured, index: int) -> None:
        """Lay an item out anew; the line of it that is at the top of the view stays."""
        anchored = self._anchor is not None and self._anchor[0] == index
        old = shown.lines(index) if anchored else []
        shown.forget(index)
        self.measure_anew(index)
        if self._anchor is not None and anchored:
            new = shown.lines(index)
            same = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
            if self._anchor[1] >= same:
                self._anchor = (index, self._anchor[1] + len(new) - len(old))
