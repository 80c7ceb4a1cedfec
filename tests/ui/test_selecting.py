"""Several rows at once, and merging, by keys."""

from __future__ import annotations

import pytest

from kustui.core.records import Draft
from kustui.desk import Desk, merging
from support.people import wrote
from support.sitting import Sitting, sitting
from support.team import colleague


def header(at: Sitting) -> str:
    """The first line of the screen."""
    return at.text().splitlines()[0]


async def test_acts_are_for_all_that_are_selected(acme: Desk) -> None:
    """B10: x marks rows with a sign, the title counts; a key is for all of them, one z takes it back."""
    async with sitting(acme) as at:
        before = [row.conversation_id for row in at.rows()]
        await at.press("x", "x", "j", "x")
        chosen = [before[0], before[1], before[3]]
        assert "3 selected" in header(at)
        assert at.text().count("■") == 3
        await at.press("e")
        assert at.said == "Done: 3 conversations"
        assert [acme.reads.conversation(number).status for number in chosen] == ["done"] * 3
        assert "selected" not in header(at)
        await at.press("z")
        assert at.said == "Undone: 3 conversations"
        assert [row.conversation_id for row in at.rows()] == before


async def test_the_selection_stays_with_its_rows(acme: Desk) -> None:
    """What others do moves no mark; a row that leaves is selected no more; another list begins with none."""
    async with sitting(acme) as at:
        rows = at.rows()
        await at.press("x", "x")
        acme.tagging.prioritise(rows[4].conversation_id, 5)
        colleague(acme.store, "ben").triage.done(rows[0].conversation_id)
        at.screen.look()
        assert at.screen.inbox.selected == {rows[1].key}  # type: ignore[attr-defined]
        await at.press("x")
        await at.press("escape")
        assert "selected" not in header(at)
        assert at.screen.view == "inbox"
        await at.press("asterisk")
        assert f"{len(at.rows())} selected" in header(at)
        await at.press("g", "d")
        assert "selected" not in header(at)
        await at.press("x")
        assert "1 selected" in header(at)
        await at.press("E")
        assert "Open again" in at.said
        await at.press("g", "l", "x")
        assert "cannot be selected" in at.said


async def test_a_row_that_shows_another_conversation_is_not_selected(acme: Desk) -> None:
    """B10: what comes to stand in a selected customer's row was chosen by nobody; no act is for it."""
    first = wrote(acme, "First", sender="zoe@example.net", name="Zoe Zw")
    second = wrote(acme, "Second", sender="zoe@example.net", subject="Again")
    async with sitting(acme) as at:
        numbers = [row.conversation_id for row in at.rows()]
        shown = first if first in numbers else second
        await at.press(*["j"] * numbers.index(shown), "x")
        assert "1 selected" in header(at)
        await at.press("e")
        assert acme.reads.conversation(shown).status == "done"
        assert "selected" not in header(at)
        assert acme.reads.conversation(first + second - shown).status == "open"


async def test_dialogs_say_how_many(acme: Desk) -> None:
    """B3, B11: snooze, priority, tags and assign ask once; tags are put on and taken off, the rest stays."""
    async with sitting(acme) as at:
        rows = [row.conversation_id for row in at.rows()][:2]
        for number, tags in zip(rows, (("old", "mine"), ("old", "theirs")), strict=True):
            acme.tagging.retag(number, acme.reads.conversation(number).tags, tags)
        await at.press("x", "x", "t")
        assert "Tags of 2 conversations" in at.text()
        assert "Some have mine, theirs" in at.text()
        await at.type("new, -mine")
        await at.press("enter")
        assert [acme.reads.conversation(number).tags for number in rows] == [
            ("new", "old"),
            ("new", "old", "theirs"),
        ]
        await at.press("exclamation_mark", "5")
        assert at.said == "Priority 5: 2 conversations"
        await at.press("a", "a")
        assert [acme.reads.conversation(number).assignee for number in rows] == ["Ana Soler"] * 2
        await at.press("s")
        assert "Snooze  2 conversations" in at.text()
        await at.type("3d")
        await at.press("enter")
        assert [acme.reads.conversation(number).status for number in rows] == ["snoozed"] * 2


async def test_many_are_asked_about(acme: Desk) -> None:
    """From twenty on, one more key; closing and marking as read are for customers."""
    for number in range(20):
        wrote(acme, sender=f"c{number}@example.net", name=f"Customer {number}")
    async with sitting(acme) as at:
        count = len(at.rows())
        await at.press("asterisk", "U")
        assert "customers?" in at.text()
        await at.press("n", "w", "y")
        assert at.said == f"Closed: {count} customers"
        assert at.rows() == []
        await at.press("z")
        assert len(at.rows()) == count


async def test_merging_by_keys(acme: Desk) -> None:
    """M names the customer's other conversations, and why not; z and M take them apart again."""
    into = wrote(acme, "First", sender="zoe@example.net", name="Zoe Zw")
    away = wrote(acme, "Second", sender="zoe@example.net", subject="Again")
    async with sitting(acme) as at:
        at.screen.open_customer(acme.reads.conversation(into).customer_id, away)
        await at.press("M")
        assert f"Merge #{away} Again into" in at.text()
        assert f"#{into} Order 8821" in at.text()
        await at.press("1")
        assert at.said == f"#{away} is part of #{into} now"
        assert at.number == into
        await at.press("M")
        assert f"Take out #{away}" in at.text()
        await at.press("enter")
        assert acme.reads.conversation(away).id == away


async def test_who_is_typing_goes_along(acme: Desk) -> None:
    """C9: a colleague merges what is being answered: the words, the last ones too, stand in the other one."""
    into = wrote(acme, "First", sender="zoe@example.net", name="Zoe Zw")
    away = wrote(acme, "Second", sender="zoe@example.net", subject="Again")
    customer = acme.reads.conversation(into).customer_id
    acme.drafts.keep(Draft(0, acme.agent.id, customer, "reply", into, body="Begun there"))
    async with sitting(acme) as at:
        at.screen.open_customer(customer, away)
        await at.press("r")
        await at.type("Dear Zoe")
        await at.saved()
        await at.type(", it")
        merging.merge(colleague(acme.store, "ben"), away, into)
        await at.type(" left")
        at.screen.look_if_changed()
        at.screen.flush()
        await at.until(lambda: at.number == into and at.words == "Begun there\n\nDear Zoe, it left")
        await at.type("!")
        await at.saved()
        assert acme.reads.draft(customer, "reply", into).body == "Begun there\n\nDear Zoe, it left!"
        assert f"#{away} is part of #{into} now" in at.said


async def test_a_customer_is_merged_by_name(acme: Desk) -> None:
    """A2: P asks for the other one by name, then once more; the timeline shows both."""
    wrote(acme, "First", sender="zoe@example.net", name="Zoe Zw")
    other = wrote(acme, "Second", sender="zoe@work.example", name="Z. Zw")
    customer = acme.reads.conversation(other).customer_id
    async with sitting(acme) as at:
        at.screen.open_customer(customer)
        await at.press("P")
        await at.type("zoe zw")
        await at.press("enter")
        assert "Merge Z. Zw into Zoe Zw" in at.text()
        await at.press("y")
        assert at.name == "Zoe Zw"
        assert len(acme.reads.timeline(customer).conversations) == 2
        await at.press("P")
        assert "Take out" in at.text()


async def test_nobody_is_merged_by_mistake(acme: Desk) -> None:
    """A2: with several selected nobody is taken for the one; a name that nobody has is said."""
    async with sitting(acme) as at:
        await at.press("x", "j", "x", "P")
        assert "one at a time" in at.said
        await at.press("X", "P")
        await at.type("nobody at all")
        assert "Nobody is called that" in at.text()
        await at.press("enter")
        assert "Nobody is called that" in at.text()


async def test_whoever_the_cursor_is_on_is_in_view(acme: Desk) -> None:
    """A2: where the customers that are offered are more than fit, the list follows the cursor."""
    for number in range(8):
        wrote(
            acme,
            sender=f"zoe{number}@{'long.' * 9}example.net",
            name=f"Zoe {number} " + "of the long name " * 3,
        )
    async with sitting(acme, (50, 16)) as at:
        await at.press("P")
        await at.type("zoe")
        await at.press("up")
        assert "Zoe 7" in at.text()
        await at.press("down")
        assert "Zoe 0" in at.text()


async def test_a_profile_leads_to_merging(acme: Desk) -> None:
    """A2: F7 in the profile asks whom they are the same as, unless something is typed there."""
    async with sitting(acme) as at:
        await at.press("p", "f7")
        assert "Merge " in at.text()
        await at.press("escape", "p")
        await at.type("x")
        await at.press("f7")
        assert "F9 saves it first" in at.text()


async def test_a_draft_at_rest_goes_along(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """C9: what was saved before the merge is shown in the other one; so is a letter that was typed while the
    words were being saved.
    """
    into = wrote(acme, "First", sender="zoe@example.net", name="Zoe Zw")
    away = wrote(acme, "Second", sender="zoe@example.net", subject="Again")
    third = wrote(acme, "Third", sender="zoe@example.net", subject="Third")
    customer = acme.reads.conversation(into).customer_id
    async with sitting(acme) as at:
        at.screen.open_customer(customer, away)
        await at.press("r")
        await at.type("Dear Zoe")
        await at.saved()
        merging.merge(acme, away, into)
        at.screen.look_if_changed()
        await at.until(lambda: at.screen.editor.draft and at.screen.editor.draft.conversation_id == into)
        assert (at.number, at.words) == (into, "Dear Zoe")
        keep = acme.drafts.keep

        def typed_meanwhile(draft: Draft, *, typing: bool = False) -> Draft:
            monkeypatch.undo()
            merging.merge(acme, into, third)
            kept = keep(draft, typing=typing)
            at.app.call_from_thread(at.screen.editor.area.insert, "!")
            return kept

        monkeypatch.setattr(acme.drafts, "keep", typed_meanwhile)
        await at.type(",")
        at.screen.flush()
        await at.until(lambda: at.number == third and at.words == "Dear Zoe,!")
