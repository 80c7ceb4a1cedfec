"""The header of an email, read leniently: words, addresses, ids and dates.

Headers come as the `email` package's compat32 policy keeps them: bytes that are not ASCII are
surrogate escapes, and nothing is decoded. Every function bounds what it looks at.
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import getaddresses, parsedate_tz
from functools import lru_cache

from kustui.core.post import Person
from kustui.core.text import clean, one_line
from kustui.delivery.mail_text import decode_text

SUBJECT_LENGTH = 500
NAME_LENGTH = 200
ID_LENGTH = 250
REFERENCES_KEPT = 100
PEOPLE_KEPT = 500
ADDRESS_BYTES = 32 * 1024
WORD_BYTES = 8 * 1024
REMEMBERED = 1_024
REMEMBERED_LENGTH = 200
"""So many headers of at most this length are kept as they were read."""

_FOLD = re.compile(r"[ \t]*\r?\n[ \t]*|\r")
_WORD = re.compile(r"=\?([^?\s]*)\?([bBqQ])\?((?:[^?]|\?(?!=))*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]*\?[bBqQ]\?)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_ATOM = (
    r"[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd\ud800-\udfff]"
)
_ADDRESS = re.compile(
    rf"(?:{_ATOM}{{1,128}}|\"[^\"@\x00-\x1f\x7f-\x9f]{{1,128}}\")@(?:{_ATOM}{{1,253}}|\[[0-9A-Fa-f.:IPv]{{2,50}}\])"
)
_BRACKETED = re.compile(r"<([^<>]{1,400})>")
_SPACES = re.compile(r"\s+")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")


class Headers:
    """The headers of one message by lower-case name, unfolded, in the order they stand.

    `charset` is what raw bytes in them are taken for when they are not UTF-8.
    """

    def __init__(self, message: Message, charset: str = "") -> None:
        self._charset = charset
        self._raw: dict[str, list[str]] = {}
        # Most of a header is never asked for.
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            self._raw.setdefault(name.lower().strip(), []).append(str(value))

    def all(self, name: str) -> list[str]:
        """Every value of a header, raw."""
        if name not in self._raw:
            return []
        if name not in self._values:
            self._values[name] = [self._line(value) for value in self._raw[name]]
        return self._values[name]

    def _line(self, value: str) -> str:
        line = _FOLD.sub(" ", value).strip()
        if not line.isascii() and len(line) <= ADDRESS_BYTES:
            return unescape(line, self._charset)
        return line

    def first(self, name: str) -> str:
        """The first value of a header that is not empty, raw; "" without one."""
        return next(filter(None, self.all(name)), "") if name in self._raw else ""

    def words(self, name: str, limit: int = SUBJECT_LENGTH) -> str:
        """The first value of a header decoded and cleaned, on one line."""
        return one_line(decode_words(self.first(name)[:WORD_BYTES]), limit)

    def token(self, name: str) -> str:
        """The first value up to a semicolon, in small letters: "multipart/report", "auto-replied"."""
        line = self.first(name)
        return line[:WORD_BYTES].split(";", 1)[0].strip().strip("\"'").lower() if line else ""

    def people(self, name: str) -> tuple[list[Person], int]:
        """The people of an address header, and how many more there seem to be than were kept."""
        kept: dict[str, Person] = {}
        left_out = 0
        for value in self.all(name)[:20]:
            head = value
            if len(value) > ADDRESS_BYTES:
                head = value[:ADDRESS_BYTES].rpartition(",")[0]
                left_out += value.count("@", len(head))
            for person in _people(head) if len(head) <= REMEMBERED_LENGTH else read_people(head):
                kept.setdefault(person.address.lower(), person)
        people = list(kept.values())
        return people[:PEOPLE_KEPT], left_out + max(0, len(people) - PEOPLE_KEPT)

    def ids(self, name: str) -> list[str]:
        """The message ids of a header without angle brackets, in order, each once."""
        return read_ids(" ".join(self.all(name)))

    def param(self, header: str, name: str) -> str:
        """A parameter of a structured header, decoded (RFC 2231, RFC 2047, raw bytes); "" without."""
        value = self.first(header)[:WORD_BYTES]
        if name not in value.lower():
            return ""
        value = unescape(value)
        return _known_param(value, name) if len(value) <= REMEMBERED_LENGTH else _param(value, name)


def unescape(value: str, charset: str = "") -> str:
    """`value` with its raw bytes (surrogate escapes) decoded by `charset`, else by the best guess."""
    if value.isascii():
        return value
    return decode_text(value.encode("utf-8", "surrogateescape"), charset)


def decode_words(value: str) -> str:
    """A header value with encoded words (RFC 2047) and raw bytes decoded; never raises.

    Neighbouring words of one charset are joined before they are decoded, because many senders
    split one letter over two words.
    """
    value = unescape(value)
    if "=?" not in value:
        return value
    value = _BETWEEN_WORDS.sub(r"\1", value)
    pieces: list[str] = []
    pending, charset, last = b"", "", 0

    def flush() -> None:
        nonlocal pending
        if pending:
            pieces.append(decode_text(pending, charset))
            pending = b""

    for match in _WORD.finditer(value):
        label = match[1].partition("*")[0].lower()
        if match.start() > last or label != charset:
            flush()
        pieces.append(value[last : match.start()])
        pending += _word_bytes(match[2], match[3])
        charset, last = label, match.end()
    flush()
    pieces.append(value[last:])
    return "".join(pieces)


def read_people(value: str) -> list[Person]:
    """Everyone in an address header whose address can be written to; order kept."""
    value = unescape(value)
    try:
        pairs = getaddresses([value])
    except (IndexError, ValueError, TypeError, AttributeError):
        pairs = []
    people = [person for name, address in pairs if (person := _person(name, address))]
    if people or "@" not in value:
        return people
    # The library gives up on a whole header for one stray character; the addresses are still there.
    found: list[Person] = []
    last = 0
    for match in _ADDRESS.finditer(decode_words(value)):
        name = value[last : match.start()] if last == 0 else ""
        if person := _person(name.strip("<>[]\"' \t,;:"), match[0]):
            found.append(person)
        last = match.end()
    return found


@lru_cache(REMEMBERED)
def _people(value: str) -> tuple[Person, ...]:
    """Everyone in an address header that may come again: those of one mailbox are mostly the same."""
    return tuple(read_people(value))


def usable_address(address: str) -> str:
    """The address stripped, its domain in small letters; "" when nobody can be reached by it."""
    address = address.strip().strip("<>\"' ").rstrip(".,;")
    if not _ADDRESS.fullmatch(address):
        return ""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def read_ids(value: str) -> list[str]:
    """Message ids in a header or a text, without angle brackets, in order, each once."""
    found = _BRACKETED.findall(value)
    if not found:
        found = [word for word in value[:WORD_BYTES].split() if "@" in word]
    ids = (one_line(_SPACES.sub("", unescape(each)).strip("<>,;"), ID_LENGTH) for each in found)
    return list(dict.fromkeys(each for each in ids if each))


def read_date(value: str) -> datetime | None:
    """The instant a Date header names, in UTC; None when it names none between 1971 and 2100."""
    value = clean(value[:200])
    at: datetime | None = None
    try:
        parsed = parsedate_tz(value)
        if parsed:
            year, month, day, hour, minute, second = parsed[:6]
            offset = parsed[9] or 0
            if abs(offset) <= 24 * 3600:
                local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
                at = local - timedelta(seconds=offset)
        if at is None and (match := _ISO_DATE.search(value)):
            at = datetime.fromisoformat(match[0])
            at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return at if at and 1971 <= at.year <= 2100 else None


def _person(name: str, address: str) -> Person | None:
    usable = usable_address(address)
    if not usable:
        return None
    shown = one_line(decode_words(name[:WORD_BYTES]), NAME_LENGTH)
    if len(shown) > 1 and shown[0] == shown[-1] and shown[0] in "\"'":
        shown = shown[1:-1].strip()
    return Person(usable, "" if shown.lower() == usable.lower() else shown)


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return _HEX.sub(lambda match: bytes([int(match[1], 16)]), raw.replace(b"_", b" "))
    data = _NOT_BASE64.sub(b"", raw)
    try:
        return binascii.a2b_base64(data[: len(data) - (len(data) % 4 == 1)] + b"=" * (-len(data) % 4))
    except binascii.Error:
        return raw


@lru_cache(REMEMBERED)
def _known_param(value: str, name: str) -> str:
    """A parameter of a header that may come again, as most messages have one of a few types."""
    return _param(value, name)


def _param(value: str, name: str) -> str:
    holder = Message()
    holder["Content-Type"] = value
    try:
        found = holder.get_param(name)
    except (ValueError, IndexError, LookupError, TypeError):
        return ""
    if isinstance(found, tuple):
        charset, _, text = found
        return decode_text(text.encode("latin-1", "replace"), charset or "")
    return decode_words(found.strip()) if isinstance(found, str) else ""
