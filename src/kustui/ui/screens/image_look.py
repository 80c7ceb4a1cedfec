"""An image over the whole screen, as large as there is room (SPEC C8)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static
from textual.worker import get_current_worker

from kustui.core.records import FileLine
from kustui.core.text import one_line
from kustui.core.words import size
from kustui.ui.images import Box, Rgb, decoded, half_blocks
from kustui.ui.terminal import graphics
from kustui.ui.terminal.graphics import Way
from kustui.ui.widgets.lines import LineView, Span

log = logging.getLogger("kustui.ui")

Read = Callable[[int], bytes]


class PictureView(LineView):
    """One image in half-blocks, in the middle; words where it is not there, or cannot be shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"pictureview--placeholder"}
    PREFIX = "pictureview"

    class Drawn(Message):
        """An image is drawn, or cannot be."""

        def __init__(self, file_id: int, box: Box, lines: list[list[Span]], drawing: str) -> None:
            super().__init__()
            self.file_id = file_id
            self.box = box
            self.lines = lines
            self.drawing = drawing

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read
        self._file: FileLine | None = None
        self._picture: list[list[Span]] = []
        self._way: Way | None = None
        self._drawn = ""

    def on_mount(self) -> None:
        """Ask the terminal what it can, meanwhile half-blocks are shown."""
        self.run_worker(self._ask(), group="ask", exit_on_error=False)

    async def _ask(self) -> None:
        self._way = await graphics.way(self.app)
        if self._way:
            self._draw()

    def wipe(self) -> None:
        """Take what the terminal drew off the screen."""
        driver = self.app._driver  # noqa: SLF001 - Textual has no other way to its terminal
        if self._drawn and driver is not None:
            driver.write(graphics.FORGET_KITTY if self._way == "kitty" else "\x1b[2J")
            self._drawn = ""
            repaint = getattr(self.app, "action_repaint", None)
            if repaint:
                repaint()

    @property
    def box(self) -> Box:
        """The room there is."""
        return Box(self._columns, self._lines)

    def show(self, file: FileLine) -> None:
        """Show another image."""
        self._file = file
        self._draw()

    def on_resize(self) -> None:
        """Draw it for the room there is."""
        region = self.scrollable_content_region
        self._columns, self._lines = region.width, region.height
        self._draw()

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        if not self._columns or not self._lines:
            return Strip.blank(self.size.width, self.look())
        row = y - (self._lines - len(self._picture)) // 2
        if not self._picture:
            return self.placeholder_line(y)
        if not 0 <= row < len(self._picture):
            return self.blank()
        spans = self._picture[row]
        left = (self._columns - sum(len(text) for text, _ in spans)) // 2
        return self.strip([(" " * left, ""), *spans])

    def on_picture_view_drawn(self, event: Drawn) -> None:
        """Put it on the screen, if it is still the one that is wanted."""
        event.stop()
        if self._file is None or (event.file_id, event.box) != (self._file.id, self.box):
            return
        self._picture = event.lines
        words = "" if event.drawing else "It cannot be shown: broken, too large, or no image."
        self.placeholder = Content(words)
        self.refresh()
        self._drawn = event.drawing
        if event.drawing:
            # The empty cells go first, or they would be written over it.
            self.call_after_refresh(self._let_draw, event.drawing)

    def _let_draw(self, drawing: str) -> None:
        driver = self.app._driver  # noqa: SLF001 - as above
        if driver is not None and drawing == self._drawn and self.screen.is_current:
            driver.write(drawing)
            driver.flush()

    def _draw(self) -> None:
        self.wipe()
        self._picture = []
        self.placeholder = Content("…")
        self.refresh()
        if self._file is not None and self._columns and self._lines:
            place = self.region.offset
            make = partial(self._make, self._file.id, self.box, self.colors[2].rgb, self._way or "", place)
            self.run_worker(make, thread=True, group="look", exclusive=True, exit_on_error=False)

    def _make(self, file_id: int, box: Box, ground: Rgb, way: Way, place: Offset) -> None:
        worker = get_current_worker()
        lines: list[list[Span]] = []
        drawn = ""
        try:
            content = self._read(file_id)
            if way:
                drawn = _drawing(content, box, ground, way, place)
            else:
                lines = half_blocks(content, box, ground)
        # What is wrong with a file of somebody else is said in the one sentence that fits all.
        except Exception:  # noqa: BLE001
            log.info("an image could not be shown")
        if not worker.is_cancelled:
            self.post_message(self.Drawn(file_id, box, lines, drawn))

    def _forget_strips(self) -> None:
        """Nothing is kept."""


def _drawing(content: bytes, box: Box, ground: Rgb, way: Way, place: Offset) -> str:
    """What has the terminal draw an image in the middle of a box; "" for what is no image."""
    cell = graphics.cell_size()
    room = (min(box.columns * cell[0], graphics.LARGEST[0]), min(box.lines * cell[1], graphics.LARGEST[1]))
    image = decoded(content, room, ground)
    if image is None:
        return ""
    columns, lines = -(-image.width // cell[0]), -(-image.height // cell[1])
    column, row = place.x + (box.columns - columns) // 2, place.y + (box.lines - lines) // 2
    return graphics.drawing(image, way, column, row)


class ImageLook(Screen[FileLine | None]):
    """Shows one of some images; answers the one to save, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,ctrl+g", "leave", "Back"),
        Binding("right,down,space,n", "by(1)", "Next", show=False),
        Binding("left,up,p", "by(-1)", "Previous", show=False),
    ]

    def __init__(self, images: Sequence[FileLine], at: int, read: Read, keys: dict[str, str]) -> None:
        """`keys` are the keys of the commands `image` and `files.save`, as people write them."""
        super().__init__()
        self._images = images
        self._at = at
        self._read = read
        self._keys = keys
        self._covered = False

    def compose(self) -> ComposeResult:
        """What it is, the image, the keys."""
        yield Static(id="image-title", classes="pager-title")
        yield PictureView(self._read)
        more = f"{self._keys['image']} next · " if len(self._images) > 1 else ""
        words = f" {more}{self._keys['files.save']} saves it · q goes back"
        yield Static(Content.styled(words, "$foreground-muted"), classes="pager-foot")

    def on_mount(self) -> None:
        """Show the first."""
        self.query_one(PictureView).focus()
        self.action_by(0)

    def on_key(self, event: object) -> None:
        """The keys of the desk's commands, as they are set now."""
        typed = getattr(event, "character", None)
        if typed == self._keys["image"]:
            self.action_by(1)
        elif typed == self._keys["files.save"]:
            self._leave(self._images[self._at])

    def action_by(self, count: int) -> None:
        """Show another of the images, going round."""
        self._at = (self._at + count) % len(self._images)
        file = self._images[self._at]
        place = f"  {self._at + 1} of {len(self._images)}" if len(self._images) > 1 else ""
        facts = f"  {one_line(file.media_type, 40)}  {size(file.size)}{place}"
        title = Content.assemble((f" {one_line(file.name)}", "bold"), (facts, "$foreground-muted"))
        self.query_one("#image-title", Static).update(title)
        self.query_one(PictureView).show(file)

    def action_leave(self) -> None:
        """Go back."""
        self._leave(None)

    def on_screen_suspend(self) -> None:
        """Something lies over it now."""
        self._covered = True
        self.query_one(PictureView).wipe()

    def on_screen_resume(self) -> None:
        """It is seen again."""
        if self._covered:
            self._covered = False
            self.query_one(PictureView).on_resize()

    def _leave(self, save: FileLine | None) -> None:
        self.query_one(PictureView).wipe()
        self.dismiss(save)
