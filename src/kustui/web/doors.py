"""Who may come in: the token, the cookie it buys, and which names and pages are our own (SPEC G3)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

from kustui.errors import Refused

TOKEN_VARIABLE = "KUSTUI_SERVE_TOKEN"  # noqa: S105 - the name of a variable, and no secret
SHORTEST = 12
"""Characters of the shortest token that is taken."""
WRONG, MINUTE = 10, 60.0
"""So many wrong tokens within so many seconds, and nobody gets in until fewer are."""
COOKIES = 1_000
"""Visitors who are remembered; the earliest is forgotten first."""


def is_loopback(host: str) -> bool:
    """Whether only programs of this host can come to that address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked(token: str) -> str:
    """A token as it may be; raises Refused for one that could be guessed."""
    token = token.strip()
    if 0 < len(token) < SHORTEST:
        raise Refused("The token is too short", f"Name one of {SHORTEST} characters or more.")
    return token


class Doors:
    """Lets in whom it may; `clock` counts seconds. Without a token everybody on this host may come in."""

    def __init__(self, token: str, host: str, clock: Callable[[], float]) -> None:
        self._token = _digest(token) if token else b""
        self._host = host
        self._clock = clock
        self._wrong: deque[float] = deque()
        self._cookies: deque[bytes] = deque(maxlen=COOKIES)
        self.port = 0
        """The port, once it is known."""

    @property
    def cookie(self) -> str:
        """What the cookie is called: a browser keeps cookies by host and not by port."""
        return f"kustui-{self.port}"

    def is_ours(self, host: str) -> bool:
        """Whether a page asked for us by a name of ours.

        Another name that leads here is another site's, which would read what it gets. From elsewhere we may
        have any name, and the cookie, which belongs to one of them, keeps other sites out.
        """
        if not is_loopback(self._host):
            return bool(host)
        names = {"127.0.0.1", "localhost", "[::1]", f"[{self._host}]" if ":" in self._host else self._host}
        return host.lower() in {f"{name}:{self.port}" for name in names} | (
            names if self.port == 80 else set()
        )

    def is_from_us(self, origin: str, host: str) -> bool:
        """Whether the page that asks is one of ours."""
        try:
            found = urlsplit(origin)
        except ValueError:
            return False
        return found.scheme in ("http", "https") and bool(host) and found.netloc.lower() == host.lower()

    def knows(self, cookie: str) -> bool:
        """Whether that visitor may come in."""
        if not self._token:
            return True
        sought, found = _digest(cookie), False
        for held in self._cookies:
            found |= hmac.compare_digest(held, sought)
        return found

    def wait(self) -> float:
        """Seconds until a token is looked at again; 0.0 when it is."""
        now = self._clock()
        while self._wrong and now - self._wrong[0] >= MINUTE:
            self._wrong.popleft()
        return self._wrong[0] + MINUTE - now if len(self._wrong) >= WRONG else 0.0

    def open(self, token: str) -> str:
        """A cookie for who knows the token; "" for a wrong one, which counts."""
        if not hmac.compare_digest(_digest(token.strip()), self._token):
            self._wrong.append(self._clock())
            return ""
        cookie = secrets.token_urlsafe(32)
        self._cookies.append(_digest(cookie))
        return cookie


def _digest(words: str) -> bytes:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()
