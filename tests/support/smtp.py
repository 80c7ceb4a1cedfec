"""A real SMTP server that refuses, hangs or hangs up where it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

POINTS = ("greet", "ehlo", "auth", "mail", "rcpt", "data", "before the dot", "after the dot", "quit")
"""Where trouble can begin; TLS and the connection itself are troubled by other means."""


class Trouble:
    """What the server does at one point: "4xx", "5xx", "drop" or "hang"; no point is no trouble."""

    def __init__(self) -> None:
        self.point = ""
        self.kind = ""
        self.accepted: list[Envelope] = []
        self.passwords: list[bytes] = []
        self.reached, self.over = threading.Event(), threading.Event()

    def at(self, point: str, kind: str) -> None:
        """Say where and what."""
        self.point, self.kind = point, kind

    async def meet(self, point: str, server: SMTP) -> str | None:
        """The refusal of that point, or None; may never come back, or hang up."""
        if point != self.point:
            return None
        self.reached.set()
        if self.kind == "hang":
            await asyncio.sleep(3_600)
        if self.kind == "drop":
            assert server.transport is not None
            cast("asyncio.Transport", server.transport).abort()
            await asyncio.sleep(3_600)
        return "451 4.3.0 try later, please" if self.kind == "4xx" else "550 5.1.1 no such mailbox"


class Handler:
    """Takes every message, but for the trouble."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's own
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greet."""
        session.host_name = hostname
        refusal = await self.trouble.meet("ehlo", server)
        return [refusal] if refusal else responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the sender."""
        refusal = await self.trouble.meet("mail", server)
        if not refusal:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return refusal or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient; one called "nobody" is refused always."""
        refusal = await self.trouble.meet("rcpt", server)
        if address.startswith("nobody"):
            refusal = "550 5.1.1 no such mailbox"
        if not refusal:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the message: what happens before this is counted, is not delivered."""
        if self.trouble.point == "before the dot":
            await self.trouble.meet("before the dot", server)
        if self.trouble.point == "after the dot" and self.trouble.kind in ("4xx", "5xx"):
            return await self.trouble.meet("after the dot", server) or ""
        self.trouble.accepted.append(envelope)
        await self.trouble.meet("after the dot", server)
        return "250 OK queued as 8821"

    async def handle_QUIT(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        """Say goodbye."""
        return await self.trouble.meet("quit", server) or "221 Bye"


class TroubledSMTP(SMTP):
    """The server, with trouble at the greeting and at the word DATA."""

    trouble: Trouble

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Refuse before 354."""
        refusal = await self.trouble.meet("data", self)
        if refusal:
            await self.push(refusal)
        else:
            await super().smtp_DATA(arg)

    async def _handle_client(self) -> None:
        refusal = await self.trouble.meet("greet", self)
        if refusal:
            await self.push(refusal)
            assert self.transport is not None
            self.transport.close()
            return
        await super()._handle_client()


class Server(Controller):
    """One server on a port of its own."""

    def __init__(self, trouble: Trouble, options: dict[str, Any], context: ssl.SSLContext | None) -> None:
        self.trouble = trouble
        self._options = options
        super().__init__(Handler(trouble), hostname="127.0.0.1", port=0, ssl_context=context)

    def factory(self) -> SMTP:
        """A conversation with a client."""
        server = TroubledSMTP(self.handler, enable_SMTPUTF8=True, **self._options)
        server.trouble = self.trouble
        return server

    def _trigger_server(self) -> None:
        """Learn the port that was given; the base class would connect to 0."""
        assert self.server is not None
        self.port = cast("asyncio.Server", self.server).sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def serving(
    trouble: Trouble, *, security: str = "none", user: str = "", authority: trustme.CA | None = None
) -> Iterator[Server]:
    """A running server; with `user`, who has to sign in with the password "secret"."""

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        if isinstance(data, LoginPassword):
            trouble.passwords.append(data.password)
            if trouble.point == "auth" and trouble.kind == "hang":
                trouble.reached.set()
                trouble.over.wait(60)
            good = data.login == user.encode() and data.password == b"secret"
            return AuthResult(success=good and trouble.point != "auth", handled=False)
        return AuthResult(success=False, handled=False)

    options: dict[str, Any] = {}
    if user:
        options = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
    context = None
    if authority is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        if security == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
            context = None
    server = Server(trouble, options, context)
    server.start()
    try:
        yield server
    finally:
        server.stop(no_assert=True)


@contextmanager
def silent(trouble: Trouble, *, listens: bool) -> Iterator[int]:
    """A port where nobody ever speaks; with `listens`, what is said there is heard. Answers the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hear() -> None:
            with contextlib.suppress(OSError):
                heard, _ = server.accept()
                if not listens or heard.recv(1):
                    trouble.reached.set()
                    heard.recv(1 << 20)

        threading.Thread(target=hear, daemon=True).start()
        yield server.getsockname()[1]
