"""Moving a workspace from one store into another (SPEC G2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import desk_of
from kustui.clock import HeldClock
from kustui.desk import Desk, moving
from kustui.desk.exchange import lines
from kustui.desk.home import adopt, is_home
from kustui.errors import KustuiError, Refused, StoreTrouble
from kustui.store import exchange
from kustui.store.store import Store
from support import postgres
from support.outbox import queued
from support.people import wrote
from support.transport import Recorder


@pytest.fixture
def place(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where to move to: from a server to a file, from a file to a server."""
    if isinstance(store.address, str):
        yield str(tmp_path / "other" / "workspace.db")
        return
    with postgres.database(request.getfixturevalue("postgresql")) as url:
        yield url


def held(desk: Desk) -> list[str]:
    """Every row of a workspace but its history, in an order that is no database's own."""
    return sorted(
        line for line in lines(desk) if not line.startswith(('{"type": "history"', '{"type": "end"'))
    )


def test_a_workspace_moves_whole_and_goes_on(
    acme: Desk, place: str, clock: HeldClock, transport: Recorder
) -> None:
    """G2: everything is there, numbers go on, what was due is sent by the new store and not by the old."""
    number = queued(acme, wrote(acme))
    before = held(acme)
    where, counts = moving.move(acme, place)
    assert counts["message"] > 10
    assert "sesame" not in where
    there = desk_of(Store(place, clock).open(), acme.agent, transport)
    assert held(there) == before
    assert is_home(there)
    clock.advance(minutes=1)
    trouble = acme.clockwork.tick().trouble
    assert trouble is not None
    assert trouble.title == "The workspace has moved"
    assert transport.sent == []
    there.clockwork.tick()
    assert [parcel.outbox_id for parcel in transport.sent] == [number]
    assert wrote(there) > max(row.conversation_id for row in there.reads.listing("inbox").page(0, 100)) - 1
    there.store.close()


def test_who_still_works_in_the_old_store_is_told(acme: Desk, place: str) -> None:
    """Nothing is written where it would be lost: the act says where the workspace is."""
    conversation = wrote(acme)
    moving.move(acme, place)
    again = (lambda: acme.triage.done(conversation), lambda: is_home(acme), lambda: adopt(acme))
    for act in (*again, Store(acme.store.address).open):
        with pytest.raises(StoreTrouble, match="has moved"):
            act()


def test_a_store_that_holds_something_is_left_alone(acme: Desk, place: str, clock: HeldClock) -> None:
    """A second move to the same place, or to itself, changes nothing."""
    other = Store(place, clock).open(create=True)
    with other.writing() as act:
        act.record("somebody.was", "here")
    for to in (place, str(acme.store.address)):
        with pytest.raises(KustuiError):
            moving.move(acme, to)
    assert is_home(acme)
    acme.triage.done(wrote(acme))
    other.close()


def test_a_move_that_is_cut_off_leaves_the_workspace_where_it_was(
    acme: Desk, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens before the other store is whole, this one goes on and the other is empty."""

    def broken(*_: object) -> None:
        raise Refused("Cut off", "by a test")

    monkeypatch.setattr(exchange.Taking, "end", broken)
    with pytest.raises(Refused, match="Cut off"):
        moving.move(acme, place)
    assert is_home(acme)
    monkeypatch.undo()
    moving.move(acme, place)


@pytest.mark.postgresql
def test_a_file_is_named_so_that_it_is_found_from_anywhere(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is told where the workspace is may stand in another folder."""
    monkeypatch.chdir(tmp_path)
    where, _ = moving.move(desk, "moved.db")
    assert where == str(tmp_path / "moved.db")
