"""Counting what a customer wrote as read without opening them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kustui.core.records import Changed
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import drafts
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk


def read(desk: Desk, customer_id: int) -> Changed:
    """Count what a customer wrote as read; raises Refused when nothing is unread."""
    with desk.store.writing() as act:
        customer = act.get(tables.Customer, customer_id, "customer")
        unread = drafts.unread(act.ask(), customer_id)
        if not drafts.read_all(act.ask(), customer_id):
            raise Refused("Nothing unread", f"All that {customer.name} wrote is read.")
        act.touch(customer_id)
        act.record(
            "customer.read",
            act.get(tables.Agent, desk.agent.id, "agent"),
            f"marked what {customer.name} wrote as read",
            customer_id=customer_id,
            before={"unread": unread},
        )
        return Changed(frozenset({customer_id}), notice=f"Read: {customer.name}", customer_id=customer_id)


def undo(act: Writing, customer_id: int, before: dict[str, Any]) -> str:
    """Inside an act: it is unread again, besides what has come since, which is so anyway."""
    customer = act.get(tables.Customer, customer_id, "customer")
    for number, count in before["unread"].items():
        drafts.unread_again(act.ask(), int(number), count)
    act.touch(customer_id)
    return f"Undone; what {customer.name} wrote is unread again"
