"""Sends what is due by SMTP, once: `mail_sender.py STORE PORT SECURITY USER`, to be killed while it does."""

from __future__ import annotations

import sys
from pathlib import Path

from kustui.settings import Settings
from kustui.wiring import open_desk


def main() -> None:
    """The command line."""
    store, port, security, user = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    options = {"host": "127.0.0.1", "port": port, "security": security, "rate": 0, "timeout": 60}
    if user:
        options |= {"user": user, "password_env": "TEST_SMTP_PASSWORD"}
    settings = Settings(
        store.with_name("none.toml"),
        agent="ana",
        name="Ana Soler",
        address="support@acme.example",
        channels={"email": "smtp"},
        transports={"smtp": options},
    )
    open_desk(settings, store).clockwork.outgoing()


if __name__ == "__main__":
    main()
