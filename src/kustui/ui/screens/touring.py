"""The tour on the real screen: looks at what really happens, and says what there is to do next (SPEC G3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from kustui.core import tour
from kustui.core.commands import Command
from kustui.core.tour import Stage, Step
from kustui.desk import Desk
from kustui.ui.palette import Palette
from kustui.ui.screens.desk import DeskScreen
from kustui.ui.widgets.tour_panel import TourPanel

if TYPE_CHECKING:
    from kustui.core.shift import Jump, Pace
    from kustui.desk.shifts import RunningShift
    from kustui.desk.touring import Tour


class TouringScreen(DeskScreen):
    """The desk with the tour's panel. Every key acts as ever; the panel waits for what it asked for."""

    def __init__(self, desk: Desk, table: tuple[Command, ...]) -> None:
        assert desk.tour is not None
        super().__init__(desk, table)
        self._tour: Tour = desk.tour
        self._step: Step = desk.tour.step
        self._past: list[str] = []
        """What has happened since the step began."""
        self._last_line = 0
        """The last line of the agent's history that was looked at."""
        self._panels: list[TourPanel] = []
        self._over_time = False
        self._is_left = False

    # -- the panel ---------------------------------------------------------------------

    def on_mount(self) -> None:
        """Begin where the tour was left."""
        self._last_line = max((line for line, _ in self._deeds()), default=0)
        self._show_panel()

    def _show_panel(self) -> None:
        self._put_panel(self, f"{self.key('tour')} skips or leaves")
        self._go(self._step)

    def _put_panel(self, screen: Screen[Any], hint: str = "") -> None:
        panel = TourPanel(hint)
        self._panels.append(panel)
        screen.mount(panel)

    def _go(self, step: Step) -> None:
        """Come to a step."""
        self._step, self._past = step, []
        self.safely(lambda: self._tour.stand_at(step), None)
        self._tell()

    def _tell(self) -> None:
        """Say what there is to do, as the screen is."""
        if self._is_left:
            return
        words = tour.told(self._step, self._stage(), self.key)
        self._panels = [panel for panel in self._panels if panel.is_attached or not panel.is_mounted]
        for panel in self._panels:
            panel.say(self._step, words)

    def _stage(self) -> Stage:
        draft = self.editor.draft if self.furnished and self.editor.has_focus_within else None
        writing = "" if draft is None else "note" if draft.kind == "note" else "reply"
        status = self.conversation.status if self.conversation is not None else ""
        return Stage(self.customer is not None, status, writing, self._over_time, self.inbox.count)

    def _happened(self, what: str) -> None:
        """Go on when that was the last that the step waited for."""
        if self._is_left:
            return
        self._past.append(what)
        if tour.is_ended(self._step, self._past):
            self._go(tour.following(self._step))
        else:
            self._tell()

    # -- skipping and leaving ------------------------------------------------------------

    def action_tour(self) -> None:
        """Skip the step, begin again, leave the tour, or come back to it."""
        from kustui.ui.screens.menu import Choice, Menu

        again = Choice("again", "b", "Begin again", "from the first step")
        if self._is_left:
            lines = [Choice("back", "t", "Take it up again", "where you left it"), again]
        else:
            lines = [
                Choice("leave", "l", "Leave the tour", "the demo stays; `kustui tour` goes on here"),
                again,
            ]
            if self._step is not tour.END:
                lines.insert(0, Choice("skip", "s", "Skip this step", self._step.title))

        def chosen(name: str | None) -> None:
            if name == "leave":
                self._leave_tour()
            elif name is not None:
                if self._is_left:
                    self._is_left = False
                    self._show_panel()
                if name != "back":
                    skipped = tour.following(self._step, skipping=True)
                    self._go(skipped if name == "skip" else tour.STEPS[0])

        self.app.push_screen(Menu("Tour", lines), chosen)

    def _leave_tour(self) -> None:
        self._is_left = True
        for panel in self._panels:
            panel.remove()
        self._panels = []
        self.say(f"The tour is left; {self.key('tour')} or `kustui tour` takes it up again")

    def on_tour_panel_clicked(self, event: TourPanel.Clicked) -> None:
        """The panel was clicked."""
        event.stop()
        self.action_tour()

    # -- what happens ------------------------------------------------------------------

    def on_desk_base_acted(self, event: DeskScreen.Acted) -> None:  # noqa: ARG002 - as the base has it
        """Something was done: once the screen has looked at it, see what."""
        self.call_later(self._look_at_deeds)

    def _look_at_deeds(self) -> None:
        for line, act in self._deeds():
            self._last_line = max(line, self._last_line)
            self._happened(act)

    def _deeds(self) -> list[tuple[int, str]]:
        return self.safely(lambda: self.desk.shifts.deeds_since(self._last_line), [])

    def look(self, *, renew: bool = True) -> None:
        """Look at everything again, and whether the step can be done as it is."""
        super().look(renew=renew)
        self._tell()

    def open_customer(self, customer_id: int, conversation_id: int | None = None) -> None:
        """A customer is opened."""
        super().open_customer(customer_id, conversation_id)
        if self.furnished and self.customer is not None and self.customer.id == customer_id:
            self._happened("customer.opened")

    def on_reply_editor_focused(self) -> None:
        """The cursor came into the editor, or left it."""
        writing = self._stage().writing
        if writing:
            self._happened(f"writing.{writing}")
        else:
            self._tell()

    def on_screen_suspend(self) -> None:
        """Something lies over the desk: the panel stands there as well."""
        top = self.app.screen
        if not self._is_left and top is not self:
            self._put_panel(top)
            self._happened("palette" if isinstance(top, Palette) else "over")

    def on_screen_resume(self) -> None:
        """What lay over the desk is gone."""
        # What came of it is told first.
        self.call_later(self._back)

    def _back(self) -> None:
        if not self.is_current:
            return
        self._over_time = False
        self._happened("back")
        if self.view is None and self.inbox.count:
            self._happened("search.found")

    def action_send_menu(self) -> None:
        """The ways to send are shown."""
        super().action_send_menu()
        self._happened("menu.send")

    def action_help(self) -> None:
        """Every key is shown."""
        super().action_help()
        self._happened("help")

    def action_time(self) -> None:
        """The menu of time is shown."""
        super().action_time()
        self._over_time = True
        self._happened("time.menu")

    def jump(self, shift: RunningShift, jump: Jump) -> None:
        """Time jumps."""
        super().jump(shift, jump)
        self._happened("time.moved")

    def pass_time(self, shift: RunningShift, pace: Pace) -> None:
        """Time passes at another pace."""
        super().pass_time(shift, pace)
        self._happened("time.moved")
