"""The palette: every command by name, from the command table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Input

from kustui.core.commands import COMMANDS, Command


class Commands(CommandList):
    """Textual's list of commands, with the cursor under the name only: what it does stands still."""

    def render_line(self, y: int) -> Strip:
        """Line `y` of the view."""
        strip = super().render_line(y)
        option = _option(strip)
        if (
            option is None
            or option != self.highlighted
            or not y
            or _option(super().render_line(y - 1)) != option
        ):
            return strip
        ground = self.get_visual_style("option-list--option").rich_style.bgcolor
        plain = Style(bgcolor=ground)
        return Strip([Segment(text, (style or plain) + plain) for text, style, _ in strip], strip.cell_length)


def _option(strip: Strip) -> int | None:
    """Of which option a line is."""
    style = next((segment.style for segment in strip if segment.style is not None), None)
    return None if style is None else style.meta.get("option")


class Palette(CommandPalette):
    """Textual's palette, with a cursor that does not blink: it would write to the terminal all the time."""

    def compose(self) -> ComposeResult:
        """The same parts, with a list of ours."""
        for part in super().compose():
            yield Commands() if type(part) is CommandList else part

    def on_mount(self) -> None:
        """Hold the cursor still."""
        self.query_one(Input).cursor_blink = False


class DeskCommands(Provider):
    """The commands that can be done on the screen the palette was opened from."""

    async def discover(self) -> Hits:
        """Everything, in the table's order, before a word is typed."""
        for command in self._table():
            yield DiscoveryHit(self._label(command), self._runner(command), help=command.help)

    async def search(self, query: str) -> Hits:
        """The commands whose label has the letters typed, in order, or whose help holds the words."""
        matcher = self.matcher(query)
        words = query.strip().lower()
        for command in self._table():
            text = f"{command.label}: {command.help}"
            score = matcher.match(command.label)
            if score > 0:
                score += 1 + _nearness(command.label.lower(), words)
            elif words in command.help.lower():
                score = 0.5
            if score > 0:
                label = Content.assemble(matcher.highlight(command.label), (f"  {command.shown}", "$accent"))
                yield Hit(score, label, self._runner(command), text=text, help=command.help)

    def _table(self) -> Iterable[Command]:
        table: tuple[Command, ...] = getattr(self.app, "table", COMMANDS)
        return (
            command
            for command in table
            if command.scope != "editor" and command.id not in ("palette", "pane.next")
        )

    def _label(self, command: Command) -> Content:
        return Content.assemble(command.label, (f"  {command.shown}", "$accent"))

    def _runner(self, command: Command) -> Callable[[], Awaitable[None]]:
        screen: Screen[object] = self.screen

        async def run() -> None:
            await screen.run_action(command.action)

        return run


def _nearness(label: str, query: str) -> float:
    """How much a label deserves to stand before others that match: it is the query, or begins with it."""
    if label == query:
        return 100.0
    return 50.0 if label.startswith(query) else 0.0
