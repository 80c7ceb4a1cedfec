"""Reading mailboxes: one program at a time, and nothing is marked as read before it is filed (SPEC B1).

Which program has a mailbox, and how far it has come, stands in the store. The cursor moves in the
transaction that files what stood before it, and only for the program that has the mailbox.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kustui.clock import milliseconds
from kustui.delivery import Arrived, Collects
from kustui.desk.clockwork_pass import Pass
from kustui.desk.home import is_home
from kustui.desk.owners import has_ended, owner_name
from kustui.errors import SettingsTrouble
from kustui.store.queries import collecting as asking
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

LEASE_MS = 180_000
RENEW_MS = 60_000
"""A lease with less than this left is renewed; a program that has died frees its mailboxes at once."""
IDLE_SECONDS = 60.0
ELSEWHERE_SECONDS = 5.0
"""How long to leave a mailbox alone that another program reads."""


class LostMailbox(Exception):
    """Another program has the mailbox; what was read is its business."""


class Collecting:
    """Reads mailboxes for one program."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._owner = owner_name()

    def collector(self, channel: str) -> Collects:
        """What brings a channel in; raises SettingsTrouble when what is named cannot."""
        found: object = self._desk.post.collectors[channel]
        if not isinstance(found, Collects):
            raise SettingsTrouble(
                "That reads no mailbox", f"collect.{channel} names a transport that only sends; imap reads."
            )
        return found

    def read(self, channel: str, done: Pass, stop: threading.Event | None = None) -> bool:
        """File everything that has come to a channel's mailbox; False when another program has it.

        Ends between two portions when `stop` is set. A copy of a store reads nothing.
        """
        collector = self.collector(channel)
        cursor = self._taken(collector.mailbox)
        if cursor is None:
            return False
        try:
            for portion in collector.arrivals(cursor):
                if portion.arrived:
                    self._file(collector.mailbox, portion.arrived, done)
                elif portion.cursor != cursor:
                    self._advance(collector.mailbox, portion.cursor)
                if stop is not None and stop.is_set():
                    break
        except LostMailbox:
            return False
        return True

    def wait(self, channel: str, mine: bool, stop: threading.Event) -> None:
        """Wait for more on a channel; a mailbox that is another program's is only looked at now and then."""
        if mine:
            self.collector(channel).wait(IDLE_SECONDS, stop)
        else:
            self.collector(channel).close()
            stop.wait(ELSEWHERE_SECONDS)

    def leave(self, channel: str) -> None:
        """Let a mailbox go, so that another program has it at once."""
        collector = self.collector(channel)
        collector.close()
        with self._desk.store.writing() as act:
            asking.release(act.ask(), collector.mailbox, self._owner)

    # -- inside ----------------------------------------------------------------------------

    def _taken(self, mailbox: str) -> str | None:
        """The cursor of a mailbox that is this program's now; None when it is another's."""
        if not is_home(self._desk):
            return None
        with self._desk.store.reading() as reader:
            found = asking.held(reader, mailbox)
        now = milliseconds(self._desk.now())
        if (
            found is not None
            and found.owner == self._owner
            and RENEW_MS < found.lease_until - now <= LEASE_MS
        ):
            return found.cursor
        if not self._free(found, now):
            return None
        with self._desk.store.writing() as act:
            now = milliseconds(act.now)
            if not self._free(asking.held(act.ask(), mailbox), now):
                return None
            return asking.take(act.ask(), mailbox, self._owner, now + LEASE_MS)

    def _free(self, found: asking.Held | None, now: int) -> bool:
        if found is None or found.owner in ("", self._owner) or has_ended(found.owner):
            return True
        # A longer lease than there can be comes from a clock that was set back.
        return not 0 < found.lease_until - now <= LEASE_MS

    def _advance(self, mailbox: str, cursor: str) -> None:
        with self._desk.store.writing() as act:
            self._moved(act, mailbox, cursor)

    def _moved(self, act: Writing, mailbox: str, cursor: str) -> None:
        """Inside an act: the cursor is there now, and the lease begins anew."""
        until = milliseconds(act.now) + LEASE_MS
        if not asking.advance(act.ask(), mailbox, self._owner, cursor, until):
            raise LostMailbox

    def _file(self, mailbox: str, portion: Sequence[Arrived], done: Pass) -> None:
        def advance(act: Writing, filed: Sequence[Arrived]) -> None:
            self._moved(act, mailbox, filed[-1].cursor)

        changed = self._desk.intake.file_arrivals(portion, advance)
        done.received += len(changed)
        done.wrote += [each.notice for each in changed]
