"""Where the clock of a training shift stands (SPEC G3); apart, so that opening a store loads no ORM."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kustui.clock import instant

if TYPE_CHECKING:
    from kustui.store.reader import Reader
    from kustui.store.store import Store


def now_of(reader: Reader) -> datetime | None:
    """The instant the shift's clock is held at; None in a workspace that is no shift."""
    if reader.dialect.name != "sqlite":
        return None
    if not reader.one("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'shift'"):
        return None
    found = reader.value("SELECT now FROM shift WHERE id = 1")
    return None if found is None else instant(found)


class ShiftClock:
    """The clock of a shift that another program moves, as its store tells it."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store, self._now = store, now

    def now(self) -> datetime:
        """The instant the shift's clock is held at."""
        with self._store.reading() as reader:
            self._now = now_of(reader) or self._now
        return self._now
