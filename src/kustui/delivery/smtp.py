"""Email out by SMTP: refused before the final dot is provably not delivered, after it nobody knows.

The store's mark stands between the server's 354 and the first byte of the message, so that a crash
before it sends nothing twice (RFC 5321 4.5.3.2, RFC 1047; SPEC D7).
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kustui.core.post import Inbound, Parcel
from kustui.core.text import one_line
from kustui.core.words import size
from kustui.delivery import Accepted, Setup, mail_server
from kustui.delivery.mail_server import why
from kustui.delivery.mail_write import write
from kustui.delivery.secrets import secret
from kustui.errors import DeliveryFailed, KustuiError, TryLater

PORTS = {"tls": 465, "starttls": 587, "none": 25}
OPTIONS = (*mail_server.OPTIONS, "rate")
STEP_SECONDS = 20.0
"""What each step before the message may take; its last one, after the message, has the whole time-out."""
NOBODY = ".invalid"

_DOTS = re.compile(rb"(?m)^\.")
_ANSWERED = (2, 3)


class SmtpTransport:
    """Hands each message to one server, over a connection of its own.

    `security` is "tls" (from the first byte), "starttls", or "none", which only this host may be
    spoken to by. With `token` options the sign-in is XOAUTH2, else by password; without `user` there
    is none.
    """

    name = "smtp"
    channels = frozenset({"email"})
    repeatable = False

    def __init__(self, host: str, port: int, security: str, user: str, options: Mapping[str, Any]) -> None:
        self.timeout = float(options.get("timeout", 60))
        self.rate = float(options.get("rate", 1))
        self._host, self._port, self._security, self._user = host, port, security, user
        self._options = dict(options)

    @classmethod
    def set_up(cls, setup: Setup) -> SmtpTransport:
        """A transport by the options of the settings' [transport.smtp]; raises SettingsTrouble."""
        place = mail_server.place("smtp", setup.options, PORTS, OPTIONS)
        return cls(place.host, place.port, place.security, place.user, place.options)

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """Hand `parcel` over; every recipient is accepted by the server, or none gets it.

        Raises DeliveryFailed for a refusal for good, TryLater for one for now and for a server that
        cannot be reached or signed in to. Any error after `commit` means that nobody knows.
        """
        if parcel.sender.address.endswith(NOBODY):
            raise TryLater("No sender", "Name the workspace's address in the settings: [workspace] address.")
        message = write(parcel)
        content = _DOTS.sub(b"..", message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        if not content.endswith(b"\r\n"):
            content += b"\r\n"
        with self._session() as server:
            self._envelope(server, parcel, len(content), international=_is_international(parcel))
            commit()
            if server.sock is not None:
                server.sock.settimeout(self.timeout)
            server.send(content + b".\r\n")
            code, words = server.getreply()
        if code // 100 == 4:
            raise TryLater("The server put it off", _said(code, words))
        if code // 100 != 2:
            raise DeliveryFailed("The server refused it", _said(code, words))
        return Accepted(one_line(words.decode("utf-8", "replace"), 200), _said(code, words))

    def collect(self) -> Iterable[Inbound]:
        """Nothing: SMTP only sends."""
        return ()

    def check(self) -> str:
        """Connect and sign in, and say so; raises what stands in the way, in words."""
        with self._session() as server:
            code, words = server.noop()
        if code // 100 != 2:
            raise TryLater("The server is not ready", _said(code, words))
        signed = f", signed in as {self._user}" if self._user else ""
        return f"{self._host}:{self._port} answers ({self._security}){signed}"

    # -- inside ------------------------------------------------------------------------------

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection that is greeted, encrypted and signed in; what fails until then sent nothing."""
        try:
            server = self._connected()
        except KustuiError:
            raise
        except smtplib.SMTPResponseException as error:
            words = _said(error.smtp_code, error.smtp_error)
            raise TryLater("The server turned us away", f"{self._host}: {words}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise TryLater("The server cannot be reached", f"{self._host}: {why(error)}.") from error
        try:
            yield server
            # What the server says to QUIT changes nothing about the message, and is not waited for.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.putcmd("quit")
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        context = mail_server.trust(self._options)
        server: smtplib.SMTP
        if self._security == "tls":
            server = smtplib.SMTP_SSL(
                self._host, self._port, local_hostname="localhost", timeout=STEP_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, local_hostname="localhost", timeout=STEP_SECONDS)
        try:
            server.ehlo_or_helo_if_needed()
            if self._security == "starttls":
                server.starttls(context=context)
                server.ehlo_or_helo_if_needed()
            if self._user:
                self._sign_in(server)
        except BaseException:
            server.close()
            raise
        return server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if mail_server.has_token(self._options):
            token = secret(self._options, self._user, "token")
            word = f"user={self._user}\x01auth=Bearer {token}\x01\x01"
            code, words = server.docmd("AUTH", "XOAUTH2 " + base64.b64encode(word.encode()).decode())
            if code == 334:
                # The server explains itself, and waits for an empty line before it refuses.
                code, words = server.docmd("")
            if code != 235:
                raise smtplib.SMTPAuthenticationError(code, words)
            return
        password = secret(self._options, self._user)
        if (self._user + password).isascii():
            server.login(self._user, password)
            return
        # The library knows ASCII alone; PLAIN is UTF-8 (RFC 4616).
        word = base64.b64encode(f"\0{self._user}\0{password}".encode()).decode()
        code, words = server.docmd("AUTH", f"PLAIN {word}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, words)

    def _envelope(self, server: smtplib.SMTP, parcel: Parcel, length: int, *, international: bool) -> None:
        """Say from whom, to whom and how much, up to the server's word that it wants the message."""
        try:
            options = self._mail_options(server, length, international=international)
            _take(server.mail(parcel.sender.address, options), parcel.sender.address)
            for person in (*parcel.to, *parcel.cc, *parcel.bcc):
                _take(server.rcpt(person.address), person.address)
            server.putcmd("data")
            _take(server.getreply(), "")
        except KustuiError:
            raise
        except (smtplib.SMTPException, OSError) as error:
            raise TryLater(
                "The server went away", f"{self._host}: {why(error)}; nothing was sent."
            ) from error

    def _mail_options(self, server: smtplib.SMTP, length: int, *, international: bool) -> list[str]:
        options = []
        if server.has_extn("size"):
            limit = server.esmtp_features.get("size", "")
            if limit.isdecimal() and 0 < int(limit) < length:
                raise DeliveryFailed(
                    "Too large for the server",
                    f"It has {size(length)}; {self._host} takes {size(int(limit))}.",
                )
            options.append(f"size={length}")
        if international:
            if not server.has_extn("smtputf8"):
                raise DeliveryFailed(
                    "The server cannot write to that address",
                    f"{self._host} takes no international addresses.",
                )
            options.append("SMTPUTF8")
        return options


def _take(reply: tuple[int, bytes], address: str) -> None:
    """Go on when the server agreed; else raise what it said."""
    code, words = reply
    said = f"{address}: {_said(code, words)}" if address else _said(code, words)
    if code // 100 == 5:
        raise DeliveryFailed("The server refused it", said)
    if code // 100 not in _ANSWERED:
        raise TryLater("The server put it off", said)


def _is_international(parcel: Parcel) -> bool:
    people = (parcel.sender, *parcel.to, *parcel.cc, *parcel.bcc)
    return not all(person.address.isascii() for person in people)


def _said(code: int, words: bytes | str) -> str:
    """What a server said, in its own words and on one line."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return one_line(f"{code} {text}", 300)
