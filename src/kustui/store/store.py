"""One open store: reading, writing, its clock, its backups.

Reading is plain SQL on a connection of the thread's own and imports no ORM, so the first list is
on the screen before SQLAlchemy is loaded. Writing is one immediate transaction on SQLModel rows.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kustui.clock import Clock, instant, milliseconds
from kustui.errors import KustuiError, StoreBusy, StoreTrouble
from kustui.store import migrations, sqlite

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from kustui.store.writing import Writing

Answer = TypeVar("Answer")

PATIENCE_SECONDS = 30.0
BACKUPS_KEPT = 3
NOW_MS = "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


class Reader:
    """Asks questions in plain SQL with named parameters, inside one transaction."""

    def __init__(self, execute: Callable[[str, Mapping[str, Any]], Any]) -> None:
        self._execute = execute

    def all(self, sql: str, /, **parameters: Any) -> list[tuple[Any, ...]]:
        """Every row."""
        rows: list[tuple[Any, ...]] = self._execute(sql, parameters).fetchall()
        return rows

    def one(self, sql: str, /, **parameters: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        row: tuple[Any, ...] | None = self._execute(sql, parameters).fetchone()
        return row

    def value(self, sql: str, /, **parameters: Any) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, **parameters)
        return None if row is None else row[0]


class Store:
    """The store at `path`. `clock` is given only to hold its time (tests, demos, training)."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self.path = path
        self._held = clock
        self._local = threading.local()
        self._connections: list[Any] = []
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._patience = PATIENCE_SECONDS
        self._file: tuple[int, int] | None = None

    # -- opening -------------------------------------------------------------

    def open(self, *, create: bool = False, group: str | None = None) -> Store:
        """Make the store ready: made when wanted, checked, backed up and migrated; returns itself.

        Raises StoreTrouble in words when it is missing, damaged, newer, on a network drive, ...
        """
        new = not self.path.exists()
        if new and not create:
            raise StoreTrouble(
                "There is no workspace yet",
                f"{self.path} does not exist. Make one with `kustui init`, or look around with `kustui demo`.",
            )
        sqlite.refuse_network(self.path)
        if new or group is not None:
            sqlite.prepare(self.path, group)
        with self._words():
            connection = self._connection()
            if migrations.foreign(connection):
                raise StoreTrouble(
                    "Not a kustui store",
                    f"{self.path} is another program's database. Name another file with --db.",
                )
            waiting = migrations.waiting(connection)
            if waiting:
                if migrations.taken(connection):
                    self.backup(older=True)
                self._patiently(lambda: migrations.migrate(connection, milliseconds(self.now())))
        self._is_there()
        return self

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            connections, self._connections = self._connections, []
            engine, self._engine = self._engine, None
        for connection in connections:
            connection.close()
        if engine is not None:
            engine.dispose()
        self._local = threading.local()

    def backup(self, *, older: bool = False) -> Path | None:
        """Copy the store to a file beside it and return that file; the oldest of more than three go.

        With `older` only a store that waits for a migration is kept: of programs that start together
        on an old store, one may have migrated it while another copied, and must not lose the old one.
        """
        from secrets import token_hex

        # Each makes its own, and it is called a backup once it is whole.
        stamp = f"{self.now():%Y%m%d-%H%M%S-%f}-{token_hex(2)}"
        target = self.path.with_name(f"{self.path.name}.backup-{stamp}")
        copy = self.path.with_name(f"{self.path.name}.copying-{stamp}")
        try:
            with self._words():
                self._connection().execute("VACUUM INTO ?", (str(copy),))
                copy.chmod(0o600)
                if not self._mark_backup(copy) and older:
                    return None
            copy.rename(target)
        finally:
            copy.unlink(missing_ok=True)
        for old in sorted(self.path.parent.glob(f"{self.path.name}.backup-*"))[:-BACKUPS_KEPT]:
            old.unlink(missing_ok=True)
        return target

    def _mark_backup(self, copy: Path) -> bool:
        """A backup that is put back is at home nowhere, and sends nothing until somebody says so; answers
        whether it waits for a migration.
        """
        from kustui.store import home

        connection = sqlite.library().connect(copy, isolation_level=None)
        try:
            held = [row[1] for row in connection.execute("PRAGMA table_info(workspace)")]
            # A store of the first schema knows its path alone.
            column = "file" if "file" in held else "path"
            connection.execute(f"UPDATE workspace SET {column} = ?", (home.BACKUP,))
            return bool(migrations.waiting(connection))
        finally:
            connection.close()

    # -- time and change -----------------------------------------------------

    def now(self) -> datetime:
        """The present instant by the store's clock (SPEC D4), or by the clock it is held to."""
        if self._held is not None:
            return self._held.now()
        with self._words():
            return instant(self._connection().execute(NOW_MS).fetchone()[0])

    def version(self) -> int:
        """A number that changes when another connection has written, this program's own acts included."""
        with self._words():
            number: int = self._connection().execute("PRAGMA data_version").fetchone()[0]
        self._is_there()
        return number

    def check(self) -> str:
        """SQLite's own word on the file: "ok", or what is wrong with it."""
        with self._words():
            return str(self._connection().execute("PRAGMA quick_check(1)").fetchone()[0])

    # -- reading and writing -------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One consistent look: every question inside sees the same moment."""
        with self._words():
            connection = self._connection()
            if connection.in_transaction:
                yield Reader(connection.execute)
                return
            connection.execute("BEGIN")
            try:
                yield Reader(connection.execute)
            finally:
                connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One immediate transaction; committed when the block ends, undone when it raises.

        A busy store is asked again, with jitter, for up to half a minute.
        """
        from kustui.store.writing import Writing, session_of

        with self._words():
            session = session_of(self._orm())
            try:
                self._patiently(session.begin_now)
                # What is written into a file that has another's place by now is lost.
                self._is_there()
                writing = Writing(session, self.now())
                yield writing
                writing.settle()
                session.commit()
            except BaseException:
                session.rollback()
                raise
            finally:
                session.close()

    @contextmanager
    def in_a_hurry(self) -> Iterator[None]:
        """Meanwhile nobody goes on waiting for a busy store: who waited is refused, and wrote nothing."""
        self._patience = 0.0
        try:
            yield
        finally:
            self._patience = PATIENCE_SECONDS

    def warm(self) -> None:
        """Load what writing needs, ahead of the first write; slow once, then nothing."""
        from kustui.store import writing

        writing.prepare()
        self._orm()

    # -- inside --------------------------------------------------------------

    def _is_there(self) -> None:
        """Raise StoreTrouble when the file that is open does not stand at its path any more."""
        try:
            found = self.path.stat()
        except OSError:
            raise StoreTrouble(
                "The store is gone", f"{self.path} was moved or deleted. What you typed is kept."
            ) from None
        if self._file is None:
            self._file = found.st_dev, found.st_ino
        if self._file != (found.st_dev, found.st_ino):
            raise StoreTrouble(
                "The store was replaced",
                f"Another file stands at {self.path}. What you typed is kept; quit and start again.",
            )

    def _connection(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            # Programs that start together on a new file meet each other's switch to WAL.
            connection = self._local.connection = self._patiently(self._connected)
            with self._lock:
                self._connections.append(connection)
        return connection

    def _connected(self, busy_ms: int = sqlite.BUSY_MS) -> Any:
        """A connection to the file the store was opened on: one to a file that has its place for a while
        would be kept, and what is written by it later would be lost.
        """
        if self._file is not None:
            self._is_there()
        connection = sqlite.connect(self.path, busy_ms=busy_ms)
        try:
            if self._file is not None:
                self._is_there()
        except StoreTrouble:
            connection.close()
            raise
        return connection

    def _orm(self) -> Engine:
        from kustui.store.writing import engine_on

        with self._lock:
            if self._engine is None:
                self._engine = engine_on(self.path, self._connected)
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
        except sqlite.library().Error as error:
            raise self._trouble(error) from error
        except Exception as error:
            if _is_database_error(error):
                raise self._trouble(error) from error
            raise

    def _trouble(self, error: BaseException) -> StoreTrouble:
        return sqlite.trouble(getattr(error, "orig", None) or error, self.path)


def _is_database_error(error: BaseException) -> bool:
    return type(error).__module__.startswith("sqlalchemy") and getattr(error, "orig", None) is not None


def placeholders(values: Sequence[object], prefix: str = "v") -> tuple[str, dict[str, object]]:
    """`:v0, :v1, ...` for an IN list, and the parameters that go with it."""
    names = {f"{prefix}{i}": value for i, value in enumerate(values)}
    return ", ".join(f":{name}" for name in names), names
