"""Tags and priorities of conversations, as people type them."""

from __future__ import annotations

from collections.abc import Iterable

from kustui.core.text import one_line
from kustui.errors import Refused

LENGTH = 40
MOST = 20
NORMAL = 3

PRIORITIES: dict[int, str] = {5: "urgent", 4: "high", NORMAL: "normal", 2: "low", 1: "lowest"}
"""What each priority is called; the inbox has the highest first (SPEC B11)."""


def labels(typed: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: each once whatever its letter case, in the order they were typed.

    A comma parts two, also within one of `typed`, and a # before one is no part of it.
    Raises Refused for one that is too long, and for too many.
    """
    found: dict[str, str] = {}
    for each in ",".join(typed).split(","):
        label = one_line(each.strip().lstrip("#"), LENGTH + 1).strip()
        if len(label) > LENGTH:
            raise Refused("Too long for a tag", f"“{label[:LENGTH]}…” has more than {LENGTH} characters.")
        if label:
            found.setdefault(label.lower(), label)
    if len(found) > MOST:
        raise Refused("Too many tags", f"A conversation takes {MOST}; these are {len(found)}.")
    return tuple(found.values())


def signed(found: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the tags to put on, those to take off): what has a minus before it is taken off."""
    labels = tuple(found)
    off = tuple(each[1:].strip() for each in labels if each.startswith("-") and each[1:].strip())
    return tuple(each for each in labels if not each.startswith("-")), off


def listed(typed: str) -> tuple[str, ...]:
    """Tags from one line, parted by commas."""
    return labels((typed,))


def completion(typed: str, known: Iterable[str]) -> list[str]:
    """The known tags that go on from what is typed behind the last comma, those that begin so first."""
    *before, last = (each.strip().lstrip("#").strip() for each in typed.lower().split(","))
    taken = {*before, ""}
    there = [each for each in known if each.lower() not in taken and last in each.lower()]
    return sorted(there, key=lambda each: (not each.lower().startswith(last), each.lower()))


def priority(number: int) -> int:
    """A priority that is one; raises Refused, naming them."""
    if number not in PRIORITIES:
        raise Refused("No such priority", f"{number}: there are 1 (lowest) to 5 (urgent).")
    return number
