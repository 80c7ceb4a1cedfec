"""Word wrap by terminal cells: fast where every character is one cell wide, right everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category

from rich.cells import cell_len, split_graphemes

# Latin, Greek, Cyrillic, punctuation without joiners, arrows, boxes: a cell for each code point.
single = re.compile(
    "[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2190-\u21ff"
    "\u2500-\u25fc]*"
).fullmatch

# Scripts whose vowel signs may stand in a cell of their own.
_indic = re.compile("[\u0900-\u1cff\ua800-\uabff]").search

# A word longer than this is split piece by piece, so that cutting it never builds one huge list.
_PIECE = 4096


def cells(text: str) -> int:
    """How many terminal cells `text` takes."""
    return len(text) if single(text) else cell_len(text)


def spread(text: str) -> int:
    """How many cells more than `cells` some terminals take: tmux gives the vowel signs of Hindi one each."""
    return sum(category(char) == "Mc" for char in text) if _indic(text) else 0


def wrap(text: str, width: int) -> list[str]:
    """The lines of `text`, none wider than `width` cells (but never narrower than 2).

    Lines break at a space, which is left out, and within a word only where the word is wider
    than a line. A wide character, or a letter with its marks, is never split.
    """
    width = max(2, width)
    out: list[str] = []
    for paragraph in text.split("\n"):
        if single(paragraph):
            __wrap_single(paragraph, width, out)
        else:
            _wrap_any(paragraph, width, out)
    return out


def fit(text: str, width: int) -> str:
    """`text` in exactly `width` cells: padded with spaces, or cut and ended with an ellipsis."""
    if width <= 0:
        return ""
    if single(text):
        if len(text) <= width:
            return text.ljust(width)
        return text[: width - 1] + "…"
    end = used = most = 0
    if len(text) <= 64 * width and (room := width - cell_len(text)) >= spread(text):
        fitted = text + " " * room
    else:
        for start, stop, size in _graphemes(text):
            most += size + spread(text[start:stop])
            if most > width - 1:
                break
            end, used = stop, used + size
        fitted = text[:end] + "…" + " " * (width - 1 - used)
    # A joiner at an edge swallows what follows it: then the joiners go.
    joined = "\u200d" in text and cell_len(fitted) != width
    return fit(text.replace("\u200d", ""), width) if joined else fitted


def __wrap_single(paragraph: str, width: int, out: list[str]) -> None:
    at, end = 0, len(paragraph)
    while end - at > width:
        space = paragraph.rfind(" ", at, at + width + 1)
        if space <= at:
            out.append(paragraph[at : at + width])
            at += width
        else:
            out.append(paragraph[at:space])
            at = space + 1
    out.append(paragraph[at:] if at else paragraph)


def _wrap_any(paragraph: str, width: int, out: list[str]) -> None:
    line: list[str] = []
    used = 0
    for word in paragraph.split(" "):
        size = len(word) if single(word) else cell_len(word) + spread(word)
        if line and used + 1 + size > width:
            # Scripts without spaces fill the line; a long Latin word starts on its own.
            if size > width and size > len(word) and used + 3 <= width:
                *full, rest = _cut(word, width - used - 1, width)
                if full:
                    out.append(" ".join([*line, full[0]]))
                    out.extend(full[1:])
                    line, used = [rest], cell_len(rest)
                    continue
            out.append(" ".join(line))
            line, used = [], 0
        if size > width:
            *full, word = _cut(word, width, width)
            out.extend(full)
            size = cell_len(word)
        used += size + bool(line)
        line.append(word)
    out.append(" ".join(line))


def _cut(word: str, first: int, width: int) -> list[str]:
    """`word` in pieces, the first at most `first` cells wide and the others `width`."""
    out: list[str] = []
    begin = used = 0
    room = first
    for start, _stop, size in _graphemes(word):
        if used + size > room:
            out.append(word[begin:start])
            begin, used, room = start, 0, width
        used += size
    out.append(word[begin:])
    return out


def _graphemes(text: str) -> Iterator[tuple[int, int, int]]:
    """Start, stop and width of each thing in `text` that cannot be split."""
    begin = 0
    while begin < len(text):
        spans, _width = split_graphemes(text[begin : begin + _PIECE])
        # The last one may go on beyond the piece, so it is split again with what follows.
        if begin + _PIECE < len(text) and len(spans) > 1:
            spans.pop()
        for start, stop, size in spans:
            yield begin + start, begin + stop, size
        begin += spans[-1][1]
