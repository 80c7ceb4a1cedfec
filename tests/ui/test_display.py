"""What is written to a terminal: only what changed, and nothing that it would obey."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from kustui.core import display
from kustui.desk import Desk
from kustui.desk.doctor import examine
from kustui.ui.app import KustuiApp
from kustui.ui.terminal.display import ChangedCells
from kustui.ui.terminal.driver import driver_class
from kustui.ui.terminal.picture import Picture
from kustui.ui.terminal.title import title
from support.terminal import Terminal

SCRIPT = Path(__file__).with_name("paint_app.py")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")

# All that a frame may hold: moves, colours, erasing to the end of the row, modes, and our links.
ALLOWED = re.compile(
    rb"\x1b\[[0-9;]*[HCDGXmK]|\x1b\[[?>=<]?[0-9;]*[$a-z]+|\x1b\][0-9]+;[^\x1b\x07]*(?:\x07|\x1b\\)|\r\n"
)


def alike(one: Terminal, other: Terminal) -> bool:
    """Whether both show the same within a few seconds, and still do when both are quiet."""
    for _ in range(40):
        one.read(quiet=0.06)
        other.read(quiet=0.06)
        if one.cells() == other.cells():
            one.read(quiet=0.03)
            other.read(quiet=0.03)
            if one.cells() == other.cells():
                return True
    return False


def test_the_picture_is_the_same() -> None:
    """With and without ChangedCells a terminal shows the same cells after any keys."""
    dice = random.Random(4)
    with Terminal(SCRIPT, "stock") as stock, Terminal(SCRIPT, "changed") as changed:
        stock.wait()
        changed.wait()
        assert alike(stock, changed)
        sizes = [(61, 17), (100, 30), (80, 24), (93, 27)]
        for turn in range(32):
            if turn % 8 == 7:
                size = sizes.pop()
                stock.resize(*size)
                changed.resize(*size)
            else:
                key = dice.choice(["\x0e", "\x0e", "\x0e", "\x0f", "\t", "漢", "\x1b[D", "x", "\x7f"])
                stock.send(key)
                changed.send(key)
            assert alike(stock, changed), turn
        assert len(changed.written) < len(stock.written) / 2


def test_no_control_character_is_written() -> None:
    """Whatever slipped into a widget's text, a terminal is sent no control character of it."""
    with Terminal(SCRIPT, "changed", "bad") as terminal:
        terminal.wait()
        terminal.read(0.4)
        sent = b"".join(terminal.press("\x0e") for _ in range(8))
        assert len(sent) > 1000
        left = ALLOWED.sub(b"", sent).decode()
        assert not re.search("[\x00-\x1f\x7f-\x9f]", left)


def test_nothing_is_written_when_nothing_happens() -> None:
    """An idle app writes nothing, and painting the same again writes nothing."""
    with Terminal(SCRIPT, "changed") as terminal:
        terminal.wait()
        terminal.read(0.5)
        assert terminal.read(quiet=2) == b""


def test_another_programs_picture_is_painted_over() -> None:
    """After a program that ran in between, the whole screen is written anew."""
    with Terminal(SCRIPT, "stock") as stock, Terminal(SCRIPT, "changed") as changed:
        stock.wait()
        changed.wait()
        assert alike(stock, changed)
        before = changed.cells()
        for terminal in (stock, changed):
            terminal.send("\x1a")
        assert alike(stock, changed)
        assert changed.cells() == before
        assert b"another program" in changed.written


def test_a_window_that_was_smaller_in_between_is_painted_anew() -> None:
    """A terminal forgets what it cannot show; that it is as large as before does not bring it back."""
    with Terminal(SCRIPT, "changed", size=(80, 24)) as terminal:
        terminal.wait()
        terminal.read(0.4)
        before = terminal.cells()
        for columns in (50, 80):
            # Both within one look of the app's.
            terminal.resize(columns, 24, reading=False)
        terminal.read(0.4)
        assert terminal.cells() == before


def test_a_size_that_is_told_when_asked_for_costs_nothing() -> None:
    """A terminal that tells its size among the keys tells it at once: what is known is not painted anew."""
    with Terminal(SCRIPT, "changed", size=(80, 24)) as terminal:
        terminal.wait()
        terminal.read(0.4)
        assert b"\x1b[?2048h" in terminal.press("\x1b[?2048;2$y")
        assert terminal.press("\x1b[48;24;80;480;800t") == b""
        assert len(terminal.press("\x1b[48;24;80;480;800t")) > 1000, "later it was another in between"


def paint(picture: Picture, *pieces: tuple[int, int, Strip]) -> str:
    picture.paint(pieces, ColorSystem.TRUECOLOR)
    return picture.changes((0, 0))


def test_a_changed_letter_costs_a_few_bytes() -> None:
    """One changed cell is a move and a letter."""
    picture = Picture(80, 24)
    paint(picture, (3, 0, Strip([Segment("the quick brown fox".ljust(80))])))
    assert paint(picture, (3, 0, Strip([Segment("the quick crown fox".ljust(80))]))) == "\x1b[4;11Hc\x1b[H"
    assert paint(picture, (3, 0, Strip([Segment("the quick crown fox".ljust(80))]))) == ""


def test_joined_emoji_leave_the_rest_in_its_place() -> None:
    """After an emoji the column is said anew, as terminals disagree on how wide it is."""
    picture = Picture(20, 1)
    written = paint(picture, (0, 0, Strip([Segment("a👩\u200d👩\u200d👧b".ljust(20))])))
    assert "👩\u200d👩\u200d👧\x1b[4Gb" in written


def test_a_link_is_cleaned() -> None:
    """A link cannot smuggle an escape sequence."""
    written = paint(Picture(20, 1), (0, 0, Strip([Segment("x" * 20, Style(link="http://a/\x1b[2J\x07"))])))
    assert "\x1b]8;;http://a/[2J\x1b\\" in written


def test_a_terminal_without_background_erase_gets_spaces() -> None:
    """Where erasing would lose the background, spaces are written."""
    strip = Strip([Segment("x" + " " * 19, Style(bgcolor="red"))])
    assert "\x1b[K" in paint(Picture(20, 1), (0, 0, strip))
    assert "\x1b[K" not in paint(Picture(20, 1, erases=False), (0, 0, strip))


def test_the_parts_of_textual_are_there() -> None:
    """The pinned Textual has what the display and the driver build on."""
    assert ChangedCells._able is None
    assert driver_class() is not None


def test_another_textual_gets_its_own_display(monkeypatch: pytest.MonkeyPatch, acme: Desk) -> None:
    """With a Textual that ours was not written for, and by the switch, Textual's is used: doctor says so."""

    def said() -> tuple[bool, str]:
        (check,) = [each for each in examine(acme) if each.name == "display"]
        return check.ok, check.words

    assert said() == (True, f"{display.OURS}, on Textual {display.WRITTEN_FOR}")
    monkeypatch.setenv(display.SWITCH, display.STOCK)
    assert driver_class() is None
    assert said() == (True, "Textual's own: KUSTUI_DISPLAY=stock asks for it")
    monkeypatch.delenv(display.SWITCH)
    assert driver_class(display.STOCK) is None
    version = display.WRITTEN_FOR
    monkeypatch.setattr(display, "WRITTEN_FOR", "8.1.0")
    assert driver_class() is None
    app = KustuiApp(acme, with_clockwork=False)
    assert app._able is False
    assert said() == (False, f"Textual's own: Textual is {version}, and ours was written for 8.1.0")


def test_another_driver_asked_for_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    """TEXTUAL_DRIVER, as textual-serve sets it, wins."""
    monkeypatch.setattr("textual.constants.DRIVER", "textual.drivers.web_driver:WebDriver")
    assert driver_class() is None


def test_a_title_is_one_clean_line() -> None:
    """A window's title holds no sequence of a customer's."""
    assert title("Ana\n\x1b]0;x\x07 Ruiz") == "\x1b]2;Ana ␛]0;x␇ Ruiz\x07"


def test_joined_letters_leave_nothing_behind() -> None:
    """A terminal that takes more cells for joined letters than we count finds blanks; nothing moves."""
    picture = Picture(24, 1)
    written = paint(picture, (0, 0, Strip([Segment("\u0915\u093e\u0928\u093e".ljust(12) + "18h")])))
    assert "\x1b[1G\u0915\u093e\u0928\u093e\x1b[11G18h" in written
    written = paint(picture, (0, 0, Strip([Segment("\u0915\u093e x".ljust(12) + "18h")])))
    assert "18h" in written, "a row on which terminals disagree is written whole"
    written = paint(picture, (0, 0, Strip([Segment("plain".ljust(12) + "18h")])))
    assert "18h" in written
