"""Trying an act, several things in one command, drafts, exit codes: what scripts stand on (SPEC G4)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import Kustui, refused
from kustui.cli.arguments import EXIT_CODES
from kustui.cli.parser import build
from kustui.core.commands import COMMANDS

LOOKS = {
    "inbox", "show", "files", "search", "log", "customers", "export", "keys", "drafts", "forecast", "doctor",
    "whoami", "outbox list", "library list", "library export", "presence", "view list", "view show",
    "train list", "train check", "train score", "train shifts", "train record", "watch", "train guide",
    "tour",
}  # fmt: skip
"""Commands that change nothing in the workspace."""
UNTRIED = {
    "demo": "its workspace is thrown away",
    "init": "it makes the store itself",
    "connect": "it tries everything out before it asks whether to save",
    "move": "it makes the other store itself",
    "tick": "`kustui forecast` says what it would do",
    "worker": "it runs until it is stopped",
    "gateway": "it runs until it is stopped",
    "serve": "it runs until it is stopped",
    "train play": "its workspace is made for it",
    "train go-on": "its workspace is made for it",
    "train replay": "its workspace is thrown away",
}
"""Commands that change something and take no --dry-run, and why."""
BY_COMMAND = {
    "search": "search", "view.inbox": "inbox", "view.viewing": "inbox", "view.snoozed": "inbox",
    "notifications": "notifications", "views": "view", **{f"saved.{n}": "view" for n in range(1, 6)},
    "view.scheduled": "forecast", "view.done": "inbox", "view.outbox": "outbox", "inbox.order": "preferences",
    "reply": "reply", "note": "note", "compose": "compose", "message": "outbox", "retry": "outbox",
    "profile": "profile", "done": "done", "reopen": "reopen", "snooze": "snooze", "snooze.again": "snooze",
    "snooze.remove": "unsnooze", "sub_status": "sub-status", "assign": "assign", "tags": "tag",
    "read": "read", "merge": "merge", "customer.merge": "merge-customers",
    "follow": "follow", "availability": "availability",
    "priority": "priority", "undo": "undo", "customer.close": "close", "sidebar.clear": "clear",
    "list.open": "open", "files.save": "files", "pager": "show", "editor.send": "reply",
    "editor.menu": "reply",
    "editor.words": "reply", "editor.files": "reply", "editor.recipients": "draft", "editor.switch": "draft",
    "editor.discard": "draft", "editor.external": "draft", "settings": "preferences", "help": "keys",
}  # fmt: skip
"""What a key does, and the command that does it."""
BY_KEY_ALONE = {
    "list.next": "moves on the screen", "list.previous": "moves on the screen", "back": "moves on the screen",
    "conversation.next": "moves on the screen", "conversation.previous": "moves on the screen",
    "page.down": "moves on the screen", "page.up": "moves on the screen", "first": "moves on the screen",
    "last": "moves on the screen", "select": "selects on the screen", "select.all": "selects on the screen",
    "select.none": "selects on the screen", "quotes": "folds on the screen", "image": "draws on the screen",
    **{f"customer.{n}": "moves on the screen" for n in range(1, 10)},
    "editor.format": "types Markdown", "editor.preview": "shows on the screen",
    "editor.popout": "the same draft, larger",
    "editor.leave": "moves on the screen", "palette": "is the screen's", "tour": "is the screen's",
    "redraw": "is the screen's",
    "pane.next": "moves on the screen", "quit": "is the screen's",
    "time": "is a running shift's, which is on the screen",
}  # fmt: skip
"""What is done on the screen alone, and why."""


def commands(
    parser: argparse.ArgumentParser, before: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command by its words, with what it takes; one that only has others below it is left out."""
    below = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not below:
        yield before.strip(), parser
    for action in below:
        for name, under in action.choices.items():
            yield from commands(under, f"{before} {name}")


def test_every_command_that_changes_something_can_be_tried() -> None:
    """G4: each takes --dry-run, or stands among those that do not, with the reason."""
    found = dict(commands(build()))
    takes = {name for name, parser in found.items() if "--dry-run" in parser.format_help()}
    assert takes | LOOKS | set(UNTRIED) == set(found)
    assert not takes & (LOOKS | set(UNTRIED))


def test_every_key_that_acts_has_its_command() -> None:
    """G4: what is done with a key is done by a command, or by nothing but the screen, with the reason."""
    assert set(BY_COMMAND) | set(BY_KEY_ALONE) == {command.id for command in COMMANDS}
    assert not set(BY_COMMAND) & set(BY_KEY_ALONE)
    assert {name.split()[0] for name, _ in commands(build())} >= set(BY_COMMAND.values())


TRIED = (
    ("done", 1), ("reopen", 2), ("snooze", 1, "tomorrow", "9am"), ("assign", 1, "me"), ("tag", 1, "refund"),
    ("priority", 1, 5), ("reply", 1, "--body", "x"), ("reply", 1, "--body", "x", "--then", "done"),
    ("note", 1, "--body", "x"), ("compose", 1, "--subject", "Hi", "--body", "x", "--at", "3d"),
    ("draft", 1, "--body", "x"), ("undo",), ("profile", 1, "--company", "Acme"), ("profile", "--new", "Mia"),
    ("open", 1), ("clear", "inbox"), ("view", "save", "Urgent", "priority:5"),
    ("preferences", "--undo", "email=9"),
    ("follow", 1), ("read", 1), ("merge-customers", 3, "--into", 1),
    ("availability", "away"), ("team", "add", "Phone"),
    ("agents", "set", "me", "--capacity", 3),
)  # fmt: skip


@pytest.mark.parametrize("words", TRIED, ids=lambda words: " ".join(map(str, words)))
def test_what_is_tried_is_said_and_not_done(shop: Kustui, db: Path, words: tuple[object, ...]) -> None:
    """G4: --dry-run answers as the act would, ends with 0, and the workspace is as it was."""
    shop("done", 2)
    before = shop("export").out
    result = shop(*words, "--dry-run")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("Nothing is changed, this would be: ")
    assert shop(*words, "--dry-run", "--json").json["dry_run"] is True
    assert shop("export").out == before
    assert not (db.parent / "outgoing").exists()
    result = shop(*words)
    assert result.code == 0
    assert "Nothing is changed" not in result.out
    assert shop("export").out != before


def test_what_would_be_refused_is_refused(shop: Kustui) -> None:
    """G4: a trial ends with 1 where the act would, and with the same sentence."""
    for words in (("unsnooze", 1), ("done", 99), ("compose", 2, "--kind", "sms", "--body", "x")):
        assert refused(shop(*words, "--dry-run")) == refused(shop(*words))


def test_a_trial_sees_what_it_has_done(shop: Kustui) -> None:
    """G4: the second act of a command stands on the first, although neither is kept."""
    said = shop("done", "1", "2", "1", "--dry-run", "--json").json
    assert [item["id"] for item in said] == [1, 2]
    assert shop("import", "--dry-run", Path(__file__).parent / "conftest.py", "--json").json["read"] == 1
    assert shop("import", "--quarantine", "--json").json == []


def test_several_are_done_in_one_command(shop: Kustui) -> None:
    """G4: numbers stand side by side or with commas; JSON is one array; a refusal keeps no other from it."""
    assert [item["id"] for item in shop("done", "1", "2,#3", "--json").json] == [1, 2, 3]
    assert shop("inbox", "--json").json == []
    assert shop("reopen", "1,2").out.count("\n") == 2
    result = shop("snooze", "1,99,3,2", "reply")
    assert result.code == 1
    assert "99" in result.err
    assert len(shop("inbox", "--view", "snoozed", "--json").json) >= 2
    assert shop("tag", "1,2", "refund").code == 0
    assert len(shop("search", "tag:refund", "--json").json) == 2
    assert shop("priority", "1,2", 5).code == 0
    assert shop("done", "1,x").code == 2
    assert shop("done").code == 2


def test_several_are_one_deed(shop: Kustui) -> None:
    """G4: JSON tells each one's fate, the exit code that one was refused, and one undo takes all back."""
    shop("done", 2)
    result = shop("done", 1, 2, 3, "--json")
    assert result.code == 1
    assert result.err.startswith("kustui: #2: Already done")
    said = {item["id"]: item.get("refused", "") for item in result.json}
    assert (said[1], said[3]) == ("", "")
    assert said[2].startswith("Already done")
    assert shop("undo").out == "Undone: 2 conversations\n"
    assert shop("done", 1, 99).out.count("\n") == 1
    assert len(shop("inbox", "--view", "done", "--json").json) == 2


def test_conversations_and_customers_are_merged_by_command(shop: Kustui) -> None:
    """A2, G4: the old number leads on, and says so; an export has it all, and can be taken apart again."""
    shop("compose", 1, "--subject", "Plans", "--body", "Soon")
    assert shop("merge", 4, "--into", 1).out == "#4 is part of #1 now\n"
    shown = shop("show", 4)
    assert "#4 is part of #1 now" in shown.err
    assert "Order 8821" in shown.out
    assert "merge-customers" in refused(shop("merge", 2, "--into", 1))
    assert "part of Ana Ruiz" in shop("merge-customers", 2, 3, "--into", 1).out
    assert len(shop("customers", "--json").json) == 1
    assert [item["id"] for item in shop("customers", "wei", "--json").json] == [1]
    assert shop("unmerge-customers", 2).code == 0
    assert shop("unmerge", 4).code == 0
    refused(shop("unmerge", 4))
    assert len(shop("profile", 1, "--json").json["conversations"]) == 3


def test_a_draft_is_begun_shown_changed_and_discarded(shop: Kustui) -> None:
    """C5, C9, G4: the draft is the one the screen shows; words it does not go on with are set aside."""
    assert "no draft" in refused(shop("draft", 1))
    made = shop("draft", 1, "--body", "Dear Ana,", "--cc", "c@example.com", "--json").json
    assert (made["body"], made["cc"], made["kind"]) == ("Dear Ana,", ["c@example.com"], "reply")
    assert "Dear Ana," in shop("draft", 1).out
    assert shop("draft", 1, "--body", "-", stdin="Dear Ana, thank you").code == 0
    assert "set aside" in shop("draft", 1, "--body", "Something else").out
    shop("undo")
    assert "Dear Ana, thank you" in shop("draft", 1, "--json").json["body"]
    assert shop("draft", 1, "--note", "--body-file", "-", stdin="For us").code == 0
    assert len(shop("drafts", "--json").json) == 2
    assert shop("draft", 1, "--note", "--discard").code == 0
    assert "no draft" in refused(shop("draft", 1, "--note"))
    new = shop("draft", "--customer", 1, "--subject", "Plans", "--body", "Soon", "--json").json
    assert (new["conversation_id"], new["kind"], new["subject"]) == (None, "email", "Plans")
    for wrong in (("draft", 1, "--subject", "x"), ("draft", 1, "--discard", "--body", "x"), ("draft", 99),
                  ("draft", "--customer", 1, "--note"), ("draft", "--customer", 99)):  # fmt: skip
        refused(shop(*wrong))
    assert shop("draft", 1, "--customer", 1).code == 2


def test_a_dash_is_standard_input_wherever_words_are_taken(shop: Kustui) -> None:
    """G4: bodies, signatures and what is known of a customer come by a pipe, too."""
    assert shop("note", 1, "--body", "-", stdin="By pipe").code == 0
    assert shop("show", 1, "--json").json[0]["entries"][-1]["body"] == "By pipe"
    shop("profile", 1, "--about", "-", stdin="Kind.\nPatient.")
    assert shop("profile", 1, "--json").json["about"] == "Kind.\nPatient."
    shop("preferences", "--signature", "-", stdin="Ana, Acme")
    assert shop("preferences", "--json").json["signature"] == "Ana, Acme"


def test_exit_codes_are_written_down_once_and_kept(shop: Kustui) -> None:
    """G4: the help and the README say the same of every exit code, and the commands do as they say."""
    assert EXIT_CODES in shop("--help").out
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert EXIT_CODES in readme
    assert [shop(*words).code for words in (("done", 1), ("done", 99), ("done", "x"))] == [0, 1, 2]
    assert shop("done", 2, "--dry-run").code == 0
