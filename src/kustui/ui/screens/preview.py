"""What will leave, as it will be sent: formatted where the channel formats, else plain."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Markdown, Static

from kustui.core.text import clean, one_line


class Preview(Screen[None]):
    """A message over the whole screen; links in it lead nowhere."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f2,ctrl+g", "leave", "Leave")]

    def __init__(self, about: str, text: str, *, formatted: bool) -> None:
        """`about` says how it goes, to whom, with what."""
        super().__init__()
        self._about = one_line(about, 400)
        self._text = clean(text)
        self._formatted = formatted

    def compose(self) -> ComposeResult:
        """How it goes, the text, how to get back."""
        yield Static(Content.assemble((" Preview  ", "bold"), self._about), classes="pager-title")
        with VerticalScroll(classes="preview-body"):
            if self._formatted:
                # What is on a line of its own stays so, as in the email.
                yield Markdown(self._text.replace("\n", "  \n"), open_links=False)
            else:
                yield Static(Content(self._text), classes="preview-plain")
        yield Static(Content.styled(" q back", "$foreground-muted"), classes="pager-foot")

    def action_leave(self) -> None:
        """Back to writing."""
        self.dismiss(None)
