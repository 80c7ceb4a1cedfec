"""Images of messages: pictures on the timeline and over the screen, and what was made to break them."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kustui.core.records import FileLine
from kustui.desk import Desk
from kustui.ui.app import KustuiApp
from kustui.ui.images import Box, decoded, half_blocks
from kustui.ui.screens.image_look import ImageLook
from kustui.ui.terminal.answers import QUESTION, Answers
from kustui.ui.widgets import pictures
from kustui.ui.widgets.pictures import Pictures
from support.pictures import animated, halves, image, png, poisoned, rainbow, sent, upright
from support.program import desk_at, program
from support.sitting import Sitting, settled

BOX = Box(40, 12)
DARK = (0, 0, 0)


@asynccontextmanager
async def looking(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, images: bool | None = True, **environ: str
) -> AsyncIterator[Sitting]:
    """Sit down at a terminal of many colours, unless `environ` says otherwise."""
    for name, value in {"TERM": "xterm-256color", "COLORTERM": "truecolor", **environ}.items():
        monkeypatch.setenv(name, value)
    app = KustuiApp(desk, theme_name="kustui-dark", images=images, with_clockwork=False)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settled(pilot)
        yield Sitting(app, pilot)
        await settled(pilot)


def blocks(text: str) -> int:
    """The lines of a text that hold half-blocks."""
    return sum("▀" in line for line in text.split("\n"))


def size_of(content: bytes, box: Box = BOX) -> tuple[int, int]:
    """Columns and lines of an image's picture."""
    lines = half_blocks(content, box, DARK)
    return max((sum(len(text) for text, _ in line) for line in lines), default=0), len(lines)


def test_an_image_is_two_pixels_a_cell_in_their_colours() -> None:
    """C8: the upper pixel is the block, the lower what is behind it; equal halves are one blank."""
    lines = half_blocks(halves((4, 2)), BOX, DARK)
    assert lines == [[("▀▀▀▀", "#ff0000/0000ff")]]
    assert half_blocks(halves((4, 4)), BOX, DARK) == [
        [("    ", "#ff0000/ff0000")],
        [("    ", "#0000ff/0000ff")],
    ]


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (image((400, 400)), (24, 12)),
        (image((1600, 400)), (40, 5)),
        (image((10_000, 1)), (40, 1)),
        (image((1, 10_000)), (1, 12)),
        (image((8, 8)), (8, 4)),
        (image((300, 300), "JPEG", "CMYK"), (24, 12)),
        (image((300, 300), "JPEG"), (24, 12)),
        (image((300, 300), "PNG", "L"), (24, 12)),
        (image((30, 20), "WEBP"), (30, 10)),
        (animated(), (20, 10)),
        (upright(), (12, 12)),
        (png(7_071, 7_071), (24, 12)),
    ],
    ids=[
        "square", "wide", "one line", "one column", "small", "CMYK", "JPEG", "grey", "WebP", "animated",
        "turned", "50 megapixels",
    ],
)  # fmt: skip
def test_pictures_keep_their_shape_and_their_limits(content: bytes, size: tuple[int, int]) -> None:
    """C8: at most 40 columns by 12 lines, never larger than the image, whatever it is made of."""
    columns, lines = size_of(content)
    assert abs(columns - size[0]) <= 2
    assert lines == size[1]


def test_what_is_see_through_lies_on_the_ground() -> None:
    """C8: a see-through image shows the background of the theme."""
    clear = image((4, 4), "PNG", "RGBA", (255, 255, 255, 0))
    assert half_blocks(clear, BOX, (20, 25, 32))[0] == [("    ", "#141920/141920")]


@pytest.mark.parametrize("name", poisoned())
def test_poisoned_images_are_no_pictures_and_cost_nothing(name: str) -> None:
    """C8: bombs, halves, lies and other formats give no picture, at once and without raising."""
    content = poisoned()[name]
    begin = time.process_time()
    assert half_blocks(content, BOX, DARK) == [] or name == "truncated.png"
    assert time.process_time() - begin < 1
    assert decoded(b"", (10, 10), DARK) is None
    assert decoded(image() + bytes(5_242_881), (10, 10), DARK) is None


def test_a_small_picture_has_few_colours_that_are_short_to_name() -> None:
    """C8: over a slow line each change of colour is paid for."""
    few = half_blocks(rainbow(), BOX, DARK, colours=24)
    looks = {look for line in few for _, look in line}
    assert len({half for look in looks for half in re.findall(r"\w{6}", look)}) <= 24


async def test_an_image_shows_on_the_timeline_below_its_name(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C8: name and size stand there at once, the picture follows; what cannot be shown keeps its name."""
    sent(desk, {"photo.png": halves((40, 22)), "lie.png": b"no image", "words.txt": b"hello"})
    async with looking(desk, monkeypatch) as at:
        await at.press("enter")
        assert "photo.png" in at.text()
        await at.until(lambda: blocks(at.text()) == 1)
        lines = at.text().split("\n")
        name = next(n for n, line in enumerate(lines) if "photo.png" in line)
        assert "▀" * 40 in lines[name + 6]
        assert "lie.png" in lines[name + 12]
        assert "words.txt" in lines[name + 13]


@pytest.mark.parametrize(
    ("images", "environ"),
    [(False, {}), (None, {}), (True, {"NO_COLOR": "1"}), (True, {"TERM": "xterm", "COLORTERM": ""})],
    ids=["switched off", "no terminal", "NO_COLOR", "16 colours"],
)
async def test_without_colours_or_when_switched_off_the_name_stands_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, images: bool | None, environ: dict[str, str]
) -> None:
    """C8: name, kind and size where a terminal shows no picture, and `i` says why."""
    sent(desk, {"photo.png": halves()})
    async with looking(desk, monkeypatch, images=images, **environ) as at:
        await at.press("enter")
        await asyncio.sleep(2 * pictures.LOOK_AFTER)
        assert "file photo.png  1" in at.text()
        assert not blocks(at.text())
        await at.press("i")
        assert "too few colours" in at.said
        assert not isinstance(at.app.screen, ImageLook)


async def test_without_the_library_i_says_what_to_install(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C8: a capability that is missing names its extra."""
    sent(desk, {"photo.png": halves()})
    monkeypatch.setattr("kustui.ui.images.installed", lambda: False)
    async with looking(desk, monkeypatch) as at:
        await at.press("enter", "i")
        assert "pip install 'kustui[images]'" in at.refusals[0]


async def test_only_what_is_in_view_is_decoded_and_only_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C8: pictures out of view cost nothing, and one that is known is not made again."""
    for n in range(12):
        sent(desk, {f"{n}.png": image((40, 24), colour=(n, 9, 9))}, body="\n".join(["words"] * 20))
    made: list[str] = []
    make = Pictures.make

    def counted(self: Pictures, file: FileLine, room: int) -> object:
        made.append(file.name)
        return make(self, file, room)

    monkeypatch.setattr(Pictures, "make", counted)
    async with looking(desk, monkeypatch) as at:
        await at.press("enter")
        await at.until(lambda: made)
        await asyncio.sleep(2 * pictures.LOOK_AFTER)
        assert 1 <= len(made) <= 3
        seen = list(made)
        at.screen.look()
        at.screen.timeline.renew()
        await asyncio.sleep(2 * pictures.LOOK_AFTER)
        assert made == seen


async def test_a_picture_that_comes_does_not_move_what_is_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line at the top of the view stays when a picture below it, or above it, comes."""
    below = {f"{n}.txt": b"words" for n in range(12)}
    sent(desk, {"one.png": halves(), **below}, body="\n".join(f"line {n}" for n in range(60)))
    async with looking(desk, monkeypatch) as at:
        await at.press("enter", "home")
        await at.press(*["j"] * 42)
        top = at.text().split("\n")[2]
        assert "line" in top
        assert "one.png" in at.text()
        await at.until(lambda: blocks(at.text()))
        assert at.text().split("\n")[2] == top


async def test_i_looks_at_images_one_after_the_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """C8: `i` shows the image in view over the screen, `i` again the next, q goes back, `f` saves."""
    sent(desk, {"one.png": halves((200, 60)), "two.png": b"broken", "doc.pdf": b"%PDF-1.7"})
    async with looking(desk, monkeypatch) as at:
        await at.press("enter", "i")
        assert "one.png  image/png" in at.text()
        assert "1 of 2" in at.text()
        await at.press("i")
        assert "two.png" in at.text()
        assert "It cannot be shown" in at.text()
        await at.press("i")
        assert "one.png" in at.text()
        await at.press("q")
        assert not isinstance(at.app.screen, ImageLook)
        await at.press("i", "f")
        assert "Save one.png in" in at.text()


async def test_i_says_when_there_is_nothing_to_look_at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a customer, and without an image in view, `i` says so."""
    sent(desk, {"doc.pdf": b"%PDF-1.7"})
    async with looking(desk, monkeypatch) as at:
        await at.press("i")
        assert at.said == "Open a customer first"
        await at.press("enter", "i")
        assert at.said == "There is no image in view"


def test_answers_of_the_terminal_are_never_typed() -> None:
    """An answer is taken out of the keys, also late, in parts, or among letters; keys stay keys."""
    answers = Answers()
    assert answers.take("\x1b[?62;4c") == "\x1b[?62;4c"
    assert answers.asking()
    assert not answers.asking()
    assert answers.take("a\x1b") == "a"
    assert answers.release() == "\x1b"
    assert answers.take("\x1b[Ab") == "\x1b[Ab"
    assert [answers.take(part) for part in ("x\x1b[?6", "2;", "4c", "y")] == ["x", "", "", "y"]
    assert "4" in answers.wait(0)


@pytest.mark.parametrize("answer", ["\x1b[?62;4;22c", "\x1b[?6c", ""], ids=["sixel", "none", "silent"])
def test_a_real_terminal_is_asked_once_and_only_for_a_look(tmp_path: Path, answer: str) -> None:
    """C8: no question at the start; sixels only where the terminal says so; nothing of it is typed."""
    path = tmp_path / "workspace.db"
    with desk_at(path, create=True) as desk:
        sent(desk, {"photo.png": halves((400, 220))})
    with program(path) as terminal:
        terminal.until("Nora Quist")
        terminal.read(1.2)
        terminal.press("\r")
        terminal.until("photo.png")
        terminal.until("▀")
        assert QUESTION.encode() not in terminal.written
        written = terminal.press("i")
        assert written.count(QUESTION.encode()) == 1
        drawn = terminal.press(answer) if answer else b""
        drawn += terminal.read(1.0)
        assert (b"\x1bP" in drawn) == ("4" in answer)
        terminal.press("q")
        terminal.until("photo.png")
        again = terminal.press("i")
        assert QUESTION.encode() not in again
        assert terminal.read(1.0) == b"" or "4" in answer
