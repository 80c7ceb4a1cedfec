"""The whole history, by what is asked of it; apart, because nothing on the way to the first list needs it."""

from __future__ import annotations

import re
from typing import NamedTuple

from kustui.clock import instant
from kustui.core.post import LogLine
from kustui.store.queries.history import values
from kustui.store.store import Reader

_ESCAPED = re.compile(r"[\\%_]")


class Wanted(NamedTuple):
    """Which lines of history are asked for; what is empty asks for all. `after_ms` is in ms."""

    conversation_id: int | None = None
    customer_id: int | None = None
    agent_id: int | None = None
    act: str = ""
    after_ms: int = 0


def log(reader: Reader, wanted: Wanted, limit: int) -> list[LogLine]:
    """Lines of the whole history, the latest first."""
    asked = {
        "conversation_id = :v": wanted.conversation_id,
        "customer_id = :c": wanted.customer_id,
        "agent_id = :g": wanted.agent_id,
        "act LIKE :a ESCAPE '\\'": _ESCAPED.sub(r"\\\g<0>", wanted.act) + "%" if wanted.act else None,
        "at >= :t": wanted.after_ms or None,
    }
    given = {condition: value for condition, value in asked.items() if value is not None}
    names = {condition.partition(":")[2].partition(" ")[0]: value for condition, value in given.items()}
    rows = reader.all(
        "SELECT id, at, actor, act, words, conversation_id, customer_id, before, after FROM history "
        f"{'WHERE ' + ' AND '.join(given) if given else ''} ORDER BY id DESC LIMIT :limit",
        limit=limit,
        **names,
    )
    return [
        LogLine(
            row[0], instant(row[1]), row[2], row[3], row[4], row[5], row[6], values(row[7]), values(row[8])
        )
        for row in rows
    ]
