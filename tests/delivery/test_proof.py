"""What a mail folder proves: a message whose program died is settled as sent where its file lies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kustui.clock import HeldClock, milliseconds
from kustui.core.post import Parcel
from kustui.core.records import Agent
from kustui.delivery.maildir import MaildirTransport
from kustui.desk import Desk, Post
from kustui.store.store import Store
from support.outbox import ask, died, item, queued
from support.people import wrote
from support.transport import Recorder

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
# Sends what is due by the mail folder and ends, as by a power cut, after or before the file is there.
DIES = """
import os, signal, sys
from pathlib import Path
from kustui.clock import HeldClock, instant
from kustui.core.records import Agent
from kustui.delivery import maildir
from kustui.desk import Desk, Post
from kustui.store.store import Store
real = maildir._publish
def publish(written, target):
    if sys.argv[4] == "after":
        real(written, target)
    os.kill(os.getpid(), signal.SIGKILL)
maildir._publish = publish
store = Store(Path(sys.argv[1]), HeldClock(instant(int(sys.argv[2])))).open()
post = Post({"email": maildir.MaildirTransport(Path(sys.argv[3]))}, address="support@acme.example")
Desk(store, Agent(1, "ana", "Ana Soler"), post).clockwork.tick()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where mail goes."""
    return tmp_path / "mail"


@pytest.fixture
def by_mail(store: Store, agent: Agent, folder: Path) -> Desk:
    """Ana's desk, whose email goes into the folder."""
    return Desk(store, agent, Post({"email": MaildirTransport(folder)}, address="support@acme.example"))


def files(folder: Path) -> list[Path]:
    """What was delivered."""
    return sorted(folder.glob("new/*")) + sorted(folder.glob("cur/*"))


def killed(desk: Desk, folder: Path, when: str) -> None:
    """A program of its own sends what is due and is killed on the way."""
    arguments = (str(desk.store.path), str(milliseconds(desk.now())), str(folder), when)
    done = subprocess.run([sys.executable, "-c", DIES, *arguments], env=ENVIRONMENT, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("seen", [False, True], ids=["new", "seen by a mail program"])
def test_a_file_that_is_there_settles_it_as_sent(
    by_mail: Desk, clock: HeldClock, folder: Path, seen: bool
) -> None:
    """D7: killed right after the link, the next sweep finds the file and says sent; no second one is made."""
    number = queued(by_mail, wrote(by_mail))
    killed(by_mail, folder, "after")
    assert item(by_mail, number).state == "sending"
    [file] = files(folder)
    if seen:
        file.rename(folder / "cur" / f"{file.name}:2,S")
    by_mail.clockwork.tick()
    assert item(by_mail, number).state == "sending"
    clock.advance(minutes=3)
    by_mail.clockwork.tick()
    assert (item(by_mail, number).state, item(by_mail, number).reason) == (
        "sent",
        "Its file is in the mail folder.",
    )
    clock.advance(hours=2)
    by_mail.clockwork.tick()
    assert len(files(folder)) == 1


def test_a_file_that_is_not_there_leaves_it_uncertain(by_mail: Desk, clock: HeldClock, folder: Path) -> None:
    """D7: killed before the link nobody can know; it stays uncertain, its author is told, nothing is sent."""
    number = queued(by_mail, wrote(by_mail))
    killed(by_mail, folder, "before")
    clock.advance(minutes=3)
    by_mail.clockwork.tick()
    clock.advance(hours=2)
    by_mail.clockwork.tick()
    assert item(by_mail, number).state == "uncertain"
    assert [note.kind for note in by_mail.reads.notifications()] == ["uncertain"]
    assert files(folder) == []
    by_mail.dispatch.send_again(number)
    by_mail.clockwork.tick()
    assert (item(by_mail, number).state, len(files(folder))) == ("sent", 1)


def test_sending_again_really_writes_a_second_file(by_mail: Desk, clock: HeldClock, folder: Path) -> None:
    """D7: a person's *send again* is another round: the file of the first proves nothing about it."""
    number = queued(by_mail, wrote(by_mail))
    by_mail.clockwork.tick()
    first = files(folder)
    died(by_mail, number, carrier="maildir")
    first[0].rename(folder / "away")
    by_mail.clockwork.tick()
    (folder / "away").rename(first[0])
    by_mail.dispatch.send_again(number)
    by_mail.clockwork.tick()
    assert (item(by_mail, number).state, len(files(folder))) == ("sent", 2)


class Stumbles(Recorder):
    """A transport whose proof cannot be asked for."""

    def proof(self, parcel: Parcel) -> str:
        """Never an answer."""
        raise OSError(f"nobody knows of {parcel.message_id}")


def test_a_proof_that_cannot_be_asked_for_stops_nothing(store: Store, desk: Desk, clock: HeldClock) -> None:
    """D7: it proves nothing; the message is uncertain, and what is due behind it goes."""
    stumbles = Stumbles()
    there = Desk(store, desk.agent, Post({"email": stumbles}))
    number = wrote(there)
    first = queued(there, number)
    died(there, first)
    second = queued(there, number, "fine")
    there.clockwork.tick()
    assert ask(there, "SELECT id, state FROM outbox ORDER BY id") == [(first, "uncertain"), (second, "sent")]
