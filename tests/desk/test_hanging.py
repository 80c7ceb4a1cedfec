"""A mailbox that hangs holds up neither what is sent nor the end of a program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kustui.clock import SystemClock
from kustui.desk import Desk, Post
from kustui.wiring import Carriers, Loader, mail_reader
from support.imap import USER
from support.odd_imap import PASSWORD, SILENCE, OddImap, odd_imap
from support.people import wrote
from support.program import desk_at
from support.terminal import Terminal
from support.transport import Recorder
from support.writing import fate, sent


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OddImap]:
    """A server that says nothing once a folder is asked for, or a copy comes."""
    monkeypatch.setenv("TEST_IMAP_PASSWORD", PASSWORD)
    with odd_imap() as running:
        running.way = lambda name, _: SILENCE if name in ("SELECT", "EXAMINE") else None
        yield running


@pytest.fixture
def settings(server: OddImap, tmp_path: Path) -> dict[str, str]:
    """The environment of a program whose email comes by that server."""
    path = tmp_path / "settings.toml"
    path.write_text(
        '[channels]\nemail = "maildir"\n[collect]\nemail = "imap"\n[copies]\nemail = "imap"\n'
        f'[transport.imap]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nuser = "{USER}"\n'
        'password_env = "TEST_IMAP_PASSWORD"\n'
    )
    return {"KUSTUI_SETTINGS": str(path), "KUSTUI_DB": str(tmp_path / "work.db"), "HOME": str(tmp_path)}


def test_a_copy_that_hangs_delays_no_message(server: OddImap, tmp_path: Path) -> None:
    """F1, D7: the next message goes while the copy of the one before is waited for."""
    with desk_at(tmp_path / "work.db", create=True) as sat:
        load = Loader(tmp_path, SystemClock(), {}, {"imap": server.options})
        carrier = Recorder()
        post = Post(
            transports={"email": carrier}, copies=Carriers({"email": "imap"}, load), mail=mail_reader,
            address="support@acme.example", own=frozenset({"support@acme.example"}),
        )  # fmt: skip
        desk = Desk(sat.store, sat.agent, post, undo_seconds={"email": 0})
        first, second = wrote(desk), wrote(desk)
        stop = threading.Event()
        threads = desk.clockwork.run(stop)
        try:
            changed = sent(desk, first)
            assert until(lambda: server.count("EXAMINE") == 1)
            later = sent(desk, second)
            assert until(lambda: fate(desk, later) == "sent", 4)
            assert fate(desk, changed) == "sent"
        finally:
            stop.set()
            began = time.monotonic()
            desk.clockwork.finish(threads)
        assert time.monotonic() - began < 4


def test_the_worker_ends_at_once_although_the_mailbox_hangs(
    server: OddImap, settings: dict[str, str]
) -> None:
    """F1: what is not filed stands on the server, and is not waited for."""
    worker = subprocess.Popen([sys.executable, "-m", "kustui", "worker"], env={**os.environ, **settings})
    try:
        assert until(lambda: server.count("SELECT") == 1)
        worker.terminate()
        assert worker.wait(timeout=6) == 0
    finally:
        worker.kill()
        worker.wait()


@pytest.mark.parametrize("end", ["quit", "SIGTERM"])
def test_the_screen_ends_at_once_although_the_mailbox_hangs(
    server: OddImap, settings: dict[str, str], end: str
) -> None:
    """F1: nobody looks at a screen that waits for a server."""
    with Terminal("-m", "kustui", environment=settings) as screen:
        assert until(lambda: server.count("SELECT") == 1, read=screen.read)
        if end == "quit":
            screen.press("\x11")
            screen.send("y")
        else:
            screen.kill(signal.SIGTERM)
        assert screen.end(limit=6) == (0 if end == "quit" else 128 + signal.SIGTERM)


def until(true: Callable[[], bool], limit: float = 20.0, read: Callable[[], object] = bytes) -> bool:
    """Whether something becomes true in so many seconds; `read` is called in between."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        read()
        if true():
            return True
        time.sleep(0.02)
    return False
