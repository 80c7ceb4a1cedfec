"""What came meanwhile, said between two lines and never in the middle of one."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kustui.core.outbox import UNSETTLED
from kustui.core.presence import said
from kustui.core.text import one_line
from kustui.core.words import notices
from kustui.desk import arrivals
from kustui.errors import KustuiError

if TYPE_CHECKING:
    from kustui.desk import Desk

NAMED = 5
"""Of those who wrote, as many are named."""
AGAIN_SECONDS = 600.0
"""After so long it is said again what trouble the clockwork is in."""
NOT_YET = ("held", "queued", "sending", "scheduled")
"""What a message is as long as it is still watched."""


class News:
    """Knows what has been said already."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.troubles: deque[KustuiError] = deque(maxlen=20)
        """What went wrong in the background; put in by its threads."""
        self._said: dict[str, float] = {}
        self._message = arrivals.newest(desk)
        lamps = desk.reads.lamps()
        self._notice = lamps.newest
        self._watched: set[int] = set()
        self._open: tuple[int | None, int | None] = (None, None)
        self._present: tuple[str, ...] = ()
        self._reply = 0

    def at_first(self) -> Iterator[str]:
        """What waits besides the inbox when the agent comes."""
        lamps = self._desk.reads.lamps()
        if lamps.unread:
            yield f"{notices(lamps.unread)}: notifications says them."
        wrong = [
            f"{count:,} {word}"
            for count, word in (
                (lamps.failed, "not sent"),
                (lamps.uncertain, "uncertain"),
                (lamps.held, "held"),
            )
            if count
        ]
        if wrong:
            yield f"{', '.join(wrong)}: outbox says which."

    def watch(self, message_id: int | None) -> None:
        """Say what becomes of a message that is on its way."""
        if message_id is not None:
            self._watched.add(message_id)

    def opened(self, customer: int | None, conversation: int | None) -> None:
        """From now on it is news who else is there, and who replies."""
        self._open, self._present, self._reply = (customer, conversation), (), 0
        if conversation is not None:
            self._reply, _ = self._desk.presence.newest_reply(conversation)

    def lines(self) -> Iterator[str]:
        """What is to be said; each once."""
        yield from self.troubled()
        yield from self._sent()
        yield from self._came()
        yield from self._noticed()
        yield from self._attended()

    def troubled(self) -> Iterator[str]:
        """What went wrong; what lasts is said again only after a while."""
        now = time.monotonic()
        while self.troubles:
            words = str(self.troubles.popleft())
            if now - self._said.get(words, -AGAIN_SECONDS) >= AGAIN_SECONDS:
                self._said[words] = now
                yield f"Trouble: {words}"

    def _sent(self) -> Iterator[str]:
        for number in sorted(self._watched):
            item = self._desk.reads.outgoing_of(number)
            if item is not None and item.fate in NOT_YET:
                continue
            self._watched.discard(number)
            if item is None:
                continue
            reason = f": {one_line(item.reason)}" if item.reason else ""
            if item.fate == "sent":
                yield f"Sent: {one_line(item.customer, 40)}, #{item.conversation_id}."
            elif item.fate in UNSETTLED:
                yield f"{item.fate.capitalize()}, to {one_line(item.customer, 40)}, outbox {item.id}{reason}."

    def _came(self) -> Iterator[str]:
        found = arrivals.since(self._desk, self._message)
        if not found:
            return
        inbox = self._desk.reads.listing("inbox")
        mine = {each.customer_id for each in inbox.among([each.customer_id for each in found])}  # type: ignore[union-attr]  # the inbox is no forecast
        self._message = max(each.id for each in found)
        here = [each for each in found if each.conversation_id == self._open[1]]
        if here:
            yield f"{one_line(here[-1].name, 40)} wrote here: last says it."
        others = {
            each.conversation_id: each for each in found if each.customer_id in mine and each not in here
        }
        if others:
            named = list(others.values())
            said_of = [
                f"{one_line(each.name, 40)}, #{each.conversation_id}, {one_line(each.subject, 60)}"
                for each in named[:NAMED]
            ]
            more = f"; and {len(named) - NAMED:,} more" if len(named) > NAMED else ""
            yield f"{len(named):,} came in: {'; '.join(said_of)}{more}."

    def _noticed(self) -> Iterator[str]:
        lamps = self._desk.reads.lamps()
        if lamps.newest <= self._notice:
            return
        found = self._desk.reads.notifications(NAMED, only_unread=True, after=self._notice)
        self._notice = lamps.newest
        for each in reversed(found):
            yield f"Notice: {one_line(each.text, 250)}"

    def _attended(self) -> Iterator[str]:
        customer, conversation = self._open
        if conversation is not None:
            reply, who = self._desk.presence.newest_reply(conversation)
            if reply > self._reply:
                self._reply = reply
                yield f"{one_line(who, 40)} replied here: last says it."
        if customer is None:
            return
        others = [each for each in self._desk.presence.others() if each.customer_id == customer]
        now = self._desk.now()
        present = tuple(f"{each.agent_id} {each.doing}" for each in others)
        news = [each for each, key in zip(others, present, strict=True) if key not in self._present]
        self._present = present
        for each in news:
            yield f"{one_line(said(each, now), 80)} here."
