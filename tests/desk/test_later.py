"""Sending later: when a message goes, what can be done about it until then, and who is told."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from conftest import desk_of
from kustui.clock import HeldClock
from kustui.core import when
from kustui.core.records import Agent
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.errors import KustuiError, Refused
from support.outbox import ask, everything, item, queued, scheduled
from support.people import wrote
from support.transport import Recorder
from support.writing import drafted, fate, number_of


def test_only_email_and_sms_can_be_scheduled(desk: Desk) -> None:
    """D1, D4: chat and Facebook refuse a time in a sentence, and nothing is queued."""
    for channel in ("chat", "facebook"):
        number = wrote(desk, channel=channel, sender=f"visitor-{channel}")
        with pytest.raises(Refused, match="Only email and SMS"):
            scheduled(desk, number, hours=1)
    scheduled(desk, wrote(desk), hours=1)
    scheduled(desk, wrote(desk, channel="sms", sender="+34 600 123 456"), hours=1)
    assert [row[0] for row in ask(desk, "SELECT channel FROM outbox")] == ["email", "sms"]


@pytest.mark.parametrize("seconds", [0, -1, -86_400, 86_400 * 366 * 6])
def test_only_a_time_ahead_can_be_scheduled(desk: Desk, seconds: int) -> None:
    """D4: now, the past and a time years away are refused; draft, status and history stay."""
    draft = drafted(desk, wrote(desk), "Hello")
    before = everything(desk)
    with pytest.raises(Refused):
        desk.replies.send(draft, "done", at=desk.now() + timedelta(seconds=seconds))
    assert everything(desk) == before


def test_it_goes_at_its_time_and_not_a_millisecond_before(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D4, D5: it stands on the timeline at its time, waits through every earlier pass, and goes then."""
    number = wrote(desk)
    at = clock.now() + timedelta(hours=26)
    changed = desk.replies.send(drafted(desk, number, "Later"), at=at)
    view = desk.reads.timeline(desk.reads.conversation(number).customer_id)
    entry = view.entries(view.keys(number))[-1]
    assert (entry.at, entry.fate) == (at, "scheduled")
    clock.set(at - timedelta(milliseconds=1))
    assert desk.clockwork.tick().sent == 0
    assert fate(desk, changed) == "scheduled"
    clock.advance(milliseconds=1)
    assert desk.clockwork.tick().sent == 1
    assert [parcel.at for parcel in transport.sent] == [at]
    assert fate(desk, changed) == "sent"


def test_typed_ten_means_ten_on_the_servers_wall(
    desk: Desk, transport: Recorder, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D4: typed 10:00, agent's clock 09:00, server's 08:00, this machine's another: it goes in two hours."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        lisbon = ZoneInfo("Europe/Lisbon")
        clock.set(datetime(2026, 6, 4, 8, 0, tzinfo=lisbon))
        me = Agent(desk.agent.id, "ana", "Ana Soler", zone="Europe/Madrid")
        there = Desk(desk.store, me, desk.post, server_zone=lisbon)
        assert f"{there.now().astimezone(there.zone):%H:%M}" == "09:00"
        assert abs(datetime.now(UTC) - clock.now()) > timedelta(minutes=1)
        moment = when.parse("10:00", there.now(), there.server_zone)
        changed = there.replies.send(drafted(there, wrote(there), "At ten"), at=moment.at)
        two_hours = clock.now() + timedelta(hours=2)
        assert "10:00 Europe/Lisbon, in 2 h" in changed.notice
        placed = item(there, number_of(there, changed))
        assert (moment.at, placed.at) == (two_hours, two_hours)
        clock.advance(hours=1, minutes=59, seconds=59, milliseconds=999)
        there.clockwork.tick()
        assert transport.sent == []
        clock.advance(milliseconds=1)
        there.clockwork.tick()
        assert [parcel.at for parcel in transport.sent] == [two_hours]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_reply_before_its_time_flags_it_and_tells_its_author_once(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D9: the first reply flags the message and notifies whose it is, the second nothing new; it goes."""
    number = wrote(desk, message_id="q@x")
    ben = desk_of(desk.store, sign_in(desk.store, "ben", "Ben Osei"), transport)
    placed = scheduled(ben, number, hours=3)
    for body in ("Never mind", "Really"):
        clock.advance(minutes=5)
        wrote(desk, body, references=("q@x",))
    assert [note.kind for note in ben.reads.notifications()] == ["replied"]
    assert "it still goes" in ben.reads.notifications()[0].text
    assert desk.reads.notifications() == []
    assert item(desk, placed).replied_at == clock.now() - timedelta(minutes=5)
    clock.advance(hours=3)
    desk.clockwork.tick()
    assert item(desk, placed).state == "sent"


def test_a_reply_holds_it_where_its_switch_says_so_and_its_author_releases_it(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D9: with the switch it is held, its author told, and it goes only once it is released."""
    number = wrote(desk, message_id="q@x")
    placed = scheduled(desk, number, hours=1, hold=True)
    wrote(desk, "Wait!", references=("q@x",))
    clock.advance(hours=2)
    assert desk.clockwork.tick().sent == 0
    assert (item(desk, placed).fate, item(desk, placed).reason) == ("held", "They wrote before it was due.")
    assert ["it is held" in note.text for note in desk.reads.notifications()] == [True]
    desk.dispatch.send_now(placed)
    desk.clockwork.tick()
    assert [parcel.at for parcel in transport.sent] == [clock.now()]


def test_a_switch_set_after_a_first_reply_holds_on_the_next(desk: Desk, clock: HeldClock) -> None:
    """D9: what was flagged already is still held by the next reply once the switch is set; both are told."""
    number = wrote(desk, message_id="q@x")
    placed = scheduled(desk, number, hours=3)
    wrote(desk, "One", references=("q@x",))
    desk.dispatch.hold_on_reply(placed, True)
    clock.advance(minutes=1)
    wrote(desk, "Two", references=("q@x",))
    assert item(desk, placed).state == "held"
    assert len(desk.reads.notifications()) == 2
    desk.dispatch.reschedule(placed, clock.now() + timedelta(hours=2, minutes=59))
    clock.advance(minutes=1)
    wrote(desk, "Three", references=("q@x",))
    assert item(desk, placed).state == "held"
    assert len(desk.reads.notifications()) == 3


def test_automatic_replies_and_bounces_leave_it_alone(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D9: an out-of-office mail and a bounce are no reply: nothing is flagged, held or told of it."""
    number = wrote(desk, message_id="q@x")
    queued(desk, number, "First")
    desk.clockwork.tick()
    placed = scheduled(desk, number, hours=1, hold=True)
    wrote(desk, "I am away", references=("q@x",), automatic=True)
    wrote(desk, "550", sender="mailer-daemon@x", name="", bounce_of=transport.sent[0].message_id)
    assert item(desk, placed).state == "queued"
    assert item(desk, placed).replied_at is None
    assert [note.kind for note in desk.reads.notifications()] == ["failed"]


def test_every_bounce_of_a_message_that_was_tried_again_is_told(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """B12, D7: a message that bounced, was tried again and bounced again tells its author both times."""
    placed = queued(desk, wrote(desk))
    for _ in range(2):
        desk.clockwork.tick()
        bounce_of = transport.sent[-1].message_id
        wrote(desk, "550", sender="mailer-daemon@x", name="", bounce_of=bounce_of)
        assert item(desk, placed).state == "failed"
        clock.advance(minutes=1)
        desk.dispatch.retry(placed)
    assert [note.kind for note in desk.reads.notifications()] == ["failed", "failed"]


def test_a_day_late_it_is_held_and_told_on_every_hold_anew(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D9: due more than a day ago it is held, not sent, and its author told, also the second time."""
    placed = scheduled(desk, wrote(desk), hours=1)
    for times in (1, 2):
        clock.advance(hours=25, milliseconds=1)
        done = desk.clockwork.tick()
        assert (done.sent, done.held, item(desk, placed).state) == (0, 1, "held")
        assert [note.kind for note in desk.reads.notifications()] == ["held"] * times
        desk.dispatch.reschedule(placed, clock.now() + timedelta(hours=1))
    clock.advance(hours=25)
    assert desk.clockwork.tick().sent == 1
    assert len(transport.sent) == 1


def test_held_messages_of_the_team_can_be_let_go(desk: Desk, transport: Recorder, clock: HeldClock) -> None:
    """D7, D9: a mail to an agent that was held for being late is sent once somebody says so."""
    number = wrote(desk)
    desk.triage.snooze(number, clock.now() + timedelta(hours=1))
    clock.advance(hours=1)
    transport.before = KustuiError("down")
    desk.clockwork.tick()
    transport.before = None
    clock.advance(days=2)
    desk.clockwork.tick()
    [placed] = desk.reads.forecast("outbox").items(0, 9)
    assert (placed.kind, placed.fate) == ("notice", "held")
    desk.dispatch.send_now(placed.id)
    desk.clockwork.tick()
    assert [parcel.internal for parcel in transport.sent] == [True]
