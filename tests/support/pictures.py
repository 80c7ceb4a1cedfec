"""Images as customers send them, good ones and poisoned ones, and messages that carry them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from itertools import count

from PIL import Image

from kustui.core.post import FileContent, Inbound, Person
from kustui.desk import Desk

_numbers = count(1)


def image(
    size: tuple[int, int] = (64, 48), form: str = "PNG", mode: str = "RGB", colour: object = None
) -> bytes:
    """An image of one colour, by default red."""
    red = {"RGB": (200, 30, 40), "RGBA": (200, 30, 40, 255), "CMYK": (0, 200, 200, 30), "L": 90}
    made = BytesIO()
    Image.new(mode, size, colour or red[mode]).save(made, form)  # type: ignore[arg-type]
    return made.getvalue()


def halves(size: tuple[int, int] = (40, 22)) -> bytes:
    """An image whose upper half is red and whose lower half is blue."""
    made = Image.new("RGB", size, (255, 0, 0))
    made.paste((0, 0, 255), (0, size[1] // 2, *size))
    held = BytesIO()
    made.save(held, "PNG")
    return held.getvalue()


def rainbow() -> bytes:
    """An image of thousands of colours."""
    held = BytesIO()
    Image.frombytes("RGB", (160, 160), bytes(range(256)) * 300).save(held, "PNG")
    return held.getvalue()


def animated() -> bytes:
    """A GIF of thirty pictures, the first of them red."""
    frames = [Image.new("RGB", (20, 20), (255 - 8 * n, 8 * n, 0)) for n in range(30)]
    held = BytesIO()
    frames[0].save(held, "GIF", save_all=True, append_images=frames[1:])
    return held.getvalue()


def upright() -> bytes:
    """A photo of 40x20 pixels, taken with the camera on its side."""
    made = Image.new("RGB", (40, 20), (10, 200, 10))
    exif = made.getexif()
    exif[0x0112] = 6
    held = BytesIO()
    made.save(held, "JPEG", exif=exif)
    return held.getvalue()


def png(width: int, height: int, *, honest: bool = True) -> bytes:
    """A black PNG of that size in a few bytes; one that is not honest has no more than a line of it."""

    def part(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    packing = zlib.compressobj(9)
    line = bytes(width // 8 + 2)
    packed = b"".join(packing.compress(line) for _ in range(height if honest else 1)) + packing.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", packed) + part(b"IEND", b"")


def poisoned() -> dict[str, bytes]:
    """Images that nobody meant well with, by name; none of them can be shown."""
    good = image((300, 200))
    return {
        "truncated.png": good[: len(good) // 2],
        "cut-head.png": good[:20],
        "bomb.png": png(60_000, 60_000, honest=False),
        "a-pixel-too-many.png": png(7_072, 7_072),
        "huge-says-its-head.png": good[:16] + struct.pack(">II", 2_000_000_000, 2_000_000_000) + good[24:],
        "nothing-wide.png": good[:16] + struct.pack(">II", 0, 200) + good[24:],
        "words.png": b"This is no image at all.",
        "script.gif": b"GIF89a" + b"\xff" * 400,
        "empty-inside.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 60,
        "drawing.svg.png": b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>",
        "program.ps.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(x) run\n",
    }


def sent(
    desk: Desk, files: dict[str, bytes], body: str = "See the picture.", name: str = "Nora Quist"
) -> int:
    """A customer writes an email with files; answers its conversation."""
    number = next(_numbers)
    kinds = {
        "png": "image/png",
        "jpg": "image/jpeg",
        "gif": "image/gif",
        "webp": "image/webp",
        "pdf": "application/pdf",
    }
    held = tuple(
        FileContent(each, kinds.get(each.rpartition(".")[2], "application/octet-stream"), content)
        for each, content in files.items()
    )
    sender = Person(f"{name.split()[0].lower()}@example.com", name)
    changed = desk.intake.receive(
        Inbound("email", f"picture:{number}", sender, "See the picture", body, body.encode(), files=held)
    )
    assert changed is not None
    assert changed.conversation_id is not None
    return changed.conversation_id
