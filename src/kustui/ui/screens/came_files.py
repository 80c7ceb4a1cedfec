"""Files that came with messages, on the desk's screen: looking at images, saving (SPEC C7, C8)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kustui.core.pictures import is_picture
from kustui.core.records import Changed, Entry, FileLine
from kustui.core.text import one_line
from kustui.core.words import size
from kustui.errors import MissingExtra
from kustui.ui.screens.base import DeskBase

if TYPE_CHECKING:
    from kustui.ui.widgets.pictures import Pictures
    from kustui.ui.widgets.timeline import Timeline

MENU_KEYS = "123456789abcdeghjklmnopqrstuvwxyz"
"""Keys of the menu's lines; a message with more files than these has them saved by command."""


class CameFiles(DeskBase):
    """The acts on files of messages. Nothing that came is ever opened by another program."""

    _folder: Path | None = None
    """Where the last file was saved."""

    def pictures(self) -> Pictures | None:
        """The timeline's pictures; None where none are shown."""
        if not getattr(self.app, "shows_pictures", False):
            return None
        from kustui.ui.widgets.pictures import Pictures

        return Pictures(self._content)

    def _content(self, file_id: int) -> bytes:
        return self.desk.saving.content(file_id).content

    def _files_in_view(self) -> list[tuple[Entry, FileLine]]:
        """The files of the messages in view, the topmost message first."""
        if self.customer is None or not self.furnished:
            return []
        return [(entry, file) for entry in self.timeline.entries_in_view() for file in entry.files]

    # -- looking ---------------------------------------------------------------------------

    def action_image(self) -> None:
        """Show the image in view as large as there is room; the same key shows the next one."""
        images = [file for _, file in self._files_in_view() if is_picture(file)]
        if images:
            self._look_at(images, 0)
        elif self.has_customer():
            self.say("There is no image in view")

    def _look_at(self, images: list[FileLine], at: int) -> None:
        from kustui.ui import images as decoding

        if not decoding.installed():
            self.refuse(MissingExtra("Looking at images", "images"))
        elif not getattr(self.app, "shows_pictures", False):
            self.say("Images are switched off, or this terminal has too few colours for them")
        else:
            from kustui.ui.screens.image_look import ImageLook

            keys = {name: self.key(name) for name in ("image", "files.save")}
            self.app.push_screen(ImageLook(images, at, self._content, keys), self._looked)

    def _looked(self, save: FileLine | None) -> None:
        """What an image was left with: to save it, or nothing."""
        if save is not None:
            self._ask_folder(save)

    def on_timeline_file_chosen(self, event: Timeline.FileChosen) -> None:
        """A file was clicked: an image is shown, any other is offered to be saved."""
        event.stop()
        images = [file for file in event.entry.files if is_picture(file)]
        if event.file in images and getattr(self.app, "shows_pictures", False):
            self._look_at(images, images.index(event.file))
        else:
            self._ask_folder(event.file)

    # -- saving ----------------------------------------------------------------------------

    def action_save_file(self) -> None:
        """Offer the files of the messages in view, then ask for a folder."""
        if not self.has_customer():
            return
        found = self._files_in_view()
        if not found:
            self.say("No message in view has a file")
            return
        from kustui.ui.screens.menu import Choice, Menu

        lines = [
            Choice(str(place), key, file.name, _about(entry, file))
            for place, (key, (entry, file)) in enumerate(zip(MENU_KEYS, found, strict=False))
        ]

        def chosen(place: str | None) -> None:
            if place is not None:
                self._ask_folder(found[int(place)][1])

        more = len(found) - len(lines)
        about = f"{more:,} more: kustui files {found[0][0].conversation_id}" if more > 0 else ""
        self.app.push_screen(Menu("Save a file", lines, about=about), chosen)

    def _ask_folder(self, file: FileLine) -> None:
        if not self.may_name_files():
            return
        from kustui.desk.saving import default_folder
        from kustui.ui.screens.folder import FolderDialog

        def named(folder: Path | None) -> None:
            if folder is not None:
                self.act(lambda: self._save(file, folder))

        asked = FolderDialog(f"Save {one_line(file.name, 60)} in", self._folder or default_folder())
        self.app.push_screen(asked, named)

    def _save(self, file: FileLine, folder: Path) -> Changed:
        path = self.desk.saving.save(file.id, folder)
        self._folder = path.parent
        return Changed(frozenset(), notice=f"Saved: {one_line(str(path), 300)}")


def _about(entry: Entry, file: FileLine) -> str:
    """Kind and size of a file, and whose it is."""
    who = "you" if entry.mine else entry.author
    return " · ".join(part for part in (file.media_type, size(file.size), who) if part)
