"""What a terminal shows, cell by cell, and the least to write for it to show something else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from kustui.ui.terminal.colours import ansi
from kustui.ui.terminal.joined import disputed, few_marks, joined
from kustui.ui.wrap import single

# Unchanged cells that are cheaper to write again than to jump over.
GAP = 5
# Blank cells from which erasing is shorter than writing spaces: to the end of the row, and elsewhere.
BLANKS = 5
INNER_BLANKS = 12

Code = tuple[str, str, str, str]
PLAIN: Code = ("", "39", "49", "")

# What switches each attribute on and off. Blinking is left out: nothing here blinks.
_ATTRIBUTES = {
    "bold": "1", "dim": "2", "italic": "3", "underline": "4", "reverse": "7", "conceal": "8", "strike": "9",
    "underline2": "21", "overline": "53",
}  # fmt: skip
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "8": "28", "9": "29", "21": "24", "53": "55"}
# These show on a blank cell too.
_SEEN_ON_BLANKS = frozenset(["4", "7", "9", "21", "53"])

# A terminal obeys these, or shows the rest of the line in another order; a lone surrogate cannot be written.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(text: str) -> str:
    """`text` without control characters: they take no cell, so its width stays; a surrogate takes one."""
    return _OBEYED.sub(lambda match: "\ufffd" if match[0] >= "\ud800" else "", text)


class Picture:
    """The cells a terminal of a certain size shows; at first it is not known what.

    `erases` says that the terminal erases with the background colour in use (terminfo's bce).
    """

    def __init__(self, width: int, height: int, *, erases: bool = True) -> None:
        self.width = width
        self.height = height
        self.erases = erases
        self._rows: list[tuple[list[str], list[Code | None]]] = [
            ([""] * width, [None] * width) for _ in range(height)
        ]
        # Per row: column -> (cells, segments) of what was painted there last, as a quick answer.
        self._painted: list[dict[int, tuple[int, list[Segment]]]] = [{} for _ in range(height)]
        self._cursor = (-1, -1)

    def changes(
        self, pieces: Iterable[tuple[int, int, Strip]], colors: ColorSystem, cursor: tuple[int, int]
    ) -> str:
        """What to write to show `pieces` (row, column, strip), leaving the cursor at (column, row)."""
        pen = _Pen(erases=self.erases)
        for y, x, strip in pieces:
            if 0 <= y < self.height and 0 <= x < self.width:
                self._piece(pen, y, x, list(strip), colors)
        if not pen.out and cursor == self._cursor:
            return ""
        self._cursor = cursor
        pen.lift()
        pen.out.append(f"\x1b[{cursor[1] + 1};{cursor[0] + 1}H" if any(cursor) else "\x1b[H")
        return "".join(pen.out)

    def _piece(self, pen: _Pen, y: int, x: int, segments: list[Segment], colors: ColorSystem) -> None:
        painted = self._painted[y]
        known = painted.get(x)
        if known is not None and known[1] == segments:
            return
        chars, codes = _cells(segments, colors)
        del chars[self.width - x :], codes[self.width - x :]
        count = len(chars)
        if known is None or known[0] != count:
            for at in [at for at, (n, _) in painted.items() if at < x + count and x < at + n]:
                del painted[at]
        painted[x] = (count, segments)
        row_chars, row_codes = self._rows[y]
        old_chars, old_codes = row_chars[x : x + count], row_codes[x : x + count]
        if old_chars == chars and old_codes == codes:
            return
        row_chars[x : x + count] = chars
        row_codes[x : x + count] = codes
        if disputed(chars) or (old_codes[0] is not None and disputed(old_chars)):
            # Terminals disagree on wide and joined characters, so nothing around one is left as it was.
            pen.move(y, x)
            pen.wide(chars, codes, x)
            return
        for begin, end in _runs(old_chars, chars, old_codes, codes):
            pen.move(y, x + begin)
            stop = end
            if self.erases and x + end == self.width:
                stop = _blank_from(chars, codes, begin, end)
            pen.text(chars, codes, begin, stop)
            if stop < end:
                pen.move(y, x + stop)
                pen.use(codes[stop], blank=True)
                pen.out.append("\x1b[K")
            if pen.x >= self.width:
                pen.lost()


class _Pen:
    """Where the terminal's cursor stands and in which colours it writes."""

    def __init__(self, *, erases: bool) -> None:
        self.erases = erases
        self.out: list[str] = []
        self.code = PLAIN
        self.x = self.y = -1

    def move(self, y: int, x: int) -> None:
        if self.y == y and self.x == x:
            return
        if self.y == y and 0 <= self.x < x:
            self.out.append(f"\x1b[{x - self.x}C" if x - self.x > 1 else "\x1b[C")
        elif self.y == y - 1 and x == 0 and self.y >= 0:
            self.out.append("\r\n")
        else:
            self.out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        self.y, self.x = y, x

    def lost(self) -> None:
        """The cursor is in the margin or where only the terminal knows."""
        self.x = self.y = -1

    def use(self, code: Code, *, blank: bool = False) -> None:
        if blank and not self.code[3] and _SEEN_ON_BLANKS.isdisjoint(self.code[0].split(";")):
            # Only the background matters, so the rest stays as it is for what follows.
            code = code if _blank(code) is code and code[0] else (*self.code[:2], code[2], "")
        if code != self.code:
            self.out.append(_change(self.code, code))
            self.code = code

    def text(self, chars: list[str], codes: list[Code], begin: int, end: int) -> None:
        """Write cells `begin` to `end`, each one cell wide."""
        erased = 0
        while begin < end:
            code = codes[begin]
            stop = begin + 1
            while stop < end and codes[stop] is code:
                stop += 1
            last = stop
            while last > begin and chars[last - 1] == " ":
                last -= 1
            if erased:
                self.out.append(f"\x1b[{erased}C")
                self.x += erased
            erased = stop - last if self.erases and not code[0] and stop - last >= INNER_BLANKS else 0
            if not erased:
                last = stop
            self.use(code, blank=not "".join(chars[begin:stop]).strip(" "))
            self.out.append("".join(chars[begin:last]))
            self.x += last - begin
            if erased:
                # The cursor stays before what is erased and moves on only if more follows.
                self.out.append(f"\x1b[{erased}X")
            begin = stop

    def wide(self, chars: list[str], codes: list[Code], x: int) -> None:
        """Write all cells of a piece that begins in column `x`, some of them wide or joined."""
        at, end = 0, len(chars)
        while at < end:
            last, stop = joined(chars, at)
            if stop:
                # A terminal may take of the blanks after joined letters what it likes for them.
                self.blank(codes, at, stop)
                self.out.append(f"\x1b[{x + at + 1}G")
                for char, code in zip(chars[at:last], codes[at:last], strict=True):
                    self.use(code)
                    self.out.append(char)
                self.out.append(f"\x1b[{x + stop + 1}G")
                at = stop
                continue
            stop = at + 1
            while stop < end and not chars[stop]:
                stop += 1
            self.use(codes[at])
            if not chars[at]:
                self.out.append(" ")
            elif len(chars[at]) > 1 or chars[at] > "\U0001f000":
                # Emoji and joined characters: blank their cells, then go on where we count them to end.
                blank = " " * (stop - at)
                self.out.append(f"{blank}\x1b[{x + at + 1}G{chars[at]}\x1b[{x + stop + 1}G")
            else:
                self.out.append(chars[at])
            at = stop
        self.lost()

    def blank(self, codes: list[Code], begin: int, end: int) -> None:
        """Write spaces over cells `begin` to `end`."""
        for code in codes[begin:end]:
            self.use(code, blank=True)
            self.out.append(" ")

    def lift(self) -> None:
        """Leave the terminal with no colours and no link."""
        if self.code != PLAIN:
            self.out.append("\x1b[m" + ("\x1b]8;;\x1b\\" if self.code[3] else ""))
            self.code = PLAIN


def _cells(segments: list[Segment], colors: ColorSystem) -> tuple[list[str], list[Code]]:
    """Characters and code of every cell; the second cell of a wide character is empty."""
    chars: list[str] = []
    codes: list[Code] = []
    for text, style, control in segments:
        if control:
            continue
        if _OBEYED.search(text):
            text = harmless(text)
        code = _code(style, colors)
        if single(text):
            if text.isspace():
                code = _blank(code)
            chars += text
            codes += [code] * len(text)
            continue
        before = len(chars)
        for start, stop, width in split_graphemes(text)[0]:
            if width:
                chars.append(few_marks(text[start:stop]))
                chars += [""] * (width - 1)
            elif len(chars) > before:
                at = -1 if chars[-1] else -2
                chars[at] = few_marks(chars[at] + text[start:stop])
        codes += [code] * (len(chars) - before)
    return chars, codes


def _runs(
    old_chars: list[str], chars: list[str], old_codes: list[Code | None], codes: list[Code]
) -> list[list[int]]:
    """Begin and end of each stretch of cells that differ, near ones joined."""
    runs: list[list[int]] = []
    both = zip(old_chars, chars, old_codes, codes, strict=True)
    for at, (old_char, char, old_code, code) in enumerate(both):
        if old_char != char or old_code != code:
            if runs and at - runs[-1][1] <= GAP:
                runs[-1][1] = at + 1
            else:
                runs.append([at, at + 1])
    return runs


def _blank_from(chars: list[str], codes: list[Code], begin: int, end: int) -> int:
    """From which cell on the row can be erased instead of written, or `end`."""
    code = codes[end - 1]
    if code[0] or code[3]:
        return end
    at = end
    while at > begin and chars[at - 1] == " " and codes[at - 1] == code:
        at -= 1
    return at if end - at >= BLANKS else end


@lru_cache(maxsize=8192)
def _code(style: Style | None, colors: ColorSystem) -> Code:
    """Attributes, foreground, background and link of a style."""
    if style is None:
        return PLAIN
    return (
        ";".join(number for name, number in _ATTRIBUTES.items() if getattr(style, name)),
        ansi(style.color, colors, foreground=True) if style.color else "39",
        ansi(style.bgcolor, colors, foreground=False) if style.bgcolor else "49",
        harmless(style.link or ""),
    )


@lru_cache(maxsize=16384)
def _change(old: Code, new: Code) -> str:
    """The shortest way from one code to another."""
    link = "" if old[3] == new[3] else f"\x1b]8;;{new[3]}\x1b\\"
    if old[:3] == new[:3]:
        return link
    had, has = set(filter(None, old[0].split(";"))), set(filter(None, new[0].split(";")))
    # Bold and dim, and the two underlines, are switched off together.
    off = {_OFF[number] for number in had - has}
    on = sorted(has - {number for number in had if _OFF[number] not in off})
    parts = [*sorted(off), *on, *(b for a, b in zip(old[1:3], new[1:3], strict=True) if a != b)]
    short = ";".join(parts)
    anew = ";".join(
        ["0", *filter(None, (new[0], new[1] if new[1] != "39" else "", new[2] if new[2] != "49" else ""))]
    )
    return f"{link}\x1b[{short if len(short) < len(anew) else anew if anew != '0' else ''}m"


@lru_cache(maxsize=4096)
def _blank(code: Code) -> Code:
    """The code of a blank cell: its foreground does not matter."""
    seen = code[3] or not _SEEN_ON_BLANKS.isdisjoint(code[0].split(";"))
    return code if seen else ("", "39", code[2], "")
