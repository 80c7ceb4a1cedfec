"""What providers tell us by calling: messages that came, and what became of ours (SPEC B1, D7)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kustui.core.post import Inbound, Receipt
from kustui.core.records import Changed
from kustui.delivery import Answer, Request, Webhook
from kustui.desk import receipts
from kustui.desk.filing import Filing
from kustui.errors import KustuiError

if TYPE_CHECKING:
    from kustui.desk import Desk

log = logging.getLogger("kustui.webhooks")


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
        # A provider's words that nobody foresaw are refused; the next request is another matter.
        except Exception as error:  # noqa: BLE001
            log.warning("a webhook of %s could not be read: %s", channel, type(error).__name__)
            return Answer(400, "Not understood.")
        try:
            self.file(answer.came)
        except KustuiError as error:
            log.warning("a webhook of %s could not be filed: %s", channel, error.title)
            return Answer(503, "Try again.")
        return answer

    def file(self, came: tuple[Inbound | Receipt, ...]) -> list[Changed]:
        """File what came, in one transaction; what came before changes nothing."""
        if not came:
            return []
        messages = [each for each in came if isinstance(each, Inbound)]
        changed: list[Changed] = []
        with self._desk.store.writing() as act:
            filing = Filing(act, self._desk.post.own, messages)
            for each in came:
                found = filing.file(each) if isinstance(each, Inbound) else receipts.apply(act, each)
                if found is not None:
                    changed.append(found)
        return changed
