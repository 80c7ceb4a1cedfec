"""How the command answers: readable lines, or one JSON document."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any, TextIO

from kustui.core.text import clean


class Output:
    """Writes to standard output, as lines for people or as JSON for programs.

    Lines are cleaned on the way: a terminal obeys what it is sent.
    """

    def __init__(
        self, *, as_json: bool, stream: TextIO | None = None, trial: bool = False, together: bool = False
    ) -> None:
        """`trial` says that nothing was changed; `together` keeps what several things answer, in JSON as one
        array, until `end` writes it.
        """
        self.as_json = as_json
        self._trial = trial
        self._together: list[Mapping[str, Any]] | None = [] if together and as_json else None
        self._kept: list[tuple[str, bool]] | None = [] if together else None
        self._stream = stream or sys.stdout

    def line(self, text: str = "") -> None:
        """One line (or several) for people; nothing in JSON mode."""
        if self._kept is not None:
            self._kept.append((text, False))
        elif not self.as_json:
            self._write(clean(text))

    def refused(self, number: int, why: str) -> None:
        """One of several that was refused: said on standard error, and in JSON among the others."""
        if self._kept is not None:
            # Not every refusal names what it is about, which is plain where there is only one.
            named = str(number) in re.findall(r"\d+", why)
            self._kept.append((why if named else f"#{number}: {why}", True))
        if self._together is not None:
            self._together.append(
                {"id": number, "refused": why, **({"dry_run": True} if self._trial else {})}
            )

    def items(self, items: Iterable[Mapping[str, Any]], lines: Iterable[str], *, empty: str) -> None:
        """A list: one JSON array, or its lines, or a word when it is empty."""
        if self.as_json:
            self._write(json.dumps(list(items), ensure_ascii=True, default=plain, indent=1))
            return
        shown = False
        for line in lines:
            self.line(line)
            shown = True
        if not shown:
            self.line(empty)

    def item(self, item: Mapping[str, Any], *lines: str) -> None:
        """One thing: a JSON object, or its lines."""
        if self._trial:
            item, lines = (
                {**item, "dry_run": True},
                (f"Nothing is changed, this would be: {lines[0]}", *lines[1:]),
            )
        if self._together is not None:
            self._together.append(item)
            return
        if self.as_json:
            self._write(json.dumps(item, ensure_ascii=True, default=plain, indent=1))
            return
        for line in lines:
            self.line(line)

    def end(self) -> None:
        """Write what was to be written together."""
        kept, self._kept = self._kept or [], None
        for text, is_refusal in kept:
            if is_refusal:
                print(f"kustui: {clean(text)}", file=sys.stderr)
            else:
                self.line(text)
        if self._together is not None:
            self._write(json.dumps(self._together, ensure_ascii=True, default=plain, indent=1))

    def _write(self, text: str) -> None:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        print(text.encode(encoding, "replace").decode(encoding), file=self._stream)


def fit(text: str, width: int) -> str:
    """`text` cut or filled up to `width` cells: an East Asian sign takes two, a mark none."""
    kept, cells = "", 0
    for ch in text:
        step = 0 if unicodedata.combining(ch) else 1 + (unicodedata.east_asian_width(ch) in "WF")
        if cells + step > width:
            break
        kept, cells = kept + ch, cells + step
    return kept + " " * (width - cells)


def plain(value: Any) -> Any:
    """What JSON cannot hold, as it can: instants as ISO 8601 with their offset, records as objects."""
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    return str(value)
