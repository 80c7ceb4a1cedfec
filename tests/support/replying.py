"""What tests of writing share: typing a reply, letting time go on, and looking at what was sent."""

from __future__ import annotations

from kustui.clock import HeldClock
from kustui.desk import Desk
from support.sitting import Sitting


def outbound(desk: Desk, conversation: int) -> list[str]:
    """The bodies of our messages in a conversation."""
    with desk.store.reading() as reader:
        return [
            row[0]
            for row in reader.all(
                "SELECT body FROM message WHERE conversation_id = :c AND direction = 'outbound' ORDER BY id",
                c=conversation,
            )
        ]


def pass_time(desk: Desk, **step: float) -> None:
    """Let the held clock go on, and the clockwork do what is due."""
    clock = desk.store._held
    assert isinstance(clock, HeldClock)
    clock.advance(**step)
    desk.clockwork.tick()


async def write(at: Sitting, name: str, words: str) -> None:
    """Open a customer and type a reply."""
    await at.open(name)
    await at.press("r")
    await at.type(words)
