"""Snoozing, resolving, re-opening, sub-statuses, the toolbar, the sidebar."""

from __future__ import annotations

from datetime import datetime

import pytest
from textual.content import Content
from textual.widgets import Input

from kustui.clock import HeldClock
from kustui.core.records import Conversation
from kustui.desk import Desk
from kustui.ui.screens.snooze import SnoozeDialog
from kustui.ui.widgets.toolbar import ToolButton
from support.people import wrote
from support.sitting import Sitting, settled, sitting


def standing(at: Sitting) -> Conversation:
    """The open conversation as the store has it."""
    return at.screen.desk.reads.conversation(at.number)


def until(at: Sitting) -> datetime | None:
    """When the open conversation's snooze ends, in Madrid."""
    snooze = standing(at).snooze
    assert snooze is not None
    return snooze.until.astimezone(at.screen.desk.zone) if snooze.until else None


@pytest.mark.parametrize(
    ("key", "ends"),
    [("2", "2026-06-04 13:42"), ("t", "2026-06-05 09:00"), ("m", "2026-06-08 09:00"), ("r", "")],
)
async def test_each_choice_of_the_snooze_dialog(acme: Desk, key: str, ends: str) -> None:
    """The key s and another put the conversation away until what that choice says (SPEC B3, B4)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s")
        assert list(at.choices().values()) == [
            "2 hours from now", "Tomorrow 9:00", "Next week, Monday 9:00", "Custom date and time",
            "Until the customer replies",
        ]  # fmt: skip
        await at.press(key)
        assert standing(at).status == "snoozed"
        assert (f"{until(at):%Y-%m-%d %H:%M}" if until(at) else "") == ends
        assert "Snoozed until" in at.said


async def test_the_choices_by_arrow_and_mouse(acme: Desk) -> None:
    """The arrows and Enter choose, and a click on a line does (SPEC B4)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s", "down", "enter")
        assert f"{until(at):%a %H:%M}" == "Fri 09:00"
        await at.open("Grace Hall")
        await at.press("s")
        line = list(at.app.screen.query("ChoiceLine"))[2]
        await at.click(None, (line.region.x + 5, line.region.y))
        assert f"{until(at):%a %H:%M}" == "Mon 09:00"


async def test_a_typed_time_is_echoed(acme: Desk) -> None:
    """Every keystroke of a typed time says what it means; Enter takes it (SPEC B3)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s")
        assert at.field("snooze-when").placeholder.startswith("c, then a time: 3d, tue 14:30")
        await at.press("c")
        assert at.field("snooze-when").placeholder.startswith("3d, tue 14:30")
        await at.type("tue 14:30")
        assert "→ Tue 9 Jun 14:30 Europe/Madrid, in 5 d 2 h" in at.shows("snooze-echo")
        await at.press("enter")
        assert f"{until(at):%Y-%m-%d %H:%M}" == "2026-06-09 14:30"


async def test_a_digit_begins_a_typed_time(acme: Desk) -> None:
    """A digit that is no choice's key is the beginning of a typed time."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s", "3", "d")
        assert at.field("snooze-when").value == "3d"
        await at.press("enter")
        assert f"{until(at):%Y-%m-%d %H:%M}" == "2026-06-07 11:42"


async def test_a_past_time_is_refused_and_the_dialog_stays(acme: Desk) -> None:
    """A past time is refused in words and nothing typed is lost (SPEC B3)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s", "c")
        await at.type("2026-06-01 09:00")
        await at.press("enter")
        assert isinstance(at.app.screen, SnoozeDialog)
        assert "That time is past" in at.shows("snooze-echo")
        assert at.field("snooze-when").value == "2026-06-01 09:00"
        await at.press("escape")
        assert standing(at).status == "open"


async def test_a_click_on_the_time_begins_typing(acme: Desk) -> None:
    """The line for a time takes a click."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s")
        await at.click("#snooze-when")
        assert isinstance(at.app.focused, Input)


async def test_a_sub_status_in_the_dialog(acme: Desk) -> None:
    """The key b in the snooze dialog says why; it is set with the snooze (SPEC B5)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s")
        assert "Sub-status: none" in at.shows("snooze-sub")
        await at.press("b", "b", "t")
        assert standing(at).sub_status == "Awaiting payment"


async def test_no_picker_where_none_is_defined(desk: Desk) -> None:
    """Without sub-statuses neither the dialog nor b offers any (SPEC B5)."""
    wrote(desk)
    async with sitting(desk) as at:
        await at.press("enter", "s")
        assert not at.app.screen.query("#snooze-sub")
        await at.press("escape", "b")
        assert "no sub-statuses for open" in at.said
        assert at.app.screen is at.screen


async def test_the_sub_status_picker(acme: Desk) -> None:
    """The key b offers the sub-statuses of the status; one is shown, and can be cleared (SPEC B2)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("b")
        assert at.choices() == {"1": "Waiting for the warehouse"}
        await at.press("1")
        assert "● Open · Waiting for the warehouse" in at.shows("toolbar-conversation")
        await at.press("b")
        assert at.choices() == {"1": "Waiting for the warehouse", "0": "None"}
        await at.press("0")
        assert standing(at).sub_status == ""


async def test_the_snooze_control_says_when(acme: Desk) -> None:
    """A snoozed conversation is yellow and says so; focus and hover say when it re-opens (SPEC B6)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s", "m")
        line = at.screen.query_one("#toolbar-conversation").content  # type: ignore[attr-defined]
        assert line.plain.startswith("◔ Snoozed")
        assert "$warning" in str(line.spans[0].style)
        button = at.screen.query_one("#tool-snooze", ToolButton)
        assert "Snoozed" in str(button.content)
        words = "re-opens Mon 8 Jun 09:00 Europe/Madrid, in 3 d 21 h, by Ana Soler"
        button.focus()
        await settled(at.pilot)
        assert words in at.text()
        assert isinstance(button.tooltip, Content)
        assert words in button.tooltip.plain
        at.screen.timeline.focus()
        await settled(at.pilot)
        assert at.screen.status_line.hint == ""
        await at.pilot.hover("#tool-snooze")
        assert words in at.screen.status_line.hint


async def test_the_minutes_of_a_hint_go_on(acme: Desk, clock: HeldClock) -> None:
    """While the control is looked at its hint follows the minute by itself, and paints nothing between."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s", "2")
        button = at.screen.query_one("#tool-snooze", ToolButton)
        button.focus()
        await settled(at.pilot)
        said: list[str] = []
        at.screen.watch(at.screen.status_line, "hint", lambda words: said.append(words), init=False)
        ends = "re-opens Thu 4 Jun 13:42 Europe/Madrid"
        assert f"{ends}, in 2 h 00 m" in at.text()
        for seconds, words in ((20, "1 h 59 m"), (30, "1 h 59 m"), (30, "1 h 58 m"), (10, "1 h 58 m")):
            clock.advance(seconds=seconds)
            at.screen.look_if_changed()
            await settled(at.pilot)
            assert f"{ends}, in {words}" in at.text()
            assert isinstance(button.tooltip, Content)
            assert f"{ends}, in {words}" in button.tooltip.plain
        assert len(said) == 2
        at.screen.timeline.focus()
        await settled(at.pilot)
        clock.advance(minutes=5)
        at.screen.look_if_changed()
        await settled(at.pilot)
        assert said[2:] == [""]


async def test_the_hint_stays_while_focus_or_pointer_does(acme: Desk) -> None:
    """The pointer that leaves the control takes nothing from the one who has it in focus (SPEC B6)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s", "m")
        at.screen.query_one("#tool-snooze", ToolButton).focus()
        await at.pilot.hover("#tool-snooze")
        await at.pilot.hover("#timeline")
        await settled(at.pilot)
        assert "re-opens Mon 8 Jun" in at.screen.status_line.hint


async def test_staying_snoozed_whatever_they_reply(acme: Desk) -> None:
    """The key k says that a reply does not end the snooze; notice, hint and details say so (SPEC B9)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s")
        assert at.shows("snooze-keep") == " k  Stay snoozed even if they reply: no"
        await at.press("k")
        assert "reply: yes" in at.shows("snooze-keep")
        await at.press("m")
        snooze = standing(at).snooze
        assert snooze is not None
        assert snooze.keep_on_reply
        assert "Mon 8 Jun 09:00 Europe/Madrid, even if they reply" in at.said
        at.screen.query_one("#tool-snooze").focus()
        await settled(at.pilot)
        assert "by Ana Soler; a reply does not end it" in at.screen.status_line.hint
        await at.press("s")
        assert "Next week, Monday 9:00, by Ana Soler; a reply does not end it" in at.text()
        assert "reply: yes" in at.shows("snooze-keep")
        await at.press("k", "t")
        assert "even if" not in at.said


async def test_staying_snoozed_till_a_typed_time(acme: Desk) -> None:
    """While a time is typed F3 says it, and k is a letter; until the reply it means nothing (SPEC B9)."""
    async with sitting(acme, (80, 24)) as at:
        await at.open("Chloé Martin")
        await at.press("s", "c", "f3")
        await at.type("3d k")
        assert at.field("snooze-when").value == "3d k"
        assert at.shows("snooze-keep") == " F3 Stay snoozed even if they reply: yes"
        await at.press("backspace", "backspace", "enter")
        snooze = standing(at).snooze
        assert snooze is not None
        assert snooze.keep_on_reply
        await at.press("s", "r")
        snooze = standing(at).snooze
        assert snooze is not None
        assert (snooze.until, snooze.keep_on_reply) == (None, False)


async def test_snooze_again(acme: Desk) -> None:
    """The key . takes the last snooze again on another conversation, and says until when (SPEC B3)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s", "k", "m")
        await at.open("Grace Hall")
        await at.press("full_stop")
        assert f"{until(at):%Y-%m-%d %H:%M}" == "2026-06-08 09:00"
        assert at.said.startswith("Snoozed until Mon 8 Jun 09:00 Europe/Madrid, even if they reply")


async def test_snooze_again_without_a_first(desk: Desk) -> None:
    """Without a snooze to take again the agent is told so."""
    wrote(desk)
    async with sitting(desk) as at:
        await at.press("enter", "full_stop")
        assert standing(at).status == "open"
        assert any("You have snoozed nothing yet" in words for words in at.refusals)


async def test_snooze_on_a_snoozed_one_shows_its_details(acme: Desk) -> None:
    """The key s on a snoozed conversation shows until when and by whom; Remove Snooze opens it (SPEC B8)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s", "t", "s")
        assert "◔ Snoozed re-opens Fri 5 Jun 09:00 Europe/Madrid, in 21 h 18 m" in at.text()
        assert "(Tomorrow 9:00), by Ana Soler" in at.text().replace("\n", " ") or "by Ana Soler" in at.text()
        assert at.choices()["S"] == "Remove Snooze"
        await at.press("S")
        assert standing(at).status == "open"
        assert standing(at).snooze is None


async def test_remove_snooze_by_its_key(acme: Desk) -> None:
    """S on a snoozed conversation opens it; on an open one it is refused in words (SPEC B8)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s", "t", "S")
        assert standing(at).status == "open"
        await at.press("S")
        assert any("Not snoozed" in words for words in at.refusals)


async def test_done_from_the_list(acme: Desk) -> None:
    """The key e on a row of the list resolves it; the row goes and the cursor stays (SPEC B10)."""
    async with sitting(acme) as at:
        name = at.names()[3]
        number = at.rows()[3].conversation_id
        await at.press("j", "j", "j", "e")
        assert acme.reads.conversation(number).status == "done"
        assert name not in at.names()
        assert at.screen.inbox.cursor == 3
        await at.press("z")
        assert acme.reads.conversation(number).status == "open"
        assert name in at.names()


async def test_done_from_the_timeline_and_back(acme: Desk) -> None:
    """The key e on the timeline resolves; Done is green and says so; E opens it again (SPEC B10)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("e")
        line = at.screen.query_one("#toolbar-conversation").content  # type: ignore[attr-defined]
        assert line.plain.startswith("✔ Done")
        assert "$success" in str(line.spans[0].style)
        assert "Re-open" in at.shows("tool-done")
        await at.press("e")
        assert "is done already; E opens it again" in at.said
        await at.press("E")
        assert standing(at).status == "open"


async def test_done_and_reopen_by_mouse(acme: Desk) -> None:
    """The toolbar's button resolves and, then, re-opens (SPEC B10)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.click("#tool-done")
        assert standing(at).status == "done"
        await at.click("#tool-done")
        assert standing(at).status == "open"


async def test_the_other_buttons_by_mouse(acme: Desk) -> None:
    """Snooze, Compose and Customer Profile are a click away."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        for button, title in (
            ("snooze", "Snooze"),
            ("compose", "Compose ·"),
            ("profile", "Customer Profile"),
        ):
            await at.click(f"#tool-{button}")
            assert title in at.text()
            assert at.app.screen is not at.screen
            await at.press("escape")


async def test_routing_presents_the_next_conversation(acme: Desk) -> None:
    """Where work is routed, resolving opens the top of the inbox; else the agent stays (SPEC B11)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("e")
        assert at.name == "Chloé Martin"
        acme.routing = True
        await at.open("Grace Hall")
        await at.press("e")
        assert at.name == at.names()[0]


async def test_assign(acme: Desk) -> None:
    """The keys a a give the conversation to the agent; a digit to a colleague; 0 to nobody."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("a", "a")
        assert standing(at).assignee == "Ana Soler"
        await at.press("a")
        assert at.choices() == {"a": "To me, Ana Soler", "1": "Ben Osei", "2": "Kim Park", "0": "To nobody"}
        await at.press("2")
        assert standing(at).assignee == "Kim Park"
        await at.press("a", "0")
        assert standing(at).assignee == ""
