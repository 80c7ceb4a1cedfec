"""What comes in: one message, or a whole mailbox (SPEC B1, B12)."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kustui.core import matching, standing
from kustui.core.channels import CHANNELS
from kustui.core.people import address_value
from kustui.core.records import Changed, Inbound, Person
from kustui.core.text import clean, excerpt, file_name, one_line
from kustui.delivery import MailReader, RawMessage
from kustui.desk import moves
from kustui.errors import MissingExtra, Refused, Unreadable
from kustui.store import tables
from kustui.store.queries import incoming
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

BATCH = 200
PACKED_FROM = 512
"""Originals of this many bytes and more are kept compressed."""


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
            return self._file(act, message, status="")

    def import_mail(
        self, paths: Iterable[Path], progress: Callable[[int, Tally], None] | None = None, *, status: str = ""
    ) -> Tally:
        """File every message under `paths`: .eml files, mbox, Maildir, folders of them.

        `progress` is told the bytes gone through since the last call. With `status` "done" the
        conversations are filed as done. A message that cannot be read is quarantined whole, with
        the reason. Importing again adds nothing.
        """
        if self._desk.post.mail is None:
            raise MissingExtra("Reading email", "email")
        reader = self._desk.post.mail()
        tally = Tally()
        batch: list[tuple[RawMessage, Inbound | Unreadable]] = []
        size = 0
        for raw in reader.raw(paths):
            batch.append((raw, self._parsed(reader, raw)))
            size += raw.size
            if len(batch) >= BATCH or sum(len(item[0].content) for item in batch[-1:]) > 1_000_000:
                self._file_batch(batch, tally, status)
                batch = []
                if progress:
                    progress(size, tally)
                size = 0
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
                for raw, message in batch:
                    self._count(act, raw, message, trial, status)
        except (ValueError, TypeError, OverflowError, RecursionError):
            if len(batch) > 1:
                for item in batch:
                    self._file_batch([item], tally, status)
                return
            raw, _ = batch[0]
            trial = Tally(tally.read, tally.imported, tally.already_there, tally.quarantined)
            with self._desk.store.writing() as act:
                trouble = Unreadable("Not stored", "It holds something the store cannot keep.")
                self._count(act, raw, trouble, trial, status)
        tally.read, tally.imported = trial.read, trial.imported
        tally.already_there, tally.quarantined = trial.already_there, trial.quarantined

    def _count(
        self, act: Writing, raw: RawMessage, message: Inbound | Unreadable, tally: Tally, status: str
    ) -> None:
        tally.read += 1
        if isinstance(message, Unreadable):
            if self._quarantine(act, raw, message):
                tally.quarantined += 1
            else:
                tally.already_there += 1
        elif self._file(act, message, status=status) is None:
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

    # -- a message -----------------------------------------------------------------

    def _file(self, act: Writing, message: Inbound, *, status: str) -> Changed | None:
        ask = act.ask()
        if incoming.known(ask, message.external_id) is not None:
            return None
        kind = CHANNELS[message.channel].address_kind
        if kind is None:
            raise Refused("Notes do not arrive", "Only colleagues write notes.")
        ours = self._is_ours(message.sender)
        party = self._party(message, ours=ours)
        customer_id = self._customer(act, kind, party)
        at = min(message.at or act.now, act.now)
        bounced = self._bounced(act, message)
        row = self._conversation(act, message, customer_id, at, bounced[1] if bounced else None, ours=ours)
        if bounced:
            customer_id = row.customer_id
            incoming.bounced(act.ask(), bounced[0], f"Returned: {one_line(message.subject, 200)}")
        stored = self._message(act, message, row, customer_id, at, ours=ours)
        self._keep_parts(act, message, stored, row)
        self._stand(act, message, row, at, ours=ours, status=status)
        act.record(
            "message.imported" if ours else "message.received",
            one_line(party.name or party.address, 80),
            customer_id=customer_id,
            conversation_id=row.id,
            message_id=stored.id,
        )
        return Changed(
            frozenset({customer_id}),
            frozenset({row.id or 0}),
            f"{one_line(party.name or party.address, 60)} wrote",
            row.id,
            customer_id,
            stored.id,
        )

    def _is_ours(self, sender: Person) -> bool:
        return sender.address.lower() in self._desk.post.own

    def _party(self, message: Inbound, *, ours: bool) -> Person:
        """The customer's side of a message: who wrote it, or, of one of ours, who it went to."""
        if not ours:
            return message.sender
        others = [person for person in (*message.to, *message.cc) if not self._is_ours(person)]
        return others[0] if others else message.sender

    def _customer(self, act: Writing, kind: str, party: Person) -> int:
        try:
            value = address_value(kind, party.address)
        except Refused:
            value = one_line(party.address, 320).lower()
        owner = incoming.owner_of(act.ask(), kind, value)
        if owner is not None:
            return owner
        name = one_line(party.name, 120) or one_line(party.address, 120)
        customer = act.add(tables.Customer(name=name, created_at=act.now))
        act.session.add(
            tables.Address(
                customer_id=customer.id or 0, kind=kind, value=value, shown=one_line(party.address, 320)
            )
        )
        return customer.id or 0

    def _bounced(self, act: Writing, message: Inbound) -> tuple[int, int] | None:
        if not (message.bounce and message.bounce_of):
            return None
        return incoming.message_of_rfc_id(act.ask(), message.bounce_of)

    def _conversation(
        self,
        act: Writing,
        message: Inbound,
        customer_id: int,
        at: datetime,
        bounced: int | None,
        *,
        ours: bool,
    ) -> tables.Conversation:
        number = bounced
        if number is None:
            names = (*message.references, message.message_id) if message.message_id else message.references
            found = incoming.conversations_of(act.ask(), names) if names else {}
            number = matching.by_references(names, found)
        if number is None and message.channel != "email":
            number = incoming.latest_on_channel(act.ask(), customer_id, message.channel)
        if number is not None:
            return act.get(tables.Conversation, number, "conversation")
        return act.add(
            tables.Conversation(
                customer_id=customer_id,
                channel=message.channel,
                subject=one_line(matching.topic(message.subject), 250),
                direction="outbound" if ours else "inbound",
                created_at=at,
                last_at=at,
                stirred_at=act.now,
            )
        )

    def _message(
        self,
        act: Writing,
        message: Inbound,
        row: tables.Conversation,
        customer_id: int,
        at: datetime,
        *,
        ours: bool,
    ) -> tables.Message:
        def people(persons: Sequence[Person]) -> list[dict[str, str]]:
            return [
                {"address": one_line(person.address, 320), "name": one_line(person.name, 120)}
                for person in persons[:200]
            ]

        body = clean(message.body)
        return act.add(
            tables.Message(
                conversation_id=row.id or 0,
                customer_id=customer_id,
                direction="outbound" if ours else "inbound",
                channel=message.channel,
                author=one_line(message.sender.name or message.sender.address, 120),
                sender=one_line(message.sender.address, 320).lower(),
                recipients=json.dumps(
                    {"to": people(message.to), "cc": people(message.cc)}, ensure_ascii=False
                ),
                subject=one_line(message.subject, 250),
                body=body,
                quoted=clean(message.quoted),
                length=len(body),
                lines=body.count("\n") + 1,
                at=at,
                external_id=message.external_id,
                message_id=one_line(message.message_id, 900),
                refs=json.dumps([one_line(name, 900) for name in message.references[-100:]]),
                automatic=message.automatic,
                bounce=message.bounce,
            )
        )

    def _keep_parts(
        self, act: Writing, message: Inbound, stored: tables.Message, row: tables.Conversation
    ) -> None:
        packed = len(message.original) >= PACKED_FROM
        act.session.add(
            tables.Original(
                message_id=stored.id or 0,
                content=zlib.compress(message.original, 6) if packed else message.original,
                packed=packed,
            )
        )
        names = [name for name in (message.message_id, *message.references) if name]
        held = incoming.conversations_of(act.ask(), names) if names else {}
        for name in dict.fromkeys(names):
            if name not in held:
                act.session.add(tables.Reference(message_id=name, conversation_id=row.id or 0))
        for file in message.files:
            digest = hashlib.sha256(file.content).hexdigest()
            if not incoming.blob_known(act.ask(), digest):
                act.add(tables.Blob(sha256=digest, content=file.content))
            act.session.add(
                tables.Attachment(
                    message_id=stored.id,
                    sha256=digest,
                    name=file_name(file.name),
                    media_type=one_line(file.media_type, 120),
                    size=len(file.content),
                    inline=file.inline,
                    content_id=one_line(file.content_id, 250),
                )
            )

    def _stand(
        self,
        act: Writing,
        message: Inbound,
        row: tables.Conversation,
        at: datetime,
        *,
        ours: bool,
        status: str,
    ) -> None:
        row.messages += 1
        if at >= row.last_at or row.messages == 1:
            row.excerpt = excerpt(message.body)
        row.last_at = max(row.last_at, at)
        row.created_at = min(row.created_at, at)
        act.session.add(row)
        act.touch(row.customer_id)
        was = moves.full_standing(act, row)
        if ours:
            row.last_outbound_at = max(row.last_outbound_at or at, at)
            if row.waiting_since is not None and row.waiting_since <= at:
                row.waiting_since = None
            return
        row.last_inbound_at = max(row.last_inbound_at or at, at)
        if status == "done":
            row.status = "done"
            return
        if message.automatic:
            return
        row.unread += 1
        moves.stir(row, act.now)
        to = standing.customer_wrote(was, at)
        if row.last_outbound_at is not None and at < row.last_outbound_at:
            to = standing.agent_wrote(to)
        if to.status == was.status:
            row.waiting_since = to.waiting_since
            return
        words = "could not be delivered; it is open again" if message.bounce else "wrote; it is open again"
        moves.move(
            act,
            row,
            to,
            name="conversation.reopened",
            actor=one_line(message.sender.name or message.sender.address, 80),
            words=words,
            ended_by="reply",
            stirs=True,
        )
