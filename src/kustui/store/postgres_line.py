"""Connections to a PostgreSQL server: how they are made and set, and what people are shown of a URL."""

from __future__ import annotations

from typing import Any

from kustui.errors import MissingExtra, StoreTrouble
from kustui.store.postgres_sql import harmless_text

SETTINGS = {
    "lock_timeout": "3s",
    # A program that sleeps with an act half done must not keep the others waiting for long.
    "idle_in_transaction_session_timeout": "60s",
    "TimeZone": "UTC",
}
LOOKING = {"idle_in_transaction_session_timeout": "1h"}
"""What is set otherwise where nothing is written: an export may wait for whoever pages through it."""
LINE = {
    "connect_timeout": "10",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
"""How soon a network that is gone is noticed, where the URL does not say it."""


def library() -> Any:
    """The driver; raises MissingExtra when it is not installed."""
    try:
        import psycopg
    except ImportError:
        raise MissingExtra("PostgreSQL", "postgres") from None
    return psycopg


def connected(url: str, *, writes: bool) -> Any:
    """A new connection, on which every statement stands for itself until it is told otherwise."""
    sql = library()
    line = {**LINE, **sql.conninfo.conninfo_to_dict(url), "application_name": "kustui"}
    raw = sql.connect(**line, autocommit=True)
    settings = SETTINGS if writes else SETTINGS | LOOKING
    said = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in settings.items())
    raw.execute(f"SELECT {said}")
    harmless_text(raw)
    return raw


def shown(url: str) -> str:
    """A URL as people may see it: without a password. Raises StoreTrouble when it is none."""
    from psycopg.conninfo import conninfo_to_dict

    try:
        said = conninfo_to_dict(url)
    except library().ProgrammingError as error:
        raise StoreTrouble(
            "Not a database",
            "Write it like postgresql://user@host/database; the password may stand in ~/.pgpass.",
        ) from error
    user = f"{said['user']}@" if said.get("user") else ""
    port = f":{said['port']}" if said.get("port") else ""
    host = str(said.get("host") or "")
    return f"postgresql://{user}{'' if host.startswith('/') else host}{port}/{said.get('dbname') or ''}"
