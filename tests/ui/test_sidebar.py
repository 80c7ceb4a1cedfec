"""The two panels of customers: who is in them, closing, clearing, coming back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kustui.desk import Desk
from kustui.ui.widgets.rows import RowList
from support.people import wrote
from support.sitting import settled, sitting


async def test_nobody_is_in_both_panels(acme: Desk) -> None:
    """Opened customers of the inbox stay there; the others are in Currently Viewing (SPEC E1)."""
    async with sitting(acme) as at:
        for name in ("Chloé Martin", "Grace Hall"):
            await at.open(name)
        assert not set(at.names()) & set(at.names("viewing"))
        await at.press("e")
        assert at.names("viewing")[0] == "Grace Hall"
        assert not set(at.names()) & set(at.names("viewing"))


async def test_close_by_key(acme: Desk) -> None:
    """The key w takes a customer off the sidebar and changes no status, assignment or draft (SPEC E2)."""
    async with sitting(acme) as at:
        await at.open("Dmitri Ivanov")
        await at.press("r")
        await at.type("later")
        await at.press("ctrl+g", "w")
        assert "Dmitri Ivanov" not in at.names() + at.names("viewing")
        assert at.name == ""
        number = acme.reads.found("Dmitri").page(0, 1)[0].conversation_id
        kept = acme.reads.conversation(number)
        assert (kept.status, kept.assignee) == ("open", "Ana Soler")
        assert acme.reads.draft(kept.customer_id, "reply", number).body == "later"


@pytest.mark.parametrize("panel", ["inbox", "viewing"])
async def test_close_by_mouse(acme: Desk, panel: str) -> None:
    """A click on a row's × closes that customer and opens nobody (SPEC E2)."""
    async with sitting(acme) as at:
        name = at.names(panel)[1]
        rows = at.screen.query_one(f"#{panel}", RowList)
        await at.click(None, (rows.region.x + rows._columns - 2, rows.region.y + 2))
        assert name not in at.names(panel)
        assert at.name == ""


async def test_clear_all_asks(acme: Desk) -> None:
    """W asks, and y empties the panel; no status changes (SPEC E2)."""
    async with sitting(acme) as at:
        before = {number: acme.reads.conversation(number).status for number in acme.reads.conversation_ids()}
        count = len(at.names())
        await at.press("W")
        assert f"Clear all {count} of Inbox?" in at.text()
        await at.press("n")
        assert len(at.names()) == count
        await at.press("W", "y")
        assert at.names() == []
        assert "Nobody waits." in at.text()
        assert before == {
            number: acme.reads.conversation(number).status for number in acme.reads.conversation_ids()
        }


async def test_clear_all_by_mouse(acme: Desk) -> None:
    """A click on a panel's "clear all" asks about that panel (SPEC E2)."""
    async with sitting(acme) as at:
        head = at.screen.viewing_head.region
        await at.click(None, (head.right - 5, head.y))
        assert "Clear all 2 of Currently Viewing?" in at.text()
        await at.press("y")
        assert at.names("viewing") == []
        assert at.names()


async def test_an_empty_list_says_what_is_true(acme: Desk) -> None:
    """Only in the inbox does nobody wait; in another list there is just nothing."""
    async with sitting(acme) as at:
        assert at.screen.inbox.placeholder.plain == "Nobody waits."
        await at.press("g", "l")
        assert at.screen.inbox.placeholder.plain == "Nothing will happen by itself."
        await at.press("escape")
        assert at.screen.inbox.placeholder.plain == "Nobody waits."


async def test_only_panels_can_be_cleared(acme: Desk) -> None:
    """W among the snoozed clears nothing."""
    async with sitting(acme) as at:
        await at.press("g", "s", "W")
        assert "Snoozed is not a panel" in at.said
        assert at.app.screen is at.screen


async def test_a_new_message_brings_a_row_back(acme: Desk) -> None:
    """A closed customer who writes is in the inbox again (SPEC E2)."""
    async with sitting(acme) as at:
        at.screen.inbox.action_to(at.names().index("Grace Hall"))
        await at.press("w")
        assert "Grace Hall" not in at.names()
        acme.store._held.advance(minutes=1)  # type: ignore[union-attr]
        wrote(acme, "And?", sender="grace.hall@example.co.uk", name="Grace Hall", subject="Another thing")
        at.screen.look()
        assert "Grace Hall" in at.names()


async def test_a_wake_is_seen(acme: Desk) -> None:
    """A snooze that ends puts the customer back into the inbox by itself (SPEC B7)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s", "2")
        assert "Chloé Martin" not in at.names()
        acme.store._held.advance(hours=2, seconds=1)  # type: ignore[union-attr]
        at.screen.worked(acme.clockwork.tick())
        await settled(at.pilot)
        assert "Chloé Martin" in at.names()
        woken = acme.reads.conversation(at.number)
        assert woken.status == "open"
        assert timedelta(0) <= acme.now() - woken.waiting_since  # type: ignore[operator]
