"""Telling colleagues what is being done, and seeing what they do. It is advice: nothing waits for it."""

from __future__ import annotations

import threading
from secrets import token_hex
from typing import TYPE_CHECKING

from kustui.core.presence import LOOKS, RENEWED, Doing, Presence, at_present, ends
from kustui.core.records import Changed, Draft
from kustui.store.queries import presence as asking

if TYPE_CHECKING:
    # Looking needs no ORM.
    from datetime import datetime

    from kustui.desk import Desk
    from kustui.store.frame import Frame


class Presences:
    """What this program says of its agent, and what the others say of theirs."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._program = token_hex(8)
        self._told: Presence | None = None
        self._lock = threading.Lock()

    # -- seeing ------------------------------------------------------------------

    def everyone(self) -> tuple[Presence, ...]:
        """What every agent does at this moment, those who write first."""
        return self._present(0)

    def others(self) -> tuple[Presence, ...]:
        """What the other agents do; this agent's own programs are nobody else."""
        return self._present(self._desk.agent.id)

    def newest_reply(self, conversation_id: int) -> tuple[int, str]:
        """(number, who) of the last message to the customer that a colleague wrote; (0, "") for none."""
        with self._desk.store.reading() as reader:
            return asking.newest_reply(reader, conversation_id, self._desk.agent.id)

    def _present(self, but: int) -> tuple[Presence, ...]:
        now = self._desk.now()
        with self._desk.store.reading() as reader:
            # Who typed and did not leave looks a while longer.
            return at_present(asking.present(reader, now - LOOKS, but), now)

    # -- telling -----------------------------------------------------------------

    def opening(self, customer_id: int) -> Changed:
        """Open a customer as `triage.open_customer` does, and say so to colleagues, in one transaction."""
        with self._desk.store.writing_plainly() as act:
            changed = self._desk.triage.open_customer(customer_id)
            self._put(act, customer_id, None, "looking")
        return changed

    def typing(self, act: Frame, draft: Draft) -> None:
        """Inside the act that saves a draft: say that it is being written, where that is news."""
        self._put(
            act, draft.customer_id, draft.conversation_id, "noting" if draft.kind == "note" else "replying"
        )

    def looking(self, customer_id: int) -> None:
        """Say that the agent only looks, where something else was said, or that too long ago."""
        if self.is_news(customer_id, None, "looking", self._desk.now()):
            with self._desk.store.writing_plainly(claiming=True, quiet=True) as act:
                self._put(act, customer_id, None, "looking")

    @property
    def is_writing(self) -> bool:
        """Whether it was said last that words are written."""
        return self._told is not None and self._told.writes

    def is_stale(self, now: datetime) -> bool:
        """Whether it was said that the agent looks, and that is hardly believed any more."""
        told = self._told
        return told is not None and not told.writes and self.is_news(told.customer_id, None, "looking", now)

    def ended(self) -> None:
        """Say nothing of this program any more: it ends, or shows nobody."""
        with self._lock:
            told, self._told = self._told, None
        if told is not None:
            with self._desk.store.writing_plainly(claiming=True, quiet=True) as act:
                asking.remove(act.ask(), told.agent_id, self._program)

    def is_news(self, customer_id: int, conversation_id: int | None, doing: Doing, now: datetime) -> bool:
        """Whether what was last said is something else, or will not be believed for long."""
        told = self._same(customer_id, conversation_id, doing)
        return told is None or ends(doing, now) - told.until >= RENEWED[doing]

    def _same(self, customer_id: int, conversation_id: int | None, doing: Doing) -> Presence | None:
        told = self._told
        wanted = (customer_id, conversation_id, doing)
        if told is None or (told.customer_id, told.conversation_id, told.doing) != wanted:
            return None
        return told

    def _put(self, act: Frame, customer_id: int, conversation_id: int | None, doing: Doing) -> None:
        with self._lock:
            if not self.is_news(customer_id, conversation_id, doing, act.now):
                return
            told = self._same(customer_id, conversation_id, doing)
            since = told.since if told is not None and told.until > act.now else act.now
            me = self._desk.agent
            item = Presence(
                me.id, me.name, customer_id, "", conversation_id, doing, since, ends(doing, act.now)
            )
            asking.put(act.ask(), self._program, item)
            asking.forget(act.ask(), act.now - 2 * LOOKS)
            self._told = item
