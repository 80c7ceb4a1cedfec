"""Colleagues that a note names."""

from __future__ import annotations

import pytest

from kustui.core.mentions import mentioned
from kustui.desk import Desk
from kustui.desk.team import sign_in
from support.people import wrote
from support.writing import drafted


def test_who_is_named_in_a_note_is_told_once(desk: Desk) -> None:
    """By login or first name, each once, never the writer; the notice leads to the conversation."""
    ben = sign_in(desk.store, "ben", "Ben Osei")
    number = wrote(desk)
    words = "@ben, and @Ben again: please refund. Ask @ana and mail x@ben.example."
    changed = desk.replies.send(drafted(desk, number, words, kind="note"))
    assert changed.notice == "Note posted; only the team sees it, and Ben Osei is told"
    theirs = Desk(desk.store, ben)
    (notice,) = theirs.reads.notifications(9)
    assert (notice.kind, notice.conversation_id) == ("mentioned", number)
    assert notice.text.startswith(f"Ana Soler named you in #{number} (Ana Ruiz): @ben, and @Ben again")
    assert desk.reads.notifications(9) == []


def test_a_name_that_is_nobodys_is_said(desk: Desk) -> None:
    """A slip of the finger does not go unnoticed, and the note is posted."""
    number = wrote(desk)
    changed = desk.replies.send(drafted(desk, number, "@bne please look", kind="note"))
    assert changed.notice == "Note posted; only the team sees it; nobody is called @bne"


def test_a_first_name_that_two_have_names_neither(desk: Desk) -> None:
    """Who is meant is not guessed; a login always names one."""
    team = [sign_in(desk.store, "ben", "Ben Osei"), sign_in(desk.store, "b2", "Ben Amos")]
    assert mentioned("@Ben @b2", team) == ((team[0], team[1]), ())
    assert mentioned("@Ben", [sign_in(desk.store, "b3", "Ben Ito"), team[1]]) == ((), ("Ben",))


def test_a_reply_to_a_customer_names_nobody(desk: Desk) -> None:
    """What a customer reads is theirs: a sign in it tells no colleague."""
    ben = sign_in(desk.store, "ben", "Ben Osei")
    desk.replies.send(drafted(desk, wrote(desk), "Write to us @ben if you like"))
    assert Desk(desk.store, ben).reads.notifications(9) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@ben,", True),
        ("(@ben)", True),
        ("@Ben's turn", True),
        ("@BEN!", True),
        ("look.\n@ben…", True),
        ("x@ben.example", False),
        ("see https://example.com/@ben/42", False),
        ("see https://example.com/ @ben", True),
        ("@benny", False),
        ("@" * 40 + "ben", False),
    ],
)
def test_only_a_name_names(desk: Desk, text: str, named: bool) -> None:
    """Signs around a name are no part of it; what stands in a link or an address is no name."""
    ben = sign_in(desk.store, "ben", "Ben Osei")
    assert mentioned(text, [ben])[0] == ((ben,) if named else ())
