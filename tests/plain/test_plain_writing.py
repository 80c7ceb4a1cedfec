"""Writing line by line: no line is lost, nothing goes without an answer, the draft is the screen's."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import desk_of
from kustui.clock import HeldClock
from kustui.core.commands import COMMANDS
from kustui.core.post import Parcel
from kustui.delivery import Accepted
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.errors import StoreBusy
from kustui.plain.program import at
from kustui.plain.voice import Voice
from support.lines import Typed, talk
from support.people import wrote
from support.transport import Recorder


def body(desk: Desk, kind: str = "reply", number: int = 5) -> str:
    """What stands in the agent's draft."""
    return desk.reads.draft(desk.reads.conversation(number).customer_id, kind, number).body


@pytest.fixture
def chloe(acme: Desk) -> int:
    """A conversation by email in which nothing is written yet."""
    row = next(row for row in acme.reads.listing("inbox").page(0, 50) if row.name == "Chloé Martin")
    return row.conversation_id


def test_a_reply_goes_with_an_answer_and_undo_takes_it_back(
    acme: Desk, chloe: int, transport: Recorder, clock: HeldClock
) -> None:
    """Lines until a dot; d marks as done; within the window undo has the words back as a draft; what has
    gone is said before the next prompt.
    """

    def goes() -> None:
        clock.advance(seconds=6)
        acme.clockwork.outgoing()

    said = talk(
        acme, f"#{chloe}", "reply", "Bonjour,", "", "..", ".", "d", "undo", "reply", ".", "", goes, "whoami"
    )
    assert "Reply to Chloé Martin, by email, to chloe.martin@example.fr." in said
    assert "On its way, done; goes in 5 s, undo takes it back." in said
    assert "Taken back; it is a draft again" in said
    assert "Your draft so far; what you type goes below it:\n    Bonjour,\n\n    ." in said
    assert f"Sent: Chloé Martin, #{chloe}." in said
    assert [each.text for each in transport.sent] == ["Bonjour,\n\n."]
    assert acme.reads.conversation(chloe).status == "open"


@pytest.mark.parametrize("end", [":cancel", KeyboardInterrupt(), None], ids=["cancel", "ctrl+c", "end"])
def test_what_is_left_stays_a_draft(acme: Desk, chloe: int, end: Typed | None) -> None:
    """Leaving by a word, by Ctrl+C or by the end of all lines keeps every line; the screen has the same."""
    typed: list[Typed] = [f"#{chloe}", "n", "One", "", "Two", *([] if end is None else [end, "whoami"])]
    said = talk(acme, *typed)
    assert "The draft is kept." in said
    assert ("Ana Soler: available" in said) == (end is not None)
    assert body(acme, "note", chloe) == "One\n\nTwo"


def test_every_line_is_saved_when_it_is_typed(
    acme: Desk, chloe: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in the store after each line is all that was typed; a store in trouble loses nothing."""
    seen = []

    def look() -> None:
        seen.append(body(acme, number=chloe))

    keep, stuck = acme.drafts.keep, [True]

    def busy(*args: object, **kwargs: object) -> object:
        if stuck:
            stuck.pop()
            raise StoreBusy("The store is busy", "Another program holds it.")
        return keep(*args, **kwargs)  # type: ignore[arg-type]

    def trouble() -> None:
        monkeypatch.setattr(acme.drafts, "keep", busy)

    said = talk(
        acme, f"#{chloe}", "r", "One", look, "Two", look, trouble, "Three", look, "Four", look, ":undo", look
    )
    assert seen == ["One", "One\nTwo", "One\nTwo", "One\nTwo\nThree\nFour", "One\nTwo\nThree"]
    assert "NOT saved: The store is busy" in said


def test_text_that_looks_like_a_word_is_text(acme: Desk, chloe: int) -> None:
    """Only the editor's own words are none; a colon more makes text of them; Latin-1 is read and said."""
    said = talk(
        acme,
        f"#{chloe}",
        "r",
        ":)",
        "::send",
        "done",
        "  in",
        "caf\xe9".encode("latin-1"),
        "\x1b[A",
        ":cancel",
    )
    assert body(acme, number=chloe) == ":)\n:send\ndone\n  in\ncafé\n\u241b[A"
    assert "not UTF-8; it is read as Latin-1" in said
    assert acme.reads.conversation(chloe).status == "open"


def test_what_is_refused_stays_and_can_be_mended(
    acme: Desk, chloe: int, transport: Recorder, tmp_path: Path
) -> None:
    """A refusal is a sentence and the editor goes on; recipients, files and a time are said in lines."""
    label = tmp_path / "my label.txt"
    label.write_text("x")
    said = talk(
        acme, f"#{chloe}", "reply", "Hi {nobody}", ".", "s", ":undo", "Hi", ":to nobody", ".", "",
        ":to a@example.com", ":cc b@example.com", f':file "{label}"', ":file /nowhere", ".", "what", ".", "n",
        ".", "l tomorrow 9am", "scheduled",
    )  # fmt: skip
    assert said.count("It is not sent; the draft is kept.") == 3
    assert "Attached: my label.txt" in said
    assert "No such way to send" in said
    assert "Scheduled for Fri 5 Jun 09:00" in said
    item = acme.reads.forecast().items(0, 9)
    (mine,) = [each for each in item if each.conversation_id == chloe]
    assert (mine.to, mine.fate) == (("a@example.com",), "scheduled")
    assert transport.sent == []


def test_who_wrote_or_replied_meanwhile_is_said_before_it_goes(acme: Desk, transport: Recorder) -> None:
    """The customer's message and a colleague's reply are told above the question, and nothing has gone."""
    ben = desk_of(acme.store, sign_in(acme.store, "ben", "Ben Osei"), Recorder())
    number = wrote(acme, sender="lea@example.com", name="Lea Roth", message_id="1@x")

    def meanwhile() -> None:
        wrote(acme, sender="lea@example.com", name="Lea Roth", references=("1@x",))
        draft = ben.reads.draft(acme.reads.conversation(number).customer_id, "reply", number)
        ben.replies.send(replace(draft, body="Hello from Ben"))

    said = talk(acme, f"#{number}", "reply", "Hello", meanwhile, ".", "n", ".", "k")
    before, question, _ = said.partition("To lea@example.com: Send now.")
    assert question
    assert "They wrote while you were writing" in before
    assert "Ben Osei replied while you were writing." in before
    assert said.count("They wrote while you were writing") == 1
    assert body(acme, number=number) == "Hello"
    assert transport.sent == []


def test_a_draft_thrown_away_comes_back(acme: Desk, chloe: int) -> None:
    """:discard and `discard` throw it away, undo has it again; with nothing written nothing is sent."""
    talk(acme, f"#{chloe}", "reply", "Bonjour", ":discard")
    assert body(acme, number=chloe) == ""
    talk(acme, f"#{chloe}", "undo")
    assert body(acme, number=chloe) == "Bonjour"
    talk(acme, f"#{chloe}", "discard")
    assert body(acme, number=chloe) == ""
    assert "nothing is sent" in talk(acme, f"#{chloe}", "reply", ".", "whoami")


def test_a_new_conversation_has_its_subject(acme: Desk, chloe: int, transport: Recorder) -> None:
    """Compose asks what, takes a subject, and what was begun is opened; what cannot be says why."""
    said = talk(acme, f"#{chloe}", "c", "e", ":subject Votre facture", "Bonjour", ".", "s", "c", "s")
    assert "Subject: Votre facture" in said
    new = max(acme.reads.conversation_ids())
    assert acme.reads.conversation(new).subject == "Votre facture"
    assert f"Chloé Martin, #{new}, email, open: Votre facture" in said
    assert "no phone number on the profile" in said


def test_colleagues_see_that_it_is_written(acme: Desk, chloe: int) -> None:
    """While lines are typed others are told so; afterwards that one only looks; at the end nothing."""
    ben = desk_of(acme.store, sign_in(acme.store, "ben", "Ben Osei"), Recorder())
    seen: list[str] = []

    def look() -> None:
        seen.extend(each.doing for each in ben.presence.others())

    talk(acme, f"#{chloe}", look, "reply", "Bonjour", look, ":cancel", look, "back", look)
    assert seen == ["looking", "replying", "looking"]


def test_quitting_waits_for_what_is_on_its_way(acme: Desk, chloe: int, transport: Recorder) -> None:
    """The clockwork runs behind the lines, and the end of them lets a message that is going out arrive."""
    going, send = threading.Event(), transport.send

    def slowly(parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        going.set()
        time.sleep(0.3)
        return send(parcel, commit)

    transport.send = slowly  # type: ignore[method-assign]
    draft = acme.reads.draft(acme.reads.conversation(chloe).customer_id, "reply", chloe)
    acme.replies.send(replace(draft, body="Bonjour"), wait=False)

    def source() -> None:
        assert going.wait(20)

    stream = io.StringIO()
    assert at(acme, Voice(source, stream), COMMANDS) == 0
    assert [each.text for each in transport.sent] == ["Bonjour"]
    assert stream.getvalue().endswith("Bye. Drafts are kept.\n")
