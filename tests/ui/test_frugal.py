"""G3: bytes are spared where it is asked for, and by itself on a slow line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from kustui.desk import Desk
from kustui.ui.app import KustuiApp
from support.people import wrote
from support.program import desk_at
from tools import ttybench


def worn(desk: Desk, theme_name: str, frugal: bool | None) -> str:
    """The theme an app wears."""
    return KustuiApp(desk, theme_name=theme_name, frugal=frugal, with_clockwork=False).theme


def test_frugal_is_sixteen_colours_as_dark_as_before(acme: Desk) -> None:
    """`--frugal` wears the theme of sixteen colours that is as dark or as light as the agent's."""
    assert worn(acme, "kustui-dark", True) == "kustui-16"
    assert worn(acme, "kustui-light", True) == "kustui-16-light"
    assert worn(acme, "kustui-light", None) == "kustui-light"


def test_only_who_has_not_decided_is_decided_for(acme: Desk) -> None:
    """A slow line changes nothing where the settings say false."""
    app = KustuiApp(acme, theme_name="kustui-dark", frugal=False, with_clockwork=False)
    app.line_is_slow()
    assert (app.theme, app.is_frugal) == ("kustui-dark", False)


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("rate", "told"), [(12_000, True), (0, False)])
def test_a_slow_line_is_spared_by_itself(tmp_path: Path, rate: int, told: bool) -> None:
    """G3: on a line of 12 KB a second the program turns to sixteen colours and says so; else not."""
    store = tmp_path / "workspace.db"
    with desk_at(store, create=True) as desk:
        for number in range(40):
            wrote(desk, "word " * 300, sender=f"c{number}@example.com", name=f"Customer {number}")
    home = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"), str(tmp_path))
    command = ("-m", "kustui", "--db", str(store), "--agent", "ana")
    tty = ttybench.Session([sys.executable, *command], size=(120, 40), env=home, rate=rate)
    tty.start()
    tty.step({"wait_for_regex": r"Inbox \d", "quiet_ms": 400}, since_start=True)
    for keys in ("<enter>", "q", "<pagedown>") * (6 if told else 2):
        tty.step({"keys": keys, "quiet_ms": 400})
        if "line is slow" in tty.screen():
            break
    assert ("line is slow" in tty.screen()) is told
    tty.close()
