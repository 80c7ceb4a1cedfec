"""What a store asks of its database, be it a SQLite file or a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from kustui.errors import StoreTrouble
from kustui.store.reader import Dialect, Reader

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

Answer = TypeVar("Answer")

MOVED = "moved"
"""What stands for the file in a store whose workspace has been moved into another one."""


def moved_to(place: str) -> StoreTrouble:
    """What is said to whoever still works in a store that was left behind."""
    return StoreTrouble(
        "The workspace has moved",
        f"It is at {place}. What you typed is kept; quit and start again with --db.",
    )


class Fact(NamedTuple):
    """Something a database says of itself, and whether it is as it should be."""

    name: str
    ok: bool
    words: str


class Home(NamedTuple):
    """Where a store is: the host's identity, what it is called there, and the file or database it is.

    A copy of a store, and a backup that was put back, believe that messages are due which the other
    one has sent already. So a store sends only from where it is at home.
    """

    host: str
    path: str
    file: str


class Patience(Protocol):
    """Tries again for as long as a database is busy."""

    def __call__(self, attempt: Callable[[], Answer], /) -> Answer:
        """What the attempt answers in the end."""


class Database(Protocol):
    """One open database. Every method may raise the library's own errors, which `trouble` puts into words."""

    dialect: Dialect
    place: str

    def open(
        self,
        patiently: Patience,
        now: Callable[[], datetime],
        *,
        create: bool,
        group: str | None,
    ) -> None:
        """Make it ready: made when wanted, checked, backed up and migrated; raises StoreTrouble in words."""

    def close(self) -> None:
        """Close every connection."""

    def reading(self, patiently: Patience) -> AbstractContextManager[Reader]:
        """One consistent look; inside another of the same thread it is the same one."""

    def engine(self) -> Engine:
        """What writes: its transactions wait for one another; those of `claiming` do not."""

    def reader_on(self, raw: Any) -> Reader:
        """Plain questions on the connection that is under a transaction of the engine."""

    def begun(self, reader: Reader) -> int:
        """The instant of a transaction that has begun to write, in ms by the database's clock; raises
        StoreTrouble when what is written would be lost.
        """

    def now_ms(self) -> int:
        """The present instant by the database's clock."""

    def version(self) -> int:
        """A number that changes when anybody has written what others look at."""

    def murmur(self) -> int:
        """A number that changes when anybody has written anything."""

    def tell(self, reader: Reader, *, quiet: bool) -> None:
        """Inside a transaction: have the programs hear of it; of a `quiet` one only by the murmur."""

    def next_key(self, reader: Reader, table: str) -> int:
        """The first number that a new row of a table may have."""

    def keys_taken(self, reader: Reader, table: str, last: int) -> None:
        """Say that the numbers of a table are given up to `last`."""

    def backup(self, now: datetime, *, older: bool = False) -> Path | None:
        """Copy it to a file beside it, where that is its way; None where it is not."""

    def here(self) -> Home:
        """Where it is; raises OSError when it is not there any more."""

    def facts(self) -> list[Fact]:
        """What the doctor says of it."""

    def trouble(self, error: BaseException) -> StoreTrouble | None:
        """What one of the library's errors means to a person; None when it is none of them."""
