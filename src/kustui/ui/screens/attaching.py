"""Files and images of what is being written: added, dropped, taken off (SPEC C7, C8)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kustui.core import attachments
from kustui.core.channels import CHANNELS
from kustui.core.records import Draft, FileLine
from kustui.core.words import size
from kustui.errors import KustuiError
from kustui.ui.screens.elsewhere import Elsewhere
from kustui.ui.screens.saving import place_of

if TYPE_CHECKING:
    from kustui.core.post import FileContent
    from kustui.ui.widgets.draft_area import DraftArea

log = logging.getLogger("kustui.ui")

Take = tuple[str, Callable[[Draft], tuple[Draft, FileLine]]]
"""A file's name, and how it is attached to a draft."""


class Attaching(Elsewhere):
    """Files are read and kept in a thread, and land on the draft they were added to."""

    def action_files(self) -> None:
        """Add a file or an image, or take one off (SPEC C7, C8)."""
        from kustui.ui.screens.menu import Choice, Menu

        draft = self.editor.draft
        if draft is None:
            return
        rules = CHANNELS[self.editor.channel]
        none = "" if rules.carries_files else f"{rules.label} carries text only"
        none = none if self.desk.takes_paths else "not in a browser"
        lines = [
            Choice("attach", "a", "Add Attachment", "a file, at most 5 MB", none),
            Choice(
                "inline", "i", "Add Image in the text", "png, jpg or gif",
                none or ("" if rules.inline_images else f"{rules.label} shows none in the text"),
            ),
            *(
                Choice(str(each.id), str(place), f"Take off {each.name}", size(each.size))
                for place, each in enumerate(draft.files[:9], 1)
            ),
        ]  # fmt: skip
        total = sum(each.size for each in draft.files)
        about = f"{size(total)} of {size(attachments.TOTAL_LIMIT)} so far"

        def chosen(name: str | None) -> None:
            if name in ("attach", "inline"):
                self._ask_path(inline=name == "inline")
            elif name is not None:
                self._take_off(int(name))
            else:
                self.editor.write()

        self.app.push_screen(Menu("Files", lines, about=about), chosen)

    def _ask_path(self, *, inline: bool) -> None:
        from kustui.ui.screens.paths import PathDialog

        def answered(path: Path | None) -> None:
            if path is not None:
                self.attach([path], inline=inline)
            self.editor.write()

        self.app.push_screen(PathDialog("Add Image" if inline else "Add Attachment", images=inline), answered)

    def on_draft_area_dropped(self, event: DraftArea.Dropped) -> None:
        """A path that is dropped or pasted becomes an attachment, an image one in the text (SPEC C8)."""
        from kustui.desk.paths import paths_in

        event.stop()
        paths = paths_in(event.text)
        rules = CHANNELS[self.editor.channel]
        for path in paths:
            image = path.suffix.lower() in (*attachments.IMAGES, ".jpeg")
            self.attach([path], inline=image and rules.inline_images)

    def attach(self, paths: list[Path], *, inline: bool = False) -> None:
        """Attach files to the draft, in a thread; each refusal names its file."""
        draft = self.editor.draft
        if draft is None:
            return
        if place_of(draft) in self._sending:
            self.say("The message is on its way; attach it to the next one")
            return
        channel = self.editor.channel
        attach = partial(self.desk.files.attach, channel=channel, inline=inline)
        takes: list[Take] = [(path.name, partial(attach, path=path)) for path in paths]
        self._attach_in_thread(draft, takes)

    def add_files(self, draft: Draft, contents: Sequence[FileContent]) -> None:
        """Attach files that the workspace has; in a thread."""
        channel = self.editor.channel
        takes: list[Take] = [
            (each.name, partial(self.desk.files.add, channel=channel, content=each)) for each in contents
        ]
        self._attach_in_thread(draft, takes)

    def _attach_in_thread(self, draft: Draft, takes: list[Take]) -> None:
        self.attaching.append(place_of(draft))
        self.run_worker(
            partial(self._attach_all, draft, takes),
            thread=True,
            group="write",
            exit_on_error=False,
            name="attach",
        )

    def _attach_all(self, draft: Draft, takes: list[Take]) -> None:
        place = place_of(draft)
        for name, take in takes:
            try:
                with self._pen:
                    known = replace(draft, saved_at=self._known.get(place, draft.saved_at))
                    draft, line = take(known)
                    self._known[place] = draft.saved_at
            except KustuiError as error:
                self.call_later(self.refuse, error)
            # The agent is told, the log keeps the kind of it, the desk goes on.
            except Exception as error:
                log.error("a file stumbled: %s", type(error).__name__, exc_info=error)
                words = f"{name}: {type(error).__name__}; see the log."
                self.call_later(self.refuse, KustuiError("That was not attached", words))
            else:
                self.call_later(self._attached, draft, line)
        self.call_later(self.attaching.remove, place)

    def _attached(self, draft: Draft, line: FileLine) -> None:
        shown = self.editor.draft
        if shown is None or place_of(shown) != place_of(draft):
            self.say(f"Attached {line.name} to the draft it was added to")
            return
        self.editor.took_files(draft)
        if line.inline and line.content_id not in attachments.inline_ids(shown.body):
            self.editor.area.put_on_line(attachments.inline_mark(line.name, line.content_id))
        self.say(f"Attached {line.name} ({size(line.size)})")

    def _take_off(self, number: int) -> None:
        draft = self.editor.draft
        gone = next((each for each in draft.files if each.id == number), None) if draft else None

        def done(_: object) -> None:
            shown = self.editor.draft
            if shown is None or draft is None or gone is None or place_of(shown) != place_of(draft):
                return
            left = tuple(each for each in shown.files if each.id != number)
            self.editor.took_files(replace(shown, files=left))
            mark = attachments.inline_mark(gone.name, gone.content_id)
            if gone.inline and mark in shown.body:
                self.editor.replace_text(shown.body.replace(f"{mark}\n", "").replace(mark, ""))
            self.editor.write()

        self.act(lambda: self.desk.files.remove(number), done)
