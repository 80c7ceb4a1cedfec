"""Agents over SSH, on one host and one store."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from kustui.clock import SystemClock
from support import ssh
from support.people import wrote
from support.program import desk_at
from support.terminal import Terminal

pytestmark = pytest.mark.skipif(not ssh.THERE, reason="there is no SSH server here")


def test_a_line_that_drops_in_mid_word_loses_nothing(tmp_path: Path) -> None:
    """G3, C9: two agents over SSH; each sees what the other does, and what was typed is there on return."""
    path = tmp_path / "desk" / "workspace.db"
    with desk_at(path, create=True) as desk:
        number = wrote(desk, at=SystemClock().now())
    with ssh.host(tmp_path / "ssh") as host:

        def sit(login: str, size: tuple[int, int]) -> Terminal:
            home = str(tmp_path / login)
            own = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"), home)
            own |= {"PYTHONPATH": os.environ.get("PYTHONPATH", ""), "COLORTERM": "truecolor"}
            words = ("-m", "kustui", "--db", str(path), "--agent", login)
            return host.session(*words, size=size, environment=own)

        with sit("ana", (80, 24)) as ana, sit("ben", (120, 40)) as ben:
            ben.until("Ana Ruiz")
            _open(ana)
            ana.send("r")
            ana.until("F9 Send now")
            ana.send("We are looking for it, and by tomo")
            ana.until("by tomo")
            ben.until("is replying")
            # The network goes: nobody says goodbye.
            ana.kill(signal.SIGKILL)
            ben.send("!")
            ben.until("Priority of #1")
            ben.send("5")
            ben.until("Priority 5: urgent")
        with sit("ana", (80, 24)) as again:
            _open(again)
            again.until("priority 5")
            again.send("r")
            again.until("by tomo")
    with desk_at(path) as desk:
        held = desk.reads.draft(desk.reads.conversation(number).customer_id, "reply", number)
        assert held.body == "We are looking for it, and by tomo"


def _open(terminal: Terminal) -> None:
    terminal.until("Ana Ruiz")
    terminal.send("\r")
    terminal.until("Where is my order?")
