"""The store a storm blows over: scheduled messages, snoozed conversations, and a record of every move."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from kustui.core.records import Agent
from kustui.desk.team import set_up, sign_in
from kustui.store import sqlite, tables
from kustui.store.store import Store
from kustui.store.writing import Writing
from storm.plan import START, Plan, SteppedClock
from support.postgres import connected

PER_CUSTOMER = 20

# Written by the database inside the transaction that makes the move, so that it holds what was
# committed and nothing else.
AUDIT = """
CREATE TABLE storm_move (
    id INTEGER PRIMARY KEY, outbox_id INTEGER NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL,
    fence_was INTEGER NOT NULL, fence INTEGER NOT NULL, owner TEXT NOT NULL
);
CREATE TRIGGER storm_moves AFTER UPDATE OF state, fence ON outbox
WHEN old.state <> new.state OR old.fence <> new.fence
BEGIN
    INSERT INTO storm_move (outbox_id, was, became, fence_was, fence, owner)
    VALUES (new.id, old.state, new.state, old.fence, new.fence, new.owner);
END;
"""


AUDIT_ON_SERVER = """
CREATE TABLE storm_move (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    outbox_id INTEGER NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL,
    fence_was INTEGER NOT NULL, fence INTEGER NOT NULL, owner TEXT NOT NULL
);
CREATE FUNCTION storm_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO storm_move (outbox_id, was, became, fence_was, fence, owner)
    VALUES (new.id, old.state, new.state, old.fence, new.fence, new.owner);
    RETURN NULL;
END $$;
CREATE TRIGGER storm_moves AFTER UPDATE OF state, fence ON outbox FOR EACH ROW
WHEN (old.state <> new.state OR old.fence <> new.fence) EXECUTE FUNCTION storm_moved();
"""


def fill(place: Path | str, plan: Plan, clock: SteppedClock) -> Agent:
    """Make the store at `place` and everything that will be due; answers the agent whose it all is.

    A message and its place in the outbox have the same number, from 1 in the order of the plan.
    """
    if isinstance(place, str):
        with connected(plan.server) as connection:
            connection.execute(
                f"CREATE DATABASE {place.partition('?')[0].rpartition('/')[2]} TEMPLATE template0"
            )
    store = Store(place, clock).open(create=True)
    set_up(store, "Storm")
    agent = sign_in(store, "ana", "Ana Soler", "ana@acme.example", "Europe/Madrid")
    with store.writing() as act:
        due = plan.due(plan.messages, 1)
        for first in range(0, len(due), PER_CUSTOMER):
            customer, conversation = _conversation(act, "done")
            for at in due[first : first + PER_CUSTOMER]:
                number = act.key(tables.Message)
                act.line(
                    tables.Message,
                    id=number,
                    conversation_id=conversation,
                    customer_id=customer,
                    direction="outbound",
                    channel="email",
                    agent_id=agent.id,
                    author=agent.name,
                    sender="support@acme.example",
                    recipients='{"to": [{"address": "ruiz@example.com"}]}',
                    subject="Order 8821",
                    body="It is on its way.",
                    length=17,
                    at=START,
                    message_id=f"storm-{number}@acme.example",
                )
                act.line(
                    tables.Outbox,
                    id=number,
                    message_id=number,
                    conversation_id=conversation,
                    agent_id=agent.id,
                    channel="email",
                    due_at=at,
                    scheduled=True,
                    created_at=START,
                )
        for at in plan.due(plan.snoozes, 2):
            snooze = act.key(tables.Snooze)
            _, conversation = _conversation(act, "snoozed", snooze_id=snooze, snoozed_until=at)
            act.line(
                tables.Snooze,
                id=snooze,
                conversation_id=conversation,
                agent_id=agent.id,
                kind="custom",
                until=at,
                created_at=START - timedelta(minutes=1),
            )
    store.close()
    if isinstance(place, str):
        with connected(place) as connection:
            connection.execute(AUDIT_ON_SERVER)
        return agent
    connection = sqlite.connect(place)
    connection.executescript(AUDIT)
    connection.close()
    return agent


def _conversation(act: Writing, status: str, **more: object) -> tuple[int, int]:
    customer, conversation = act.key(tables.Customer), act.key(tables.Conversation)
    act.line(tables.Customer, id=customer, name=f"Customer {customer}", created_at=START)
    act.line(
        tables.Conversation,
        id=conversation,
        customer_id=customer,
        channel="email",
        subject=f"Order {conversation}",
        status=status,
        created_at=START,
        last_at=START,
        stirred_at=START,
        **more,
    )
    return customer, conversation
