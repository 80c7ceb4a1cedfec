"""`kustui tour`, and `kustui` without a workspace, where there is no terminal (SPEC G3, G4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Kustui
from kustui.core.tour import BY_ID, END, STEPS
from kustui.desk.touring import Tour


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where data is kept when nobody says otherwise."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / "data" / "kustui"


def test_the_steps_are_listed_and_which_is_next(kustui: Kustui, home: Path) -> None:
    """In words and as JSON; looking makes nothing, --again goes back to the first."""
    said = kustui("tour", "--json").json
    assert [each["id"] for each in said] == [step.id for step in STEPS if step is not END]
    assert [each["id"] for each in said if each["next"]] == ["open"]
    assert not home.exists()
    Tour(home / "tour.json").stand_at(BY_ID["search"])
    assert "> 10  Search" in kustui("tour").out
    assert ">  1  Open a customer" in kustui("tour", "--again").out
    assert ">  1  Open a customer" in kustui("tour").out


def test_without_a_terminal_nothing_is_asked(
    kustui: Kustui, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script that runs `kustui` gets the desk as text, as ever."""
    monkeypatch.delenv("KUSTUI_DB")
    result = kustui()
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("Acme support: Inbox 0")
    assert (home / "workspace.db").exists()
