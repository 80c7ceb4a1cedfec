"""What tests of the scorecard share: a shift by the held clock, told in minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from kustui.clock import HeldClock
from kustui.core.scorecard import Scorecard
from kustui.desk import Desk
from kustui.training.score import Goals, ShiftFacts, score
from support.people import wrote
from support.writing import drafted, sent


class Shift:
    """A shift at a desk that begins when it is made."""

    def __init__(self, desk: Desk, clock: HeldClock) -> None:
        self.desk = desk
        self.clock = clock
        self.began = clock.now()

    def after(self, minutes: float) -> datetime:
        """Go on to so many minutes after the beginning."""
        self.clock.set(self.began + timedelta(minutes=minutes))
        return self.clock.now()

    def asks(self, who: str, body: str = "Where is my order?", **more: Any) -> int:
        """A customer writes an email; answers the conversation."""
        told = {"sender": f"{who.split()[0].lower()}@example.com", "name": who, "subject": f"From {who}"}
        return wrote(self.desk, body, **{**told, **more})

    def again(self, number: int, who: str, body: str, **more: Any) -> None:
        """They write in the same conversation once more."""
        from support.outbox import ask

        found = ask(
            self.desk,
            "SELECT message_id FROM message WHERE conversation_id = :c AND direction = 'inbound' ORDER BY id",
            c=number,
        )
        assert self.asks(who, body, references=(found[0][0],), **more) == number

    def replies(self, number: int, body: str = "It left today.") -> None:
        """The trainee answers, for good."""
        sent(self.desk, number, body)

    def notes(self, number: int, body: str) -> None:
        """The trainee writes a note."""
        self.desk.replies.send(drafted(self.desk, number, body, "note"))

    def card(self, goals: Goals | None = None, **more: Any) -> Scorecard:
        """The scorecard at this moment, of a shift of two hours."""
        facts = ShiftFacts(
            "monday", "Monday morning", 7, "ana", self.began, self.clock.now(), timedelta(hours=2)
        )
        return score(self.desk, replace(facts, goals=goals or Goals(), **more))

    def mistakes(self, **more: Any) -> list[tuple[str, int]]:
        """The kinds of mistakes and where they were made."""
        return [(each.kind, each.conversation_id) for each in self.card(**more).mistakes]
