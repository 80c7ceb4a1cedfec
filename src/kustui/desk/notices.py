"""Marking notifications as read; they are made by whatever happened (SPEC B7, D9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.clock import milliseconds
from kustui.core import words
from kustui.core.records import Changed
from kustui.errors import NotFound
from kustui.store.queries import notices

if TYPE_CHECKING:
    from kustui.desk import Desk


class Notices:
    """What this agent has been told; each act is one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self, number: int) -> Changed:
        """Mark one as read; doing it twice changes nothing. Raises NotFound when the agent has none such."""
        me = self._desk.agent.id
        with self._desk.store.writing() as act:
            if not notices.has(act.ask(), me, number):
                raise NotFound("No such notice", f"You have no notice {number}.")
            notices.read_one(act.ask(), me, number, milliseconds(act.now))
        return Changed()

    def read_all(self, newest: int) -> Changed:
        """Mark all as read up to the one with the id `newest`: what came since has not been seen."""
        with self._desk.store.writing() as act:
            count = notices.read_up_to(act.ask(), self._desk.agent.id, newest, milliseconds(act.now))
        return Changed(notice=f"{words.notices(count)} read" if count else "Nothing was unread")
