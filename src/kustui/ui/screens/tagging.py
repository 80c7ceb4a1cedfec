"""The line a conversation's tags are typed into, with those of the workspace to complete from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from kustui.core import tags
from kustui.errors import KustuiError
from kustui.ui.screens.completing import write_behind

SHOWN = 12


class TagsDialog(ModalScreen[tuple[str, ...] | None]):
    """Asks for tags, parted by commas; answers them all, or None when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("tab", "complete", "Complete", priority=True),
    ]

    def __init__(self, title: str, held: Sequence[str], known: Sequence[str], about: str = "") -> None:
        """`held` are the conversation's tags, `known` the workspace's; `about` stands under the title."""
        super().__init__()
        self._title, self._held, self._known, self._about = title, held, known, about

    def compose(self) -> ComposeResult:
        """The line, what it can be completed to, how to end."""
        held = "".join(f"{each}, " for each in self._held)
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"), classes="dialog-title")
            if self._about:
                yield Static(Content(self._about), classes="dialog-about")
            yield Input(held, placeholder="refund, waiting for stock", compact=True, classes="time-typed")
            yield Static("", id="tags-known", classes="dialog-about")
            foot = "Tab completes · Enter keeps · Esc leaves"
            yield Static(Content.styled(foot, "$foreground-muted"), classes="dialog-foot")

    def on_mount(self) -> None:
        """Write at once, behind what is there."""
        write_behind(self.query_one(Input))
        self._offer()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer the known tags that go on from there."""
        event.stop()
        self._offer()

    def _offer(self) -> None:
        there = tags.completion(self.query_one(Input).value, self._known)
        more = f" and {len(there) - SHOWN} more" if len(there) > SHOWN else ""
        words = ", ".join(there[:SHOWN]) + more
        self.query_one("#tags-known", Static).update(Content(words or "a new tag, once it is kept"))

    def action_complete(self) -> None:
        """Write the first tag that is offered."""
        field = self.query_one(Input)
        there = tags.completion(field.value, self._known)
        if there:
            before, comma, _ = field.value.rpartition(",")
            field.value = f"{before}{comma}{' ' if comma else ''}{there[0]}, "
            field.cursor_position = len(field.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer the tags, unless one cannot be."""
        event.stop()
        try:
            found = tags.listed(event.value)
        except KustuiError as error:
            self.query_one("#tags-known", Static).update(Content.styled(str(error), "$error"))
            return
        self.dismiss(found)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
