"""The snooze dialog: the workspace's choices, a typed time, and how a running snooze stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from kustui.core import when
from kustui.core.records import Conversation, SnoozeChoice, SubStatus
from kustui.errors import Refused
from kustui.ui.screens.menu import Choice, ChoiceLine, choice_lines

REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class SnoozeAnswer:
    """What was chosen. `until` is None for *until the customer replies*; `remove` ends the snooze."""

    until: datetime | None = None
    label: str = ""
    kind: str = ""
    sub_status_id: int | None = None
    remove: bool = False


class SnoozeDialog(ModalScreen[SnoozeAnswer | None]):
    """Every keystroke of a typed time is echoed as what it means, or why it cannot be taken (SPEC B3)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("ctrl+b,f2", "sub_status", "Sub-status", show=False),
    ]

    def __init__(
        self,
        conversation: Conversation,
        choices: Sequence[SnoozeChoice],
        sub_statuses: Sequence[SubStatus],
        *,
        now: datetime,
        zone: tzinfo,
    ) -> None:
        super().__init__()
        self._conversation = conversation
        self._choices = tuple(choices)
        self._sub_statuses = tuple(sub_statuses)
        self._sub: int = -1
        self._now = now
        self._zone = zone

    def compose(self) -> ComposeResult:
        """How it stands, the choices, a line to type in, what that means."""
        item = self._conversation
        with Vertical(classes="dialog"):
            yield Static(Content.styled(f"Snooze #{item.id}", "bold"), classes="dialog-title")
            yield Static(Content(item.subject or item.excerpt), classes="dialog-about")
            if item.status == "snoozed" and item.snooze is not None:
                yield Static(self._standing(), classes="dialog-about")
            yield from choice_lines(self._lines())
            yield Input(
                id="snooze-when", placeholder="3d, tue 14:30, tomorrow 9am, 2026-12-01 09:00", compact=True
            )
            yield Static("", id="snooze-echo")
            if self._sub_statuses:
                yield Static(self._sub_words(), id="snooze-sub")
            yield Static(
                Content.styled("a key chooses · c types a time · Esc leaves", "$foreground-muted"),
                classes="dialog-foot",
            )

    def on_mount(self) -> None:
        """Keys choose until a time is typed."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.can_focus = False
        self.set_focus(None)

    def on_key(self, event: events.Key) -> None:
        """A choice's key chooses it; any other letter or digit begins a typed time."""
        field = self.query_one(Input)
        if field.has_focus or not event.character or not event.is_printable:
            return
        event.stop()
        event.prevent_default()
        typed = event.character
        if typed == "S" and self._conversation.status == "snoozed":
            self.dismiss(SnoozeAnswer(remove=True))
            return
        if typed == "b" and self._sub_statuses:
            self.action_sub_status()
            return
        for choice in self._choices:
            if choice.key == typed:
                self._choose(choice)
                return
        if typed.isalnum():
            self._type(typed)

    def on_choice_line_clicked(self, event: ChoiceLine.Clicked) -> None:
        """A click chooses."""
        event.stop()
        if event.choice.name == REMOVE:
            self.dismiss(SnoozeAnswer(remove=True))
            return
        self._choose(next(choice for choice in self._choices if str(choice.id) == event.choice.name))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the words mean."""
        event.stop()
        self.query_one("#snooze-echo", Static).update(self._echo(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the typed time; a past one is refused and the dialog stays."""
        event.stop()
        try:
            moment = when.parse(event.value, self._now, self._zone)
        except Refused:
            return
        self.dismiss(SnoozeAnswer(moment.at, event.value.strip(), "wall clock", self._sub_id()))

    def action_sub_status(self) -> None:
        """Go through the sub-statuses that say why."""
        if self._sub_statuses:
            self._sub = self._sub + 1 if self._sub + 1 < len(self._sub_statuses) else -1
            self.query_one("#snooze-sub", Static).update(self._sub_words())

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)

    def _choose(self, choice: SnoozeChoice) -> None:
        if choice.kind == "custom":
            self._type("")
            return
        try:
            moment = when.of_choice(choice, self._now, self._zone)
        except Refused as error:
            self.notify(str(error), markup=False, severity="warning")
            return
        self.dismiss(SnoozeAnswer(moment.at if moment else None, choice.label, choice.kind, self._sub_id()))

    def _type(self, first: str) -> None:
        field = self.query_one(Input)
        field.can_focus = True
        field.focus()
        field.value = first
        field.cursor_position = len(first)
        self.query_one("#snooze-echo", Static).update(self._echo(first))

    def _lines(self) -> list[Choice]:
        lines = [
            Choice(str(choice.id), choice.key, choice.label, self._preview(choice))
            for choice in self._choices
        ]
        if self._conversation.status == "snoozed":
            lines.insert(0, Choice(REMOVE, "S", "Remove Snooze", "opens it again now"))
        return lines

    def _standing(self) -> Content:
        snooze = self._conversation.snooze
        assert snooze is not None
        by = f", by {snooze.by}" if snooze.by else ""
        label = f" ({snooze.label})" if snooze.label else ""
        until = snooze.until
        text = (
            f"re-opens {when.describe(until, self._now, self._zone)}"
            if until
            else "until the customer replies"
        )
        return Content.assemble(("◔ Snoozed", "bold $warning"), f" {text}{label}{by}")

    def _preview(self, choice: SnoozeChoice) -> str:
        if choice.kind in ("custom", "until reply"):
            return ""
        try:
            moment = when.of_choice(choice, self._now, self._zone)
        except Refused as error:
            return str(error)
        assert moment is not None
        note = f" ({moment.note})" if moment.note else ""
        return (
            f"{when.absolute(moment.at, self._zone, self._now)}, {when.relative(moment.at, self._now)}{note}"
        )

    def _echo(self, typed: str) -> Content:
        try:
            moment = when.parse(typed, self._now, self._zone)
        except Refused as error:
            return Content.styled(str(error), "$foreground-muted" if not typed.strip() else "$warning")
        note = f" · {moment.note}" if moment.note else ""
        return Content.assemble(("→ ", "bold $accent"), when.describe(moment.at, self._now, self._zone), note)

    def _sub_words(self) -> Content:
        label = "none" if self._sub < 0 else self._sub_statuses[self._sub].label
        return Content.assemble((" b  ", "bold $accent"), "Sub-status: ", (label, "bold"))

    def _sub_id(self) -> int | None:
        return None if self._sub < 0 else self._sub_statuses[self._sub].id
