"""The tour's panel: which step it is, and what there is to do; it stands at the foot of the screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from kustui.core import tour
from kustui.core.tour import END, STEPS, Step
from kustui.ui.wrap import cells


class TourPanel(Widget):
    """A line that says where the tour is, and below it the words of the step."""

    ALLOW_SELECT = False

    class Clicked(Message):
        """The panel was clicked."""

    def __init__(self, hint: str = "") -> None:
        """`hint` says how to skip or leave; where that cannot be done it is empty."""
        super().__init__()
        self._hint = hint
        self._said: tuple[Step, str] = (STEPS[0], "")
        self._head = Static(classes="tour-head")
        self._words = Static(classes="tour-words")

    def compose(self) -> ComposeResult:
        """Head and words."""
        yield self._head
        yield self._words

    def say(self, step: Step, words: str) -> None:
        """Show a step's words; nothing is painted where they stand there already."""
        if self._said != (step, words):
            self._said = step, words
            self._paint()

    def on_resize(self) -> None:
        """The hint stands at the right."""
        self._paint()

    def on_click(self) -> None:
        """A click is as good as the key."""
        self.post_message(self.Clicked())

    def _paint(self) -> None:
        step, words = self._said
        place = "" if step is END else f" {STEPS.index(step) + 1}/{len(STEPS) - 1}"
        head = f"Tour{place}  {step.title}"
        room = self.size.width - 2 - cells(head) - cells(self._hint)
        hint = " " * room + self._hint if room > 1 else ""
        self._head.update(Content.assemble((head, "bold"), (hint, "$foreground-muted")))
        pieces = [(part, "bold $accent" if sign else "") for part, sign in tour.parts(words)]
        self._words.update(Content.assemble(*pieces))
