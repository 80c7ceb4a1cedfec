"""What `kustui demo` opens: a busy day at Nettlebeck, who sew bags and mend them.

The same seed makes the same workspace, apart from the instant it begins at.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from kustui.core.records import Changed
from kustui.desk import Desk
from kustui.training import cast as actors
from kustui.training.hostile import letters

if TYPE_CHECKING:
    from kustui.clock import HeldClock
    from kustui.training.shift import Foreseen, Shift

WORKSPACE = "Nettlebeck Bags"
ADDRESS = "support@nettlebeck.example"
AGENT = "you"
NAME = "Robin Hale"


def languages(seed: int) -> dict[str, str]:
    """Which language the owner of each address answers in."""
    return actors.languages(seed)


def shift(desk: Desk, clock: HeldClock) -> Shift:
    """The demo's time: it passes as real time does, until it is asked to pass otherwise."""
    from kustui.training.shift import Shift

    player = cast("Foreseen", desk.post.transports["email"])
    return Shift(desk, clock, player, kind="demo", title=WORKSPACE, pace="1")


def fill(desk: Desk, seed: int = 1) -> Changed:
    """Write the demo's workspace into an empty one.

    What the hostile customer sends comes in by the same door as everybody's mail.
    """
    now = desk.now()
    changed = desk.seeding.fill(actors.scene(seed, now, desk.zone))
    for letter in letters(now - timedelta(minutes=3)):
        desk.intake.receive(letter)
    return changed
