"""A small app for looking at what reaches a terminal: python paint_app.py stock|changed [bad]."""

from __future__ import annotations

import os
import random
import sys
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

from kustui.ui.terminal.display import ChangedCells
from kustui.ui.terminal.driver import driver_class

WORDS = ["plain", "漢字", "ünïcödé", "e\u0301a\u0301", "👍", "▌│●", "a b c d", " ", "한국어", "─" * 9]
BAD = ["\x1b[2J", "\x9b31m", "a\x07b", "\x7f", "\x00", "\x1b]0;x\x07", "\t", "ok\r\n"]


class Rows(Widget):
    """Lines of random words, a new picture for each turn."""

    turn = 0

    def render_line(self, y: int) -> Strip:
        dice = random.Random(f"{self.turn // 3 if y % 3 else self.turn} {y}")
        words = WORDS + BAD if "bad" in sys.argv else WORDS
        line = [
            Segment(
                dice.choice(words),
                Style(color=dice.choice(["red", "#7aa2f7", None]), bold=dice.random() < 0.3),
            )
            for _ in range(dice.randrange(12))
        ]
        return Strip(line).adjust_cell_length(self.size.width, Style(bgcolor="#1b212b"))


class Over(ModalScreen[None]):
    """Something in front."""

    CSS = "Over { align: center middle; } #box { width: 31; height: 5; background: blue; }"
    BINDINGS = [("ctrl+o", "app.pop_screen", "")]

    def compose(self) -> ComposeResult:
        yield Static("漢 in front " * 9, id="box", markup=False)


class Paint(App[None]):
    """Rows, an input, and a modal screen."""

    BINDINGS = [
        Binding("ctrl+n", "next", "", priority=True),
        ("ctrl+o", "over", ""),
        ("ctrl+z", "outside", ""),
    ]
    ENABLE_COMMAND_PALETTE = False
    CSS = "Rows { height: 1fr; } Input { height: 3; } #side { dock: left; width: 13; }"

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        yield Static("left 漢字 side\n" * 9, id="side", markup=False)
        yield Rows()
        yield Input(select_on_focus=False)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False

    def action_next(self) -> None:
        rows = self.query_one(Rows)
        rows.turn += 1
        rows.refresh()

    def action_outside(self) -> None:
        with self.suspend():
            os.write(1, b"\x1b[2J\x1b[Hanother program" * 3)

    def action_over(self) -> None:
        self.push_screen(Over())


class Changed(ChangedCells, Paint):
    """The same, sending only changed cells."""


if __name__ == "__main__":
    if sys.argv[1] == "stock":
        Paint().run()
    else:
        Changed(driver_class=driver_class()).run()
