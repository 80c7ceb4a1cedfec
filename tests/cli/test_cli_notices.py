"""Notifications, snoozing again and snoozes that a reply does not end, by command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import Kustui, refused
from kustui.desk import Desk
from kustui.desk.reads import agent_of
from kustui.store.store import Store
from support.notices import told


@pytest.fixture
def desk(shop: Kustui, db: Path) -> Iterator[Desk]:
    """Ana's desk on the command's own store."""
    store = Store(db).open()
    agent = agent_of(store, "ana")
    assert agent is not None
    yield Desk(store, agent)
    store.close()


def test_notifications_are_listed_and_marked(shop: Kustui, desk: Desk) -> None:
    """B7, G4: the unread ones are listed; `--read` marks them; `--all` lists the others too."""
    assert shop("notifications").out == "Nothing new.\n"
    told(desk, "#1 is open again", conversation_id=1)
    told(desk, "A message failed", kind="failed")
    lines = shop("notifications").out.splitlines()
    assert [line[0] for line in lines] == ["●", "●"]
    assert lines[0].endswith("ago  A message failed")
    first = shop("notifications", "--json").json[1]
    assert (first["kind"], first["conversation_id"], first["customer_id"], first["read"]) == (
        "woke", 1, 1, False,
    )  # fmt: skip
    assert len(shop("notifications", "--limit", 1, "--json").json) == 1
    assert shop("notifications", "--read").out.splitlines() == lines
    assert shop("notifications", "--json").json == []
    assert [item["read"] for item in shop("notifications", "--all", "--json").json] == [True, True]


def test_notifications_are_harmless(shop: Kustui, desk: Desk) -> None:
    """G4: what a terminal would obey does not reach it by a notification."""
    told(desk, "\x1b]0;pwned\x07 is open again")
    assert "\x1b" not in shop("notifications").out
    assert "\x1b" not in shop("notifications", "--json").out


def test_a_snooze_that_a_reply_does_not_end(shop: Kustui) -> None:
    """B9, G4: `--keep` stays snoozed; the details say so; for until reply it is refused."""
    assert "even if they reply" in shop("snooze", 1, "3d", "--keep").out
    assert shop("show", 1, "--json").json[0]["snooze"]["keep_on_reply"] is True
    assert "by Ana Soler; a reply does not end it" in shop("show", 1).out
    assert shop("snooze", 2, "t", "--keep").code == 0
    assert shop("show", 2, "--json").json[0]["snooze"]["keep_on_reply"] is True
    assert "--keep needs a time" in refused(shop("snooze", 3, "reply", "--keep"))
    assert shop("show", 3, "--json").json[0]["status"] == "open"


def test_snoozing_again(shop: Kustui) -> None:
    """B3, G4: `again` takes the last snooze again, whether a reply ends it with it, and nothing else."""
    assert "snoozed nothing yet" in refused(shop("snooze", 1, "again"))
    shop("snooze", 1, "3d", "--keep")
    assert shop("snooze", 2, "again").code == 0
    snooze = shop("show", 2, "--json").json[0]["snooze"]
    assert (snooze["label"], snooze["keep_on_reply"]) == ("3d", True)
    assert "as last time" in refused(shop("snooze", 3, "again", "--keep"))
    assert "as last time" in refused(shop("snooze", 3, "again", "--sub-status", "x"))


def test_settings_of_notifications_are_checked(kustui: Kustui, tmp_path: Path) -> None:
    """G4: a wrong key, or a wrong word, in the table of notifications is refused by its name."""
    settings = tmp_path / "settings.toml"
    settings.write_text("[notify]\nbel = true\n", encoding="utf-8")
    assert "Did you mean notify.bell?" in refused(kustui("keys"))
    settings.write_text('[notify]\nbell = "no"\n', encoding="utf-8")
    assert "notify.bell must be true or false" in refused(kustui("keys"))
