"""What comes in: one message, or a whole mailbox (SPEC B1, B12)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kustui.core.post import Inbound
from kustui.core.records import Changed
from kustui.core.text import one_line
from kustui.delivery import MailReader, RawMessage
from kustui.desk.filing import Filing
from kustui.errors import MissingExtra, Unreadable
from kustui.store import tables
from kustui.store.queries import incoming
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

BATCH = 400
BATCH_BYTES = 4_000_000
"""A transaction of an import files at most this many messages, and stops at this many bytes of them."""


@dataclass
class Tally:
    """How an import went: every message read is in exactly one of the other counts."""

    read: int = 0
    imported: int = 0
    already_there: int = 0
    quarantined: int = 0

    def words(self) -> str:
        """The import's last line."""
        return (
            f"{self.read:,} read, {self.imported:,} imported, {self.already_there:,} already there, "
            f"{self.quarantined:,} quarantined"
        )


class Intake:
    """Files incoming messages under customers and conversations."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def receive(self, message: Inbound) -> Changed | None:
        """File one message in one transaction; None when it came before."""
        with self._desk.store.writing() as act:
            return Filing(act, self._desk.post.own, [message]).file(message)

    def import_mail(
        self, paths: Iterable[Path], progress: Callable[[int, Tally], None] | None = None, *, status: str = ""
    ) -> Tally:
        """File every message under `paths`: .eml files, mbox, Maildir, folders of them.

        `progress` is told the bytes gone through since the last call. With `status` "done" new
        conversations are filed as done. A message that cannot be read is quarantined whole, with
        the reason. Importing again adds nothing.
        """
        if self._desk.post.mail is None:
            raise MissingExtra("Reading email", "email")
        reader = self._desk.post.mail()
        tally = Tally()
        batch: list[tuple[RawMessage, Inbound | Unreadable]] = []
        size = held = 0
        for raw in reader.raw(paths):
            batch.append((raw, self._parsed(reader, raw)))
            size += raw.size
            held += len(raw.content)
            if len(batch) >= BATCH or held >= BATCH_BYTES:
                self._file_batch(batch, tally, status)
                batch = []
                if progress:
                    progress(size, tally)
                size = held = 0
        self._file_batch(batch, tally, status)
        if progress:
            progress(size, tally)
        return tally

    def total(self, paths: Iterable[Path]) -> int:
        """Bytes that importing `paths` will go through, for a progress bar."""
        return self._desk.post.mail().total(paths) if self._desk.post.mail else 0

    # -- a batch -------------------------------------------------------------------

    def _parsed(self, reader: MailReader, raw: RawMessage) -> Inbound | Unreadable:
        if raw.trouble:
            return Unreadable("Not read", raw.trouble)
        try:
            return reader.parse(raw.content)
        except Unreadable as trouble:
            return trouble

    def _file_batch(
        self, batch: Sequence[tuple[RawMessage, Inbound | Unreadable]], tally: Tally, status: str
    ) -> None:
        if not batch:
            return
        trial = Tally(tally.read, tally.imported, tally.already_there, tally.quarantined)
        try:
            with self._desk.store.writing() as act:
                letters = [message for _, message in batch if isinstance(message, Inbound)]
                filing = Filing(act, self._desk.post.own, letters)
                for raw, message in batch:
                    self._count(act, filing, raw, message, trial, status)
        except (ValueError, TypeError, OverflowError, RecursionError):
            if len(batch) > 1:
                for item in batch:
                    self._file_batch([item], tally, status)
                return
            raw, _ = batch[0]
            trial = Tally(tally.read, tally.imported, tally.already_there, tally.quarantined)
            with self._desk.store.writing() as act:
                trouble = Unreadable("Not stored", "It holds something the store cannot keep.")
                self._count(act, Filing(act, frozenset(), ()), raw, trouble, trial, status)
        tally.read, tally.imported = trial.read, trial.imported
        tally.already_there, tally.quarantined = trial.already_there, trial.quarantined

    def _count(
        self,
        act: Writing,
        filing: Filing,
        raw: RawMessage,
        message: Inbound | Unreadable,
        tally: Tally,
        status: str,
    ) -> None:
        tally.read += 1
        if isinstance(message, Unreadable):
            if self._quarantine(act, raw, message):
                tally.quarantined += 1
            else:
                tally.already_there += 1
        elif filing.file(message, status=status) is None:
            tally.already_there += 1
        else:
            tally.imported += 1

    def _quarantine(self, act: Writing, raw: RawMessage, trouble: Unreadable) -> bool:
        digest = hashlib.sha256(raw.content).hexdigest()
        if incoming.quarantine_known(act.ask(), digest):
            return False
        act.session.add(
            tables.Quarantine(
                sha256=digest,
                source=one_line(raw.where, 500),
                reason=str(trouble),
                content=raw.content,
                at=act.now,
            )
        )
        act.record("message.quarantined", "import", str(trouble), after={"source": one_line(raw.where, 500)})
        return True
