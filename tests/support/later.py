"""What tests of sending later share: other clocks, the outbox as it stands, a choice of 24 hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kustui.clock import HeldClock
from kustui.core.post import Outgoing
from kustui.desk import Desk
from kustui.store import tables
from support.replying import write
from support.sitting import Sitting, settled


def far_apart(desk: Desk) -> None:
    """Hang up the clocks of SPEC D4: it is 08:00 on the server and 09:00 for the agent."""
    clock = desk.store._held
    assert isinstance(clock, HeldClock)
    clock.advance(hours=2, minutes=18)
    desk.server_zone = ZoneInfo("America/New_York")
    desk.agent = replace(desk.agent, zone="America/Sao_Paulo")


def outbox(desk: Desk, customer: str = "") -> list[Outgoing]:
    """What is in the outbox, of everybody or of one customer."""
    items = desk.reads.forecast("outbox").items(0, 64)
    return [item for item in items if customer in ("", item.customer)]


def due(desk: Desk, customer: str) -> datetime:
    """When the one message to a customer is due."""
    (item,) = outbox(desk, customer)
    return item.at


def day_choice(desk: Desk, *, enabled: bool = True) -> None:
    """Give the workspace a snooze choice of 24 hours."""
    with desk.store.writing() as act:
        act.add(
            tables.SnoozeChoice(
                position=9, key="9", label="In 24 hours", kind="duration", value="1440", enabled=enabled
            )
        )


def state(desk: Desk, number: int, state: str, reason: str = "") -> None:
    """Put a message of the outbox into another state, as the clockwork would."""
    with desk.store.writing() as act:
        row = act.get(tables.Outbox, number, "message")
        row.state, row.reason = state, reason
        act.session.add(row)


async def ask_when(at: Sitting, name: str, words: str = "Bonjour") -> None:
    """Write to a customer and open the dialog of Send later."""
    await write(at, name, words)
    await at.press("ctrl+o", "l")


async def scheduled(at: Sitting, name: str, words: str = "Bonjour", key: str = "1") -> None:
    """Write to a customer and have it go by one of the dialog's choices."""
    await ask_when(at, name, words)
    await at.press(key)


async def look(at: Sitting) -> None:
    """Let the screen look whether anybody has written, as it does each second."""
    at.screen.look_if_changed()
    await settled(at.pilot)


def last_line(at: Sitting) -> str:
    """The status line."""
    return at.text().splitlines()[-1]


def row_of(at: Sitting, name: str) -> int:
    """Put the cursor of the upper list on somebody's row."""
    at.screen.inbox.focus()
    place = at.names().index(name)
    at.screen.inbox.action_to(place)
    return place


async def go(at: Sitting, place: str, name: str) -> None:
    """To somebody's message in the Outbox, or on the timeline."""
    await at.press("g", "i" if place == "timeline" else "o")
    row_of(at, name)
    if place == "timeline":
        await at.press("enter")
