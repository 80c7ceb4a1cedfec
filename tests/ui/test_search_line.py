"""Searching while typing."""

from __future__ import annotations

from kustui.desk import Desk
from support.sitting import sitting


async def test_the_list_follows_what_is_typed(acme: Desk) -> None:
    """What is found stands in the list before Enter; Esc brings back what stood there before."""
    async with sitting(acme) as at:
        before = at.names()
        await at.press("j", "slash")
        await at.type("voucher")
        await at.until(lambda: at.screen.inbox_head.title == "Search: voucher")
        assert at.names() == ["Ana Ruiz"]
        assert "1 found" in at.text()
        await at.press("escape")
        assert at.screen.inbox_head.title == "Inbox"
        assert at.names() == before
        assert at.screen.inbox.cursor == 1


async def test_an_operator_is_explained_and_a_wrong_value_refused(acme: Desk) -> None:
    """The line below says what an operator takes; a value that is none changes nothing in the list."""
    async with sitting(acme) as at:
        before = at.names()
        await at.press("slash")
        await at.type("status:")
        assert "status: open, snoozed, done" in at.text()
        await at.type("opne ")
        await at.until(lambda: "does not take 'opne'" in at.text())
        await at.press("enter")
        assert "does not take 'opne'" in at.refusals[-1]
        assert at.names() == before


async def test_a_search_can_be_changed(acme: Desk) -> None:
    """From what was found, / has the words ready."""
    async with sitting(acme) as at:
        await at.press("slash")
        await at.type("voucher")
        await at.press("enter")
        await at.press("slash", "end")
        await at.type(" status:done")
        await at.press("enter")
        assert at.screen.inbox_head.title == "Search: voucher status:done"
        await at.press("q")
        assert at.screen.inbox_head.title == "Inbox"
