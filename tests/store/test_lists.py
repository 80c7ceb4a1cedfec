"""The lists of the sidebar: their order, their places, and what they cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from conftest import desk_of
from kustui.clock import HeldClock
from kustui.core.records import Agent
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.store import tables
from kustui.store.store import Store
from support.people import wrote
from support.transport import Recorder


def names(desk: Desk, view: str = "inbox") -> list[str]:
    """The names in a list, top to bottom."""
    return [row.name for row in desk.reads.listing(view).page(0, 64)]  # type: ignore[arg-type]


def test_the_inbox_is_priority_first_then_longest_waiting(desk: Desk, store: Store, clock: HeldClock) -> None:
    """B11: priority, then the longest wait; answered ones come last."""
    first = wrote(desk, sender="a@x.example", name="Waits long", at=clock.now() - timedelta(hours=2))
    wrote(desk, sender="b@x.example", name="Waits short", at=clock.now() - timedelta(hours=1))
    urgent = wrote(desk, sender="c@x.example", name="Urgent")
    with store.writing() as act:
        row = act.get(tables.Conversation, urgent, "conversation")
        row.priority = 5
        act.session.add(row)
        act.touch(row.customer_id)
    assert names(desk) == ["Urgent", "Waits long", "Waits short"]
    customer = desk.reads.conversation(first).customer_id
    draft = desk.reads.draft(customer, "reply", first)
    desk.replies.send(replace(draft, body="Yes."))
    assert names(desk) == ["Urgent", "Waits short", "Waits long"]


def test_every_row_is_found_where_it_stands(desk: Desk, clock: HeldClock) -> None:
    """A row's place is its index, in every list."""
    for i in range(12):
        number = wrote(
            desk, sender=f"c{i}@x.example", name=f"C{i}", at=clock.now() - timedelta(minutes=i % 5)
        )
        if i % 3 == 1:
            desk.triage.snooze(number, None if i % 2 else clock.now() + timedelta(hours=i))
        if i % 3 == 2:
            desk.triage.done(number)
        desk.triage.open_customer(desk.reads.conversation(number).customer_id)
        clock.advance(seconds=1)
    for view in ("inbox", "viewing", "snoozed", "done"):
        listing = desk.reads.listing(view)
        rows = listing.page(0, 64)
        assert listing.count() == len(rows) == {"viewing": 8}.get(view, 4)
        assert [listing.place(row.key) for row in rows] == list(range(len(rows)))
        assert [row for first in range(0, len(rows), 3) for row in listing.page(first, 3)] == list(rows)


def test_no_customer_is_in_both_panels(desk: Desk) -> None:
    """E1: Inbox holds who has open conversations, Currently Viewing the others I opened, latest first."""
    one, two = (wrote(desk, sender=f"{n}@x.example", name=n) for n in ("one", "two"))
    for number in (one, two):
        desk.triage.open_customer(desk.reads.conversation(number).customer_id)
    assert (names(desk), names(desk, "viewing")) == (["one", "two"], [])
    desk.triage.done(one)
    assert (names(desk), names(desk, "viewing")) == (["two"], ["one"])


def test_an_inbox_is_mine_or_anyones(desk: Desk, store: Store, agent: Agent, transport: Recorder) -> None:
    """E1: what a colleague has taken is not in my inbox; what nobody has is in everyone's."""
    ben = sign_in(store, "ben", "Ben")
    bens = desk_of(store, ben, transport)
    shared, mine, his = (wrote(desk, sender=f"{n}@x.example", name=n) for n in ("shared", "mine", "his"))
    desk.triage.assign(mine, agent.id)
    desk.triage.assign(his, ben.id)
    assert names(desk) == ["shared", "mine"]
    assert names(bens) == ["shared", "his"]
    second = wrote(desk, sender="his@x.example", name="his", subject="another")
    desk.triage.assign(second, agent.id)
    assert names(desk) == ["shared", "mine", "his"]
    assert names(bens) == ["shared", "his"]
    assert shared


def test_closing_hides_until_a_new_message(desk: Desk, clock: HeldClock) -> None:
    """E2: X removes a customer for me alone, changes nothing else, and a new message brings the row back."""
    number = wrote(desk, name="Ana", sender="ana@x.example")
    customer = desk.reads.conversation(number).customer_id
    before = desk.reads.conversation(number)
    clock.advance(minutes=1)
    desk.triage.close_customer(customer)
    assert names(desk) == []
    assert desk.reads.conversation(number) == before
    clock.advance(minutes=1)
    wrote(desk, name="Ana", sender="ana@x.example", references=("x",))
    assert names(desk) == ["Ana"]


def test_clear_all_empties_a_panel_and_nothing_else(desk: Desk, clock: HeldClock) -> None:
    """E2: Clear all on either panel changes no status; what is new comes back, what is old does not."""
    numbers = [wrote(desk, sender=f"{i}@x.example", name=f"C{i}") for i in range(3)]
    desk.triage.done(numbers[0])
    desk.triage.open_customer(desk.reads.conversation(numbers[0]).customer_id)
    clock.advance(minutes=1)
    desk.triage.clear_all("inbox")
    assert (names(desk), names(desk, "viewing")) == ([], ["C0"])
    desk.triage.clear_all("viewing")
    assert names(desk, "viewing") == []
    assert [desk.reads.conversation(n).status for n in numbers] == ["done", "open", "open"]
    clock.advance(minutes=1)
    wrote(desk, sender="2@x.example", name="C2", subject="more")
    assert names(desk) == ["C2"]


@pytest.mark.sqlite
def test_the_lists_read_indexes_not_tables(desk: Desk, store: Store) -> None:
    """F2: the clockwork's questions and the inbox's order are answered by an index."""
    plans = {
        "SELECT 1 FROM outbox WHERE state = 'queued' AND due_at <= 5 LIMIT 1": "outbox_due",
        "SELECT 1 FROM snooze WHERE ended_at IS NULL AND until IS NOT NULL AND until <= 5": "snooze_due",
        "SELECT customer_id FROM inbox i ORDER BY rank, since, customer_id LIMIT 64": "inbox_order",
        "SELECT id, length, lines FROM message WHERE conversation_id = 1 ORDER BY at, id": "message_timeline",
    }
    queued = (
        "v.status = 'open' AND v.assignee_id IS NULL "
        "AND (v.waiting_since IS NOT NULL OR v.direction = 'inbound') AND COALESCE(v.team_id, 0) = 0 "
        "ORDER BY v.priority DESC, COALESCE(v.waiting_since, 9000000000000000), v.id"
    )
    plans[f"SELECT v.id FROM conversation v WHERE {queued} LIMIT 20"] = "conversation_queue"
    with store.reading() as reader:
        for question, index in plans.items():
            plan = " ".join(str(row[3]) for row in reader.all(f"EXPLAIN QUERY PLAN {question}"))
            assert f"INDEX {index}" in plan, plan
            assert "TEMP B-TREE" not in plan
