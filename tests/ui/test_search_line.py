"""Searching while typing."""

from __future__ import annotations

import pytest

from kustui.desk import Desk
from support.people import wrote
from support.sitting import settled, sitting


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


async def test_esc_brings_back_an_earlier_search(acme: Desk) -> None:
    """From what was found, changed words find something else; Esc brings back what was found before."""
    async with sitting(acme) as at:
        await at.press("slash")
        await at.type("is:unread")
        await at.press("enter", "j")
        before, key = at.names(), at.screen.inbox.key
        await at.press("slash", "end")
        await at.type(" voucher")
        await at.until(lambda: at.screen.inbox_head.title == "Search: is:unread voucher")
        await at.press("escape")
        assert at.screen.inbox_head.title == "Search: is:unread"
        assert (at.names(), at.screen.inbox.key) == (before, key)


async def test_the_list_is_what_the_line_says(acme: Desk) -> None:
    """Words typed again are found again; an empty line shows what stood there before."""
    async with sitting(acme) as at:
        before = at.names()
        await at.press("slash")
        await at.type("voucher")
        await at.press("enter", "slash", "end")
        await at.type("x")
        await at.until(lambda: at.screen.inbox_head.title == "Search: voucherx")
        await at.press("backspace")
        await at.until(lambda: at.screen.inbox_head.title == "Search: voucher")
        assert at.names() == ["Ana Ruiz"]
        await at.press("escape", "q", "slash")
        await at.type("zip")
        await at.until(lambda: at.screen.inbox_head.title == "Search: zip")
        await at.press("backspace", "backspace", "backspace")
        assert at.screen.inbox_head.title == "Inbox"
        assert at.names() == before


async def test_keys_behind_enter_are_for_what_was_found(acme: Desk) -> None:
    """C9: a search and the next key may come in one bunch; no key is typed into a line that has been left."""
    async with sitting(acme) as at:
        at.burst("slash", *"is:unread", "enter", "j")
        await settled(at.pilot)
        assert at.screen.inbox_head.title == "Search: is:unread"
        assert at.screen.inbox.count > 1
        assert at.screen.inbox.cursor == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
async def test_esc_goes_back_to_the_words_that_are_written(acme: Desk, size: tuple[int, int]) -> None:
    """C9: a search from the timeline leaves it as it was: in view, in focus, and the reply untouched."""
    async with sitting(acme, size) as at:
        await at.press("enter")
        was, reading = at.screen.focused, at.screen.has_class("-reading")
        await at.press("slash")
        await at.type("voucher")
        await at.until(lambda: at.screen.inbox_head.title == "Search: voucher")
        await at.press("escape")
        assert at.screen.inbox_head.title == "Inbox"
        assert at.screen.focused is was
        assert at.screen.has_class("-reading") == reading


async def test_esc_brings_back_the_scroll(desk: Desk) -> None:
    """The row under the cursor stands where it stood on the screen."""
    for number in range(40):
        wrote(desk, "Hello", sender=f"c{number}@example.com", name=f"Customer {number}")
    async with sitting(desk, (80, 24)) as at:
        inbox = at.screen.inbox
        await at.press("G", *"kkk")
        was = inbox.scroll_offset.y, inbox.key
        assert was[0]
        await at.press("slash")
        await at.type("hello")
        await at.until(lambda: at.screen.inbox_head.title == "Search: hello")
        await at.press("escape")
        assert (inbox.scroll_offset.y, inbox.key) == was
