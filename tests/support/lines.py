"""A desk line by line, fed with what is typed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

from kustui.core.commands import COMMANDS, Command
from kustui.desk import Desk
from kustui.plain.session import Session
from kustui.plain.voice import Voice

Typed = str | bytes | Callable[[], object] | BaseException
"""A line; or what happens instead of one: something that is called first, or raised."""


def talk(desk: Desk, *typed: Typed, width: int = 0, table: tuple[Command, ...] = COMMANDS) -> str:
    """Everything that is said when these lines are typed, with the lines as they are echoed."""
    left = iter(typed)
    stream = io.StringIO()
    Session(desk, Voice(lambda: _next(left), stream, echoes=True, width=width), table).run()
    return stream.getvalue()


def _next(left: Iterator[Typed]) -> bytes | None:
    for each in left:
        if isinstance(each, BaseException):
            raise each
        if isinstance(each, str):
            return each.encode()
        if isinstance(each, bytes):
            return each
        try:
            each()
        except Exception as error:
            raise Stumbled from error
    return None


class Stumbled(BaseException):
    """What was called was wrong; no session swallows it."""
