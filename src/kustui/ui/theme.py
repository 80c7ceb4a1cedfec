"""The themes kustui ships: calm, and readable for eight hours; two of them for bare lines.

Every colour of words that carry meaning has a contrast of at least 4.5 : 1 against whatever lies
under it, the cursor's row included.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.theme import Theme


def _grounds(primary: str, secondary: str) -> dict[str, str]:
    """What lies under the cursor's row, the open one, those that are selected, and a dialog's choice."""
    return {
        "ground-cursor": f"{primary} 20%",
        "ground-current": f"{primary} 13%",
        "ground-selected": f"{secondary} 16%",
        "ground-choice": f"{primary} 24%",
    }


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
        **_grounds("#7aa2f7", "#9db8f0"),
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
        **_grounds("#2455b5", "#3d66b8"),
        "footer-background": "#f0f2f6",
        "footer-key-foreground": "#2455b5",
        "footer-description-foreground": "#4d5768",
    },
)


def _sixteen(
    name: str, *, dark: bool, accent: str, warning: str, error: str, muted: str, ground: str
) -> Theme:
    """A theme of the terminal's own sixteen colours, each of which is three bytes where others are nine."""
    plain, faint = "ansi_default", "ansi_bright_black" if dark else "ansi_white"
    words = "ansi_bright_white" if dark else "ansi_black"
    return Theme(
        name=name,
        ansi=True,
        dark=dark,
        primary=accent,
        secondary=accent,
        accent=accent,
        warning=warning,
        error=error,
        success="ansi_green" if dark else accent,
        foreground=plain,
        background=plain,
        surface=plain,
        panel=plain,
        boost=plain,
        variables={
            "ansi-background": "ansi_black" if dark else "ansi_white",
            "ansi-foreground": "ansi_white" if dark else "ansi_black",
            "foreground-muted": muted,
            "foreground-disabled": faint,
            "text-muted": muted,
            "text-disabled": faint,
            "border": accent,
            "border-blurred": faint,
            "scrollbar": muted,
            "scrollbar-hover": muted,
            "scrollbar-active": accent,
            "scrollbar-background": plain,
            "scrollbar-background-hover": plain,
            "scrollbar-background-active": plain,
            "scrollbar-corner-color": plain,
            "block-cursor-foreground": words,
            "block-cursor-background": ground,
            "block-cursor-blurred-foreground": plain,
            "block-cursor-blurred-background": ground,
            "input-cursor-background": accent,
            "input-cursor-foreground": "ansi_black" if dark else "ansi_bright_white",
            "input-selection-background": ground,
            "input-selection-foreground": words,
            "screen-selection-background": ground,
            "screen-selection-foreground": words,
            "ground-cursor": ground,
            "ground-current": plain,
            "ground-selected": ground,
            "ground-choice": ground,
            "footer-background": plain,
            "footer-key-foreground": accent,
            "footer-description-foreground": muted,
        },
    )


BARE = _sixteen(
    "kustui-16",
    dark=True,
    accent="ansi_bright_cyan",
    warning="ansi_bright_yellow",
    error="ansi_bright_red",
    muted="ansi_white",
    ground="ansi_blue",
)
BARE_LIGHT = _sixteen(
    "kustui-16-light",
    dark=False,
    accent="ansi_blue",
    warning="ansi_magenta",
    error="ansi_red",
    muted="ansi_default",
    ground="ansi_cyan",
)

THEMES = (DARK, LIGHT, BARE, BARE_LIGHT)


def register(app: App[Any]) -> None:
    """Make the themes known to `app`; which one is used is the app's own choice."""
    for theme in THEMES:
        app.register_theme(theme)


def bare(name: str) -> str:
    """The theme of sixteen colours that is as dark or as light as the one of that name."""
    is_light = any(theme.name == name and not theme.dark for theme in THEMES)
    return (BARE_LIGHT if is_light else BARE).name
