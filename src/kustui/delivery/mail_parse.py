"""One stored email read into an `Inbound`, or refused as Unreadable in words."""

from __future__ import annotations

import hashlib
import re

from kustui.core.post import Inbound, Person
from kustui.core.text import clean
from kustui.delivery.mail_headers import REFERENCES_KEPT, SUBJECT_LENGTH, Headers, read_date, read_people
from kustui.delivery.mail_html import html_to_text
from kustui.delivery.mail_kinds import Kind, read_kind
from kustui.delivery.mail_parts import ENVELOPE, Parts, read_parts
from kustui.delivery.mail_quotes import split_quoted
from kustui.errors import KustuiError, Unreadable

BODY_LENGTH = 2 * 1024 * 1024
REPLY_TO_KEPT = 5

_HEADER_END = re.compile(rb"\n[ \t]*\n|\A\n")
# Written by mail programs into their own copy, so they differ between copies of one message.
_OF_THE_COPY = re.compile(
    rb"^(?:status|x-status|content-length|lines|x-mozilla-[^\s:]*|x-uid|x-keywords|x-imap(?:base)?)"
    rb"[ \t]*:[^\n]*"
    rb"(?:\n[ \t][^\n]*)*\n?",
    re.IGNORECASE | re.MULTILINE,
)
_BLANKS = re.compile(r"\n(?:[ \t]*\n){3,}")


def parse(content: bytes) -> Inbound:
    """One email, read and cleaned.

    Raises Unreadable with a reason for people when it cannot be read, and MissingExtra when the
    libraries for email are not installed; nothing else.
    """
    try:
        return _parse(content)
    except KustuiError:
        raise
    # A hostile message must cost one row in quarantine and never the import it is part of.
    except Exception as error:
        reason = f"Something in it is broken in a way that is not known yet ({type(error).__name__})."
        raise Unreadable("This email cannot be read", reason) from error


def external_id(content: bytes) -> str:
    """What makes a stored message one and the same in an mbox, a Maildir and a single file.

    Two different messages with one Message-ID stay two, because every byte that was sent counts.
    """
    lines = content.replace(b"\r\n", b"\n")
    while ENVELOPE.match(lines):
        lines = lines.partition(b"\n")[2]
    end = _HEADER_END.search(lines)
    cut = end.start() + 1 if end else len(lines)
    header = _OF_THE_COPY.sub(b"", lines[:cut]).rstrip(b"\n")
    return "mail:" + hashlib.sha256(header + b"\n" + lines[cut:].rstrip(b"\n")).hexdigest()


def _parse(content: bytes) -> Inbound:
    if not content.strip():
        raise Unreadable("This email cannot be read", "It is empty.")
    headers, envelope, parts = read_parts(content)
    subject = headers.words("subject", SUBJECT_LENGTH)
    sender = _sender(headers, envelope)
    text = _text(parts)
    kind = read_kind(headers, sender, subject, parts, text)
    if sender is None:
        sender = _daemon(headers, kind)
    to, more_to = headers.people("to")
    cc, more_cc = headers.people("cc")
    answers_to, _ = headers.people("reply-to")
    if more_to or more_cc:
        parts.notes.append(f"[{more_to + more_cc:,} more recipients were left out.]")
    if len(text) > BODY_LENGTH:
        parts.notes.append(f"[{len(text) - BODY_LENGTH:,} more characters were left out.]")
        text = text[:BODY_LENGTH]
    body, quoted = split_quoted(text)
    ids = headers.ids("message-id")
    message_id = ids[0] if ids else ""
    references = dict.fromkeys(headers.ids("references"))
    for answered in headers.ids("in-reply-to"):
        references.setdefault(answered)
    references.pop(message_id, None)
    return Inbound(
        channel="email",
        external_id=external_id(content),
        sender=sender,
        subject=subject,
        body="\n\n".join(piece for piece in (body, *parts.notes) if piece),
        original=content,
        to=tuple(to),
        cc=tuple(cc),
        quoted=quoted,
        at=read_date(headers.first("date")),
        message_id=message_id,
        references=tuple(references)[-REFERENCES_KEPT:],
        automatic=kind.automatic,
        bounce=kind.bounce,
        bounce_of=kind.bounce_of,
        bounced_address=kind.bounced_address,
        files=tuple(parts.files),
        reply_to=tuple(
            person
            for person in answers_to[:REPLY_TO_KEPT]
            if person.address.lower() != sender.address.lower()
        ),
    )


def _text(parts: Parts) -> str:
    """All the words of a message in one clean text."""
    pieces = [html_to_text(text) if shape == "html" else text for shape, text in parts.words]
    pieces = [cleaned for piece in pieces if (cleaned := clean(piece[: 2 * BODY_LENGTH]).strip("\n"))]
    return _BLANKS.sub("\n\n\n", "\n\n".join(pieces))


def _sender(headers: Headers, envelope: str) -> Person | None:
    """Who wrote it: the first of From, Sender, Reply-To, Return-Path and envelope with an address."""
    name = ""
    for header in ("from", "sender", "reply-to", "return-path", "x-envelope-from", "envelope-from"):
        people, _ = headers.people(header)
        if people:
            return Person(people[0].address, people[0].name or name)
        if header == "from":
            name = headers.words("from", 200).partition("<")[0].strip(" \"'")
    words = envelope.split(" ", 2)
    people = read_people(words[1]) if len(words) > 1 else []
    return Person(people[0].address, people[0].name or name) if people else None


def _daemon(headers: Headers, kind: Kind) -> Person:
    """The sender of a bounce that names none; for any other message that is a reason to refuse it."""
    if kind.bounce:
        return Person(f"mailer-daemon@{kind.reporter or 'unknown.invalid'}", headers.words("from", 200))
    written = headers.words("from", 80)
    if written:
        raise Unreadable(
            "This email has no usable sender",
            f"Its sender is given as “{written}”, which is no email address.",
        )
    raise Unreadable(
        "This email has no sender", "It has no sender address: no From, Sender, Reply-To or Return-Path."
    )
