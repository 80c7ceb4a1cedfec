"""The scorecard's figures, goals and points, each known by counting (SPEC G3)."""

from __future__ import annotations

import json

import pytest

from kustui.clock import HeldClock
from kustui.core import scorecard
from kustui.core.scorecard import Times
from kustui.desk import Desk
from kustui.errors import NotFound, Refused
from kustui.training.score import Goals, Never
from support.outbox import item, queued, scheduled
from support.scoring import Shift


@pytest.fixture
def shift(desk: Desk, clock: HeldClock) -> Shift:
    """A shift of Ana's that begins."""
    return Shift(desk, clock)


def morning(shift: Shift) -> list[int]:
    """Four customers: answered after 4, 10 and 30 minutes, one of them asked again and answered after 6; the
    fourth waits since minute 50. Now is minute 60.
    """
    one, two = shift.asks("Bo Hansen"), shift.asks("Li Wei")
    three = shift.asks("+34600123456", sender="+34600123456", name="Eva Ruiz", channel="sms")
    shift.after(4)
    shift.replies(one)
    shift.after(10)
    shift.replies(two)
    shift.again(one, "Bo Hansen", "And the second one?")
    shift.after(16)
    shift.replies(one, "The second one leaves tomorrow.")
    shift.after(30)
    shift.replies(three)
    shift.desk.triage.done(three)
    shift.after(50)
    four = shift.asks("Kim Doe")
    shift.after(60)
    return [one, two, three, four]


def test_how_long_customers_waited(shift: Shift) -> None:
    """Median, nine of ten and worst of first responses and next replies, in all and by channel."""
    four = morning(shift)[3]
    card = shift.card()
    assert card.first == Times(3, 600, 1800, 1800)
    assert card.following == Times(1, 360, 360, 360)
    assert [(each.channel, each.first) for each in card.channels] == [
        ("email", Times(2, 420, 600, 600)),
        ("sms", Times(1, 1800, 1800, 1800)),
    ]
    assert [(each.conversation_id, each.seconds) for each in card.waiting] == [(four, 600)]
    assert card.worst_wait is not None
    assert (card.worst_wait.customer, card.worst_wait.seconds) == ("Eva Ruiz", 1800)
    assert (card.replies, card.replies_per_hour, card.resolved, card.still_open) == (4, 40, 1, 3)
    assert card.most_waiting == 3
    assert [(each.replies, each.waiting) for each in card.curve][:4] == [(1, 2), (0, 2), (1, 2), (1, 1)]
    assert sum(each.replies for each in card.curve) == 4
    assert shift.card(Goals(first_response_minutes=9)).first == Times(4, 600, 1800, 1800)
    assert shift.card(no_answer=frozenset({"kim@example.com"})).waiting == ()


def test_nine_of_ten_are_nine_of_ten(shift: Shift) -> None:
    """Of ten who were answered after one to ten minutes, nine did not wait more than nine."""
    numbers = [shift.asks(f"Bo{place} Hansen") for place in range(10)]
    for place, number in enumerate(numbers, 1):
        shift.after(place)
        shift.replies(number)
    assert shift.card().first == Times(10, 330, 540, 600)


def test_what_waited_before_the_shift_is_counted_from_its_beginning(shift: Shift) -> None:
    """Who came before is nobody's fault; who asks again waits since they first asked; a reply that goes later
    is one when it is written.
    """
    shift.desk.promising.promise(first="30m")
    early, twice, later = shift.asks("Bo Hansen"), shift.asks("Li Wei"), shift.asks("Kim Doe")
    shift.after(40)
    own = Shift(shift.desk, shift.clock)
    own.after(2)
    own.again(twice, "Li Wei", "Hello?")
    own.after(5)
    own.replies(early)
    own.after(10)
    own.replies(twice)
    scheduled(own.desk, later, hours=3)
    card = own.card()
    assert card.first == Times(3, 600, 600, 600)
    assert (card.missed_targets, card.waiting) == (0, ())


def test_what_comes_back_has_a_target_too(shift: Shift) -> None:
    """A conversation that a snooze brought back is promised anew by the house, and that is missed as well."""
    shift.desk.promising.promise(next_reply="15m")
    number = shift.asks("Bo Hansen")
    shift.replies(number)
    shift.desk.triage.snooze(number, shift.began.replace(minute=52))
    shift.after(11)
    shift.desk.clockwork.tick()
    shift.after(20)
    assert shift.card().missed_targets == 0
    shift.after(30)
    assert shift.card().missed_targets == 1


def test_goals_make_points_and_say_how_far_off(shift: Shift) -> None:
    """Goals share the points; what is missed makes fewer the farther it was missed, and says by how much."""
    morning(shift)
    goals = Goals(first_response_minutes=20, next_reply_minutes=10, replies_per_hour=8, waiting_at_end=0)
    card = shift.card(goals)
    assert [(goal.met, goal.points, goal.worth) for goal in card.goals] == [
        (False, 25 * 21 // 31, 25), (True, 25, 25), (False, 12, 25), (False, 12, 25),
    ]  # fmt: skip
    assert card.goals[0].words == (
        "Nine in ten first responses within 20 minutes: missed with 30, by 10; 16 of 25 points."
    )
    assert (card.points, card.made_of) == (65, "1 of 4 goals met makes 65; no mistakes")
    assert (shift.card().points, shift.card().over) == (100, False)


def test_a_snooze_stops_the_clock_and_targets_are_the_houses(shift: Shift) -> None:
    """Away is no waiting; what runs out while it is open is missed, what is answered in time is not."""
    shift.desk.promising.promise(first="30m")
    late, away, soon = shift.asks("Bo Hansen"), shift.asks("Li Wei"), shift.asks("Kim Doe")
    shift.after(10)
    shift.desk.triage.snooze(away, shift.began.replace(hour=11, minute=12))
    shift.after(30)
    shift.replies(soon)
    assert [each.conversation_id for each in shift.card().waiting] == [late]
    shift.after(90)
    shift.desk.clockwork.tick()
    shift.after(100)
    shift.replies(away)
    shift.replies(late)
    card = shift.card()
    assert sorted(wait for wait in (card.first.worst, card.first.median)) == [1800, 6000]
    assert card.missed_targets == 1
    shift.desk.promising.promise(first="15m")
    assert shift.card().missed_targets == 3


def test_only_working_time_counts(shift: Shift, clock: HeldClock) -> None:
    """A night between the question and its answer is no wait, and no time in which to answer more."""
    shift.desk.promising.promise(first="4h", hours="Mon-Fri 09:00-11:42", zone="Europe/Madrid")
    number = shift.asks("Bo Hansen")
    clock.set(clock.now().replace(day=5, hour=7, minute=30))
    shift.replies(number)
    card = shift.card()
    assert card.first == Times(1, 1800, 1800, 1800)
    assert card.replies_per_hour == 20


def test_what_was_taken_back_was_not_done(shift: Shift) -> None:
    """D8: undone answers, done and snoozes are none; what is opened again by the customer counts as such."""
    one, two = shift.asks("Bo Hansen"), shift.asks("Li Wei", "Thank you for everything.")
    shift.replies(one)
    shift.desk.undo.last()
    shift.desk.triage.done(two)
    shift.desk.undo.last()
    shift.desk.triage.snooze(two, None)
    shift.desk.undo.last()
    shift.after(1)
    card = shift.card(keys=30)
    assert card.snoozed == 0
    assert (card.replies, card.resolved, card.reopened, card.keys_per_task) == (0, 0, 0, None)
    shift.desk.triage.done(two)
    shift.replies(one)
    assert shift.card(keys=30).keys_per_task == 150
    shift.again(two, "Li Wei", "One more thing.")
    card = shift.card(keys=31, pressed=((shift.began, "reply", 9), (shift.began, "reply", 12)))
    assert (card.resolved, card.reopened, card.keys_per_task) == (0, 1, 310)
    assert [(each.act, each.times, each.tenths) for each in card.efforts] == [("reply", 2, 105)]
    shift.desk.triage.snooze(two, None)
    shift.again(two, "Li Wei", "And another.")
    assert shift.card().reopened == 1


def test_a_card_travels_as_json_and_is_the_same_each_time(shift: Shift) -> None:
    """The same store and facts make the same card to the byte; what is no card is refused."""
    morning(shift)
    goals = Goals(1, 2, 3, 4, 5, 6)
    card = shift.card(goals, keys=99, never=(Never(("internal",)),))
    text = json.dumps(scorecard.packed(card))
    assert text == json.dumps(scorecard.packed(shift.card(goals, keys=99, never=(Never(("internal",)),))))
    assert scorecard.unpacked(json.loads(text)) == card
    for bad in ({}, {**scorecard.packed(card), "version": 2}, {**scorecard.packed(card), "goals": [1]}):
        with pytest.raises(Refused):
            scorecard.unpacked(bad)
    with pytest.raises(NotFound, match="'nobody'"):
        shift.card(agent="nobody")


def test_an_answer_that_failed_is_counted(shift: Shift) -> None:
    """D7: failed and not tried again."""
    from kustui.errors import DeliveryFailed
    from support.transport import Recorder

    number = queued(shift.desk, shift.asks("Bo Hansen"))
    transport = shift.desk.post.transports["email"]
    assert isinstance(transport, Recorder)
    transport.before = DeliveryFailed("Refused", "no such mailbox")
    shift.desk.clockwork.tick()
    assert item(shift.desk, number).state == "failed"
    assert shift.card().failed == 1
    assert shift.mistakes() == []
    shift.after(11)
    assert [kind for kind, _ in shift.mistakes()] == ["failed and left"]
    transport.before = None
    shift.replies(item(shift.desk, number).conversation_id or 0, "Once more: it left today.")
    assert (shift.card().failed, shift.mistakes()) == (1, [])
    shift.desk.dispatch.retry(number)
    shift.desk.clockwork.tick()
    assert (shift.card().failed, shift.mistakes()) == (0, [])
