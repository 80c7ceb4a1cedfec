"""Providers that are not there: a real HTTP server that speaks as an SMS gateway and as Facebook do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from kustui.delivery import Request

ACCOUNT, NUMBER, TOKEN = "AC0123456789", "+34911000111", "t0ken-of-the-account"
PAGE, PAGE_TOKEN, APP_SECRET = "1234567890", "EAAGpagetoken", "app-s3cret"
CALLBACK = "https://desk.acme.example"
TROUBLES = (
    "drop before", "drop after", "hang", "drip", "400", "401", "429", "500", "503", "blank", "huge",
    "redirect",
)  # fmt: skip


class Provider:
    """What it was asked, what it took, and what it does: `trouble` is one of TROUBLES, or nothing.

    `error` is the document of a refusal; `now` its clock; `messages` what its list holds.
    """

    def __init__(self) -> None:
        self.trouble = ""
        self.error: dict[str, Any] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.accepted: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.now = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)
        self.over = threading.Event()
        self.port = 0
        self.account = {"friendly_name": "Acme", "status": "active"}

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    provider: Provider

    def handle(self) -> None:
        """Hang up before anything is read, if told to."""
        if self.provider.trouble == "drop before":
            self._drop()
        else:
            with suppress(OSError):
                super().handle()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """By the provider's own clock."""
        del timestamp
        return format_datetime(self.provider.now, usegmt=True)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """The account, the page, or the list of messages."""
        self._note()
        if self.provider.trouble in ("401", "500"):
            self._answer(int(self.provider.trouble), self.provider.error)
        elif urlsplit(self.path).path.endswith("/Messages.json"):
            self._answer(200, {"messages": self.provider.messages, "next_page_uri": None})
        elif "/Accounts/" in self.path:
            self._answer(200, self.provider.account)
        else:
            self._answer(200, {"name": "Acme Bags", "id": PAGE})

    def do_POST(self) -> None:
        """Take a message, unless there is trouble."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._note()
        trouble = self.provider.trouble
        if trouble in ("400", "401", "429", "500", "503"):
            more = {"Retry-After": "7"} if trouble == "429" else {}
            return self._answer(int(trouble), self.provider.error, more)
        if trouble == "redirect":
            return self._answer(307, {}, {"Location": f"{self.provider.url}/elsewhere"})
        number = len(self.provider.accepted) + 1
        form = self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
        self.provider.accepted.append(dict(parse_qsl(body.decode())) if form else json.loads(body))
        if trouble == "drop after":
            return self._drop()
        if trouble == "hang":
            self.provider.over.wait(30)
            return None
        if trouble == "drip":
            return self._drip()
        if trouble == "blank":
            return self._answer(200, {})
        if trouble == "huge":
            return self._answer(201, {"sid": "SM1", "message_id": "m1", "more": "x" * 2_000_000})
        if form:
            return self._answer(201, {"sid": f"SM{number}", "status": "queued"})
        return self._answer(200, {"recipient_id": "9", "message_id": f"m_{number}"})

    def _note(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.provider.asked.append((self.command, self.path, headers))

    def _answer(
        self, status: int, document: Mapping[str, Any], more: Mapping[str, str] | None = None
    ) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _drip(self) -> None:
        """A header that never ends, some bytes at a time, each in time for any time-out between two reads."""
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 201 Created\r\nX-Slow: ")
            while not self.provider.over.wait(0.1):
                self.wfile.write(b"x")
                self.wfile.flush()

    def _drop(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider that listens on this host."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"provider": provider}))
    server.daemon_threads = True
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def sms_call(
    fields: Mapping[str, str],
    *,
    url: str = f"{CALLBACK}/webhook/sms",
    signed_for: str | None = None,
    token: str = TOKEN,
    method: str = "POST",
) -> Request:
    """A gateway's call, signed as its documentation says, over `signed_for` where that is another address."""
    told = (signed_for or url) + "".join(name + fields[name] for name in sorted(fields))
    made = hmac.new(token.encode(), told.encode("utf-8", "replace"), hashlib.sha1).digest()
    headers = {"x-twilio-signature": base64.b64encode(made).decode()}
    body = urlencode(fields, errors="replace").encode()
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    return Request(method, url, headers, query, body)


def page_call(document: object, *, secret: str = APP_SECRET, body: bytes | None = None) -> Request:
    """Facebook's call, signed as its documentation says."""
    body = json.dumps(document).encode() if body is None else body
    made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Request(
        "POST", f"{CALLBACK}/webhook/facebook", {"x-hub-signature-256": f"sha256={made}"}, {}, body
    )


def page_event(*events: object, page: str = PAGE) -> dict[str, object]:
    """Events of a page as Facebook puts them into one call."""
    return {"object": "page", "entry": [{"id": page, "time": 1_780_566_120_000, "messaging": list(events)}]}


def page_message(
    text: object, mid: str = "m_in_1", sender: str = "9001", **more: object
) -> dict[str, object]:
    """Somebody wrote to the page."""
    message = {"mid": mid, "text": text, **more}
    return {
        "sender": {"id": sender},
        "recipient": {"id": PAGE},
        "timestamp": 1_780_566_060_000,
        "message": message,
    }
