"""G3: a trainee at the real program: the same seed and the same keys give the same shift, to the byte."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kustui import staging
from kustui.__main__ import main
from kustui.training import play, scenario
from support.terminal import Terminal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")

PASTE = "\x1b[200~{}\x1b[201~"
SEND, QUIT = "\x1b[20~", "\x11"
ACTS = (
    # The first customer to come: an answer that is typed, then done, taken back and done again.
    "Tn", "gi", "\r", "r", *"Hello, I ", PASTE.format("look into it. Which order?"), SEND, "e", "z", "e",
    # What comes next, a note and a snooze; an hour passes.
    "Tn", "gi", "\r", "n", PASTE.format("Ask the warehouse."), SEND, "s", "2", "Th",
    # Another, who is answered at once and closed; then the end of the shift and what it was worth.
    "gi", "\r", "r", PASTE.format("Thank you for waiting: it left today."), SEND, "e", "gi", "!", "5", "Th",
)  # fmt: skip


def environment(home: Path) -> dict[str, str]:
    """Where a program of ours keeps everything below `home`."""
    return dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"), str(home))


def played(home: Path, name: str, pause: float) -> Path:
    """A shift played by the script, each key `pause` seconds after the other; the file it is kept in."""
    home.mkdir()
    with Terminal("-m", "kustui", "train", name, "--seed", "5", environment=environment(home)) as terminal:
        terminal.until("Inbox")
        for keys in ACTS:
            terminal.send(keys)
            terminal.read(quiet=pause, limit=pause)
        terminal.until("of 100 points", 60)
        terminal.send("q")
        terminal.send(QUIT)
        terminal.until("Quit kustui?")
        terminal.send("y")
        assert terminal.end() == 0
    (shift,) = (home / "kustui" / "training").iterdir()
    return shift


def left(shift: Path) -> list[bytes]:
    """What a shift leaves: its card as a page, its export, its record."""
    files = [shift.with_suffix(suffix) for suffix in (".html", ".export", ".record")]
    assert main(["train", "score", str(shift), "--html", str(files[0])]) == 0
    assert main(["--db", str(shift), "export", str(files[1])]) == 0
    assert main(["train", "record", str(shift), "--output", str(files[2])]) == 0
    return [file.read_bytes() for file in files]


@pytest.mark.parametrize("name", scenario.shipped())
def test_the_same_keys_give_the_same_shift(name: str, tmp_path: Path) -> None:
    """Each shipped scenario, played twice with one seed, once slower: the same card, export and record."""
    with ThreadPoolExecutor() as both:
        one, two = both.map(lambda n: played(tmp_path / str(n), name, 0.002 * n), (0, 15))
    for mine, theirs in zip(left(one), left(two), strict=True):
        # Line by line, so that the first that differs is shown.
        assert mine.splitlines() == theirs.splitlines()
    desk = staging.look(str(one))
    card = play.card(desk)
    desk.store.close()
    assert card.replies >= 1
    assert card.snoozed >= 1
    assert card.keys == len(pressed()) + len(("q", "ctrl+q", "y"))


def pressed() -> list[str]:
    """The keys of the script as they are counted: a paste is one; what comes behind the card is not."""
    return [key for keys in ACTS for key in ([keys] if keys.startswith("\x1b") else keys)]


def test_a_record_played_again_leaves_the_same_workspace(tmp_path: Path) -> None:
    """Who watches sees what is typed as it is typed; a replay of the record ends in the very same store."""
    env = environment(tmp_path)
    with Terminal("-m", "kustui", "train", "calm-morning", "--seed", "5", environment=env) as trainee:
        trainee.until("George Pappas")
        trainee.send("\r")
        trainee.until("r reply")
        with Terminal("-m", "kustui", "watch", environment=env) as trainer:
            trainer.until("r reply")
            trainee.send("r")
            trainee.send("Good morning, here it")
            trainer.until("Good morning, here it")
            trainer.send("e")
            trainer.until("You are watching")
            trainee.send(" is." + SEND + "e")
            trainer.until("marked it as done")
            trainer.send(QUIT)
            trainer.until("Quit kustui?")
            trainer.send("y")
            assert trainer.end() == 0
        trainee.send(QUIT)
        trainee.until("Quit kustui?")
        trainee.send("y")
        assert trainee.end() == 0
    (shift,) = (tmp_path / "kustui" / "training").iterdir()
    _, export, record = left(shift)
    recorded = shift.with_suffix(".record")
    with Terminal(
        "-m", "kustui", "train", "replay", str(recorded), "--speed", "100", environment=env
    ) as replay:
        replay.until("The replay is over")
        assert "marked it as done" in replay.text()
        replay.send(QUIT)
        replay.until("Quit kustui?")
        replay.send("y")
        assert replay.end() == 0
    desk = staging.replayed(str(recorded), 1)
    assert desk.shift is not None
    while (at := desk.shift.next_at()) is not None:
        assert desk.shift.advance(at).trouble is None
    exported = tmp_path / "again.export"
    place = desk.store_place
    desk.store.close()
    assert main(["--db", place, "--agent", desk.agent.login, "export", str(exported)]) == 0
    assert exported.read_bytes() == export
    assert record.count(b"Good morning, here it") > 1
