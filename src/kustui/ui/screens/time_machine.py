"""Time in a shift: what it is, how it passes, and where it may jump (SPEC G3)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kustui.core import when
from kustui.errors import KustuiError
from kustui.ui.screens.base import DeskBase

if TYPE_CHECKING:
    from kustui.core.shift import Jump, Pace
    from kustui.desk.shifts import RunningShift

MARGIN = 3
"""Columns beside a page."""


class TimeMachine(DeskBase):
    """Moves the shift's clock; where there is no shift, time is the store's own."""

    def tell_time(self) -> None:
        """Say in the status line where time stands, and how it passes."""
        shift = self.desk.shift
        if shift is not None:
            local = self.now().astimezone(self.desk.zone)
            self.status_line.clock = f"{local:%a %H:%M} {shift.pace.words}"

    def _look(self, *, renew: bool) -> None:
        super()._look(renew=renew)
        self.tell_time()
        self.tell_end()

    def action_time(self) -> None:
        """Ask how time shall pass, or where it shall jump."""
        # A jump brings many notices, which would lie over what is asked; N has them all.
        self.app.clear_notifications()
        from kustui.core.shift import BY_ID, PACES, jumps
        from kustui.ui.screens.menu import Choice, Menu

        shift = self.desk.shift
        if shift is None:
            self.say("Time passes by itself here; it is held in the demo and in training")
            return
        now, zone = self.now(), self.desk.zone
        places = {jump.key: jump for jump in jumps(now, zone, self.safely(shift.next_at, None))}
        choices = [
            Choice(key, key, jump.words, when.absolute(jump.until, zone, now)) for key, jump in places.items()
        ]
        choices += [Choice(pace.id, pace.key, f"Time: {pace.words}", pace.told) for pace in PACES]
        if shift.kind == "watch":
            choices = []
        elif shift.kind == "replay":
            choices = [choice for choice in choices if choice.name != "keys"]
        if shift.kind in ("training", "watch"):
            choices.append(Choice("card", "c", "Scorecard", "how it goes so far"))

        def chosen(name: str | None) -> None:
            if name in places:
                self.jump(shift, places[name])
            elif name in BY_ID:
                self.pass_time(shift, BY_ID[name])
            elif name == "card":
                self.show_card(shift)

        about = f"It is {when.absolute(now, zone, now)}. {shift.title}"
        self.app.push_screen(Menu("Time", choices, chosen=shift.pace.id, about=about), chosen)

    def show_card(self, shift: RunningShift) -> None:
        """Show how it goes so far."""
        self.run_worker(self._show_card(shift), group="card", exit_on_error=False, name="card")

    async def _show_card(self, shift: RunningShift) -> None:
        from kustui.ui.screens.scorecard import show

        try:
            found = await asyncio.to_thread(shift.card, min(80, self.size.width) - MARGIN)
        except KustuiError as error:
            self.refuse(error)
            return
        if found is not None:
            self.app.clear_notifications()
            show(self, *found)

    _told_over = False

    def tell_end(self) -> None:
        """Once, when the shift is over: say so, and show how it went."""
        shift = self.desk.shift
        if shift is not None and not self._told_over and shift.is_over() and self.is_current:
            self._told_over = True
            what = "replay" if shift.kind == "replay" else "shift"
            self.say(f"The {what} is over; {self.key('quit')} leaves")
            if shift.kind == "training":
                self.show_card(shift)

    def pass_time(self, shift: RunningShift, pace: Pace) -> None:
        """Let time pass at another pace."""
        shift.pace = pace
        self.tell_time()
        self.say(f"Time: {pace.words}, {pace.told}")

    def jump(self, shift: RunningShift, jump: Jump) -> None:
        """Let everything happen until that instant, in its order; the screen goes on meanwhile."""
        self.run_worker(self._jump(shift, jump), group="write", exit_on_error=False, name="time")

    async def _jump(self, shift: RunningShift, jump: Jump) -> None:
        self.status_line.busy = "Time passes…"
        try:
            done = await asyncio.to_thread(shift.advance, jump.until)
        finally:
            self.status_line.busy = ""
        now = self.now()
        words = f"It is {when.absolute(now, self.desk.zone, now)}"
        self.worked(done)
        self.say(" · ".join(filter(None, (words, done.words()))))
        if done.trouble is not None:
            self.in_trouble(done.trouble)
