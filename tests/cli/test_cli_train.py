"""`kustui train`: scenarios are listed, checked and explained without a workspace (SPEC G3, G4)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kustui.__main__ import main
from kustui.cli.parser_train import spelled_out
from kustui.training import scenario


def test_what_is_shipped_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """G4: for people a line each, for programs an array."""
    assert main(["train", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(scenario.shipped())
    assert main(["train", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == list(scenario.shipped())
    assert {"title", "level", "minutes", "about"} <= set(rows[0])


def test_checking_ends_with_1_when_something_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """G4: 0 and a word, or 1 and every fault; 1 and a sentence without a file."""
    assert main(["train", "check", "monday"]) == 0
    assert "nothing is wrong" in capsys.readouterr().out
    path = tmp_path / "bad.toml"
    path.write_text('name = "x\x1b[2J"\n'.replace("\x1b", "\\u001b") + 'nmae = "y"\n')
    assert main(["train", "check", str(path)]) == 1
    said = capsys.readouterr().out
    assert "there is no 'nmae' here; did you mean 'name'?" in said
    assert "\x1b" not in said
    assert main(["train", "check", str(path), "--json"]) == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert len(faults) > 5
    assert set(faults[0]) == {"where", "words"}
    assert main(["train", "check", str(tmp_path / "none.toml")]) == 1
    assert "There is no such scenario" in capsys.readouterr().err


def test_the_guide_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """G3: writing a scenario is a page of documentation."""
    assert main(["train", "guide"]) == 0
    assert capsys.readouterr().out.startswith("# Writing a scenario")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("train monday --seed 3", "train play monday --seed 3"),
        ("--db x.db --agent=ana train monday", "--db x.db --agent=ana train play monday"),
        ("train play monday", "train play monday"),
        ("train list --json", "train list --json"),
        ("train --help", "train --help"),
        ("train", "train"),
        ("search train monday", "search train monday"),
        ("--db train", "--db train"),
    ],
)
def test_a_name_alone_means_to_play_it(typed: str, meant: str) -> None:
    """G3: `train NAME` is short for `train play NAME`, where that is an act."""
    assert spelled_out(typed.split(), ("list", "check", "play")) == meant.split()
    assert spelled_out(["train", "monday"], ("list", "check")) == ["train", "monday"]
