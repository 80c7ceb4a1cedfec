"""Searches that are kept under a name: what they may be called, and how many there are in them."""

from __future__ import annotations

from typing import NamedTuple

from kustui.core.searching import LENGTH
from kustui.core.text import one_line, storable
from kustui.errors import Refused

NAME_LENGTH = 40
COUNTED = 1_000
"""Conversations that are counted, and listed, at most."""
AT_MOST = 50


class SavedView(NamedTuple):
    """A kept search. `everybodys` says that the whole team sees it; `place` counts from 1, for one agent."""

    id: int
    name: str
    query: str
    everybodys: bool
    place: int


class Counted(NamedTuple):
    """A view with how many conversations it has now, or why that cannot be said."""

    view: SavedView
    number: int = 0
    trouble: str = ""

    @property
    def words(self) -> str:
        """The count in as few words as a sidebar has room for."""
        if self.trouble:
            return "?"
        return f"{COUNTED - 1}+" if self.number >= COUNTED else str(self.number)


def name_of(typed: str) -> str:
    """What a view is called; raises Refused for nothing, and for too much."""
    name = one_line(typed).strip()
    if not name:
        raise Refused("No name", "A view needs a name.")
    if len(name) > NAME_LENGTH:
        raise Refused("The name is too long", f"A view's name has {NAME_LENGTH} letters at most.")
    return name


def query_of(typed: str) -> str:
    """What a view searches for; raises Refused for nothing, and for more than a search takes."""
    query = one_line(storable(typed), LENGTH + 1).strip()
    if not query:
        raise Refused("No search", "A view needs words or operators to search for.")
    if len(query) > LENGTH:
        raise Refused("The search is too long", f"A search has {LENGTH} letters at most.")
    return query
