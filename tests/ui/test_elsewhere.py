"""The same draft in other places: popped out, and in the agent's own editor in a real terminal."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kustui.clock import SystemClock
from kustui.desk import Desk
from support.people import wrote
from support.program import desk_at, program
from support.replying import outbound, write
from support.sitting import sitting
from ui.test_pty import body, type_a_reply

pty_only = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")

SAVES = "p.write_text(p.read_text().strip() + ' and more\\n')"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with one customer who waits."""
    path = tmp_path / "desk" / "workspace.db"
    with desk_at(path, create=True) as desk:
        wrote(desk, at=SystemClock().now())
    return path


Named = Callable[..., None]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Named:
    """Makes $EDITOR a program of these lines of Python; `p` is the path of the file."""

    def named(*lines: str) -> None:
        script = tmp_path / "editor"
        head = (
            f"#!{sys.executable}",
            "import os, pathlib, signal, sys, time",
            "p = pathlib.Path(sys.argv[1])",
        )
        script.write_text("\n".join((*head, *lines, "")))
        script.chmod(0o700)
        monkeypatch.setenv("EDITOR", str(script))
        monkeypatch.delenv("VISUAL", raising=False)
        # What is written for an editor is looked for here afterwards.
        (tmp_path / "tmp").mkdir(exist_ok=True)
        monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))

    return named


async def test_popped_out_every_key_works(acme: Desk) -> None:
    """C3: in the whole screen the draft goes on, dialogs open and close, and sending brings the desk back."""
    async with sitting(acme, (80, 24)) as at:
        await write(at, "Chloé Martin", "One")
        await at.press("f3")
        assert at.screen.timeline.size.height == 0
        await at.press("ctrl+o", "escape", "ctrl+r", "escape", "f2", "q")
        await at.type(" two")
        assert at.words == "One two"
        assert "F9 Send now" in at.shows("reply-foot")
        await at.press("f9")
        assert outbound(acme, at.number) == ["One two"]
        assert at.app.focused is at.screen.timeline
        assert at.screen.timeline.size.height > 0


async def test_leaving_gives_the_screen_back(acme: Desk) -> None:
    """C3: Esc leaves a popped out editor, and the timeline is there."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "One")
        await at.press("f3", "escape")
        assert at.screen.timeline.size.height > 0
        assert at.app.focused is at.screen.timeline


CASES = {
    "saves": ([SAVES], "Half and more", ""),
    "changes nothing": (["time.sleep(1.1)"], "Half", ""),
    "runs in the background": (["pass"], "Half", "ended at once"),
    "fails": (["p.write_text('Kept\\n')", "sys.exit(3)"], "Kept", "ended with 3"),
    "is killed": (["p.write_text('Kept\\n')", "os.kill(os.getpid(), 9)"], "Kept", "ended with -9"),
    "writes latin-1": (["p.write_bytes(b'caf\\xe9\\n')"], "café", ""),
    "removes the file": (["p.unlink()"], "Half", "left no file"),
    "writes escape codes": (["p.write_text('a\\x1b]0;pwn\\x07b\\n')"], "a␛]0;pwn␇b", ""),
    "is interrupted": (["os.killpg(os.getpgrp(), signal.SIGINT)", "time.sleep(9)"], "Half", "ended with"),
}


@pty_only
@pytest.mark.parametrize("case", CASES)
def test_an_editor_that(workspace: Path, editor: Named, tmp_path: Path, case: str) -> None:
    """C3: whatever $EDITOR does, the words are kept, the terminal is whole and no file is left behind."""
    lines, words, said = CASES[case]
    editor(*lines)
    with program(workspace) as terminal:
        type_a_reply(terminal, "Half")
        before = terminal.text().split("\n")[0]
        terminal.send("\x1bOS")
        time.sleep(0.3)
        terminal.until(said or words)
        terminal.until(words)
        terminal.until(before)
        terminal.send("!")
        terminal.until(f"{words}!")
        terminal.send("\x11")
        terminal.until("Quit kustui?")
        terminal.send("y")
        assert terminal.end() == 0
    assert body(workspace) == f"{words}!"
    assert not list((tmp_path / "tmp").iterdir())


@pty_only
def test_an_editor_that_is_not_there(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C3: a name that is none is said, and the words stay."""
    monkeypatch.setenv("VISUAL", 'no-such-editor "')
    with program(workspace) as terminal:
        type_a_reply(terminal, "Half")
        terminal.send("\x1bOS")
        terminal.until("cannot be run")
        terminal.until("Half")


@pty_only
def test_what_a_killed_editor_left_is_kept(workspace: Path, editor: Named, tmp_path: Path) -> None:
    """C3: the swap file of an editor that was killed has words in it, so it stays, and is named."""
    editor("(p.parent / '.swap').write_text('unsaved')", "os.kill(os.getpid(), 9)")
    with program(workspace) as terminal:
        type_a_reply(terminal, "Half")
        terminal.send("\x1bOS")
        terminal.until("left a file of its own")
    assert [each.read_text() for each in (tmp_path / "tmp").glob("*/.swap")] == ["unsaved"]


@pty_only
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL])
def test_what_the_editor_saved_outlives_a_hang_up(
    workspace: Path, editor: Named, number: signal.Signals
) -> None:
    """C9: hung up or killed while $EDITOR is open, what was saved there is in the draft."""
    editor(SAVES, "print('is open', flush=True)", "time.sleep(30)")
    with program(workspace) as terminal:
        type_a_reply(terminal, "Half")
        terminal.send("\x1bOS")
        terminal.until("is open")
        time.sleep(0.6)
        terminal.kill(number)
        assert terminal.end() in (128 + number, -number)
    assert body(workspace) == "Half and more"
