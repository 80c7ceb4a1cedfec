"""A store in a SQLite file: its connections, its backups, and whether it still stands where it was opened."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustui.clock import milliseconds
from kustui.errors import StoreTrouble
from kustui.store import migrations, sqlite
from kustui.store.database import MOVED, moved_to
from kustui.store.reader import SQLITE, Reader

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from kustui.store.database import Fact, Home, Patience

BACKUPS_KEPT = 3
COUNTED = 2**31
WRITER_BUSY_MS = 500
"""How long one try for a busy store takes; the store tries again for as long as it is patient."""
NOW_MS = "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


class SqliteFile:
    """The file at `path`, which may be open in many processes of one host (SPEC G1)."""

    dialect = SQLITE

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = str(path)
        self._local = threading.local()
        self._connections: list[Any] = []
        self._idle: list[Any] = []
        self._lock = threading.Lock()
        self._file: tuple[int, int] | None = None

    # -- opening -------------------------------------------------------------

    def open(
        self,
        patiently: Patience,
        now: Callable[[], datetime],
        *,
        create: bool,
        group: str | None,
    ) -> None:
        """Make the file ready; raises StoreTrouble when it is missing, damaged, newer, on a network drive."""
        new = not self.path.exists()
        if new and not create:
            raise StoreTrouble(
                "There is no workspace yet",
                f"{self.path} does not exist. Make one with `kustui init`, or look around with `kustui demo`.",
            )
        sqlite.refuse_network(self.path)
        if new or group is not None:
            sqlite.prepare(self.path, group)
        connection = self._connection(patiently)
        if migrations.foreign(connection):
            raise StoreTrouble(
                "Not a kustui store",
                f"{self.path} is another program's database. Name another file with --db.",
            )
        if migrations.waiting(connection):
            if migrations.taken(connection):
                self.backup(now(), older=True)
            patiently(lambda: migrations.migrate(connection, milliseconds(now())))
        self._is_there()

    def close(self) -> None:
        """Close every connection but those of the engine."""
        with self._lock:
            connections = [*self._connections, *self._idle]
            self._connections, self._idle = [], []
        for connection in connections:
            connection.close()
        self._local = threading.local()

    def backup(self, now: datetime, *, older: bool = False) -> Path | None:
        """Copy the store to a file beside it and return that file; the oldest of more than three go.

        With `older` only a store that waits for a migration is kept: of programs that start together
        on an old store, one may have migrated it while another copied, and must not lose the old one.
        """
        from secrets import token_hex

        # Each makes its own, and it is called a backup once it is whole.
        stamp = f"{now:%Y%m%d-%H%M%S-%f}-{token_hex(2)}"
        target = self.path.with_name(f"{self.path.name}.backup-{stamp}")
        copy = self.path.with_name(f"{self.path.name}.copying-{stamp}")
        try:
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

    # -- asking ----------------------------------------------------------------

    @contextmanager
    def reading(self, patiently: Patience) -> Iterator[Reader]:
        """One consistent look on the thread's own connection."""
        connection = self._connection(patiently)
        if connection.in_transaction:
            yield Reader(connection.execute)
            return
        connection.execute("BEGIN")
        try:
            yield Reader(connection.execute)
        finally:
            connection.execute("COMMIT")

    @contextmanager
    def writing(self, patiently: Patience) -> Iterator[Reader]:
        """One transaction in plain SQL, on a connection of its own; undone when the block raises."""
        with self._lock:
            held = self._idle.pop() if self._idle else None
        connection = held or self._connected(WRITER_BUSY_MS)
        try:
            patiently(lambda: connection.execute(self.dialect.writes))
            yield Reader(connection.execute)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            with self._lock:
                self._idle.append(connection)

    def engine(self) -> Engine:
        """What writes rows; no error prints a customer's words."""
        from kustui.store.entities import engine_on

        return engine_on(
            f"sqlite:///{self.path}",
            self.dialect,
            lambda: self._connected(WRITER_BUSY_MS),
            module=sqlite.library(),
        )

    def reader_on(self, raw: Any) -> Reader:
        """Plain questions inside a transaction that writes."""
        return Reader(raw.execute)

    def begun(self, reader: Reader) -> int:
        """The host's clock; raises StoreTrouble when another file has this one's place, or it has moved."""
        self._is_there()
        now, file, place = reader.all(
            f"SELECT ({NOW_MS}), w.file, w.path FROM (SELECT 1) LEFT JOIN workspace w ON w.id = 1"
        )[0]
        if file == MOVED:
            raise moved_to(place)
        return int(now)

    def now_ms(self) -> int:
        """The host's clock, as SQLite tells it."""
        number: int = self._connection().execute(NOW_MS).fetchone()[0]
        return number

    def version(self) -> int:
        """A number that changes when another connection has written, this program's own acts included."""
        number: int = self._connection().execute("PRAGMA user_version").fetchone()[0]
        self._is_there()
        return number

    def murmur(self) -> int:
        """A number that changes with every transaction of another connection."""
        number: int = self._connection().execute("PRAGMA data_version").fetchone()[0]
        self._is_there()
        return number

    def tell(self, reader: Reader, *, quiet: bool) -> None:
        """Count what is not quiet in the file's own number, which is committed or undone with the rest."""
        if not quiet:
            count = reader.value("PRAGMA user_version")
            reader.one(f"PRAGMA user_version = {(int(count) + 1) % COUNTED}")

    def next_key(self, reader: Reader, table: str) -> int:
        """The first number beyond every one that was ever given."""
        given = reader.value(
            f"SELECT max(COALESCE((SELECT max(id) FROM {table}), 0), "
            "COALESCE((SELECT seq FROM sqlite_sequence WHERE name = :n), 0))",
            n=table,
        )
        return int(given) + 1

    def keys_taken(self, reader: Reader, table: str, last: int) -> None:
        """Where numbers are given once, go on behind `last`; elsewhere SQLite sees for itself what is taken."""
        reader.one("UPDATE sqlite_sequence SET seq = :s WHERE name = :n AND seq < :s", n=table, s=last)
        reader.one(
            "INSERT INTO sqlite_sequence (name, seq) SELECT :n, :s WHERE :n IN ('conversation', 'message') "
            "AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :n)",
            n=table,
            s=last,
        )

    def here(self) -> Home:
        """The host, the store's real path, and its file on that disk."""
        from kustui.store import home

        return home.here(self.path)

    def facts(self) -> list[Fact]:
        """Its size, the library, whether it is whole, and who can read it."""
        from kustui.store.database import Fact

        found = self.path.stat()
        version = ".".join(str(part) for part in sqlite.library().sqlite_version_info)
        journal = (
            "WAL"
            if sqlite.wal_is_safe()
            else "rollback journal: safe, but slower than the WAL of 3.51.3 and newer"
        )
        try:
            whole = str(self._connection().execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite.library().Error as error:
            whole = str(self.trouble(error))
        mode = found.st_mode & 0o777
        open_to_all = bool(mode & 0o007)
        return [
            Fact("store", True, f"{self.path}, {found.st_size:,} bytes"),
            Fact("sqlite", True, f"{version}, {journal}"),
            Fact("integrity", whole == "ok", whole if whole == "ok" else f"{whole}; restore a backup"),
            Fact(
                "privacy",
                not open_to_all,
                f"the file is {mode:04o}" + ("; others can read it: chmod o= it" if open_to_all else ""),
            ),
        ]

    def trouble(self, error: BaseException) -> StoreTrouble | None:
        """What SQLite's errors mean to a person."""
        return sqlite.trouble(error, self.path) if isinstance(error, sqlite.library().Error) else None

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

    def _connection(self, patiently: Patience | None = None) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            # Programs that start together on a new file meet each other's switch to WAL.
            connection = patiently(self._connected) if patiently else self._connected()
            self._local.connection = connection
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
