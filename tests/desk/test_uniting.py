"""Making one customer of two, and two of one again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kustui.core.records import Draft
from kustui.desk import Desk, merging, uniting
from kustui.errors import Refused
from support.people import everything, wrote
from support.team import colleague


def two(desk: Desk) -> tuple[int, int, int, int]:
    """Two customers with a conversation each: (customer, conversation, customer, conversation)."""
    one = wrote(desk, message_id="one@example.com")
    other = wrote(desk, "Me again.", sender="ruiz@work.example", name="A. Ruiz", message_id="two@example.com")
    numbers = [desk.reads.conversation(each).customer_id for each in (one, other)]
    for number, company, about, held in (
        (numbers[0], "", "Kind.", (("plan", "gold"),)),
        (numbers[1], "Ruiz SL", "Writes late.", (("plan", "free"), ("shop", "Madrid"))),
    ):
        item = desk.reads.customer(number)
        item = replace(item, company=company, about=about, attributes=held)
        desk.people.save(item, [(each.kind, each.value) for each in item.addresses])
    return numbers[0], one, numbers[1], other


def test_all_of_one_customer_is_the_others(desk: Desk) -> None:
    """A2: addresses, conversations and words about them are the other's, whose own win; mail follows."""
    into, one, away, other = two(desk)
    desk.triage.open_customer(away)
    assert "A. Ruiz is part of Ana Ruiz" in uniting.merge(desk, away, into).notice
    item = desk.reads.customer(into)
    assert {each.value for each in item.addresses} == {"ruiz@example.com", "ruiz@work.example"}
    assert (item.company, item.about) == ("Ruiz SL", "Kind.\n\nWrites late.")
    assert item.attributes == (("plan", "gold"), ("shop", "Madrid"))
    assert [each.id for each in desk.reads.timeline(into).conversations] == [one, other]
    assert desk.reads.customer(away).id == desk.reads.timeline(away).customer.id == into
    assert [each.id for each in desk.reads.customers("A. Ruiz")] == [into]
    assert [each.id for each in desk.reads.customers()] == [into]
    assert {row.conversation_id for row in desk.reads.found("A. Ruiz").page(0, 9)} == {one, other}
    new = wrote(desk, "From work", sender="ruiz@work.example", subject="New")
    assert desk.reads.conversation(new).customer_id == into
    assert len(desk.reads.listing("inbox").page(0, 9)) == 1
    for act in (desk.triage.close_customer, desk.triage.open_customer):
        with pytest.raises(Refused, match=f"merged into #{into}"):
            act(away)


def test_a_long_name_leaves_room_for_what_was_done(desk: Desk) -> None:
    """A2: whatever a customer calls themself, both names and the number are on one line."""
    into = desk.reads.conversation(wrote(desk)).customer_id
    away = desk.reads.conversation(wrote(desk, sender="z@example.net", name="Very Long " * 12)).customer_id
    notice = uniting.merge(desk, away, into).notice
    assert notice.endswith(f"is part of Ana Ruiz (#{into}) now")
    assert max(len(notice), len(desk.undo.last().notice)) < 80


def test_undo_makes_two_of_them_exactly(desk: Desk) -> None:
    """Undo: every row is as before, also what several agents had open, closed and begun to write."""
    into, _, away, other = two(desk)
    ben = colleague(desk.store, "ben")
    desk.triage.open_customer(away)
    ben.triage.open_customer(away)
    ben.triage.open_customer(into)
    desk.triage.close_customer(into)
    for number in (into, away):
        draft = Draft(0, desk.agent.id, number, "email", subject=f"To {number}", body=f"Dear {number}")
        desk.drafts.keep(draft)
    desk.drafts.keep(Draft(0, ben.agent.id, away, "reply", other, body="Dear"))
    before = everything(desk)
    uniting.merge(desk, away, into)
    new = desk.reads.draft(into, "email")
    assert new.body == f"Dear {into}\n\nDear {away}"
    assert desk.reads.draft(away, "reply", other).customer_id == into
    assert everything(desk) != before
    desk.undo.last()
    assert everything(desk) == before


def test_they_can_be_parted_later(desk: Desk) -> None:
    """What came since stays with the other, what was changed since is not written over; merged
    conversations are taken apart first.
    """
    into, one, away, other = two(desk)
    uniting.merge(desk, away, into)
    new = wrote(desk, "From work", sender="ruiz@work.example", subject="New")
    desk.people.save(replace(desk.reads.customer(into), company="Ruiz SA"), [("email", "ruiz@example.com")])
    merging.merge(desk, other, one)
    with pytest.raises(Refused, match=f"kustui unmerge {other}"):
        uniting.unmerge(desk, away)
    merging.unmerge(desk, other)
    uniting.unmerge(desk, away)
    item = desk.reads.customer(into)
    assert (item.company, item.about) == ("Ruiz SA", "Kind.")
    assert [each.id for each in desk.reads.timeline(into).conversations] == [one, new]
    assert [each.id for each in desk.reads.timeline(away).conversations] == [other]
    with desk.store.reading() as reader:
        stray = reader.all(
            "SELECT m.id FROM message m JOIN conversation v ON v.id = m.conversation_id "
            "WHERE m.customer_id <> v.customer_id"
        )
    assert stray == []
    with pytest.raises(Refused, match="not part"):
        uniting.unmerge(desk, away)


def test_a_send_is_taken_back_after_a_merge(desk: Desk) -> None:
    """D5: who takes it back finds how it stood although the customer is part of another by now."""
    into, _, away, other = two(desk)
    waits = desk.reads.conversation(other).waiting_since
    sent = desk.replies.send(Draft(0, desk.agent.id, away, "reply", other, body="Too soon"))
    ben = colleague(desk.store, "ben")
    uniting.merge(ben, away, into)
    placed = desk.reads.outgoing_of(sent.message_id or 0)
    assert placed is not None
    ben.dispatch.take_back(placed.id)
    assert desk.reads.draft(into, "reply", other).body == "Too soon"
    assert desk.reads.conversation(other).waiting_since == waits is not None
