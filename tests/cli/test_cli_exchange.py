"""Export and import by command: a workspace, customers for spreadsheets, mail (SPEC G4)."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.conftest import Kustui, letter, refused
from kustui.store import sqlite


def test_a_workspace_is_moved_by_a_file_and_by_a_pipe(shop: Kustui, db: Path, tmp_path: Path) -> None:
    """G4, D7: what was exported is imported by one command and is the same; it is a copy and says so."""
    shop("reply", 1, "--body", "Tomorrow.", "--at", "3d")
    file = tmp_path / "workspace.jsonl"
    assert shop("export", file).out == f"Written: {file}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert shop("export").out == file.read_text(encoding="utf-8")
    assert "written over" in refused(shop("export", file))
    other = ("--db", db.parent / "two.db")
    shop(*other, "init")
    assert shop(*other, "import", file, "--dry-run", "--json").json["rows"] > 10
    assert shop(*other, "customers", "--json").json == []
    assert "outbox adopt" in shop(*other, "import", file).out
    assert shop(*other, "export").out == file.read_text(encoding="utf-8")
    assert "copy" in shop(*other, "doctor").out
    assert "not empty" in refused(shop(*other, "import", file))
    third = ("--db", db.parent / "three.db")
    assert shop(*third, "import", "-", "--json", stdin=file.read_text(encoding="utf-8")).json["rows"] > 10
    assert shop(*third, "export").out == file.read_text(encoding="utf-8")


def test_what_is_no_export_of_ours_is_refused_with_its_line(kustui: Kustui, tmp_path: Path) -> None:
    """G4: the line and the reason are said, and the store is empty still."""
    file = tmp_path / "odd.jsonl"
    file.write_text('{"type": "kustui", "version": 1}\n{"type": "customer"}\n', encoding="utf-8")
    assert "Line 2" in refused(kustui("import", file))
    file.write_text('{"type": "kustui", "version": 9}\n', encoding="utf-8")
    assert "version 9" in refused(kustui("import", file))
    file.write_text("Dear all,\n", encoding="utf-8")
    assert "Line 1" in refused(kustui("import", file))
    assert "by itself" in refused(kustui("import", file, tmp_path))
    assert "odd" in refused(kustui("import", tmp_path / "odd.csv"))
    (tmp_path / "odd.csv").write_bytes("name\nJosé\n".encode("latin-1"))
    assert "line 2: it is not UTF-8" in refused(kustui("import", tmp_path / "odd.csv"))
    assert "Name a file" in refused(kustui("export", "", "--format", "csv"))
    assert kustui("customers", "--json").json == []


def test_an_import_that_is_killed_leaves_an_empty_store(shop: Kustui, db: Path, tmp_path: Path) -> None:
    """G4: the rows of an import are one transaction: killed in the middle, there are none."""
    lines = shop("export").out.splitlines(keepends=True)
    two = db.parent / "two.db"
    shop("--db", two, "init")
    run = [sys.executable, "-m", "kustui", "--db", str(two), "import", "-"]
    with subprocess.Popen(run, stdin=subprocess.PIPE) as program:
        assert program.stdin is not None
        program.stdin.write("".join(lines[:-1]).encode())
        program.stdin.flush()
        ended = time.monotonic() + 30
        while not _is_writing(two):
            assert time.monotonic() < ended
            time.sleep(0.02)
        program.kill()
    assert shop("--db", two, "customers", "--json").json == []
    assert shop("--db", two, "import", "-", stdin="".join(lines)).code == 0


def _is_writing(path: Path) -> bool:
    """Whether another program is in the middle of a transaction."""
    connection = sqlite.connect(path)
    connection.execute("PRAGMA busy_timeout=0")
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite.library().OperationalError:
        return True
    finally:
        connection.close()
    return False


def test_customers_go_to_a_spreadsheet_and_come_back(shop: Kustui, db: Path, tmp_path: Path) -> None:
    """G4: customers.csv imported into an empty store and exported again is the same file."""
    words = (
        "--phone",
        "+34 600 123 456",
        "--phone",
        "+34 600 123 457",
        "--about",
        "=SUM(A1)\nof all",
        "--vip",
    )
    shop("profile", 1, "--company", '=HYPERLINK("http://x")', *words, "--attribute", "plan=gold, 'old'")
    shop("profile", "--new", "'=Odd", "--chat", "@bo", "--zone", "Asia/Tokyo")
    folder = tmp_path / "sheets"
    assert shop("export", "--format", "csv", folder).code == 0
    text = (folder / "customers.csv").read_bytes().decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert text.count("\r\n") == len(rows) == 5
    assert all(cell[:1] not in ("=", "+", "-", "@") for row in rows for cell in row)
    two = ("--db", db.parent / "two.db")
    assert shop(*two, "import", folder / "customers.csv", "--dry-run").code == 1
    shop(*two, "init")
    assert shop(*two, "import", folder / "customers.csv", "--dry-run", "--json").json["customers"] == 4
    assert shop(*two, "customers", "--json").json == []
    assert shop(*two, "import", folder / "customers.csv").out == "4 customers made\n"
    assert shop(*two, "profile", 1, "--json").json["attributes"] == {"plan": "gold, 'old'"}
    shop(*two, "export", "--format", "csv", tmp_path / "again")
    assert (tmp_path / "again" / "customers.csv").read_bytes().decode() == text
    bodies = list(csv.DictReader((folder / "messages.csv").open(encoding="utf-8", newline="")))
    assert {row["conversation_id"] for row in bodies} == {"1", "2", "3"}
    assert "请问能否开发票？" in {row["body"].strip() for row in bodies}
    assert len((folder / "conversations.csv").read_text(encoding="utf-8").splitlines()) == 4


def test_customers_that_cannot_be_taken_are_named_by_line(shop: Kustui, tmp_path: Path) -> None:
    """A2, G4: a clash names who has the address; one wrong line, and none is taken."""
    sheet = tmp_path / "new.csv"
    sheet.write_text(
        "name,email,phone,zone,vip\n"
        "Mia,mia@example.org,,,\n"
        '"Two\nlines",LI@example.net,,,\n'
        "Kim,kim@example.org,x,,\n"
        "Bo,MIA@example.org,,,\n"
        "Al,,,Nowhere,\n"
        ",,,Asia/Tokyo,\n"
        "Zoe,,,,maybe\n",
        encoding="utf-8",
    )
    assert "line 9: VIP or not?" in refused(shop("import", sheet))
    sheet.write_text(sheet.read_text(encoding="utf-8").replace(",maybe", ",no"), encoding="utf-8")
    said = refused(shop("import", sheet, "--dry-run"))
    for words in ("line 3", "Li Wei", "line 5", "'x'", "line 6", "Mia", "line 7", "Nowhere", "line 8"):
        assert words in said, words
    assert len(shop("customers", "--json").json) == 3
    sheet.write_text("name,shoe\nMia,44\n", encoding="utf-8")
    assert "'shoe'" in refused(shop("import", sheet))
    sheet.write_text('id,name\n2,"Mia\n', encoding="utf-8")
    assert "Not CSV" in refused(shop("import", sheet))
    sheet.write_text("id,name\n2,Mia\n", encoding="utf-8")
    assert "Li Wei" in refused(shop("import", sheet))


def test_mail_comes_out_as_mail_and_goes_in_again(shop: Kustui, db: Path, tmp_path: Path) -> None:
    """G4: an mbox of what came and what went makes the same conversations, and then the same mbox."""
    odd = letter("Ana Ruiz", "ruiz@example.com", "Re: Order 8821", "", "4@example.com", "1@example.com")
    text = "From here on\nFrom me Mon Jun  1 10:00:00 2026\nSubject: no letter\n>From there\nend"
    (tmp_path / "odd.eml").write_bytes(odd + text.encode())
    shop("import", tmp_path / "odd.eml")
    shop("reply", 1, "--body", "From us:\n\nit **left** today.\nGrüße", "--attach", _file(tmp_path))
    shop("note", 1, "--body", "Not for the post")
    result = shop("export", "--format", "mbox", tmp_path / "a.mbox")
    assert "1 messages are no mail" in result.out
    assert shop("export", "--format", "mbox", tmp_path / "same.mbox").code == 0
    first = (tmp_path / "a.mbox").read_bytes()
    assert first == (tmp_path / "same.mbox").read_bytes()
    two = ("--db", db.parent / "two.db")
    assert shop(*two, "import", tmp_path / "a.mbox", "--json").json["imported"] == 5
    for number in (1, 2, 3):
        there, here = (shop(*where, "show", number, "--json").json[0] for where in (two, ()))
        assert there["subject"] == here["subject"]
        said = [(each["kind"], each["body"].strip()) for each in here["entries"] if each["kind"] in KINDS]
        assert said == [
            (each["kind"], each["body"].strip()) for each in there["entries"] if each["kind"] in KINDS
        ]
    files = shop(*two, "files", 1, "--json").json
    assert [file["name"] for file in files] == ["label.txt"]
    shop(*two, "export", "--format", "mbox", tmp_path / "b.mbox")
    assert (tmp_path / "b.mbox").read_bytes() == first


KINDS = ("inbound", "outbound")


def _file(folder: Path) -> Path:
    (folder / "label.txt").write_text("8821\n", encoding="utf-8")
    return folder / "label.txt"


def test_tables_and_mail_go_where_they_can(shop: Kustui, tmp_path: Path) -> None:
    """G4: several files need a folder; an mbox fits a pipe; nothing is written over."""
    assert "folder" in refused(shop("export", "--format", "csv"))
    assert shop("export", "--format", "mbox").out.startswith("From ")
    (tmp_path / "customers.csv").write_text("mine", encoding="utf-8")
    assert "customers.csv" in refused(shop("export", "--format", "csv", tmp_path))
    assert (tmp_path / "customers.csv").read_text(encoding="utf-8") == "mine"
    assert "cannot be written" in refused(shop("export", tmp_path / "no" / "x.jsonl"))
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize("key", ["a" * 61, "", "a:b", "=x"])
def test_attributes_have_names(shop: Kustui, key: str) -> None:
    """G4: an attribute without a name, or with one that its lines could not hold, is refused."""
    assert "attribute" in refused(shop("profile", 1, "--attribute", f"{key}=x"))
    assert shop("profile", 1, "--json").json["attributes"] == {}


def test_attributes_are_kept_changed_and_taken_away(shop: Kustui) -> None:
    """G4: a customer's profile shows attributes and conversations; the history has before and after."""
    shop("profile", 1, "--attribute", "plan=gold", "--attribute", "size = 44 ")
    shown = shop("profile", 1, "--json").json
    assert shown["attributes"] == {"plan": "gold", "size": "44"}
    assert [item["id"] for item in shown["conversations"]] == [1]
    assert "plan: gold" in shop("profile", 1).out
    assert "Order 8821" in shop("profile", 1).out
    shop("profile", 1, "--attribute", "plan=")
    assert shop("profile", 1, "--json").json["attributes"] == {"size": "44"}
    line = shop("log", "--customer", 1, "--json", "--limit", 1).json[0]
    assert (line["before"]["attributes"], line["after"]["attributes"]) == (
        {"plan": "gold", "size": "44"},
        {"size": "44"},
    )
    assert "plan=gold" in refused(shop("profile", 1, "--attribute", "plan"))
