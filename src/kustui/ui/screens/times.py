"""A dialog that asks for a time: choices with a key each, a line to type in, and what the words mean.

Every keystroke of a typed time is echoed as what it means, or why it cannot be taken (SPEC B3, D4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from kustui.core import when
from kustui.core.when import Moment
from kustui.errors import Refused
from kustui.ui.screens.menu import Choice, ChoiceLine, Picker

Answer = TypeVar("Answer")

LOOK_EVERY = 2.0
"""Seconds between two looks at whether the minute has changed."""
EXAMPLES = "3d, tue 14:30, tomorrow 9am, 2026-12-01 09:00"


@dataclass(frozen=True, slots=True)
class Switch:
    """A line of the dialog that a key changes: a letter, or `typing` while a time is typed.

    `words` says how it stands.
    """

    name: str
    key: str
    typing: str
    words: Callable[[], Content]
    change: Callable[[], None]


class TimeDialog(Picker[Answer], Generic[Answer]):
    """What the dialogs that ask for a time share; each says what a time means to it."""

    PREFIX = "time"
    """What the names of the dialog's parts begin with."""

    def __init__(
        self,
        lines: Callable[[], Sequence[Choice]],
        switches: Sequence[Switch],
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        custom: str = "",
    ) -> None:
        """`lines` tells the choices as they are at that moment, `now` the time they are counted from.

        `zone` is the one times of day are in, `custom` the key that begins a typed time.
        """
        super().__init__(lines())
        self._ask_lines = lines
        self._minute: datetime | None = None
        self.now = now
        self.zone = zone
        self._switches = tuple(switches)
        self._custom = custom

    # -- what each dialog says ---------------------------------------------------------

    def title_words(self) -> Content:
        """The dialog's title."""
        raise NotImplementedError

    def about_words(self) -> Content | None:
        """What stands under the title."""
        return None

    def meaning(self, moment: Moment) -> Content:
        """What a typed time means, in full."""
        return Content(when.describe(moment.at, self.now(), self.zone))

    def taken(self, moment: Moment, typed: str) -> None:
        """End the dialog with a typed time."""
        raise NotImplementedError

    # -- the dialog ----------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The title, the choices, a line to type in, what that means, the switches."""
        with Vertical(classes="dialog"):
            yield Static(self.title_words(), classes="dialog-title -one-line")
            about = self.about_words()
            if about is not None:
                yield Static(about, classes="dialog-about", id=f"{self.PREFIX}-about")
            yield from self.choice_lines()
            # The examples begin with keys that choose, so how to begin stands before them.
            begin = f"{self._custom}, then a time: {EXAMPLES}" if self._custom else EXAMPLES
            yield Input(id=f"{self.PREFIX}-when", placeholder=begin, compact=True, classes="time-typed")
            yield Static("", id=f"{self.PREFIX}-echo", classes="time-echo")
            for place, switch in enumerate(self._switches):
                look = "time-switch -first" if not place else "time-switch"
                yield Static(self._switch_words(switch), id=f"{self.PREFIX}-{switch.name}", classes=look)
            hint = f"a key chooses · {self._custom} types a time · Esc leaves"
            yield Static(self._foot(hint), classes="dialog-foot", id=f"{self.PREFIX}-foot")

    def on_mount(self) -> None:
        """Keys choose until a time is typed."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.select_on_focus = False
        field.can_focus = False
        self.set_focus(None)
        self._minute = self._this_minute()
        self.set_interval(LOOK_EVERY, self.look)

    def look(self) -> None:
        """Say the times anew when a minute has passed: what is chosen is what stands there."""
        minute = self._this_minute()
        if minute == self._minute:
            return
        self._minute = minute
        self.choices = tuple(self._ask_lines())
        for line, choice in zip(self.query(ChoiceLine), self.choices, strict=True):
            line.choice = choice
            line.refresh(layout=True)
        about = self.about_words()
        if about is not None:
            self.query_one(f"#{self.PREFIX}-about", Static).update(about)
        if self.types():
            self._say(self.query_one(Input).value)

    def on_key(self, event: events.Key) -> None:
        """A choice's key chooses it (before this is asked), a switch's changes it; another letter or
        digit begins a typed time.
        """
        typed = event.character
        found = next((each for each in self._switches if event.key == self._key(each)), None)
        if found is not None:
            event.stop()
            event.prevent_default()
            found.change()
            self._renew()
            self.query_one(f"#{self.PREFIX}-{found.name}", Static).scroll_visible(animate=False)
        elif self.types() or not typed or not event.is_printable:
            event.prevent_default()
        elif typed.isalnum() and all(choice.key != typed for choice in self.choices):
            event.stop()
            event.prevent_default()
            self.type(typed)

    def on_click(self, event: events.Click) -> None:
        """A click on the line to type in begins a typed time."""
        if isinstance(event.widget, Input) and not self.types():
            self.type("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the words mean."""
        event.stop()
        self._say(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the typed time; a past one is refused and the dialog stays."""
        event.stop()
        try:
            moment = when.parse(event.value, self.now(), self.zone)
        except Refused:
            self._say(event.value, refused=True)
            return
        self.taken(moment, event.value.strip())

    def types(self) -> bool:
        """Whether a time is being typed."""
        return self.is_mounted and isinstance(self.focused, Input)

    def type(self, first: str) -> None:
        """Begin a typed time with its first character."""
        field = self.query_one(Input)
        field.can_focus = True
        field.placeholder = EXAMPLES
        self.set_focus(field)
        field.value = first
        field.cursor_position = len(first)
        self._say(first)
        # Enter takes what is typed now, and a switch's letter is a letter.
        for line in self.query(ChoiceLine):
            line.has_cursor = False
        self.query_one(f"#{self.PREFIX}-foot", Static).update(self._foot("Enter takes it · Esc leaves"))
        self._renew()

    def preview(self, moment: Moment) -> str:
        """A choice's time as its line shows it."""
        now = self.now()
        note = f" ({moment.note})" if moment.note else ""
        return f"{when.absolute(moment.at, self.zone, now)}, {when.relative(moment.at, now)}{note}"

    # -- inside ------------------------------------------------------------------------------

    def _this_minute(self) -> datetime:
        return self.now().replace(second=0, microsecond=0)

    def _key(self, switch: Switch) -> str:
        taken = any(choice.key == switch.key for choice in self.choices)
        return switch.typing if taken or self.types() else switch.key

    def _switch_words(self, switch: Switch) -> Content:
        key = self._key(switch)
        shown = key.upper() if len(key) > 1 else key
        return Content.assemble((f" {shown:<3}", "bold $accent"), switch.words())

    def _renew(self) -> None:
        for switch in self._switches:
            self.query_one(f"#{self.PREFIX}-{switch.name}", Static).update(self._switch_words(switch))

    def _say(self, typed: str, *, refused: bool = False) -> None:
        self.query_one(f"#{self.PREFIX}-echo", Static).update(self._echo(typed, refused=refused))

    def _echo(self, typed: str, *, refused: bool) -> Content:
        try:
            moment = when.parse(typed, self.now(), self.zone)
        except Refused as error:
            faint = not typed.strip() and not refused
            style = "$foreground-muted" if faint else "bold $error" if refused else "$warning"
            return Content.styled(str(error), style)
        note = f" · {moment.note}" if moment.note else ""
        return Content.assemble(("→ ", "bold $accent"), self.meaning(moment), note)

    @staticmethod
    def _foot(words: str) -> Content:
        return Content.styled(words, "$foreground-muted")
