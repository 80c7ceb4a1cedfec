"""Looking about: customers, timelines, lists, search, help, panes."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from kustui.core import commands
from kustui.desk import Desk
from kustui.ui.screens.reading import LongText
from kustui.ui.widgets.rows import RowList
from kustui.ui.widgets.timeline import Timeline
from support.sitting import settled, sitting


async def test_enter_opens_a_customer_with_one_timeline(acme: Desk) -> None:
    """Enter shows all conversations of a customer, folded but for the one that waits."""
    async with sitting(acme) as at:
        await at.press("j", "enter")
        text = at.text()
        assert at.name == "Ana Ruiz"
        assert "▸ ✔ Done #1 Wrong colour delivered" in text
        assert "▸ ◔ Snoozed #2 Loyalty points" in text
        assert "▾ ● Open #3 Refund for order 8821" in text
        assert "I ordered the blue jacket" not in text
        assert "Will it go to the same card?" in text
        assert isinstance(at.app.focused, Timeline)


async def test_opening_counts_as_reading(acme: Desk) -> None:
    """What a customer wrote counts as read once their timeline is open (SPEC E1)."""
    async with sitting(acme) as at:
        assert at.rows()[0].unread
        await at.press("enter")
        assert not at.rows()[0].unread


async def test_kinds_are_told_apart_in_words(acme: Desk) -> None:
    """Ours, theirs, notes and history differ by words and shape, not by colour alone (SPEC A4)."""
    async with sitting(acme) as at:
        await at.press("j", "enter")
        text = at.text()
        assert "▌ You → ana.ruiz@example.com" in text
        assert "┊ NOTE only your team sees this  Ben Osei" in text
        assert "· Ben Osei raised the priority" in text


async def test_conversations_by_key(acme: Desk) -> None:
    """J and K make another conversation the current one; the toolbar and the editor follow."""
    async with sitting(acme) as at:
        await at.press("j", "enter", "K")
        assert "#2 Loyalty points" in at.shows("toolbar-conversation")
        assert at.words == ""
        await at.press("K")
        assert "#1 Wrong colour" in at.shows("toolbar-conversation")
        assert "I ordered the blue jacket" in at.text()
        await at.press("J", "J")
        assert at.words.startswith("Hi Ana")


async def test_enter_on_the_timeline_folds(acme: Desk) -> None:
    """Enter on the timeline folds the current conversation and unfolds it again."""
    async with sitting(acme) as at:
        await at.press("enter", "enter")
        assert "▸ ● Open" in at.text()
        await at.press("enter")
        assert "▾ ● Open" in at.text()


async def test_quotes_unfold(acme: Desk) -> None:
    """Quoted history is folded until asked for."""
    async with sitting(acme) as at:
        await at.press("j", "enter")
        assert "The refund follows within three" not in at.text()
        await at.press("u")
        assert "The refund follows within three" in at.text()
        await at.press("u")
        assert "The refund follows within three" not in at.text()


async def test_the_pager_shows_a_whole_message(acme: Desk) -> None:
    """The key v shows the message in view with its quotes, and q comes back."""
    async with sitting(acme) as at:
        await at.press("j", "enter", "v")
        assert at.app.screen.query(LongText)
        assert "On 28 May Acme support wrote" in at.text()
        await at.press("q")
        assert at.app.screen is at.screen
        assert isinstance(at.app.focused, Timeline)


@pytest.mark.parametrize(
    ("key", "title", "who"),
    [
        ("s", "Snoozed", {"Eva Nováková", "Mo Diallo", "Ana Ruiz"}),
        ("d", "Done", {"Lena Vogel", "Ana Ruiz"}),
        ("o", "Outbox", {"Zoe Lin", "Ivo Petrov"}),
        ("l", "Scheduled", {"Ana Ruiz", "Mo Diallo", "Ivo Petrov"}),
    ],
)
async def test_views(acme: Desk, key: str, title: str, who: set[str]) -> None:
    """The key g and a letter show a list; q goes back to the inbox."""
    async with sitting(acme) as at:
        inbox = at.names()
        await at.press("g", key)
        assert at.screen.inbox_head.title == title
        assert set(at.names()) == who
        await at.press("q")
        assert at.screen.inbox_head.title == "Inbox"
        assert at.names() == inbox


async def test_a_row_of_a_view_opens_its_conversation(acme: Desk) -> None:
    """A row among the snoozed opens that conversation, not the customer's latest."""
    async with sitting(acme) as at:
        await at.press("g", "s")
        place = [row.subject for row in at.rows()].index("Loyalty points")
        at.screen.inbox.action_to(place)
        await at.press("enter")
        assert at.screen.conversation is not None
        assert at.screen.conversation.subject == "Loyalty points"


async def test_currently_viewing_by_key(acme: Desk) -> None:
    """The keys g v put the cursor on the customers that are open."""
    async with sitting(acme) as at:
        await at.press("g", "v", "enter")
        assert at.name == "Lena Vogel"


async def test_the_n_th_customer(acme: Desk) -> None:
    """A digit opens that row of the list; one that is not there is said."""
    async with sitting(acme) as at:
        await at.press("3")
        assert at.name == at.names()[2]
        await at.press("9")
        assert "no row 9" in at.said


async def test_search(acme: Desk) -> None:
    """/ finds conversations by words, and says so when there are none."""
    async with sitting(acme) as at:
        await at.press("slash")
        assert isinstance(at.app.focused, Input)
        await at.type("voucher")
        await at.press("enter")
        assert at.screen.inbox_head.title == "Search: voucher"
        assert at.names() == ["Ana Ruiz"]
        await at.press("enter")
        assert at.name == "Ana Ruiz"
        await at.press("q", "slash")
        await at.type("zeppelin")
        await at.press("enter")
        assert at.names() == []
        assert "Nothing holds 'zeppelin'" in at.said


async def test_help_names_every_key(acme: Desk) -> None:
    """? shows every command with its key, and ? goes back."""
    async with sitting(acme, (120, 100)) as at:
        await at.press("question_mark")
        text = at.text()
        for command in commands.folded(at.app.table):
            assert command.label in text, command.id
        assert "Ctrl+O" in text
        await at.press("question_mark")
        assert at.app.screen is at.screen


async def test_panes_take_turns_on_a_small_screen(acme: Desk) -> None:
    """At 80x24 there is the list or the customer; at 120x40 there are both."""
    async with sitting(acme, (80, 24)) as at:
        assert at.screen.query_one("#sidebar").display
        assert not at.screen.query_one("#customer").display
        await at.press("enter")
        assert not at.screen.query_one("#sidebar").display
        assert at.screen.query_one("#customer").display
        await at.press("q")
        assert at.screen.query_one("#sidebar").display
        await at.pilot.resize_terminal(120, 40)
        await settled(at.pilot)
        assert at.screen.query_one("#sidebar").display
        assert at.screen.query_one("#customer").display


async def test_tab_goes_round_all_panes(acme: Desk) -> None:
    """Tab reaches the lists, the buttons, the timeline and the editor."""
    async with sitting(acme) as at:
        await at.press("enter")
        seen = set()
        for _ in range(10):
            await at.press("tab")
            seen.add(getattr(at.app.focused, "id", None))
        assert {"inbox", "viewing", "timeline", "tool-snooze", "tool-profile", "reply-text"} <= seen


async def test_down_goes_on_to_currently_viewing(acme: Desk) -> None:
    """The key j at the last row of the inbox goes on to Currently Viewing, and k comes back."""
    async with sitting(acme) as at:
        await at.press("G", "j")
        assert at.app.focused is at.screen.viewing
        await at.press("k")
        assert at.app.focused is at.screen.inbox
        assert at.screen.inbox.cursor == len(at.names()) - 1


async def test_quit_asks(acme: Desk) -> None:
    """The key q at the list, and Ctrl+Q anywhere, ask before leaving; n stays."""
    async with sitting(acme) as at:
        await at.press("q")
        assert "Quit kustui?" in at.text()
        assert "1 message has not gone yet" in at.text()
        await at.press("n")
        assert at.app.screen is at.screen
        await at.press("enter", "r", "ctrl+q")
        assert "Quit kustui?" in at.text()
        await at.press("ctrl+q", "y")
        assert not at.app.is_running or at.app._exit


async def test_an_empty_workspace_says_how_to_begin(desk: Desk) -> None:
    """With no customer there are words on how to import, try the demo, and find the keys."""
    async with sitting(desk) as at:
        text = at.text()
        assert "kustui import PATH" in text
        assert "kustui demo" in text
        assert isinstance(at.app.focused, RowList)
        await at.press("r", "e", "s", "c", "p", "w", "z", "enter", "v", "u", "j", "k")
        assert at.app.screen is at.screen
