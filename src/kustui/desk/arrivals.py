"""What came in since one looked last, for who is told between two lines and not shown a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kustui.store.queries import incoming

if TYPE_CHECKING:
    from kustui.desk import Desk

MOST = 200
"""Messages that are looked at in one look; the rest is left to the next."""


class Came(NamedTuple):
    """A message that came in; words are clean."""

    id: int
    conversation_id: int
    customer_id: int
    name: str
    subject: str


def newest(desk: Desk) -> int:
    """The number of the newest message, from which on what comes in is news."""
    with desk.store.reading() as reader:
        return incoming.newest(reader)


def since(desk: Desk, after: int) -> list[Came]:
    """What came in behind that number, at most MOST, in the order it came."""
    with desk.store.reading() as reader:
        return [Came(*row) for row in incoming.since(reader, after, MOST)]
