"""Acting from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cli.conftest import Kustui, refused
from kustui.desk import Desk
from kustui.desk.reads import agent_of
from kustui.store import sqlite
from kustui.store.store import Store


def outgoing(db: Path) -> list[bytes]:
    """The messages that went out."""
    return [path.read_bytes() for path in sorted((db.parent / "outgoing" / "new").glob("*"))]


def test_a_reply_goes_out_and_says_so(shop: Kustui, db: Path) -> None:
    """G4, D1: a reply is delivered once, and its fate is told."""
    result = shop("reply", 1, "--body", "It is **on its way**.", "--json")
    assert result.code == 0
    assert result.json["id"] == 1
    assert result.json["fate"] == "sent"
    assert len(outgoing(db)) == 1
    assert b"To: ruiz@example.com" in outgoing(db)[0]
    assert [entry["fate"] for entry in shop("show", 1, "--json").json[0]["entries"] if entry["fate"]] == [
        "sent"
    ]


def test_standard_input_and_files_are_bodies(shop: Kustui, tmp_path: Path) -> None:
    """G4: without `--body` the words come from a file, or from standard input."""
    assert shop("reply", 1, stdin="From a pipe.\n").code == 0
    body = tmp_path / "answer.md"
    body.write_text("From a file. ¿Sí?", encoding="utf-8")
    assert shop("reply", 1, "--body-file", body).code == 0
    assert shop("note", 1, "--body-file", "-", stdin="From a dash.").code == 0
    bodies = [entry["body"] for entry in shop("show", 1, "--json").json[0]["entries"]]
    assert bodies[-3:] == ["From a pipe.", "From a file. ¿Sí?", "From a dash."]
    assert "no-such-file" in refused(shop("reply", 1, "--body-file", tmp_path / "no-such-file"))


@pytest.mark.parametrize(("then", "status"), [("now", "open"), ("done", "done"), ("until reply", "snoozed")])
def test_then_says_what_happens_to_the_conversation(shop: Kustui, then: str, status: str) -> None:
    """D1: send now, send and mark as done, send and snooze until reply."""
    assert shop("reply", 1, "--body", "Hello.", "--then", then).code == 0
    assert shop("show", 1, "--json").json[0]["status"] == status


def test_nothing_and_too_much_are_refused(shop: Kustui, db: Path) -> None:
    """C2: an empty body and one character over the limit are refused; the limit itself is sent."""
    assert "empty" in refused(shop("reply", 1, stdin="  \n"))
    assert "10,240" in refused(shop("reply", 1, stdin="x" * 10_241))
    assert outgoing(db) == []
    assert shop("reply", 1, stdin="x" * 10_240).code == 0
    assert len(outgoing(db)) == 1


def test_copies_and_other_recipients_go_along(shop: Kustui, db: Path) -> None:
    """C4: `--to`, `--cc` and `--bcc` name who gets it; one that is no address is refused by its name."""
    assert "not-an-address" in refused(shop("reply", 1, "--body", "x", "--cc", "not-an-address"))
    shop("reply", 1, "--body", "x", "--to", "else@example.com", "--cc", "copy@example.com")
    assert b"To: else@example.com" in outgoing(db)[0]
    assert b"Cc: copy@example.com" in outgoing(db)[0]


def test_words_from_the_command_line_leave_a_draft_alone(shop: Kustui, db: Path) -> None:
    """C9: a draft that the agent is writing on the screen survives a reply from the command line."""
    store = Store(db).open()
    agent = agent_of(store, "ana")
    assert agent is not None
    desk = Desk(store, agent)
    customer_id = desk.reads.conversation(1).customer_id
    desk.drafts.keep(replace(desk.reads.draft(customer_id, "reply", 1), body="Half a thought"))
    assert shop("reply", 1, "--body", "A whole one.").code == 0
    assert desk.reads.draft(customer_id, "reply", 1).body == "Half a thought"
    assert shop("show", 1, "--json").json[0]["entries"][-1]["body"] == "A whole one."
    store.close()


def test_a_note_goes_nowhere(shop: Kustui, db: Path) -> None:
    """A4: a note stands in the conversation and nothing is delivered."""
    result = shop("note", 1, "--body", "Refund approved.", "--json")
    assert result.json["id"] == 1
    assert shop("show", 1, "--json").json[0]["entries"][-1]["kind"] == "note"
    shop("tick")
    assert outgoing(db) == []


def test_compose_starts_a_conversation(shop: Kustui, db: Path) -> None:
    """A3, A5: a new email needs a subject and makes an open conversation; a note makes one too."""
    customer = shop("customers", "ruiz", "--json").json[0]["id"]
    assert "subject" in refused(shop("compose", customer, "--body", "x")).lower()
    made = shop("compose", customer, "--subject", "News", "--body", "Hello!", "--json").json
    shown = shop("show", made["id"], "--json").json[0]
    assert (shown["subject"], shown["status"], made["fate"]) == ("News", "open", "sent")
    assert len(outgoing(db)) == 1
    noted = shop("compose", customer, "--kind", "note", "--subject", "Plan", "--body", "x", "--json").json
    assert shop("show", noted["id"], "--json").json[0]["channel"] == "note"


def test_sms_without_a_number_is_refused_with_the_way_out(shop: Kustui) -> None:
    """A1: what cannot be composed says what is missing on the profile."""
    assert "no phone number" in refused(shop("compose", 1, "--kind", "sms", "--body", "x"))


def test_done_and_reopen(shop: Kustui) -> None:
    """B10: done takes it out of the inbox, once; re-opening brings it back."""
    assert shop("done", 1, "--json").json["id"] == 1
    assert "already" in refused(shop("done", 1))
    assert 1 not in [item["id"] for item in shop("inbox", "--json").json]
    assert shop("reopen", "#1").code == 0
    assert 1 in [item["id"] for item in shop("inbox", "--json").json]
    assert "already" in refused(shop("reopen", 1))


@pytest.mark.parametrize("words", [("3d",), ("tomorrow", "9am"), ("2",), ("m",)])
def test_snooze_takes_times_in_words_and_choices_by_key(shop: Kustui, words: tuple[str, ...]) -> None:
    """B3, B4: a snooze is a length, a wall clock or the key of a choice; JSON says until when."""
    assert shop("snooze", 1, *words).code == 0
    item = shop("inbox", "--view", "snoozed", "--json").json[0]
    assert item["id"] == 1
    assert item["snoozed_until"].endswith("+00:00")


@pytest.mark.parametrize("words", [("reply",), ("r",)])
def test_snooze_until_reply_has_no_time(shop: Kustui, words: tuple[str, ...]) -> None:
    """B3: until the customer replies."""
    assert shop("snooze", 1, *words).code == 0
    assert shop("inbox", "--view", "snoozed", "--json").json[0]["snoozed_until"] is None


@pytest.mark.parametrize("words", [("2020-01-01", "09:00"), ("whenever",)])
def test_a_time_that_is_past_or_no_time_changes_nothing(shop: Kustui, words: tuple[str, ...]) -> None:
    """B3: it is refused in words and the conversation stays open."""
    refused(shop("snooze", 1, *words))
    assert shop("show", 1, "--json").json[0]["status"] == "open"


def test_a_channel_that_nothing_carries_is_named(shop: Kustui, db: Path) -> None:
    """D7: a reply that nothing could carry is refused before it is queued."""
    settings = Path(os.environ["KUSTUI_SETTINGS"])
    words = settings.read_text(encoding="utf-8")
    settings.write_text(words.replace('email = "maildir"\n', "", 1), encoding="utf-8")
    assert "[channels]" in refused(shop("reply", 1, "--body", "x"))


def test_a_failed_delivery_is_told(shop: Kustui, db: Path) -> None:
    """D7: what could not go out for now is queued, with the reason in the answer."""
    (db.parent / "outgoing").write_text("in the way", encoding="utf-8")
    result = shop("reply", 1, "--body", "x", "--json")
    assert result.json["fate"] == "queued"
    assert "outgoing" in result.json["reason"]
    assert shop("inbox", "--view", "outbox", "--json").json[0]["id"] == 1


def test_tick_tells_what_it_did(shop: Kustui) -> None:
    """F1: one pass of the clockwork, with nothing due."""
    counts = ("woken", "sent", "failed", "held", "received", "routed")
    assert shop("tick", "--json").json == dict.fromkeys(counts, 0)
    assert shop("tick").out == "0 woken, 0 sent, 0 not sent, 0 held, 0 received\n"


def test_the_worker_sends_and_ends_when_it_is_told(shop: Kustui, db: Path) -> None:
    """F1: with no screen open the worker sends what is due, says so at once, and SIGTERM ends it well."""
    (db.parent / "outgoing").write_text("in the way", encoding="utf-8")
    shop("reply", 1, "--body", "x")
    (db.parent / "outgoing").unlink()
    connection = sqlite.connect(db)
    connection.execute("UPDATE outbox SET due_at = due_at - 60000")
    connection.close()
    worker = subprocess.Popen([sys.executable, "-m", "kustui", "worker"], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "The clockwork runs; Ctrl+C ends it.\n"
    assert worker.stdout.readline() == "0 woken, 1 sent, 0 not sent, 0 held, 0 received\n"
    worker.terminate()
    assert worker.wait(timeout=30) == 0
    worker.stdout.close()
    assert len(outgoing(db)) == 1


def test_it_runs_as_a_program_with_a_pipe(shop: Kustui, db: Path) -> None:
    """G4: the real program takes its body from a pipe, answers JSON on standard output and ends with 0."""
    ran = subprocess.run(
        [sys.executable, "-m", "kustui", "reply", "1", "--then", "done", "--json"],
        input="Sent by a pipe.",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert '"fate": "sent"' in ran.stdout
    refusal = subprocess.run(
        [sys.executable, "-m", "kustui", "done", "1"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (refusal.returncode, refusal.stdout) == (1, "")
    assert refusal.stderr.count("\n") == 1


def test_a_reader_that_goes_away_is_no_trouble(shop: Kustui) -> None:
    """G4: `kustui export | head -1` ends quietly."""
    ran = subprocess.run(
        f"'{sys.executable}' -m kustui export | head -c 1",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stderr == ""


def test_two_commands_at_once_are_two_answers(shop: Kustui, db: Path) -> None:
    """C9, D7: processes that answer beside an agent's draft lose no words, of theirs or of the draft."""
    store = Store(db).open()
    agent = agent_of(store, "ana")
    assert agent is not None
    desk = Desk(store, agent)
    customer_id = desk.reads.conversation(1).customer_id
    desk.drafts.keep(replace(desk.reads.draft(customer_id, "reply", 1), body="Half a thought"))
    words = [f"Answer {number}" for number in range(4)]
    program = [sys.executable, "-m", "kustui", "reply", "1", "--body"]
    started = [subprocess.Popen([*program, word], stdout=subprocess.DEVNULL) for word in words]
    assert [each.wait() for each in started] == [0] * len(words)
    view = desk.reads.timeline(customer_id)
    entries = view.entries(view.keys(1))
    assert sorted(entry.body for entry in entries if entry.kind == "outbound") == words
    assert desk.reads.draft(customer_id, "reply", 1).body == "Half a thought"
    store.close()
