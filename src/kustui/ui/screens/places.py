"""Items of a list that a menu shows: the key of each, and the list with one changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


def digit(place: int) -> str:
    """The key of the item in that place: 1 to 9, then none."""
    return str(place + 1) if place < 9 else ""


def with_item(items: Sequence[Item], place: int, item: Item) -> list[Item]:
    """The items with one in that place; below 0 it is a new one."""
    return [*items, item] if place < 0 else [*items[:place], item, *items[place + 1 :]]


def without_item(items: Sequence[Item], place: int) -> list[Item]:
    """The items without the one in that place."""
    return [*items[:place], *items[place + 1 :]]
