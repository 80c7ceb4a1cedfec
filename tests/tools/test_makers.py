"""The generators make what the measurements count on."""

from __future__ import annotations

import mailbox
from pathlib import Path

from kustui.store.store import Store
from tools import make_mbox, make_store


def test_a_made_mbox_is_the_same_every_time_and_threads_are_real(tmp_path: Path) -> None:
    """The same numbers give the same bytes; answers refer to messages that came before."""
    for name in ("a", "b"):
        make_mbox.write(tmp_path / name, 400, 60)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    seen: set[str] = set()
    answers = 0
    for message in mailbox.mbox(tmp_path / "a"):
        references = message.get("References", "").split()
        assert set(references) <= seen
        answers += bool(references)
        seen.add(message["Message-ID"])
    assert len(seen) == 400
    assert answers > 150


def test_a_made_store_stands_as_the_desk_would_leave_it(tmp_path: Path) -> None:
    """The inbox, the counts and the search of a made store are what an act would have written."""
    path = tmp_path / "made.db"
    make_store.fill(path, 500, 300)
    store = Store(path).open()
    with store.reading() as reader:
        before = reader.all("SELECT * FROM inbox ORDER BY customer_id")
        assert reader.value("SELECT count(*) FROM conversation") == 502
        assert reader.value("SELECT count(*) FROM customer") == 102
        assert reader.value("SELECT max(messages) FROM conversation") == 300
        assert (
            reader.all(
                "SELECT v.id FROM conversation v WHERE v.messages <> "
                "(SELECT count(*) FROM message m WHERE m.conversation_id = v.id)"
            )
            == []
        )
        assert reader.value("SELECT count(*) FROM message_search WHERE message_search MATCH 'parcel'")
        assert reader.all("PRAGMA foreign_key_check") == []
    with store.writing() as act:
        for row in act.ask().all("SELECT id FROM customer"):
            act.touch(row[0])
    with store.reading() as reader:
        assert reader.all("SELECT * FROM inbox ORDER BY customer_id") == before
    store.close()
