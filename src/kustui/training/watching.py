"""Looking on: at a shift that a trainee plays elsewhere, or at one that was recorded (SPEC G3)."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kustui.clock import HeldClock
from kustui.core.shift import Pace
from kustui.desk.clockwork_pass import Pass
from kustui.errors import KustuiError
from kustui.training.passing import passing
from kustui.training.shift import Kind

if TYPE_CHECKING:
    from kustui.core.scorecard import Scorecard
    from kustui.desk import Desk
    from kustui.desk.shifts import Entry

TICK_SECONDS = 0.1


class Watch:
    """A shift that another program plays: its time is not ours."""

    kind: Kind = "watch"

    def __init__(self, desk: Desk, title: str) -> None:
        self.desk = desk
        self.title = title
        self.pace = Pace("watch", "", "watching", "their time is not ours")

    def key(self) -> None:
        """Who looks on takes no time."""

    def advance(self, until: datetime) -> Pass:  # noqa: ARG002 - nothing of it is ours
        """Nothing passes by us."""
        return Pass()

    def next_at(self) -> datetime | None:
        """What happens next is not ours to tell."""
        return None

    def is_over(self) -> bool:
        """Whether somebody else's shift is over is told on their screen."""
        return False

    def card(self, width: int) -> tuple[Scorecard, str] | None:
        """How it has gone for the one who plays."""
        from kustui.training import play

        if "source" not in (self.desk.shifts.facts() or {}):
            return None
        found = play.card(self.desk)
        return found, play.page(found, play.zone_of(self.desk), width=width)

    def run(
        self,
        stop: threading.Event,  # noqa: ARG002 - nothing runs
        changed: Callable[[Pass], None],  # noqa: ARG002
        trouble: Callable[[KustuiError], None],  # noqa: ARG002
    ) -> list[threading.Thread]:
        """Nothing works in the background."""
        return []

    def end(self) -> None:
        """Nothing is kept."""


class Replay(Watch):
    """A recorded shift, whose rows are written again as its time passes."""

    kind: Kind = "replay"

    def __init__(self, desk: Desk, clock: HeldClock, title: str, rows: Iterable[Entry], speed: float) -> None:
        """`rows` are those behind the shift's beginning, which stands in the store already."""
        super().__init__(desk, title)
        self._clock = clock
        self._rows = deque(rows)
        self._lock = threading.Lock()
        self.pace = Pace("speed", "", f"{speed:g}×", f"{speed:g} seconds of it in each", speed)

    def next_at(self) -> datetime | None:
        """When the next act was."""
        with self._lock:
            return self._rows[0].at if self._rows else None

    def is_over(self) -> bool:
        """Whether all of it was shown."""
        return not self._rows

    def advance(self, until: datetime) -> Pass:
        """Show what happened until that instant."""
        with self._lock:
            due: list[Entry] = []
            while self._rows and self._rows[0].at <= until:
                due.append(self._rows.popleft())
            self._clock.set(max(self._clock.now(), until))
            done = Pass()
            if due:
                try:
                    self.desk.shifts.apply(due)
                except KustuiError as error:
                    done.trouble = error
            return done

    def run(
        self,
        stop: threading.Event,
        changed: Callable[[Pass], None],
        trouble: Callable[[KustuiError], None],
    ) -> list[threading.Thread]:
        """Let its time pass at the pace that was chosen; answers the thread that does."""

        def step(real: float) -> Pass | None:
            if not self.pace.rate or self.is_over():
                return None
            return self.advance(self._clock.now() + timedelta(seconds=real * self.pace.rate))

        return passing(step, TICK_SECONDS, stop, changed, trouble)
