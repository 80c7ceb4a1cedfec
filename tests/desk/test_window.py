"""How long after their last message a customer may be answered, by channel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kustui.clock import HeldClock
from kustui.core import sending
from kustui.desk import Desk
from kustui.errors import Refused
from support.calls import ANA
from support.people import wrote
from support.writing import drafted, number_of, sent


def test_facebook_is_answered_within_a_day_of_their_last_message(desk: Desk, clock: HeldClock) -> None:
    """D1: to the millisecond; refused in words, the draft stands, notes go on, and their writing opens it."""
    where = wrote(desk, channel="facebook", sender="9001", name="Ana Ruiz")
    clock.advance(hours=23, minutes=59, seconds=59.999)
    assert number_of(desk, sent(desk, where, "In time."))
    clock.advance(seconds=0.001)
    held = drafted(desk, where, "Too late.")
    with pytest.raises(Refused) as refused:
        desk.replies.send(held)
    assert refused.value.title == "Too late to answer by Facebook"
    assert refused.value.message == (
        "Facebook lets you answer within 24 hours of their last message; that was Thu 11:42. "
        "They must write first."
    )
    assert desk.reads.draft(held.customer_id, "reply", where).body == "Too late."
    desk.replies.send(drafted(desk, where, "They are late.", "note"))
    assert wrote(desk, "Still there?", channel="facebook", sender="9001") == where
    desk.replies.send(held)
    clock.advance(days=30)
    sms = wrote(desk, channel="sms", sender=ANA, at=clock.now().replace(month=6))
    sent(desk, sms, "No window here.")


def test_until_when_they_can_be_answered_is_told_in_words() -> None:
    """D1: the end of the window in the reader's zone, with what is left of it; nothing without a window."""
    madrid = ZoneInfo("Europe/Madrid")
    last, told = datetime(2026, 6, 2, 12, 3, tzinfo=UTC), sending.window_words
    assert told("facebook", last, last + timedelta(hours=21), madrid) == (
        "Facebook: until 14:03 (in 3 h 00 m)"
    )
    assert told("facebook", last, last, madrid) == "Facebook: until Wed 14:03 (in 1 d)"
    assert told("facebook", last, last + timedelta(days=1), madrid) == (
        "Facebook: closed since Wed 14:03, they must write first"
    )
    assert told("facebook", last, last + timedelta(days=40), madrid) == (
        "Facebook: closed since Wed 3 Jun 14:03, they must write first"
    )
    for channel in ("email", "sms", "chat", "note", "pigeon"):
        assert told(channel, last, last + timedelta(days=40), madrid) == ""
    assert told("facebook", None, last, madrid) == ""
    with pytest.raises(Refused, match="They have not written by Facebook"):
        sending.check_window("facebook", None, last, madrid)
