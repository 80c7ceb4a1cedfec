"""A line to an IMAP server: connected, encrypted, signed in, and what goes wrong with it in words."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kustui.delivery import mail_server
from kustui.delivery.mail_server import Place, why
from kustui.delivery.secrets import secret
from kustui.errors import KustuiError, MissingExtra, TryLater

CONNECT_SECONDS = 20.0
_ATOM = re.compile(r"[A-Za-z0-9!#$&'+,./:;<=>?@^_`|~-]+")


def errors() -> Any:
    """IMAPClient's class, which its errors hang on; raises MissingExtra without the library."""
    return _library().IMAPClient


def connected(place: Place, timeout: float) -> Any:
    """An IMAPClient that is signed in at `place`; each answer may take `timeout` seconds.

    Raises TryLater in words when the server cannot be reached or does not let us in.
    """
    context = mail_server.trust(place.options)
    module = _library()
    try:
        box = module.IMAPClient(
            place.host,
            place.port,
            ssl=place.security == "tls",
            ssl_context=context,
            timeout=module.imapclient.SocketTimeout(min(CONNECT_SECONDS, timeout), timeout),
        )
    except (OSError, errors().Error) as error:
        raise TryLater("The mailbox cannot be reached", f"{place.host}: {why(error)}.") from error
    try:
        if place.security == "starttls":
            box.starttls(context)
        _sign_in(box, place)
        box.normalise_times = False
    except (OSError, errors().Error) as error:
        hang_up(box)
        raise TryLater("The mailbox turned us away", f"{place.host}: {why(error)}.") from error
    except BaseException:
        hang_up(box)
        raise
    return box


def hang_up(box: Any) -> None:
    """Let a line go, whatever state it is in."""
    with contextlib.suppress(Exception):
        box.shutdown()


@contextmanager
def apart(place: Place, timeout: float) -> Iterator[Any]:
    """A line for one errand: copies are filed while the mailbox is being waited on.

    A refusal is TryLater; what the line itself does wrong is left to the caller, who may not know
    whether the server took what was handed over.
    """
    box = connected(place, timeout)
    try:
        yield box
        with contextlib.suppress(Exception):
            box.logout()
    except errors().AbortError:
        raise
    except errors().Error as error:
        raise TryLater("The mailbox refused", f"{place.host}: {why(error)}.") from error
    finally:
        hang_up(box)


@contextmanager
def in_words(host: str) -> Iterator[None]:
    """What goes wrong while a mailbox is read, as TryLater."""
    try:
        yield
    except KustuiError:
        raise
    except (OSError, errors().Error, ValueError) as error:
        raise TryLater("The mailbox cannot be read", f"{host}: {why(error)}.") from error


def _sign_in(box: Any, place: Place) -> None:
    """Say who we are, in the way that carries it: LOGIN takes ASCII alone, and is not taken everywhere."""
    user = place.user
    if mail_server.has_token(place.options):
        box.oauth2_login(user, secret(place.options, user, "token"))
        return
    password = secret(place.options, user)
    plain = box.has_capability("AUTH=PLAIN")
    if not (user + password).isascii():
        if not plain:
            raise TryLater(
                "The mailbox turned us away",
                f"{place.host}: it takes user names and passwords of ASCII letters alone.",
            )
        box.plain_login(user, password)
    elif plain and box.has_capability("LOGINDISABLED"):
        box.plain_login(user, password)
    else:
        # The library quotes the password alone.
        box.login(user if _ATOM.fullmatch(user) else _quoted(user), password)


def _quoted(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _library() -> Any:
    try:
        import imapclient
    except ImportError as error:
        raise MissingExtra("Reading a mailbox", "email") from error
    return imapclient
