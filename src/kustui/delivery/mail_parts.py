"""The parts of an email: which are words to read, which are files, which are reports.

The message is bounded before it is handed to the parser, because a hostile one can hold a
million parts or be nested a thousand deep.
"""

from __future__ import annotations

import binascii
import mimetypes
import quopri
import re
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from typing import Literal

from kustui.core.post import FileContent
from kustui.delivery.mail_headers import Headers
from kustui.delivery.mail_simple import simple
from kustui.delivery.mail_text import declared_in_html, decode_text, unflow
from kustui.errors import KustuiError

PARTS_KEPT = 200
DELIMITERS_READ = 1_000
HEADER_BYTES = 2 * 1024 * 1024
TEXT_BYTES = 8 * 1024 * 1024
SOURCE_SHOWN = 64 * 1024
NESTING = 60
REPORTS_READ = 1_000

# The line an mbox puts before a message; "From :" is a header written loosely.
ENVELOPE = re.compile(rb">?From (?![ \t]*:)")

_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\A\r?\n")
_HEADER = re.compile(rb"[!-9;-~]+:")
_LOOSE_HEADER = re.compile(rb"([!-9;-~]+)[ \t]+:")
_KNOWN = re.compile(
    rb"(?im)^(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]+|received|reply-to|sender|"
    rb"return-path|references|in-reply-to|x-[a-z-]+|delivered-to|user-agent)[ \t]*:"
)
_BOUNDARY = re.compile(rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_STUB = re.compile(
    r"\bHTML\b|view (?:it|this|the) (?:e-?mail|message|newsletter)|mail (?:client|programm?|reader)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"\s*(?:<!doctype html|<html|<body|<div|<p>|<table)", re.IGNORECASE)
_ALTERNATIVES = frozenset(("text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext"))

Words = tuple[Literal["plain", "html"], str]


@dataclass
class Parts:
    """What a message holds. `reports` are delivery reports, `returned` the messages they return.

    `notes` are sentences about what was left out, for the end of the body.
    """

    words: list[Words] = field(default_factory=list)
    files: list[FileContent] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_parts(content: bytes) -> tuple[Headers, str, Parts]:
    """The headers of a message, its envelope sender line ("From ..." of an mbox), and its parts."""
    content, notes = _bounded(_repaired(content))
    declared = _CHARSET.search(content, 0, SOURCE_SHOWN)
    charset = declared[1].decode() if declared else ""
    try:
        message = simple(content) or BytesParser(policy=policy.compat32).parsebytes(content)
        headers = Headers(message, charset)
        parts = _Walk().all(message)
    except KustuiError:
        raise
    except Exception as error:  # noqa: BLE001 - the library raises a dozen kinds of error on hostile mail
        message = BytesHeaderParser(policy=policy.compat32).parsebytes(content)
        headers = Headers(message, charset)
        parts = _source(content, error)
    parts.notes[:0] = notes
    return headers, message.get_unixfrom() or "", parts


def payload(part: Message, encoding: str) -> bytes:
    """The bytes of a part without parts, its transfer encoding undone as far as it holds."""
    # Asked for text, the library decodes it by the declared charset and loses what does not fit.
    del part["content-transfer-encoding"]
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return b""
    if encoding == "quoted-printable":
        return quopri.decodestring(raw)
    if encoding == "base64":
        data = _NOT_BASE64.sub(b"", raw).rstrip(b"=")
        data = data[: len(data) - (len(data) % 4 == 1)]
        try:
            return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
        except binascii.Error:
            return raw
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        part["Content-Transfer-Encoding"] = "x-uuencode"
        decoded = part.get_payload(decode=True)
        return decoded if isinstance(decoded, bytes) else raw
    return raw


class _Walk:
    """One walk through the tree of parts."""

    def __init__(self) -> None:
        self.parts = Parts()
        self.seen = 0
        self.left_out = 0

    def all(self, message: Message) -> Parts:
        self.parts.words = self.words(message, root=True)
        if not self.parts.words and self.parts.reports:
            # Some hosts put the explanation for people into the report for machines.
            self.parts.words = [("plain", "\n\n".join(self.parts.reports))]
        if self.left_out:
            self.parts.notes.append(f"[{self.left_out:,} more parts were left out: there are too many.]")
        return self.parts

    def words(
        self, part: Message, *, root: bool = False, related: bool = False, depth: int = 0
    ) -> list[Words]:
        """The words of a part to be read; its files go to `parts`."""
        headers = Headers(part)
        kind = _kind(part, headers)
        children = part.get_payload()
        if kind.startswith("multipart/") and isinstance(children, list):
            if depth > NESTING:
                raise RecursionError("nested too deeply")
            return self._several(kind, [child for child in children if isinstance(child, Message)], depth)
        self.seen += 1
        if self.seen > PARTS_KEPT:
            self.left_out += 1
            return []
        if isinstance(children, list):
            self._enclosed(part, headers, kind)
            return []
        name = _name(headers)
        attached = headers.token("content-disposition") == "attachment"
        content = payload(part, headers.token("content-transfer-encoding"))
        as_text = kind in ("text/plain", "text/html") or kind.startswith("multipart/")
        if as_text and not attached and (root or not name):
            text = self._decoded(content, headers, kind)
            html = kind == "text/html" or bool(_MARKUP.match(text[:200]) and "</" in text)
            return [("html" if html else "plain", text)] if text.strip() else []
        if kind == "text/rfc822-headers":
            self.parts.returned.append(decode_text(content[:SOURCE_SHOWN], ""))
        elif kind == "message/delivery-status":
            self.parts.reports.append(decode_text(content[:SOURCE_SHOWN], ""))
        content_id = headers.first("content-id").strip("<> ")
        inline = not attached and (
            headers.token("content-disposition") == "inline" or (related and bool(content_id))
        )
        self._file(name, kind, content, inline=inline and kind.startswith("image/"), content_id=content_id)
        return []

    def _several(self, kind: str, children: list[Message], depth: int) -> list[Words]:
        read = [
            self.words(child, related=kind == "multipart/related", depth=depth + 1)
            for child in children
            if kind != "multipart/alternative" or _kind(child, Headers(child)) not in _ALTERNATIVES
        ]
        if kind != "multipart/alternative":
            return [words for child in read for words in child]
        plain = [words for words in read if words and all(shape == "plain" for shape, _ in words)]
        rich = [words for words in read if words and any(shape == "html" for shape, _ in words)]
        if plain and (not rich or not _is_stub(plain[-1])):
            return plain[-1]
        return rich[-1] if rich else []

    def _enclosed(self, part: Message, headers: Headers, kind: str) -> None:
        """Keep a message within the message as a file, and look whether it is a report."""
        children = [child for child in part.get_payload() if isinstance(child, Message)]
        if kind == "message/delivery-status":
            text = "\n".join(child.as_string() for child in children[:REPORTS_READ])
            self.parts.reports.append(text[:SOURCE_SHOWN])
            self._file("delivery-status.txt", kind, text.encode("utf-8", "surrogateescape"))
            return
        inner = children[0] if children else Message()
        if headers.token("content-transfer-encoding") == "base64" and not inner.keys():
            content = payload(inner, "base64")
        else:
            content = inner.as_bytes(unixfrom=False, policy=policy.compat32.clone(max_line_length=0))
        self.parts.returned.append(decode_text(content[:SOURCE_SHOWN], ""))
        subject = Headers(inner).words("subject", 80) or "message"
        self._file(_name(headers) or f"{subject}.eml", "message/rfc822", content)

    def _decoded(self, content: bytes, headers: Headers, kind: str) -> str:
        if len(content) > TEXT_BYTES:
            self.parts.notes.append(f"[{len(content) - TEXT_BYTES:,} more bytes of text were left out.]")
            content = content[:TEXT_BYTES]
        charset = headers.param("content-type", "charset")
        if not charset and kind == "text/html":
            charset = declared_in_html(content)
        text = decode_text(content, charset)
        if kind == "text/plain" and headers.param("content-type", "format").lower() == "flowed":
            text = unflow(text, delsp=headers.param("content-type", "delsp").lower() == "yes")
        return text

    def _file(
        self, name: str, kind: str, content: bytes, *, inline: bool = False, content_id: str = ""
    ) -> None:
        if not content and not name:
            return
        if not name:
            name = f"part-{self.seen}{mimetypes.guess_extension(kind) or ''}"
        self.parts.files.append(FileContent(name, kind, content, inline, content_id))


def _kind(part: Message, headers: Headers) -> str:
    kind = headers.token("content-type").partition(" ")[0]
    if kind.count("/") == 1 and kind.isascii() and not kind.startswith("/") and not kind.endswith("/"):
        return kind
    return str(part.get_default_type())


def _name(headers: Headers) -> str:
    for header, param in (("content-disposition", "filename"), ("content-type", "name")):
        if name := headers.param(header, param):
            return name
    return headers.words("content-location").rpartition("/")[2]


def _is_stub(words: list[Words]) -> bool:
    """Whether a plain part only says that the message is HTML."""
    text = "".join(text for _, text in words).strip()
    return not text or (len(text) < 300 and bool(_STUB.search(text)))


def _repaired(content: bytes) -> bytes:
    """`content` with broken lines of its header mended: the parser would take the rest for the body."""
    content = content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if content.startswith(b">From "):
        content = content[1:]
    found = _BLANK.search(content, 0, HEADER_BYTES + 4)
    end = found.start() if found else len(content)
    block = content[: min(end, HEADER_BYTES)]
    lines = block.split(b"\n")
    mended = False
    for at, line in enumerate(lines):
        if _HEADER.match(line) or line[:1] in b" \t" or (at == 0 and ENVELOPE.match(line)):
            continue
        loose = _LOOSE_HEADER.match(line)
        if loose:
            lines[at] = loose[1] + line[loose.end() - 1 :]
        elif _KNOWN.search(b"\n".join(lines[at + 1 : at + 200])):
            lines[at] = b" " + line
        else:
            break
        mended = True
    return b"\n".join(lines) + content[len(block) :] if mended else content


def _bounded(content: bytes) -> tuple[bytes, list[str]]:
    """`content` with no more header and parts than are read, and sentences about what was cut."""
    notes: list[str] = []
    found = _BLANK.search(content, 0, HEADER_BYTES + 4)
    if not found and len(content) > HEADER_BYTES:
        rest = _BLANK.search(content)
        cut = content.rfind(b"\n", 0, HEADER_BYTES) + 1 or HEADER_BYTES
        content = content[:cut] + (content[rest.start() :] if rest else b"")
        notes.append("[The header is longer than 2 MB; its end was left out.]")
    if content.count(b"\n--") > DELIMITERS_READ:
        boundaries = {(a or b).strip() for a, b in _BOUNDARY.findall(content[: 4 * HEADER_BYTES])[:200]}
        pattern = b"|".join(re.escape(each) for each in sorted(boundaries) if each)
        places = re.finditer(rb"^--(?:" + pattern + rb")", content, re.MULTILINE) if pattern else ()
        starts = [place.start() for place in places]
        if len(starts) > DELIMITERS_READ:
            content = content[: starts[DELIMITERS_READ]]
            notes.append(f"[{len(starts) - DELIMITERS_READ:,} more parts were left out: there are too many.]")
    return content, notes


def _source(content: bytes, error: Exception) -> Parts:
    """The source of a message whose parts cannot be told apart, so that an agent can still read it."""
    why = "nested too deeply" if isinstance(error, RecursionError) else "broken"
    found = _BLANK.search(content)
    body = content[found.end() :] if found else b""
    rest = len(body) - SOURCE_SHOWN
    more = f" {rest:,} more bytes were left out." if rest > 0 else ""
    note = f"[The parts of this message are {why}; its source is shown.{more}]"
    return Parts(words=[("plain", decode_text(body[:SOURCE_SHOWN], ""))], notes=[note])
