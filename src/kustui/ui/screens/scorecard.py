"""How a training shift went, over the whole screen: charts and figures, then the mistakes (SPEC G3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from kustui.core import when
from kustui.core.scorecard import Mistake, Scorecard
from kustui.core.text import clean, one_line
from kustui.ui.screens.reading import LongText
from kustui.ui.widgets.lines import Span
from kustui.ui.wrap import wrap

if TYPE_CHECKING:
    from kustui.ui.screens.base import DeskBase


def show(screen: DeskBase, card: Scorecard, drawn: str) -> None:
    """Open a card over the desk's screen; `drawn` is its page. Enter opens a mistake's conversation there."""

    def opened(mistake: Mistake | None) -> None:
        if mistake is not None:
            screen.open_customer(mistake.customer_id, mistake.conversation_id)

    screen.app.push_screen(ScorecardScreen(card, drawn, zone=screen.desk.zone), opened)


class CardText(LongText, inherit_bindings=False):
    """The page, and below it the mistakes with a cursor, which comes as far as one scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "turn(-1)", "Page up", show=False),
        Binding("pagedown,space", "turn(1)", "Page down", show=False),
        Binding("home", "to(-1)", "First", show=False),
        Binding("end,G", "to(1_000_000)", "Last", show=False),
        Binding("tab,m", "next", "Next mistake", show=False),
        Binding("shift+tab,M", "move(-1)", "Mistake before", show=False),
        Binding("enter,o", "open", "Open", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"longtext--cursor"}

    class Opened(Message):
        """A mistake's conversation is to be opened: Enter or a click."""

        def __init__(self, mistake: Mistake) -> None:
            super().__init__()
            self.mistake = mistake

    def __init__(self, card: Scorecard, drawn: str, zone: tzinfo) -> None:
        super().__init__(clean(drawn))
        self._card = card
        self._zone = zone
        self._owners: list[int] = []
        self._cursor = -1

    def lay(self, width: int) -> Iterator[list[Span]]:
        """The page, whose heads stand at the margin, then every mistake wrapped to a width."""
        laid: list[list[Span]] = []
        for line in self._text.split("\n"):
            look = "body" if line.startswith(" ") else "head"
            laid += [[(f" {part}", look)] for part in wrap(line, max(8, width - 2))]
        count = len(self._card.mistakes)
        head = f" {count} mistake{'s' * (count != 1)}" if count else " No mistakes"
        laid += [[], [(head, "head")]]
        self._owners = [-1] * len(laid)
        for place, each in enumerate(self._card.mistakes):
            lines = list(self._mistake(each, width))
            self._owners += [place] * len(lines)
            laid += lines
        yield from laid

    def _mistake(self, mistake: Mistake, width: int) -> Iterator[list[Span]]:
        at = when.absolute(mistake.at, self._zone, self._card.now)
        head = f"#{mistake.conversation_id} {one_line(mistake.customer, 40)}"
        yield [("   ", "key"), (head, "body"), (f"  {at}, {mistake.cost} points", "muted")]
        for line in wrap(clean(mistake.words), max(8, width - 8)):
            yield [(f"     {line}", "muted")]

    def render_line(self, y: int) -> Strip:
        """One line of the view; the cursor's lie on a ground, and its first has a mark."""
        place = y + self.scroll_offset.y
        if self._cursor < 0 or place >= len(self._laid) or self._owners[place] != self._cursor:
            return super().render_line(y)
        spans = self._laid[place]
        if self._owners[place - 1] != self._cursor:
            spans = [(" › ", "key"), *spans[1:]]
        return self.strip(spans, "cursor")

    def on_click(self, event: events.Click) -> None:
        """A click opens."""
        place = event.y + self.scroll_offset.y
        if place < len(self._owners) and self._owners[place] >= 0:
            event.stop()
            self.post_message(self.Opened(self._card.mistakes[self._owners[place]]))

    def action_move(self, delta: int) -> None:
        """To the next mistake once it is in view, else on by a line."""
        wanted = self._cursor + delta
        bottom = self.scroll_offset.y + self._lines
        if wanted >= 0 and wanted in self._owners and (self._cursor >= 0 or self._end(0) <= bottom):
            self.action_to(wanted)
        elif self._cursor < 0 or wanted < 0:
            self._cursor = -1
            self.action_by(delta)
            self.refresh()

    def action_turn(self, pages: int) -> None:
        """Move the view; the cursor goes to the first mistake in it."""
        step = max(1, self._lines - 2)
        last = max(0, len(self._laid) - self._lines)
        top = max(0, min(self.scroll_offset.y + pages * step, last))
        at_end = pages > 0 and top == self.scroll_offset.y
        seen = [owner for owner in self._owners[top : top + self._lines] if owner >= 0]
        self._cursor = (seen[-1] if at_end else seen[0]) if seen else -1
        self.scroll_to(y=top, animate=False)
        self.refresh()

    def action_next(self) -> None:
        """The next mistake, wherever it is."""
        self.action_to(self._cursor + 1)

    def action_to(self, place: int) -> None:
        """A mistake by its place; before the first is the top of the page."""
        self._cursor = max(-1, min(place, len(self._card.mistakes) - 1))
        if self._cursor < 0:
            self.action_by(-1_000_000_000 if place < 0 else 1_000_000_000)
        else:
            first, end = self._owners.index(self._cursor), self._end(self._cursor)
            top = min(max(self.scroll_offset.y, end - self._lines), first)
            self.scroll_to(y=top, animate=False)
        self.refresh()

    def action_open(self) -> None:
        """Open the conversation of the mistake under the cursor."""
        if self._cursor >= 0:
            self.post_message(self.Opened(self._card.mistakes[self._cursor]))

    def _end(self, place: int) -> int:
        """The line after a mistake's last."""
        if place not in self._owners:
            return len(self._owners) + 1
        return self._owners.index(place) + self._owners.count(place)


class ScorecardScreen(Screen[Mistake | None]):
    """A scorecard; answers the mistake whose conversation to open, or None when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,ctrl+g", "leave", "Leave")]

    def __init__(self, card: Scorecard, drawn: str, *, zone: tzinfo) -> None:
        """`drawn` is the card's page: its figures, and its charts if they could be drawn."""
        super().__init__()
        self._text = CardText(card, drawn, zone)

    def compose(self) -> ComposeResult:
        """The points, the card, what the keys do."""
        yield Static(Content.styled(" Scorecard", "bold"), classes="pager-title")
        yield self._text
        yield Static(
            Content.styled(
                " PgUp PgDn move · Tab next mistake · Enter opens it · q goes back", "$foreground-muted"
            ),
            classes="pager-foot",
        )

    def on_mount(self) -> None:
        """Keys go to the card."""
        self._text.focus()

    def on_card_text_opened(self, event: CardText.Opened) -> None:
        """Answer it."""
        event.stop()
        self.dismiss(event.mistake)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
