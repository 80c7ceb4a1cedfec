"""A newcomer in a real terminal, who knows nothing but what stands on the screen (SPEC G3)."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from kustui.core.tour import STEPS
from support.terminal import Terminal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")

SIGN = re.compile(r"\[([^\]]+|\])\]|“([^”]*)”")
"""What the panel wants to be pressed, or typed."""
BYTES = {"Enter": "\r", "Esc": "\x1b", "F6": "\x1b[17~", "F9": "\x1b[20~", "F11": "\x1b[23~"}
REMAPPED = """
[keys]
preset = "gmail"
reply = "y"
done = "D"
undo = "Z"
search = "comma"
settings = "slash"
palette = "f6"
"editor.send" = "f11"
"list.open" = "o,enter"
"""


def environment(home: Path) -> dict[str, str]:
    """Where a program of ours keeps everything below `home`."""
    return dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"), str(home))


def sent(key: str) -> str:
    """What a terminal sends for a key as people write it."""
    if key.startswith("Ctrl+"):
        return chr(ord(key[-1]) - ord("@"))
    return BYTES.get(key, key.replace(" ", "") if len(key) == 3 else key)


def panel(terminal: Terminal) -> tuple[str, str]:
    """The title and the words of the tour's panel."""
    lines = terminal.text().splitlines()
    head = next((place for place, line in enumerate(lines) if re.match(" Tour( +\\d| )", line)), None)
    if head is None:
        return "", ""
    return lines[head].partition("F12")[0].strip(), " ".join(
        line.strip() for line in lines[head + 1 :]
    ).strip()


def followed(terminal: Terminal) -> list[str]:
    """Do what the panel says until it says that the tour is finished; answers its titles."""
    titles: list[str] = []
    while not titles or "finished" not in titles[-1]:
        title, words = panel(terminal)
        if title not in titles:
            titles.append(title)
        for key, typed in SIGN.findall(words):
            terminal.send(typed or sent(key))
            terminal.read(quiet=0.06)
        end = time.monotonic() + 10
        while panel(terminal) == (title, words) and "finished" not in title:
            assert time.monotonic() < end, f"nothing came of it:\n{terminal.text()}"
            terminal.read(quiet=0.05)
    return titles


@pytest.mark.parametrize("settings", ["", REMAPPED], ids=["by default", "remapped"])
def test_who_only_follows_the_panel_finishes_the_tour(tmp_path: Path, settings: str) -> None:
    """At 80x24, from the first run to the end, by no other key than the screen names."""
    (tmp_path / "kustui").mkdir()
    (tmp_path / "kustui" / "settings.toml").write_text(settings)
    with Terminal("-m", "kustui", environment=environment(tmp_path)) as terminal:
        terminal.until("Take the tour")
        terminal.send("t")
        terminal.until("Tour 1/")
        titles = followed(terminal)
        assert len(titles) == len(STEPS)
        assert terminal.end() == 0
        assert b"Traceback" not in terminal.written
    # What it was played on is gone; that it was finished is remembered.
    assert sorted(path.name for path in (tmp_path / "kustui").iterdir()) == ["settings.toml", "tour.json"]
    assert '"end"' in (tmp_path / "kustui" / "tour.json").read_text()
