"""What providers tell us by calling: messages that came, and what became of ours (SPEC B1, D7)."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from kustui.core.post import Inbound, Receipt
from kustui.core.records import Changed
from kustui.delivery import Answer, Request, Webhook
from kustui.desk import receipts
from kustui.desk.filing import Filing
from kustui.errors import KustuiError, Refused
from kustui.store import tables
from kustui.store.queries import incoming
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

log = logging.getLogger("kustui.webhooks")

UNFILED = (Refused, ValueError, TypeError, OverflowError, RecursionError)
"""What is raised by a message that cannot be filed, whatever state the store is in."""


class Webhooks:
    """Takes the requests of providers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def take(self, channel: str, request: Request) -> Answer:
        """Hand a request to the transport of `channel`, file all that came with it in one transaction,
        and answer. Raises nothing: what could not be filed is answered with 503, and comes again.
        """
        try:
            listener: object = self._desk.post.carrier(channel)
        except KustuiError:
            return Answer(503, "Not ready.")
        if not isinstance(listener, Webhook):
            return Answer(404, "Nothing listens here.")
        try:
            answer = listener.webhook(request)
        except KustuiError as error:
            log.warning("a webhook of %s is not ready: %s", channel, error.title)
            return Answer(503, "Not ready.")
        # A provider's words that nobody foresaw are refused; the next request is another matter.
        except Exception as error:  # noqa: BLE001
            log.warning("a webhook of %s could not be read: %s", channel, type(error).__name__)
            return Answer(400, "Not understood.")
        try:
            _, early = self._file(answer.came)
        except KustuiError as error:
            log.warning("a webhook of %s could not be filed: %s", channel, error.title)
            return Answer(503, "Try again.")
        return Answer(503, "Try again.") if early else answer

    def file(self, came: tuple[Inbound | Receipt, ...]) -> list[Changed]:
        """File what came, in one transaction; what came before changes nothing.

        A message that cannot be filed is quarantined, and keeps no other from being filed.
        """
        return self._file(came)[0]

    def _file(self, came: tuple[Inbound | Receipt, ...]) -> tuple[list[Changed], bool]:
        """What changed, and whether a receipt is to come again, since its message is only being sent."""
        if not came:
            return [], False
        try:
            with self._desk.store.writing() as act:
                return self._in(act, came)
        except UNFILED as error:
            if len(came) > 1:
                each = [self._file((one,)) for one in came]
                return [one for changed, _ in each for one in changed], any(early for _, early in each)
            log.warning("something that came could not be filed: %s", type(error).__name__)
            if isinstance(came[0], Inbound):
                self._quarantine(came[0], error)
            return [], False

    def _in(self, act: Writing, came: tuple[Inbound | Receipt, ...]) -> tuple[list[Changed], bool]:
        messages = [each for each in came if isinstance(each, Inbound)]
        filing = Filing(act, self._desk.post.own, messages, queues=self._desk.queues)
        changed: list[Changed] = []
        early = False
        for each in came:
            found = filing.file(each) if isinstance(each, Inbound) else receipts.apply(self._desk, act, each)
            if found is not None:
                changed.append(found)
            elif isinstance(each, Receipt):
                early = early or receipts.is_early(act, each)
        return changed, early

    def _quarantine(self, message: Inbound, error: Exception) -> None:
        """Keep the bytes of a message that cannot be filed, with the reason."""
        digest = hashlib.sha256(message.original).hexdigest()
        why = str(error) if isinstance(error, KustuiError) else "It holds something the store cannot keep."
        with self._desk.store.writing() as act:
            if incoming.quarantine_known(act.ask(), digest):
                return
            row = tables.Quarantine(
                sha256=digest, source=message.channel, reason=why, content=message.original, at=act.now
            )
            act.session.add(row)
            act.record("message.quarantined", "webhook", why, after={"source": message.channel})
