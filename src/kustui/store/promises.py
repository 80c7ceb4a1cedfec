"""Bringing the promises of conversations in line with what an act did to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kustui.clock import instant, milliseconds
from kustui.core.targets import Promise, Targets, Wait, follow, unpacked
from kustui.store.queries import promises as asking
from kustui.store.reader import Reader, placeholders


def settle(reader: Reader, customers: Sequence[int], now: datetime) -> None:
    """Follow the promises of these customers' conversations, and note when they were first answered."""
    names, parameters = placeholders(customers)
    targets = unpacked(asking.settings(reader))
    rows = reader.all(
        "SELECT id, status, priority, waiting_since, last_inbound_at, last_outbound_at, first_reply_at, "
        "direction, target, target_at, target_left FROM conversation "
        f"WHERE customer_id IN ({names}) AND (status = 'open' OR target <> '' OR first_reply_at IS NULL)",
        **parameters,
    )
    for row in rows:
        _follow(reader, row, targets, now)


def _follow(reader: Reader, row: tuple[Any, ...], targets: Targets, now: datetime) -> None:
    number, status, priority = row[0], row[1], row[2]
    waiting, heard, answered, replied = (None if ms is None else instant(ms) for ms in row[3:7])
    # A first reply is one to a customer who wrote first; one that is taken back was none.
    first = None if answered is None or row[7] != "inbound" else (replied or answered)
    # Who was written to first waits for the next reply, not for the first.
    wait = Wait(status, priority, waiting, heard, answered, first if row[7] == "inbound" else answered)
    was = Promise(row[8], None if row[9] is None else instant(row[9]), row[10])
    to = follow(was, wait, targets, now)
    if to == was and first == replied:
        return
    reader.one(
        "UPDATE conversation SET target = :t, target_at = :a, target_left = :l, first_reply_at = :f WHERE id = :i",
        t=to.kind,
        a=None if to.at is None else milliseconds(to.at),
        l=to.left,
        f=None if first is None else milliseconds(first),
        i=number,
    )
