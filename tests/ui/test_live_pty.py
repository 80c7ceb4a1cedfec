"""Two real programs in two real terminals on one store: what one does, the other shows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kustui.clock import SystemClock
from support.people import wrote
from support.program import desk_at, program
from support.terminal import Terminal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")

SECOND = 1.0


@pytest.fixture(params=["sqlite", "postgresql"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """A workspace with a few customers who wait."""
    place: Path | str = tmp_path / "workspace.db"
    if request.param == "sqlite":
        yield from _filled(place)
        return
    from support import postgres

    with postgres.database(request.getfixturevalue("postgresql"), like="kustui") as url:
        yield from _filled(url)


def _filled(place: Path | str) -> Iterator[Path | str]:
    now = SystemClock().now()
    with desk_at(place, create=True) as desk:
        for number in range(12):
            wrote(
                desk,
                sender=f"c{number}@example.com",
                name=f"Customer {number:02}",
                subject=f"Subject {number:02}",
                at=now - timedelta(minutes=60 - number),
            )
    yield place


def within(terminal: Terminal, shows: Callable[[], bool]) -> float:
    """The seconds until a screen shows something; fails after ten, with what it shows."""
    began = time.monotonic()
    while not shows():
        assert time.monotonic() - began < 10, terminal.text()
        terminal.read(quiet=0.01, limit=0.05)
    return time.monotonic() - began


def test_what_one_does_the_other_shows_within_a_second(workspace: Path | str, tmp_path: Path) -> None:
    """G1, G2: an act, a message that comes, and a wake are on the other screen within a second, and so is
    who replies; the cursor, the list's scroll and the words that are being typed there stay. Then nothing
    happens, and that screen is sent not a byte.
    """
    homes = [str(tmp_path / name) for name in ("ana", "ben")]
    with (
        program(workspace, home=homes[0]) as ana,
        program(workspace, agent="ben", home=homes[1]) as ben,
        desk_at(workspace) as desk,
    ):
        for terminal in (ana, ben):
            terminal.until("Customer 00")
        ben.send("jjj\r")
        ben.until("Where is my order?")
        ben.send("rHalf a wo")
        ben.until("Half a wo")
        ben.until("saved")
        ana.until("» ben is replying")
        # The clockwork of both has begun by then.
        for terminal in (ana, ben):
            terminal.read(quiet=1.5, limit=4)
        at = (ben.screen.cursor.x, ben.screen.cursor.y)

        ana.send("e")
        ana.until("Done")
        took = {"act": within(ben, lambda: "Customer 00" not in ben.text())}
        wrote(desk, "Hello there", sender="new@example.com", name="Newcomer", subject="A new one")
        took["message"] = within(ben, lambda: "Newcomer" in ben.text())
        number = desk.reads.conversation_ids()[0]
        desk.triage.snooze(number, desk.now() + timedelta(seconds=2))
        within(ben, lambda: "Customer 00" not in ben.text())
        end = desk.reads.conversation(number).snooze
        assert end is not None
        assert end.until is not None
        within(ben, lambda: "Customer 00" in ben.text())
        took["wake"] = (desk.now() - end.until).total_seconds()

        assert took["act"] < SECOND
        assert took["message"] < SECOND
        # The clockwork looks once a second, and the screen half a second after it.
        assert took["wake"] < 2 * SECOND
        assert "Half a wo" in ben.text()
        assert (ben.screen.cursor.x, ben.screen.cursor.y) == at
        ben.read(quiet=1, limit=4)
        assert ben.read(quiet=3, limit=3) == b""
