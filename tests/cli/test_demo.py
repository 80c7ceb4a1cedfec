"""The demo: a made-up workspace in which everything can be seen."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kustui.clock import HeldClock
from kustui.core.records import Conversation, Entry
from kustui.core.text import clean
from kustui.desk import Desk, Post
from kustui.desk.team import set_up, sign_in
from kustui.errors import Refused
from kustui.store.store import Store
from kustui.training import cast, demo

AT = datetime.fromisoformat("2026-06-04T09:42:00+00:00")


def desk_at(folder: Path, at: datetime, seed: int) -> Desk:
    """A demo's desk as it opens at an instant."""
    store = Store(folder / "demo.db", HeldClock(at)).open(create=True)
    set_up(store, demo.WORKSPACE)
    agent = sign_in(store, demo.AGENT, demo.NAME)
    desk = Desk(store, agent, Post(address=demo.ADDRESS), workspace=demo.WORKSPACE)
    demo.fill(desk, seed)
    return desk


@pytest.fixture(scope="module")
def demo_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo of seed 1, only looked at."""
    desk = desk_at(tmp_path_factory.mktemp("demo"), AT, 1)
    yield desk
    desk.store.close()


def everything(desk: Desk) -> Iterator[tuple[Conversation, list[Entry]]]:
    """Every conversation with its entries."""
    for customer_id in desk.reads.customer_ids():
        view = desk.reads.timeline(customer_id)
        for item in view.conversations:
            yield item, list(view.entries(view.keys(item.id)))


def test_every_state_can_be_seen(demo_desk: Desk) -> None:
    """G3: all channels, statuses, sub-statuses, fates and kinds of snooze are there."""
    talks = list(everything(demo_desk))
    entries = [entry for _, found in talks for entry in found]
    assert {item.channel for item, _ in talks} == {"email", "sms", "chat", "facebook"}
    assert {item.status for item, _ in talks} == {"open", "snoozed", "done"}
    assert {sub.status for sub in demo_desk.reads.sub_statuses()} == {"open", "snoozed", "done"}
    assert {item.status for item, _ in talks if item.sub_status} == {"open", "snoozed", "done"}
    assert {entry.kind for entry in entries} == {"inbound", "outbound", "note", "history"}
    assert {"sent", "failed", "scheduled"} <= {entry.fate for entry in entries}
    assert any(entry.automatic for entry in entries)
    assert any(entry.bounce for entry in entries)
    assert any(entry.quoted.count("\n") >= 13 for entry in entries)
    assert {file.media_type for entry in entries for file in entry.files} >= {"image/png", "application/pdf"}
    snoozes = [item.snooze for item, _ in talks if item.snooze]
    waits = sorted(snooze.until - AT for snooze in snoozes if snooze.until)
    assert waits[0] < timedelta(minutes=2)
    assert waits[-1] > timedelta(days=3)
    assert any(snooze.until is None for snooze in snoozes)
    assert any(entry.kind == "note" and "@you" in entry.body for entry in entries)


def test_the_team_and_the_customers_are_a_believable_lot(demo_desk: Desk) -> None:
    """G3: some forty customers in many languages and zones, colleagues, tags, priorities, VIPs."""
    people = demo_desk.reads.customers()
    assert 40 <= len(people) <= 60
    assert {"en", "es", "de", "fr", "it", "pt", "ja", "zh", "ar", "he", "pl", "hi"} <= {
        p.language for p in people
    }
    assert len({person.zone for person in people}) > 20
    assert sum(person.vip for person in people) >= 3
    talks = [item for item, _ in everything(demo_desk)]
    assert {"Ben Osei", "Mika Tanaka", demo.NAME} <= {item.assignee for item in talks}
    assert max(item.messages for item in talks) >= 35
    assert len({item.priority for item in talks}) >= 3
    assert all(item.created_at <= item.last_at <= AT for item in talks)


def test_no_address_is_a_real_one(demo_desk: Desk) -> None:
    """G3: every address and number is of a range kept for examples."""
    for person in demo_desk.reads.customers():
        for address in person.addresses:
            if address.kind == "email":
                assert address.value.endswith(("@example.com", "@example.org", "@example.net"))
            if address.kind == "phone":
                assert address.value.startswith(("+120255501", "+447700900", "+33639981", "+493023125"))


def test_the_inbox_begins_with_the_most_urgent(demo_desk: Desk) -> None:
    """B11: priority first, then longest waiting; waits are between minutes and some two days."""
    listing = demo_desk.reads.listing("inbox")
    rows = list(listing.page(0, 100))
    assert 20 <= listing.count() <= 40
    assert [row.priority for row in rows] == sorted((row.priority for row in rows), reverse=True)
    top = demo_desk.reads.timeline(rows[0].customer_id)
    assert len(top.conversations) >= 4
    assert top.customer.vip
    waits = [AT - row.waiting_since for row in rows if row.waiting_since]
    assert min(waits) < timedelta(minutes=10)
    assert max(waits) < timedelta(days=3)
    assert demo_desk.reads.listing("viewing").count() >= 1


def test_the_hostile_customer_is_harmless(demo_desk: Desk) -> None:
    """G3: escape codes, overrides, marks and folders in names arrive as nothing but letters."""
    (found,) = [p for p in demo_desk.reads.customers("quill") if "quill@" in p.addresses[0].value]
    view = demo_desk.reads.timeline(found.id)
    (item,) = view.conversations
    entries = view.entries(view.keys(item.id))
    for words in (found.name, item.subject, item.excerpt, *(e.body + e.quoted + e.author for e in entries)):
        assert clean(words) == words
        assert "\x1b" not in words
        assert "\u202e" not in words
    assert max(len(entry.body) for entry in entries) < 2_000
    names = [file.name for entry in entries for file in entry.files]
    assert "authorized_keys" in names
    assert not any("/" in name or name.startswith((".", "-")) for name in names)


def test_the_same_seed_makes_the_same_workspace(tmp_path: Path) -> None:
    """G3: a seed gives the same people and words at any instant, and another seed gives others."""

    def seen(folder: str, at: datetime, seed: int) -> list[tuple[object, ...]]:
        (tmp_path / folder).mkdir()
        desk = desk_at(tmp_path / folder, at, seed)
        found: list[tuple[object, ...]] = [
            (item.customer, item.subject, item.status, at - entry.at, entry.body)
            for item, entries in everything(desk)
            for entry in entries
            if not (item.snooze and entry.kind == "history")
        ]
        desk.store.close()
        return found

    first = seen("a", AT, 5)
    assert first == seen("b", AT + timedelta(days=90, hours=3), 5)
    assert first != seen("c", AT, 6)


def test_a_scene_is_never_mixed_into_a_workspace(demo_desk: Desk) -> None:
    """G3: where there are customers, a scene is refused."""
    with pytest.raises(Refused):
        demo.fill(demo_desk, 2)


def test_a_fresh_demo_has_nothing_to_undo(demo_desk: Desk) -> None:
    """G3: undo never reaches into what was made up."""
    with pytest.raises(Refused, match="Nothing to undo"):
        demo_desk.undo.last()


def test_customers_answer_in_their_own_language() -> None:
    """G3: the simulator is told which language each address writes in."""
    told = cast.languages(1)
    assert set(told.values()) >= {"es", "ja", "de", "fr"}
    assert told["+447700900141"] == "en"


def test_without_a_terminal_the_desk_is_printed(tmp_path: Path) -> None:
    """G3: with its output in a pipe the demo prints the inbox and the first timeline and ends with 0."""
    begin = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-m", "kustui", "demo", "--seed", "3"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
        env={
            "PATH": "/usr/bin:/bin",
            "TMPDIR": str(tmp_path),
            "HOME": str(tmp_path),
            "PYTHONIOENCODING": "utf-8",
        },
    )
    assert time.monotonic() - begin < 10
    assert (ran.returncode, ran.stderr) == (0, b"")
    out = ran.stdout.decode()
    assert out.startswith(f"{demo.WORKSPACE}: Inbox ")
    assert "Forty haul bags" in out
    assert not any(ord(ch) < 32 and ch != "\n" for ch in out)
    assert list(tmp_path.glob("kustui-demo-*")) == []
