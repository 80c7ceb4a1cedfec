"""What one pass of the clockwork did; apart, so that the screen can name it without loading the ORM."""

from __future__ import annotations

from dataclasses import dataclass, field

from kustui.errors import KustuiError


@dataclass
class Pass:
    """How many conversations woke and were routed, and how many messages went out, failed, were held, and
    came in.

    `trouble` is what came in the way of the rest. `opened` names the conversations that woke,
    `wrote` says of each message that came who wrote it. `elsewhere` says of a mailbox that another
    program reads it.
    """

    woken: int = 0
    sent: int = 0
    failed: int = 0
    held: int = 0
    received: int = 0
    routed: int = 0
    opened: list[str] = field(default_factory=list)
    wrote: list[str] = field(default_factory=list)
    elsewhere: bool = False
    trouble: KustuiError | None = None

    def __bool__(self) -> bool:
        return bool(self.woken or self.sent or self.failed or self.held or self.received or self.routed)

    def add(self, other: Pass) -> None:
        """Take over what another pass did after this one; the first trouble stays."""
        for name, number in other.counts().items():
            setattr(self, name, getattr(self, name) + number)
        self.opened += other.opened
        self.wrote += other.wrote
        self.trouble = self.trouble or other.trouble

    def counts(self) -> dict[str, int]:
        """The counts alone, by name."""
        return {
            "woken": self.woken,
            "sent": self.sent,
            "failed": self.failed,
            "held": self.held,
            "received": self.received,
            "routed": self.routed,
        }

    def words(self) -> str:
        """What an agent is told of it; empty when there is nothing to tell."""
        parts = []
        if self.woken:
            who = self.opened[0] if len(self.opened) == self.woken == 1 else str(self.woken)
            parts.append(f"{who} open again: the snooze is over")
        if self.received:
            parts.append(
                self.wrote[0] if self.received == 1 and self.wrote else f"{self.received} new messages"
            )
        if self.failed:
            parts.append(f"{self.failed} not sent")
        if self.held:
            parts.append(f"{self.held} held: more than a day late")
        return " · ".join(parts)
