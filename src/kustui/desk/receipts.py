"""What a provider says later of a message that it took (SPEC B12, D7)."""

from __future__ import annotations

from kustui.clock import milliseconds
from kustui.core.post import Receipt
from kustui.core.records import Changed
from kustui.core.text import one_line
from kustui.desk import consequences
from kustui.store.queries import outbox
from kustui.store.writing import Writing


def apply(act: Writing, receipt: Receipt) -> Changed | None:
    """Inside an act: note that a message arrived, or that it failed; None when nothing of ours changed."""
    found = outbox.of_provider(act.ask(), receipt.channel, receipt.provider_id)
    if found is None:
        return None
    number, message_id, conversation_id, customer_id = found
    words = one_line(receipt.words, 300)
    if receipt.state == "delivered":
        at = milliseconds(min(receipt.at or act.now, act.now))
        if not outbox.delivered(act.ask(), number, at, words):
            return None
    else:
        consequences.returned(act, message_id, f"Not delivered: {words}")
    act.touch(customer_id)
    return Changed(frozenset({customer_id}), frozenset({conversation_id}), "", conversation_id, customer_id)
