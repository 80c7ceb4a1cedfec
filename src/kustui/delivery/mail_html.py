"""HTML of an email made into text that reads well in a terminal; nothing is ever loaded.

Quotes (`blockquote`) become lines that start with ">", and the places where mail programs start
the quoted history are marked with `HISTORY`, so that plain and HTML mail are split by one rule.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import Any

from kustui.errors import MissingExtra

HTML_LENGTH = 1024 * 1024
HISTORY = "\ufdd2"
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_QUOTE_DEPTH = 20
_LINK_LENGTH = 2_000

_MARKS = re.compile(f"[\x00{_OPEN}{_CLOSE}{HISTORY}]")
_DATA_URI = re.compile(r"data:[^\"'\s>)]{200,}")
_BLANKS = re.compile(r"\n(?:[ \t\xa0]*\n){2,}")
_DROPPED = (
    "script",
    "style",
    "head",
    "title",
    "template",
    "svg",
    "object",
    "embed",
    "iframe",
    "applet",
    "math",
)
_BLOCKS = frozenset(
    ("p", "div", "table", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr")
)
_HISTORY_CLASSES = re.compile(
    r"\b(gmail_attr|moz-cite-prefix|moz-email-headers-table|OutlookMessageHeader|yahoo_quoted|"
    r"protonmail_quote|zmail_extra|tutanota_quote|mail_quote_prefix)\b"
)
_HISTORY_IDS = frozenset(
    ("divRplyFwdMsg", "mail-editor-reference-message-container", "reply-intro", "replySplit")
)
# Outlook draws a line above the headers of the message it quotes.
_OUTLOOK_LINE = re.compile(
    r"^border:\s*none;\s*border-top:\s*solid\s+(?:#|windowtext)[^;]*;\s*padding:\s*3", re.IGNORECASE
)


def html_to_text(html: str) -> str:
    """The readable text of an HTML document, lines ended by LF; never raises on odd HTML.

    Raises MissingExtra when lxml or inscriptis is not installed.
    """
    try:
        from lxml import etree  # type: ignore[import-untyped]
        from lxml import html as lxml_html
    except ImportError as error:
        raise MissingExtra("Reading email", "email") from error
    html = _DATA_URI.sub("", _MARKS.sub("", html))
    rest = len(html) - HTML_LENGTH
    html = html[:HTML_LENGTH]
    if not html.strip():
        return ""
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return _bare(html)
    if any("depth" in entry.message for entry in parser.error_log):
        # The parser drops what is nested more than 255 deep.
        return _bare(html)
    etree.strip_elements(tree, *_DROPPED, with_tail=False)
    try:
        _prepare(tree)
        text = _render(tree)
    except (RecursionError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        text = "\n".join(piece.strip() for piece in tree.itertext() if piece.strip())
    text = _quote(text)
    if rest > 0:
        text += f"\n\n[{rest:,} more characters of HTML were left out.]"
    return text


def _render(tree: Any) -> str:
    try:
        from inscriptis.html_engine import Inscriptis
    except ImportError as error:
        raise MissingExtra("Reading email", "email") from error
    return str(Inscriptis(tree, _config()).get_text())


@cache
def _config() -> Any:
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.model.config import ParserConfig

    return ParserConfig(css=CSS_PROFILES["strict"].copy())


def _prepare(tree: Any) -> None:
    """Turn what a terminal cannot show into words, in place."""
    for image in list(tree.iter("img")):
        alt = " ".join((image.get("alt") or "").split())[:200]
        if alt:
            image.tail = f"[{alt}]" + (image.tail or "")
    for link in list(tree.iter("a")):
        target = _target(link)
        if target:
            _append_text(link, f" ({target})")
    for table in list(tree.iter("table")):
        if not _is_data(table):
            _flatten(table)
    for element in list(tree.iter("div", "blockquote", "table", "hr", "span")):
        if _starts_history(element):
            mark = element.makeelement("span")
            mark.text = HISTORY
            mark.tail = element.text
            element.text = None
            element.insert(0, mark)
    for quote in list(tree.iter("blockquote")):
        opening, closing = quote.makeelement("div"), quote.makeelement("div")
        opening.text, closing.text = _OPEN, _CLOSE
        opening.tail, quote.text = quote.text, None
        quote.insert(0, opening)
        quote.append(closing)


def _target(link: Any) -> str:
    """Where a link leads, when its words do not already say so."""
    href = (link.get("href") or "").strip()[:_LINK_LENGTH]
    scheme, _, rest = href.partition(":")
    scheme = scheme.lower()
    if scheme not in ("http", "https", "mailto", "tel"):
        return ""
    words = " ".join("".join(link.itertext()).split())
    if not words:
        return ""
    if scheme in ("mailto", "tel"):
        address = rest.partition("?")[0]
        return "" if address.lower() in words.lower() else address
    bare = rest.strip("/").lower()
    return (
        ""
        if words.lower().partition("://")[2].strip("/") == bare or words.lower().strip("/") == bare
        else href
    )


def _append_text(element: Any, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "").rstrip() + text
    else:
        element.text = (element.text or "").rstrip() + text


def _is_data(table: Any) -> bool:
    """Whether a table holds figures rather than the layout of a page: small cells, several columns."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = list(table.iterdescendants("tr"))
    if len(rows) > 200 or not rows:
        return False
    columns = 0
    for row in rows:
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        columns = max(columns, len(cells))
        if len(cells) > 20 or any(len("".join(cell.itertext()).strip()) > 40 for cell in cells):
            return False
    return columns > 1


def _flatten(table: Any) -> None:
    """Make a layout table into blocks: aligned, its columns would cost width times height."""
    for element in list(table.iterdescendants("tr", "td", "th", "tbody", "thead", "tfoot")):
        if element.tag in ("td", "th"):
            blocks = any(child.tag in _BLOCKS for child in element.iterdescendants())
            element.tag = "div" if blocks else "span"
            if not blocks:
                _append_text(element, "  ")
        else:
            element.tag = "div"
    table.tag = "div"


def _starts_history(element: Any) -> bool:
    if (element.get("id") or "") in _HISTORY_IDS:
        return True
    if _HISTORY_CLASSES.search((element.get("class") or "")[:300]):
        return True
    return element.tag == "div" and bool(_OUTLOOK_LINE.match((element.get("style") or "")[:300].strip()))


def _quote(text: str) -> str:
    """Put ">" before the lines between the marks of a quote."""
    if _OPEN in text or _CLOSE in text:
        out: list[str] = []
        depth = 0
        for line in text.split("\n"):
            mark = line.strip()
            if mark == _OPEN:
                depth += 1
            elif mark == _CLOSE:
                depth = max(0, depth - 1)
            elif depth:
                words = line.strip()
                out.append((">" * min(depth, _QUOTE_DEPTH) + " " + words).rstrip())
            else:
                out.append(line)
        text = "\n".join(out)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANKS.sub("\n\n", re.sub(f"[{_OPEN}{_CLOSE}]", "", text)).strip("\n")


def _bare(html: str) -> str:
    """The text between the tags, for HTML that no parser takes."""
    pieces = (unescape(piece).strip() for piece in re.split(r"<[^<>]{0,2000}>", html))
    return "\n".join(piece for piece in pieces if piece)
