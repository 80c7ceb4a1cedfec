"""The driver of a screen that is shown in a browser (SPEC G3)."""

from __future__ import annotations

import os
import signal
from functools import partial

from textual.drivers.web_driver import WebDriver

from kustui.core.served import BELL, TITLE


class PageDriver(WebDriver):
    """Textual's driver for pages, which also tells titles and the bell, and ends when nobody is there."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they come
        self._write = partial(self._whole)

    def write(self, data: str) -> None:
        """Write what is painted; a title and the bell are the page's, not the picture's."""
        if data.startswith("\x1b]2;"):
            self.write_meta({"type": TITLE, "words": data.removeprefix("\x1b]2;").removesuffix("\x07")})
        elif data == "\a":
            self.write_meta({"type": BELL})
        else:
            super().write(data)

    def run_input_thread(self) -> None:
        """Hand every key to the app; the end of them all is a hang-up, which keeps what is typed."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            os.kill(os.getpid(), signal.SIGHUP)

    def _whole(self, data: bytes) -> int:
        """Write all of it: a signal may cut a long one short."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.fileno, rest) :]
        return len(data)
