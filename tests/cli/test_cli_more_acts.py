"""What keys do beyond writing, by command: triage, undo, retry, drafts, profiles, the sidebar."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cli.conftest import Kustui, refused
from cli.test_cli_odd import BROKEN
from kustui.desk import Desk
from kustui.desk.reads import agent_of
from kustui.desk.team import sign_in
from kustui.store import sqlite, tables
from kustui.store.store import Store

COMMANDS = (
    "unsnooze", "assign", "sub-status", "outbox", "forecast", "undo", "drafts", "discard", "profile", "open",
    "close", "clear",
)  # fmt: skip


@pytest.fixture
def desk(shop: Kustui, db: Path) -> Iterator[Desk]:
    """Ana's desk on the command's own store, with a colleague and some sub-statuses."""
    store = Store(db).open()
    sign_in(store, "ben", "Ben Okri")
    with store.writing() as act:
        for status, label in (
            ("open", "Waiting for warehouse"),
            ("open", "Waiting for bank"),
            ("open", "Waiting"),
            ("open", "Asked Mika"),
            ("snoozed", "Parts ordered"),
        ):
            act.add(tables.SubStatus(status=status, label=label))
    agent = agent_of(store, "ana")
    assert agent is not None
    yield Desk(store, agent)
    store.close()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_begins_with_examples_that_name_it(kustui: Kustui, command: str) -> None:
    """G4: the help of each command begins with lines to copy, and the whole help names it."""
    result = kustui(command, "--help")
    assert result.code == 0
    assert result.out.startswith("Examples:\n")
    assert f"kustui {command}" in result.out.split("\n\n")[0]
    assert "--json" in result.out
    assert f"    {command}" in kustui("--help").out


@pytest.mark.parametrize(
    "words",
    [
        ("unsnooze",), ("assign", 1), ("sub-status", 1), ("outbox", "retry", "x"), ("discard",), ("profile",),
        ("open", "x"), ("profile", 1, "--new", "Bo"), ("clear",), ("clear", "done"),
        ("show", 1, "--customer", "--history"),
    ],
    ids=lambda words: "-".join(map(str, words)),
)  # fmt: skip
def test_what_makes_no_sense_ends_with_2(kustui: Kustui, words: tuple[object, ...]) -> None:
    """G4: a wrong usage ends with 2 and says how to get help."""
    result = kustui(*words)
    assert (result.code, "--help" in result.err) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("unsnooze", 99), ("assign", 99, "me"), ("sub-status", 99, "none"), ("discard", 99),
        ("outbox", "retry", 99), ("outbox", "cancel", 99),
        ("profile", 99), ("profile", 99, "--vip"), ("open", 99), ("close", 99), ("show", 99, "--history"),
    ],
    ids=lambda words: "-".join(map(str, words)),
)  # fmt: skip
def test_what_is_not_there_is_refused_by_its_number(shop: Kustui, words: tuple[object, ...]) -> None:
    """G4: a number nobody has ends with 1 and a sentence that names it."""
    assert "99" in refused(shop(*words))


def test_unsnooze_opens_it_and_only_what_is_snoozed(shop: Kustui) -> None:
    """B8: a snooze is removed before its time; without one there is nothing to remove."""
    shop("snooze", 1, "3d")
    assert shop("unsnooze", 1, "--json").json["id"] == 1
    assert shop("show", 1, "--json").json[0]["status"] == "open"
    assert "not snoozed" in refused(shop("unsnooze", 1))


def test_assign_takes_a_login_me_or_nobody(shop: Kustui, desk: Desk) -> None:
    """G4: a conversation is given to a colleague, to the agent, to nobody; a stranger is refused by name."""
    for who, name in (("ben", "Ben Okri"), ("me", "Ana Soler"), ("nobody", "")):
        assert shop("assign", 1, who, "--json").json["id"] == 1
        assert shop("show", 1, "--json").json[0]["assignee"] == name
    said = refused(shop("assign", 1, "mika"))
    assert "'mika'" in said
    assert "ana, ben" in said
    refused(shop("assign", 1, BROKEN))


@pytest.mark.parametrize(
    ("words", "label"),
    [
        (("Asked", "Mika"), "Asked Mika"),
        (("asked mika",), "Asked Mika"),
        (("a",), "Asked Mika"),
        (("WAITING",), "Waiting"),
        (("waiting", "for", "b"), "Waiting for bank"),
    ],
)
def test_a_sub_status_goes_by_its_label(shop: Kustui, desk: Desk, words: tuple[str, ...], label: str) -> None:
    """B2: in any letter case, whole or as it alone begins; `none` clears it."""
    assert shop("sub-status", 1, *words).code == 0
    assert shop("show", 1, "--json").json[0]["sub_status"] == label
    assert shop("sub-status", 1, "None").code == 0
    assert shop("show", 1, "--json").json[0]["sub_status"] == ""


@pytest.mark.parametrize("words", [("waiting for",), ("parts",), ("",), ("bogus",)])
def test_an_unclear_sub_status_is_refused_with_what_there_is(
    shop: Kustui, desk: Desk, words: tuple[str, ...]
) -> None:
    """B2: of two beginnings, of another status or of none, nothing is set and the choices are told."""
    said = refused(shop("sub-status", 1, *words))
    assert "Waiting for bank" in said
    assert "Parts ordered" not in said
    assert shop("show", 1, "--json").json[0]["sub_status"] == ""


@pytest.mark.parametrize("when", ["3d", "2", "reply", "r"])
def test_a_snooze_may_say_why(shop: Kustui, desk: Desk, when: str) -> None:
    """B5: a snooze takes a sub-status of snoozed conversations; an unknown one leaves it open."""
    assert "Parts ordered" in refused(shop("snooze", 1, when, "--sub-status", "waiting"))
    assert shop("show", 1, "--json").json[0]["status"] == "open"
    assert shop("snooze", 1, when, "--sub-status", "parts", "ordered").code == 0
    shown = shop("show", 1, "--json").json[0]
    assert (shown["status"], shown["sub_status"]) == ("snoozed", "Parts ordered")


def test_undo_takes_the_last_act_back_and_says_so(shop: Kustui) -> None:
    """D8, G4: an act is undone across commands; with nothing left, that is said."""
    shop("done", 1)
    assert shop("undo", "--json").json["id"] == 1
    assert shop("show", 1, "--json").json[0]["status"] == "open"
    assert "Nothing to undo" in refused(shop("undo"))
    shop("reply", 1, "--body", "x")
    assert "Too late" in refused(shop("undo"))


def test_retry_sends_what_failed(shop: Kustui, db: Path) -> None:
    """D7: a failed message is found by its number, tried once more, and what became of it is told."""
    (db.parent / "outgoing").write_text("in the way", encoding="utf-8")
    number = shop("reply", 1, "--body", "x", "--json").json["outbox_id"]
    connection = sqlite.connect(db)
    connection.execute("UPDATE outbox SET state = 'failed', reason = 'no way'")
    connection.close()
    assert shop("outbox", "list", "--json").json[0]["id"] == number
    assert "no way" in shop("outbox", "list").out
    assert f"kustui outbox retry {number}" in shop("show", 1).out
    assert shop("outbox", "retry", number, "--json").json["fate"] == "queued"
    assert "waiting to be sent" in refused(shop("outbox", "retry", number))
    connection = sqlite.connect(db)
    connection.execute("UPDATE outbox SET state = 'failed'")
    connection.close()
    (db.parent / "outgoing").unlink()
    assert shop("outbox", "retry", number).out.startswith("Sent")
    assert len(list((db.parent / "outgoing" / "new").iterdir())) == 1


def test_drafts_are_listed_and_thrown_away_and_come_back(shop: Kustui, desk: Desk) -> None:
    """C5, C9: open drafts have numbers; a discarded one comes back by undo, whole."""
    assert shop("drafts").out == "No drafts.\n"
    customer = desk.reads.conversation(1).customer_id
    kept = desk.drafts.keep(
        replace(desk.reads.draft(customer, "reply", 1), body="Half a\nthought", cc=("c@example.com",))
    )
    new = desk.drafts.keep(replace(desk.reads.draft(customer, "email"), subject="Plans"))
    items = {item["id"]: item for item in shop("drafts", "--json").json}
    assert set(items) == {kept.id, new.id}
    assert items[kept.id]["conversation_id"] == 1
    assert (items[kept.id]["kind"], items[kept.id]["excerpt"]) == ("reply", "Half a thought")
    assert items[new.id]["customer"] == "Ana Ruiz"
    assert "Plans" in shop("drafts").out
    assert shop("discard", kept.id).code == 0
    assert [item["id"] for item in shop("drafts", "--json").json] == [new.id]
    assert "discarded already" in refused(shop("discard", kept.id))
    assert shop("undo").code == 0
    back = desk.reads.draft(customer, "reply", 1)
    assert (back.body, back.cc) == ("Half a\nthought", ("c@example.com",))


def test_a_colleagues_draft_is_left_alone(shop: Kustui, desk: Desk) -> None:
    """C9: nobody lists or discards what another agent is writing."""
    kept = desk.drafts.keep(replace(desk.reads.draft(1, "note", 1), body="Mine"))
    assert shop("--agent", "ben", "drafts", "--json").json == []
    assert "not yours" in refused(shop("--agent", "ben", "discard", kept.id))
    assert [item["id"] for item in shop("drafts", "--json").json] == [kept.id]


def test_a_profile_is_shown_and_saved(shop: Kustui) -> None:
    """A2: only the fields that are named change; a kind of address that is given is replaced."""
    customer = shop("customers", "ruiz", "--json").json[0]["id"]
    assert "ruiz@example.com" in shop("profile", customer).out
    words = ("--company", "Acme", "--zone", "Europe/Madrid", "--language", "es", "--about", "Kind.", "--vip")
    phones = ("--phone", "+34 600 123 456", "--phone", "+34 600 123 457", "--chat", "ana")
    shop("profile", customer, *words, *phones)
    shown = shop("profile", customer, "--json").json
    assert (shown["name"], shown["company"], shown["zone"]) == ("Ana Ruiz", "Acme", "Europe/Madrid")
    assert (shown["language"], shown["about"], shown["vip"]) == ("es", "Kind.", True)
    assert len(shown["addresses"]) == 4
    saved = shop(
        "profile", customer, "--no-vip", "--email", "none", "--phone", "+34 600 123 457", "--json"
    ).json
    assert (saved["id"], saved["vip"], saved["company"]) == (customer, False, "Acme")
    assert {(each["kind"], each["value"]) for each in saved["addresses"]} == {
        ("chat", "ana"),
        ("phone", "+34600123457"),
    }


def test_a_profile_that_cannot_be_is_refused_whole(shop: Kustui) -> None:
    """A2: no name, no such zone, no address, another's address: nothing is saved and the owner is named."""
    before = shop("profile", 1, "--json").json
    other = shop("customers", "bo", "--json").json[0]
    for words, said in (
        (("--name", " "), "needs a name"),
        (("--zone", "Europe/Madird"), "Europe/Madird"),
        (("--zone", BROKEN), "time zone"),
        (("--email", "x"), "'x'"),
        (("--email", other["addresses"][0]["value"]), other["name"]),
    ):
        assert said in refused(shop("profile", 1, "--company", "Changed", *words))
    assert shop("profile", 1, "--json").json == before
    assert shop("profile", 1, "--about", BROKEN).code == 0


def test_a_customer_is_made(shop: Kustui) -> None:
    """A2: `profile --new` makes a customer with all its options, whom `compose` takes."""
    made = shop(
        "profile", "--new", "Mia Sol", "--email", "mia@example.org", "--zone", "Asia/Tokyo", "--vip", "--json"
    ).json
    assert (made["name"], made["zone"], made["vip"]) == ("Mia Sol", "Asia/Tokyo", True)
    assert shop("compose", made["id"], "--subject", "Hi", "--body", "x").code == 0
    assert "Mia Sol" in refused(shop("profile", "--new", "Mia", "--email", "MIA@example.org"))
    assert "zone" in refused(shop("profile", "--new", "Mia", "--zone", "Nowhere"))
    assert "--new" in refused(shop("profile", "--new", "Mia", "--name", "Mia"))
    assert len(shop("customers", "mia", "--json").json) == 1


def test_open_close_and_clear_move_the_sidebar(shop: Kustui) -> None:
    """E1, E2: opening reads and views, closing and clearing take away; statuses stay."""
    customer = shop("show", 1, "--json").json[0]["customer_id"]
    assert shop("show", 1, "--json").json[0]["unread"] == 1
    assert shop("open", customer, "--json").json["customer_id"] == customer
    assert shop("show", 1, "--json").json[0]["unread"] == 0
    shop("done", 1)
    viewed = [item["customer_id"] for item in shop("inbox", "--view", "viewing", "--json").json]
    assert viewed == [customer]
    assert shop("close", customer).out == "Closed Ana Ruiz\n"
    assert shop("inbox", "--view", "viewing", "--json").json == []
    shop("open", customer)
    assert shop("clear", "viewing").code == 0
    assert shop("inbox", "--view", "viewing", "--json").json == []
    assert len(shop("inbox", "--json").json) == 2
    assert shop("clear", "inbox", "--json").json["notice"] == "Inbox cleared"
    assert shop("inbox", "--json").json == []
    assert shop("show", 2, "--json").json[0]["status"] == "open"


def test_the_history_says_who_did_what_when(shop: Kustui) -> None:
    """G4: every act stands in the history, with what was before and what after."""
    shop("snooze", 1, "3d")
    shop("assign", 1, "me")
    lines = {line["act"]: line for line in shop("show", 1, "--history", "--json").json}
    snoozed = lines["conversation.snoozed"]
    assert (snoozed["who"], snoozed["before"]["status"], snoozed["after"]["status"]) == (
        "Ana Soler",
        "open",
        "snoozed",
    )
    assert snoozed["after"]["snoozed_until"].endswith("+00:00")
    assert snoozed["at"].endswith("+00:00")
    out = shop("show", 1, "--history").out
    assert "Ana Soler assigned it to Ana Soler  (conversation.assigned)" in out
    assert "    status: open → snoozed" in out


def test_looking_at_these_loads_no_orm(shop: Kustui) -> None:
    """G4: profiles, drafts and history are looked at without the libraries that writing needs."""
    for words in ("['profile', '1']", "['drafts']", "['show', '1', '--history']"):
        run = f"from kustui.__main__ import main; code = main({words})"
        program = f"import sys; {run}; sys.exit(code or 'sqlmodel' in sys.modules)"
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
        assert ran.returncode == 0, words
