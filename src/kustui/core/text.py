"""Words from outside made safe to show, once, at the door.

A terminal obeys what it is sent: a customer's text may hold escape sequences, bidi overrides or
fifty thousand accents on one letter. `clean` is applied to every word that comes in, before it is
stored for showing; the bytes as they came are kept beside it.
"""

from __future__ import annotations

import re
import unicodedata

from kustui.core.pattern import Pattern

SHOWN_BYTES = 64 * 1024
SHOWN_LINES = 2_000
MARKS_PER_LETTER = 4
JOINS_PER_CLUSTER = 8

_SUSPECT = Pattern(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e00ff]"
)
_LONE = Pattern("[\ud800-\udfff]")
_BREAKS = Pattern("\r\n|\r|\x85|\u2028|\u2029|\x0b|\x0c")
_MARK_RUN = Pattern("[\u0300-\U0010ffff]{5,}")
_JOINS = Pattern(f"((?:\u200d[^\u200d]){{{JOINS_PER_CLUSTER}}})(?:\u200d[^\u200d])+")
_SPACE = Pattern(r"\s+")
_NOT_IN_NAMES = Pattern(r"[^\w. ()+,=@-]+")


def clean(text: str) -> str:
    """`text` with nothing in it that a terminal would obey or choke on; lines end in LF.

    C0 controls become their pictures, C1, bidi controls and lone surrogates become U+FFFD,
    invisible characters go, tabs become spaces, at most four marks stay on a letter. Words in any
    script, emoji and right-to-left text stay as they are. Doing it twice changes nothing.
    """
    if _SUSPECT.it.search(text):
        text = _SUSPECT.it.sub(_replace, _BREAKS.it.sub("\n", text))
    if not text.isascii():
        text = _MARK_RUN.it.sub(_fewer_marks, text)
        if "\u200d" in text:
            text = _JOINS.it.sub(r"\1", text)
    return text


def storable(text: str) -> str:
    """`text` with U+FFFD for lone surrogates, which a store cannot keep; all else stays as it was typed."""
    return _LONE.it.sub("\ufffd", text)


def one_line(text: str, limit: int = 200) -> str:
    """`text` cleaned, on one line, at most `limit` code points: for lists, titles and subjects."""
    # Most words are plain, and seeing that takes a tenth of cleaning them.
    if len(text) <= limit and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    if len(text) > 4 * limit:
        text = text[: 4 * limit]
    line = _SPACE.it.sub(" ", clean(text)).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def shown(text: str) -> tuple[str, int]:
    """What of a body is shown, and how many code points are left for the pager.

    A body is shown up to 64 KB of UTF-8 or 2,000 lines, whichever comes first.
    """
    head = text
    if len(head) * 4 > SHOWN_BYTES:
        raw = head[:SHOWN_BYTES].encode("utf-8", "replace")
        if len(raw) > SHOWN_BYTES or len(head) > SHOWN_BYTES:
            head = raw[:SHOWN_BYTES].decode("utf-8", "ignore")
    if head.count("\n") >= SHOWN_LINES:
        head = "\n".join(head.split("\n", SHOWN_LINES)[:SHOWN_LINES])
    return head, len(text) - len(head)


def file_name(name: str) -> str:
    """A name that is safe to show and to save under: no folders, no leading dot or dash, 100 bytes."""
    base = re.split(r"[/\\]", clean(name).replace("\n", " "))[-1]
    base = _NOT_IN_NAMES.it.sub("_", base).strip(" .-_") or "file"
    stem, dot, extension = base.rpartition(".")
    if not dot or len(extension) > 10:
        stem, dot, extension = base, "", ""
    room = 100 - len((dot + extension).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + dot + extension


def excerpt(body: str, limit: int = 120) -> str:
    """The first words of a body, for a list."""
    return one_line(body.lstrip()[: 4 * limit], limit)


def _replace(match: re.Match[str]) -> str:
    ch = match[0]
    code = ord(ch)
    if ch == "\t":
        return "    "
    if ch == "\n":
        return ch
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code in (0x200B, 0xFEFF, 0x2060) or code >= 0xE0000 or 0x2061 <= code <= 0x2065:
        return ""
    return "\ufffd"


def _fewer_marks(match: re.Match[str]) -> str:
    run = match[0]
    kept: list[str] = []
    marks = 0
    for ch in run:
        if unicodedata.category(ch) in ("Mn", "Me"):
            marks += 1
            if marks > MARKS_PER_LETTER:
                continue
        else:
            marks = 0
        kept.append(ch)
    return run if len(kept) == len(run) else "".join(kept)
