"""How one comes to it: the option, the setting, what needs the screen; and what the README shows."""

from __future__ import annotations

import re
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from kustui.__main__ import main
from kustui.clock import HeldClock
from kustui.desk import Desk
from support.lines import Typed, talk
from support.people import wrote
from support.transport import Recorder

README = Path(__file__).resolve().parents[2] / "README.md"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file, with a workspace of its own and nothing typed."""
    path = tmp_path / "settings.toml"
    path.write_text('agent = "ana"\nplain = true\n')
    monkeypatch.setenv("KUSTUI_SETTINGS", str(path))
    monkeypatch.setenv("KUSTUI_DB", str(tmp_path / "desk" / "workspace.db"))
    monkeypatch.setattr("kustui.plain.program.lines_of", lambda *_: lambda: None)
    monkeypatch.setattr(sys, "stdin", StringIO())
    return path


def test_the_setting_and_the_option_open_it(settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`plain = true` is enough, --no-plain goes before it, and --plain needs no setting; where the screen
    cannot be, the text says that there is a way line by line.
    """
    assert main([]) == 0
    assert "Inbox: nothing here.\nType a number" in capsys.readouterr().out
    assert main(["--no-plain"]) == 0
    assert "with --plain it goes line by line" in capsys.readouterr().out
    settings.write_text('agent = "ana"\n')
    assert main(["--plain"]) == 0
    assert "Inbox> " in capsys.readouterr().out
    assert main(["demo", "--plain"]) == 0
    assert "Nettlebeck Bags. You are Robin Hale." in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [("tour", "--plain"), ("--plain", "watch"), ("train", "calm-morning", "--plain")], ids=" ".join
)
def test_what_needs_the_screen_says_so(
    settings: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """The tour, a shift and a trainee's desk are refused in a sentence, and nothing is begun."""
    assert main(list(words)) == 1
    said = capsys.readouterr()
    assert "needs the screen" in said.err
    assert "--no-plain" in said.err
    assert said.out == ""


def test_the_readme_shows_what_is_said(desk: Desk, clock: HeldClock, transport: Recorder) -> None:
    """Its transcript is typed again, and every line of the answers is the same."""
    shown = re.search(r"```text\n(Acme support\. .*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    for name, address, hours in (("Maria Lopez", "maria@example.com", 2), ("Bo Hansen", "bo@example.org", 1)):
        at = desk.now() - timedelta(hours=hours)
        number = wrote(
            desk, f"Hello,\n\n{name.split()[0]} here. Where is my parcel?", sender=address, name=name,
            subject="Where is my parcel?", at=at,
        )  # fmt: skip
        if hours == 2:
            desk.tagging.prioritise(number, 5)

    def goes() -> None:
        clock.advance(seconds=6)
        desk.clockwork.outgoing()

    typed: list[Typed] = [
        "1",
        "reply",
        "Hello Maria,",
        "it left this morning.",
        ".",
        "d",
        goes,
        "next",
        "snooze 3d",
        "quit",
    ]
    assert talk(desk, *typed) == shown[1]
    assert len(transport.sent) == 1
