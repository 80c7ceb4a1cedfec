"""Styles that are worked out once for each state of a widget are those that Textual works out each time."""

from __future__ import annotations

from typing import Any

from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

from kustui.desk import Desk
from kustui.ui.app import KustuiApp
from support.sitting import Sitting, settled, sitting


def worn(node: DOMNode) -> dict[str, Any]:
    """The rules that hold for a widget and for each of its component classes."""
    parts = {name: dict(styles.base.get_rules()) for name, styles in node._component_styles.items()}
    return {"": dict(node.styles.base.get_rules()), **parts}


def anew(app: KustuiApp, node: DOMNode) -> dict[str, Any]:
    """The same as Textual's own stylesheet works it out."""
    own = Stylesheet(variables=app.get_css_variables())
    own.source = app.stylesheet.source
    own.parse()
    own.apply(node)
    return worn(node)


async def compare(at: Sitting) -> None:
    """Every widget of the screen wears what it should."""
    await settled(at.pilot)
    for node in list(at.screen.walk_children()):
        was = worn(node)
        assert was == anew(at.app, node), node


async def test_styles_follow_classes_focus_and_theme(acme: Desk) -> None:
    """B2: after opening, moving the focus, leaving and another theme nothing wears what it wore before."""
    async with sitting(acme, (120, 40)) as at:
        await compare(at)
        for keys in (("enter",), ("tab",), ("r",), ("escape",), ("q",)):
            await at.pilot.press(*keys)
            await compare(at)
        at.app.wear("kustui-light")
        await compare(at)
