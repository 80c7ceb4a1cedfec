"""Bytes of a message part made into text: charsets, mojibake, flowed lines.

What a sender declares is a hint, not a fact: declared charsets are wrong, misspelt or missing.
"""

from __future__ import annotations

import codecs
import re

from kustui.errors import MissingExtra

GUESS_BYTES = 16 * 1024
MOJIBAKE_LINE = 10_000
# From this many bytes beyond ASCII on, text that is valid UTF-8 is so by no accident.
SURE_BYTES = 12

# Names that mail uses for what Python calls otherwise; the wider sibling is taken where there is
# one, because senders declare the narrow name for text that needs the wide one.
_ALIASES = {
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252",
    "latin-1": "cp1252", "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "iso-8859-6-i": "iso-8859-6",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932",
    "windows-31j": "cp932", "cp943c": "cp932", "iso-2022-jp": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cn-gb": "gb18030",
    "gb_2312-80": "gb18030", "hz-gb-2312": "hz", "big5": "big5hkscs", "x-x-big5": "big5hkscs",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ks_c_5601-1989": "cp949", "euc-kr": "cp949",
    "x-windows-949": "cp949", "utf8": "utf-8", "utf-8mb4": "utf-8", "utf8mb4": "utf-8", "unicode": "utf-8",
    "unicode-1-1-utf-8": "utf-8", "unicode-1-1-utf-7": "utf-7", "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman", "x-macroman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic",
    "windows1252": "cp1252", "ansi": "cp1252", "x-ansi": "cp1252", "cp-850": "cp850",
}  # fmt: skip
_NAMES_NOTHING = frozenset(
    ("", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown", "x-unknown", "unknown-8bit", "x-user-defined",
     "8bit", "none", "default", "binary", "default_charset", "_charset_", "utf", "utf-8"),
)  # fmt: skip
# Codecs that read anything as letters, so that a strict decode proves nothing.
_TAKES_ALL = frozenset(("cp1252", "cp1254", "iso8859-15", "iso8859-2", "cp1250", "cp850", "mac-roman"))
_WESTERN = frozenset(
    ("cp1252", "cp1250", "cp1254", "cp1257", "cp1258", "latin_1", "iso8859_2", "iso8859_3", "iso8859_4",
     "iso8859_9",
     "iso8859_10", "iso8859_13", "iso8859_14", "iso8859_15", "iso8859_16", "mac_roman", "mac_latin2",
     "mac_iceland",
    "mac_turkish", "cp437", "cp775", "cp850", "cp852", "cp857", "cp858", "cp860", "cp861", "cp863", "cp865",
     "cp037", "cp500", "cp1026", "cp1140", "cp273", "hp_roman8", "ptcp154", "ascii")
)  # fmt: skip
# Not charsets of mail, and some of them take quadratic time.
_NEVER = frozenset(
    ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "unicode-escape")
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_FLOW_QUOTE = re.compile(r"(>*)( ?)(.*)", re.DOTALL)


def decode_text(raw: bytes, declared: str) -> str:
    """`raw` as text by the declared charset where that holds, else by the best guess; never raises.

    Raises MissingExtra when the bytes need guessing and the libraries for it are not installed.
    """
    if raw.isascii() and b"\x1b" not in raw and b"~{" not in raw:
        name = _codec(declared)
        if not name.startswith(("utf-16", "utf-32", "utf-7", "cp037", "cp500")):
            return raw.decode("ascii")
    return fix_mojibake(_decode(raw, declared))


def declared_in_html(raw: bytes) -> str:
    """The charset an HTML document's own head names; "" without."""
    match = _META.search(raw[:4096])
    return match[1].decode("ascii") if match else ""


def fix_mojibake(text: str) -> str:
    """`text` with the lines repaired that were clearly decoded by the wrong charset before."""
    if text.isascii():
        return text
    try:
        from ftfy import fix_encoding
        from ftfy.badness import is_bad
    except ImportError as error:
        raise MissingExtra("Reading email", "email") from error
    if not is_bad(text[:MOJIBAKE_LINE]) and len(text) <= MOJIBAKE_LINE:
        return text
    lines = text.split("\n")
    return "\n".join(
        fix_encoding(line) if not line.isascii() and len(line) <= MOJIBAKE_LINE and is_bad(line) else line
        for line in lines
    )


def unflow(text: str, *, delsp: bool = False) -> str:
    """Text of `format=flowed` (RFC 3676) with its paragraphs on one line each.

    `delsp` says that the space before a soft break is no part of the text.
    """
    out: list[str] = []
    open_depth = -1
    paragraph: list[str] = []

    def close() -> None:
        nonlocal open_depth
        if open_depth >= 0:
            out.append((">" * open_depth + " " if open_depth else "") + "".join(paragraph))
            paragraph.clear()
            open_depth = -1

    for line in text.replace("\r\n", "\n").split("\n"):
        match = _FLOW_QUOTE.match(line)
        depth, words = (len(match[1]), match[3]) if match else (0, line)
        if depth != open_depth:
            close()
        flows = words.endswith(" ") and words != "-- "
        if words == "-- ":
            close()
        paragraph.append(words[:-1] if flows and delsp else words)
        open_depth = depth
        if not flows:
            close()
    close()
    return "\n".join(out)


def _codec(declared: str) -> str:
    label = declared.strip().strip("\"'").lower()[:40]
    if label in _NAMES_NOTHING:
        return ""
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
    except (LookupError, ValueError, TypeError):
        return ""
    return "" if name in _NEVER else name


def _decode(raw: bytes, declared: str) -> str:
    name = _codec(declared)
    if name and name not in _TAKES_ALL:
        if len(raw) >= SURE_BYTES and (text := _utf8_despite(raw, name)):
            return text
        try:
            return raw.decode(name)
        except (UnicodeError, LookupError, ValueError):
            pass
    # Text that happens to be valid UTF-8 with letters beyond ASCII is UTF-8, whatever was declared.
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # One broken or cut letter does not make a long text another charset.
        if not name and error.start > 0 and _mostly_utf8(raw):
            return raw.decode("utf-8-sig", "replace")
    if name in _TAKES_ALL:
        return raw.decode(name, "replace")
    return _guess(raw, name)


def _utf8_despite(raw: bytes, name: str) -> str:
    """Text that is UTF-8 although another charset of several bytes a letter is declared; "" if not.

    A relay that took the bytes for Latin-1 made each of them a letter: that is undone.
    """
    beyond = sum(1 for byte in raw[:GUESS_BYTES] if byte > 0x7F)
    if beyond < SURE_BYTES:
        return ""
    try:
        text = raw.decode("utf-8")
        if max(text) > "\xff":
            return text
        undone = text.encode("latin-1").decode(name, "replace")
    except (UnicodeError, LookupError, ValueError):
        return ""
    return undone if undone.count("\ufffd") * 10 <= len(undone) else ""


def _mostly_utf8(raw: bytes) -> bool:
    sample = raw[:GUESS_BYTES].decode("utf-8", "replace")
    bad = sample.count("\ufffd")
    letters = sum(1 for ch in sample if ch > "\x7f")
    return letters > 10 * bad


def _guess(raw: bytes, name: str) -> str:
    try:
        from charset_normalizer import from_bytes
    except ImportError as error:
        raise MissingExtra("Reading email", "email") from error
    # A declared charset that failed on one broken letter is still the best guess.
    if name:
        text = raw.decode(name, "replace")
        if text[:GUESS_BYTES].count("\ufffd") * 20 <= len(text[:GUESS_BYTES]):
            return text
    sample = raw[:GUESS_BYTES]
    best = from_bytes(sample).best() if len(sample) >= 64 else None
    # The western charsets cannot be told apart by a few words: the commonest is taken.
    if best is not None and best.encoding not in _WESTERN:
        try:
            return raw.decode(best.encoding, "replace")
        except (LookupError, ValueError):
            pass
    return raw.decode("cp1252", "replace")
