"""The same draft in other places: the whole screen, the agent's own editor, an Enter that sends."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import tempfile
import time
from pathlib import Path

from kustui.core.records import Draft
from kustui.core.text import clean
from kustui.errors import KustuiError
from kustui.ui.screens.saving import place_of
from kustui.ui.screens.writing import Writing
from kustui.ui.widgets.draft_area import DraftArea

LOOK_AFTER = 0.2
"""Seconds between two looks at what an external editor has written."""


class Elsewhere(Writing):
    """Wherever a draft is written, it is the one draft, and what is typed is kept (SPEC C3)."""

    def action_popout(self) -> None:
        """Give the editor the whole screen, or give it back; it is the same draft (SPEC C3)."""
        self.toggle_class("-popped")
        self.editor.write()

    def action_external(self) -> None:
        """Write in $VISUAL or $EDITOR; what it saves is kept as it is saved (SPEC C3)."""
        draft = self.editor.draft
        if draft is None:
            return
        command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
        folder = Path(tempfile.mkdtemp(prefix="kustui-"))
        path = folder / "reply.md"
        path.write_text(draft.body + "\n", encoding="utf-8")
        trouble = ""
        try:
            with self.app.suspend():
                trouble = self._edited(command, path, draft)
        finally:
            text = _read(path)
            path.unlink(missing_ok=True)
            for left in folder.iterdir():
                left.unlink(missing_ok=True)
            folder.rmdir()
        if text is not None and text != draft.body:
            self.editor.replace_text(text)
        if trouble:
            self.say(trouble)
        self.editor.write()

    def _edited(self, command: list[str], path: Path, draft: Draft) -> str:
        """Run the editor to its end, keeping what it saves; answers what went wrong."""
        try:
            running = subprocess.Popen([*command, str(path)])  # noqa: S603 - what the agent named
        except OSError as error:
            return f"{command[0]} cannot be run: {error.strerror}"
        seen = draft.body
        while True:
            ended = running.poll() is not None
            text = _read(path)
            if text is not None and text != seen:
                seen = text
                self._unsaved[place_of(draft)] = self.editor.with_text(text)
                # The words are in the file too, and are tried again when the editor ends.
                with contextlib.suppress(KustuiError):
                    self._write(place_of(draft))
            if ended:
                code = running.returncode
                return f"{command[0]} ended with {code}; what it saved is here" if code else ""
            time.sleep(LOOK_AFTER)

    def on_draft_area_entered(self, event: DraftArea.Entered) -> None:
        """Enter sends where it was told to (SPEC D3)."""
        event.stop()
        self.action_send()


def _read(path: Path) -> str | None:
    try:
        text = clean(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    # Editors end the last line; the draft does not.
    return text.removesuffix("\n")
