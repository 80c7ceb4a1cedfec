"""A whole workspace as JSON Lines, and back (SPEC G4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from conftest import desk_of
from kustui.clock import HeldClock
from kustui.core.records import Agent
from kustui.desk import Desk
from kustui.desk.exchange import lines, take
from kustui.desk.home import adopt, is_home
from kustui.desk.reads import agent_of
from kustui.desk.team import set_up, sign_in
from kustui.errors import Refused, StoreTrouble
from kustui.store import exchange, home, tables
from kustui.store.store import Store
from support.transport import Recorder


@pytest.fixture
def other(tmp_path: Path, clock: HeldClock, transport: Recorder) -> Iterator[Desk]:
    """A desk over another store, where nothing has happened yet."""
    store = Store(tmp_path / "other" / "workspace.db", clock).open(create=True)
    set_up(store, "Somewhere else")
    yield desk_of(store, sign_in(store, "zoe", "Zoe"), transport)
    store.close()


def page(desk: Desk) -> list[bytes]:
    """The export, a line each."""
    return [f"{line}\n".encode() for line in lines(desk)]


def moved(desk: Desk, other: Desk) -> Desk:
    """The workspace of `desk`, taken into the other's store, and the same agent there."""
    take(other, page(desk))
    there = agent_of(other.store, desk.agent.login)
    assert isinstance(there, Agent)
    return desk_of(other.store, there, Recorder())


def busy(desk: Desk) -> None:
    """Leave something of every kind in the workspace."""
    number = desk.reads.conversation_ids()[0]
    customer = desk.reads.conversation(number).customer_id
    desk.tagging.change_tags(number, ["late", "größe"], ())
    desk.drafts.keep(replace(desk.reads.draft(customer, "note", number), body="half a \x7f thought\n"))
    desk.triage.snooze(desk.reads.inbox_top()[1], None)  # type: ignore[index]  # somebody waits
    with desk.store.writing() as act:
        team = act.add(tables.Team(name="Phone"))
        act.session.add(tables.TeamMember(team_id=team.id or 0, agent_id=desk.agent.id))
        act.session.add(tables.Follower(conversation_id=number, agent_id=desk.agent.id))
        act.session.add(tables.SavedView(name="Late", query="tag:late"))
        act.session.add(
            tables.Quarantine(sha256="0", source="x", reason="y", content=b"\x00\xff", at=act.now)
        )
        for row in (act.get(tables.Customer, 1, "row"), act.get(tables.Conversation, 1, "row")):
            row.merged_into = 3
            act.session.add(row)


def test_what_is_exported_is_imported_and_exported_again_the_same(acme: Desk, other: Desk) -> None:
    """G4: an empty store takes an export, and exports the very same bytes."""
    busy(acme)
    there = moved(acme, other)
    assert page(there) == page(acme)
    assert there.reads.inbox_top() == acme.reads.inbox_top()
    with acme.store.reading() as one, there.store.reading() as two:
        question = "SELECT * FROM inbox ORDER BY customer_id"
        assert one.all(question) == two.all(question)
    assert [row.key for row in there.reads.found("refund", 9).page(0, 9)] == [
        row.key for row in acme.reads.found("refund", 9).page(0, 9)
    ]


def test_every_table_is_exported_or_left_out_by_name(acme: Desk) -> None:
    """G4: a table that is added is exported with the rest; each row says which `type` it is."""
    known = {table.name for table in exchange.kinds().values()} | exchange.LEFT_OUT
    assert known == set(SQLModel.metadata.tables)
    assert all("type" not in table.columns for table in SQLModel.metadata.tables.values())
    busy(acme)
    found = [json.loads(line) for line in lines(acme)]
    assert found[0] == {"type": "kustui", "version": 1}
    assert found[-1] == {"type": "end", "rows": len(found) - 2}
    assert {"file", "draft", "history", "sub-status", "snooze-choice", "outbox", "tag"} <= {
        item["type"] for item in found
    }
    customer = next(item for item in found if item["type"] == "customer")
    assert list(customer)[:3] == ["type", "id", "name"]
    assert customer["created_at"].endswith("Z")
    assert "host" not in next(item for item in found if item["type"] == "workspace")
    assert all(line.isascii() and "\x7f" not in line for line in lines(acme))


def test_pages_leave_nothing_out(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: an export read in small pages is the same as one read in large ones."""
    busy(acme)
    whole = page(acme)
    monkeypatch.setattr(exchange, "PAGE", 2)
    assert page(acme) == whole


def test_a_copy_made_so_sends_nothing_until_somebody_says_so(
    acme: Desk, other: Desk, clock: HeldClock
) -> None:
    """D7, G4: what was queued in the original is queued in the copy, and stays there."""
    customer = acme.reads.conversation(1).customer_id
    acme.replies.send(replace(acme.reads.draft(customer, "reply", 1), body="On its way."))
    there = moved(acme, other)
    transport = there.post.transports["email"]
    assert isinstance(transport, Recorder)
    assert not is_home(there)
    with there.store.reading() as reader:
        said = home.recorded(reader)
    assert said is not None
    assert said.file == home.BACKUP
    clock.advance(seconds=60)
    assert isinstance(there.clockwork.outgoing().trouble, StoreTrouble)
    assert transport.sent == []
    adopt(there)
    assert there.clockwork.outgoing().sent == 1


def test_numbers_go_on_behind_those_the_history_names(acme: Desk, other: Desk) -> None:
    """G4: what was taken back keeps its number to itself in the copy as well."""
    customer = acme.reads.conversation(1).customer_id
    sent = acme.replies.send(
        replace(acme.reads.draft(customer, "email"), subject="Hi", body="x", to=("a@example.com",))
    )
    acme.undo.last()
    assert sent.conversation_id not in acme.reads.conversation_ids()
    there = moved(acme, other)
    again = there.replies.send(
        replace(there.reads.draft(customer, "email"), subject="Ho", body="y", to=("a@example.com",))
    )
    assert (again.conversation_id or 0) > (sent.conversation_id or 0)
    assert (again.message_id or 0) > (sent.message_id or 0)


def test_a_store_that_holds_anything_is_refused(acme: Desk, other: Desk) -> None:
    """G4: an export is a whole workspace and is poured over no other."""
    before = page(acme)
    other.people.create("Bo")
    with pytest.raises(Refused, match="not empty"):
        take(other, before)
    with pytest.raises(Refused, match="not empty"):
        take(acme, before)
    assert page(acme) == before


def _changed(number: int, **values: object) -> tuple[int, bytes]:
    return number, json.dumps(values).encode()


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("customer", {"shoe_size": 44}, "'shoe_size'"),
        ("customer", {"type": "dragon"}, "'dragon'"),
        ("customer", {"vip": "yes"}, "'vip'"),
        ("customer", {"created_at": "yesterday"}, "'created_at'"),
        ("customer", {"created_at": "2026-06-04T09:42:00"}, "zone"),
        ("customer", {"name": None}, "'name'"),
        ("customer", {"id": 2**70}, "'id'"),
        ("address", {"customer_id": 999}, "before it"),
        ("file", {"content": "?"}, "base64"),
    ],
    ids=str,
)
def test_a_line_that_cannot_be_taken_is_named(
    acme: Desk, other: Desk, kind: str, changes: dict[str, object], said: str
) -> None:
    """G4: the number of the line and the reason are said, and nothing is imported."""
    before, found = page(other), page(acme)
    number = next(n for n, line in enumerate(found) if json.loads(line)["type"] == kind)
    found[number] = json.dumps({**json.loads(found[number]), **changes}).encode()
    with pytest.raises(Refused, match=rf"Line {number + 1} .*{said}"):
        take(other, found)
    assert page(other) == before


@pytest.mark.parametrize("left", [1, 20, -1])
def test_an_export_that_is_cut_off_is_refused_whole(acme: Desk, other: Desk, left: int) -> None:
    """G4: half an export is none: what is missing at its end is noticed, and what is missing between."""
    before, found = page(other), page(acme)
    with pytest.raises(Refused, match="cut off"):
        take(other, found[:left])
    without = [line for line in found if b'"type": "history", "id": 1,' not in line]
    with pytest.raises(Refused, match="counts"):
        take(other, without)
    with pytest.raises(Refused, match="not JSON"):
        take(other, [*found[:5], found[5][:-9]])
    assert page(other) == before


def test_an_older_export_gets_what_it_lacks(acme: Desk, other: Desk) -> None:
    """G4: a column that came later has its default where an export does not name it."""
    found = [json.loads(line) for line in page(acme)]
    for item in found:
        if item["type"] == "conversation":
            del item["target"], item["merged_into"]
    assert take(other, [json.dumps(item).encode() for item in found])
    with other.store.reading() as reader:
        assert reader.all("SELECT DISTINCT target, merged_into FROM conversation") == [("", None)]
