"""The command table: one source for keys, palette, help and README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kustui.core import commands
from kustui.errors import SettingsTrouble

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.mark.parametrize("preset", commands.PRESETS)
def test_every_preset_is_free_of_clashes(preset: str) -> None:
    """A preset names no unknown command, no key twice, no key a terminal swallows."""
    assert len(commands.apply({"preset": preset})) == len(commands.COMMANDS)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"snooze": "e"}, "e is on both"),
        ({"snoze": "b"}, "Did you mean snooze?"),
        ({"snooze": "alt+s"}, "reliably"),
        ({"snooze": "ctrl+m"}, "reliably"),
        ({"preset": "emacs"}, "there are kustui, gmail, vim"),
        ({"editor.send": "x"}, "typed as text"),
        ({"done": "g"}, "menu of places"),
        ({"help": "e"}, "typed as text"),
    ],
)
def test_a_clash_is_named_at_the_start(keys: dict[str, str], words: str) -> None:
    """What cannot be is refused in words that name the commands."""
    with pytest.raises(SettingsTrouble) as refused:
        commands.apply(keys)
    assert words in str(refused.value)


def test_keys_are_remapped_by_id_and_may_change_places() -> None:
    """Two commands may swap their keys."""
    table = {item.id: item for item in commands.apply({"snooze": "e", "done": "s"})}
    assert (table["snooze"].keys, table["done"].keys) == ("e", "s")


def test_no_key_is_one_a_terminal_or_the_editor_takes() -> None:
    """No Alt, no Ctrl+Shift, none of the keys a text area edits with."""
    editing = {f"ctrl+{letter}" for letter in "aedkuwxcvyz"} | {"f6", "f7"}
    for item in commands.COMMANDS:
        for key in item.keys.split(","):
            assert "alt+" not in key
            assert "ctrl+shift" not in key
            if item.scope != "desk":
                assert key not in editing


def test_every_command_has_words() -> None:
    """Nothing is in the palette without a label and a help."""
    assert all(item.label and item.help for item in commands.COMMANDS)
    ids = [item.id for item in commands.COMMANDS]
    assert len(ids) == len(set(ids))


def test_the_readmes_keys_are_the_tables() -> None:
    """The README's list of keys is what `kustui keys --markdown` prints."""
    found = re.search(r"<!-- keys -->\n(.*?)<!-- /keys -->", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert found[1].strip() == commands.markdown().strip()
