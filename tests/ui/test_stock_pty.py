"""G3: the real program by our display and by Textual's own: the same cells and colours, whatever is done."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from support.terminal import Terminal
from ui.test_display import alike

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")

# Not joined characters: terminals disagree on those, and ours keeps the rest of the row where it is.
PASTE = "\x1b[200~漢字 👍 ünïcödé 한국어 \x1b[201~"
OPENING = ("Tn", "Tn", "Tn", "gi", "\r", "r", PASTE, "\x1bOS")
"""Some customers come, the first is opened and answered, in $EDITOR at last."""
KEYS = (
    "j", "j", "k", "gi", "\r", "\x1b[6~", "\x1b[5~", "\x1b[A", "\x1b[B", "\t", "s", "\x1b", "\x1b",
    "?", "\x10", "\x1b[B", "c", "r", PASTE, "x", "\x7f", "\x1bOS", "\x1b[19~", "/an\r", "n", "g", "V",
)  # fmt: skip
SIZES = ((80, 24), (120, 40), (61, 19), (140, 45))


def opened(home: Path, **more: str) -> Terminal:
    """A shift, whose time is made of keys alone, with an $EDITOR that paints over the screen."""
    home.mkdir()
    editor = home / "editor"
    editor.write_text("#!/bin/sh\nprintf '\\033[2J\\033[31;44msomething else\\033[5;5H漢字'\n")
    editor.chmod(0o755)
    places = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"), str(home))
    # Two terminals that are read by turns are slow ones.
    settings = home / "settings.toml"
    settings.write_text("frugal = false\n")
    places["KUSTUI_SETTINGS"] = str(settings)
    environment = {**places, "EDITOR": str(editor), "VISUAL": str(editor), **more}
    arguments = ("train", "calm-morning", "--seed", "7")
    return Terminal("-m", "kustui", *arguments, size=(120, 40), environment=environment)


def test_a_long_session_looks_as_textual_draws_it(tmp_path: Path) -> None:
    """G3: lists, timelines, editors, dialogs, the palette, another program, resizes: no cell differs."""
    dice = random.Random(11)
    with (
        opened(tmp_path / "stock", KUSTUI_DISPLAY="stock") as stock,
        opened(tmp_path / "ours") as ours,
    ):
        done: list[str] = []
        for terminal in (stock, ours):
            terminal.until("Inbox")
        for turn in range(50):
            if turn % 10 == 9:
                size = dice.choice(SIZES)
                done.append(f"{size}")
                for terminal in (stock, ours):
                    terminal.resize(*size)
            else:
                keys = OPENING[turn] if turn < len(OPENING) else dice.choice(KEYS)
                done.append(keys)
                for terminal in (stock, ours):
                    terminal.send(keys)
            assert alike(stock, ours), f"{done}\n{stock.text()}\n---\n{ours.text()}"
        assert b"something else" in ours.written
        assert len(ours.written) < len(stock.written) / 4
