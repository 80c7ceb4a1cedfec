"""Images of others, drawn with half-blocks: an upper half in one colour on a lower half in another.

What came from outside is decoded by Pillow, with limits that are looked at before a pixel is: bytes,
pixels by the header, and the few formats an image may have. What cannot be read is no picture.
"""

from __future__ import annotations

import warnings
from functools import cache
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from kustui.core.attachments import FILE_LIMIT
from kustui.errors import MissingExtra

if TYPE_CHECKING:
    from PIL.Image import Image

    from kustui.ui.widgets.lines import Span

PIXELS = 50_000_000
"""Width times height that an image may say it has."""
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
"""Decoders that are asked; the content decides, whatever the name says."""
READ_AT_ONCE = 4096
"""Packed bytes that are unpacked in one go: between two of them the other threads have their turn."""
COLOURS = 24
"""Colours of a small picture: on a slow line every change of colour is paid for."""

Rgb = tuple[int, int, int]


class Box(NamedTuple):
    """The columns and lines a picture may take, at most."""

    columns: int
    lines: int


@cache
def installed() -> bool:
    """Whether images can be decoded here (the extra `images`)."""
    from importlib.util import find_spec

    return find_spec("PIL") is not None


def half_blocks(content: bytes, box: Box, ground: Rgb, *, colours: int = 0) -> list[list[Span]]:
    """An image as lines of spans, each cell two pixels; empty when it is none, broken, or too large.

    It is made smaller to fit `box`, never larger; what is see-through lies on `ground`. `colours` is
    how many it may have, 0 for all. Takes up to some seconds: call it in a thread (SPEC C8). Raises
    MissingExtra without the library.
    """
    image = decoded(content, (box.columns, 2 * box.lines), ground)
    if image is None:
        return []
    return _lines(_fewer(image, colours) if colours else image)


def decoded(content: bytes, size: tuple[int, int], ground: Rgb) -> Image | None:
    """An image of at most `size` pixels, as RGB on `ground`; None when it is none, broken, or too large.

    Of an animation the first picture is taken. Raises MissingExtra without the library.
    """
    library = _pillow()
    if not 0 < len(content) <= FILE_LIMIT:
        return None
    try:
        with library.open(BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > PIXELS or not image.width * image.height:
                return None
            return _small(image, size, ground)
    # A decoder meets bytes that were made to break it, and what it raises then is not foreseen.
    except Exception:  # noqa: BLE001
        return None


def _small(image: Any, size: tuple[int, int], ground: Rgb) -> Image:
    """The image decoded, upright, and scaled to fit."""
    from PIL import ImageOps

    library = _pillow()
    image.decodermaxblock = READ_AT_ONCE
    # Either way round, since it is turned upright only when it is small.
    image.draft("RGB", (max(size), max(size)))
    turned = image.getexif().get(0x0112, 1) > 4
    room = (size[1], size[0]) if turned else size
    scale = min(1.0, room[0] / image.width, room[1] / image.height)
    wanted = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    image.load()
    shrunk = int(min(image.width / wanted[0], image.height / wanted[1])) // 2
    if shrunk > 1 and image.mode in ("RGB", "RGBA", "L", "LA"):
        # At once, before anything makes a copy of all of it.
        image = image.reduce(shrunk)
    see_through = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if see_through or image.mode not in ("RGB", "L"):
        image = image.convert("RGBA" if see_through else "RGB")
    small = image.resize(wanted, library.Resampling.BOX, reducing_gap=2.0)
    small = ImageOps.exif_transpose(small)
    if see_through:
        under = library.new("RGBA", small.size, (*ground, 255))
        under.alpha_composite(small)
        small = under
    found: Image = small.convert("RGB")
    return found


def _fewer(image: Image, colours: int) -> Image:
    """The image in so many colours of the 256 that terminals name in a few bytes."""
    from rich.color import Color, ColorSystem

    few = image.quantize(colours, dither=_pillow().Dither.NONE)
    palette = few.getpalette() or []
    named: list[int] = []
    for at in range(0, len(palette), 3):
        named.extend(Color.from_rgb(*palette[at : at + 3]).downgrade(ColorSystem.EIGHT_BIT).get_truecolor())
    few.putpalette(named)
    found: Image = few.convert("RGB")
    return found


def _lines(image: Image) -> list[list[Span]]:
    """Lines of spans of an RGB image: cells of the same two colours are one span."""
    width, height = image.size
    pixels = image.tobytes()

    def colour(x: int, y: int) -> str:
        at = 3 * (y * width + x)
        return pixels[at : at + 3].hex()

    lines: list[list[Span]] = []
    for y in range(0, height, 2):
        lower = y + 1 if y + 1 < height else y
        looks = [f"#{colour(x, y)}/{colour(x, lower)}" for x in range(width)]
        spans: list[Span] = []
        for look, cells in groupby(looks):
            # Of two equal halves only the ground needs to be sent.
            glyph = " " if look[1:7] == look[8:] else "▀"
            spans.append((glyph * len(list(cells)), look))
        lines.append(spans)
    return lines


@cache
def _pillow() -> Any:
    """The library, made ready once: a warning of its own would go to nobody."""
    try:
        from PIL import Image
    except ModuleNotFoundError as error:
        raise MissingExtra("Looking at images", "images") from error
    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
    return Image
