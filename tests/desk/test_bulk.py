"""One act for several conversations: one transaction, one deed, one undo."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kustui.core.together import One, summed
from kustui.desk import Desk, bulk, marking, merging
from kustui.errors import Refused, StoreTrouble
from kustui.store.queries import history
from support.people import everything, wrote
from support.team import colleague


def some(desk: Desk, count: int) -> list[int]:
    """So many customers, who have written once each: their conversations."""
    return [wrote(desk, sender=f"c{n}@example.net", name=f"Customer {n}") for n in range(count)]


def statuses(desk: Desk, numbers: list[int]) -> list[str]:
    """The status of each."""
    return [item.status for item in bulk.conversations(desk, numbers)]


def test_what_is_refused_keeps_nothing_else_from_it(desk: Desk) -> None:
    """B10: each that cannot be is left as it is and named with the reason; the lines are one deed."""
    numbers = some(desk, 4)
    desk.triage.done(numbers[1])
    found = bulk.together(desk, [*numbers, 99], desk.triage.done, "Done")
    assert found.notice == (
        f"Done: 3 conversations; 2 could not be: already done (#{numbers[1]}), no such conversation (#99)"
    )
    assert statuses(desk, numbers) == ["done"] * 4
    with desk.store.reading() as reader:
        deeds = reader.all("SELECT deed, count(*) FROM history WHERE act = 'conversation.done' GROUP BY deed")
    assert sorted(count for _, count in deeds) == [1, 3]
    with pytest.raises(Refused, match="Done: none; 4 could not be: already done"):
        bulk.together(desk, numbers, desk.triage.done, "Done").changed()


def test_half_an_act_is_taken_back_with_its_refusal(desk: Desk) -> None:
    """One that is refused in the middle of itself has changed nothing; trouble undoes all of it."""
    numbers = some(desk, 3)

    def half(number: int) -> object:
        changed = desk.tagging.prioritise(number, 5)
        if number == numbers[1]:
            raise Refused("Not this one", "")
        return changed

    bulk.together(desk, numbers, half, "Priority 5")  # type: ignore[arg-type]
    assert [item.priority for item in bulk.conversations(desk, numbers)] == [5, 3, 5]
    before = everything(desk)

    def breaks(number: int) -> object:
        if number == numbers[2]:
            raise StoreTrouble("Full", "")
        return desk.triage.done(number)

    with pytest.raises(StoreTrouble):
        bulk.together(desk, numbers, breaks, "Done")  # type: ignore[arg-type]
    assert everything(desk) == before


def test_one_undo_takes_all_of_it_back(desk: Desk) -> None:
    """Undo: as far as each has not changed since; what could not be is told; then comes the act before."""
    numbers = some(desk, 4)
    desk.tagging.prioritise(numbers[0], 5)
    bulk.together(desk, numbers, lambda each: desk.triage.snooze(each, None), "Snoozed")
    colleague(desk.store, "ben").triage.done(numbers[2])
    said = desk.undo.last().notice
    assert said == f"Undone: 3 conversations; 1 could not be: too late to undo (#{numbers[2]})"
    assert statuses(desk, numbers) == ["open", "open", "done", "open"]
    assert "priority" in desk.undo.last().notice
    with pytest.raises(Refused, match="Nothing to undo"):
        desk.undo.last()


def test_a_large_deed_is_undone_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """More conversations than lines that are looked at first; customers are closed together, too."""
    monkeypatch.setattr(history, "LOOKED_AT", 5)
    numbers = some(desk, 30)
    desk.triage.done(numbers[0])
    bulk.together(desk, numbers[1:], lambda each: desk.tagging.prioritise(each, 4), "Priority 4")
    assert desk.undo.last().notice == "Undone: 29 conversations"
    assert {item.priority for item in bulk.conversations(desk, numbers)} == {3}
    assert desk.undo.last().notice == f"Undone; #{numbers[0]} is open again"
    customers = [item.customer_id for item in bulk.conversations(desk, numbers[:3])]
    bulk.together(desk, customers, desk.triage.close_customer, "Closed", "customer")
    assert desk.reads.listing("inbox").count() == 27
    assert desk.undo.last().notice == "Undone: 3 customers"
    assert desk.reads.listing("inbox").count() == 30


def test_tags_of_several_are_changed_not_replaced(desk: Desk) -> None:
    """What all had and is gone comes off; what one alone has stays."""
    numbers = some(desk, 2)
    desk.tagging.retag(numbers[0], (), ["old", "own"])
    desk.tagging.retag(numbers[1], (), ["old"])
    bulk.together(desk, numbers, lambda each: desk.tagging.retag(each, ["old"], ["new"]), "Tagged")
    assert [item.tags for item in bulk.conversations(desk, numbers)] == [("new", "own"), ("new",)]
    desk.undo.last()
    assert [item.tags for item in bulk.conversations(desk, numbers)] == [("old", "own"), ("old",)]


def test_marked_as_read_and_unread_again(desk: Desk) -> None:
    """E1: what they wrote counts as read, and undo counts it as unread besides what came since."""
    number = wrote(desk, message_id="one@example.com")
    customer = desk.reads.conversation(number).customer_id
    marking.read(desk, customer)
    assert desk.reads.conversation(number).unread == 0
    wrote(desk, "More", references=("one@example.com",))
    desk.undo.last()
    assert desk.reads.conversation(number).unread == 2
    marking.read(desk, customer)
    with pytest.raises(Refused, match="is read"):
        marking.read(desk, customer)


def test_a_sentence_stays_short() -> None:
    """Of many that could not be, some are named, and the rest is counted."""
    ones = [One(number, refusal=Refused("Already done")) for number in range(1, 9)]
    assert summed("Done", ones) == "Done: none; 8 could not be: already done (#1, #2, #3, #4, #5 and 3 more)"


def test_rows_are_found_by_their_keys(desk: Desk) -> None:
    """What is selected names rows by key: a row that is gone is in the list no more."""
    numbers = some(desk, 3)
    rows = desk.reads.listing("inbox")
    keys = [row.key for row in rows.page(0, 9)]
    assert [each.conversation_id for each in rows.among(keys)] == numbers  # type: ignore[union-attr]
    desk.triage.done(numbers[0])
    assert [each.conversation_id for each in rows.among(keys)] == numbers[1:]  # type: ignore[union-attr]
    done = desk.reads.listing("done")
    assert [each.key for each in done.among(numbers)] == numbers[:1]  # type: ignore[union-attr]
    found = desk.reads.found("order")
    assert {each.key for each in found.among([*numbers, 99])} == set(numbers)
    desk.triage.open_customer(keys[0])
    viewing = desk.reads.listing("viewing")
    assert [tuple(each) for each in viewing.among(keys)] == [(keys[0], keys[0], numbers[0])]  # type: ignore[union-attr]


def test_what_was_put_together_is_taken_apart(desk: Desk) -> None:
    """B, C9: several merged into one are as before with one undo, a draft in each of them too."""
    numbers = [wrote(desk, subject=f"Subject {n}") for n in range(3)]
    customer = desk.reads.conversation(numbers[0]).customer_id
    for number in numbers:
        desk.drafts.keep(replace(desk.reads.draft(customer, "reply", number), body=f"For {number}"))
    before = everything(desk)
    bulk.together(desk, numbers[1:], lambda each: merging.merge(desk, each, numbers[0]), "Merged")
    assert desk.undo.last().notice == "Undone: 2 conversations"
    assert everything(desk) == before
