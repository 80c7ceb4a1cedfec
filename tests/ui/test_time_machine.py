"""G3: the demo's time is moved from the screen."""

from __future__ import annotations

from datetime import timedelta

from kustui import staging
from kustui.desk import Desk
from support.sitting import sitting


async def test_time_is_moved_in_the_demo() -> None:
    """T shows where time may go; it goes there with everything that is due, and passes as it is told."""
    desk = staging.demo(1)
    began = desk.now()
    scheduled = desk.reads.forecast("scheduled").count()
    async with sitting(desk, (80, 24)) as at:
        await at.press("T")
        assert "To what happens next" in at.text()
        await at.press("0")
        assert "held" in at.screen.status_line.clock
        now = desk.now()
        await at.press("j", "k")
        assert desk.now() == now
        await at.press("T", "k", "j", "k")
        # The two keys of the menu, while it was held, took none.
        assert desk.now() == now + timedelta(seconds=2)
        await at.press("T", "m")
        await at.until(lambda: not at.screen.status_line.busy)
        assert desk.now().astimezone(desk.zone).strftime("%a %H:%M") == "Mon 09:00"
        assert desk.now() > began
        assert desk.reads.forecast("scheduled").count() < scheduled
        assert "It is Mon" in at.said


async def test_time_is_nobodys_to_move_at_work(acme: Desk) -> None:
    """Where no shift runs T says so, and changes nothing."""
    async with sitting(acme) as at:
        await at.press("T")
        assert "Time passes by itself here" in at.said
