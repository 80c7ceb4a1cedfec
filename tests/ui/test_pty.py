"""The real program in a real terminal: how it begins, how it ends, what survives."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from kustui.clock import SystemClock
from support.people import wrote
from support.program import desk_at, program
from support.terminal import Terminal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with one customer who waits."""
    path = tmp_path / "desk" / "workspace.db"
    with desk_at(path, create=True) as desk:
        wrote(desk, at=SystemClock().now())
    return path


def body(path: Path) -> str:
    """The words of the reply's draft in the store."""
    with desk_at(path) as desk:
        number = desk.reads.conversation_ids()[0]
        return desk.reads.draft(desk.reads.conversation(number).customer_id, "reply", number).body


def type_a_reply(terminal: Terminal, words: str) -> None:
    """Open the first customer and type."""
    terminal.until("Ana Ruiz")
    terminal.send("\r")
    terminal.until("Where is my order?")
    terminal.send("r")
    terminal.until("F9 Send now")
    terminal.send(words)
    terminal.until(words)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_loses_no_word(workspace: Path, number: signal.Signals) -> None:
    """SIGTERM and SIGHUP in mid-word save what is typed and leave the terminal as it was (SPEC C9)."""
    with program(workspace) as terminal:
        type_a_reply(terminal, "Half a wo")
        terminal.kill(number)
        assert terminal.end() == 128 + number
        assert b"\x1b[?1049l" in terminal.written
        assert b"Traceback" not in terminal.written
    assert body(workspace) == "Half a wo"


def test_a_kill_loses_a_second_at_most(workspace: Path) -> None:
    """What was typed more than a second before kill -9 is there at the next start (SPEC C9)."""
    with program(workspace) as terminal:
        type_a_reply(terminal, "Half a wo")
        time.sleep(1.2)
        terminal.kill(signal.SIGKILL)
        assert terminal.end() == -signal.SIGKILL
    assert body(workspace) == "Half a wo"
    with program(workspace) as terminal:
        terminal.until("Ana Ruiz")
        terminal.send("\r")
        terminal.until("Half a wo")


def test_quitting_ends_with_zero(workspace: Path) -> None:
    """Ctrl+Q and y end the program with 0 and a clean terminal; the reply is kept."""
    with program(workspace, (80, 24)) as terminal:
        type_a_reply(terminal, "Half a wo")
        terminal.send("\x11")
        terminal.until("Quit kustui?")
        terminal.send("y")
        assert terminal.end() == 0
        assert b"\x1b[?1049l" in terminal.written
    assert body(workspace) == "Half a wo"


def test_keys_in_one_piece(workspace: Path) -> None:
    """Over a slow line the keys that open the editor and the words behind them come in one piece."""
    with program(workspace) as terminal:
        terminal.until("Ana Ruiz")
        terminal.send("\rresews?")
        terminal.until("esews?")
        with desk_at(workspace) as desk:
            assert desk.reads.conversation(desk.reads.conversation_ids()[0]).status == "open"
        terminal.send("\x1bx\x11")
        terminal.until("Quit kustui?")
        terminal.send("y")
        assert terminal.end() == 0
    assert body(workspace) == "esews?"


def test_nothing_is_written_when_nothing_happens(workspace: Path) -> None:
    """An idle desk writes nothing, also while a reply is open."""
    with program(workspace) as terminal:
        type_a_reply(terminal, "Half")
        terminal.until("saved")
        # A busy machine paints the last of it late.
        terminal.read(quiet=1.5)
        assert terminal.read(quiet=3, limit=3) == b""
