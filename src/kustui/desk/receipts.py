"""What a provider says later of a message that it took (SPEC B12, D7).

It may say so before the program that sent the message has written down that it did, in any order, and
of a message that has been sent again since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.clock import milliseconds
from kustui.core.channels import CHANNELS
from kustui.core.post import Receipt
from kustui.core.records import Changed
from kustui.core.text import one_line
from kustui.desk import consequences
from kustui.desk.copies import file_copy
from kustui.desk.telling import tell
from kustui.store import tables
from kustui.store.queries import outbox
from kustui.store.queries import receipts as asking
from kustui.store.queries.receipts import Handed
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

DOUBTED = ("claimed", "sending", "uncertain", "discarded")
"""Where the provider's word that it has a message settles whether it got out."""


def apply(desk: Desk, act: Writing, receipt: Receipt) -> Changed | None:
    """Inside an act: note that a message got out, arrived or failed; None when nothing of ours changed."""
    found = _of(act, receipt)
    if found is None:
        return None
    settled = found.state in DOUBTED and _settle(desk, act, found, receipt)
    if settled:
        found = found._replace(state="sent")
    noted = False
    if receipt.state == "delivered":
        noted = _delivered(act, found, receipt)
    elif receipt.state == "failed" and found.state == "sent" and not found.delivered:
        noted = _failed(desk, act, found, receipt)
    if not settled and not noted:
        return None
    act.touch(found.customer_id)
    return Changed(
        frozenset({found.customer_id}),
        frozenset({found.conversation_id}),
        "",
        found.conversation_id,
        found.customer_id,
        found.message_id,
    )


def is_early(act: Writing, receipt: Receipt) -> bool:
    """Inside an act: whether a receipt of nothing we know may be of what is being sent at this moment."""
    if receipt.message_id or asking.of_provider(act.ask(), receipt.channel, receipt.provider_id):
        return False
    return asking.being_sent(act.ask(), receipt.channel)


def _of(act: Writing, receipt: Receipt) -> Handed | None:
    """The message a receipt is of, unless that has been sent again since."""
    if receipt.message_id:
        found = asking.of_name(act.ask(), receipt.channel, receipt.message_id)
        return found if found is not None and found.round == receipt.round else None
    found = asking.of_provider(act.ask(), receipt.channel, receipt.provider_id)
    return found if found is not None and found.state in ("sent", "failed") else None


def _settle(desk: Desk, act: Writing, found: Handed, receipt: Receipt) -> bool:
    """The provider has it: it is sent, whatever its sender knows of it."""
    if not outbox.move(
        act.ask(),
        "accept",
        found.id,
        found.fence,
        reason="",
        sent_at=milliseconds(act.now),
        provider_id=one_line(receipt.provider_id, 500),
    ):
        return False
    file_copy(desk, act, found.id)
    _record(act, found, "message.sent", "The provider says that it has it.")
    return True


def _delivered(act: Writing, found: Handed, receipt: Receipt) -> bool:
    at = milliseconds(min(receipt.at or act.now, act.now))
    if found.state == "sent" and asking.delivered(act.ask(), found.id, at):
        _record(act, found, "message.delivered", one_line(receipt.words, 300))
        return True
    after_all = "The provider said that it failed, and later that it arrived."
    if found.state != "failed" or not asking.arrived_after_all(act.ask(), found.id, after_all):
        return False
    sent = act.get(tables.Message, found.message_id, "message")
    text = f"Your message in #{found.conversation_id} did arrive, although it was reported as failed"
    tell(act, sent.agent_id, "delivered", text, f"arrived:{found.id}:{found.round}", found.conversation_id)
    _record(act, found, "message.delivered", after_all)
    return True


def _failed(desk: Desk, act: Writing, found: Handed, receipt: Receipt) -> bool:
    """As a bounce does: the message failed, its author is told, and the conversation is open (SPEC B12)."""
    words = one_line(f"Not delivered: {receipt.words}", 300)
    if not consequences.returned(act, found.message_id, words):
        return False
    _record(act, found, "message.failed", words)
    row = act.get(tables.Conversation, found.conversation_id, "conversation")
    label = CHANNELS[receipt.channel].label
    words = "could not be delivered; it is open again"
    consequences.opens(act, row, act.now, label, words, desk.queues)
    return True


def _record(act: Writing, found: Handed, name: str, words: str) -> None:
    act.record(
        name,
        "kustui",
        words,
        customer_id=found.customer_id,
        conversation_id=found.conversation_id,
        message_id=found.message_id,
    )
