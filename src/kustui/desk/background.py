"""What works behind a desk that somebody sits at, whatever they look at it with: how it begins and ends."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kustui.errors import KustuiError

if TYPE_CHECKING:
    from kustui.desk import Desk
    from kustui.desk.clockwork_pass import Pass

log = logging.getLogger("kustui.desk")


def begin(
    desk: Desk,
    stop: threading.Event,
    changed: Callable[[Pass], None],
    trouble: Callable[[KustuiError], None],
) -> list[threading.Thread]:
    """Start the shift's time, or the clockwork; answers its threads, which end once `stop` is set."""
    worker = desk.clockwork if desk.shift is None else desk.shift
    return worker.run(stop, changed, trouble)


def end(desk: Desk, threads: Sequence[threading.Thread]) -> None:
    """Once `stop` is set: have colleagues know that nobody sits here any more, unless the store keeps us
    waiting, and wait for a message on its way as long as its transport may take.
    """
    if "presence" in vars(desk):
        with contextlib.suppress(KustuiError), desk.store.in_a_hurry():
            desk.presence.ended()
    if threads:
        desk.clockwork.finish(threads)
    if desk.shift is not None:
        try:
            desk.shift.end()
        except KustuiError as error:
            log.error("the shift's end could not be written: %s", error.title)
