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
        super().__init__(self.words(key, label), id=id)
        self.does = action

    @staticmethod
    def words(key: str, label: str, style: str = "") -> Content:
        """The button's text."""
        return Content.assemble((key, "bold $accent"), (f" {label}", style))

    def set(self, action: str, words: Content, hint: str) -> None:
        """Make it do, say and hint at something else; nothing is painted when all is as it was."""
        self.does = action
        old = self.content
        if old != words:
            self.update(words, layout=not isinstance(old, Content) or old.cell_length != words.cell_length)
        if self.hint != hint:
            self.hint = hint
            self.tooltip = Content(hint)

    def on_click(self) -> None:
        """A click presses it."""
        self.action_press()

    def on_focus(self) -> None:
        """Say what it does."""
        self.post_message(self.Hinted(self.hint))

    def on_blur(self) -> None:
        """Say nothing more, unless the pointer is here too."""
        self.post_message(self.Hinted(self.hint if self.mouse_hover else ""))

    def on_enter(self) -> None:
        """Say what it does."""
        self.post_message(self.Hinted(self.hint))

    def on_leave(self) -> None:
        """Say nothing more, unless the focus is here too."""
        self.post_message(self.Hinted(self.hint if self.has_focus else ""))

    def watch_hint(self) -> None:
        """Say it anew where it is being said."""
        if self.has_focus or self.mouse_hover:
            self.post_message(self.Hinted(self.hint))

    def action_press(self) -> None:
        """Do it."""
        self.post_message(self.Pressed(self))


class Toolbar(Widget):
    """Two lines: the customer with the buttons, and the current conversation."""

    def __init__(self, keys: dict[str, str], *, now: Callable[[], datetime], zone: tzinfo) -> None:
        """`keys` are those of the acts as people write them, by command.

        `now` and `zone` say when things are.
        """
        super().__init__(id="toolbar")
        self._keys = keys
        self._now = now
        self.zone = zone
        self._present = ""
        self._item: Conversation | None = None

    def compose(self) -> ComposeResult:
        """The two lines."""
        with Horizontal(id="toolbar-customer"):
            yield Static("", id="toolbar-name")
            yield ToolButton("snooze", self._keys["snooze"], "Snooze", id="tool-snooze")
            yield ToolButton("done", self._keys["done"], "Mark as Done", id="tool-done")
            yield ToolButton("compose_new", self._keys["compose"], "Compose", id="tool-compose")
            yield ToolButton("profile", self._keys["profile"], "Profile", id="tool-profile")
        yield Static("", id="toolbar-conversation")

    def show(self, customer: Customer, conversation: Conversation | None) -> None:
        """Show a customer and the conversation that acts go to."""
        now = self._now()
        self._item = conversation
        self._set("toolbar-name", self._customer(customer, now))
        self._set("toolbar-conversation", self._conversation(conversation, now))
        self._set_buttons(conversation, now)

    def attend(self, words: str) -> None:
        """Say which colleagues are at the customer; "" for none."""
        if words != self._present:
            self._present = words
            self._set("toolbar-conversation", self._conversation(self._item, self._now()))

    def _set(self, name: str, content: Content) -> None:
        static = self.query_one(f"#{name}", Static)
        if static.content != content:
            # Each has the room that is left, whatever it says.
            static.update(content, layout=False)

    def _customer(self, customer: Customer, now: datetime) -> Content:
        about = ["VIP"] if customer.vip else []
        about.append(customer.company)
        if customer.zone:
            local = now.astimezone(when.zone(customer.zone))
            about.append(f"{customer.zone.rpartition('/')[2].replace('_', ' ')} {words.clock(local)}")
        rest = " · ".join(part for part in about if part)
        return Content.assemble((customer.name, "bold"), (f"  {rest}" if rest else "", "$foreground-muted"))

    def _conversation(self, item: Conversation | None, now: datetime) -> Content:
        present = (f"  » {self._present}" if self._present else "", "bold $accent")
        if item is None:
            hint = f"no conversation yet: {self._keys['compose']} begins one"
            return Content.assemble((hint, "$foreground-muted"), present)
        from kustui.core.tags import NORMAL

        glyph, word = BADGES[item.status]
        look = STATUS_STYLE[item.status]
        facts: list[tuple[str, str]] = []
        if item.snooze is not None and item.status == "snoozed":
            until = item.snooze.until
            facts.append(
                (f"re-opens {self._moment(until, now)}" if until else "until they reply", "$warning")
            )
        if item.waiting_since is not None:
            facts.append((words.waiting(now - item.waiting_since), "$warning"))
        if item.target_at is not None:
            from kustui.core.targets import told

            said, missed = told(item.target, item.target_at, now)
            facts.append((said, "bold $error" if missed else "$warning"))
        if item.priority != NORMAL:
            facts.append((f"priority {item.priority}", "$foreground-muted"))
        if item.assignee:
            facts.append((item.assignee, "$foreground-muted"))
        if item.team:
            facts.append((f"team {item.team}", "$foreground-muted"))
        facts += [(tag, "$accent") for tag in item.tags]
        apart: list[tuple[str, str]] = []
        for fact in facts:
            apart += [(" · " if apart else "  ", "$foreground-muted"), fact]
        return Content.assemble(
            (f"{glyph} {word}", look),
            (f" · {item.sub_status}" if item.sub_status else "", look),
            present,
            (f"  #{item.id} ", "$foreground-muted"),
            (item.subject or item.excerpt, ""),
            *apart,
        )

    def _moment(self, at: datetime, now: datetime) -> str:
        return f"{when.absolute(at, self.zone, now)}, {when.relative(at, now)}"

    def _set_buttons(self, item: Conversation | None, now: datetime) -> None:
        keys, words = self._keys, ToolButton.words
        snooze = words(keys["snooze"], "Snooze"), "Snooze: puts the conversation away until a time or a reply"
        done = words(keys["done"], "Mark as Done"), "Mark as Done: no further action is needed"
        act = "done"
        if item is not None and item.status == "snoozed":
            snooze = words(keys["snooze"], "Snoozed", "bold $warning"), self._until(item, now)
        if item is not None and item.status == "done":
            act = "reopen"
            done = words(keys["reopen"], "Re-open"), "Re-open: this conversation is done; opens it again"
        self._button("tool-snooze", "snooze", *snooze)
        self._button("tool-done", act, *done)
        compose = "Compose: starts a new email, SMS or note with this customer"
        self._button("tool-compose", "compose_new", words(keys["compose"], "Compose"), compose)
        profile = "Customer Profile: the contact information, to see and to edit"
        self._button("tool-profile", "profile", words(keys["profile"], "Profile"), profile)

    def _button(self, name: str, action: str, content: Content, hint: str) -> None:
        self.query_one(f"#{name}", ToolButton).set(action, content, hint)

    def _until(self, item: Conversation, now: datetime) -> str:
        """When a snooze ends: absolute, zone, relative (SPEC B6)."""
        if item.snooze is None:
            return "Snoozed until the customer replies"
        colon = ":" if item.snooze.until else ""
        told = ", ".join(filter(None, when.reopening(item.snooze, now, self.zone)))
        return f"Snoozed{colon} {told}"
