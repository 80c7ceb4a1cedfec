"""Giving conversations that nobody has to agents who are there and have room (SPEC B11, E1).

Any number of programs may do it: a conversation is given by a compare-and-set, once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.clock import milliseconds
from kustui.core import team
from kustui.core.team import Queued, Queues, Taker
from kustui.desk import moves
from kustui.desk.telling import tell
from kustui.store import tables
from kustui.store.queries import staff
from kustui.store.reader import Reader
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

AT_ONCE = 20
"""Conversations that one transaction gives."""


def flow(desk: Desk) -> list[str]:
    """Give what waits as long as there is somebody to give it to; answers the names of what was given."""
    given: list[str] = []
    while desk.queues.on:
        with desk.store.reading() as reader:
            if not _plan(reader, desk.queues):
                break
        with desk.store.writing() as act:
            now = give(act, desk.queues)
        given += now
        if len(now) < AT_ONCE:
            break
    return given


def give(act: Writing, queues: Queues) -> list[str]:
    """Inside an act: give the conversations whose turn it is, where work is routed; answers their names."""
    if not queues.on:
        return []
    return [name for item, taker in _plan(act.ask(), queues) if (name := _give(act, item, taker))]


def released(act: Writing, row: tables.Conversation, queues: Queues) -> None:
    """Inside an act that opened `row`: where work is routed, it is nobody's when whose it was has gone."""
    if not queues.on or row.status != "open" or row.assignee_id is None:
        return
    agent = act.get(tables.Agent, row.assignee_id, "agent")
    if agent.availability not in team.GONE:
        return
    row.assignee_id = None
    act.session.add(row)
    act.touch(row.customer_id)
    act.record(
        "conversation.released",
        "kustui",
        f"put it back into the queue: {agent.name} is {agent.availability}",
        on_timeline=True,
        customer_id=row.customer_id,
        conversation_id=row.id,
        before={"assignee_id": agent.id},
        after={"assignee_id": None},
    )


def _plan(reader: Reader, queues: Queues) -> list[tuple[Queued, Taker]]:
    if not staff.any_queued(reader):
        return []
    takers = staff.takers(reader, queues.capacity)
    if not takers:
        return []
    waiting: list[Queued] = []
    for team_id in {0}.union(*(taker.teams for taker in takers)):
        waiting += [
            each._replace(back_from=staff.put_back_by(reader, each.id))
            for each in staff.heads(reader, team_id, AT_ONCE)
        ]
    return team.share(waiting, takers)[:AT_ONCE]


def _give(act: Writing, item: Queued, taker: Taker) -> str:
    if not staff.take(act.ask(), item.id, taker.id, milliseconds(act.now)):
        return ""
    row = act.get(tables.Conversation, item.id, "conversation")
    act.session.refresh(row)
    moves.stir(row, act.now)
    act.session.add(row)
    act.touch(row.customer_id)
    act.record(
        "conversation.routed",
        "kustui",
        f"routed it to {taker.name}",
        on_timeline=True,
        customer_id=row.customer_id,
        conversation_id=row.id,
        before={"assignee_id": None},
        after={"assignee_id": taker.id},
    )
    customer = act.get(tables.Customer, row.customer_id, "customer")
    text = f"#{row.id} is yours: {customer.name}, {row.subject or row.excerpt}"
    tell(act, taker.id, "routed", text, f"routed:{row.id}:{act.deed}", row.id)
    return f"#{row.id} {row.subject or row.excerpt}"
