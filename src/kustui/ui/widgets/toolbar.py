"""The toolbar over the timeline: who the customer is, how the conversation stands, what to press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from kustui.core import when, words
from kustui.core.records import Conversation, Customer
from kustui.core.standing import BADGES

STATUS_STYLE = {"open": "bold $foreground", "snoozed": "bold $warning", "done": "bold $success"}


class ToolButton(Static, can_focus=True):
    """One act of the toolbar: a key, a word, and a hint that focus and hover show (SPEC B6)."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", "Press", show=False)]
    ALLOW_SELECT = False

    hint: reactive[str] = reactive("")

    class Pressed(Message):
        """The button was clicked, or pressed by a key."""

        def __init__(self, button: ToolButton) -> None:
            super().__init__()
            self.button = button

    class Hinted(Message):
        """The button came under the focus or the pointer ("" when it left)."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(self, action: str, key: str, label: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(Content.assemble((key, "bold $accent"), f" {label}"), id=id)
        self.does = action

    def on_click(self) -> None:
        """A click presses it."""
        self.action_press()

    def on_focus(self) -> None:
        """Say what it does."""
        self.post_message(self.Hinted(self.hint))

    def on_blur(self) -> None:
        """Say nothing more."""
        self.post_message(self.Hinted(""))

    def on_enter(self) -> None:
        """Say what it does."""
        self.post_message(self.Hinted(self.hint))

    def on_leave(self) -> None:
        """Say nothing more."""
        self.post_message(self.Hinted(""))

    def action_press(self) -> None:
        """Do it."""
        self.post_message(self.Pressed(self))


class Toolbar(Widget):
    """Two lines: the customer with the buttons, and the current conversation."""

    def __init__(
        self, buttons: tuple[tuple[str, str, str, str], ...], *, now: Callable[[], datetime], zone: tzinfo
    ) -> None:
        """`buttons` are (id, action, key, label); `now` and `zone` say when things are."""
        super().__init__(id="toolbar")
        self._buttons = buttons
        self._now = now
        self.zone = zone

    def compose(self) -> ComposeResult:
        """The two lines."""
        with Horizontal(id="toolbar-customer"):
            yield Static("", id="toolbar-name")
            for name, action, key, label in self._buttons:
                yield ToolButton(action, key, label, id=name)
        yield Static("", id="toolbar-conversation")

    def show(self, customer: Customer, conversation: Conversation | None) -> None:
        """Show a customer and the conversation that acts go to."""
        now = self._now()
        self._set("toolbar-name", self._customer(customer, now))
        self._set("toolbar-conversation", self._conversation(conversation, now))
        for name, hint in self._hints(conversation, now).items():
            button = self.query_one(f"#{name}", ToolButton)
            if button.hint != hint:
                button.hint = hint
                button.tooltip = Content(hint)

    def _set(self, name: str, content: Content) -> None:
        static = self.query_one(f"#{name}", Static)
        if static.content != content:
            static.update(content)

    def _customer(self, customer: Customer, now: datetime) -> Content:
        about = [customer.company]
        if customer.zone:
            local = now.astimezone(when.zone(customer.zone))
            about.append(f"{customer.zone.rpartition('/')[2].replace('_', ' ')} {words.clock(local)}")
        about += ["VIP"] if customer.vip else []
        rest = " · ".join(part for part in about if part)
        return Content.assemble((customer.name, "bold"), (f"  {rest}" if rest else "", "$foreground-muted"))

    def _conversation(self, item: Conversation | None, now: datetime) -> Content:
        if item is None:
            return Content.styled("no conversation yet: c begins one", "$foreground-muted")
        glyph, word = BADGES[item.status]
        parts: list[tuple[str, str]] = [
            (f"{glyph} {word}", STATUS_STYLE[item.status]),
            (f" · {item.sub_status}" if item.sub_status else "", STATUS_STYLE[item.status]),
            (f"  #{item.id} ", "$foreground-muted"),
            (item.subject or item.excerpt, ""),
        ]
        if item.snooze is not None and item.status == "snoozed":
            until = item.snooze.until
            parts.append(
                (f"  re-opens {self._moment(until, now)}" if until else "  until they reply", "$warning")
            )
        if item.waiting_since is not None:
            parts.append((f"  {words.waiting(now - item.waiting_since)}", "$warning"))
        if item.priority != 3:
            parts.append((f"  priority {item.priority}", "$foreground-muted"))
        parts.append((f"  · {item.assignee}" if item.assignee else "", "$foreground-muted"))
        parts += [(f" · {tag}", "$accent") for tag in item.tags]
        return Content.assemble(*parts)

    def _moment(self, at: datetime, now: datetime) -> str:
        return f"{when.absolute(at, self.zone, now)}, {when.relative(at, now)}"

    def _hints(self, item: Conversation | None, now: datetime) -> dict[str, str]:
        hints = {
            "tool-snooze": "Snooze: puts the conversation away until a time or a reply",
            "tool-done": "Mark as Done: no further action is needed",
            "tool-compose": "Compose: starts a new email, SMS or note with this customer",
            "tool-profile": "Customer Profile: the contact information, to see and to edit",
        }
        if item is None:
            return hints
        if item.status == "snoozed" and item.snooze is not None:
            until = item.snooze.until
            by = f", by {item.snooze.by}" if item.snooze.by else ""
            hints["tool-snooze"] = (
                f"Snoozed: re-opens {when.describe(until, now, self.zone)}{by}"
                if until
                else f"Snoozed until the customer replies{by}"
            )
        if item.status == "done":
            hints["tool-done"] = "Done already; E opens it again"
        return hints
