"""A real IMAP server on this host, and another mail program beside ours that looks into it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import imapclient

from kustui.clock import SystemClock
from kustui.delivery import Arrived, Setup
from kustui.delivery.imap import ImapMailbox

USER, PASSWORD = "demouser", "secret"
SERVER = "from pymap.main import main; main()"


@dataclass
class ImapServer:
    """A running server with one mailbox, in memory."""

    port: int
    process: subprocess.Popen[bytes]
    user: str = USER

    @property
    def options(self) -> dict[str, Any]:
        """What a transport is told of it; the password is asked of the environment."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "user": self.user,
            "password_env": "TEST_IMAP_PASSWORD",
            "timeout": 10,
        }

    @contextmanager
    def mailbox(self, folder: str = "INBOX") -> Iterator[Any]:
        """The folder, as another mail program has it open."""
        box = imapclient.IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10)
        box.login(self.user, PASSWORD)
        box.select_folder(folder)
        yield box
        box.logout()

    def put(self, *messages: bytes, flags: Sequence[bytes] = ()) -> None:
        """Messages arrive."""
        with self.mailbox() as box:
            for message in messages:
                box.append("INBOX", message, flags=flags)

    def seen(self) -> int:
        """How many messages are marked as read."""
        with self.mailbox() as box:
            return len(box.search(["SEEN"]))

    def sent(self) -> list[bytes]:
        """The bytes of all that is filed in Sent."""
        with self.mailbox() as box:
            if not box.folder_exists("Sent"):
                return []
            box.select_folder("Sent", readonly=True)
            found = box.fetch(box.search(), ["BODY.PEEK[]"]) if box.search() else {}
            return [message[b"BODY[]"] for message in found.values()]

    def make_anew_empty(self) -> None:
        """The server starts again with nothing in it."""
        self.process.kill()
        self.process.wait()
        self.process = _started(self.port, self.user, ())

    def make_anew(self) -> None:
        """The folder is made anew with the same messages, as after a restore: another UIDVALIDITY."""
        with self.mailbox() as box:
            held = [item[b"BODY[]"] for item in box.fetch(box.search(), ["BODY.PEEK[]"]).values()]
        self.make_anew_empty()
        self.put(*held)


@contextmanager
def imap_server(*options: str, user: str = USER) -> Iterator[ImapServer]:
    """A server with the mailbox of one user; `options` are pymap's own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ImapServer(port, _started(port, user, options), user)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def _started(port: int, user: str, options: Sequence[str]) -> subprocess.Popen[bytes]:
    security = options or ("--no-tls",)
    server = [sys.executable, "-c", SERVER, "--host", "127.0.0.1", "--port", str(port), *security]
    process = subprocess.Popen(
        [*server, "dict", "--demo-user", user, "--demo-password", PASSWORD],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return process
    raise RuntimeError("the server does not start")


def letter(
    subject: str = "Order 8821",
    body: str = "Where is it?",
    *,
    sender: str = "Ana Ruiz <ruiz@example.com>",
    number: int = 1,
    headers: str = "",
    to: str = "support@acme.example",
) -> bytes:
    """A plain email."""
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <in-{number}@example.com>\r\n"
        f"Date: Thu, 4 Jun 2026 09:00:00 +0200\r\n{headers}"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()


class Reached(Protocol):
    """A server, as a transport is told of it."""

    @property
    def options(self) -> dict[str, Any]:
        """The transport's options."""


def mailbox(server: Reached, **options: Any) -> ImapMailbox:
    """The mailbox of that server."""
    return ImapMailbox.set_up(Setup(Path(), SystemClock(), {**server.options, **options}))


def read(box: ImapMailbox, cursor: str = "") -> tuple[list[Arrived], str]:
    """Everything behind the cursor, and the cursor behind it."""
    found: list[Arrived] = []
    for portion in box.arrivals(cursor):
        found += portion.arrived
        cursor = portion.cursor
    return found, cursor


def mails(folder: Path) -> list[Path]:
    """The awkward emails, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
