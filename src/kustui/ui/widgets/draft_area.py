"""The text of the reply editor: formatting, pasted files, /names, and an Enter that may send."""

from __future__ import annotations

import re
from collections.abc import Callable

from textual import events
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from kustui.core import formatting

JOINERS = frozenset("\u200c\u200d")
"""Persian words and families of emoji are typed with these; Textual takes them for no characters."""

ALONE = 0.06
"""Seconds that an Enter has to stand alone to send: what is pasted without brackets comes faster."""
PASTED = 0.008
"""Seconds between keys that nobody types; three such keys are a paste."""
PASTE_LASTS = 1.0
"""Seconds that a paste may halt on a slow line."""

_NAME = re.compile(r"/([^\s/]{1,60})$")


class DraftArea(TextArea):
    """A TextArea that knows what a reply needs."""

    enter_sends = False
    """Whether Enter sends (SPEC D3); Ctrl+J is a newline always."""

    class Entered(Message):
        """Enter was pressed, alone, where it sends."""

    class Dropped(Message):
        """Something was pasted that may be the path of a file; `text` is what was pasted."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Named(Message):
        """A /name at the beginning of a line is to be put in words."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, is_path: Callable[[str], bool], **options: object) -> None:
        """`is_path` says of pasted text whether it names files."""
        super().__init__(**options)  # type: ignore[arg-type]  # TextArea's own
        self._is_path = is_path
        self._last = 0.0
        self._quick = 0
        self._pasting_until = 0.0
        self._enter: Timer | None = None

    # -- keys ------------------------------------------------------------------------------

    async def _on_key(self, event: events.Key) -> None:
        self._mind_the_pace(event)
        if event.key == "enter" and self.enter_sends:
            event.stop()
            event.prevent_default()
            if event.time < self._pasting_until:
                self.insert("\n")
            else:
                self._enter = self.set_timer(ALONE, self._enter_alone)
        elif event.key == "ctrl+j":
            event.stop()
            event.prevent_default()
            self.insert("\n")
        elif event.character in JOINERS:
            event.stop()
            event.prevent_default()
            self.replace(event.character or "", *self.selection, maintain_selection_offset=False)
        elif event.key == "tab" and (name := self.name_before_cursor()):
            event.stop()
            event.prevent_default()
            self.post_message(self.Named(name))
        # Textual calls the TextArea's own handlers behind these, unless they are prevented.

    async def _on_paste(self, event: events.Paste) -> None:
        if self._is_path(event.text):
            event.stop()
            event.prevent_default()
            self.post_message(self.Dropped(event.text))

    def _mind_the_pace(self, event: events.Key) -> None:
        """Tell keys that are typed from a paste without brackets, by how fast they came."""
        since, self._last = event.time - self._last, event.time
        self._quick = self._quick + 1 if since < PASTED else 0
        if self._quick >= 2:
            self._pasting_until = event.time + PASTE_LASTS
        if self._enter is None:
            return
        self._enter.stop()
        self._enter = None
        if since < ALONE:
            # Something came on its heels, so that Enter was pasted, and the rest is too.
            self._pasting_until = event.time + PASTE_LASTS
            self.insert("\n")
        else:
            self.post_message(self.Entered())

    def _enter_alone(self) -> None:
        if getattr(self.app, "has_keys_waiting", False):
            # The program was busy: what came on its heels has not been looked at yet.
            self._enter = self.set_timer(ALONE, self._enter_alone)
            return
        self._enter = None
        self.post_message(self.Entered())

    # -- words -----------------------------------------------------------------------------

    def name_before_cursor(self) -> str:
        """The name of "/name" when it stands alone before the cursor on its line; else empty."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        found = _NAME.match(before.strip()) if before.lstrip().startswith("/") else None
        return found[1] if found else ""

    def put(self, words: str, *, instead_of_name: bool = False) -> None:
        """Insert words at the cursor as one step of undo; in place of the /name before it if so wished."""
        start, end = sorted((self.selection.start, self.selection.end))
        if instead_of_name and self.name_before_cursor():
            start = (end[0], 0)
        self.replace(words, start, end, maintain_selection_offset=False)

    def put_on_line(self, words: str) -> None:
        """Insert words on a line of their own."""
        row, _ = self.cursor_location
        line = self.document.get_line(row)
        if line.strip():
            end = (row, len(line))
            self.replace(f"\n{words}\n", end, end, maintain_selection_offset=False)
        else:
            self.replace(f"{words}\n", (row, 0), (row, len(line)), maintain_selection_offset=False)

    def form(self, kind: str) -> None:
        """Put Markdown around what is selected, or take it off (SPEC C1)."""
        start, end = sorted((self.selection.start, self.selection.end))
        if kind in formatting.LINES:
            start, end = (start[0], 0), (end[0], len(self.document.get_line(end[0])))
            changed = formatting.lines(self.get_text_range(start, end), kind)
        elif kind == "link":
            changed = formatting.link(self.get_text_range(start, end))
        else:
            changed = formatting.around(self.get_text_range(start, end), kind)
        self.replace(changed.text, start, end, maintain_selection_offset=False)
        before = changed.text[: changed.cursor]
        rows = before.count("\n")
        column = len(before.rpartition("\n")[2]) + (0 if rows else start[1])
        self.move_cursor((start[0] + rows, column))
