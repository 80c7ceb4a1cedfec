"""What must be true after a storm, counted: nothing lost, nothing twice, nothing early."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from kustui.clock import milliseconds
from kustui.core.outbox import MOVES
from kustui.desk import Desk
from kustui.store import sqlite
from kustui.store.store import Store
from storm import ledger
from storm.harness import Blown

LAWFUL = {(came_from, move.to) for move in MOVES.values() for came_from in move.came_from}


@dataclass
class Table:
    """What was counted; what must be nothing is told apart, with examples of what was not."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def note(self, what: str, measured: object) -> None:
        """A number that may be anything."""
        self.rows.append((what, f"{measured:,}" if isinstance(measured, int) else str(measured), ""))

    def none(self, what: str, found: list[Any]) -> None:
        """Something of which there must be none."""
        self.rows.append((what, f"{len(found):,}", "0"))
        if found:
            self.wrong.append(f"{what}: {found[:5]}")

    def markdown(self) -> str:
        """The table, and under it whatever is wrong."""
        lines = ["| the storm | measured | must be |", "| --- | --: | --: |"]
        lines += [f"| {what} | {measured} | {must} |" for what, measured, must in self.rows]
        return "\n".join([*lines, *(f"WRONG {words}" for words in self.wrong)])


def check(blown: Blown) -> Table:
    """Compare the store, the ledger and the clock's steps."""
    table, plan = Table(), blown.plan
    store = Store(plan.place(blown.folder), blown.clock).open()
    deliveries = ledger.read(blown.folder / "ledger")
    copies = Counter(each.outbox_id for each in deliveries)
    with store.reading() as ask:
        rows = ask.all("SELECT id, state, reason, due_at, kind, message_id FROM outbox ORDER BY id")
        moves = ask.all("SELECT outbox_id, was, became, fence_was, fence, owner FROM storm_move ORDER BY id")
        wakes = ask.all("SELECT conversation_id, at FROM history WHERE act = 'conversation.woke'")
        told = ask.all("SELECT conversation_id FROM notification WHERE kind = 'woke'")
        snoozes = dict(ask.all("SELECT conversation_id, until FROM snooze"))
    listed = _listed(Desk(store, blown.agent))
    state = {row[0]: row[1] for row in rows}

    table.note("processes", plan.workers)
    table.note("kill -9", blown.kills)
    table.note(f"pauses, of which {blown.longer} longer than the lease", blown.stops)
    table.note("steps of the clock, 10 min either way", plan.steps)
    table.note("seconds of storm, and to finish", f"{blown.stormed:.0f} + {blown.drained:.0f}")
    messages = [row for row in rows if row[4] == "message"]
    table.note("scheduled messages", len(messages))
    for name, count in sorted(Counter(row[1] for row in messages).items()):
        out = sum(1 for row in messages if row[1] == name and copies[row[0]])
        table.note(f"... {name}, of which {out:,} had gone out", count)
    for reason, count in sorted(Counter(row[2] for row in messages if row[1] == "failed").items()):
        table.note(f"... failed: {reason}", count)
    _moved(table, moves)

    table.none("messages lost", [row[:3] for row in rows if row[1] in ("queued", "claimed", "sending")]
               + list(range(plan.messages - len(messages))))  # fmt: skip
    table.none(
        "sent, but never delivered", [i for i, what in state.items() if what == "sent" and not copies[i]]
    )
    table.none("delivered, though failed or held",
               [i for i in copies if state.get(i) not in ("sent", "uncertain")])  # fmt: skip
    table.none("unsettled without a reason", [row[:2] for row in rows if row[1] != "sent" and not row[2]])
    table.none("uncertain, but not in the outbox's list",
               [row[0] for row in messages if row[1] == "uncertain" and row[5] not in listed])  # fmt: skip
    table.none("delivered twice", [i for i, count in copies.items() if count > 1])
    table.none("delivered early", _early(blown, deliveries, {row[0]: row[3] for row in rows}))

    table.note("snoozes", plan.snoozes)
    woken, notified = Counter(row[0] for row in wakes), Counter(row[0] for row in told)
    table.none("snoozes not woken exactly once", [i for i in snoozes if woken[i] != 1])
    table.none("wakes not told exactly once", [i for i in snoozes if notified[i] != 1])
    table.none("snoozes woken early", [i for i, at in wakes if at < snoozes[i]])
    notices = [row for row in rows if row[4] == "notice"]
    table.none("wakes without one mail to the agent", list(range(abs(plan.snoozes - len(notices)))))

    troubles = blown.folder / "troubles"
    met = troubles.read_text(encoding="utf-8").splitlines() if troubles.exists() else []
    table.note("troubles that workers met and outlived", len(met))
    store.close()
    if plan.server:
        table.note("connections ended by the server", blown.cuts)
        table.note("restarts of the server", blown.restarts)
        return table
    connection = sqlite.connect(blown.folder / "workspace.db")
    said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    connection.close()
    table.none("complaints of PRAGMA integrity_check", [words for words in said if words != "ok"])
    return table


def _moved(table: Table, moves: list[tuple[Any, ...]]) -> None:
    """What the record of every move says."""
    made = Counter((was, became) for _, was, became, *_ in moves)
    table.note("claims", made["queued", "claimed"])
    table.note("claims given back or run out", made["claimed", "queued"])
    table.note("sendings put off", made["sending", "queued"])
    table.note("sendings that became uncertain", made["sending", "uncertain"])
    table.note(
        "late words taken from uncertain", sum(made["uncertain", to] for to in ("sent", "queued", "failed"))
    )
    table.none("moves that are not in the table", [pair for pair in made if pair not in LAWFUL])
    strange = [row for row in moves if row[4] - row[3] != (row[2] == "claimed")]
    table.none("fences that grew without a claim", strange)
    owners: dict[tuple[int, int], set[str]] = {}
    for number, _, became, _, fence, owner in moves:
        if became == "claimed":
            owners.setdefault((number, fence), set()).add(owner)
    table.none("claims held by two processes", [key for key, names in owners.items() if len(names) > 1])


def _early(blown: Blown, deliveries: list[ledger.Delivery], now_due: dict[int, int]) -> list[object]:
    """Deliveries before the clock had shown the time they were due: as planned, and as put off."""
    planned = {
        number: milliseconds(at) for number, at in enumerate(blown.plan.due(blown.plan.messages, 1), 1)
    }
    return [
        each
        for each in deliveries
        if blown.steps.latest_ms(each.at_ns) < max(now_due[each.outbox_id], planned.get(each.outbox_id, 0))
    ]


def _listed(desk: Desk) -> set[int]:
    """The messages that the outbox shows."""
    listing = desk.reads.listing("outbox")
    return {row.key for row in listing.page(0, listing.count())}
