"""Until when a customer can be answered, and when a message arrived, where an agent reads and writes."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from kustui.clock import HeldClock, milliseconds
from kustui.desk import Desk
from support.outbox import put
from support.people import wrote
from support.replying import outbound, pass_time, write
from support.sitting import Sitting, sitting


def head(at: Sitting) -> str:
    """The editor's upper line."""
    return str(at.screen.editor.query_one("#reply-head", Static).content)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_window_is_said_where_it_is_read_and_written(
    acme: Desk, clock: HeldClock, size: tuple[int, int]
) -> None:
    """D1: on the conversation's header and over the text, with what is left; when it is over, too."""
    async with sitting(acme, size) as at:
        await at.open("伊藤 そら")
        until = "Facebook: until Fri 09:41 (in 21 h 59 m)"
        assert until in at.text()
        await at.press("r")
        assert f"{until} → sora.ito" in head(at)
        assert f"{until} → sora.ito" in at.text()
        clock.advance(hours=22)
        await at.type("はい")
        assert "Facebook: closed since Fri 09:41, they must write first" in head(at)
        await at.press("f9")
        assert any("They must write first." in each for each in at.refusals)
        assert outbound(acme, at.number) == []
        assert at.words == "はい"
        wrote(acme, "もしもし", channel="facebook", sender="sora.ito", name="伊藤 そら")
        at.screen.look_if_changed()
        assert "Facebook: until Sat 09:42 (in 1 d)" in head(at)


async def test_where_there_is_little_room_the_recipient_stands_whole(acme: Desk) -> None:
    """D1: how much time is left gives way to who it goes to."""
    sender = "somebody.with.a.long.name"
    wrote(acme, "Hi", channel="facebook", sender=sender, name="Somebody Long")
    async with sitting(acme, (80, 24)) as at:
        await at.open("Somebody Long")
        await at.press("r")
        assert f"Facebook: until Fri 11:42 → {sender} " in head(at)


async def test_no_window_is_said_of_a_channel_that_has_none(acme: Desk) -> None:
    """D1: an email can be answered at any time, and a note on Facebook too."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("r")
        assert "until" not in head(at)
        await at.open("伊藤 そら")
        await at.press("n")
        assert "Facebook" not in head(at)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(60, "sent 11:42 · delivered 11:43"), (86_400, "sent 11:42 · delivered Fri 11:42"), (-60, "sent ✓")],
)
async def test_when_a_message_arrived_stands_where_its_fate_does(
    acme: Desk, clock: HeldClock, seconds: int, words: str
) -> None:
    """D7: sent, and delivered, by the agent's clock; what was said of an earlier sending is not said."""
    async with sitting(acme) as at:
        await write(at, "Ben Achieng", "It is at your door.")
        await at.press("f9")
        pass_time(acme, seconds=5)
        arrived = milliseconds(clock.now()) + seconds * 1000
        put(acme, "UPDATE outbox SET delivered_at = :a WHERE state = 'sent'", a=arrived)
        at.screen.show_customer(at.screen.customer.id if at.screen.customer else 0)
        await at.press("escape")
        assert words in at.text()
        assert ("delivered" in at.text()) == ("delivered" in words)
