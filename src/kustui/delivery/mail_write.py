"""An outbound message written as RFC 5322 with MIME parts: Markdown as plain text and as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC
from email.errors import HeaderParseError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from html import escape
from typing import Any

from kustui.core.post import FileContent, Parcel, Person
from kustui.core.text import one_line
from kustui.delivery.mail_headers import usable_address
from kustui.errors import DeliveryFailed, MissingExtra

REFERENCES_WRITTEN = 20
ID_LENGTH = 250
SUBJECT_LENGTH = 500

_NOT_IN_IDS = re.compile(r"[^!-;=?-~]")
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_STYLE = "font-family:sans-serif;font-size:14px;line-height:1.5"


class _Ids(UnstructuredHeader):
    """A header of message ids, one a line: the library would encode an id that is longer than a line."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        end = policy.linesep
        return f"{self.name}: {(end + ' ').join(str(self).split())}{end}"


def write(parcel: Parcel) -> EmailMessage:
    """`parcel` as a message ready for a transport: `.as_bytes()` has CRLF lines of at most 78 columns.

    Bcc recipients are in no header: who hands the message over tells them to the server alone.
    Raises DeliveryFailed when an address cannot stand in a header, and MissingExtra without
    markdown-it-py.
    """
    people = (parcel.sender, *parcel.to, *parcel.cc)
    international = any(not person.address.rpartition("@")[0].isascii() for person in people)
    message = EmailMessage(policy=_policy(international))
    message["From"] = _address(parcel.sender)
    if parcel.to:
        message["To"] = [_address(person) for person in parcel.to]
    if parcel.cc:
        message["Cc"] = [_address(person) for person in parcel.cc]
    if not parcel.to and not parcel.cc:
        message["To"] = "undisclosed-recipients:;"
    if parcel.reply_to:
        message["Reply-To"] = _address(Person(parcel.reply_to, parcel.sender.name))
    if parcel.internal:
        # So that no machine answers a notice (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
    message["Subject"] = _words(parcel.subject, SUBJECT_LENGTH)
    message["Date"] = format_datetime(parcel.at.astimezone(UTC))
    message["Message-ID"] = _ids([parcel.message_id])
    if answered := _ids([parcel.in_reply_to]):
        message["In-Reply-To"] = answered
    if references := _ids(_shortened(parcel.references)):
        message["References"] = references
    _write_body(message, parcel)
    return message


def kept(parcel: Parcel) -> bytes:
    """`parcel` as the bytes of a stored email, with LF; the same parcel always gives the same bytes."""
    message = write(parcel)
    # Who has not the whole message cannot foresee what parts it.
    named = f"{parcel.message_id}\n{parcel.at}\n{parcel.text}".encode("utf-8", "replace")
    name = sha256(named).hexdigest()[:32]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{name}_{number}")
    return message.as_bytes(policy=message.policy.clone(linesep="\n"))


def to_html(text: str) -> str:
    """Markdown as an HTML fragment: no raw HTML, links only to http, https and mailto."""
    return str(_markdown().render(text)).strip()


def _write_body(message: EmailMessage, parcel: Parcel) -> None:
    inline = [file for file in parcel.files if file.inline and file.media_type.startswith("image/")]
    html = to_html(parcel.text)
    for file in inline:
        if f"cid:{_content_id(file)}" not in html:
            source = escape(f"cid:{_content_id(file)}", quote=True)
            html += f'\n<p><img src="{source}" alt="{escape(_name(file), quote=True)}"></p>'
    page = f'<!DOCTYPE html>\n<html><body style="{_STYLE}">\n{html}\n</body></html>\n'
    message.set_content(parcel.text.rstrip("\n") + "\n", subtype="plain", charset="utf-8")
    message.add_alternative(page, subtype="html", charset="utf-8")
    parts = list(message.iter_parts())
    for file in inline:
        _attach(parts[-1], file, related=True)
    for file in parcel.files:
        if file not in inline:
            _attach(message, file, related=False)


def _attach(part: Any, file: FileContent, *, related: bool) -> None:
    kind = file.media_type.lower()
    maintype, subtype = kind.split("/") if _MEDIA_TYPE.fullmatch(kind) else ("application", "octet-stream")
    if maintype in ("multipart", "message"):
        # Such a part may not be base64, and a file must arrive as it is.
        maintype, subtype = "application", "octet-stream"
    if related:
        part.add_related(
            file.content,
            maintype,
            subtype,
            filename=_name(file),
            disposition="inline",
            cid=f"<{_content_id(file)}>",
        )
    else:
        part.add_attachment(file.content, maintype, subtype, filename=_name(file))


def _address(person: Person) -> Address:
    local, _, domain = usable_address(person.address).rpartition("@")
    try:
        if not local or not domain:
            raise ValueError("no address")
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        if local.startswith('"') and local.endswith('"') and len(local) > 2:
            local = local[1:-1]
        return Address(_words(person.name, 200), local, domain)
    except (ValueError, HeaderParseError, IndexError) as error:
        shown = one_line(person.address, 80)
        raise DeliveryFailed("Not an email address", f"“{shown}” cannot be written to.") from error


def _words(text: str, limit: int) -> str:
    """Text for a header: on one line, and with nothing that reads as an encoded word already."""
    return one_line(_UNSAFE_NAME.sub(" ", text), limit).replace("=?", "= ?")


def _ids(ids: Iterable[str]) -> str:
    """Message ids in angle brackets; what is too long or has signs no id may have is left out."""
    bare = (each.strip("<> \t\r\n") for each in ids)
    return " ".join(
        f"<{each}>" for each in bare if each and len(each) <= ID_LENGTH and not _NOT_IN_IDS.search(each)
    )


def _shortened(references: tuple[str, ...]) -> tuple[str, ...]:
    """The first reference and the last ones: the root and the near past are what threads are made of."""
    if len(references) <= REFERENCES_WRITTEN + 1:
        return references
    return (references[0], *references[-REFERENCES_WRITTEN:])


def _content_id(file: FileContent) -> str:
    return _NOT_IN_IDS.sub("_", file.content_id.strip("<> ") or _name(file))[:ID_LENGTH]


def _name(file: FileContent) -> str:
    return _UNSAFE_NAME.sub("_", file.name)[:200] or "file"


@cache
def _policy(international: bool) -> EmailPolicy[EmailMessage]:
    registry = HeaderRegistry()
    for name in ("message-id", "in-reply-to", "references"):
        registry.map_to_type(name, _Ids)  # type: ignore[arg-type]
    # Only 7-bit bodies survive every relay; header text in UTF-8 is for addresses that need it.
    return SMTP.clone(header_factory=registry, cte_type="7bit", utf8=international)


@cache
def _markdown() -> Any:
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise MissingExtra("Writing email", "email") from error
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    markdown.enable("strikethrough")
    markdown.validateLink = lambda url: bool(_SAFE_LINK.match(url.strip()) or url.startswith("cid:"))  # type: ignore[method-assign]
    return markdown
