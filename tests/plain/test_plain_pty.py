"""The real program line by line, in a terminal that can do nothing, and with a pipe."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kustui.desk import Desk
from support.people import wrote
from support.program import desk_at, until
from support.terminal import Terminal


def environment(home: Path) -> dict[str, str]:
    """A terminal that obeys nothing, and places below a folder."""
    folder = str(home)
    return {
        "TERM": "dumb", "COLORTERM": "", "HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_STATE_HOME": folder,
        "XDG_DATA_HOME": folder, "KUSTUI_DB": str(home / "workspace.db"),
    }  # fmt: skip


def plain(home: Path, *words: str, size: tuple[int, int] = (80, 24)) -> Terminal:
    """The program, line by line."""
    return Terminal(
        "-m", "kustui", "--agent", "ana", *words, "--plain", size=size, environment=environment(home)
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a workspace in which one customer has written."""
    with desk_at(tmp_path / "workspace.db", create=True) as desk:
        wrote(desk)
    return tmp_path


def draft(desk: Desk) -> str:
    """What stands in the agent's draft for the one customer."""
    return desk.reads.draft(1, "reply", 1).body


def test_a_whole_shift_at_a_terminal_that_can_do_nothing(home: Path) -> None:
    """List, open, note, reply, snooze, undo, done, next: 40 columns, and no byte but words and line ends."""
    with plain(home, "demo", size=(40, 24)) as at:
        for typed, answer in (
            ("1", "Also of theirs"), ("n", "Write."), ("Looked at it.", ""), (".", "Enter does"),
            ("", "Note posted"), ("r", "Write."), ("It is on its way.", ""), (".", "what they are:"),
            ("d", "On its way, done"),
            ("z", "Taken back"), ("s 3d", "Snoozed"), ("z", "Undone"), ("e", "Done"), ("j", "#"),
            ("help", "whoami."),
        ):  # fmt: skip
            at.until(">")
            at.send(typed + "\n")
            if answer:
                at.until(answer)
        at.send("quit\n")
        assert at.end() == 0
    # The terminal itself ends lines with both.
    said = at.written.replace(b"\r\n", b"\n").decode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", said)
    assert "Bye. Drafts are kept." in said


@pytest.mark.parametrize(
    "number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL], ids=lambda each: each.name
)
def test_whole_lines_outlive_the_program(home: Path, number: signal.Signals) -> None:
    """A hang-up, a SIGTERM and kill -9 in the middle of a reply leave every whole line, offered again."""
    with plain(home) as at:
        at.until("Inbox>")
        at.send("1\nreply\nHello Ana,\nit left\nhalf a li")
        with desk_at(home / "workspace.db") as desk:
            until(lambda: draft(desk) == "Hello Ana,\nit left", 20)
        at.kill(number)
        assert at.end() == (-9 if number == signal.SIGKILL else 128 + number)
    with desk_at(home / "workspace.db") as desk:
        assert draft(desk) == "Hello Ana,\nit left"
        assert (number == signal.SIGKILL) == bool(desk.presence.everyone())
    with plain(home) as at:
        at.until("Inbox>")
        at.send("1\nreply\n")
        at.until("it left")
        at.send("\x03")
        at.until("The draft is kept.")
        at.send("\x03")
        at.until("Quit?")
        at.send("yes\n")
        assert at.end() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_what_cannot_be_written_is_no_usual_end(home: Path) -> None:
    """Where what is said goes to a full disk, the program says so, and the exit code tells."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kustui", "--agent", "ana", "--plain"],
            input="1\n", text=True, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60,
            env={**os.environ, **environment(home)},
        )  # fmt: skip
    assert done.returncode == 1
    assert "No space left" in done.stderr


def test_a_script_of_lines_goes_in_by_a_pipe(home: Path) -> None:
    """What is typed is repeated behind its prompt; the end of the input is the end; nothing is on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "kustui", "--agent", "ana", "--plain"],
        input="1\nnote --body Seen.\ndone\n", text=True, capture_output=True, check=False, timeout=60,
        env={**os.environ, **environment(home)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "Inbox> 1\nAna Ruiz, #1, email, open: Order 8821\n" in done.stdout
    assert "Bye." in done.stdout
    with desk_at(home / "workspace.db") as desk:
        assert desk.reads.conversation(1).status == "done"
