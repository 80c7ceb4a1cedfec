"""A shift in which time is held: what makes it pass, and everything happen that is due on the way (SPEC G3).

Nothing here happens by itself but by `key`, `advance`, or the thread of a pace. Each of them moves the
clock from one thing that happens to the next, so a jump over a year wakes, sends and brings in what the
year would have, in its order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol

from kustui.clock import EPOCH, HeldClock, instant, milliseconds, minute
from kustui.core.shift import BY_ID, Pace
from kustui.desk.clockwork_pass import Pass
from kustui.errors import KustuiError
from kustui.training.passing import passing

if TYPE_CHECKING:
    from kustui.core.scorecard import Scorecard
    from kustui.desk import Desk
    from kustui.training.players import ColleagueAct

Kind = Literal["demo", "training", "replay", "watch"]
MILLISECOND = timedelta(milliseconds=1)
TICK_SECONDS = 0.5
"""How often time that passes by itself moves on."""


class Foreseen(Protocol):
    """A transport that knows when its customers write next."""

    def next_at(self) -> datetime | None:
        """The next instant at which something happens by itself; None when nothing will."""


class Floor(Foreseen, Protocol):
    """Those who play a scenario: customers by their transport, colleagues by what they do."""

    def acts_due(self) -> tuple[ColleagueAct, ...]:
        """What colleagues do by now, in order; each once."""

    def state(self) -> dict[str, Any]:
        """What has happened, as values JSON can hold."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from there."""


class Shift:
    """One shift at a desk whose store is held to `clock`."""

    def __init__(
        self,
        desk: Desk,
        clock: HeldClock,
        player: Foreseen,
        *,
        kind: Kind,
        title: str,
        pace: str,
        ends: datetime | None = None,
        floor: Floor | None = None,
    ) -> None:
        """`floor` is given for a shift that is kept and counted; `ends` is an aware instant."""
        self.desk = desk
        self.kind: Kind = kind
        self.title = title
        self.ends = ends
        self._clock, self._player, self._floor = clock, player, floor
        self.pace: Pace = BY_ID[pace]
        """How time passes."""
        self._lock = threading.RLock()
        self.keys = 0
        """How many keys were pressed."""
        self.pressed: list[tuple[int, str, int]] = []
        """What was done when, in milliseconds, and how many keys it took."""
        self._unspent = 0
        self._line = 0
        if floor is not None:
            self._remember(desk.shifts.state())

    # -- pace --------------------------------------------------------------------------

    def key(self) -> Pass | None:
        """A key is about to act: what the last one did is counted, and the time a key takes passes."""
        with self._lock:
            done = Pass()
            try:
                self._count()
            except KustuiError as error:
                done.trouble = error
            self.keys += 1
            self._unspent += 1
            seconds = self.pace.keys
            if seconds:
                passed = self.advance(self._clock.now() + timedelta(seconds=seconds))
                passed.trouble = passed.trouble or done.trouble
                return passed
            return done if done.trouble is not None else None

    def run(
        self,
        stop: threading.Event,
        changed: Callable[[Pass], None],
        trouble: Callable[[KustuiError], None],
    ) -> list[threading.Thread]:
        """Let time pass by itself while the pace says so; answers the daemon thread that does."""

        def step(real: float) -> Pass | None:
            rate = self.pace.rate
            if not rate:
                return None
            before = self._clock.now()
            done = self.advance(before + timedelta(seconds=real * rate))
            is_news = done or done.trouble is not None or minute(self._clock.now()) != minute(before)
            return done if is_news else None

        return passing(step, TICK_SECONDS, stop, changed, trouble)

    # -- time --------------------------------------------------------------------------

    def next_at(self) -> datetime | None:
        """When something happens next by itself; None when nothing will."""
        found = (self._player.next_at(), self.desk.clockwork.next_at())
        return min((at for at in found if at is not None), default=None)

    def is_over(self) -> bool:
        """Whether the shift has come to its end; time may go on behind it."""
        return self.ends is not None and self._clock.now() >= self.ends

    def advance(self, until: datetime) -> Pass:
        """Let time pass until that instant, and everything happen that is due on the way, in its order.

        What goes wrong is the pass's trouble; the rest happens all the same.
        """
        with self._lock:
            done = Pass()
            try:
                self._pass(until, done)
            except KustuiError as error:
                done.trouble = done.trouble or error
            return done

    def _pass(self, until: datetime, done: Pass) -> None:
        # What an act has just queued may be due at once.
        happened = self._happen(done)
        while (at := self.next_at()) is not None and self._clock.now() < at <= until:
            self._stand_at(at)
            happened = self._happen(done) or happened
        if self._clock.now() < until:
            self._stand_at(until)
        if happened and self._floor is not None:
            self._keep()

    def _stand_at(self, at: datetime) -> None:
        # The clock knows whole milliseconds, and must not stop short of what happens between two.
        self._clock.set(instant(-((EPOCH - at) // MILLISECOND)))
        if self._floor is not None:
            self.desk.shifts.stands_at(self._clock.now())

    def _happen(self, done: Pass) -> bool:
        """Everything that is due at this instant; answers whether anything was."""
        found = self.desk.clockwork.tick()
        done.add(found)
        deeds = () if self._floor is None else self._floor.acts_due()
        for deed in deeds:
            try:
                if deed.what == "note":
                    self.desk.shifts.note_by(deed.by, deed.kind, deed.address, deed.words)
                else:
                    self.desk.shifts.availability_by(deed.by, deed.words)
            except KustuiError as error:
                done.trouble = done.trouble or error
        return bool(found) or bool(deeds)

    def card(self, width: int) -> tuple[Scorecard, str] | None:
        """How it went so far, and that as a page of so many columns; None in the demo."""
        if self._floor is None:
            return None
        from kustui.training import play

        with self._lock:
            self._write_down()
            found = play.card(self.desk)
        return found, play.page(found, play.zone_of(self.desk), width=width)

    # -- counting ----------------------------------------------------------------------

    def _count(self) -> None:
        """Put the keys that were pressed down to what was done with them."""
        if self._floor is None:
            return
        for number, act in self.desk.shifts.deeds_since(self._line):
            self._line = number
            # What one key does besides, as send and mark done, took none of its own.
            self.pressed.append((milliseconds(self._clock.now()), act, self._unspent))
            self._unspent = 0

    def _keep(self) -> None:
        assert self._floor is not None
        state = {
            "keys": self.keys,
            "unspent": self._unspent,
            "line": self._line,
            "pressed": self.pressed,
            "floor": self._floor.state(),
        }
        self.desk.shifts.stands_at(self._clock.now(), state)

    def _remember(self, state: Mapping[str, Any]) -> None:
        if not state:
            return
        self.keys, self._unspent, self._line = state["keys"], state["unspent"], state["line"]
        self.pressed = [(at, act, keys) for at, act, keys in state["pressed"]]
        if self._floor is not None:
            self._floor.restore(state["floor"])

    def end(self) -> None:
        """Write down how the shift stands, and leave it; for the end of the program."""
        with self._lock:
            self._write_down()
            if self._floor is not None:
                self.desk.shifts.get_up()

    def _write_down(self) -> None:
        self._count()
        if self._floor is not None:
            self._keep()
