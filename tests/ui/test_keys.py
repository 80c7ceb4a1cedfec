"""Keys: letters and text fields, type-ahead, the palette, remapping, presets."""

from __future__ import annotations

import string

import pytest
from textual.command import CommandPalette
from textual.widgets import Input, TextArea

from kustui.core import commands
from kustui.desk import Desk
from kustui.ui.screens.desk import DeskScreen
from kustui.ui.screens.reading import Pager
from kustui.ui.screens.snooze import SnoozeDialog
from support.sitting import settled, sitting


async def test_letters_are_text_in_the_editor(acme: Desk) -> None:
    """Every letter, digit and sign typed in the editor is text and nothing else."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        number, names = at.number, at.names()
        await at.press("r")
        everything = string.ascii_letters + string.digits + "?/[]!,.;:'"
        await at.type(everything)
        assert at.words == everything
        assert at.app.screen is at.screen
        assert at.names() == names
        assert acme.reads.conversation(number).status == "open"


async def test_letters_are_text_in_the_subject(acme: Desk) -> None:
    """Letters in the subject of a new conversation are text too."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("c", "e")
        await at.type("esrnz?w")
        assert at.field("reply-subject").value == "esrnz?w"


async def test_type_ahead_is_text(acme: Desk) -> None:
    """Words that arrive in one bunch with the key that opens the editor are words, not commands."""
    async with sitting(acme) as at:
        at.burst("j", "enter", "r", "end", *"eswqz")
        await settled(at.pilot)
        assert at.name == "Ana Ruiz"
        assert at.words.endswith("Shall I?eswqz")
        assert acme.reads.conversation(at.number).status == "open"


async def test_type_ahead_into_a_dialog(acme: Desk) -> None:
    """A whole snooze that arrives in one bunch is that snooze."""
    async with sitting(acme) as at:
        at.burst("enter", "s", "c", *"tue", "space", *"14", "colon", *"30", "enter")
        await settled(at.pilot)
        snooze = acme.reads.conversation(at.number).snooze
        assert snooze is not None
        assert snooze.until is not None
        assert f"{snooze.until:%a %H:%M}" == "Tue 12:30"


async def test_type_ahead_into_the_search(acme: Desk) -> None:
    """A search that arrives in one bunch finds."""
    async with sitting(acme) as at:
        at.burst("slash", *"voucher", "enter", "enter")
        await settled(at.pilot)
        assert at.name == "Ana Ruiz"


@pytest.mark.parametrize("letter", ["x", "e", "s"])
async def test_escape_with_a_letter_on_its_heels(acme: Desk, letter: str) -> None:
    """Esc and a letter that arrive as Alt+letter leave the editor and type nothing."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("r")
        await at.type("Bonjour")
        await at.press(f"alt+{letter}")
        assert at.words == "Bonjour"
        assert at.app.focused is at.screen.timeline
        assert acme.reads.conversation(at.number).status == "open"


@pytest.mark.parametrize("focus", ["inbox", "timeline", "editor", "button"])
async def test_the_palette_from_everywhere(acme: Desk, focus: str) -> None:
    """Ctrl+P, the name of a command, Enter: done, wherever the focus was."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        if focus == "inbox":
            at.screen.inbox.focus()
        elif focus == "editor":
            await at.press("r")
        elif focus == "button":
            at.screen.query_one("#tool-profile").focus()
        await at.press("ctrl+p")
        assert isinstance(at.app.screen, CommandPalette)
        await at.type("snooze")
        await at.until(lambda: at.app.screen.query_one("CommandList").option_count)  # type: ignore[attr-defined]
        await at.pilot.pause(0.3)
        await at.press("enter")
        await at.until(lambda: not isinstance(at.app.screen, CommandPalette))
        await settled(at.pilot)
        assert isinstance(at.app.screen, SnoozeDialog)
        await at.press("r")
        assert acme.reads.conversation(at.number).status == "snoozed"


async def test_the_palette_lists_the_table(acme: Desk) -> None:
    """Before a word is typed the palette shows every command of the desk with its key."""
    async with sitting(acme, (120, 280)) as at:
        await at.press("ctrl+p")
        await at.pilot.pause(0.3)
        await settled(at.pilot)
        text = at.text()
        for command in at.app.table:
            if command.scope == "desk" and not command.id.startswith("customer."):
                assert command.label in text, command.id


def test_every_command_has_an_act() -> None:
    """What the table names, the screen can do."""
    for command in commands.COMMANDS:
        name = command.action.partition("(")[0]
        assert callable(getattr(DeskScreen, f"action_{name}", None)), command.id


async def test_a_remapped_key(acme: Desk) -> None:
    """A key set in the settings does the act; the old one does not, and help and toolbar show the new."""
    table = commands.apply({"done": "y", "snooze": "f7", "editor.send": "f10"})
    async with sitting(acme, table=table) as at:
        await at.open("Chloé Martin")
        assert str(at.shows("tool-snooze")).startswith("F7")
        await at.press("e")
        assert acme.reads.conversation(at.number).status == "open"
        await at.press("y")
        assert acme.reads.conversation(at.number).status == "done"
        await at.press("E", "f7")
        assert isinstance(at.app.screen, SnoozeDialog)
        await at.press("escape", "r")
        await at.type("Bonjour")
        assert "F10 Send now" in at.shows("reply-foot")
        await at.press("f9")
        assert at.words == "Bonjour"
        await at.press("f10")
        assert at.words == ""


@pytest.mark.parametrize(
    ("preset", "keys", "title"),
    [("gmail", ["b"], "Snooze"), ("vim", ["l", "s"], "Snooze"), ("kustui", ["s"], "Snooze")],
)
async def test_presets(acme: Desk, preset: str, keys: list[str], title: str) -> None:
    """Each preset's own keys work on the screen."""
    table = commands.apply({"preset": preset})
    async with sitting(acme, table=table) as at:
        await at.press(*keys)
        assert isinstance(at.app.screen, SnoozeDialog), title
        await at.press("escape", "question_mark")
        assert isinstance(at.app.screen, Pager)


async def test_a_preset_key_goes_back(acme: Desk) -> None:
    """In the vim preset h goes back from the timeline to the list."""
    async with sitting(acme, table=commands.apply({"preset": "vim"})) as at:
        await at.press("l", "h")
        assert at.app.focused is at.screen.inbox


async def test_tab_leaves_the_editor(acme: Desk) -> None:
    """Tab in the editor goes on to another pane and types nothing."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("r", "tab")
        assert at.words == ""
        assert not isinstance(at.app.focused, (TextArea, Input))


async def test_a_paste_is_text(acme: Desk) -> None:
    """A pasted block is text, whatever letters and newlines are in it; it never sends (SPEC D3)."""
    from textual import events

    async with sitting(acme) as at:
        await at.open("Dmitri Ivanov")
        await at.press("r")
        at.app.post_message(events.Paste("line one\ne\ns\nq"))
        await settled(at.pilot)
        assert at.words == "line one\ne\ns\nq"
