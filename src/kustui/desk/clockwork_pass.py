"""What one pass of the clockwork did; apart, so that the screen can name it without loading the ORM."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Pass:
    """How many conversations woke, and how many messages went out, failed, and came in."""

    woken: int = 0
    sent: int = 0
    failed: int = 0
    received: int = 0

    def __bool__(self) -> bool:
        return bool(self.woken or self.sent or self.failed or self.received)

    def words(self) -> str:
        """What an agent is told of it; empty when there is nothing to tell."""
        parts = []
        if self.woken:
            parts.append(f"{self.woken} open again: the snooze is over")
        if self.received:
            parts.append(f"{self.received} new message{'s' * (self.received > 1)}")
        if self.failed:
            parts.append(f"{self.failed} not sent")
        return " · ".join(parts)
