"""An IMAP server on this host that has one mailbox, and the odd ways a test gives it."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from support.imap import PASSWORD, USER

DAY = '"04-Jun-2026 09:00:00 +0000"'
SILENCE = b"SILENCE"
"""The answer of a server that takes a command, and says nothing ever after."""
_LITERAL = re.compile(rb"\{(\d+)\}$")

Way = Callable[[str, str], bytes | None]
"""What a command (its name, what follows it) is answered with besides its tag's line; None as usual.

"NO ..." and "BAD ..." stand for the tag's line itself.
"""


@dataclass
class OddImap:
    """A running server. `said` are the commands that came, without their tags; `old` came before any day."""

    port: int
    messages: dict[int, bytes] = field(default_factory=dict)
    old: set[int] = field(default_factory=set)
    flagged: set[int] = field(default_factory=set)
    sent: list[bytes] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    way: Way = lambda _name, _rest: None
    capabilities: str = "IMAP4rev1 IDLE AUTH=PLAIN"
    greeting: bytes = b"* OK ready\r\n"
    validity: int = 7
    next_uid: bool = True
    idling: threading.Event = field(default_factory=threading.Event)

    @property
    def options(self) -> dict[str, Any]:
        """What a transport is told of it; the password is asked of the environment."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "user": USER,
            "password_env": "TEST_IMAP_PASSWORD",
            "timeout": 10,
        }

    def put(self, *letters: bytes) -> None:
        """Messages arrive."""
        for content in letters:
            self.messages[max(self.messages, default=0) + 1] = content

    def count(self, name: str) -> int:
        """How often a command came."""
        return sum(1 for each in self.said if each.startswith(name))

    # -- answers -------------------------------------------------------------------------------

    def answer(self, name: str, rest: str) -> bytes:
        """What is said to a command before its tag's line, or NO or BAD as that line."""
        uids = sorted(self.messages)
        if name in ("SELECT", "EXAMINE"):
            words = f"* {len(uids)} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n"
            words += f"* OK [UIDVALIDITY {self.validity}] counts\r\n"
            following = max(uids, default=0) + 1
            return (words + (f"* OK [UIDNEXT {following}] next\r\n" if self.next_uid else "")).encode()
        if name == "CAPABILITY":
            return f"* CAPABILITY {self.capabilities}\r\n".encode()
        if name == "LIST":
            return b'* LIST () "/" "INBOX"\r\n* LIST (\\Sent) "/" "Sent"\r\n'
        if name == "UID SEARCH":
            return f"* SEARCH {' '.join(map(str, self.found(rest, uids)))}\r\n".encode()
        if name == "UID STORE":
            self.flagged.update(_in_set(rest.split()[0], uids))
        if name == "UID FETCH":
            return b"".join(
                self.one(uids.index(uid) + 1, uid, rest) for uid in _in_set(rest.split()[0], uids)
            )
        return b""

    def found(self, rest: str, uids: list[int]) -> list[int]:
        """The UIDs that a search finds."""
        if "HEADER" in rest:
            return []
        if ranged := re.search(r"UID ([\d:*,]+)", rest):
            uids = _in_set(ranged[1], uids)
        left = (self.old if "SINCE" in rest else set()) | (self.flagged if "UNSEEN" in rest else set())
        return [uid for uid in uids if uid not in left]

    def one(self, place: int, uid: int, asked: str) -> bytes:
        """A message as it is fetched."""
        content = self.messages[uid]
        if "BODY" not in asked:
            return f"* {place} FETCH (UID {uid} RFC822.SIZE {len(content)} INTERNALDATE {DAY})\r\n".encode()
        return b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (place, uid, len(content), content)

    # -- the line ------------------------------------------------------------------------------

    def serve(self, line: socket.socket) -> None:
        """Talk with one client until it goes."""
        with line, line.makefile("rb") as heard:
            try:
                line.sendall(self.greeting)
                while self.turn(line, heard):
                    pass
            except OSError:
                pass

    def turn(self, line: socket.socket, heard: Any) -> bool:
        """Answer one command; False at the end."""
        words = heard.readline().rstrip(b"\r\n")
        if not words:
            return False
        literal = b""
        if found := _LITERAL.search(words):
            line.sendall(b"+ go on\r\n")
            literal = heard.read(int(found[1]))
            heard.readline()
        tag, _, command = words.decode("utf-8").partition(" ")
        name, _, rest = command.partition(" ")
        if name.upper() == "UID":
            more, _, rest = rest.partition(" ")
            name = f"{name} {more}"
        name = name.upper()
        self.said.append(f"{name} {rest}")
        if name == "IDLE":
            self.idling.set()
        odd = self.way(name, rest)
        if odd == SILENCE:
            heard.read()
            return False
        reply = self.answer(name, rest) if odd is None else odd
        if name == "AUTHENTICATE":
            line.sendall(b"+ \r\n")
            self.said.append(heard.readline().decode().strip())
        if name == "IDLE" and not reply.startswith((b"NO", b"BAD")):
            line.sendall(b"+ idling\r\n")
            # What stands in the same packet is read along with the line before.
            time.sleep(0.05)
            line.sendall(reply)
            reply = b""
            if not heard.readline():
                return False
        if reply.startswith((b"NO", b"BAD", b"OK")):
            line.sendall(f"{tag} ".encode() + reply + b"\r\n")
            return True
        if name == "APPEND":
            self.sent.append(literal)
        line.sendall(reply + f"{tag} OK done\r\n".encode())
        return bool(name != "LOGOUT")


def _in_set(ranges: str, uids: list[int]) -> list[int]:
    last = max(uids, default=0)
    found: set[int] = set()
    for each in ranges.split(","):
        first, _, until = each.replace("*", str(last)).partition(":")
        low, high = sorted((int(first), int(until or first)))
        found.update(uid for uid in uids if low <= uid <= high)
    return sorted(found)


@contextmanager
def odd_imap() -> Iterator[OddImap]:
    """A server with an empty mailbox, of the same user and password as `imap_server`."""
    door = socket.create_server(("127.0.0.1", 0))
    server = OddImap(door.getsockname()[1])
    lines: list[socket.socket] = []

    def listen() -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            lines.append(line)
            threading.Thread(target=server.serve, args=(line,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield server
    finally:
        for each in (door, *lines):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


__all__ = ["PASSWORD", "SILENCE", "OddImap", "odd_imap"]
