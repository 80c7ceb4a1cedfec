"""Snoozing again as the last time, and snoozes that a reply does not end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import desk_of
from kustui.clock import HeldClock
from kustui.core import when
from kustui.core.records import SnoozeChoice
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.errors import Refused
from kustui.store.store import Store
from support.people import wrote
from support.transport import Recorder


def until(desk: Desk, number: int) -> str:
    """When a conversation's snooze ends, in Madrid; "reply" for until the reply."""
    snooze = desk.reads.conversation(number).snooze
    assert snooze is not None
    return when.absolute(snooze.until, desk.zone) if snooze.until else "reply"


def choice(desk: Desk, key: str) -> SnoozeChoice:
    """The choice of that key."""
    return next(each for each in desk.reads.snooze_choices() if each.key == key)


def two(desk: Desk) -> tuple[int, int]:
    """Two conversations."""
    return wrote(desk, sender="a@example.com"), wrote(desk, sender="b@example.com", message_id="b@b.example")


def test_a_choice_is_taken_again_from_now(desk: Desk, clock: HeldClock) -> None:
    """B3, B4: a choice is found by its label and counted from now, not from when it was chosen."""
    first, second = two(desk)
    desk.triage.snooze_by(first, choice(desk, "2"))
    clock.advance(hours=1)
    changed = desk.triage.snooze_again(second)
    assert until(desk, second) == "Thu 4 Jun 2026 14:42"
    assert changed.notice.startswith("Snoozed until Thu 4 Jun 14:42 Europe/Madrid")
    desk.triage.snooze_by(first, choice(desk, "t"))
    clock.advance(days=1)
    desk.triage.snooze_again(second)
    assert until(desk, second) == "Sat 6 Jun 2026 09:00"


def test_a_typed_time_is_read_again(desk: Desk, clock: HeldClock) -> None:
    """B3: "tue 14:30" means the next one, "3d" three days from now."""
    first, second = two(desk)
    for words, then, ends in (
        ("tue 14:30", 7, "Tue 16 Jun 2026 14:30"),
        ("3d", 0, "Sun 14 Jun 2026 11:42"),
    ):
        desk.triage.snooze(first, when.parse(words, clock.now(), desk.zone).at, label=words)
        clock.advance(days=then)
        desk.triage.snooze_again(second)
        assert until(desk, second) == ends


def test_until_reply_is_taken_again(desk: Desk) -> None:
    """B3: a snooze until the reply is one again."""
    first, second = two(desk)
    desk.triage.snooze_by(first, choice(desk, "r"))
    assert desk.triage.snooze_again(second).notice.startswith("Snoozed until they reply")
    assert until(desk, second) == "reply"


@pytest.mark.parametrize("label", ["2026-06-05 09:00", ""])
def test_a_time_that_is_past_by_now_is_refused(desk: Desk, clock: HeldClock, label: str) -> None:
    """B3: an absolute time that is past is refused in words, and nothing changes."""
    first, second = two(desk)
    desk.triage.snooze(first, when.parse("2026-06-05 09:00", clock.now(), desk.zone).at, label=label)
    clock.advance(days=2)
    before = desk.reads.conversation(second)
    with pytest.raises(Refused, match="last snooze was until '2026-06-05 09:00'") as refused:
        desk.triage.snooze_again(second)
    assert refused.value.title == "That time is past"
    assert desk.reads.conversation(second) == before


def test_a_label_that_is_no_choice_any_more_is_refused(desk: Desk) -> None:
    """B4: a choice that the workspace dropped, and whose label is no time, is refused by its name."""
    first, second = two(desk)
    gone = SnoozeChoice(99, "x", "After lunch", "duration", "90")
    desk.triage.snooze_by(first, gone)
    with pytest.raises(Refused, match="After lunch"):
        desk.triage.snooze_again(second)


def test_without_one_there_is_nothing_to_do_again(desk: Desk, store: Store) -> None:
    """B3: who has snoozed nothing is told so; another agent's snooze is not theirs."""
    first, second = two(desk)
    ben = desk_of(store, sign_in(store, "ben", "Ben Osei"), Recorder())
    ben.triage.snooze(first, None)
    with pytest.raises(Refused, match="snoozed nothing yet"):
        desk.triage.snooze_again(second)


def test_it_outlives_the_program(desk: Desk, clock: HeldClock) -> None:
    """B3: the last snooze is the store's to remember, for every program of the agent."""
    first, second = two(desk)
    desk.triage.snooze_by(first, choice(desk, "2"))
    later = Store(desk.store.address, clock).open()
    desk_of(later, desk.agent, Recorder()).triage.snooze_again(second)
    later.close()
    assert until(desk, second) == "Thu 4 Jun 2026 13:42"


def test_only_whether_a_reply_ends_it_is_carried(desk: Desk, clock: HeldClock) -> None:
    """B9: the second snooze is kept on a reply like the first; the customer's reply leaves both alone."""
    first, second = two(desk)
    desk.triage.snooze_by(first, choice(desk, "t"), keep_on_reply=True)
    changed = desk.triage.snooze_again(second)
    assert "Fri 5 Jun 09:00 Europe/Madrid, even if they reply" in changed.notice
    assert wrote(desk, "Hello?", sender="b@example.com", references=("b@b.example",)) == second
    item = desk.reads.conversation(second)
    assert item.status == "snoozed"
    assert item.snooze is not None
    assert item.snooze.keep_on_reply
    told = desk.reads.history(second)
    assert any(line.words.endswith("Europe/Madrid, even if they reply") for line in told)
    clock.advance(days=1)
    assert desk.clockwork.tick().woken == 2


def test_a_snooze_until_the_reply_ends_with_it_whatever_was_said(desk: Desk) -> None:
    """B9: staying snoozed means nothing where the reply is what is waited for."""
    number = wrote(desk, message_id="first@example.com")
    changed = desk.triage.snooze(number, None, keep_on_reply=True)
    assert "even if" not in changed.notice
    wrote(desk, "Here I am.", references=("first@example.com",))
    assert desk.reads.conversation(number).status == "open"


def test_the_details_say_that_a_reply_does_not_end_it(desk: Desk, clock: HeldClock) -> None:
    """B6, B9: the words of a snooze's details: until when, by whom, and that a reply does not end it."""
    number = wrote(desk)
    desk.triage.snooze(number, clock.now() + timedelta(hours=2), keep_on_reply=True)
    snooze = desk.reads.conversation(number).snooze
    assert snooze is not None
    assert when.reopening(snooze, clock.now(), desk.zone) == (
        "re-opens Thu 4 Jun 13:42 Europe/Madrid, in 2 h 00 m",
        "by Ana Soler; a reply does not end it",
    )
