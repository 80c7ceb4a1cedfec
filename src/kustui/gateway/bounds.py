"""What many callers at once may hold of this program: places to listen from, and contents being sent."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

Content = TypeVar("Content")


class Places:
    """Counts who is there: by visitor, by where they are, and all together."""

    def __init__(self, *, all_of_them: int, each: int, from_one: int) -> None:
        self._most, self._each, self._from = all_of_them, each, from_one
        self._visitors: Counter[str] = Counter()
        self._callers: Counter[str] = Counter()

    def is_full(self, visitor: str, caller: str) -> bool:
        """Whether there is no place for this visitor, who is there."""
        return (
            self._visitors.total() >= self._most
            or self._visitors[visitor] >= self._each
            or self._callers[caller] >= self._from
        )

    @contextmanager
    def taken(self, visitor: str, caller: str) -> Iterator[None]:
        """Take a place."""
        counted = ((self._visitors, visitor), (self._callers, caller))
        for counter, key in counted:
            counter[key] += 1
        try:
            yield
        finally:
            for counter, key in counted:
                counter[key] -= 1
                if not counter[key]:
                    del counter[key]


@dataclass
class _Held:
    task: asyncio.Future[Any]
    users: int = 0


class Shared:
    """Contents that are being sent: each is held once, however many take it, and however slowly."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}

    @asynccontextmanager
    async def of(self, name: str, load: Callable[[], Awaitable[Content]]) -> AsyncIterator[Content]:
        """What `load` finds under that name; raises what it raises."""
        held = self._held.get(name)
        if held is None:
            held = self._held[name] = _Held(asyncio.ensure_future(load()))
        held.users += 1
        try:
            yield await asyncio.shield(held.task)
        finally:
            held.users -= 1
            if not held.users:
                del self._held[name]
