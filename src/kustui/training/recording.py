"""A recorded shift as a file: a head, then a line for each instant at which something was done (SPEC G3).

The head says what the shift was. Each line holds the instant, what was done in words, and the rows as
they were left, so that a replay needs no program but one that knows the tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from kustui.core.shift import YEARS
from kustui.desk.shifts import Entry
from kustui.errors import NotFound, Refused

FORMAT = "kustui shift"
VERSION = 1
PLACE = ("host", "path", "file")
"""Columns that say where a workspace is at home."""
PROGRAMS = ("program", "owner")
"""Columns that name a program."""
LARGEST = 1_000_000_000


def write(facts: Mapping[str, Any], entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of a recording. Where the shift was kept, and which program it was, is left out."""
    programs: dict[str, str] = {}
    head = {key: facts[key] for key in sorted(facts) if key != "source"}
    yield json.dumps({"format": FORMAT, "version": VERSION, **head}, ensure_ascii=False)
    for at, found in groupby(entries, key=lambda entry: entry.at):
        rows = list(found)
        acts = [
            f"{row.row.get('actor', '')}: {row.row.get('words') or row.row.get('act', '')}"
            for row in rows
            if row.table == "history"
        ]
        left = [[row.table, _plain(row.row, programs)] for row in rows]
        said = {"at": at.isoformat(timespec="milliseconds"), "acts": acts, "rows": left}
        yield json.dumps(said, ensure_ascii=False)


def _plain(row: Mapping[str, Any], programs: dict[str, str]) -> dict[str, Any]:
    plain = {**row, **{name: "" for name in PLACE if name in row}}
    for name in PROGRAMS:
        if row.get(name):
            plain[name] = programs.setdefault(row[name], str(len(programs) + 1))
    return plain


def read(path: Path) -> tuple[dict[str, Any], list[Entry]]:
    """What a recording was of, and its rows; raises NotFound, and Refused for what is no recording."""
    if not path.is_file():
        raise NotFound("There is no such recording", f"{path} is no file.")
    entries: list[Entry] = []
    with path.open(encoding="utf-8", errors="strict") as file:
        try:
            head = json.loads(file.readline(LARGEST))
            if head.get("format") != FORMAT or head.get("version") != VERSION:
                raise Refused("Not a recording", f"{path.name} is no recording that this kustui knows.")
            for line in file:
                said = json.loads(line)
                at = datetime.fromisoformat(said["at"])
                if at.tzinfo is None or at.year not in YEARS:
                    raise ValueError("no instant of a shift")
                for name, row in said["rows"]:
                    entries.append(Entry(len(entries), at, str(name), row))
            if not entries:
                raise ValueError("no rows")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Refused(
                "Not a recording", f"{path.name}, behind entry {len(entries)}: {type(error).__name__}."
            ) from error
    return head, entries
