"""The snooze dialog: the workspace's choices, a typed time, and how a running snooze stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from kustui.core import when
from kustui.core.records import Conversation, SnoozeChoice, SubStatus
from kustui.errors import Refused
from kustui.ui.screens.menu import Choice, ChoiceLine, Picker

REMOVE = "remove"
REMOVE_KEY = "S"
SUB_KEY = "b"
KEEP_KEY = "k"
EXAMPLES = "3d, tue 14:30, tomorrow 9am, 2026-12-01 09:00"


@dataclass(frozen=True, slots=True)
class SnoozeAnswer:
    """What was chosen. `until` is None for *until the customer replies*; `remove` ends the snooze.

    `keep_on_reply` keeps a timed snooze although the customer replies.
    """

    until: datetime | None = None
    label: str = ""
    kind: str = ""
    sub_status_id: int | None = None
    keep_on_reply: bool = False
    remove: bool = False


class SnoozeDialog(Picker[SnoozeAnswer | None]):
    """Every keystroke of a typed time is echoed as what it means, or why it cannot be taken (SPEC B3)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "sub_status", "Sub-status", show=False),
        Binding("f3", "keep", "Stay snoozed", show=False),
    ]

    def __init__(
        self,
        conversation: Conversation,
        choices: Sequence[SnoozeChoice],
        sub_statuses: Sequence[SubStatus],
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
    ) -> None:
        """`now` tells the time that choices are counted from, `zone` the one times of day are in."""
        self._conversation = conversation
        self._now = now
        self._zone = zone
        self._by_name = {str(choice.id): choice for choice in choices}
        self._sub_statuses = tuple(sub_statuses)
        self._sub: int = -1
        running = conversation.snooze if conversation.status == "snoozed" else None
        self._keep = running is not None and running.keep_on_reply
        super().__init__(self._lines(choices))

    def compose(self) -> ComposeResult:
        """How it stands, the choices, a line to type in, what that means."""
        item = self._conversation
        with Vertical(classes="dialog"):
            yield Static(
                Content.assemble(
                    ("Snooze", "bold"), (f"  #{item.id} {item.subject or item.excerpt}", "$foreground-muted")
                ),
                classes="dialog-title -one-line",
            )
            if item.status == "snoozed" and item.snooze is not None:
                yield Static(self._standing(), classes="dialog-about")
            yield from self.choice_lines()
            # Its examples begin with keys that choose, so how to begin stands before them.
            custom = next((choice.key for choice in self._by_name.values() if choice.kind == "custom"), "")
            begin = f"{custom}, then a time: {EXAMPLES}" if custom else EXAMPLES
            yield Input(id="snooze-when", placeholder=begin, compact=True)
            yield Static("", id="snooze-echo")
            yield Static(self._keep_words(), id="snooze-keep")
            if self._sub_statuses:
                yield Static(self._sub_words(), id="snooze-sub")
            yield Static(
                self._foot("a key chooses · c types a time · Esc leaves"),
                classes="dialog-foot",
                id="snooze-foot",
            )

    def on_mount(self) -> None:
        """Keys choose until a time is typed."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.select_on_focus = False
        field.can_focus = False
        self.set_focus(None)

    def on_key(self, event: events.Key) -> None:
        """A choice's key chooses it (before this is asked); another letter or digit begins a typed time."""
        typed = event.character
        if self._types() or not typed or not event.is_printable:
            event.prevent_default()
            return
        if typed == SUB_KEY and self._sub_statuses:
            event.stop()
            event.prevent_default()
            self.action_sub_status()
        elif typed == KEEP_KEY and not self._is_taken(KEEP_KEY):
            event.stop()
            event.prevent_default()
            self.action_keep()
        elif typed.isalnum() and all(choice.key != typed for choice in self.choices):
            event.stop()
            event.prevent_default()
            self._type(typed)

    def on_click(self, event: events.Click) -> None:
        """A click on the line to type in begins a typed time."""
        if isinstance(event.widget, Input) and not self._types():
            self._type("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the words mean."""
        event.stop()
        self._say(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the typed time; a past one is refused and the dialog stays."""
        event.stop()
        try:
            moment = when.parse(event.value, self._now(), self._zone)
        except Refused:
            self._say(event.value, refused=True)
            return
        self.dismiss(SnoozeAnswer(moment.at, event.value.strip(), "wall clock", self._sub_id(), self._keep))

    def action_sub_status(self) -> None:
        """Go on to the next sub-status, and after the last to none (SPEC B5)."""
        if self._sub_statuses:
            self._sub = self._sub + 1 if self._sub + 1 < len(self._sub_statuses) else -1
            self.query_one("#snooze-sub", Static).update(self._sub_words())

    def action_keep(self) -> None:
        """Let a reply end the snooze, or not (SPEC B9)."""
        self._keep = not self._keep
        self.query_one("#snooze-keep", Static).update(self._keep_words())

    def answer(self, choice: Choice) -> None:
        """Put away by a choice, type a time, or end the snooze."""
        if choice.name == REMOVE:
            self.dismiss(SnoozeAnswer(remove=True))
            return
        chosen = self._by_name[choice.name]
        if chosen.kind == "custom":
            self._type("")
            return
        try:
            moment = when.of_choice(chosen, self._now(), self._zone)
        except Refused as error:
            self.notify(str(error), markup=False, severity="warning")
            return
        until = moment.at if moment else None
        keep = self._keep and until is not None
        self.dismiss(SnoozeAnswer(until, chosen.label, chosen.kind, self._sub_id(), keep))

    def _types(self) -> bool:
        return isinstance(self.focused, Input)

    def _type(self, first: str) -> None:
        field = self.query_one(Input)
        field.can_focus = True
        field.placeholder = EXAMPLES
        self.set_focus(field)
        field.value = first
        field.cursor_position = len(first)
        self._say(first)
        # Enter takes what is typed now, and b is a letter.
        for line in self.query(ChoiceLine):
            line.remove_class("-cursor")
        self.query_one("#snooze-foot", Static).update(self._foot("Enter takes it · Esc leaves"))
        self.query_one("#snooze-keep", Static).update(self._keep_words())
        if self._sub_statuses:
            self.query_one("#snooze-sub", Static).update(self._sub_words())

    def _say(self, typed: str, *, refused: bool = False) -> None:
        self.query_one("#snooze-echo", Static).update(self._echo(typed, refused=refused))

    def _lines(self, choices: Sequence[SnoozeChoice]) -> list[Choice]:
        lines = [Choice(str(each.id), each.key, each.label, self._preview(each)) for each in choices]
        if self._conversation.status == "snoozed":
            lines.insert(0, Choice(REMOVE, REMOVE_KEY, "Remove Snooze", "opens it again now"))
        return lines

    def _standing(self) -> Content:
        snooze = self._conversation.snooze
        assert snooze is not None
        lasts, more = when.reopening(snooze, self._now(), self._zone)
        below = ", ".join(part for part in (snooze.label, more) if part)
        return Content.assemble(("◔ Snoozed", "bold $warning"), f" {lasts}\n{below}".rstrip())

    def _preview(self, choice: SnoozeChoice) -> str:
        if choice.kind in ("custom", "until reply"):
            return ""
        now = self._now()
        try:
            moment = when.of_choice(choice, now, self._zone)
        except Refused as error:
            return str(error)
        assert moment is not None
        note = f" ({moment.note})" if moment.note else ""
        return f"{when.absolute(moment.at, self._zone, now)}, {when.relative(moment.at, now)}{note}"

    def _echo(self, typed: str, *, refused: bool) -> Content:
        now = self._now()
        try:
            moment = when.parse(typed, now, self._zone)
        except Refused as error:
            faint = not typed.strip() and not refused
            style = "$foreground-muted" if faint else "bold $error" if refused else "$warning"
            return Content.styled(str(error), style)
        note = f" · {moment.note}" if moment.note else ""
        return Content.assemble(("→ ", "bold $accent"), when.describe(moment.at, now, self._zone), note)

    @staticmethod
    def _foot(words: str) -> Content:
        return Content.styled(words, "$foreground-muted")

    def _is_taken(self, key: str) -> bool:
        return any(choice.key == key for choice in self.choices)

    def _keep_words(self) -> Content:
        types = self.is_mounted and self._types()
        key = "F3" if types or self._is_taken(KEEP_KEY) else KEEP_KEY
        by_reply = next((each.key for each in self._by_name.values() if each.kind == "until reply"), "")
        but = f"  (not with {by_reply})" if self._keep and by_reply and not types else ""
        return Content.assemble(
            (f" {key:<3}", "bold $accent"),
            "Stay snoozed even if they reply: ",
            ("yes" if self._keep else "no", "bold"),
            (but, "$foreground-muted"),
        )

    def _sub_words(self) -> Content:
        key = "F2" if self.is_mounted and self._types() else SUB_KEY
        label = "none" if self._sub < 0 else self._sub_statuses[self._sub].label
        return Content.assemble((f" {key:<3}", "bold $accent"), "Sub-status: ", (label, "bold"))

    def _sub_id(self) -> int | None:
        return None if self._sub < 0 else self._sub_statuses[self._sub].id
