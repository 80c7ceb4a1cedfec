"""A workspace whose time is held, for demos and training: its clock, its record, its colleagues (SPEC G3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from kustui.core.records import Draft
from kustui.core.shift import Pace
from kustui.desk.reads import agent_of
from kustui.errors import KustuiError, Refused
from kustui.store import recording
from kustui.store.queries import history, people
from kustui.store.recording import Entry

if TYPE_CHECKING:
    import threading

    from kustui.core.scorecard import Scorecard
    from kustui.desk import Desk
    from kustui.desk.clockwork_pass import Pass

__all__ = ["Entry", "RunningShift", "Shifts"]


class RunningShift(Protocol):
    """What the screen is told of a shift while it runs."""

    pace: Pace

    @property
    def kind(self) -> Literal["demo", "training", "replay", "watch"]:
        """What it is for."""

    @property
    def title(self) -> str:
        """What people call it."""

    def key(self) -> Pass | None:
        """A key is about to act: the time that it takes passes. What happened meanwhile, or None."""

    def advance(self, until: datetime) -> Pass:
        """Let time pass until that instant, and everything happen that is due on the way, in its order."""

    def next_at(self) -> datetime | None:
        """When something happens next by itself; None when nothing will."""

    def is_over(self) -> bool:
        """Whether the shift has come to its end; time may go on behind it."""

    def card(self, width: int) -> tuple[Scorecard, str] | None:
        """How it went so far, and that as a page of so many columns; None where nobody counts."""

    def run(
        self,
        stop: threading.Event,
        changed: Callable[[Pass], None],
        trouble: Callable[[KustuiError], None],
    ) -> list[threading.Thread]:
        """Start what lets time pass by itself, and answer its daemon threads."""

    def end(self) -> None:
        """The program ends: write down how the shift stands."""


class Shifts:
    """What the store of a shift holds beyond a workspace."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def begin(self, facts: Mapping[str, Any]) -> None:
        """Make this workspace a shift that `facts` (values JSON can hold) describe; every row is kept from
        now on. Raises Refused for a store on a server, and for one that is a shift already.
        """
        recording.begin(self._desk.store, facts)

    def sit_down(self) -> None:
        """Play this shift in this program. Raises Refused while another one of this host plays it."""
        from kustui.desk.owners import is_alive, owner_name

        me = owner_name()
        ours = _process(me)
        if not recording.play(
            self._desk.store, me, lambda owner: _process(owner) == ours or not is_alive(owner)
        ):
            raise Refused(
                "The shift is being played",
                f"Another program plays {self._desk.store_place}; end that first, or `kustui watch` it.",
            )

    def get_up(self) -> None:
        """Another program may go on with this shift."""
        recording.play(self._desk.store, "", lambda _: True)

    def must_be_none(self) -> None:
        """Raises Refused in a shift that another program plays: its time, its customers and what goes out
        are that program's.
        """
        if self._desk.store.follows:
            raise Refused(
                "A training shift",
                f"{self._desk.store_place} is for `kustui train go-on` and `kustui watch` alone.",
            )

    def facts(self) -> dict[str, Any] | None:
        """What this shift is; None for a workspace that is none."""
        return recording.facts(self._desk.store)

    def state(self) -> dict[str, Any]:
        """What was to be remembered last."""
        return recording.state(self._desk.store) or {}

    def stands_at(self, now: datetime, state: Mapping[str, Any] | None = None) -> None:
        """Write where the clock stands and, where it has changed, what is to be remembered."""
        recording.move_clock(self._desk.store, now, state)

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Every row as it was left, in the order of the acts, behind the entry of that number."""
        return recording.entries(self._desk.store, after)

    def apply(self, rows: list[Entry]) -> None:
        """Write the rows of a recording into this workspace, which was made for them."""
        recording.apply(self._desk.store, rows)

    def deeds_since(self, line: int) -> list[tuple[int, str]]:
        """(line, act) of the agent's history behind that line, the oldest first."""
        with self._desk.store.reading() as reader:
            return history.lines_of(reader, self._desk.agent.id, line)

    def open_last(self, login: str) -> tuple[int, int | None, str] | None:
        """(customer, conversation, what they do) of the agent of that login, now or last; None for nobody."""
        found = agent_of(self._desk.store, login)
        if found is None:
            return None
        with self._desk.store.reading() as reader:
            return people.last_opened(reader, found.id)

    # -- colleagues ------------------------------------------------------------------

    def note_by(self, login: str, kind: str, address: str, words: str) -> bool:
        """A colleague's note in the newest conversation of the customer with that address; False when
        nobody has the address, or nothing to say it in.
        """
        desk = self._as(login)
        with self._desk.store.reading() as reader:
            customer = people.customer_by_address(reader, kind, address)
            number = people.newest_conversation(reader, customer.id) if customer else None
        if desk is None or customer is None or number is None:
            return False
        desk.replies.send(Draft(0, desk.agent.id, customer.id, "note", number, body=words))
        return True

    def availability_by(self, login: str, state: str) -> None:
        """A colleague becomes available, busy, away or offline."""
        desk = self._as(login)
        if desk is not None:
            desk.staffing.be(state)

    def _as(self, login: str) -> Desk | None:
        from kustui.desk import SAID_AT_THE_DOOR, Desk

        found = agent_of(self._desk.store, login)
        if found is None:
            return None
        said = {name: getattr(self._desk, name) for name in SAID_AT_THE_DOOR}
        return Desk(self._desk.store, found, self._desk.post, **said)


def _process(owner: str) -> str:
    """A program's host, process and beginning, without the word of its own."""
    return owner.rpartition(":")[0]
