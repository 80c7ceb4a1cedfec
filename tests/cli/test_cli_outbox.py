"""Sending later, what is on its way and what will happen by itself, by command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.conftest import SETTINGS, Kustui, refused
from kustui.desk import Desk
from kustui.desk.reads import agent_of
from kustui.store.store import Store
from support.outbox import ask, item, put

PATHS = os.pathsep.join(path for path in sys.path if path)


@pytest.fixture
def desk(shop: Kustui, db: Path) -> Iterator[Desk]:
    """Ana's desk beside the command, to look at what it wrote."""
    store = Store(db).open()
    agent = agent_of(store, "ana")
    assert agent is not None
    yield Desk(store, agent)
    store.close()


@pytest.fixture(autouse=True)
def _server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's clocks are Lisbon's, an hour behind the agent's."""
    monkeypatch.setenv("TZ", "Europe/Lisbon")


def mails(db: Path) -> list[Path]:
    """What was delivered."""
    return sorted((db.parent / "outgoing").glob("new/*"))


def tomorrow(shop: Kustui, *words: object) -> int:
    """A reply for tomorrow 9:00 by the server's clock; answers its number in the outbox."""
    made = shop("reply", 1, "--body", "It left.", "--at", "tomorrow 9am", "--json", *words)
    assert made.code == 0
    number: int = made.json["outbox_id"]
    return number


def test_reply_at_is_scheduled_by_the_servers_clock(shop: Kustui, db: Path) -> None:
    """D4: `--at` is the server's wall clock; the answer names instant, zone and how far away it is."""
    result = shop("reply", 1, "--body", "It left.", "--at", "tomorrow 9am")
    assert result.out.startswith("Scheduled for ")
    assert "09:00 Europe/Lisbon, in " in result.out
    assert mails(db) == []
    shown = shop("show", 1, "--json").json[0]["entries"][-1]
    assert shown["fate"] == "scheduled"
    [listed] = shop("outbox", "list", "--json").json
    assert listed["at"] == shown["at"]
    assert "T09:00:00" in listed["at_server"]
    assert "T10:00:00" in listed["at_yours"]
    assert datetime.fromisoformat(listed["at_server"]) == datetime.fromisoformat(listed["at_yours"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("reply", 1, "--body", "x", "--at", ""), "No time yet"),
        (("reply", 1, "--body", "x", "--at", "2020-01-01 09:00"), "past"),
        (("reply", 1, "--body", "x", "--at", "9/8/2027"), "two ways"),
        (("reply", 1, "--body", "x", "--hold-on-reply"), "--at"),
        (
            ("compose", 1, "--kind", "note", "--subject", "S", "--body", "x", "--at", "3d"),
            "only email and SMS",
        ),
        (
            ("compose", 1, "--kind", "note", "--subject", "S", "--body", "x", "--hold-on-reply"),
            "email and SMS",
        ),
        (("outbox", "reschedule", 99, "3d"), "99"),
        (("outbox", "hold", 99), "99"),
        (("outbox", "send", 99), "99"),
        (("outbox", "settle", 99, "arrived"), "99"),
        (("outbox", "settle", 99, "again"), "99"),
        (("outbox", "settle", 99, "discard"), "99"),
        (("outbox", "adopt"), "sends already"),
        (("snooze", 1, "reply", "--keep"), "--keep"),
        (("snooze", 1, "again"), "nothing"),
        (("snooze", 1, "again", "--keep"), "--keep"),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(
    shop: Kustui, desk: Desk, db: Path, words: tuple[object, ...], said: str
) -> None:
    """G4, D4: one sentence on standard error, code 1; nothing is sent, queued, posted or put away."""
    before = ask(
        desk, "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM message), count(*) FROM snooze"
    )
    assert said in refused(shop(*words))
    after = ask(
        desk, "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM message), count(*) FROM snooze"
    )
    assert (after, mails(db)) == (before, [])


def test_a_held_switch_comes_with_it_and_is_changed(shop: Kustui, desk: Desk) -> None:
    """D9: `--hold-on-reply` and `outbox hold [--off]` set whether a reply holds it; lists say so."""
    number = tomorrow(shop, "--hold-on-reply")
    assert "a reply holds it" in shop("outbox", "list").out
    assert "does not hold" in shop("outbox", "hold", number, "--off", "--json").json["notice"]
    assert not item(desk, number).hold_on_reply
    assert shop("outbox", "hold", number).code == 0
    assert item(desk, number).hold_on_reply


def test_compose_at_starts_a_conversation_that_can_be_taken_back(shop: Kustui, desk: Desk) -> None:
    """D4, D5: a composed email waits for its time; cancel makes it a draft and no empty shell stays."""
    made = shop("compose", 2, "--subject", "News", "--body", "Hello", "--at", "3d", "--json").json
    assert made["fate"] == "scheduled"
    assert shop("outbox", "cancel", made["outbox_id"], "--json").json["notice"].startswith("Taken back")
    assert ask(desk, "SELECT count(*) FROM conversation WHERE subject = 'News'") == [(0,)]
    assert [draft["subject"] for draft in shop("drafts", "--json").json] == ["News"]
    for act in (("cancel",), ("send",), ("hold",), ("reschedule", "3d"), ("settle", "discard")):
        assert "it has been taken back" in refused(shop("outbox", act[0], made["outbox_id"], *act[1:]))


def test_another_time_and_now(shop: Kustui, desk: Desk, db: Path) -> None:
    """D5: reschedule moves it, send sends it, and neither is possible afterwards."""
    number = tomorrow(shop)
    moved = shop("outbox", "reschedule", number, "2", "days")
    assert moved.out.startswith("Scheduled for ")
    assert timedelta(hours=47) < item(desk, number).at - datetime.now(UTC) < timedelta(hours=49)
    sent = shop("outbox", "send", number, "--json").json
    assert (sent["fate"], sent["outbox_id"], len(mails(db))) == ("sent", number, 1)
    for act in (("send", number), ("reschedule", number, "3d"), ("cancel", number), ("retry", number)):
        assert "it has been sent" in refused(shop("outbox", *act))
    assert "Nothing is on its way" in shop("outbox", "list").out
    assert shop("outbox", "list", "--json").json == []


@pytest.mark.parametrize(
    ("state", "how", "becomes"),
    [
        ("uncertain", "arrived", "sent"),
        ("uncertain", "again", "sent"),
        ("uncertain", "discard", "discarded"),
        ("failed", "discard", "discarded"),
        ("held", "discard", "discarded"),
    ],
)
def test_settling(shop: Kustui, desk: Desk, state: str, how: str, becomes: str) -> None:
    """D7: each way of settling does what it says, also as JSON; a discard is undone."""
    number = tomorrow(shop)
    put(desk, "UPDATE outbox SET state = :s", s=state)
    assert shop("outbox", "settle", number, how, "--json").code == 0
    assert item(desk, number).state == becomes
    refused(shop("outbox", "settle", number, how))
    if how == "discard":
        assert f"{state} again" in shop("undo").out
        assert item(desk, number).state == state


def test_a_retry_that_is_put_off_says_until_when(shop: Kustui, desk: Desk, db: Path) -> None:
    """D7: a failed message is tried again; what is refused for now says why, and when it is tried again."""
    number = tomorrow(shop)
    put(desk, "UPDATE outbox SET state = 'failed'")
    folder = db.parent / "outgoing"
    folder.mkdir(exist_ok=True)
    (folder / "new").write_text("in the way")
    result = shop("outbox", "retry", number)
    assert result.out.startswith("Not sent yet; it is tried again in ")
    assert "mail folder cannot be written" in result.out
    (folder / "new").unlink()
    assert shop("outbox", "send", number, "--json").json["fate"] == "sent"


def test_the_forecast_tells_everything_on_both_clocks_in_time_order(shop: Kustui) -> None:
    """F1, D4: snoozes and scheduled messages, each with the agent's and the server's time."""
    assert "Nothing will happen" in shop("forecast").out
    shop("snooze", 2, "3d")
    tomorrow(shop)
    shop("snooze", 3, "2h")
    found = shop("forecast", "--json").json
    assert [each["kind"] for each in found] == ["snooze", "message", "snooze"]
    assert [each["at"] for each in found] == sorted(each["at"] for each in found)
    lines = shop("forecast").out.splitlines()
    assert len(lines) == 3
    assert "10:00 Europe/Madrid, server 09:00" in lines[1]
    assert "1 more" in shop("forecast", "--limit", 2).out.splitlines()[-1]


def test_snooze_keep_and_again(shop: Kustui) -> None:
    """B9: `--keep` stays through a reply, `again` puts away as the last one was."""
    shop("snooze", 1, "3d", "--keep")
    assert shop("snooze", 2, "again").code == 0
    kept = shop("show", 2, "--json").json[0]["snooze"]
    assert kept["keep_on_reply"] is True


def test_a_copied_store_says_so_and_sends_once_it_is_adopted(
    shop: Kustui, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D7: on a copy a reply waits with the reason; `outbox adopt` makes the copy the one that sends."""
    copy = db.with_name("copy.db")
    copy.write_bytes(db.read_bytes())
    wal = db.with_name(db.name + "-wal")
    if wal.exists():
        copy.with_name(copy.name + "-wal").write_bytes(wal.read_bytes())
    monkeypatch.setenv("KUSTUI_DB", str(copy))
    waits = shop("reply", 1, "--body", "x", "--json").json
    assert waits["fate"] == "queued"
    assert "is a copy" in waits["reason"]
    assert "kustui outbox adopt" in waits["reason"]
    assert "sends from now on" in shop("outbox", "adopt").out
    assert "1 sent" in shop("tick").out
    assert len(mails(db)) == 1


# -- the worker ------------------------------------------------------------------------------

# The real command, with a mail folder that takes its time over every message.
SLOW = """
import sys, time
from kustui.__main__ import main
from kustui.delivery import maildir
from kustui.desk import clockwork
clockwork.POLL_SECONDS = 0.1
real = maildir.MaildirTransport.send
def send(self, parcel, commit):
    def slowly():
        commit()
        print("sending", flush=True)
        time.sleep(0.7)
    return real(self, parcel, slowly)
maildir.MaildirTransport.send = send
sys.exit(main(["worker"]))
"""


@contextmanager
def worker() -> Iterator[subprocess.Popen[str]]:
    """The real command in a process of its own, which does not outlive the test."""
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW],
        env={**os.environ, "PYTHONPATH": PATHS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = threading.Timer(20, process.kill)
    end.start()
    try:
        yield process
    finally:
        end.cancel()
        process.kill()
        process.communicate()


def test_a_worker_that_is_ended_while_it_sends_finishes_that_one_and_gives_back_the_rest(
    shop: Kustui, desk: Desk, db: Path
) -> None:
    """F1, D7: SIGTERM in the middle: the message under way is sent, the other claimed ones are queued."""
    for place in range(3):
        shop("reply", 1, "--body", f"n {place}", "--at", "tomorrow 9am")
    put(desk, "UPDATE outbox SET due_at = created_at")
    with worker() as process:
        assert process.stdout is not None
        assert any(line.startswith("sending") for line in process.stdout)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    assert ask(desk, "SELECT state, attempts, owner FROM outbox ORDER BY id") == [
        ("sent", 1, ""),
        ("queued", 0, ""),
        ("queued", 0, ""),
    ]
    assert len(mails(db)) == 1


def test_a_worker_says_a_lasting_trouble_once(shop: Kustui, desk: Desk, tmp_path: Path) -> None:
    """F1: what cannot be carried waits, and is told on standard error once, not with every pass."""
    tomorrow(shop)
    put(desk, "UPDATE outbox SET due_at = created_at")
    settings = SETTINGS.replace('email = "maildir"', 'email = "nosuch"')
    (tmp_path / "settings.toml").write_text(settings, encoding="utf-8")
    with worker() as process:
        assert process.stderr is not None
        assert "nosuch" in process.stderr.readline()
        time.sleep(0.5)
        process.terminate()
        assert process.communicate(timeout=15)[1] == ""
    assert process.returncode == 0
    assert ask(desk, "SELECT state FROM outbox") == [("queued",)]
