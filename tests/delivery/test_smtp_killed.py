"""A program killed at each point of its talk with an SMTP server: at most one copy, and the right word."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kustui.clock import HeldClock, SystemClock
from kustui.core.records import Changed
from kustui.delivery import Setup
from kustui.delivery.smtp import SmtpTransport
from kustui.desk import Desk, Post
from kustui.desk.team import set_up, sign_in
from kustui.store.store import Store
from support.people import wrote
from support.smtp import Trouble, serving, silent
from support.writing import fate, sent

TESTS = Path(__file__).resolve().parents[1]
USER = "ana"
BEFORE = ("connect", "tls", "ehlo", "auth", "mail", "rcpt", "data")


@contextmanager
def queued(path: Path) -> Iterator[tuple[Desk, Changed]]:
    """A store with one reply that is due."""
    store = Store(path).open(create=True)
    set_up(store, "Acme support")
    agent = sign_in(store, "ana", "Ana Soler", "ana@acme.example")
    nowhere = SmtpTransport.set_up(Setup(path.parent, SystemClock(), {"host": "localhost"}))
    desk = Desk(store, agent, Post({"email": nowhere}, "support@acme.example"), undo_seconds={"email": 0})
    yield desk, sent(desk, wrote(desk))
    store.close()


def killed_at(point: str, store: Path, trouble: Trouble) -> None:
    """A program sends what is due, and is killed when the server has come to that point."""
    with ExitStack() as stack:
        security, user = "none", ""
        if point in ("connect", "tls"):
            security = "tls" if point == "tls" else "none"
            port = stack.enter_context(silent(trouble, listens=point == "tls"))
        else:
            user = USER if point == "auth" else ""
            port = stack.enter_context(serving(trouble, user=user)).port
        trouble.at(point, "hang")
        words = [
            sys.executable,
            str(TESTS / "tools" / "mail_sender.py"),
            str(store),
            str(port),
            security,
            user,
        ]
        sender = subprocess.Popen(words, env={**os.environ, "TEST_SMTP_PASSWORD": "secret"})
        reached = trouble.reached.wait(20)
        sender.kill()
        sender.wait()
        trouble.over.set()
        assert reached, "the program never came so far"


@pytest.mark.parametrize("point", [*BEFORE, "before the dot", "after the dot", "quit"])
def test_killed_at_each_point_it_leaves_at_most_one_copy(tmp_path: Path, point: str) -> None:
    """D7: before the message's first byte it goes, once, by the next program; behind it nobody knows, and it
    is said; the server's goodbye is not waited for.
    """
    path, trouble = tmp_path / "work.db", Trouble()
    with queued(path) as (desk, changed):
        killed_at(point, path, trouble)
        trouble.at("", "")
        # The lease of who was killed is over.
        later = Store(path, HeldClock(desk.now() + timedelta(minutes=10))).open()
        with serving(trouble) as server:
            said = {"host": "127.0.0.1", "port": server.port, "security": "none", "rate": 0}
            post = Post({"email": SmtpTransport.set_up(Setup(tmp_path, SystemClock(), said))})
            after = Desk(later, desk.agent, post)
            after.clockwork.outgoing()
            after.clockwork.outgoing()
            word, copies = fate(after, changed), len(trouble.accepted)
        later.close()
    expected = {
        "before the dot": [("uncertain", 0)],
        "after the dot": [("uncertain", 1)],
        # The kill may come before the outcome is on disk.
        "quit": [("sent", 1), ("uncertain", 1)],
    }
    assert (word, copies) in expected.get(point, [("sent", 1)])
