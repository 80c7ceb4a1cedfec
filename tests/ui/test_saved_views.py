"""Saved views by keys."""

from __future__ import annotations

import pytest

from kustui.desk import Desk
from support.people import wrote
from support.sitting import Sitting, settled, sitting


async def shown(at: Sitting, words: str) -> None:
    """Wait until the sidebar says something."""
    at.screen._rested()
    await at.until(lambda: words in at.text())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_search_is_kept_counted_and_opened(acme: Desk, size: tuple[int, int]) -> None:
    """F9 in the search line keeps it; it stands in the sidebar with its count; g 1 opens it like a list."""
    async with sitting(acme, size) as at:
        await at.furnished()
        await at.press("slash")
        await at.type("is:unread")
        await at.press("f9")
        await at.type("Fresh")
        await at.press("enter")
        count = acme.reads.found("is:unread").count()
        await shown(at, f"Fresh {count}" if size[0] == 80 else "g 1 Fresh")
        assert at.text().count(str(count))
        await at.press("q")
        await at.press("g")
        assert at.choices()["1"] == "Fresh"
        await at.press("1")
        assert at.screen.inbox_head.title == "Fresh"
        assert at.screen.inbox.count == count
        await at.press("q")
        assert at.screen.inbox_head.title == "Inbox"
        await at.press("g", "2")
        assert at.screen.inbox_head.title == "Inbox"


async def test_an_open_view_and_its_count_follow_what_is_written(acme: Desk) -> None:
    """What comes is in the list and in the count by itself; the cursor stays on its row."""
    acme.views.save("Fresh", "is:unread")
    async with sitting(acme) as at:
        await at.furnished()
        await at.press("g", "1", "j")
        key, count = at.screen.inbox.key, at.screen.inbox.count
        wrote(acme, sender="new@example.com", name="Newcomer")
        at.screen._rested()
        at.screen.look_if_changed()
        await at.until(lambda: at.screen.inbox.count == count + 1)
        assert at.screen.inbox.key == key
        assert at.screen.inbox_head.count == count + 1


async def test_views_are_arranged_in_a_dialog(acme: Desk) -> None:
    """V lists them; a form renames, moves and shares one, F8 twice removes it; + keeps what is shown."""
    for name in ("One", "Two"):
        acme.views.save(name, f"tag:{name}")
    async with sitting(acme, (80, 24)) as at:
        await at.press("V", "2")
        at.field("view-name").value = "Zwei"
        at.field("view-place").value = "1"
        await at.press("enter")
        assert [each.name for each in acme.views.all()] == ["Zwei", "One"]
        await at.press("2", "f8", "f8")
        assert [each.name for each in acme.views.all()] == ["Zwei"]
        await at.press("escape", "slash")
        await at.type("is:vip")
        await at.press("enter", "V", "plus")
        assert at.field("view-query").value == "is:vip"
        await at.press("escape", "escape")
        await settled(at.pilot)


async def test_a_view_named_like_markup_is_shown_as_it_is(acme: Desk) -> None:
    """What a colleague calls a view is words, on the bar, in the menu and above the list."""
    acme.views.save("[@click=app.quit]x[/]", "is:unread", everybody=True)
    async with sitting(acme) as at:
        await at.furnished()
        await shown(at, "[@click=app.quit]x[/")
        await at.press("g", "1")
        assert at.screen.inbox_head.title == "[@click=app.quit]x[/]"
