"""The two themes kustui ships: calm, and readable for eight hours.

Every colour of words that carry meaning has a contrast of at least 4.5 : 1 against whatever lies
under it, the cursor's row included.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.theme import Theme

DARK = Theme(
    name="kustui-dark",
    dark=True,
    primary="#7aa2f7",
    secondary="#9db8f0",
    accent="#7aa2f7",
    foreground="#d8dce4",
    background="#141920",
    surface="#1b212b",
    panel="#232b37",
    boost="#2a3341",
    warning="#e0af68",
    success="#9ece6a",
    error="#fb8ba1",
    variables={
        "foreground-muted": "#a3acbb",
        "foreground-disabled": "#626d7f",
        "text-muted": "#a3acbb",
        "text-disabled": "#626d7f",
        "border": "#7aa2f7",
        "border-blurred": "#3a4454",
        "scrollbar": "#3a4454",
        "scrollbar-hover": "#4b586c",
        "scrollbar-active": "#7aa2f7",
        "scrollbar-background": "#171d26",
        "scrollbar-background-hover": "#171d26",
        "scrollbar-background-active": "#171d26",
        "scrollbar-corner-color": "#171d26",
        "block-cursor-foreground": "#eef1f6",
        "block-cursor-background": "#2f4264",
        "block-cursor-blurred-foreground": "#d8dce4",
        "block-cursor-blurred-background": "#28344a",
        "input-cursor-background": "#7aa2f7",
        "input-cursor-foreground": "#141920",
        "input-selection-background": "#7aa2f7 35%",
        "footer-background": "#1b212b",
        "footer-key-foreground": "#7aa2f7",
        "footer-description-foreground": "#a3acbb",
    },
)

LIGHT = Theme(
    name="kustui-light",
    dark=False,
    primary="#2455b5",
    secondary="#3d66b8",
    accent="#2455b5",
    foreground="#1e2530",
    background="#fafbfc",
    surface="#f0f2f6",
    panel="#e4e8ef",
    boost="#dde2ea",
    warning="#7a4c00",
    success="#2a6114",
    error="#a81c38",
    variables={
        "foreground-muted": "#4d5768",
        "foreground-disabled": "#8b95a5",
        "text-muted": "#4d5768",
        "text-disabled": "#8b95a5",
        "border": "#2455b5",
        "border-blurred": "#c3cad6",
        "scrollbar": "#c3cad6",
        "scrollbar-hover": "#a9b3c2",
        "scrollbar-active": "#2455b5",
        "scrollbar-background": "#eef0f4",
        "scrollbar-background-hover": "#eef0f4",
        "scrollbar-background-active": "#eef0f4",
        "scrollbar-corner-color": "#eef0f4",
        "block-cursor-foreground": "#10151d",
        "block-cursor-background": "#c4d4f2",
        "block-cursor-blurred-foreground": "#1e2530",
        "block-cursor-blurred-background": "#dbe4f5",
        "input-cursor-background": "#2455b5",
        "input-cursor-foreground": "#fafbfc",
        "input-selection-background": "#2455b5 25%",
        "footer-background": "#f0f2f6",
        "footer-key-foreground": "#2455b5",
        "footer-description-foreground": "#4d5768",
    },
)

THEMES = (DARK, LIGHT)


def register(app: App[Any]) -> None:
    """Make both themes known to `app`; which one is used is the app's own choice."""
    for theme in THEMES:
        app.register_theme(theme)
