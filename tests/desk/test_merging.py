"""Making one conversation of two, and two of one again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from conftest import desk_of
from kustui.clock import HeldClock
from kustui.core import matching
from kustui.core.post import FileContent, Parcel
from kustui.core.records import Agent, Draft
from kustui.delivery import Accepted
from kustui.desk import Desk, merging
from kustui.errors import Refused
from kustui.store.store import Store
from support.people import everything, wrote
from support.team import colleague
from support.transport import Recorder


def two(desk: Desk) -> tuple[int, int]:
    """Two conversations of one customer: (the first, the second)."""
    first = wrote(desk, "Where is my order?", message_id="one@example.com")
    return first, wrote(desk, "It has not come.", subject="Parcel", message_id="two@example.com")


def typed(desk: Desk, number: int, body: str, kind: str = "reply") -> Draft:
    """What the desk's agent types in a conversation, kept."""
    draft = desk.reads.draft(desk.reads.conversation(number).customer_id, kind, number)
    return desk.drafts.keep(replace(draft, body=body))


def test_all_that_hangs_on_it_goes_along(desk: Desk) -> None:
    """Messages, unread ones, tags, followers and the wait are the other's; the one is in no list."""
    into, away = two(desk)
    desk.tagging.retag(away, (), ["late"])
    desk.following.follow(away)
    desk.triage.snooze(into, None)
    notice = merging.merge(desk, away, into).notice
    assert notice == f"#{away} is part of #{into} now"
    item = desk.reads.conversation(into)
    assert (item.messages, item.unread, item.tags, item.status) == (2, 2, ("late",), "open")
    assert item.excerpt == "It has not come."
    assert item.waiting_since is not None
    assert [number for number, _ in item.followers] == [desk.agent.id]
    customer = item.customer_id
    assert [each.id for each in desk.reads.timeline(customer).conversations] == [into]
    assert desk.reads.listing("done").count() == 0
    assert desk.reads.listing("done").page(0, 9) == []
    assert [row.conversation_id for row in desk.reads.listing("inbox").page(0, 9)] == [into]
    for words in (f"#{away}", "not come", "tag:late"):
        assert [row.conversation_id for row in desk.reads.found(words).page(0, 9)] == [into], words
    said = [line.words for number in (away, into) for line in desk.reads.history(number)]
    assert f"merged #{away} Parcel into it" in said
    assert f"merged it into #{into} Order 8821" in said


def test_the_next_mail_joins_what_it_is_part_of(desk: Desk) -> None:
    """B12: an answer to either, or one with the number's token, joins the one; so does a third's."""
    into, away = two(desk)
    third = wrote(desk, "And again.", subject="Third", message_id="three@example.com")
    merging.merge(desk, away, third)
    merging.merge(desk, third, into)
    assert wrote(desk, "Hello?", references=("two@example.com",)) == into
    assert wrote(desk, "Hello??", references=("three@example.com",)) == into
    with desk.store.reading() as reader:
        key = str(reader.value("SELECT uuid FROM workspace"))
    token = matching.token(key, away)
    assert wrote(desk, "By token", subject=matching.marked("Re: Parcel", token)) == into
    assert desk.reads.conversation(into).messages == 6


def test_undo_gives_back_exactly_what_came(desk: Desk, clock: HeldClock) -> None:
    """Undo: every row is as before the merge, also a snooze that ran, drafts in both, what is scheduled."""
    into, away = two(desk)
    customer = desk.reads.conversation(into).customer_id
    draft = Draft(0, desk.agent.id, customer, "reply", away, body="Tomorrow")
    desk.replies.send(draft, at=clock.now() + timedelta(days=1))
    for number in (into, away):
        typed(desk, number, f"Dear Ana, in {number}")
    typed(desk, away, "For us", "note")
    desk.tagging.retag(away, (), ["late"])
    desk.following.follow(away)
    desk.triage.snooze(away, clock.now() + timedelta(days=2))
    desk.triage.done(into)
    before = everything(desk)
    merging.merge(desk, away, into)
    assert desk.reads.conversation(into).status == "snoozed"
    assert everything(desk) != before
    desk.undo.last()
    after = everything(desk)
    ended = [row for row in after if row["type"] == "snooze" and row not in before]
    assert [row["ended_by"] for row in ended] == ["undone"]
    assert [row for row in after if row not in ended] == before


def test_it_can_be_taken_apart_later(desk: Desk) -> None:
    """What came from it goes back, what came since stays; z goes on with the act before the merge."""
    into, away = two(desk)
    desk.tagging.prioritise(into, 4)
    merging.merge(desk, away, into)
    assert wrote(desk, "Still nothing.", references=("two@example.com",)) == into
    ben = colleague(desk.store, "ben")
    ben.triage.done(into)
    assert merging.unmerge(desk, away).notice.startswith(f"#{away} stands by itself again")
    one, other = desk.reads.conversation(into), desk.reads.conversation(away)
    assert (one.messages, one.status, one.excerpt) == (2, "done", "Still nothing.")
    assert (other.messages, other.status, other.excerpt) == (1, "open", "It has not come.")
    assert wrote(desk, "There?", references=("two@example.com",)) == away
    assert "priority" in desk.undo.last().notice
    with pytest.raises(Refused, match="not part"):
        merging.unmerge(desk, away)


def test_what_a_colleague_did_between_stays(desk: Desk) -> None:
    """Undo after another agent's answer: the messages go back, the answer and the status they set stay."""
    into, away = two(desk)
    merging.merge(desk, away, into)
    ben = colleague(desk.store, "ben")
    customer = ben.reads.conversation(into).customer_id
    ben.replies.send(Draft(0, ben.agent.id, customer, "reply", into, body="It left."), "done", wait=False)
    desk.undo.last()
    assert desk.reads.conversation(into).status == "done"
    assert desk.reads.conversation(into).messages == 2
    other = desk.reads.conversation(away)
    assert (other.status, other.messages, other.waiting_since) == ("open", 1, None)


def test_no_word_of_a_draft_is_lost(desk: Desk) -> None:
    """C9: one draft stands below the other; what is typed on in the one that is gone goes on there."""
    into, away = two(desk)
    typed(desk, into, "First words")
    held = typed(desk, away, "Second words")
    held, line = desk.files.add(held, "email", FileContent("b.txt", "text/plain", b"theirs"))
    ben = colleague(desk.store, "ben")
    theirs = typed(ben, away, "Ben's words")
    merging.merge(desk, away, into)
    customer = held.customer_id
    assert desk.reads.draft(customer, "reply", into).body == "First words\n\nSecond words"
    assert ben.reads.draft(customer, "reply", away).body == "Ben's words"
    assert ben.reads.draft(customer, "reply", away).conversation_id == into
    kept = desk.drafts.keep(replace(held, body="Second words, and more"))
    assert (kept.conversation_id, kept.aside) == (into, False)
    assert kept.body == "First words\n\nSecond words, and more"
    files = desk.files.add(kept, "email", FileContent("a.txt", "text/plain", b"hello"))[0].files
    with pytest.raises(Refused, match="both stand there"):
        desk.replies.send(replace(held, body="Second words, and more!"))
    assert ben.drafts.keep(replace(theirs, body="Ben's words!")).conversation_id == into
    desk.undo.last()
    one, other = (desk.reads.draft(customer, "reply", number) for number in (into, away))
    assert (one.body, other.body) == ("First words", "Second words, and more")
    assert other.files == (line,)
    assert one.files == tuple(each for each in files if each != line)
    assert ben.reads.draft(customer, "reply", away).body == "Ben's words!"


class Meanwhile(Recorder):
    """Takes every message; when the first byte has gone, something happens."""

    def __init__(self, what: Callable[[], object]) -> None:
        super().__init__()
        self.what = what

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """Keep the parcel."""

        def then() -> None:
            commit()
            self.what()

        return super().send(parcel, then)


def test_what_is_being_sent_is_sent_once(store: Store, agent: Agent) -> None:
    """D7: a message that a program sends at this moment is not disturbed; what became of it is told in the
    other one, also when that is undone.
    """
    transport = Meanwhile(lambda: merging.merge(desk, away, into))
    desk = desk_of(store, agent, transport)
    into, away = two(desk)
    customer = desk.reads.conversation(away).customer_id
    sent = desk.replies.send(Draft(0, agent.id, customer, "reply", away, body="It left."), wait=False)
    for _ in range(2):
        desk.clockwork.outgoing()
    assert len(transport.sent) == 1
    assert desk.reads.history(into)[-1].act == "message.sent"
    placed = desk.reads.outgoing_of(sent.message_id or 0)
    assert placed is not None
    assert (placed.state, placed.conversation_id) == ("sent", into)
    desk.undo.last()
    placed = desk.reads.outgoing_of(sent.message_id or 0)
    assert placed is not None
    assert (placed.state, placed.conversation_id) == ("sent", away)


def test_a_send_is_taken_back_where_it_is_by_now(desk: Desk) -> None:
    """D8: z by its writer after a colleague's merge: it is a draft again in the one, and they wait again."""
    into, away = two(desk)
    customer = desk.reads.conversation(away).customer_id
    desk.replies.send(Draft(0, desk.agent.id, customer, "reply", into, body="Answered"), wait=False)
    desk.replies.send(Draft(0, desk.agent.id, customer, "reply", away, body="Too soon"))
    merging.merge(colleague(desk.store, "ben"), away, into)
    desk.undo.last()
    assert desk.reads.draft(customer, "reply", into).body == "Too soon"
    assert desk.reads.conversation(into).waiting_since is not None


def test_what_cannot_be_one_is_refused(desk: Desk) -> None:
    """Other customers, other channels, itself, what is part of another: refused in words, and unchanged."""
    into, away = two(desk)
    other = wrote(desk, sender="li@example.net", name="Li Wei")
    customer = desk.reads.customer(desk.reads.conversation(into).customer_id)
    desk.people.save(customer, [("email", "ruiz@example.com"), ("chat", "visitor-1")])
    chat = wrote(desk, sender="visitor-1", channel="chat")
    before = everything(desk)
    for bad, why in ((other, "two customers"), (chat, "wrong way"), (into, "itself")):
        with pytest.raises(Refused, match=why):
            merging.merge(desk, bad, into)
    assert everything(desk) == before
    merging.merge(desk, away, into)
    for act in (desk.triage.done, desk.triage.reopen, lambda n: desk.triage.assign(n, None)):
        with pytest.raises(Refused, match=f"merged into #{into}"):
            act(away)
    with pytest.raises(Refused, match=f"merged into #{into}"):
        merging.merge(desk, away, into)
