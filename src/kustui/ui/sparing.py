"""What a screen keeps in memory, and when it is loaded and let go: forty of them share a host (SPEC G3)."""

from __future__ import annotations

import gc
import sys
import threading
from typing import TYPE_CHECKING, Any

from textual.app import App

from kustui.errors import KustuiError

if TYPE_CHECKING:
    from kustui.desk import Desk

    _Base = App[Any]
else:
    _Base = object

WARM_AFTER = 0.2
"""Seconds after the first sign that the agent will write until what that needs is loaded: what they opened
is painted first.
"""
OFTEN = 0.001
"""Seconds after which a thread that loads lets the screen's go on."""
GARBAGE = (2_000, 10, 75)
"""How many more things may come than go until the collector looks for rings among the newest of them; how
often it looks there until it looks among more, and there until it looks among all.
"""
SWEEP_EACH, SWEEP_AFTER = 4, 0.4
"""After how many dialogs all is looked through, and how many seconds later: their parts know each other, and
would pile up. To look takes longer than a key may.
"""
SETTLED_AFTER = 3
"""So many times what is left stays for good, and is not looked at again: the desk itself, at first."""


class Sparing(_Base):
    """Mixin for an App, named before it: loads what writing needs when it is needed, and keeps no garbage."""

    desk: Desk
    _expects_writing = False
    _taken_away = _swept = 0

    def expect_writing(self) -> None:
        """The agent is about to write: load what that needs, once, while they choose or type (SPEC G3)."""
        if self._expects_writing or self.desk.store.is_warm:
            return
        self._expects_writing = True
        self.set_timer(WARM_AFTER, threading.Thread(target=self._warm, name="kustui-warm", daemon=True).start)

    def pop_screen(self, *args: Any, **kwargs: Any) -> Any:
        """Take a screen away, and soon what is left of it."""
        self._taken_away += 1
        if not self._taken_away % SWEEP_EACH:
            self.set_timer(SWEEP_AFTER, self._sweep)
        return super().pop_screen(*args, **kwargs)

    def _sweep(self) -> None:
        gc.collect()
        self._swept += 1
        if self._swept <= SETTLED_AFTER and len(self.screen_stack) == 1:
            gc.freeze()

    def stumbled(self, error: KustuiError) -> None:
        """Something went wrong in the background; may be told from any thread."""
        raise NotImplementedError

    def _warm(self) -> None:
        usual = sys.getswitchinterval()
        sys.setswitchinterval(OFTEN)
        gc.disable()
        try:
            self.desk.warm()
        except KustuiError as error:
            self.stumbled(error)
        finally:
            settle_memory()
            sys.setswitchinterval(usual)


def settle_memory() -> None:
    """What was loaded up to here stays; the collector need not look at it again."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
