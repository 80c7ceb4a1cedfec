"""The desk line by line: lists, conversations, acts, and what came meanwhile."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from conftest import desk_of
from kustui.core import commands
from kustui.core.post import Inbound, Person
from kustui.core.records import Draft
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.errors import StoreBusy
from kustui.plain import acts
from kustui.plain.table import ELSEWHERE, IN_A_REPLY, LINES, NOT_HERE, OWN
from kustui.plain.voice import Voice, cells, wrapped
from kustui.training.hostile import letters
from support.lines import talk
from support.people import wrote
from support.transport import Recorder


def named(desk: Desk, name: str) -> int:
    """The number of the row with that name in the inbox, from 1."""
    rows = desk.reads.listing("inbox").page(0, 50)
    return next(place for place, row in enumerate(rows, 1) if row.name == name)


def answers(said: str, typed: str) -> str:
    """What is said between the first line of that text and the next prompt."""
    return re.split(r"\n[^\n ][^\n]{0,60}> ", said.partition(f"> {typed}\n")[2])[0]


def test_the_inbox_is_numbered_and_a_number_opens_its_row(acme: Desk) -> None:
    """Rows begin with their number and name; the conversation has its messages oldest first, each numbered;
    opening counts as read and stands in Currently Viewing.
    """
    number = named(acme, "Ana Ruiz")
    said = talk(acme, str(number), "whole 1", "viewing")
    assert said.startswith("Acme support. You are Ana Soler.\n")
    assert f"\n{number}. Ana Ruiz, email, high, waiting " in said
    opened = answers(said, str(number))
    assert opened.startswith("Ana Ruiz, #3, email, open: Refund for order 8821\n")
    assert re.findall(r"^(\d)\. ([\w ]+), ", opened, re.MULTILINE) == [
        ("1", "Ana Ruiz"), ("2", "Ana Soler"), ("3", "Ben Osei"), ("4", "Ana Ruiz")
    ]  # fmt: skip
    assert "\n    Thank you. Will it go to the same card?\n" in opened
    assert "On 28 May Acme support wrote" in answers(said, "whole 1")
    assert acme.reads.conversation(3).unread == 0
    assert acme.presence.everyone() == ()


def test_a_number_never_means_somebody_else(acme: Desk) -> None:
    """Rows keep their numbers until another list is said; one that has gone is said to have, one that was
    never said is refused, and so is a number that could be a row's or a conversation's.
    """
    first, second = acme.reads.listing("inbox").page(0, 2)

    def gone() -> None:
        acme.triage.done(first.conversation_id)

    said = talk(acme, gone, "1", "2", "99", "done 2", "inbox", "1")
    assert f"{first.name} is no longer in Inbox." in answers(said, "1")
    assert answers(said, "2").startswith(f"{second.name}, #{second.conversation_id}")
    assert "No such row" in answers(said, "99")
    assert "A number alone is a row of the list" in answers(said, "done 2")
    assert acme.reads.conversation(second.conversation_id).status == "open"
    assert said.rpartition("> 1\n")[2].startswith(f"{second.name}, #{second.conversation_id}")


def test_next_and_more_leave_nobody_out(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was resolved meanwhile is passed over, and a further page begins where the last one ended."""
    monkeypatch.setattr("kustui.plain.lists.PAGE", 3)
    rows = acme.reads.listing("inbox").page(0, 50)

    def gone() -> None:
        acme.triage.done(rows[0].conversation_id)
        acme.triage.done(rows[2].conversation_id)

    said = talk(acme, gone, "more", "2", "next", "next", "previous")
    assert answers(said, "more").startswith(f"4. {rows[3].name},")
    opened = re.findall(r"> (?:2|next|previous)\n([^,\n]+), #", said)
    assert opened == [rows[1].name, rows[3].name, rows[4].name, rows[3].name]


def test_acts_are_those_of_the_command_line(acme: Desk) -> None:
    """The same words for what is open, the same sentences; what is missing is asked for, undo takes back."""
    said = talk(
        acme, "#3", "tag vip-parcel", "priority 5", "snooze", "3d", "undo", "assign ben",
        "note --body 'Seen.'", "done --dry-run", "e", "reopen", "snooze tomorrow 25", "frobnicate",
        "done --db x", "note --body -", "it's", "export",
    )  # fmt: skip
    item = acme.reads.conversation(3)
    assert (item.status, item.assignee, item.priority) == ("open", "Ben Osei", 5)
    assert item.tags == ("refund", "vip-parcel")
    assert "reply: Until the customer replies" in answers(said, "snooze")
    assert "Nothing is changed, this would be: " in answers(said, "done --dry-run")
    assert "Not a time of day" in answers(said, "snooze tomorrow 25")
    assert "Not understood: 'frobnicate'" in said
    assert "--db, --agent and --plain are for `kustui` itself" in said
    assert "A quotation mark is open" in said
    assert "Standard input is closed" in answers(said, "note --body -")
    assert "`kustui export` is a command for a shell of its own" in said


def test_every_command_of_the_table_is_answered(acme: Desk) -> None:
    """Each has a line that is understood, a word in the editor, or a reason; the command line's have help."""
    ids = {command.id for command in commands.COMMANDS}
    assert LINES.keys() | IN_A_REPLY.keys() | NOT_HERE.keys() == ids
    assert not LINES.keys() & NOT_HERE.keys()
    assert not IN_A_REPLY.keys() & NOT_HERE.keys()
    words = {line.split()[0] for line in LINES.values()}
    assert all(word in acts.commands() or word in OWN or word.isdecimal() for word in words)
    assert acts.commands().keys() >= ELSEWHERE
    keys = [each.shown for each in commands.COMMANDS if each.scope != "editor"]
    for key in keys:
        if key not in ("Ctrl+Q", "q"):
            said = talk(acme, "#3", key, "", ":cancel", "", "")
            assert f"Not understood: {key!r}" not in said, key
            assert "stumbled" not in said, key
    for name in acts.commands().keys() - ELSEWHERE:
        assert "stumbled" not in talk(acme, f"help {name}", f"{name} --help"), name


def test_the_users_own_keys_are_lines(acme: Desk) -> None:
    """A key does what it does on the screen, with the words behind it; a preset's as well."""
    gmail = commands.apply({"preset": "gmail"})
    assert "Snooze: puts the conversation away" in talk(acme, "#3", "b 3d", "help b", table=gmail)
    assert acme.reads.conversation(3).status == "snoozed"
    said = talk(acme, "#3", "F", "F", "g d", "/refund", "i", "g 1")
    assert acme.reads.conversation(3).followers == ()
    assert "Done, 2:" in answers(said, "g d")
    assert "Found for refund" in said
    assert "Images are drawn on the screen alone" in said


@pytest.mark.parametrize("width", [0, 39])
def test_nothing_but_words_is_ever_written(acme: Desk, width: int) -> None:
    """No control but the end of a line, whatever a customer wrote or is called; their words are set off, so
    that none passes for a prompt; a printer of 40 columns has lines that fit.
    """
    for letter in letters(acme.now()):
        acme.intake.receive(letter)
    eve, body = Person("eve@example.net", "Eve"), "Hi\n\nInbox> done\nQuit? yes"
    acme.intake.receive(Inbound("email", "spoof", eve, "x\n3. Bo", body, body.encode(), at=acme.now()))
    rows = acme.reads.listing("inbox").page(0, 50)
    typed = [
        line for row in rows for line in (f"#{row.conversation_id}", "whole 1", "show", "profile", "files")
    ]
    said = talk(acme, *typed, "customers", "inbox --limit 50", "log", "presence", "help", width=width)
    last = acme.reads.last_inbound(max(acme.reads.conversation_ids()))[0]
    said += talk(acme, f"#{max(acme.reads.conversation_ids())}", f"show --original {last}", width=width)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said)
    assert "\n    Quit? yes\n" in said
    assert "\nQuit?" not in said
    assert "\n3. Bo" not in said
    if width:
        ours = [line for line in said.splitlines() if "> " not in line and " " in line.strip()]
        assert all(
            cells(line) <= width or len(line.split()) <= 2 or max(map(cells, line.split())) > 30
            for line in ours
        )


def test_what_is_said_is_cleaned_once_more() -> None:
    """Words of another program's store are made safe where they are said, and in the prompt."""
    stream = io.StringIO()
    voice = Voice(lambda: b"\x1b[2J\xc2\x9b", stream, echoes=True)
    voice.say("a\x1b[2J\rb\u202ec")
    voice.quote("d\x07\ne")
    assert voice.ask("f\x1b\ng> ") == "\u241b[2J\ufffd"
    assert stream.getvalue() == "a\u241b[2J\nb\ufffdc\n    d\u2407\n    e\nf\u241b g> \u241b[2J\ufffd\n"


def test_lines_part_between_words() -> None:
    """A word that is longer than the line stays whole; what is set off stays so; two cells count as two."""
    assert wrapped("    one two three", 12, "    ") == ["    one two", "    three"]
    assert wrapped("see https://example.org/long now", 10) == ["see", "https://example.org/long", "now"]
    assert wrapped("エプ ロン", 5) == ["エプ", "ロン"]
    assert wrapped("as it is", 0) == ["as it is"]


def test_what_came_meanwhile_is_said_before_the_next_prompt(acme: Desk) -> None:
    """Who wrote, a notice, a colleague who writes or replied where one is: each once, never within a line."""
    ben = desk_of(acme.store, sign_in(acme.store, "ben", "Ben Osei"), Recorder())
    mine = wrote(acme, sender="lea@example.com", name="Lea Roth", message_id="1@x")
    customer = acme.reads.conversation(mine).customer_id

    def meanwhile() -> None:
        wrote(acme, sender="lea@example.com", name="Lea Roth", references=("1@x",))
        wrote(acme, sender="grace@example.com", name="Grace Hall", subject="Any news?")
        draft = ben.reads.draft(customer, "reply", mine)
        ben.drafts.keep(replace(draft, body="Dear Lea"), typing=True)
        ben.replies.send(Draft(0, ben.agent.id, customer, "note", mine, body="@ana look"))

    said = talk(acme, f"#{mine}", meanwhile, "whoami", "whoami")
    news = answers(said, "whoami")
    assert "Lea Roth wrote here: last says it." in news
    assert "1 came in: Grace Hall, #" in news
    assert "Notice: Ben Osei named you" in news
    assert "Ben Osei is replying" in news
    assert said.count("came in") == said.count("Notice: ") == said.count("wrote here") == 1

    def replies() -> None:
        draft = ben.reads.draft(customer, "reply", mine)
        ben.replies.send(replace(draft, body="Dear Lea, it is done."))

    assert "Ben Osei replied here" in talk(acme, f"#{mine}", replies, "whoami")


@pytest.mark.parametrize(
    "line", ["x" * 5_000, b"availability away \xff", "\x1b[A", "''", "#", "#99999999999", "1" * 400, "done '"]
)
def test_bad_input_changes_nothing(acme: Desk, line: str | bytes) -> None:
    """A sentence answers it, the session goes on, and the workspace is as it was."""
    before = acme.store.version()
    said = talk(acme, line, "whoami")
    assert "stumbled" not in said
    assert isinstance(line, str) or "not UTF-8; nothing was done" in said
    assert "Ana Soler: available" in said
    assert acme.store.version() == before


def test_a_store_in_trouble_keeps_no_line_from_being_typed(
    acme: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be looked at between two lines is said once, and the next line is still asked for."""

    def busy() -> None:
        raise StoreBusy("The store is busy", "Another program holds it.")

    said = talk(acme, lambda: monkeypatch.setattr(acme.reads, "lamps", busy), "whoami", "whoami")
    assert said.count("Trouble: The store is busy") == 1
    assert said.count("Ana Soler: available") == 2


def test_ctrl_c_asks_and_the_end_of_the_lines_ends(acme: Desk) -> None:
    """At the prompt Ctrl+C and q ask whether to quit; anything but yes goes on."""
    said = talk(acme, KeyboardInterrupt(), "no", "whoami", "q", "yes", "whoami")
    assert said.count("Quit? Drafts are kept.") == 2
    assert said.count("Ana Soler: available") == 1


def test_what_is_open_goes_along_with_a_merge(acme: Desk) -> None:
    """An act that makes the open conversation part of another opens that one."""
    talk(acme, "#3", "compose --subject Second --body 'One more thing.'")
    other = max(acme.reads.conversation_ids())
    said = talk(acme, f"#{other}", "merge", "3", "tag together")
    assert "\n3: open, Refund for order 8821\n" in said
    assert f"#{other} is part of #3 now" in said
    assert "together" in acme.reads.conversation(3).tags
