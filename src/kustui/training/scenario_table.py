"""One table of a scenario's file, read key by key: whatever is wrong is noted, and reading goes on."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kustui.training.cast import ago
from kustui.training.scenario import Fault, Span

LONGEST_TEXT = 100_000
MOST_WORDS = 200
MOST_TABLES = 200
MOST_ODD = 20
LONGEST_KEY = 40
"""So much of what a file holds is looked at, and of its odd keys so many are named, however large it is."""
_LENGTH = re.compile(r"\d{1,5}[smhd](?: \d{1,5}[smhd]){0,3}")
_NAMED = {
    str: "text in quotes",
    int: "a whole number",
    bool: "true or false",
    dict: "a table",
    list: "a list",
}


class Table:
    """A table `raw` that stands at `where`; what is wrong with it is added to `faults`."""

    def __init__(self, raw: Mapping[str, Any], where: str, faults: list[Fault]) -> None:
        self.raw = raw
        self.where = where
        self.faults = faults
        self._read: set[str] = set()

    def fault(self, words: str) -> None:
        """Note that something is wrong here."""
        self.faults.append(Fault(self.where or "the file", words))

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *_: object) -> None:
        """Note every key that nobody asked for."""
        odd = [key for key in self.raw if key not in self._read]
        for key in odd[:MOST_ODD]:
            if len(key) <= LONGEST_KEY:
                near = difflib.get_close_matches(key, self._read, 1)
                self.fault(f"there is no {key!r} here" + (f"; did you mean {near[0]!r}?" if near else ""))
            else:
                self.fault(f"there is no key {key!r} here")

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        self._read.add(key)
        return key in self.raw

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there, and hold something."""
        found = str(self._of(str, key, default))
        if default is None and key in self.raw and isinstance(self.raw[key], str) and not found.strip():
            self.fault(f"{key!r} is empty")
        if len(found) > LONGEST_TEXT:
            self.fault(f"{key!r} is longer than {LONGEST_TEXT:,} characters")
        return found

    def texts(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """One text, or several of which one is drawn."""
        if isinstance(self.raw.get(key), str):
            return (self.text(key),)
        return self.words(key, needed=needed)

    def words(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """A list of texts, none of them empty."""
        found = self._of(list, key, None if needed else [])
        if any(not isinstance(one, str) or not one.strip() for one in found):
            self.fault(f"{key!r} has to be a list of texts in quotes, none of them empty")
            found = [one for one in found if isinstance(one, str)]
        if needed and key in self.raw and not found:
            self.fault(f"{key!r} is empty")
        if len(found) > MOST_WORDS or any(len(one) > LONGEST_TEXT for one in found):
            self.fault(f"{key!r} has more than {MOST_WORDS}, or a text that is too long")
        return tuple(found)

    def number(self, key: str, default: int | None, low: int, high: int) -> int:
        """A whole number between two, both inclusive."""
        found = int(self._of(int, key, default))
        if key in self.raw and not low <= found <= high:
            self.fault(f"{key!r} is {found}; it has to be between {low} and {high:,}")
            return default or low
        return found

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        return bool(self._of(bool, key, default))

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """One of the words allowed."""
        found = str(self._of(str, key, default))
        if found not in allowed and isinstance(self.raw.get(key), str):
            self.fault(f"{key!r} is {found!r}; it has to be one of {', '.join(allowed)}")
        return found if found in allowed else default or allowed[0]

    def span(self, key: str, default: Span | None = None, *, needed: bool = False) -> Span | None:
        """A length of time, "12m", or one to be drawn between two, "10m..20m"."""
        if key not in self.raw and not needed:
            self._read.add(key)
            return default
        found = self._of(str, key, None)
        ends = [part.strip() for part in found.split("..")] if found else []
        if not found:
            return default
        if len(ends) > 2 or not all(_LENGTH.fullmatch(end) for end in ends):
            self.fault(f'{key!r} is {found!r}; write "90s", "12m", "1h 30m", or a range such as "10m..20m"')
            return default
        seconds = [int(ago(end).total_seconds()) for end in ends]
        if seconds[0] > seconds[-1]:
            self.fault(f"{key!r} is {found!r}, whose end is before its beginning")
            return default
        return Span(seconds[0], seconds[-1])

    def table(self, key: str) -> Table | None:
        """The table under a key; None without one."""
        found = self._of(dict, key, {})
        label = f"{self.where}, {key}" if self.where else key
        return Table(found, label, self.faults) if key in self.raw else None

    def tables(self, key: str, label: str = "") -> Iterable[Table]:
        """The tables of a list under a key; `label` is the key that names one in its place."""
        before = f"{self.where}, " if self.where else ""
        found = self._of(list, key, [])
        if len(found) > MOST_TABLES:
            self.fault(f"there are more than {MOST_TABLES} of {key!r}")
        for place, one in enumerate(found[:MOST_TABLES], 1):
            where = f"{before}{key} {place}"
            if not isinstance(one, dict):
                self.faults.append(Fault(where, f"it has to be a table: [[{key}]]"))
                continue
            name = one.get(label)
            if isinstance(name, list) and name:
                name = name[0]
            if isinstance(name, str):
                where += f' ("{name.partition("|")[0][:60]}")'
            yield Table(one, where, self.faults)

    def _of(self, kind: type, key: str, default: Any) -> Any:
        self._read.add(key)
        found = self.raw.get(key)
        if found is None:
            if default is None:
                self.fault(f"{key!r} is missing")
            return kind() if default is None else default
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            self.fault(f"{key!r} has to be {_NAMED[kind]}, not {found!r:.60}")
            return kind() if default is None else default
        return found
