"""Looking back on a workspace: what was said and done, and how each conversation stands (SPEC G3)."""

from __future__ import annotations

from kustui.clock import HeldClock
from kustui.desk import Desk
from kustui.desk.floor import floor_of
from support.outbox import scheduled
from support.people import wrote
from support.writing import sent


def test_all_that_was_said_and_done(desk: Desk, clock: HeldClock) -> None:
    """In the order it was written; what was taken back is no act, but says how things stood."""
    desk.promising.promise(next_reply="1h")
    number = wrote(desk, "Where is it?")
    began = clock.advance(minutes=1)
    scheduled(desk, number, "It leaves later.", hours=5)
    clock.advance(minutes=1)
    sent(desk, number, "It left.", "done")
    wrote(desk, "On holiday", automatic=True, sender="li@example.net", name="Li Wei")
    desk.triage.reopen(number)
    desk.undo.last()
    floor = floor_of(desk)
    assert floor.now == clock.now()
    assert floor.targets.minutes("next", 3) == 60
    said = [(each.body, each.direction, each.state, each.automatic) for each in floor.spoken]
    assert said == [
        ("Where is it?", "inbound", "", False),
        ("It leaves later.", "outbound", "queued", False),
        ("It left.", "outbound", "queued", False),
        ("On holiday", "inbound", "", True),
    ]
    assert floor.spoken[1].at == began
    case = floor.cases[number]
    assert (case.customer, case.status, case.missed) == ("Ana Ruiz", "done", False)
    moves = [(line.act, line.was, line.became) for line in floor.lines if line.conversation_id == number]
    assert ("conversation.done", "open", "done") in moves
    assert ("undone", "done", "open") in moves
    assert "conversation.reopened" not in [act for act, _, _ in moves]
    party = floor.parties[case.customer_id]
    assert (party.name, party.addresses) == ("Ana Ruiz", ("ruiz@example.com",))
    assert ("ana", "Ana Soler") in [agent[1:] for agent in floor.agents]
