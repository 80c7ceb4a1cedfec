"""What `kustui demo` opens: a busy day at Nettlebeck, who sew bags and mend them.

The same seed makes the same workspace, apart from the instant it begins at.
"""

from __future__ import annotations

from datetime import timedelta

from kustui.core.records import Changed
from kustui.desk import Desk
from kustui.training import cast
from kustui.training.hostile import letters

WORKSPACE = "Nettlebeck Bags"
ADDRESS = "support@nettlebeck.example"
AGENT = "you"
NAME = "Robin Hale"


def languages(seed: int) -> dict[str, str]:
    """Which language the owner of each address answers in."""
    return cast.languages(seed)


def fill(desk: Desk, seed: int = 1) -> Changed:
    """Write the demo's workspace into an empty one.

    What the hostile customer sends comes in by the same door as everybody's mail.
    """
    now = desk.now()
    changed = desk.seeding.fill(cast.scene(seed, now, desk.zone))
    for letter in letters(now - timedelta(minutes=3)):
        desk.intake.receive(letter)
    return changed
