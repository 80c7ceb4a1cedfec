"""What a terminal shows, cell by cell, and the least to write for it to show something else."""

from __future__ import annotations

from collections.abc import Iterable

from rich.color import ColorSystem
from rich.segment import Segment
from textual.strip import Strip

from kustui.ui.terminal.cells import PLAIN, Code, cells
from kustui.ui.terminal.joined import disputed
from kustui.ui.terminal.pen import Pen

# Unchanged cells that are cheaper to write again than to jump over.
GAP = 5
# Blank cells up to the end of a row from which erasing is shorter than writing spaces.
BLANKS = 5


class Picture:
    """The cells a terminal of a certain size shows, and those it is to show; at first it is not known what.

    What is painted waits until `changes` is asked for: what was painted over in between is never written.
    `erases` says that the terminal erases with the background colour in use (terminfo's bce), `keeps` that
    its colours may stay as they are after a frame: whoever leaves the terminal then lifts them.
    """

    def __init__(self, width: int, height: int, *, erases: bool = True, keeps: bool = False) -> None:
        self.width = width
        self.height = height
        self.erases = erases
        self.keeps = keeps
        self._pen = Pen(erases=erases)
        self._shown: list[tuple[list[str], list[Code | None]]] = [
            ([""] * width, [None] * width) for _ in range(height)
        ]
        self._wanted = [([""] * width, [PLAIN] * width) for _ in range(height)]
        # Per row: column -> (cells, segments) of what was painted there last, as a quick answer.
        self._painted: list[dict[int, tuple[int, list[Segment]]]] = [{} for _ in range(height)]
        # Per row: column -> cells of what was painted and is not written.
        self._due: dict[int, dict[int, int]] = {}

    def paint(self, pieces: Iterable[tuple[int, int, Strip]], colors: ColorSystem) -> None:
        """Show `pieces` (row, column, strip) with the next changes."""
        for y, x, strip in pieces:
            if 0 <= y < self.height and 0 <= x < self.width:
                self._piece(y, x, list(strip), colors)

    def changes(self, cursor: tuple[int, int] | None = None) -> str:
        """What to write to show all that was painted; then the cursor is at (column, row), if it matters."""
        pen = self._pen
        for y in sorted(self._due):
            for x, count in sorted(self._due[y].items()):
                self._write(pen, y, x, count)
        self._due.clear()
        if cursor is not None:
            pen.move(cursor[1], cursor[0])
        if not self.keeps:
            pen.lift()
        pen.close_link()
        return pen.taken()

    def _piece(self, y: int, x: int, segments: list[Segment], colors: ColorSystem) -> None:
        painted = self._painted[y]
        known = painted.get(x)
        if known is not None and known[1] == segments:
            return
        chars, codes = cells(segments, colors)
        del chars[self.width - x :], codes[self.width - x :]
        count = len(chars)
        if known is None or known[0] != count:
            for at in [at for at, (n, _) in painted.items() if at < x + count and x < at + n]:
                del painted[at]
        painted[x] = (count, segments)
        row_chars, row_codes = self._wanted[y]
        if row_chars[x : x + count] == chars and row_codes[x : x + count] == codes:
            return
        row_chars[x : x + count] = chars
        row_codes[x : x + count] = codes
        due = self._due.setdefault(y, {})
        due[x] = max(count, due.get(x, 0))

    def _write(self, pen: Pen, y: int, x: int, count: int) -> None:
        span = slice(x, x + count)
        chars, codes = self._wanted[y][0][span], self._wanted[y][1][span]
        old_chars, old_codes = self._shown[y][0][span], self._shown[y][1][span]
        if old_chars == chars and old_codes == codes:
            return
        self._shown[y][0][span] = chars
        self._shown[y][1][span] = codes
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
                pen.erase_to_end(codes[stop])
            if pen.x >= self.width:
                pen.lost()


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
