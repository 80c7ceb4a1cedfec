"""The files of a message as lines: name, kind and size, and an image as a picture below that (SPEC C8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kustui.core import words
from kustui.core.pictures import inline_id
from kustui.core.records import Entry, FileLine
from kustui.ui.widgets.lines import Line, Span
from kustui.ui.wrap import cells, fit

Pictured = Callable[[FileLine, int], list[list[Span]]]
"""The lines of a file's picture in so many columns; none while there is no picture of it."""


def no_picture(_: FileLine, __: int) -> list[list[Span]]:
    """Where nothing is shown as a picture."""
    return []


def file_lines(entry: Entry, number: int, rail: Span, room: int, picture: Pictured) -> Iterator[Line]:
    """A file of an entry: a line that names it, and its picture where there is one."""
    file = entry.files[number]
    size = words.size(file.size)
    kind = "image " if file.inline else "file "
    left = max(8, room - len(kind) - len(size) - 2)
    name = file.name if cells(file.name) <= left else fit(file.name, left)
    act = f"file {number}"
    yield Line([rail, (kind, "muted"), (name, "file"), (f"  {size}", "muted")], act)
    for spans in picture(file, room):
        yield Line([rail, *spans], act)


def inline_file(entry: Entry, paragraph: str) -> int | None:
    """The number of the entry's image that a paragraph stands for, or None."""
    named = inline_id(paragraph)
    if not named:
        return None
    return next((number for number, file in enumerate(entry.files) if file.content_id == named), None)


def other_files(entry: Entry) -> list[int]:
    """The numbers of the files that do not stand in the text."""
    if entry.kind == "inbound" or not any(file.content_id for file in entry.files):
        return list(range(len(entry.files)))
    shown = {inline_file(entry, paragraph) for paragraph in entry.body.split("\n")}
    return [number for number in range(len(entry.files)) if number not in shown]
