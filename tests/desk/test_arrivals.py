"""What came in since one looked last."""

from __future__ import annotations

from kustui.core.records import Draft
from kustui.desk import Desk, arrivals
from support.people import wrote


def test_what_came_in_is_told_once_in_its_order(desk: Desk) -> None:
    """Each message behind the number that was seen last, with who wrote in what; ours are none of them."""
    assert arrivals.newest(desk) == 0
    wrote(desk)
    seen = arrivals.newest(desk)
    first = wrote(desk, sender="bo@example.org", name="Bo Hansen", subject="Zip")
    item = desk.reads.conversation(first)
    desk.replies.send(Draft(0, desk.agent.id, item.customer_id, "note", first, body="Seen."))
    second = wrote(desk, sender="li@example.net", name="Li Wei", subject="Invoice")
    found = arrivals.since(desk, seen)
    assert [(each.name, each.subject, each.conversation_id) for each in found] == [
        ("Bo Hansen", "Zip", first),
        ("Li Wei", "Invoice", second),
    ]
    assert found[0].customer_id == item.customer_id
    assert arrivals.since(desk, arrivals.newest(desk)) == []
