"""The whole history, for who reads it afterwards: who did what when, and what was and is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kustui.clock import milliseconds
from kustui.core.post import LogLine
from kustui.errors import NotFound
from kustui.store.queries import logbook, people

if TYPE_CHECKING:
    from kustui.store.store import Store


def log(
    store: Store,
    limit: int,
    *,
    conversation_id: int | None = None,
    customer_id: int | None = None,
    login: str = "",
    act: str = "",
    after: datetime | None = None,
) -> list[LogLine]:
    """Lines of the history, the latest first; `act` is how an act's name begins.

    Raises NotFound for a login that is nobody's.
    """
    with store.reading() as reader:
        by = people.agent_by_login(reader, login) if login else None
        if login and by is None:
            raise NotFound("No such agent", f"{login!r} is nobody's login.")
        since = milliseconds(after) if after else 0
        wanted = logbook.Wanted(conversation_id, customer_id, by.id if by else None, act, since)
        return logbook.log(reader, wanted, limit)
