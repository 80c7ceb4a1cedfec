"""Reads a mailbox over and over, and is killed while it does: `mail_reader.py STORE PORT KILLS SEED`.

Each reader is a fork of this one, so that a kill costs no start. Prints how many were killed while they
read; the last one is left to end.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from kustui.delivery import imap_fetch
from kustui.desk.clockwork_pass import Pass
from kustui.desk.collecting import Collecting
from kustui.settings import Settings
from kustui.wiring import open_desk
from support.imap import USER


def reader(store: Path, port: int) -> None:
    """One program that reads the mailbox to its end."""
    options = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "user": USER,
        "password_env": "TEST_IMAP_PASSWORD",
        "take": "all",
    }
    settings = Settings(
        store.with_name("none.toml"),
        agent="ana",
        name="Ana Soler",
        collect={"email": "imap"},
        transports={"imap": options},
    )
    desk = open_desk(settings, store, create=True)
    while not Collecting(desk).read("email", Pass()):
        time.sleep(0.01)


def main() -> None:
    """The command line."""
    store, port, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    imap_fetch.AT_ONCE = 3
    chance = random.Random(seed)
    killed = 0
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            reader(store, port)
            os._exit(0)
        time.sleep(chance.uniform(0.005, 0.12))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
    reader(store, port)
    print(killed)


if __name__ == "__main__":
    main()
