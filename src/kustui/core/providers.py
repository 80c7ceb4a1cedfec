"""Where the mail of well-known providers is, so that connecting a mailbox asks less."""

from __future__ import annotations

from typing import NamedTuple

APP_PASSWORD = "It wants an app password, made in the account's security settings, or a token command."  # noqa: S105
TOKEN = "It takes no password: name what prints an access token with --token-command."  # noqa: S105


class Provider(NamedTuple):
    """A provider's servers as HOST:PORT, whether it files copies of what is sent by itself, and a hint."""

    smtp: str
    imap: str
    files_copies: bool = False
    hint: str = ""


_GOOGLE = Provider("smtp.gmail.com:465", "imap.gmail.com:993", files_copies=True, hint=APP_PASSWORD)
_MICROSOFT = Provider("smtp.office365.com:587", "outlook.office365.com:993", files_copies=True, hint=TOKEN)
_YAHOO = Provider("smtp.mail.yahoo.com:465", "imap.mail.yahoo.com:993", hint=APP_PASSWORD)
_APPLE = Provider("smtp.mail.me.com:587", "imap.mail.me.com:993", hint=APP_PASSWORD)
_GMX = Provider("mail.gmx.net:465", "imap.gmx.net:993", hint="IMAP is switched on in the account's settings.")

PROVIDERS: dict[str, Provider] = {
    "gmail.com": _GOOGLE,
    "googlemail.com": _GOOGLE,
    "outlook.com": _MICROSOFT,
    "hotmail.com": _MICROSOFT,
    "live.com": _MICROSOFT,
    "yahoo.com": _YAHOO,
    "icloud.com": _APPLE,
    "me.com": _APPLE,
    "gmx.de": _GMX,
    "gmx.net": _GMX,
    "web.de": Provider("smtp.web.de:465", "imap.web.de:993"),
    "fastmail.com": Provider("smtp.fastmail.com:465", "imap.fastmail.com:993", hint=APP_PASSWORD),
    "zoho.com": Provider("smtp.zoho.com:465", "imap.zoho.com:993", files_copies=True, hint=APP_PASSWORD),
    "mailbox.org": Provider("smtp.mailbox.org:465", "imap.mailbox.org:993"),
    "posteo.de": Provider("posteo.de:465", "posteo.de:993"),
}

SECURITY = {465: "tls", 993: "tls", 587: "starttls", 143: "starttls"}
"""How the usual ports are spoken to."""


def provider(address: str) -> Provider:
    """The provider of an address; of a domain that is not known, the names that most give their servers."""
    domain = address.rpartition("@")[2].lower()
    return PROVIDERS.get(domain) or Provider(f"smtp.{domain}:465", f"imap.{domain}:993")


def place(typed: str, security: str = "", *, port: int) -> dict[str, str | int]:
    """HOST or HOST:PORT as the options host, port and security; `port` is the one that is not typed.

    Raises ValueError when the port is no number from 1 to 65535.
    """
    host, _, after = typed.strip().partition(":")
    number = int(after) if after else port
    if not host or not 0 < number < 65_536:
        raise ValueError(typed)
    return {"host": host, "port": number, "security": security or SECURITY.get(number, "tls")}
