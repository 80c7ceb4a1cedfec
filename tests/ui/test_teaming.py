"""The team by keys: assigning to teams, following, availability."""

from __future__ import annotations

import pytest

from kustui.desk import Desk
from kustui.store.store import Store
from support.people import wrote
from support.sitting import sitting
from support.team import colleague

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_the_dialog_offers_colleagues_and_teams(
    acme: Desk, store: Store, size: tuple[int, int]
) -> None:
    """E1: me, colleagues with availability and load, teams, nobody; a letter gives it to a team; z back."""
    ben = next(each for each in acme.colleagues.agents() if each.name == "Ben Osei")
    acme.staffing.change(ben.id, availability="away")
    acme.staffing.add_team("Phone [/x]")
    acme.staffing.change_members(1, [ben.id], ())
    async with sitting(acme, size) as at:
        await at.press("enter")
        number, before = at.number, acme.reads.conversation(at.number)
        await at.press("a")
        assert at.choices()["b"] == "Team Phone [/x]"
        assert f"away, has {ben.load} of 10" in at.text()
        await at.press("b")
        assert acme.reads.conversation(number).team == "Phone [/x]"
        assert "team Phone [/x]" in at.shows("toolbar-conversation")
        await at.press("z")
        assert acme.reads.conversation(number).assignee == before.assignee
        assert acme.reads.conversation(number).team == ""


async def test_one_key_follows_and_follows_no_more(acme: Desk, store: Store) -> None:
    """The conversation's header says who follows; a message of the customer is told once."""
    ben = colleague(store, "ben")
    async with sitting(acme) as at:
        await at.press("enter")
        number = at.number
        ben.following.follow(number)
        await at.press("F")
        assert "followed by you, Ben" in at.text()
        await at.press("F")
        assert "you" not in [name for _, name in acme.reads.conversation(number).followers]
        assert acme.reads.found("is:followed").count() == 0
        await at.press("z")
        assert acme.reads.found("is:followed").count() == 1


@pytest.mark.parametrize("size", SIZES)
async def test_availability_is_said_where_it_is_not_available(acme: Desk, size: tuple[int, int]) -> None:
    """A key and a letter set it; the status line says it in words until the agent is available again."""
    async with sitting(acme, size) as at:
        await at.press("A")
        assert list(at.choices().values()) == ["Available", "Busy", "Away", "Offline"]
        await at.press("w")
        assert acme.colleagues.me().availability == "away"
        assert "you are away" in at.text()
        assert "You are away" in at.said
        await at.press("A", "a")
        assert "you are " not in at.text()


async def test_done_presents_what_routing_gives_next(desk: Desk) -> None:
    """B11: with room for one, done brings the next one, and presents it."""
    desk.routing, desk.capacity = True, 1
    numbers = [wrote(desk, sender=f"c{n}@x.example", name=f"C{n}") for n in range(2)]
    desk.clockwork.tick()
    async with sitting(desk) as at:
        await at.open("C0")
        await at.press("e")
        assert at.number == numbers[1]
        assert at.screen.conversation is not None
        assert at.screen.conversation.assignee == "Ana Soler"


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_due_first_is_at_the_top_with_two_keys(acme: Desk, size: tuple[int, int]) -> None:
    """The list and the header say how much is left or how late it is; the order is kept."""
    acme.promising.promise(first="30m", next_reply="100d")
    wrote(acme, sender="new@example.com", name="Nina New")
    acme.tagging.prioritise(acme.reads.found("Nina").page(0, 1)[0].conversation_id, 5)
    async with sitting(acme, size) as at:
        by_priority = [row.name for row in at.rows()]
        await at.press("g", "t")
        due = [row.target_at for row in at.rows()]
        assert [row.name for row in at.rows()] != by_priority
        assert due == sorted(due, key=lambda each: (each is None, each))
        assert "30m left" in at.text()
        await at.press("home", "enter")
        assert " late" in at.shows("toolbar-conversation")
        assert acme.words.preferences().inbox == "target"
        await at.press("q", "g", "t")
        assert [row.name for row in at.rows()] == by_priority
