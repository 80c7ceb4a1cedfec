"""The last line: who and where, what is in trouble, what just happened, where help is."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from kustui.core.team import TAKES
from kustui.core.words import notices
from kustui.desk.reads import Lamps
from kustui.ui.wrap import cells, fit

ENOUGH = 24
"""Cells of a long sentence that say something; for fewer of them a lamp gives way."""


class StatusLine(Widget):
    """One line. A notice or a hint takes the middle; trouble is always told in words."""

    ALLOW_SELECT = False

    place: reactive[str] = reactive("")
    """Who is at which desk."""
    clock: reactive[str] = reactive("")
    """Where time stands, and how it passes, when it is held."""
    lamps: reactive[Lamps] = reactive(Lamps())
    """What is scheduled, what failed, what there is to know."""
    notice: reactive[str] = reactive("")
    """What just happened."""
    hint: reactive[str] = reactive("")
    """What the control under the focus or the pointer does; it stands before the notice."""
    row: reactive[str] = reactive("")
    """What there is to say of the list's row; it stands behind the notice."""
    trouble: reactive[str] = reactive("")
    """What is wrong with the store, until it is not."""
    countdown: reactive[str] = reactive("")
    """How long what was sent last can be taken back."""
    busy: reactive[str] = reactive("")
    """What is being waited for, until it comes."""
    keys: reactive[str] = reactive("")
    """Where help is."""

    def render(self) -> Content:
        """The line, as wide as the screen."""
        head = [(" kustui", "bold $accent"), (f"  {self.clock}" if self.clock else "", "bold $warning")]
        place = [(f"  {self.place}", "$foreground-muted")]
        urgent = [
            (f"   {words}", f"bold ${look}")
            for words, look in ((self.trouble, "error"), (self.countdown, "warning"), (self.busy, "warning"))
            if words
        ]
        there = self.lamps.availability
        lit = [
            (f"   {words}", look)
            for count, words, look in (
                (self.lamps.failed, f"{self.lamps.failed} failed", "bold $error"),
                (self.lamps.uncertain, f"{self.lamps.uncertain} uncertain", "bold $error"),
                (self.lamps.held, f"{self.lamps.held} held", "bold $warning"),
                (self.lamps.scheduled, f"{self.lamps.scheduled} scheduled", "$warning"),
                (self.lamps.unread, notices(self.lamps.unread), "bold $accent"),
                (there not in ("", TAKES), f"you are {there}", "bold $warning"),
            )
            if count
        ]
        said = self.hint or self.notice or self.row
        whole, short = f"{self.keys} ", f"{self.keys.partition('  ')[0]} "
        # What was just said matters more than where help is, that more than who and where; and on the
        # narrowest screens what runs out in seconds more than the lamps, of which the first tell most.
        tries = [(head + place + lit + urgent, right) for right in (whole, short)]
        tries += [(head + lit + urgent, right) for right in (whole, short, "")]
        tries += [(head + lit[:count] + urgent, "") for count in range(len(lit) - 1, -1, -1)]
        wanted = min(cells(said), ENOUGH)
        parts, right = next(
            (each for each in tries[:5] if self._room(*each) >= cells(said)),
            next((each for each in tries[4:] if self._room(*each) >= wanted), tries[-1]),
        )
        room = self._room(parts, right)
        middle = fit(said, room) if room > 0 else ""
        gap = "   " if right else ""
        return Content.assemble(*parts, "   ", middle, gap, (right, "$foreground-muted"))

    def _room(self, left: list[tuple[str, str]], right: str) -> int:
        """The cells between the two sides, with a gap before each."""
        gaps = 6 if right else 3
        return self.size.width - sum(cells(part) for part, _ in left) - cells(right) - gaps
