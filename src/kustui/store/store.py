"""One open store: reading, writing, its clock, its backups.

Reading is plain SQL and imports no ORM, so the first list is on the screen before SQLAlchemy is
loaded. Writing is one transaction at a time on SQLModel rows, in a SQLite file (SPEC G1) and on a
PostgreSQL server (SPEC G2) alike.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kustui.chance import Token, secret
from kustui.clock import Clock, instant
from kustui.errors import KustuiError, StoreBusy, StoreTrouble
from kustui.store.database import MOVED, moved_to
from kustui.store.reader import Reader, placeholders
from kustui.store.shift_clock import ShiftClock, now_of
from kustui.store.sqlite_file import SqliteFile

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from kustui.store.database import Database, Fact, Home
    from kustui.store.entities import WriteSession
    from kustui.store.frame import Frame
    from kustui.store.writing import Writing

__all__ = ["Reader", "Store", "placeholders"]

Answer = TypeVar("Answer")

PATIENCE_SECONDS = 30.0


def is_url(place: Path | str) -> bool:
    """Whether that names a database server and no file."""
    return isinstance(place, str) and place.partition("://")[0] in ("postgresql", "postgres")


class Store:
    """The store at a path, or at a `postgresql://` URL.

    `clock` is given only to hold its time, `token` only to have its names from a seed.
    """

    def __init__(self, place: Path | str, clock: Clock | None = None, token: Token = secret) -> None:
        self.address = place
        """What opens this store again; a password may stand in it."""
        self.token = token
        """Makes a name of so many bytes that nothing else has."""
        self.is_shift = False
        """Whether it was opened as a training shift, whose clock is held (SPEC G3)."""
        self._held = clock
        self._lock = threading.Lock()
        self._local = threading.local()
        self._engine: Engine | None = None
        self._patience = PATIENCE_SECONDS
        self.database: Database = _server(str(place)) if is_url(place) else SqliteFile(Path(place))

    @property
    def place(self) -> str:
        """Where the store is, for people: the file, or the server without a password."""
        return self.database.place

    @property
    def path(self) -> Path:
        """The file that holds the store; raises StoreTrouble for one on a server."""
        if isinstance(self.database, SqliteFile):
            return self.database.path
        raise StoreTrouble("Not a file", f"{self.place} is a database on a server, and no file.")

    # -- opening -------------------------------------------------------------

    def open(self, *, create: bool = False, group: str | None = None) -> Store:
        """Make the store ready: made when wanted, checked, backed up and migrated; returns itself.

        Raises StoreTrouble in words when it is missing, damaged, newer, on a network drive, ...
        """
        try:
            with self._words():
                self.database.open(self._patiently, self.now, create=create, group=group)
            with self.reading() as reader:
                moved = reader.value("SELECT path FROM workspace WHERE id = 1 AND file = :m", m=MOVED)
                standing = now_of(reader)
            if moved is not None:
                raise moved_to(moved)
            self.is_shift = standing is not None
            if standing is not None and self._held is None:
                self._held = ShiftClock(self, standing)
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            engine, self._engine = self._engine, None
        self.database.close()
        if engine is not None:
            engine.dispose()

    def backup(self) -> Path | None:
        """Copy the store to a file beside it and return that file; None for one on a server."""
        with self._words():
            return self.database.backup(self.now())

    # -- time and change -----------------------------------------------------

    @property
    def follows(self) -> bool:
        """Whether its clock is a training shift's, which another program moves."""
        return isinstance(self._held, ShiftClock)

    def now(self) -> datetime:
        """The present instant by the store's clock (SPEC D4), or by the clock it is held to."""
        if self._held is not None:
            return self._held.now()
        with self._words():
            return instant(self.database.now_ms())

    def version(self) -> int:
        """A number that changes when another connection has written, this program's own acts included.

        What is written quietly leaves it as it is.
        """
        with self._words():
            return self.database.version()

    def murmur(self) -> int:
        """A number that changes with everything that another connection writes, be it quietly."""
        with self._words():
            return self.database.murmur()

    def here(self) -> Home:
        """Where the store is; raises OSError when it is gone."""
        with self._words():
            return self.database.here()

    def facts(self) -> list[Fact]:
        """What the database says of itself."""
        with self._words():
            return self.database.facts()

    # -- reading and writing -------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One consistent look: every question inside sees the same moment."""
        with self._words(), self.database.reading(self._patiently) as reader:
            yield reader

    @contextmanager
    def writing(self, *, claiming: bool = False, quiet: bool = False) -> Iterator[Writing]:
        """One transaction; committed when the block ends, undone when it raises.

        Acts wait for one another, so each sees what the one before it left. Those that are only
        `claiming` rows, by moves that are compare-and-set, wait for nobody where the database can do
        that. A busy store is asked again, with jitter, for up to half a minute. Inside another
        `writing` of the same thread it is the same transaction: both happen, or neither. It is `quiet`
        when everything in it is: no list, timeline or count shows what it writes.
        """
        outer: Frame | None = getattr(self._local, "writing", None)
        if outer is not None:
            outer.quiet = outer.quiet and quiet
            yield _of_rows(outer)
            return
        from kustui.store.entities import session_of
        from kustui.store.writing import Writing, reader_of

        def begun() -> Writing:
            self._patiently(session.begin_now)
            now = self._instant_of(reader_of(session, self.database))
            found = Writing(session, self.database, now, self.token)
            found.quiet = quiet
            return found

        with self._words():
            session = session_of(self._orm(), claiming=claiming)
            with self._whole(session, begun) as writing:
                yield writing

    @contextmanager
    def writing_plainly(self, *, claiming: bool = False, quiet: bool = False) -> Iterator[Frame]:
        """One transaction like that of `writing`, for an act in plain SQL alone: it loads no ORM (SPEC G3).

        Inside another of the same thread it is the same one.
        """
        from kustui.store.frame import Frame

        outer: Frame | None = getattr(self._local, "writing", None)
        if outer is not None:
            outer.quiet = outer.quiet and quiet
            yield outer
            return
        if not isinstance(self.database, SqliteFile):
            with self.writing(claiming=claiming, quiet=quiet) as writing:
                yield writing
            return
        with self._words(), self.database.writing(self._patiently) as reader:
            frame = Frame(lambda: reader, self.database, self._instant_of(reader), self.token)
            frame.quiet = quiet
            self._local.writing = frame
            try:
                yield frame
                frame.settle()
            finally:
                self._local.writing = None

    def _instant_of(self, reader: Reader) -> datetime:
        """The one instant of an act that has begun; the database is asked in any case whether it may write."""
        now = instant(self.database.begun(reader))
        return self._held.now() if self._held is not None else now

    @contextmanager
    def _whole(self, session: WriteSession, begin: Callable[[], Writing]) -> Iterator[Writing]:
        """The thread's act on a session: settled and committed in the end, undone when it raises."""
        try:
            writing = self._local.writing = begin()
            yield writing
            writing.settle()
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            self._local.writing = None
            session.close()

    @contextmanager
    def in_a_hurry(self) -> Iterator[None]:
        """Meanwhile nobody goes on waiting for a busy store: who waited is refused, and wrote nothing."""
        self._patience = 0.0
        try:
            yield
        finally:
            self._patience = PATIENCE_SECONDS

    @property
    def is_warm(self) -> bool:
        """Whether what changes rows is loaded."""
        return self._engine is not None

    def warm(self) -> None:
        """Load what writing needs, ahead of the first write; slow once, then nothing."""
        from kustui.store import entities

        entities.prepare()
        self._orm()

    # -- inside --------------------------------------------------------------

    def _orm(self) -> Engine:
        with self._lock:
            if self._engine is None:
                self._engine = self.database.engine()
            return self._engine

    def _patiently(self, attempt: Callable[[], Answer]) -> Answer:
        began = time.monotonic()
        while True:
            try:
                return attempt()
            except Exception as error:
                words = error if isinstance(error, KustuiError) else self._trouble(error)
                if not isinstance(words, StoreBusy) or time.monotonic() - began > self._patience:
                    raise
                time.sleep(random.uniform(0.01, 0.1))

    @contextmanager
    def _words(self) -> Iterator[None]:
        try:
            yield
        except KustuiError:
            raise
        except Exception as error:
            words = self._trouble(error)
            if words is None:
                raise
            raise words from error

    def _trouble(self, error: BaseException) -> StoreTrouble | None:
        # SQLAlchemy wraps the library's own.
        return self.database.trouble(getattr(error, "orig", None) or error)


def _of_rows(frame: Frame) -> Writing:
    from kustui.store.writing import Writing

    if not isinstance(frame, Writing):
        raise RuntimeError("an act in plain SQL has no rows to change")
    return frame


def _server(url: str) -> Database:
    from kustui.store.postgres import Server

    return Server(url)
