"""Where a mail server is and how it is spoken to: what SMTP and IMAP are both told by the settings."""

from __future__ import annotations

import re
import ssl
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kustui.core.text import one_line
from kustui.errors import SettingsTrouble

SECRETS = tuple(f"{kind}_{source}" for kind in ("password", "token") for source in ("env", "file", "command"))
OPTIONS = ("host", "port", "security", "user", "timeout", "ca_file", *SECRETS)
_BYTES = re.compile(r"\bb(['\"])(.*?)\1")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Place(NamedTuple):
    """A server, as the settings name it. `security` is "tls" (from the first byte), "starttls" or "none"."""

    host: str
    port: int
    security: str
    user: str
    options: dict[str, Any]


def place(
    name: str, options: Mapping[str, Any], ports: Mapping[str, int], known: Collection[str] = OPTIONS
) -> Place:
    """The server of the settings' [transport.NAME]; `ports` are the usual ones by security.

    Raises SettingsTrouble for what cannot be used, and for a server elsewhere without encryption.
    """
    kept = {option: value for option, value in options.items() if option in known}
    host, security = str(kept.get("host", "")), str(kept.get("security", "tls"))
    if not host:
        raise SettingsTrouble(
            f"No {name.upper()} server", f"Name it in the settings: [transport.{name}] host = ..."
        )
    if security not in ports:
        raise SettingsTrouble(
            "No such security", f"transport.{name}.security is {security!r}; there are {', '.join(ports)}."
        )
    if security == "none" and host not in LOOPBACK:
        raise SettingsTrouble(
            "That would be read on the way",
            f"transport.{name}.security is none, and {host} is not this host; use tls or starttls.",
        )
    try:
        port = int(kept.get("port", ports[security]))
    except (TypeError, ValueError):
        raise SettingsTrouble("No such port", f"transport.{name}.port is a number.") from None
    return Place(host, port, security, str(kept.get("user", "")), kept)


def trust(options: Mapping[str, Any]) -> ssl.SSLContext:
    """What checks a server's certificate: by the option `ca_file`, else by who the system trusts.

    Raises SettingsTrouble when that file cannot be used.
    """
    if not options.get("ca_file"):
        return ssl.create_default_context()
    path = Path(str(options["ca_file"])).expanduser()
    try:
        return ssl.create_default_context(cafile=str(path))
    except OSError as error:
        words = (error.strerror if not isinstance(error, ssl.SSLError) else "") or "it holds no certificate"
        raise SettingsTrouble("No certificates", f"{path} cannot be used (ca_file): {words}.") from error


def has_token(options: Mapping[str, Any]) -> bool:
    """Whether the sign-in is by a token (XOAUTH2) and not by a password."""
    return any(name.startswith("token_") for name in options)


def why(error: Exception) -> str:
    """What went wrong with a connection, on one line and without a secret."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    # IMAP's errors quote the server as Python writes bytes.
    said = _BYTES.sub(lambda found: found[2], str(error))
    return one_line(said, 200).rstrip(".") or type(error).__name__
