"""A store on a PostgreSQL server, for a team on several machines (SPEC G2).

Acts take one advisory lock of the database in turn, so they see each other as they do in a SQLite
file; claims pass each other by (SKIP LOCKED). A few connections are kept and shared by a program's
threads, and one more listens for what others write.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustui.clock import SystemClock, elapsed, milliseconds
from kustui.errors import StoreTrouble
from kustui.store import migrations, postgres_line
from kustui.store.database import MOVED, Fact, Home, moved_to
from kustui.store.postgres_sql import Connection
from kustui.store.postgres_trouble import is_away, trouble
from kustui.store.reader import CHANGED, POSTGRESQL, QUIET, Reader

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from kustui.store.database import Answer, Patience
    from kustui.store.postgres_listen import Listener

OLDEST = 130_000
"""PostgreSQL 13 can normalise words and generate columns."""
KEPT = 2
"""Connections that stay open for the next question."""
CLOCK_SECONDS = 60
"""How long the server's clock is told from this host's ticking before it is asked again."""
NOW_MS = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)"


def _once(attempt: Callable[[], Answer]) -> Answer:
    """No patience at all."""
    return attempt()


class Server:
    """The database at `url`, as libpq knows URLs; a password may stand in ~/.pgpass as well."""

    dialect = POSTGRESQL

    def __init__(self, url: str) -> None:
        self._sql = postgres_line.library()
        self._url = url
        self.place = postgres_line.shown(url)
        self._idle: list[Any] = []
        self._lock = threading.Lock()
        self._local = threading.local()
        self._listener: Listener | None = None
        self._clock: tuple[float, int] | None = None

    # -- opening -------------------------------------------------------------

    def open(
        self,
        patiently: Patience,
        now: Callable[[], datetime],
        *,
        create: bool,
        group: str | None,
    ) -> None:
        """Make the database ready; raises StoreTrouble when it cannot be reached, is not ours, is newer, ..."""
        if group is not None:
            raise StoreTrouble("No group on a server", "Who may use a database is said on its server.")
        raw = self.connected()
        try:
            self._made_ready(raw, patiently, now, create=create)
        except BaseException:
            raw.close()
            raise
        self._give_back(raw)

    def _made_ready(
        self, raw: Any, patiently: Patience, now: Callable[[], datetime], *, create: bool
    ) -> None:
        self._suits(raw)
        connection = Connection(raw)
        if migrations.foreign(connection):
            raise StoreTrouble(
                "Not a kustui store",
                f"{self.place} holds another program's tables. Make a database of its own with `createdb`.",
            )
        if migrations.waiting(connection):
            if not migrations.taken(connection) and not create:
                raise StoreTrouble(
                    "There is no workspace yet",
                    f"{self.place} is empty. Make one with `kustui init --db URL`.",
                )
            patiently(lambda: self._migrate(milliseconds(now())))

    def _migrate(self, now_ms: int) -> None:
        raw = self.connected(writes=True)
        try:
            migrations.migrate(Connection(raw), now_ms)
        finally:
            raw.close()

    def _suits(self, raw: Any) -> None:
        version, encoding = raw.info.server_version, raw.info.parameter_status("server_encoding")
        if version < OLDEST:
            raise StoreTrouble(
                "The server is too old", f"{self.place} is PostgreSQL {version // 10_000}; kustui needs 13."
            )
        if encoding != "UTF8":
            raise StoreTrouble(
                "The database takes not every letter",
                f"{self.place} is {encoding}. Make one with `createdb --encoding UTF8 --template template0`.",
            )

    def close(self) -> None:
        """Close what reads and what listens."""
        with self._lock:
            connections, self._idle = self._idle, []
            listener, self._listener = self._listener, None
        for raw in connections:
            raw.close()
        if listener is not None:
            listener.stop()

    def backup(self, now: datetime, *, older: bool = False) -> Path | None:  # noqa: ARG002 - files do it
        """A server is backed up by its own means."""
        return None

    # -- asking ----------------------------------------------------------------

    @contextmanager
    def reading(self, patiently: Patience) -> Iterator[Reader]:  # noqa: ARG002 - who only looks is told at once
        """One snapshot, on a connection that the thread has for itself meanwhile."""
        held: Any = getattr(self._local, "raw", None)
        if held is not None:
            yield self.reader_on(held)
            return
        raw = self._looking()
        self._local.raw = raw
        try:
            yield self.reader_on(raw)
        finally:
            self._local.raw = None
            try:
                if not raw.closed:
                    raw.execute("ROLLBACK")
            finally:
                self._give_back(raw)

    def _looking(self) -> Any:
        """A connection in a transaction that only reads; one that was lost meanwhile is made anew."""
        while True:
            with self._lock:
                raw = self._idle.pop() if self._idle else None
            fresh = raw is None
            raw = raw or self.connected()
            try:
                raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            except self._sql.Error as error:
                raw.close()
                if fresh or not is_away(error):
                    raise
            else:
                return raw

    def connected(self, *, writes: bool = False) -> Any:
        """A new connection, set as every one of kustui must be; on one that `writes` none may sleep for long."""
        return postgres_line.connected(self._url, writes=writes)

    def _give_back(self, raw: Any) -> None:
        with self._lock:
            if not raw.closed and not raw.broken and len(self._idle) < KEPT:
                self._idle.append(raw)
                return
        raw.close()

    def engine(self) -> Engine:
        """What writes, on connections of its own; no error prints a customer's words."""
        from kustui.store.entities import engine_on

        def connect() -> Any:
            raw = self.connected(writes=True)
            # From here on the ORM begins and ends transactions.
            raw.autocommit = False
            return raw

        return engine_on("postgresql+psycopg://", self.dialect, connect)

    def reader_on(self, raw: Any) -> Reader:
        """Plain questions on one of psycopg's connections."""
        return Reader(Connection(raw).execute, self.dialect)

    def begun(self, reader: Reader) -> int:
        """The server's clock; raises StoreTrouble when the workspace has been moved elsewhere."""
        now, file, place = reader.all(
            f"SELECT {NOW_MS}, w.file, w.path FROM (SELECT 1) one LEFT JOIN workspace w ON w.id = 1"
        )[0]
        if file == MOVED:
            raise moved_to(place)
        return int(now)

    def now_ms(self) -> int:
        """The server's clock: asked once a minute, and told by this host's ticking meanwhile (SPEC D4), as
        it is while the server is away.
        """
        held = self._clock
        listener = self._listener
        if held is None or (
            elapsed() - held[0] > CLOCK_SECONDS and not (listener is not None and listener.is_deaf())
        ):
            try:
                held = self._clock = self._told()
            except self._sql.Error as error:
                if held is None or not is_away(error):
                    raise
        return held[1] + round((elapsed() - held[0]) * 1000)

    def _told(self) -> tuple[float, int]:
        with self.reading(_once) as reader:
            before = elapsed()
            told = int(reader.value(f"SELECT {NOW_MS}"))
            # The answer was true somewhere between the question and its coming.
            return (before + elapsed()) / 2, told

    def version(self) -> int:
        """A number that changes when anybody has written, this program's own acts included."""
        return self._listening().heard()

    def murmur(self) -> int:
        """A number that changes with every transaction that writes."""
        return self._listening().murmured()

    def tell(self, reader: Reader, *, quiet: bool) -> None:
        """Say it to whoever listens, once it is committed."""
        reader.one("SELECT pg_notify(:c, :w)", c=CHANGED, w=QUIET if quiet else "")

    def _listening(self) -> Listener:
        with self._lock:
            if self._listener is None:
                from kustui.store.postgres_listen import Listener

                self._listener = Listener(self.connected)
            return self._listener

    def next_key(self, reader: Reader, table: str) -> int:
        """The first number that the table's sequence has not given; nobody else writes meanwhile."""
        sequence = reader.value("SELECT pg_get_serial_sequence(:t, 'id')", t=table)
        if sequence is None:
            return 1
        last, called = reader.all(f"SELECT last_value, is_called FROM {sequence}")[0]
        return int(last) + bool(called)

    def keys_taken(self, reader: Reader, table: str, last: int) -> None:
        """Have the table's sequence go on behind `last`, and never back."""
        if last >= self.next_key(reader, table):
            reader.value("SELECT setval(pg_get_serial_sequence(:t, 'id'), :l)", t=table, l=last)

    def here(self) -> Home:
        """Which cluster, and which database and schema of it: a dump that is put back elsewhere is another."""
        with self.reading(_once) as reader:
            name, number, schema = reader.all(
                "SELECT d.datname, d.oid, n.oid FROM pg_database d JOIN pg_namespace n "
                "ON n.nspname = current_schema() WHERE d.datname = current_database()"
            )[0]
            try:
                cluster = reader.value("SELECT system_identifier FROM pg_control_system()")
            except self._sql.errors.InsufficientPrivilege:
                cluster = "unknown"
        return Home("postgresql", name, f"cluster {cluster} database {number} schema {schema}")

    def facts(self) -> list[Fact]:
        """Which server it is, and how far its clock is from this host's."""
        with self.reading(_once) as reader:
            version = reader.value("SELECT current_setting('server_version')")
            size, room = reader.all(
                "SELECT pg_size_pretty(pg_database_size(current_database())), current_setting('max_connections')"
            )[0]
            off = int(reader.value(f"SELECT {NOW_MS}")) - milliseconds(SystemClock().now())
        return [
            Fact("store", True, f"{self.place}, {size}"),
            Fact("postgresql", True, f"{version}, {room} connections; each program takes up to {KEPT + 2}"),
            Fact(
                "this host's clock",
                True,
                f"{abs(off) / 1000:.1f} s {'behind' if off > 0 else 'before'} the server's",
            ),
        ]

    def trouble(self, error: BaseException) -> StoreTrouble | None:
        """What the server's errors mean to a person."""
        return trouble(error, self.place) if isinstance(error, self._sql.Error) else None
