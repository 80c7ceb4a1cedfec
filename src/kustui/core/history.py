"""What the history says, as it travels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kustui.core.record import Record


class HistoryLine(Record):
    """One line of a conversation's history: who did which act when, and what it changed."""

    id: int
    at: datetime
    who: str
    act: str
    words: str
    before: Mapping[str, object]
    after: Mapping[str, object]
