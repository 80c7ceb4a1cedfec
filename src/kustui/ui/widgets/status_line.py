"""The last line: who and where, what is in trouble, what just happened, where help is."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from kustui.core.words import notices
from kustui.desk.reads import Lamps
from kustui.ui.wrap import cells, fit


class StatusLine(Widget):
    """One line. A notice or a hint takes the middle; trouble is always told in words."""

    ALLOW_SELECT = False

    place: reactive[str] = reactive("")
    """Who is at which desk."""
    lamps: reactive[Lamps] = reactive(Lamps())
    """What is scheduled, what failed, what there is to know."""
    notice: reactive[str] = reactive("")
    """What just happened."""
    hint: reactive[str] = reactive("")
    """What the control under the focus or the pointer does; it stands before the notice."""
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
        left = [(" kustui", "bold $accent"), (f"  {self.place}", "$foreground-muted")]
        if self.lamps.scheduled:
            left.append((f"   {self.lamps.scheduled} scheduled", "$warning"))
        if self.lamps.failed:
            left.append((f"   {self.lamps.failed} failed", "bold $error"))
        if self.lamps.uncertain:
            left.append((f"   {self.lamps.uncertain} uncertain", "bold $error"))
        if self.lamps.held:
            left.append((f"   {self.lamps.held} held", "bold $warning"))
        if self.lamps.unread:
            left.append((f"   {notices(self.lamps.unread)}", "bold $accent"))
        if self.countdown:
            left.append((f"   {self.countdown}", "bold $warning"))
        if self.busy:
            left.append((f"   {self.busy}", "bold $warning"))
        if self.trouble:
            left.append((f"   {self.trouble}", "bold $error"))
        said = self.hint or self.notice
        whole, short = f"{self.keys} ", f"{self.keys.partition('  ')[0]} "
        bare = left[:1] + left[2:]
        # What was just said matters more than where help is, and that more than who and where.
        for parts, right in ((left, whole), (left, short), (bare, whole), (bare, short), (bare, "")):
            room = self._room(parts, right)
            if room >= cells(said):
                break
        middle = fit(said, room) if room > 0 else ""
        gap = "   " if right else ""
        return Content.assemble(*parts, "   ", middle, gap, (right, "$foreground-muted"))

    def _room(self, left: list[tuple[str, str]], right: str) -> int:
        """The cells between the two sides, with a gap before each."""
        gaps = 6 if right else 3
        return self.size.width - sum(cells(part) for part, _ in left) - cells(right) - gaps
