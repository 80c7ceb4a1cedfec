"""Markdown as it goes out where there is no formatting: SMS, chat and Facebook (SPEC C1)."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^`\n]*$")
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)(.+?)(?<!`)\1(?!`)")
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,500})\]\(<?([^\s()<>]{0,2000})>?(?:[ ]\"[^\"\n]{0,500}\")?\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\(<?([^\s()<>]{0,2000}(?:\([^\s()<>]{0,500}\)[^\s()<>]{0,500})?)>?"
                   r"(?:[ ]\"[^\"\n]{0,500}\")?\)")  # fmt: skip
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]{1,2000}|[^\s<>@]{1,128}@[^\s<>@]{1,253})>")
_URL = re.compile(r"https?://[^\s<>()\ue000\ue001]{1,2000}")
_HEADING = re.compile(r"^ {0,3}#{1,6} +(.*?)(?: +#+)? *$")
_STARS = re.compile(r"(?<![\\*\w])(\*{1,3})(?![\s*])([^\n]{1,2000}?)(?<![\s\\*])\1(?![*\w])")
_UNDERSCORES = re.compile(r"(?<![\\\w])(_{1,3})(?![\s_])([^\n]{1,2000}?)(?<![\s\\_])\1(?!\w)")
_STRUCK = re.compile(r"(?<![\\~])~~(?![\s~])([^\n]{1,2000}?)(?<![\s\\~])~~(?!~)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~>|<])")
_KEPT = "\ue000{}\ue001"
_KEPT_AT = re.compile("\ue000(\\d+)\ue001")


def plain(text: str) -> str:
    """Markdown as plain text: emphasis loses its signs, links become "words (address)".

    Lines, lists, quotes and code stay as they are written, and so do stars and underscores within
    words and sums ("2*3*4"). Standard library only, because the limit of a message counts what this gives.
    """
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and line.strip() == opening[1]:
                fence = ""
            else:
                lines.append(line)
        elif opening:
            fence = opening[1]
        else:
            lines.append(_line(line))
    return "\n".join(lines)


def _line(line: str) -> str:
    if not any(sign in line for sign in "*_`[<~#\\"):
        return line
    kept: list[str] = []

    def keep(words: str) -> str:
        kept.append(words)
        return _KEPT.format(len(kept) - 1)

    line = line.replace("\ue000", "").replace("\ue001", "")
    line = _CODE.sub(lambda found: keep(found[2]), line)
    line = _ESCAPED.sub(lambda found: keep(found[1]), line)
    line = _IMAGE.sub(lambda found: keep(_link(found[1], found[2])), line)
    line = _LINK.sub(lambda found: keep(_link(_emphasis(found[1]), found[2])), line)
    line = _AUTOLINK.sub(lambda found: keep(found[1].removeprefix("mailto:")), line)
    line = _URL.sub(lambda found: keep(found[0]), line)
    heading = _HEADING.match(line)
    line = _emphasis(heading[1] if heading else line)
    # A kept piece may hold another: code in the words of a link.
    for _ in range(3):
        line = _KEPT_AT.sub(lambda found: kept[int(found[1])], line)
    return line


def _emphasis(line: str) -> str:
    for pattern in (_STARS, _UNDERSCORES, _STARS):
        line = pattern.sub(r"\2", line)
    return _STRUCK.sub(r"\1", line)


def _link(words: str, target: str) -> str:
    if not target or target.startswith(("cid:", "data:")):
        return words
    shown = target.removeprefix("mailto:")
    return shown if not words or words in (target, shown) else f"{words} ({shown})"
