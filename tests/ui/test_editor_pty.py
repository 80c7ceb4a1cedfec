"""The reply editor in a real terminal: keys as terminals send them, pastes, kills, a store that is busy."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kustui.clock import SystemClock
from kustui.core.library import Shortcut
from support.people import wrote
from support.program import desk_at, program
from support.replying import outbound
from support.terminal import Terminal
from ui.test_pty import body, type_a_reply

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")

LEGACY = {
    "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f8": "\x1b[19~", "f9": "\x1b[20~",
    "ctrl+f": "\x06", "ctrl+g": "\x07", "ctrl+n": "\x0e", "ctrl+o": "\x0f", "ctrl+q": "\x11",
    "ctrl+r": "\x12", "ctrl+t": "\x14", "escape": "\x1b",
}  # fmt: skip
"""Keys as an xterm has always sent them."""
KITTY = {
    **{name: f"\x1b[{ord(name[-1])};5u" for name in LEGACY if name.startswith("ctrl+")},
    "f2": "\x1b[Q", "f3": "\x1b[13~", "f4": "\x1b[S", "f5": "\x1b[15~", "f8": "\x1b[19~", "f9": "\x1b[20~",
    "escape": "\x1b[27u", "ctrl+enter": "\x1b[13;5u",
}  # fmt: skip
"""The same by the protocol of kitty, which tells Ctrl+Enter from Enter."""
OPENS = {
    "ctrl+o": "Send & mark as done",
    "ctrl+t": "Shortcut or snippet",
    "ctrl+f": "Add Attachment",
    "ctrl+r": "On the profile",
    "f5": "Bold",
    "f2": "Preview  email",
    "ctrl+q": "Quit kustui?",
}
"""What each key that opens something opens."""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one customer who waits, and post that is kept in the simulator."""
    path = tmp_path / "desk" / "workspace.db"
    with desk_at(path, create=True) as desk:
        wrote(desk, at=SystemClock().now())
        desk.library.keep_shortcut(Shortcut("hello", "Hello"))
    settings = tmp_path / "settings.toml"
    settings.write_text('[channels]\nemail = "simulator"\nchat = "simulator"\n')
    monkeypatch.setenv("KUSTUI_SETTINGS", str(settings))
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.delenv("VISUAL", raising=False)
    return path


def gone(terminal: Terminal, words: str, limit: float = 10) -> None:
    """Wait until words no longer stand on the screen."""
    end = time.monotonic() + limit
    while words in terminal.text():
        assert time.monotonic() < end, terminal.text()
        terminal.read(quiet=0.05)


def saved(terminal: Terminal) -> None:
    """Wait until what was typed is on disk, as the border says."""
    gone(terminal, "not saved yet")
    terminal.until("saved ")


@pytest.mark.parametrize("keys", [LEGACY, KITTY], ids=["xterm", "kitty"])
def test_every_key_acts_once(workspace: Path, keys: dict[str, str]) -> None:
    """Each binding of the editor does its act, once, however the terminal writes it; Ctrl+Q asks."""
    typed = "Half"
    with program(workspace, (100, 30)) as terminal:
        type_a_reply(terminal, typed)
        for key, words in OPENS.items():
            terminal.send(keys[key])
            terminal.until(words)
            terminal.send(keys["escape"])
            gone(terminal, words)
            # One that had opened twice would take this letter.
            terminal.send("x")
            typed += "x"
            terminal.until(typed)
        terminal.send(keys["f3"])
        gone(terminal, "Where is my order?")
        terminal.send(keys["f3"])
        terminal.until("Where is my order?")
        terminal.send(keys["f4"])
        terminal.until("true ended at once")
        terminal.send(keys["ctrl+n"])
        terminal.until("NOTE only")
        terminal.send(keys["ctrl+n"])
        terminal.until("Reply email")
        terminal.send(keys["f8"])
        terminal.until("Discarded")
        terminal.send("z")
        terminal.until(typed)
        for key in ("ctrl+g", "escape"):
            terminal.send("r")
            terminal.until("F9 Send now")
            terminal.send(keys[key])
            terminal.until("r reply")
        terminal.send("r")
        terminal.until("F9 Send now")
        terminal.send(keys.get("ctrl+enter", keys["f9"]))
        terminal.until("On its way")
    with desk_at(workspace) as desk:
        assert outbound(desk, desk.reads.conversation_ids()[0]) == [typed]


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_inside_tmux(workspace: Path) -> None:
    """Inside tmux the keys act once too."""
    socket = f"kustui-test-{os.getpid()}"

    def tmux(*arguments: str) -> str:
        command = ["tmux", "-L", socket, "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout

    def until(words: str) -> None:
        end = time.monotonic() + 20
        while words not in (seen := tmux("capture-pane", "-p")):
            assert time.monotonic() < end, seen
            time.sleep(0.05)

    inside = [sys.executable, "-m", "kustui", "--db", str(workspace), "--agent", "ana"]
    tmux("new-session", "-d", "-x", "100", "-y", "30", *inside)
    try:
        until("Ana Ruiz")
        tmux("send-keys", "Enter")
        until("Where is my order?")
        tmux("send-keys", "r")
        until("F9 Send now")
        typed = "Half"
        tmux("send-keys", typed)
        for key, words in (("C-o", "Send & mark"), ("C-f", "Add Attach"), ("F5", "Bold"), ("C-q", "Quit k")):
            tmux("send-keys", key)
            until(words)
            tmux("send-keys", "Escape")
            until("F9 Send now  ^O")
            time.sleep(0.2)
            tmux("send-keys", "x")
            typed += "x"
            until(typed)
        tmux("set-buffer", "one\ntwo\n")
        tmux("paste-buffer", "-p")
        until("two")
        tmux("send-keys", "F9")
        until("On its way")
    finally:
        tmux("kill-server")
    with desk_at(workspace) as desk:
        assert outbound(desk, desk.reads.conversation_ids()[0]) == [f"{typed}one\ntwo"]


@pytest.mark.parametrize("gap", [0, 0.01, 0.045])
def test_escape_and_a_letter_type_nothing(workspace: Path, gap: float) -> None:
    """Esc with a letter on its heels, however close, leaves the editor and types nothing."""
    with program(workspace) as terminal:
        type_a_reply(terminal, "Half")
        terminal.send("\x1b")
        time.sleep(gap)
        terminal.send("u")
        terminal.until("r reply")
        saved(terminal)
    assert body(workspace) == "Half"


@pytest.mark.parametrize("pace", [0, 0.015])
def test_a_paste_without_brackets_sends_nothing(workspace: Path, pace: float) -> None:
    """D3: four lines pasted as keys are four lines, also by a slow line; Enter alone then sends."""
    with desk_at(workspace) as desk:
        number = wrote(desk, channel="chat", sender="vera", name="Vera", subject="", at=SystemClock().now())
        desk.preferences.keep(replace(desk.words.preferences(), enter_sends=True))
    with program(workspace) as terminal:
        terminal.until("Vera")
        terminal.send("\x1b[B\r" if "Vera" not in terminal.text().split("\n")[1] else "\r")
        terminal.until("Reply chat")
        terminal.send("r")
        terminal.until("Enter sends")
        for part in ("one\rtwo\rthree\rfour\r",) if not pace else "one\rtwo\rthree\rfour\r":
            terminal.send(part)
            time.sleep(pace)
        terminal.until("four")
        saved(terminal)
        with desk_at(workspace) as desk:
            assert outbound(desk, number) == []
        time.sleep(1.1)
        terminal.send("\r")
        terminal.until("On its way")
    with desk_at(workspace) as desk:
        assert outbound(desk, number) == ["one\ntwo\nthree\nfour"]


@pytest.mark.parametrize("wait", [0, 0.02, 0.1])
def test_words_are_in_one_place_whenever_it_is_killed(workspace: Path, wait: float) -> None:
    """C9, D7: killed at any moment of a send, the words are a draft or a message, never both or neither."""
    with program(workspace) as terminal:
        type_a_reply(terminal, "Half a word")
        saved(terminal)
        terminal.send("\x1b[20~")
        time.sleep(wait)
        terminal.kill(signal.SIGKILL)
        terminal.end()
    draft = body(workspace)
    with desk_at(workspace) as desk:
        messages = outbound(desk, desk.reads.conversation_ids()[0])
    assert [draft, *messages].count("Half a word") == 1
    assert "".join((draft, *messages)) == "Half a word"


@pytest.fixture
def locked(workspace: Path) -> Iterator[sqlite3.Connection]:
    """Another program's hand on the store; `rollback` lets go."""
    connection = sqlite3.connect(workspace, isolation_level=None)
    yield connection
    connection.close()


def test_a_busy_store_is_said_in_the_border(workspace: Path, locked: sqlite3.Connection) -> None:
    """C9: while the store takes nothing the editor says NOT saved, and typing goes on; then it is saved."""
    with program(workspace) as terminal:
        type_a_reply(terminal, "Half")
        saved(terminal)
        locked.execute("BEGIN IMMEDIATE")
        terminal.send(" a word")
        terminal.until("NOT saved")
        terminal.until("Half a word")
        locked.execute("ROLLBACK")
        gone(terminal, "NOT saved", 15)
        saved(terminal)
    assert body(workspace) == "Half a word"
