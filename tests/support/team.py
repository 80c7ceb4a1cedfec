"""A team of agents on one store, where work is routed."""

from __future__ import annotations

from conftest import desk_of
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.store.store import Store
from support.transport import Recorder


def colleague(store: Store, login: str, *, routing: bool = False, capacity: int = 10) -> Desk:
    """Another agent's desk on the same store."""
    desk = desk_of(store, sign_in(store, login, login.capitalize()), Recorder())
    desk.routing, desk.capacity = routing, capacity
    return desk


def inbox(desk: Desk) -> list[int]:
    """The conversations in an agent's inbox, top to bottom."""
    return [row.conversation_id for row in desk.reads.listing("inbox").page(0, 64)]


def team(desk: Desk, name: str, *members: Desk) -> int:
    """A team of these agents; answers its number."""
    desk.staffing.add_team(name)
    number = desk.colleagues.team(name).id
    desk.staffing.change_members(number, [each.agent.id for each in members], ())
    return number
