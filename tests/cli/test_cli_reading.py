"""Looking from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Kustui, refused

COMMANDS = (
    "inbox", "show", "reply", "note", "compose", "done", "reopen", "snooze", "search", "customers", "export",
    "keys", "doctor", "init", "import", "demo", "tick", "worker",
)  # fmt: skip


def test_inbox_lists_who_waits_as_lines_and_as_json(shop: Kustui) -> None:
    """G4: every line of the inbox has the number that other commands take, and so has every JSON item."""
    lines = shop("inbox").out.splitlines()
    items = shop("inbox", "--json").json
    assert len(lines) == len(items) == 3
    assert {item["customer"] for item in items} == {"Ana Ruiz", "Li Wei", "Bo Hansen"}
    for line, item in zip(lines, items, strict=True):
        assert line.split()[0] == str(item["id"])
        assert shop("show", item["id"], "--json").json[0]["id"] == item["id"]


def test_limit_and_view_choose_what_is_listed(shop: Kustui) -> None:
    """G4: `--limit` bounds the rows and `--view` names the list."""
    assert len(shop("inbox", "--limit", 2, "--json").json) == 2
    assert shop("inbox", "--view", "snoozed", "--json").json == []
    assert shop("inbox", "--view", "snoozed").out == "snoozed: nothing here.\n"
    shop("done", 1)
    assert [item["id"] for item in shop("inbox", "--view", "done", "--json").json] == [1]


def test_show_prints_the_conversation_with_its_words(shop: Kustui) -> None:
    """G4: a conversation is shown with its status, subject and messages; a customer's timeline too."""
    shown = shop("show", 1).out
    assert "Ana Ruiz" in shown
    assert "Open  #1 Order 8821" in shown
    assert "Where is my order?" in shown
    entries = shop("show", 1, "--json").json[0]["entries"]
    assert [entry["body"].strip() for entry in entries] == ["Where is my order?"]
    customer = shop("inbox", "--json").json[0]["customer_id"]
    assert shop("show", customer, "--customer", "--json").json[0]["customer_id"] == customer


def test_show_original_prints_the_message_as_it_came(shop: Kustui) -> None:
    """G4: `--original` gives every header of an incoming message."""
    number = shop("show", 1, "--json").json[0]["entries"][0]["id"]
    assert "Message-ID: <1@example.com>" in shop("show", 1, "--original", number).out


def test_search_finds_by_words_in_any_script(shop: Kustui) -> None:
    """G4, B12: words of a body, a subject or a name find the conversation; nothing found is said."""
    assert [item["subject"] for item in shop("search", "zip", "--json").json] == ["Zip broken"]
    assert [item["customer"] for item in shop("search", "发票", "--json").json] == ["Li Wei"]
    assert "Order 8821" in shop("search", "ruiz").out
    assert shop("search", "nowhere").out == "Nothing holds 'nowhere'.\n"
    assert shop("search", '"', "--json").json == []


def test_customers_are_listed_with_their_addresses(shop: Kustui) -> None:
    """G4: customers come with the number `compose` takes."""
    items = shop("customers", "--json").json
    assert [item["name"] for item in items] == ["Ana Ruiz", "Bo Hansen", "Li Wei"]
    assert items[0]["addresses"][0]["value"] == "ruiz@example.com"
    assert [item["name"] for item in shop("customers", "bo@", "--json").json] == ["Bo Hansen"]
    assert "li@example.net" in shop("customers").out


def test_export_writes_one_object_a_line(shop: Kustui) -> None:
    """G4: an export holds every customer and message, each line a JSON object."""
    objects = [json.loads(line) for line in shop("export").out.splitlines()]
    assert [item["type"] for item in objects].count("customer") == 3
    bodies = [item["body"].strip() for item in objects if item["type"] == "message"]
    assert "请问能否开发票？" in bodies


def test_keys_need_no_workspace(kustui: Kustui, db: Path) -> None:
    """G4: the keys are listed where there is no store, and none is made."""
    items = kustui("keys", "--json").json
    assert {"id", "keys", "label", "help"} <= set(items[0])
    assert kustui("keys", "--markdown").out.startswith("|")
    assert items[0]["id"] in kustui("keys").out
    assert not db.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_begins_with_examples(kustui: Kustui, command: str) -> None:
    """G4: the help of each command begins with lines to copy, which name the command."""
    result = kustui(command, "--help")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == "Examples:"
    assert f"kustui {command}" in result.out.split("\n\n")[0]


def test_help_of_the_whole_begins_with_examples_too(kustui: Kustui) -> None:
    """G4: `kustui --help` names every command after its examples."""
    out = kustui("--help").out
    assert out.startswith("Examples:")
    assert all(f"    {command}" in out for command in COMMANDS)


@pytest.mark.parametrize(
    "words",
    [("show",), ("show", "x"), ("bogus",), ("inbox", "--limit", "0"), ("snooze", "1"), ("reply", "9" * 40)],
)
def test_a_command_line_that_makes_no_sense_ends_with_2(kustui: Kustui, words: tuple[str, ...]) -> None:
    """G4: a wrong usage ends with 2 and says how to get help."""
    result = kustui(*words)
    assert result.code == 2
    assert result.err.startswith("kustui: ")
    assert "--help" in result.err


@pytest.mark.parametrize("words", [("show", 99), ("done", 99), ("reply", 99, "--body", "x"), ("compose", 99)])
def test_what_is_not_there_is_refused_by_its_number(shop: Kustui, words: tuple[object, ...]) -> None:
    """G4: a number nobody has ends with 1 and a sentence that names it."""
    assert "99" in refused(shop(*words, stdin="x"))


def test_lines_hold_nothing_a_terminal_would_obey(kustui: Kustui, tmp_path: Path) -> None:
    """G4: names, subjects and bodies full of escape codes come out as plain lines."""
    (tmp_path / "evil.eml").write_bytes(
        b"From: \x1b]0;owned\x07Mal <mal@example.com>\nTo: support@acme.example\n"
        b"Subject: \x1b[2J[@click=app.quit]x[/]\nMessage-ID: <evil@example.com>\n\n"
        b"\x1b]52;c;eA==\x07 \x9b31m\x00\n"
    )
    assert kustui("import", tmp_path / "evil.eml").code == 0
    for words in (("inbox",), ("show", 1), ("customers",), ("show", 1, "--original", 1), ("search", "mal")):
        out = kustui(*words).out
        assert not any(ord(ch) < 32 and ch != "\n" for ch in out), words
        assert "\x9b" not in out


def test_looking_loads_no_orm(shop: Kustui) -> None:
    """G4: commands that only look start without the libraries that writing needs."""
    for words in ("['inbox']", "['show', '1']", "['search', 'zip']", "['customers']"):
        run = f"from kustui.__main__ import main; main({words})"
        program = f"import sys; {run}; sys.exit('sqlmodel' in sys.modules)"
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
        assert ran.returncode == 0, words
