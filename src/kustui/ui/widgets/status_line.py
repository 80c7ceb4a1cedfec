"""The last line: who and where, what is in trouble, what just happened, where help is."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from kustui.desk.reads import Lamps
from kustui.ui.wrap import cells, fit


class StatusLine(Widget):
    """One line. A notice or a hint takes the middle; trouble is always told in words."""

    ALLOW_SELECT = False

    place: reactive[str] = reactive("")
    """Who is at which desk."""
    lamps: reactive[Lamps] = reactive(Lamps())
    """What is scheduled, what failed."""
    notice: reactive[str] = reactive("")
    """What just happened, or what the control under the focus does."""
    trouble: reactive[str] = reactive("")
    """What is wrong with the store, until it is not."""
    keys: reactive[str] = reactive("")
    """Where help is."""

    def render(self) -> Content:
        """The line, as wide as the screen."""
        left = [(" kustui", "bold $accent"), (f"  {self.place}", "$foreground-muted")]
        if self.lamps.scheduled:
            left.append((f"   {self.lamps.scheduled} scheduled", "$warning"))
        if self.lamps.failed:
            left.append((f"   {self.lamps.failed} failed", "bold $error"))
        if self.trouble:
            left.append((f"   {self.trouble}", "bold $error"))
        right = f"{self.keys} "
        used = sum(cells(part) for part, _ in left)
        room = self.size.width - used - cells(right) - 3
        if self.notice and room < cells(self.notice):
            left = left[:1] + left[2:]
            used = sum(cells(part) for part, _ in left)
            right = "" if self.size.width - used - cells(right) - 3 < cells(self.notice) else right
            room = self.size.width - used - cells(right) - 3
        middle = fit(self.notice, max(0, room)) if room > 0 else ""
        return Content.assemble(*left, "   ", middle, (right, "$foreground-muted"))
