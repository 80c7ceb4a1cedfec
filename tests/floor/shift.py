"""One agent's shift: what is pressed, and what should have come of it."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

from kustui.clock import SystemClock
from kustui.core.post import Inbound, Person
from kustui.desk import Desk
from kustui.desk.team import set_up, sign_in
from kustui.store.store import Store
from support.terminal import Terminal

AGENT = Path(__file__).with_name("agent.py")
LIMIT = 60.0


def fill(place: Path | str, agents: int, customers: int) -> None:
    """Make a workspace in which each agent has so many customers of their own, who wait."""
    store = Store(place).open(create=True)
    set_up(store, "Floor")
    now = SystemClock().now()
    for number in range(agents):
        desk = Desk(store, sign_in(store, f"agent{number}", f"Agent {number}"))
        for place_of in range(customers):
            name = f"Customer {number}-{place_of}"
            changed = desk.intake.receive(
                Inbound(
                    channel="email",
                    external_id=f"floor:{number}:{place_of}",
                    sender=Person(f"customer{number}.{place_of}@example.com", name),
                    subject=f"Order {number}-{place_of}",
                    body="Where is my order?",
                    original=b"Where is my order?",
                    at=now,
                )
            )
            assert changed is not None
            desk.triage.assign(changed.conversation_id or 0, desk.agent.id)
    store.close()


class Shift:
    """An agent at the screen, and the book of what was done."""

    DONE = "E Re-open"
    """What the toolbar says once a conversation is done; before, it says Mark as Done."""

    def __init__(
        self,
        place: Path | str,
        folder: Path,
        number: int,
        customers: int,
        pause: float,
        size: tuple[int, int],
    ) -> None:
        self.number = number
        self.login = f"agent{number}"
        self.times = folder / f"times-{number}"
        self.done: dict[str, int] = {}
        self.replies: list[str] = []
        self.notes: list[str] = []
        self.unfinished = f"unfinished by {self.login}, in the middle of a wo"
        self.trouble = ""
        self.screen = b""
        self._customers = customers
        self._pause = pause
        self._chance = random.Random(number)
        self._place, self._folder, self._size = place, folder, size

    def work(self) -> None:
        """The whole shift; what goes wrong is kept in `trouble`."""
        home = str(self._folder / f"home-{self.number}")
        environment = {
            "HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "XDG_DATA_HOME": str(self._folder),
        }  # fmt: skip
        arguments = (str(self.times), "--db", str(self._place), "--agent", self.login)
        with Terminal(AGENT, *arguments, size=self._size, environment=environment) as terminal:
            try:
                terminal.until(f"Customer {self.number}-", limit=LIMIT)
                for place in range(self._customers - 1):
                    self._customer(terminal, place)
                self._hang_up(terminal)
            # Whatever it is, the other agents go on and the table says it.
            except BaseException as error:  # noqa: BLE001
                self.trouble = f"{self.login}: {error}"
            self.screen = terminal.written

    def _customer(self, terminal: Terminal, place: int) -> None:
        """The customer at the top: a note or a reply, then done or snoozed, sometimes taken back first."""
        self._press(terminal, "\r", "r reply")
        token = f"t{self.number}x{place}t"
        if place % 3 == 2:
            self._write(terminal, "n", "F9 Create note", f"Seen, {token}.", "Note posted")
            self.notes.append(token)
        else:
            self._write(terminal, "r", "F9 Send now", f"It left today, {token}.", "")
            self.replies.append(token)
        if place % 4 == 3:
            self._press(terminal, "s", "2 hours")
            self._press(terminal, "2", "Snoozed until")
            self._count("conversation.snoozed")
        else:
            self._press(terminal, "e", self.DONE)
            self._count("conversation.done")
        if place % 5 == 4:
            self._press(terminal, "z", "Undone")
            self._count("undone")
            self._press(terminal, "e", self.DONE)
            self._count("conversation.done")
        terminal.send("gi")
        self._rest(terminal)

    def _write(self, terminal: Terminal, key: str, ready: str, words: str, said: str) -> None:
        self._press(terminal, key, ready)
        for part in words.split(" "):
            terminal.send(part + " ")
            terminal.read(quiet=0.02, limit=0.3)
        terminal.until(words.split()[-1], LIMIT)
        self._press(terminal, "\x1b[20~", said or words.split()[-1])
        # The editor is empty again when the message stands on the timeline.
        terminal.until("r reply", LIMIT)
        self._count("note.posted" if key == "n" else "message.queued")

    def _hang_up(self, terminal: Terminal) -> None:
        self._press(terminal, "\r", "r reply")
        self._press(terminal, "r", "F9 Send now")
        terminal.send(self.unfinished)
        terminal.until("of a wo", LIMIT)
        terminal.kill(signal.SIGHUP)
        terminal.end(LIMIT)

    def _press(self, terminal: Terminal, keys: str, words: str) -> None:
        terminal.send(keys)
        terminal.until(words, LIMIT)
        self._rest(terminal)

    def _rest(self, terminal: Terminal) -> None:
        until = time.monotonic() + self._chance.uniform(0.2, 1.0) * self._pause
        while time.monotonic() < until:
            terminal.read(quiet=0.05, limit=0.1)

    def _count(self, act: str) -> None:
        self.done[act] = self.done.get(act, 0) + 1
