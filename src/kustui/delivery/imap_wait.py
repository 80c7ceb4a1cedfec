"""Waiting for new mail by IDLE, without asking again and again where a server tells too much."""

from __future__ import annotations

import threading
import time
from typing import Any

from kustui.delivery.imap_line import errors

LOOK_SECONDS = 1.0
LASTING_SECONDS = 60.0
AGAIN_SECONDS = 15.0
"""A line that is lost sooner than it should last is made anew after so long."""


def idle(box: Any, there: int, seconds: float, stop: threading.Event) -> bool:
    """Return when the server tells of another number of messages than `there`, after so many seconds, or
    soon after `stop`; False when it does not want to tell. Raises when the line is lost.
    """
    began = time.monotonic()
    try:
        box.idle()
    except errors().AbortError:
        raise
    except errors().Error:
        return False
    while not stop.is_set() and time.monotonic() - began < seconds:
        looked = time.monotonic()
        told = box.idle_check(timeout=LOOK_SECONDS)
        # A line that is gone answers at once, with nothing.
        if not told and time.monotonic() - looked < LOOK_SECONDS / 2:
            break
        before = there
        for each in told:
            if each[0] == b"BYE":
                raise ConnectionError("the server said goodbye")
            if each[1:] == (b"EXPUNGE",):
                there, before = there - 1, before - 1
            if each[1:] == (b"EXISTS",):
                there = int(each[0])
        if there != before:
            # Some tell the same at every turn, so the next look is not at once.
            stop.wait(LOOK_SECONDS / 4)
            break
    box.idle_done()
    return True
