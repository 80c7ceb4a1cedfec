"""What comes in: one message, or a whole mailbox (SPEC B1, B12)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kustui.clock import milliseconds
from kustui.core.post import Inbound
from kustui.core.records import Changed
from kustui.core.text import one_line
from kustui.delivery import Arrived, MailReader, RawMessage
from kustui.desk.filing import Filing
from kustui.errors import KustuiError, MissingExtra, Unreadable
from kustui.store import tables
from kustui.store.queries import collecting, incoming
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

    def counts(self) -> dict[str, int]:
        """The counts, by name."""
        return {
            "read": self.read,
            "imported": self.imported,
            "already_there": self.already_there,
            "quarantined": self.quarantined,
        }

    def copy(self) -> Tally:
        """The same counts, for a batch that may come to nothing."""
        return Tally(**self.counts())

    def take(self, other: Tally) -> None:
        """Count as `other` does."""
        self.read, self.imported = other.read, other.imported
        self.already_there, self.quarantined = other.already_there, other.quarantined

    def words(self) -> str:
        """The import's last line."""
        return (
            f"{self.read:,} read, {self.imported:,} imported, {self.already_there:,} already there, "
            f"{self.quarantined:,} quarantined"
        )


class _Item(NamedTuple):
    """One message of a batch, what its bytes were read as, and where in a mailbox it stood."""

    raw: RawMessage
    message: Inbound | Unreadable
    arrived: Arrived | None = None


class _Mailbox(NamedTuple):
    """What filing from a mailbox does besides: `advance` is called in each act, `changed` told of it."""

    advance: Callable[[Writing, Sequence[Arrived]], None]
    changed: list[Changed]

    def note(self, act: Writing, batch: Sequence[_Item]) -> None:
        """Inside the act that files a batch: keep where each stood, and move on."""
        filed = [item.arrived for item in batch if item.arrived is not None]
        for item in batch:
            known = item.message.external_id if isinstance(item.message, Inbound) else "quarantine"
            if item.arrived is not None:
                collecting.arrived(act.ask(), item.arrived.place, known, milliseconds(act.now))
        self.advance(act, filed)


class Intake:
    """Files incoming messages under customers and conversations."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def receive(self, message: Inbound) -> Changed | None:
        """File one message in one transaction; None when it came before."""
        with self._desk.store.writing() as act:
            filing = Filing(act, self._desk.post.own, [message], queues=self._desk.queues)
            return filing.file(message)

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
        batch: list[_Item] = []
        size = held = 0
        for raw in reader.raw(paths):
            batch.append(_Item(raw, self._parsed(reader, raw)))
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

    def file_arrivals(
        self, arrivals: Sequence[Arrived], advance: Callable[[Writing, Sequence[Arrived]], None]
    ) -> list[Changed]:
        """File what stood in a mailbox, with the place of each; `advance` is called in the same act.

        What cannot be read is quarantined with its bytes and the reason. The same bytes at another
        place, or imported before, are the same message. Answers what changed, a line a message.
        """
        if self._desk.post.mail is None:
            raise MissingExtra("Reading email", "email")
        reader = self._desk.post.mail()
        batch = [_Item(each.raw, self._parsed(reader, each.raw), each) for each in arrivals]
        mailbox = _Mailbox(advance, [])
        self._file_batch(batch, Tally(), "", mailbox)
        return mailbox.changed

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
        self, batch: Sequence[_Item], tally: Tally, status: str, mailbox: _Mailbox | None = None
    ) -> None:
        """File a batch in one act; when that fails on what a message holds, one by one."""
        if not batch:
            return
        # What stands in our mailbox and says that it is from us was written elsewhere, by whoever.
        own = self._desk.post.own if mailbox is None else frozenset()
        try:
            self._file_at_once(batch, own, tally, status, mailbox)
        except KustuiError:
            raise
        # What one message holds must keep no other from being filed, whatever it is.
        except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RecursionError) as error:
            if len(batch) > 1:
                for item in batch:
                    self._file_batch([item], tally, status, mailbox)
                return
            why = f"It holds something the store cannot keep ({type(error).__name__})."
            odd = batch[0]._replace(message=Unreadable("Not stored", why))
            self._file_at_once([odd], own, tally, status, mailbox)

    def _file_at_once(
        self,
        batch: Sequence[_Item],
        own: frozenset[str],
        tally: Tally,
        status: str,
        mailbox: _Mailbox | None,
    ) -> None:
        trial = tally.copy()
        changed: list[Changed] = []
        with self._desk.store.writing() as act:
            letters = [item.message for item in batch if isinstance(item.message, Inbound)]
            filing = Filing(act, own, letters, ours=self._desk.post.own, queues=self._desk.queues)
            for item in batch:
                self._count(act, filing, item, trial, status, changed)
            if mailbox is not None:
                mailbox.note(act, batch)
        tally.take(trial)
        if mailbox is not None:
            mailbox.changed.extend(changed)

    def _count(
        self,
        act: Writing,
        filing: Filing,
        item: _Item,
        tally: Tally,
        status: str,
        changed: list[Changed],
    ) -> None:
        tally.read += 1
        if isinstance(item.message, Unreadable):
            if self._quarantine(act, item.raw, item.message):
                tally.quarantined += 1
            else:
                tally.already_there += 1
            return
        filed = filing.file(item.message, status=status)
        if filed is None:
            tally.already_there += 1
        else:
            tally.imported += 1
            changed.append(filed)

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
