"""The line a search is typed into: the list beside it shows what is found while it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from kustui.core.searching import LENGTH, OPERATORS, unfinished
from kustui.desk.listings import Found
from kustui.errors import KustuiError

PAUSE_SECONDS = 0.15
"""So long nobody types before it is looked: a search costs more than a letter."""
HINT = "words, a name, #142 · " + " ".join(f"{name}:" for name in OPERATORS)


class SearchLine(ModalScreen[str | None]):
    """Asks for a search; answers it, or None when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("f9", "keep", "Keep as a view"),
    ]
    only_looks = True
    """No act follows: nothing is loaded for one."""
    keeps = False
    """Whether what is answered is to be kept as a view."""

    def __init__(
        self,
        look: Callable[[str], Found],
        show: Callable[[str, Found], None],
        back: Callable[[], None],
        value: str = "",
    ) -> None:
        """`look` finds, and is called in a thread; `show` shows what was found while it is being typed;
        `back` shows what stood there before; `value` is what the list was searched for.
        """
        super().__init__()
        self._look, self._show, self._back, self._shown = look, show, back, value
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        """The line, and below it what it takes."""
        with Vertical(id="search-line"):
            yield Input(self._shown, placeholder="Search", max_length=LENGTH, compact=True)
            yield Static(Content.styled(HINT, "$foreground-muted"), id="search-hint", classes="-one-line")

    def on_mount(self) -> None:
        """Write at once; what was searched for last can be changed, or written over."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look once nobody types for a moment, and say what the operator at the end takes."""
        event.stop()
        self._say(unfinished(event.value) or HINT)
        if self._pause is not None:
            self._pause.stop()
        words = event.value.strip()
        if not words:
            self._shown = ""
            self._back()
        elif words != self._shown:
            self._pause = self.set_timer(PAUSE_SECONDS, lambda: self._search(words))

    def _search(self, words: str) -> None:
        def find() -> None:
            worker = get_current_worker()
            try:
                found = self._look(words)
                count = found.count()
            except KustuiError as error:
                if not worker.is_cancelled:
                    self.app.call_from_thread(self._refused, words, str(error))
                return
            if not worker.is_cancelled:
                self.app.call_from_thread(self._found, words, found, count)

        self.run_worker(find, group="search", exclusive=True, thread=True)

    def _typed(self, words: str) -> bool:
        """Whether that is on the line: what comes late must not take the place of what is typed now."""
        return self.is_current and words == self.query_one(Input).value.strip()

    def _refused(self, words: str, why: str) -> None:
        if self._typed(words):
            self._say(why, "$warning")

    def _found(self, words: str, found: Found, count: int) -> None:
        if self._typed(words):
            self._shown = words
            self._show(words, found)
            if not unfinished(self.query_one(Input).value):
                self._say(
                    f"{count} found · Enter goes there · F9 keeps it as a view · Esc goes back"
                    if count
                    else "Nothing is found"
                )

    def _say(self, words: str, look: str = "$foreground-muted") -> None:
        self.query_one("#search-hint", Static).update(Content.styled(words, look), layout=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer what was typed."""
        event.stop()
        self.dismiss(event.value.strip() or None)

    def action_keep(self) -> None:
        """Answer what was typed, to be kept under a name."""
        words = self.query_one(Input).value.strip()
        self.keeps = bool(words)
        self.dismiss(words or None)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
