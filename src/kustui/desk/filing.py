"""Filing messages: each under its customer, in its conversation, once (SPEC B1, B12)."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from datetime import datetime

from kustui.clock import milliseconds
from kustui.core import matching
from kustui.core.channels import CHANNELS
from kustui.core.people import address_value
from kustui.core.post import Inbound, Person
from kustui.core.records import Changed
from kustui.core.team import Queues
from kustui.core.text import clean, excerpt, file_name, one_line
from kustui.desk import consequences
from kustui.desk.joining import Joining
from kustui.desk.telling import tell_followers
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import incoming, outbox, staff
from kustui.store.writing import Writing

NOTICE = "@kustui.invalid"
"""How the Message-IDs of mails to the team end."""
PACKED_FROM = 512
"""Originals of this many bytes and more are kept compressed."""

_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


class Filing:
    """Files `messages`, one after the other, in one act.

    What the store knows of them all (who wrote, what came before, which conversations they join) is
    asked at once and kept up to date here, so that a message costs no question of its own.
    Messages from `own` addresses are filed as outbound; `ours` are all that are the workspace's.
    `queues` says which team new conversations belong to.
    """

    def __init__(
        self,
        act: Writing,
        own: frozenset[str],
        messages: Sequence[Inbound],
        *,
        ours: frozenset[str] = frozenset(),
        queues: Queues = Queues(),  # noqa: B008 - it never changes
    ) -> None:
        self._act = act
        self._queues = queues
        self._own = own
        self._ours = ours or own
        reader = act.glance()
        self._came = incoming.known(reader, [message.external_id for message in messages])
        self._owners = incoming.owners_of(reader, {self._address(message) for message in messages})
        self._blobs = incoming.blobs_known(
            reader, [_digest(file.content) for message in messages for file in message.files]
        )
        self._scheduled = outbox.conversations_with_scheduled(reader, milliseconds(act.now))
        self._teams = staff.teams_of_channels(reader, queues.teams)
        self._joining = Joining(act, messages)
        self._heard_by_nobody = self._joining.numbers() - staff.followed(reader, self._joining.numbers())
        sent = [message.message_id for message in messages if self._says_ours(message)]
        self._sent = incoming.sent_under(reader, sent)

    def file(self, message: Inbound, *, status: str = "") -> Changed | None:
        """File one of the messages; None when it came before.

        With `status` "done" a new conversation is done, and one that is there stays as it is.
        """
        if message.external_id in self._came:
            return None
        act = self._act
        if self._came_back(message):
            return None
        ours = self._is_ours(message.sender)
        party = self._party(message)
        at = min(message.at or act.now, act.now)
        bounced = self._joining.bounced(message)
        row = self._joining.joined(message, bounced[1] if bounced else None)
        if row is None:
            customer_id, name = self._customer(message, party)
            row = self._conversation(message, customer_id, at, ours=ours, status=status)
        else:
            # Who joins a conversation by answering in it makes no second customer.
            customer_id, name = row.customer_id, self._owners.get(self._address(message), (0, ""))[1]
        if bounced:
            consequences.returned(act, bounced[0], f"Returned: {one_line(message.subject, 200)}")
        author = one_line(message.sender.name or ("" if ours else name) or message.sender.address, 120)
        name = one_line(party.name or name or party.address, 80)
        number = self._message(message, row, customer_id, at, author, ours=ours)
        self._keep_parts(message, number, row)
        self._stand(message, row, at, author, ours=ours, status=status)
        self._came.add(message.external_id)
        # Asking about each would write what waits to be written together.
        answers = not (ours or status or message.automatic or message.bounce)
        if answers and row.id in self._scheduled:
            consequences.before_its_time(act, row, name, number)
        if answers and row.id not in self._heard_by_nobody:
            words = f"{name} wrote in #{row.id}, which you follow: {excerpt(message.body)}"
            tell_followers(act, row, f"message:{number}", words)
        act.record(
            "message.imported" if ours else "message.received",
            name,
            customer_id=customer_id,
            conversation_id=row.id,
            message_id=number,
        )
        return Changed(
            frozenset({customer_id}),
            frozenset({row.id or 0}),
            f"{name} wrote",
            row.id,
            customer_id,
            number,
        )

    def _came_back(self, message: Inbound) -> bool:
        """Whether it is one of ours: a copy of what was sent here, or a notice to one of the team."""
        if not self._says_ours(message):
            return False
        # A form on our own site may call itself automatic; only what is ours by its name is let go.
        return message.message_id in self._sent or (message.automatic and message.message_id.endswith(NOTICE))

    def _says_ours(self, message: Inbound) -> bool:
        return message.sender.address.lower() in self._ours

    def _is_ours(self, sender: Person) -> bool:
        return sender.address.lower() in self._own

    def _party(self, message: Inbound) -> Person:
        """The customer's side of a message: who wrote it, or, of one of ours, who it went to.

        A bounce is about the address that it names, and its machine is nobody's customer.
        """
        if message.bounce and message.bounced_address:
            return Person(message.bounced_address)
        if not self._is_ours(message.sender):
            # A form on our own site writes in our name, and says where the answer goes.
            by_form = message.reply_to and message.sender.address.lower() in self._ours
            return message.reply_to[0] if by_form else message.sender
        others = [person for person in (*message.to, *message.cc) if not self._is_ours(person)]
        return others[0] if others else message.sender

    def _address(self, message: Inbound) -> tuple[str, str]:
        """(kind, value) of the address that says whose message it is."""
        kind = CHANNELS[message.channel].address_kind
        if kind is None:
            raise Refused("Notes do not arrive", "Only colleagues write notes.")
        typed = self._party(message).address
        try:
            return kind, address_value(kind, typed)
        except Refused:
            return kind, one_line(typed, 320).lower()

    def _customer(self, message: Inbound, party: Person) -> tuple[int, str]:
        """(id, name) of the customer whose message it is, made when there is none yet."""
        address = self._address(message)
        owner = self._owners.get(address)
        if owner is not None:
            return owner
        act = self._act
        number = act.key(tables.Customer)
        name = one_line(party.name, 120) or one_line(party.address, 120)
        act.line(tables.Customer, id=number, name=name, created_at=act.now)
        act.line(
            tables.Address,
            customer_id=number,
            kind=address[0],
            value=address[1],
            shown=one_line(party.address, 320),
        )
        self._owners[address] = (number, name)
        return number, name

    def _conversation(
        self, message: Inbound, customer_id: int, at: datetime, *, ours: bool, status: str
    ) -> tables.Conversation:
        """The customer's latest conversation, on channels that know no threads; else a new one."""
        act = self._act
        if message.channel != "email":
            number = incoming.latest_on_channel(act.ask(), customer_id, message.channel)
            if number is not None:
                return self._joining.row(number)
        row = tables.Conversation(
            id=act.key(tables.Conversation),
            customer_id=customer_id,
            channel=message.channel,
            subject=one_line(matching.topic(message.subject), 250),
            direction="outbound" if ours else "inbound",
            status=status or "open",
            created_at=at,
            last_at=at,
            stirred_at=act.now,
            team_id=self._teams.get(message.channel),
        )
        act.session.add(row)
        self._joining.begun(row)
        self._heard_by_nobody.add(row.id or 0)
        return row

    def _message(
        self,
        message: Inbound,
        row: tables.Conversation,
        customer_id: int,
        at: datetime,
        author: str,
        *,
        ours: bool,
    ) -> int:
        def people(persons: Sequence[Person]) -> list[dict[str, str]]:
            return [
                {"address": one_line(person.address, 320), "name": one_line(person.name, 120)}
                for person in persons[:200]
            ]

        body, signature = clean(message.body), clean(message.signature)
        number = self._act.key(tables.Message)
        message_id = one_line(message.message_id, 900)
        if ours and message_id:
            self._sent.add(message_id)
        written = {"to": people(message.to), "cc": people(message.cc)}
        if message.reply_to:
            written["reply_to"] = people(message.reply_to)
        self._act.line(
            tables.Message,
            id=number,
            conversation_id=row.id,
            customer_id=customer_id,
            direction="outbound" if ours else "inbound",
            channel=message.channel,
            author=author,
            sender=one_line(message.sender.address, 320).lower(),
            recipients=_AS_JSON(written),
            subject=one_line(matching.unmarked(message.subject), 250),
            body=body,
            quoted=clean(message.quoted),
            length=len(body),
            lines=body.count("\n") + 1,
            at=at,
            external_id=message.external_id,
            message_id=message_id,
            refs=json.dumps([one_line(name, 900) for name in message.references[-100:]]),
            automatic=message.automatic,
            bounce=message.bounce,
            signature=len(signature) if body.endswith(signature) else 0,
        )
        return number

    def _keep_parts(self, message: Inbound, number: int, row: tables.Conversation) -> None:
        act = self._act
        packed = len(message.original) >= PACKED_FROM
        act.line(
            tables.Original,
            message_id=number,
            content=zlib.compress(message.original, 6) if packed else message.original,
            packed=packed,
        )
        self._joining.remember(message, row)
        for file in message.files:
            digest = _digest(file.content)
            if digest not in self._blobs:
                self._blobs.add(digest)
                act.line(tables.Blob, sha256=digest, content=file.content)
            act.line(
                tables.Attachment,
                message_id=number,
                sha256=digest,
                name=file_name(file.name),
                media_type=one_line(file.media_type, 120),
                size=len(file.content),
                inline=file.inline,
                content_id=one_line(file.content_id, 250),
            )

    def _stand(
        self,
        message: Inbound,
        row: tables.Conversation,
        at: datetime,
        author: str,
        *,
        ours: bool,
        status: str,
    ) -> None:
        act = self._act
        row.messages += 1
        if at >= row.last_at or row.messages == 1:
            row.excerpt = excerpt(message.body)
        row.last_at = max(row.last_at, at)
        row.created_at = min(row.created_at, at)
        act.touch(row.customer_id)
        if ours:
            row.last_outbound_at = max(row.last_outbound_at or at, at)
            if row.waiting_since is not None and row.waiting_since <= at:
                row.waiting_since = self._unanswered(row, at)
            return
        row.last_inbound_at = max(row.last_inbound_at or at, at)
        if status or message.automatic:
            return
        words = "could not be delivered; it is open again" if message.bounce else "wrote; it is open again"
        consequences.opens(act, row, at, one_line(author, 80), words, self._queues)

    def _unanswered(self, row: tables.Conversation, at: datetime) -> datetime | None:
        """Since when the customer waits, when what we wrote at `at` is filed after what answered it."""
        if row.last_inbound_at is None or row.last_inbound_at <= at:
            return None
        number = row.id or 0
        return incoming.waiting_since(self._act.ask(), number, row.last_outbound_at or at)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
