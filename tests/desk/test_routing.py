"""Routing: who is given what, when, and how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from kustui.clock import HeldClock
from kustui.core.team import Queued, Taker, share
from kustui.desk import Desk
from kustui.store.store import Store
from support.people import wrote
from support.team import colleague, inbox, team
from support.transport import Recorder


@pytest.fixture
def routed(desk: Desk) -> Desk:
    """Ana's desk where work is routed, two conversations each."""
    desk.routing, desk.capacity = True, 2
    return desk


def whose(desk: Desk, *numbers: int) -> list[str]:
    """Whose these conversations are."""
    return [desk.reads.conversation(number).assignee for number in numbers]


def test_it_goes_to_who_has_least_and_then_to_who_waited_longest(
    routed: Desk, store: Store, clock: HeldClock
) -> None:
    """B11: the highest priority and the longest wait first; never more than the capacity; in turn."""
    colleague(store, "ben")
    numbers = [
        wrote(routed, sender=f"c{n}@x.example", at=clock.now() - timedelta(hours=n)) for n in (1, 4, 3, 2, 5)
    ]
    routed.tagging.prioritise(numbers[0], 5)
    assert routed.clockwork.tick().routed == 4
    # 1: urgent; then 5, 4 and 3 hours; two of them fill two capacities of two.
    assert whose(routed, *numbers) == ["Ana Soler", "Ana Soler", "Ben", "", "Ben"]
    assert routed.clockwork.tick().routed == 0
    line = routed.reads.history(numbers[0])[-1]
    assert (line.who, line.words) == ("kustui", "routed it to Ana Soler")
    assert [item.kind for item in routed.reads.notifications()] == ["routed", "routed"]


def test_the_least_load_comes_before_the_longest_time() -> None:
    """B11: who has less is given more, until they have alike; then who was given one longest ago."""
    takers = [Taker(1, "Ana", 9, 2, 0), Taker(2, "Ben", 9, 0, 5)]
    waiting = [Queued(number, 0, -3, 0) for number in range(1, 5)]
    assert [taker.name for _, taker in share(waiting, takers)] == ["Ben", "Ben", "Ana", "Ben"]


def test_what_waits_flows_as_soon_as_there_is_room(routed: Desk, store: Store) -> None:
    """B11: done, snoozed, available again: the next one is there in the same act, and is presented."""
    ben = colleague(store, "ben", routing=True, capacity=2)
    ben.staffing.be("offline")
    numbers = [wrote(routed, sender=f"c{n}@x.example") for n in range(5)]
    routed.clockwork.tick()
    assert whose(routed, *numbers) == ["Ana Soler", "Ana Soler", "", "", ""]
    routed.triage.done(numbers[0])
    assert whose(routed, numbers[2]) == ["Ana Soler"]
    routed.triage.snooze(numbers[1], None)
    assert whose(routed, numbers[3]) == ["Ana Soler"]
    assert "1 routed" in ben.staffing.be("available").notice
    assert whose(routed, numbers[4]) == ["Ben"]
    assert routed.staffing.change(routed.agent.id, capacity=3).notice
    assert whose(routed, wrote(routed, sender="late@x.example")) == [""]
    assert routed.clockwork.tick().routed == 1


def test_busy_away_and_offline_are_given_nothing_and_keep_what_they_have(routed: Desk) -> None:
    """Going offline leaves what one has, and says so; nothing more comes."""
    first = wrote(routed)
    routed.clockwork.tick()
    for state in ("busy", "away", "offline"):
        notice = routed.staffing.be(state).notice
        assert ("1 open conversation stays with you" in notice) == (state != "busy")
        assert routed.clockwork.tick().routed == 0
        second = wrote(routed, sender=f"{state}@x.example")
        assert routed.clockwork.tick().routed == 0
        assert whose(routed, first, second) == ["Ana Soler", ""]


@pytest.mark.parametrize(("state", "then"), [("busy", "Ana Soler"), ("away", "Ben"), ("offline", "Ben")])
def test_what_opens_again_returns_to_whose_it_is_while_they_are_there(
    routed: Desk, store: Store, clock: HeldClock, state: str, then: str
) -> None:
    """B12: a reply, a wake and a re-opening by hand alike."""
    numbers = [wrote(routed, sender=f"{n}@x.example", subject=f"S{n}") for n in range(3)]
    for number in numbers:
        routed.triage.assign(number, routed.agent.id)
    routed.triage.done(numbers[0])
    routed.triage.done(numbers[1])
    routed.triage.snooze(numbers[2], clock.now() + timedelta(hours=1))
    routed.staffing.be(state)
    colleague(store, "ben").staffing.change(2, capacity=5)
    clock.advance(hours=2)
    ids = [row[0] for row in _message_ids(store, numbers[0])]
    assert wrote(routed, sender="0@x.example", references=tuple(ids)) == numbers[0]
    routed.triage.reopen(numbers[1])
    routed.clockwork.tick()
    assert whose(routed, *numbers) == [then] * 3


def test_a_teams_work_goes_to_its_members(routed: Desk, store: Store, clock: HeldClock) -> None:
    """A channel's new conversations are of the team that the settings name, and go to its members alone."""
    ben, cleo = (colleague(store, login) for login in ("ben", "cleo"))
    team(routed, "Phone", ben)
    routed.channel_teams = {"sms": "phone"}
    numbers = [
        wrote(routed, sender=f"+3460012345{n}", channel="sms", at=clock.now() - timedelta(minutes=9))
        for n in range(3)
    ]
    mail = wrote(routed)
    routed.clockwork.tick()
    assert [routed.reads.conversation(number).team for number in numbers] == ["Phone"] * 3
    assert sorted(whose(routed, *numbers)) == ["", "Ben", "Ben"]
    assert whose(routed, mail) == ["Ana Soler"]
    routed.staffing.change_members(1, [cleo.agent.id], ())
    assert sorted(whose(routed, *numbers)) == ["Ben", "Ben", "Cleo"]


def test_what_is_put_back_goes_to_somebody_else(routed: Desk, store: Store) -> None:
    """Who puts a conversation back is not given it again while another can take it."""
    ben, number = colleague(store, "ben"), wrote(routed)
    routed.clockwork.tick()
    assert whose(routed, number) == ["Ana Soler"]
    # Ben has more, and is given it all the same.
    routed.triage.assign(wrote(routed, sender="li@example.net"), ben.agent.id)
    routed.triage.assign(number, None)
    assert whose(routed, number) == ["Ben"]


def test_any_number_of_programs_give_each_once(routed: Desk, store: Store, clock: HeldClock) -> None:
    """F1: four programs at once: one line of history each, loads even, nobody over capacity."""
    for login in ("ben", "cleo", "dan"):
        colleague(store, login)
    numbers = [wrote(routed, sender=f"c{n}@x.example") for n in range(60)]
    programs = [
        Desk(Store(store.address, clock).open(), routed.agent, routed.post, routing=True, capacity=12)
        for _ in range(4)
    ]
    with ThreadPoolExecutor(4) as pool:
        passes = list(pool.map(lambda desk: desk.clockwork.tick(), programs))
    assert sum(each.routed for each in passes) == 48
    lines = [line.act for number in numbers for line in routed.reads.history(number)]
    assert lines.count("conversation.routed") == 48
    assert [each.load for each in routed.colleagues.agents()] == [12] * 4
    for program in programs:
        program.store.close()


def test_what_an_agent_begins_is_theirs(routed: Desk) -> None:
    """A5: where work is routed a new conversation has its writer, and is not given to another."""
    customer = routed.reads.conversation(wrote(routed)).customer_id
    draft = replace(routed.reads.draft(customer, "email"), subject="News", body="It left.")
    number = routed.replies.send(draft).conversation_id
    assert number is not None
    assert whose(routed, number) == ["Ana Soler"]


def test_without_routing_it_is_a_shared_inbox(desk: Desk, store: Store, transport: Recorder) -> None:
    """B11: nobody is given anything; who takes it has it."""
    ben = colleague(store, "ben")
    number = wrote(desk)
    assert desk.clockwork.tick().routed == 0
    assert inbox(desk) == inbox(ben) == [number]
    desk.triage.done(number)
    desk.staffing.be("offline")
    desk.triage.reopen(number)
    assert whose(desk, number) == [""]


def _message_ids(store: Store, number: int) -> list[tuple[str]]:
    with store.reading() as reader:
        return reader.all("SELECT message_id FROM message WHERE conversation_id = :i", i=number)
