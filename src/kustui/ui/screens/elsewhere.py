"""The same draft in other places: the whole screen, the agent's own editor, an Enter that sends."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from kustui.core.records import Draft
from kustui.core.text import clean
from kustui.errors import KustuiError
from kustui.ui.screens.saving import place_of
from kustui.ui.screens.writing import Writing

if TYPE_CHECKING:
    from kustui.ui.widgets.draft_area import DraftArea

LOOK_AFTER = 0.2
"""Seconds between two looks at what an external editor has written."""
AT_ONCE = 1.0
"""Seconds within which nobody writes anything: an editor that ends sooner runs on in the background."""


class Elsewhere(Writing):
    """Wherever a draft is written, it is the one draft, and what is typed is kept (SPEC C3)."""

    def action_popout(self) -> None:
        """Give the editor the whole screen, or give it back; it is the same draft (SPEC C3)."""
        self.toggle_class("-popped")
        self.editor.write()

    def action_external(self) -> None:
        """Write in $VISUAL or $EDITOR; what it saves is kept as it is saved (SPEC C3)."""
        draft = self.editor.draft
        if draft is None or not self.may_name_files():
            return
        if place_of(draft) in self._sending:
            self.say("The message is on its way")
            return
        named = os.environ.get("VISUAL", "").strip() or os.environ.get("EDITOR", "").strip() or "vi"
        try:
            command = shlex.split(named)
        except ValueError:
            command = [named]
        try:
            folder = Path(tempfile.mkdtemp(prefix="kustui-"))
            path = folder / "reply.md"
            path.write_text(draft.body + "\n", encoding="utf-8", errors="replace")
        except OSError as error:
            self.say(f"No file can be written for {command[0]}: {error.strerror}")
            return
        trouble = ""
        try:
            with self.app.suspend():
                trouble = self._edited(command, path, draft)
        except SuspendNotSupported:
            trouble = "This terminal cannot be lent to another program"
        text = _read(path)
        if text is not None and text != draft.body:
            self.editor.replace_text(text)
        kept = _cleared(folder, path, failed=bool(trouble))
        if trouble:
            self.say(trouble)
        if kept is not None:
            # Too long for a line, and worth more than a moment.
            self.refuse(KustuiError("The editor left a file of its own", str(kept)))
        self.editor.write()

    def _edited(self, command: list[str], path: Path, draft: Draft) -> str:
        """Run the editor to its end, keeping what it saves; answers what went wrong."""
        began, name = time.monotonic(), Path(command[0]).name
        try:
            running = subprocess.Popen([*command, str(path)])  # noqa: S603 - what the agent named
        except (OSError, ValueError) as error:
            return f"{name} cannot be run: {getattr(error, 'strerror', None) or error}"
        seen = draft.body
        with _signals_passed_on(running):
            while True:
                ended = running.poll() is not None
                text = _read(path)
                # One that is just being written may be empty for a moment.
                if text is not None and text != seen and (text or ended):
                    seen = text
                    self._unsaved[place_of(draft)] = self.editor.with_text(text)
                    # The words are in the file too, and are tried again when the editor ends.
                    with contextlib.suppress(KustuiError):
                        self._write(place_of(draft))
                if ended:
                    break
                time.sleep(LOOK_AFTER)
        if not path.exists():
            return f"{name} left no file; your words are as they were"
        if running.returncode:
            return f"{name} ended with {running.returncode}; what it saved is here"
        if seen == draft.body and time.monotonic() - began < AT_ONCE:
            return f"{name} ended at once; one with a window of its own has to wait (code --wait)"
        return ""

    def on_draft_area_entered(self, event: DraftArea.Entered) -> None:
        """Enter sends where it was told to (SPEC D3)."""
        event.stop()
        self.action_send()


@contextlib.contextmanager
def _signals_passed_on(running: subprocess.Popen[bytes]) -> Iterator[None]:
    """While another program has the terminal: Ctrl+C is its own, and what ends us ends it first."""

    def end_it(number: int, frame: object) -> None:  # noqa: ARG001 - as Python calls it
        with contextlib.suppress(OSError):
            running.send_signal(number)

    def leave_it(number: int, frame: object) -> None: ...

    # The event loop hears of a signal by its own way too, and acts on it afterwards.
    held = {
        number: signal.signal(number, leave_it if number == signal.SIGINT else end_it)
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, before in held.items():
            signal.signal(number, before)


def _cleared(folder: Path, path: Path, *, failed: bool) -> Path | None:
    """Remove what was written for an editor; what a failed one left beside it is kept, and answered."""
    with contextlib.suppress(OSError):
        left = [each for each in folder.iterdir() if each != path]
        if failed and left:
            # A swap file has words in it that were never saved.
            return left[0]
        path.unlink(missing_ok=True)
        for each in left:
            each.unlink(missing_ok=True)
        folder.rmdir()
    return None


def _read(path: Path) -> str | None:
    """What stands in the file; None when it is not there."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    # Editors end the last line; the draft does not.
    return clean(text.replace("\r\n", "\n")).removesuffix("\n")
