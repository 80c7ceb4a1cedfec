"""What an agent is told of, and what counts as seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import desk_of
from kustui.clock import HeldClock
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.errors import NotFound
from support.notices import told
from support.people import wrote
from support.transport import Recorder


def test_a_wake_is_an_unread_notification(desk: Desk, clock: HeldClock) -> None:
    """B7: when a snooze ends its agent has one unread notification that names the conversation."""
    number = wrote(desk)
    assert (desk.reads.lamps().unread, desk.reads.notifications()) == (0, [])
    desk.triage.snooze(number, clock.now() + timedelta(hours=1))
    clock.advance(hours=1)
    desk.clockwork.tick()
    [item] = desk.reads.notifications()
    assert (item.kind, item.conversation_id, item.read) == ("woke", number, False)
    assert item.customer_id == desk.reads.conversation(number).customer_id
    assert "Order 8821" in item.text
    assert item.at == clock.now()
    assert (desk.reads.lamps().unread, desk.reads.lamps().newest) == (1, item.id)


def test_the_unread_ones_come_first_and_the_latest_before_the_others(desk: Desk, clock: HeldClock) -> None:
    """B7: the list begins with what has not been seen; each part is the latest first, up to a limit."""
    numbers = []
    for text in ("one", "two", "three", "four"):
        numbers.append(told(desk, text))
        clock.advance(minutes=1)
    desk.notices.read(numbers[3])
    desk.notices.read(numbers[1])
    assert [item.text for item in desk.reads.notifications()] == ["three", "one", "four", "two"]
    assert [item.text for item in desk.reads.notifications(2)] == ["three", "one"]
    assert [item.text for item in desk.reads.notifications(only_unread=True)] == ["three", "one"]
    assert [item.text for item in desk.reads.notifications(after=numbers[2])] == ["four"]


def test_reading_is_done_once(desk: Desk, clock: HeldClock) -> None:
    """B7: one that is read stays read, at its first time; there is no such is said."""
    number = told(desk, "one")
    desk.notices.read(number)
    clock.advance(minutes=5)
    desk.notices.read(number)
    with desk.store.reading() as reader:
        at = reader.value("SELECT read_at FROM notification")
        assert at == reader.value("SELECT at FROM notification")
    with pytest.raises(NotFound, match="no notice 99"):
        desk.notices.read(99)


def test_what_came_after_the_list_was_shown_stays_unread(desk: Desk) -> None:
    """B7: reading all marks what has been shown, not what came meanwhile."""
    shown = [told(desk, "one"), told(desk, "two")]
    told(desk, "three")
    assert desk.notices.read_all(max(shown)).notice == "2 notices read"
    assert [item.text for item in desk.reads.notifications(only_unread=True)] == ["three"]
    assert desk.notices.read_all(max(shown)).notice == "Nothing was unread"


def test_everyone_has_their_own(desk: Desk) -> None:
    """B7: a colleague's notifications are neither seen nor marked by another agent."""
    ben = desk_of(desk.store, sign_in(desk.store, "ben", "Ben Osei"), Recorder())
    number = told(ben, "for ben")
    assert desk.reads.lamps().unread == 0
    assert desk.reads.notifications() == []
    with pytest.raises(NotFound):
        desk.notices.read(number)
    desk.notices.read_all(number)
    assert ben.reads.lamps().unread == 1


@pytest.mark.sqlite
def test_counting_asks_an_index_alone(desk: Desk) -> None:
    """F2: the count that every look asks for reads the index, never the table."""
    with desk.store.reading() as reader:
        plan = reader.all(
            "EXPLAIN QUERY PLAN SELECT count(*), COALESCE(max(id), 0) FROM notification "
            "WHERE agent_id = 1 AND read_at IS NULL"
        )
    assert "COVERING INDEX notification_agent" in str(plan)
