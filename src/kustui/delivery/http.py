"""What transports over HTTP share: one request with a deadline, errors in words, a provider's signature.

What failed before the first byte of the request was written is for now, and sent nothing. What failed
after it, without a whole answer, is `NoWord`: nobody knows (SPEC D7).
"""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from kustui.clock import Clock
from kustui.core.text import one_line
from kustui.errors import KustuiError, MissingExtra, SettingsTrouble, TryLater

if TYPE_CHECKING:
    from types import ModuleType

LOOPBACK = ("localhost", "127.0.0.1", "::1")
LARGEST = 1_048_576
"""Bytes of an answer that are read."""
ASKED_AGAIN = timedelta(seconds=10)
"""When a secret that fits no signature is asked for anew: nobody outside makes us ask all the time."""
REMEMBERED = timedelta(minutes=5)

_FILES = {
    "image": ("picture", "pictures"),
    "video": ("video", "videos"),
    "audio": ("recording", "recordings"),
    "location": ("place", "places"),
    "fallback": ("link", "links"),
    "template": ("card", "cards"),
}


class NoWord(KustuiError):
    """The request may have got out, and no answer says what became of it."""


class Reply(NamedTuple):
    """A whole answer; `headers` by their names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def document(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one when it is none."""
        try:
            found = json.loads(self.body)
        # Depth is the sender's choice, and too much of it is no document.
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class Ask(NamedTuple):
    """A request: what goes into the query, and a form or a JSON document as its body."""

    method: str
    url: str
    headers: Mapping[str, str] = {}
    auth: tuple[str, str] | None = None
    query: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None
    document: Mapping[str, Any] | None = None


class _Line:
    """The point up to which a request has sent nothing, and which is not passed once it is given up."""

    def __init__(self) -> None:
        self.begun = False
        self._over = False
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def trace(self, name: str, told: dict[str, Any]) -> None:
        """Follow httpcore: a connection is there, or the first bytes are about to be written."""
        if name in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = told["return_value"].get_extra_info("socket")
        # What is said to a proxy that is to lead to the server is not the request yet.
        if name.endswith("send_request_headers.started") and told["request"].method != b"CONNECT":
            with self._lock:
                if self._over:
                    raise TimeoutError
                self.begun = True

    def give_up(self) -> bool:
        """End it; whether it had begun. What has not begun by now never begins."""
        with self._lock:
            self._over = True
        if self._socket is not None:
            with suppress(OSError, ValueError):
                self._socket.shutdown(socket.SHUT_RDWR)
        return self.begun


def base_url(options: Mapping[str, Any], name: str, default: str) -> str:
    """The address under `options[name]` without its last slash; raises SettingsTrouble.

    Only this host may be spoken to without encryption.
    """
    transport, _, option = name.rpartition(".")
    url = str(options.get(option, default)).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username:
        raise SettingsTrouble("No such address", f"transport.{transport}.{option} is like https://host/path.")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise SettingsTrouble(
            "That would be read on the way",
            f"transport.{transport}.{option} is http, and {host} is not this host.",
        )
    return url


def number(options: Mapping[str, Any], name: str, default: float, least: float) -> float:
    """The number under `options[name]`, which is at least `least`; raises SettingsTrouble."""
    transport, _, option = name.rpartition(".")
    value = options.get(option, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value < 3600:
        raise SettingsTrouble("No such number", f"transport.{transport}.{option} is a number from {least:g}.")
    return float(value)


def library(capability: str, extra: str) -> ModuleType:
    """httpx; raises MissingExtra, naming what it is needed for."""
    try:
        import httpx
    except ModuleNotFoundError as error:
        raise MissingExtra(capability, extra) from error
    # It would log every address asked for, and a customer's number stands in some.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx


def ask(wanted: Ask, seconds: float, httpx: ModuleType) -> Reply:
    """Ask once, and answer within so many seconds, whatever the server does; follows no redirect.

    Raises TryLater when nothing was sent, and NoWord when something may have been.
    """
    line, host = _Line(), urlsplit(wanted.url).netloc
    came: list[Reply | Exception] = []

    def run() -> None:
        try:
            came.append(_asked(wanted, seconds, httpx, line))
        # Whatever went wrong is told by whoever asked, in their own thread.
        except Exception as error:  # noqa: BLE001
            came.append(error)

    # httpx has no deadline for a whole request, and a name may take its time to be looked up.
    thread = threading.Thread(target=run, name="kustui-http", daemon=True)
    thread.start()
    thread.join(seconds)
    if not came:
        begun, why = line.give_up(), "no answer in time"
    elif isinstance(came[0], Reply):
        return came[0]
    else:
        begun, why = line.begun, _why(came[0])
    if begun:
        raise NoWord("No word from the provider", f"{host}: {why}.")
    raise TryLater("The provider cannot be reached", f"{host}: {why}; nothing was sent.")


def _asked(wanted: Ask, seconds: float, httpx: ModuleType, line: _Line) -> Reply:
    loopback = (urlsplit(wanted.url).hostname or "") in LOOPBACK
    # Compressed, a small answer could become a large one.
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", **wanted.headers}
    with (
        httpx.Client(timeout=seconds, follow_redirects=False, trust_env=not loopback) as client,
        client.stream(
            wanted.method,
            wanted.url,
            headers=headers,
            auth=wanted.auth,
            params=wanted.query,
            data=wanted.form,
            json=wanted.document,
            extensions={"trace": line.trace},
        ) as response,
    ):
        body = b""
        for part in response.iter_raw():
            body += part
            if len(body) > LARGEST:
                raise ValueError("its answer is too long")
        return Reply(response.status_code, {**response.headers}, body)


def _why(error: Exception) -> str:
    if "Timeout" in type(error).__name__:
        return "no answer in time"
    return one_line(str(error), 200).rstrip(".") or type(error).__name__


def without(text: object, *secrets: str) -> str:
    """What a provider said, on one line, without the secrets it may have quoted."""
    said = str(text)
    for each in secrets:
        if each:
            said = said.replace(each, "…")
    return one_line(said, 300)


def came_with(kinds: Iterable[str]) -> str:
    """A line that says what was sent besides words, by kinds or media types; empty for nothing.

    It is not fetched: where it lies was written by a stranger.
    """
    counted = Counter(kind.partition("/")[0].lower() for kind in kinds)
    named: Counter[tuple[str, str]] = Counter()
    for kind, count in counted.items():
        named[_FILES.get(kind, ("file", "files"))] += count
    if not named:
        return ""
    things = ", ".join(f"{count} {name[count != 1]}" for name, count in named.items())
    many = sum(named.values()) != 1
    return f"[{things} {'were' if many else 'was'} sent; {'they are' if many else 'it is'} at the provider]"


class Remembered:
    """A secret that calls from outside are checked with: kept for minutes, looked up when it fits none."""

    def __init__(self, find: Callable[[], str], clock: Clock) -> None:
        self._find = find
        self._clock = clock
        self._held: str | KustuiError | None = None
        self._at: datetime | None = None
        self._looking = threading.Lock()

    def fits(self, check: Callable[[str], bool]) -> bool:
        """Whether the secret passes `check`; raises what keeps it from being found."""
        if self._age() is not None and isinstance(self._held, str) and check(self._held):
            return True
        # Whoever comes while it is looked up waits: a call that is refused meanwhile may not come again.
        with self._looking:
            age = self._age()
            if age is None or age >= ASKED_AGAIN:
                try:
                    self._held = self._find()
                except KustuiError as error:
                    self._held = error
                self._at = self._clock.now()
            held = self._held
        if isinstance(held, KustuiError):
            raise held
        return held is not None and check(held)

    def _age(self) -> timedelta | None:
        """Since when the secret is known; None when it is to be asked for whatever it fits."""
        age = None if self._at is None else self._clock.now() - self._at
        return age if age is not None and timedelta(0) <= age < REMEMBERED else None
