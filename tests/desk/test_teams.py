"""Teams, their inboxes, availability, followers."""

from __future__ import annotations

import pytest

from kustui.desk import Desk
from kustui.errors import KustuiError, Refused
from kustui.store.store import Store
from support.people import wrote
from support.team import colleague, inbox, team


def test_a_teams_queue_stands_in_its_members_inboxes_only(desk: Desk, store: Store) -> None:
    """E1: of a team and of nobody: its members'; of neither: everybody's; z takes it back."""
    ben, cleo = (colleague(store, login) for login in ("ben", "cleo"))
    number, other = wrote(desk), wrote(desk, sender="li@example.net")
    phone = team(desk, "Phone", ben, cleo)
    assert desk.triage.assign_team(number, phone).notice.startswith("Assigned to the team Phone")
    assert (inbox(desk), inbox(ben), inbox(cleo)) == ([other], [number, other], [number, other])
    assert desk.undo.last().notice == f"Undone; #{number} is assigned as before"
    assert inbox(desk) == [number, other]
    desk.triage.assign_team(number, phone)
    ben.triage.assign(number, ben.agent.id)
    assert (inbox(ben), inbox(cleo)) == ([number, other], [other])
    assert desk.reads.conversation(number).team == "Phone"
    with pytest.raises(Refused, match="somebody else"):
        desk.undo.last()
    ben.triage.assign(number, None)
    assert (inbox(desk), desk.reads.conversation(number).team) == ([number, other], "")
    desk.staffing.change_members(phone, (), [ben.agent.id])
    desk.triage.assign_team(number, phone)
    assert (inbox(ben), inbox(cleo)) == ([other], [number, other])


def test_of_a_customer_whom_teams_share_each_sees_what_is_theirs(desk: Desk, store: Store) -> None:
    """E1, B11: the row is in the inboxes of all who have something of it, at what each can take."""
    ben, cleo, dan = (colleague(store, login) for login in ("ben", "cleo", "dan"))
    teams = [team(desk, "Phone", ben), team(desk, "Mail", cleo)]
    one, two, three = (wrote(desk, subject=subject) for subject in ("first", "second", "third"))
    desk.tagging.prioritise(three, 5)
    desk.triage.assign(three, desk.agent.id)
    for number, number_of_team in zip((one, two), teams, strict=True):
        desk.triage.assign_team(number, number_of_team)
    assert [inbox(each) for each in (desk, ben, cleo, dan)] == [[three], [one], [two], []]
    assert (ben.reads.inbox_top() or (0, 0))[1] == one
    assert ben.reads.listing("inbox").count() == 1
    # One of them is anyone's: everybody sees the customer, and each what they can take.
    desk.triage.assign(two, None)
    assert [inbox(each) for each in (desk, ben, dan)] == [[three], [one], [two]]


def test_teams_have_names_of_their_own(desk: Desk) -> None:
    """A name that is taken, empty, too long, or means something else is refused, and nothing changes."""
    desk.staffing.add_team("Phone")
    desk.staffing.add_team(" [/x]\x1b[31m ")
    for bad in ("phone", "", "x" * 41, "None"):
        with pytest.raises(Refused):
            desk.staffing.add_team(bad)
    phone = desk.colleagues.team("PHONE")
    with pytest.raises(Refused):
        desk.staffing.rename_team(phone.id, "[/x]␛[31m")
    desk.staffing.rename_team(phone.id, "Calls")
    assert [each.name for each in desk.colleagues.teams()] == ["[/x]␛[31m", "Calls"]
    with pytest.raises(Refused, match=r"there are \[/x\]"):
        desk.colleagues.team("Phone")


def test_availability_and_capacity_are_kept_in_the_history(desk: Desk, store: Store) -> None:
    """Who set what for whom, before and after; what cannot be is refused."""
    ben = colleague(store, "ben")
    desk.staffing.change(ben.agent.id, availability="busy", capacity=3)
    assert desk.colleagues.agent("ben").words == "busy, has 0 of 3"
    for bad in ({"availability": "asleep"}, {"capacity": 1_001}):
        with pytest.raises(Refused):
            desk.staffing.change(ben.agent.id, **bad)
    with store.reading() as reader:
        line = reader.one("SELECT actor, before, after FROM history ORDER BY id DESC LIMIT 1")
    assert line == (
        "Ana Soler",
        '{"availability": "available", "capacity": 0}',
        '{"availability": "busy", "capacity": 3}',
    )


def test_followers_are_told_once_and_not_of_their_own_acts(desk: Desk, store: Store) -> None:
    """A message of the customer, done and re-opened by another: one notification each."""
    ben = colleague(store, "ben")
    number = wrote(desk, message_id="first@x.example")
    ben.following.follow(number)
    with pytest.raises(Refused, match="follow it already"):
        ben.following.follow(number)
    desk.triage.done(number)
    assert wrote(desk, "Still nothing [/x]!", references=("first@x.example",)) == number
    wrote(desk, "I am away.", references=("first@x.example",), automatic=True)
    ben.triage.done(number)
    desk.triage.reopen(number)
    texts = [item.text for item in ben.reads.notifications()]
    assert texts[::-1] == [
        f"Ana Soler marked it as done: #{number} Order 8821",
        f"Ana Ruiz wrote in #{number}, which you follow: Still nothing [/x]!",
        f"Ana Soler re-opened it: #{number} Order 8821",
    ]
    assert desk.reads.notifications() == []
    assert desk.reads.conversation(number).followers == ((ben.agent.id, "Ben"),)
    assert ben.reads.found("is:followed").count() == 1
    ben.following.unfollow(number)
    assert ben.reads.found("is:followed").count() == 0
    assert "you follow" in ben.undo.last().notice
    assert ben.reads.found("is:followed").count() == 1


def test_who_is_named_in_a_note_follows(desk: Desk, store: Store) -> None:
    """Being @mentioned makes one a follower, and the history says so; z does not take a note back."""
    ben = colleague(store, "ben")
    number = wrote(desk)
    draft = desk.reads.draft(desk.reads.conversation(number).customer_id, "note", number)
    from dataclasses import replace

    desk.replies.send(replace(draft, body="@ben @ana please look"))
    assert desk.reads.conversation(number).followers == ((ben.agent.id, "Ben"),)
    assert any(line.words == "named Ben, who follows it now" for line in desk.reads.history(number))
    with pytest.raises(KustuiError, match="cannot be taken back"):
        desk.undo.last()


def test_a_search_finds_by_team(desk: Desk, store: Store) -> None:
    """team: takes a name or its beginning, mine, none; a minus turns it round."""
    ben = colleague(store, "ben")
    phone, other = wrote(desk), wrote(desk, sender="li@example.net")
    desk.triage.assign_team(phone, team(desk, "Phone calls", ben))
    for words, found in (
        ("team:phone", [phone]),
        ('team:"Phone calls"', [phone]),
        ("team:mine", [phone]),
        ("team:none", [other]),
        ("-team:phone", [other]),
        ("team:x", []),
    ):
        assert [row.conversation_id for row in ben.reads.found(words).page(0, 9)] == found, words
    assert desk.reads.found("team:mine").count() == 0
