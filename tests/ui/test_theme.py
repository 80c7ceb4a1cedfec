"""The themes we ship are readable."""

from __future__ import annotations

import pytest
from rich.color import Color as AnsiColor
from textual.color import Color
from textual.theme import Theme
from textual.widgets import Input, TextArea

from kustui.desk import Desk
from kustui.ui.app import KustuiApp
from kustui.ui.theme import BARE, BARE_LIGHT, DARK, LIGHT
from support.sitting import settled

MEANING = ("foreground", "foreground-muted", "accent", "primary", "warning", "success", "error")
# Where words stand: plain grounds, and the list's cursor and open row over them.
GROUNDS = (("background", 0.0), ("surface", 0.0), ("panel", 0.0), ("surface", 0.20), ("surface", 0.13))


def contrast(one: Color, other: Color) -> float:
    """The ratio of WCAG 2: from 1 to 21."""

    def light(color: Color) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", MEANING)
def test_words_can_be_read(theme: Theme, name: str) -> None:
    """Every colour of words that carry meaning has a contrast of 4.5 : 1 wherever they stand."""
    colors = theme.to_color_system().generate()
    for ground, share, tint in (*((*each, "primary") for each in GROUNDS), ("surface", 0.16, "secondary")):
        under = Color.parse(colors[ground]).blend(Color.parse(colors[tint]), share)
        assert contrast(under, Color.parse(colors[name])) >= 4.5, (ground, share)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_cursors_can_be_read(theme: Theme) -> None:
    """The cursors of dialogs, lists and inputs keep their words readable."""
    colors = theme.to_color_system().generate()
    for name in ("block-cursor", "block-cursor-blurred", "input-cursor"):
        under, over = Color.parse(colors[f"{name}-background"]), Color.parse(colors[f"{name}-foreground"])
        assert contrast(under, over) >= 4.5, name


def test_there_is_a_dark_and_a_light_one() -> None:
    """A theme says truly whether it is dark."""
    assert (DARK.dark, LIGHT.dark) == (True, False)
    assert Color.parse(DARK.background or "").brightness < 0.2
    assert Color.parse(LIGHT.background or "").brightness > 0.9


# The sixteen as xterm shows them, and what it writes on.
XTERM = {
    "black": "#000000", "red": "#cd0000", "green": "#00cd00", "yellow": "#cdcd00", "blue": "#0000ee",
    "magenta": "#cd00cd", "cyan": "#00cdcd", "white": "#e5e5e5", "bright_black": "#7f7f7f",
    "bright_red": "#ff0000", "bright_yellow": "#ffff00", "bright_cyan": "#00ffff", "bright_white": "#ffffff",
}  # fmt: skip


@pytest.mark.parametrize(
    ("theme", "words", "ground"), [(BARE, "#e5e5e5", "#000000"), (BARE_LIGHT, "#000000", "#ffffff")]
)
def test_sixteen_colours_can_be_read(theme: Theme, words: str, ground: str) -> None:
    """The themes for bare lines have the same contrast in xterm's own colours, under a cursor too."""
    colors = theme.to_color_system().generate()

    def shown(name: str, default: str) -> Color:
        return Color.parse({**XTERM, "default": default}[colors[name].removeprefix("ansi_")])

    for name in MEANING:
        assert contrast(Color.parse(ground), shown(name, words)) >= 4.5, name
    for name in ("foreground", "foreground-muted", "accent"):
        assert contrast(shown("ground-cursor", ground), shown(name, words)) >= 4.5, name
    for name in ("block-cursor", "input-cursor"):
        assert contrast(shown(f"{name}-background", ground), shown(f"{name}-foreground", words)) >= 4.5, name


@pytest.mark.parametrize("theme", [BARE, BARE_LIGHT], ids=lambda theme: theme.name)
async def test_the_text_cursor_is_seen_in_sixteen_colours(acme: Desk, theme: Theme) -> None:
    """Where one types stands a block of the accent's colour, on black too."""
    app = KustuiApp(acme, theme_name=theme.name, with_clockwork=False)
    async with app.run_test() as pilot:
        fields = {"input--cursor": Input(), "text-area--cursor": TextArea()}
        await app.screen.mount(*fields.values())
        await settled(pilot)
        for part, field in fields.items():
            style = field.get_component_rich_style(part)
            assert not style.reverse, part
            assert style.bgcolor is not None
            assert style.bgcolor.number == AnsiColor.parse(theme.primary.removeprefix("ansi_")).number, part
