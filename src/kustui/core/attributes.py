"""What a team keeps of a customer in words of its own: a name and a value each."""

from __future__ import annotations

import json
from collections.abc import Iterable

from kustui.core.text import one_line
from kustui.errors import Refused

MOST = 50
NAME_LENGTH = 60
VALUE_LENGTH = 500

Attributes = tuple[tuple[str, str], ...]


def checked(pairs: Iterable[tuple[str, str]]) -> Attributes:
    """(name, value) pairs as they are kept, by name: on one line each, the last word of a name counts, and
    one without a value is gone. Raises Refused for a name that is none, and for too many.
    """
    held: dict[str, str] = {}
    for typed, value in pairs:
        name = one_line(typed, NAME_LENGTH + 1)
        if not name or len(name) > NAME_LENGTH or set(":=") & set(name):
            raise Refused(
                "Not an attribute",
                f"{one_line(typed, 80)!r} cannot name one: up to {NAME_LENGTH} characters, without : and =.",
            )
        held[name] = one_line(value, VALUE_LENGTH)
    found = tuple(sorted((name, value) for name, value in held.items() if value))
    if len(found) > MOST:
        raise Refused("Too many attributes", f"There are {len(found)}; a customer has {MOST} at most.")
    return found


def read(text: str) -> Attributes:
    """The attributes of a text of `name: value` lines; raises Refused, naming the line that is none."""
    pairs = []
    for line in filter(str.strip, text.splitlines()):
        name, colon, value = line.partition(":")
        if not colon:
            raise Refused("Not an attribute", f"{one_line(line, 80)!r}: write it like plan: gold.")
        pairs.append((name, value))
    return checked(pairs)


def written(attributes: Attributes) -> str:
    """The attributes as the lines that `read` takes."""
    return "\n".join(f"{name}: {value}" for name, value in attributes)


def changed(held: Attributes, typed: Iterable[str]) -> Attributes:
    """The attributes after what was typed: KEY=VALUE each, and KEY= takes one away."""
    pairs = [*held]
    for words in typed:
        name, sign, value = words.partition("=")
        if not sign:
            raise Refused("Not an attribute", f"{one_line(words, 80)!r}: write it like plan=gold.")
        pairs.append((name, value))
    return checked(pairs)


def packed(attributes: Attributes) -> str:
    """The attributes as the store keeps them."""
    return json.dumps(dict(attributes), ensure_ascii=False, sort_keys=True)


def unpacked(kept: str) -> Attributes:
    """The attributes that a store keeps, by name; what is no text is left out."""
    try:
        found = json.loads(kept)
    except (ValueError, RecursionError):
        return ()
    items = found.items() if isinstance(found, dict) else ()
    return tuple(sorted((name, value) for name, value in items if isinstance(value, str)))
