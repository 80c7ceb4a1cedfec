"""Tags and priorities."""

from __future__ import annotations

import pytest

from kustui.core import tags
from kustui.desk import Desk
from kustui.errors import NotFound, Refused
from support.people import wrote


def test_tags_are_put_on_found_and_taken_back(desk: Desk) -> None:
    """A tag is one whatever its letter case; the history says what was and what is; z takes it back."""
    number = wrote(desk)
    desk.tagging.retag(number, (), ["Refund", "refund", "stock"])
    assert desk.reads.conversation(number).tags == ("Refund", "stock")
    other = wrote(desk, sender="li@example.net")
    desk.tagging.retag(other, (), ["REFUND"])
    assert desk.reads.conversation(other).tags == ("Refund",)
    assert desk.reads.found("tag:refund").count() == 2
    desk.tagging.change_tags(number, ["vip"], ["refund"])
    assert desk.reads.conversation(number).tags == ("stock", "vip")
    assert "are as before" in desk.undo.last().notice
    assert desk.reads.conversation(number).tags == ("Refund", "stock")
    lines = desk.reads.history(number)
    assert [line.words for line in lines if "tagged" in line.words][:2] == [
        "tagged it Refund, stock",
        "tagged it stock, vip",
    ]


def test_a_priority_moves_the_customer_in_the_inbox(desk: Desk) -> None:
    """B11: the highest first, then the longest waiting; z takes it back."""
    first, second = wrote(desk), wrote(desk, sender="li@example.net", name="Li Wei")
    desk.tagging.prioritise(second, 5)
    assert [row.conversation_id for row in desk.reads.listing("inbox").page(0, 9)] == [second, first]
    desk.undo.last()
    assert [row.conversation_id for row in desk.reads.listing("inbox").page(0, 9)] == [first, second]


def test_what_cannot_be_changes_nothing(desk: Desk) -> None:
    """Too long, too many, no such priority, no such conversation: refused, and nothing has changed."""
    number = wrote(desk)
    for bad in ([["x" * 41]], [[str(n) for n in range(21)]]):
        with pytest.raises(Refused):
            desk.tagging.retag(number, (), *bad)
    with pytest.raises(Refused):
        desk.tagging.prioritise(number, 6)
    with pytest.raises(Refused, match="no tag nothing"):
        desk.tagging.change_tags(number, [], ["nothing"])
    with pytest.raises(NotFound):
        desk.tagging.retag(99, (), ["a"])
    item = desk.reads.conversation(number)
    assert (item.tags, item.priority) == ((), 3)


def test_an_undo_that_comes_too_late_says_so(desk: Desk) -> None:
    """What somebody changed since is not written over."""
    number = wrote(desk)
    desk.tagging.prioritise(number, 5)
    with desk.store.writing() as act:
        act.ask().one("UPDATE conversation SET priority = 1 WHERE id = :i", i=number)
    with pytest.raises(Refused, match="another priority"):
        desk.undo.last()


def test_completion_offers_what_goes_on() -> None:
    """What begins so stands first; what is on the line already is not offered again."""
    known = ["refund", "vip", "no refund", "stock"]
    assert tags.completion("re", known) == ["refund", "no refund"]
    assert tags.completion("refund, ", known) == ["no refund", "stock", "vip"]
    assert tags.completion("#Refund, #re", known) == ["no refund"]
    assert tags.listed(" a, b ,, A ") == ("a", "b")


def test_a_comma_parts_tags_and_a_number_sign_is_no_part_of_one() -> None:
    """What is kept is what the line shows the next time, however it was given."""
    assert tags.listed("#a, #b,# c") == ("a", "b", "c")
    assert tags.labels(["refund,stock", "#vip"]) == ("refund", "stock", "vip")
    assert tags.listed(f"{'x' * 40}, [/x], \x1b[31m, @ana, é 😀") == (
        "x" * 40,
        "[/x]",
        "␛[31m",
        "@ana",
        "é 😀",
    )


def test_tags_that_another_puts_on_meanwhile_stay(desk: Desk) -> None:
    """What was on the line when it was opened is replaced; what came or went since is not undone."""
    number = wrote(desk)
    desk.tagging.retag(number, (), ["refund", "stock", "old"])
    held = desk.reads.conversation(number).tags
    desk.tagging.change_tags(number, ["theirs"], ["old"])
    desk.tagging.retag(number, held, ["Refund", "old", "mine"])
    assert desk.reads.conversation(number).tags == ("mine", "refund", "theirs")
    desk.undo.last()
    assert desk.reads.conversation(number).tags == ("refund", "stock", "theirs")


def test_a_priority_that_it_has_is_no_act(desk: Desk) -> None:
    """What changes nothing is not in the history, and z takes back the act before."""
    number = wrote(desk)
    desk.tagging.retag(number, (), ["refund"])
    assert desk.tagging.prioritise(number, 3).notice == "The priority is 3 as it was"
    desk.undo.last()
    assert desk.reads.conversation(number).tags == ()
