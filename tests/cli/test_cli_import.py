"""Importing mail from the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Kustui, letter, refused
from tools.make_mbox import write

AWKWARD = Path(
    os.environ.get("KUSTUI_TEST_MAIL", Path(__file__).resolve().parents[2].parent / "shared" / "mail")
)


def counts(tally: dict[str, int]) -> tuple[int, int, int, int]:
    """(read, imported, already there, quarantined)."""
    return tally["read"], tally["imported"], tally["already_there"], tally["quarantined"]


def test_importing_twice_doubles_nothing(kustui: Kustui, tmp_path: Path) -> None:
    """B12: an mbox imported again, whole or grown, files only what is new; threads stay together."""
    mbox = tmp_path / "support.mbox"
    write(mbox, 300, 40)
    assert counts(kustui("import", mbox, "--json").json) == (300, 300, 0, 0)
    before = kustui("export").out
    assert kustui("import", mbox).out == "300 read, 0 imported, 300 already there, 0 quarantined\n"
    assert kustui("export").out == before
    with mbox.open("ab") as file:
        file.write(b"From new@example.com Mon Jun  1 10:00:00 2026\n")
        file.write(letter("New", "new@example.com", "New here", "Hello", "new-1@example.com"))
    assert counts(kustui("import", mbox, "--json").json) == (301, 1, 300, 0)


def test_threads_and_people_are_kept_together(kustui: Kustui, tmp_path: Path) -> None:
    """B1, B12: an answer joins the conversation it refers to, in one batch or in another."""
    for number, more in ((1, ""), (2, "t1@example.com"), (3, "t2@example.com")):
        content = letter("Ana", "ana@example.com", "Topic", f"Word {number}", f"t{number}@example.com", more)
        (tmp_path / f"{number}.eml").write_bytes(content)
    kustui("import", tmp_path / "1.eml", tmp_path / "2.eml")
    kustui("done", 1)
    assert counts(kustui("import", tmp_path / "3.eml", "--json").json) == (1, 1, 0, 0)
    items = kustui("inbox", "--json").json
    assert [(item["id"], item["status"]) for item in items] == [(1, "open")]
    assert kustui("show", 1, "--json").json[0]["messages"] == 3
    assert len(kustui("customers", "--json").json) == 1


def test_a_message_without_a_name_bears_the_customers(kustui: Kustui, tmp_path: Path) -> None:
    """B1: an address alone, of a customer we know, is shown under that customer's name."""
    (tmp_path / "1.eml").write_bytes(letter("Ana", "ana@example.com", "Topic", "Hello?", "t1@example.com"))
    (tmp_path / "2.eml").write_bytes(b"From: ana@example.com\nSubject: Again\n\nHello again\n")
    assert kustui("import", tmp_path / "1.eml").code == 0
    assert kustui("import", tmp_path / "2.eml").code == 0
    assert kustui("show", 2, "--json").json[0]["entries"][0]["author"] == "Ana"


def test_our_own_mail_is_outbound(kustui: Kustui, tmp_path: Path) -> None:
    """B1: mail from the workspace's address is our answer, and nobody waits for it."""
    (tmp_path / "1.eml").write_bytes(letter("Ana", "ana@example.com", "Topic", "Hello?", "t1@example.com"))
    ours = letter("Acme", "support@acme.example", "Re: Topic", "Hello!", "o1@acme.example", "t1@example.com")
    (tmp_path / "2.eml").write_bytes(ours.replace(b"To: support@acme.example", b"To: ana@example.com"))
    kustui("import", tmp_path)
    shown = kustui("show", 1, "--json").json[0]
    assert sorted(entry["kind"] for entry in shown["entries"]) == ["inbound", "outbound"]


def test_done_files_into_done(kustui: Kustui, tmp_path: Path) -> None:
    """B10: with `--done` an old mailbox does not flood the inbox."""
    write(tmp_path / "old.mbox", 50, 10)
    assert kustui("import", tmp_path / "old.mbox", "--done").code == 0
    assert kustui("inbox", "--view", "done", "--json").json != []
    assert all(item["waiting_since"] is None for item in kustui("inbox", "--json").json)


def test_what_cannot_be_read_is_quarantined_with_its_reason(kustui: Kustui, tmp_path: Path) -> None:
    """G4: `--quarantine` lists each unreadable message with where it was and why, once."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "bad.eml").write_bytes(b"Subject: nobody wrote this\n\nhello\n")
    (folder / "packed.gz").write_bytes(b"\x1f\x8b" + b"x" * 100)
    (folder / "good.eml").write_bytes(letter("A", "a@example.com", "Hi", "Hello", "g1@example.com"))
    assert counts(kustui("import", folder, "--json").json) == (3, 1, 0, 2)
    assert counts(kustui("import", folder, "--json").json) == (3, 0, 3, 0)
    items = kustui("import", "--quarantine", "--json").json
    assert {Path(item["source"]).name for item in items} == {"bad.eml", "packed.gz"}
    assert all(item["reason"] and item["bytes"] and item["id"] for item in items)
    assert "no sender address" in kustui("import", "--quarantine").out
    assert "unpack it first" in kustui("import", "--quarantine").out


def test_nothing_is_imported_when_a_path_is_missing(kustui: Kustui, tmp_path: Path) -> None:
    """G4: one path that is not there stops the import before it begins, and is named."""
    (tmp_path / "good.eml").write_bytes(letter("A", "a@example.com", "Hi", "Hello", "g1@example.com"))
    assert "nowhere.mbox" in refused(kustui("import", tmp_path / "good.eml", tmp_path / "nowhere.mbox"))
    assert kustui("inbox", "--json").json == []
    refused(kustui("import"))


def test_the_awkward_mail_is_imported_read_and_answered(kustui: Kustui) -> None:
    """B1, C1: 103 awkward emails are each imported or quarantined; each conversation is answered."""
    if not AWKWARD.exists():
        pytest.skip(f"the awkward emails are not in {AWKWARD}")
    files = sorted(AWKWARD.rglob("*.eml"))
    tally = kustui("import", *files, "--json").json
    assert tally["read"] == len(files)
    assert tally["imported"] + tally["already_there"] + tally["quarantined"] == len(files)
    assert (tally["imported"], tally["quarantined"]) == (95, 1)
    customers = kustui("customers", "--json").json
    conversations = [
        item for customer in customers for item in kustui("show", customer["id"], "--customer", "--json").json
    ]
    assert sum(item["messages"] for item in conversations) == tally["imported"]
    for item in conversations:
        shown = kustui("show", item["id"])
        assert shown.code == 0
        assert not any(ord(ch) < 32 and ch != "\n" for ch in shown.out)
        answered = kustui("reply", item["id"], "--body", "Thank you.", "--then", "done", "--json")
        assert answered.code == 0, answered.err
        assert answered.json["fate"] == "sent"
    assert kustui("inbox", "--json").json == []


def test_an_import_that_is_killed_goes_on_where_it_was(kustui: Kustui, db: Path, tmp_path: Path) -> None:
    """G1: after a kill in the middle every batch is there whole or not at all, and the rest follows."""
    mbox = tmp_path / "big.mbox"
    write(mbox, 4_000, 800)
    kustui("init")
    running = subprocess.Popen(
        [sys.executable, "-m", "kustui", "import", str(mbox)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wal = Path(f"{db}-wal")
    while running.poll() is None and not (wal.exists() and wal.stat().st_size > 1_000_000):
        pass
    running.kill()
    running.wait()
    tally = kustui("import", mbox, "--json").json
    assert tally["read"] == 4_000
    assert tally["imported"] + tally["already_there"] == 4_000
    assert kustui("import", mbox, "--json").json["already_there"] == 4_000
    assert kustui("doctor").code == 0
