"""The terminal's cursor and colours, and the fewest bytes that bring them where they are wanted."""

from __future__ import annotations

from functools import lru_cache

from kustui.ui.terminal.cells import PLAIN, SEEN_ON_BLANKS, Code, blank_code
from kustui.ui.terminal.joined import joined

# Blank cells inside a row from which erasing is shorter than writing spaces.
INNER_BLANKS = 12

# What switches each attribute off. Bold and dim, and the two underlines, go off together.
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "8": "28", "9": "29", "21": "24", "53": "55"}


class Pen:
    """Where the terminal's cursor stands and in which colours it writes; at first neither is known.

    Both are remembered from frame to frame, so that what goes on where it left off costs nothing.
    """

    def __init__(self, *, erases: bool) -> None:
        self.erases = erases
        self.out: list[str] = []
        self.code: Code | None = None
        self.x = self.y = -1

    def taken(self) -> str:
        """What there is to write; the next frame begins anew."""
        written = "".join(self.out)
        self.out.clear()
        return written

    def move(self, y: int, x: int) -> None:
        """Go to a row and a column."""
        if self.y == y and self.x == x:
            return
        # Not longer than any other way, except for those below.
        way = f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"
        if self.y == y and self.x >= 0:
            by = x - self.x
            count = abs(by) if abs(by) > 1 else ""
            beside = f"\x1b[{count}{'C' if by > 0 else 'D'}"
            way = beside if len(beside) < len(way) else way
        elif self.y == y - 1 and x == 0 and self.y >= 0:
            way = "\r\n"
        self.out.append(way)
        self.y, self.x = y, x

    def lost(self) -> None:
        """The cursor is in the margin or where only the terminal knows."""
        self.x = self.y = -1

    def use(self, code: Code, *, blank: bool = False) -> None:
        """Write in the colours of `code` from here on; of blanks only what shows on them matters."""
        if self.code is None:
            self.out.append("\x1b[m")
            self.code = PLAIN
        if blank and not self.code[3] and SEEN_ON_BLANKS.isdisjoint(self.code[0].split(";")):
            # Only the background matters, so the rest stays as it is for what follows.
            code = code if blank_code(code) is code and code[0] else (*self.code[:2], code[2], "")
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

    def erase_to_end(self, code: Code) -> None:
        """Erase the rest of the row with a background."""
        self.use(code, blank=True)
        self.out.append("\x1b[K")

    def lift(self) -> None:
        """Leave the terminal with no colours and no link."""
        if self.code is not None and self.code != PLAIN:
            self.out.append("\x1b[m" + ("\x1b]8;;\x1b\\" if self.code[3] else ""))
            self.code = PLAIN

    def close_link(self) -> None:
        """Leave the terminal with no link: what it shows by itself is none of it."""
        if self.code is not None and self.code[3]:
            self.lift()


@lru_cache(maxsize=16384)
def _change(old: Code, new: Code) -> str:
    """The shortest way from one code to another."""
    link = "" if old[3] == new[3] else f"\x1b]8;;{new[3]}\x1b\\"
    if old[:3] == new[:3]:
        return link
    had, has = set(filter(None, old[0].split(";"))), set(filter(None, new[0].split(";")))
    off = {_OFF[number] for number in had - has}
    on = sorted(has - {number for number in had if _OFF[number] not in off})
    parts = [*sorted(off), *on, *(b for a, b in zip(old[1:3], new[1:3], strict=True) if a != b)]
    short = ";".join(parts)
    anew = ";".join(
        ["0", *filter(None, (new[0], new[1] if new[1] != "39" else "", new[2] if new[2] != "49" else ""))]
    )
    return f"{link}\x1b[{short if len(short) < len(anew) else anew if anew != '0' else ''}m"
