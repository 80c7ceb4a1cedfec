"""Time that passes by itself, in a thread (SPEC G3)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kustui.desk.clockwork_pass import Pass
from kustui.errors import KustuiError


def passing(
    step: Callable[[float], Pass | None],
    every: float,
    stop: threading.Event,
    changed: Callable[[Pass], None],
    trouble: Callable[[KustuiError], None],
) -> list[threading.Thread]:
    """Call `step` with the real seconds that have passed, about `every` so many, until `stop` is set.

    What it answers is handed on to `changed`, and its trouble to `trouble`, from the daemon thread that is
    answered; None says that there is nothing to tell.
    """

    def loop() -> None:
        before = time.monotonic()
        while not stop.wait(every):
            real, before = time.monotonic() - before, time.monotonic()
            done = step(real)
            if done is None:
                continue
            changed(done)
            if done.trouble is not None:
                trouble(done.trouble)

    thread = threading.Thread(target=loop, name="kustui-time", daemon=True)
    thread.start()
    return [thread]
