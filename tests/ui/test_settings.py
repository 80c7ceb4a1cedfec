"""Settings on the screen: an agent's own, the snooze choices, the workspace's words; by keys."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kustui.core import commands
from kustui.core.commands import Command
from kustui.core.library import Shortcut, Snippet, Template
from kustui.core.preferences import THEMES
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.errors import Refused
from kustui.ui import app, theme
from kustui.ui.screens.form import FormDialog
from kustui.ui.screens.menu import Menu
from support.replying import outbound, write
from support.sitting import Sitting, sitting

EVIL = "[@click=app.quit]x[/] \x1b]0;pwn\x07 [/x] \u202eevil"


async def to_field(at: Sitting, name: str) -> None:
    """Tab on to a field of the form."""
    for _ in range(30):
        if at.app.focused is not None and at.app.focused.id == f"form-{name}":
            return
        await at.press("tab")
    raise AssertionError(name)


async def own(at: Sitting, name: str, *keys: str) -> None:
    """Open the preferences, go to a field and press keys there."""
    at.screen.inbox.focus()
    await at.press("comma", "p")
    await to_field(at, name)
    await at.press(*keys)


async def test_the_default_way_to_send_is_set(acme: Desk) -> None:
    """D2: what is set in Preferences is what F9 does, also in a reply that is open."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await own(at, "send", "space", "f9")
        assert "preferences are kept" in at.said
        await at.press("escape", "escape")
        await write(at, "Chloé Martin", "Bonjour")
        assert "F9 Send & mark as done" in at.shows("reply-foot")
        await at.press("f9")
        assert at.status == "done"


async def test_an_undo_window_is_checked(acme: Desk) -> None:
    """D8: 0 to 60 seconds; what is none is said in the form, and everything typed stays."""
    async with sitting(acme) as at:
        await own(at, "undo-email", "ctrl+u", "6", "1", "enter")
        assert "it may be 0 to 60" in at.shows("form-refusal")
        await at.press("backspace", "0", "enter")
        assert acme.words.preferences().undo_window("email") == 60
        assert not isinstance(at.app.screen, FormDialog)


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [("zone", "Mars", "No such zone"), ("language", "?", "Not a language"), ("email", "me", "me")],
)
async def test_what_is_wrong_is_named(acme: Desk, name: str, typed: str, words: str) -> None:
    """A zone, language or address that is none is named, and nothing is kept."""
    before = acme.words.preferences()
    async with sitting(acme) as at:
        await own(at, name, "ctrl+u")
        await at.type(typed)
        await at.press("enter")
        assert words in at.shows("form-refusal")
        assert acme.words.preferences() == before


async def test_the_signature_is_counted_and_leaves(acme: Desk) -> None:
    """C2: what is set as the signature is counted in a reply that is open, and goes with it."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "12345")
        assert " 5 / 10,240" in at.shows("reply-head")
        await at.press("ctrl+g")
        await own(at, "signature", *"Ana", "f9")
        assert " 10 / 10,240" in at.shows("reply-head")
        at.screen.editor.write()
        await at.press("f9")
        assert outbound(acme, at.number) == ["12345\n\nAna"]


async def test_the_theme_holds(acme: Desk) -> None:
    """A theme that is chosen is worn at once, and at the next sign-in; none is the settings file's."""
    assert tuple(each.name for each in theme.THEMES) == THEMES
    async with sitting(acme) as at:
        await own(at, "theme", "right", "right", "f9")
        assert at.app.theme == "kustui-light"
    anew = sign_in(acme.store, "ana")
    assert anew.theme == "kustui-light"
    async with sitting(Desk(acme.store, anew)) as at:
        assert at.app.theme == "kustui-light"
        await own(at, "theme", "left", "left", "f9")
        assert at.app.theme == "kustui-dark"
    with pytest.raises(Refused, match="there are"):
        acme.preferences.keep(replace(acme.words.preferences(), theme="dracula"))


async def test_a_zone_and_a_language_hold_at_once(acme: Desk) -> None:
    """Times are told in the new zone without a new start."""
    async with sitting(acme) as at:
        await own(at, "zone", "ctrl+u", *"Asia/Tokyo", "enter")
        assert str(acme.zone) == "Asia/Tokyo"


async def test_a_snooze_choice_is_added_changed_and_removed(acme: Desk) -> None:
    """B4: + adds one, Enter changes it, F8 twice removes it; the snooze dialog offers it by its key."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("comma", "s", "+")
        await at.type("One day")
        await at.press("tab", "d", "tab", "tab")
        await at.type("1440")
        await at.press("enter")
        assert at.choices()["d"] == "One day"
        await at.press("escape", "s")
        assert "One day" in at.text()
        await at.press("escape", "r", "ctrl+o")
        assert at.choices()["4"] == "Send and snooze"
        await at.press("escape", "escape", "comma", "s", "d", "f8")
        assert "F8 again" in at.shows("form-refusal")
        await at.press("f8")
        assert "d" not in at.choices()


async def test_a_key_that_is_taken_is_refused(acme: Desk) -> None:
    """B4: two choices on one key are refused in words."""
    async with sitting(acme) as at:
        await at.press("comma", "s", "+", *"Soon", "tab", "2", "tab", "tab", "5", "enter")
        assert "is on two choices" in at.shows("form-refusal")


async def test_a_sub_status_is_added(acme: Desk) -> None:
    """B5: a sub-status that is added stands in its menu."""
    async with sitting(acme) as at:
        await at.press("comma", "b", "+")
        await at.type("Awaiting parts")
        await at.press("tab", "space", "f9")
        assert "Awaiting parts" in at.choices().values()


async def test_a_snippet_has_its_texts(acme: Desk) -> None:
    """C6: each text stands under its language; one without its source is refused in the form."""
    async with sitting(acme) as at:
        await at.press("comma", "n", "+", *"Refund", "tab", "tab", "end")
        await at.press("f9")
        assert "has no text in en" in at.shows("form-refusal")
        await at.press("down", *"It is coming.", "enter", *"[fr]", "enter", *"Soon, in French", "f9")
        (kept,) = acme.words.snippets()
        assert kept.texts == {"en": "It is coming.", "fr": "Soon, in French"}


async def test_a_text_is_not_thrown_away_by_one_key(acme: Desk) -> None:
    """Esc in a form with a changed text asks for a second one; typing on takes the question back."""
    async with sitting(acme) as at:
        await at.press("comma", "t", "+", "tab", "x", "escape")
        assert "Esc again" in at.shows("form-refusal")
        await at.press("y", "escape")
        assert isinstance(at.app.screen, FormDialog)
        await at.press("escape")
        assert isinstance(at.app.screen, Menu)
        await at.press("escape")
        assert not at.choices()


async def test_a_shortcut_is_changed_where_it_stands(acme: Desk) -> None:
    """C10: its number opens it; a name that is two words is refused."""
    acme.library.keep_shortcut(Shortcut("hello", "Hi"))
    async with sitting(acme) as at:
        await at.press("comma", "h", "1", "end", "space", "x", "enter")
        assert "its name is one word" in at.shows("form-refusal")
        await at.press("backspace", "backspace", "o", "enter")
        assert "helloo" in {each.name for each in acme.words.shortcuts()}
        assert "hello" not in {each.name for each in acme.words.shortcuts()}


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (30, 10)])
async def test_the_focused_field_and_the_refusal_are_in_sight(acme: Desk, size: tuple[int, int]) -> None:
    """On every size Tab scrolls to the field, and what is refused can be read."""
    async with sitting(acme, size) as at:
        await at.press("comma", "p")
        for _ in range(12):
            await at.press("tab")
            assert at.app.focused is not None
            field = at.app.focused
            await at.until(lambda field=field: at.app.screen.find_widget(field).visible_region.height > 0)  # type: ignore[misc]
        await to_field(at, "undo-chat")
        await at.press("x", "enter")
        assert "seconds" in at.text()


async def test_hostile_words_are_words(acme: Desk) -> None:
    """Markup and escape codes in the library are shown as they are, in menus, pickers, forms, previews."""
    acme.library.keep_shortcut(Shortcut("evil", EVIL, (EVIL[:30],)))
    acme.library.keep_snippet(Snippet(EVIL[:50], {"en": EVIL}))
    acme.library.keep_template(Template(EVIL[:50], f"{EVIL} {{body}}"))
    async with sitting(acme) as at:
        seen = []
        for keys in (["h", "1"], ["n", "1"], ["t", "1"]):
            await at.press("comma", keys[0])
            seen.append(at.text())
            await at.press(keys[1])
            seen.append(at.text())
            await at.press("escape", "escape")
        await write(at, "Chloé Martin", "/evil")
        await at.press("tab")
        seen.append(at.text())
        await at.press("ctrl+t")
        await at.until(lambda: "[@click" in at.text())
        seen.append(at.text())
        await at.type("click")
        await at.until(lambda: "snippet" in at.text() and "[@click" in at.text())
        await at.press("escape", "ctrl+r", "f2")
        seen.append(at.text())
        await at.press("f9", "ctrl+o")
        seen.append(at.text())
        await at.press("escape", "f2")
        seen.append(at.text())
        assert all("[@click" in each or "preview" in each.lower() for each in seen)
        assert not any("\x1b" in each or "\x07" in each or "\u202e" in each for each in seen)


async def test_a_preset_of_keys_holds_from_the_next_start(
    acme: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The preset that an agent chose is taken at the start, unless the settings file names one."""
    acme.preferences.keep(replace(acme.words.preferences(), keys="gmail"))
    tables: list[str] = []

    class Shown:
        """Stands in for the screen, to see the keys it is given."""

        return_code = 0

        def __init__(self, _: Desk, table: tuple[Command, ...], *__: object, **___: object) -> None:
            tables.append(next(each.keys for each in table if each.id == "snooze"))

        def run(self) -> None:
            """Nothing."""

    monkeypatch.setattr(app, "KustuiApp", Shown)
    monkeypatch.setattr(acme.store, "close", lambda: None)
    for keys in ({}, {"preset": "vim"}, {"snooze": "b", "sub_status": "y"}):
        app.run(lambda: acme, commands.apply(keys), keys=keys)
    assert tables == ["b", "s", "b"]
    with pytest.raises(Refused, match="emacs"):
        acme.preferences.keep(replace(acme.words.preferences(), keys="emacs"))
