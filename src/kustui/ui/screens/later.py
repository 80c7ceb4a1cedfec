"""The dialog of *Send later*: a time by the server's clock, shown beside the agent's own (SPEC D4, D5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from textual.content import Content

from kustui.core import when
from kustui.core.when import Moment
from kustui.errors import Refused
from kustui.ui.screens.menu import Choice
from kustui.ui.screens.times import Switch, TimeDialog

CHOICES = (
    ("1", "In one hour", "1h"),
    ("t", "Tomorrow 9:00", "tomorrow 09:00"),
    ("m", "Next week, Monday 9:00", "monday 09:00"),
)
CUSTOM, CUSTOM_KEY = "custom", "c"


@dataclass(frozen=True, slots=True)
class LaterAnswer:
    """When a message goes (an instant), and whether the customer's reply before it holds it."""

    at: datetime
    hold_on_reply: bool = False


class LaterDialog(TimeDialog[LaterAnswer | None]):
    """Asks when a message goes; what is typed is the time on the server's wall."""

    PREFIX = "later"

    def __init__(
        self,
        title: str,
        *,
        now: Callable[[], datetime],
        server: tzinfo,
        mine: tzinfo,
        at: datetime | None = None,
        hold_on_reply: bool = False,
    ) -> None:
        """`server` and `mine` are the zones of the server and of the agent; `at` is when it would go now."""
        self.now, self.zone = now, server
        self._title = title
        self._mine = mine
        self._goes = at
        self._hold = hold_on_reply
        hold = Switch("hold", "k", "f3", self._hold_words, self._change_hold)
        super().__init__(self._lines, [hold], now=now, zone=server, custom=CUSTOM_KEY)

    def title_words(self) -> Content:
        """What is sent later, to whom."""
        return Content.assemble(("Send later", "bold"), (f"  {self._title}", "$foreground-muted"))

    def about_words(self) -> Content:
        """What time it is on the server and for the agent; when a scheduled message goes."""
        now = self.now()
        server = f"{when.absolute(now, self.zone, now)} {when.zone_name(self.zone, now)}"
        mine = f"{when.absolute(now, self._mine, now)} {when.zone_name(self._mine, now)}"
        words = f"Now it is {server} on the server, {mine} for you. Times here are the server's."
        if when.same_wall(now, self.zone, self._mine):
            words = f"Now it is {server}, on the server and for you."
        if self._goes is None:
            return Content(words)
        goes = when.describe(self._goes, now, self.zone)
        return Content.assemble(("◔ Scheduled", "bold $warning"), f" {goes}\n{words}")

    def meaning(self, moment: Moment) -> Content:
        """A time on the server, for the agent where that differs, and the wait."""
        now = self.now()
        words = f"{when.absolute(moment.at, self.zone, now)} {when.zone_name(self.zone, moment.at)}"
        mine = f"{when.absolute(moment.at, self._mine, now)} {when.zone_name(self._mine, moment.at)}"
        aside = "" if when.same_wall(moment.at, self.zone, self._mine) else f" · for you {mine}"
        return Content(f"{words}{aside}, {when.relative(moment.at, now)}")

    def taken(self, moment: Moment, typed: str) -> None:  # noqa: ARG002 - the base class's signature
        """Send at a typed time."""
        self.dismiss(LaterAnswer(moment.at, self._hold))

    def answer(self, choice: Choice) -> None:
        """Send at the time of a choice, counted from now; or type one."""
        if choice.name == CUSTOM:
            self.type("")
            return
        try:
            moment = when.parse(choice.name, self.now(), self.zone)
        except Refused as error:
            self.notify(str(error), markup=False, severity="warning")
            return
        self.dismiss(LaterAnswer(moment.at, self._hold))

    def _lines(self) -> list[Choice]:
        lines = [
            Choice(typed, key, label, self.preview(when.parse(typed, self.now(), self.zone)))
            for key, label, typed in CHOICES
        ]
        return [*lines, Choice(CUSTOM, CUSTOM_KEY, "Custom date and time")]

    def _change_hold(self) -> None:
        self._hold = not self._hold

    def _hold_words(self) -> Content:
        return Content.assemble("Hold it if they write before: ", ("yes" if self._hold else "no", "bold"))
