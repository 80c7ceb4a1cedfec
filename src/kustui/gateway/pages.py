"""The page and the snippet, with the workspace's words put in; and what a browser may do with them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, NamedTuple

from kustui.errors import SettingsTrouble

COLOUR = "#2f6f5e"
GREETING = "Hello! Write to us here, and we answer as soon as we can."
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Server": "kustui",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors "
)


class Pages(NamedTuple):
    """What is served as it stands."""

    page: str
    framed: str
    css: str
    script: str
    snippet: str


def load(settings: Mapping[str, Any], workspace: str, limit: int) -> Pages:
    """The pages by the settings' [gateway] title, greeting and colour; raises SettingsTrouble for a colour
    that is none.
    """
    colour = str(settings.get("colour", COLOUR))
    if not _COLOUR.fullmatch(colour):
        raise SettingsTrouble("No such colour", f"gateway.colour is {colour!r}; write it like {COLOUR}.")
    title = str(settings.get("title", "")) or workspace
    words = {
        "title": html.escape(title),
        "greeting": html.escape(str(settings.get("greeting", "")) or GREETING),
        "limit": str(limit),
    }
    page = filled(_read("chat.html"), words)
    ink = "#ffffff" if _is_dark(colour) else "#15201d"
    # In a script, < could end it, and what JSON does not escape could begin a comment.
    label = json.dumps(title).replace("<", "\\u003c")
    return Pages(
        page=filled(page, {"framed": ""}),
        framed=filled(page, {"framed": "framed"}),
        css=filled(_read("chat.css"), {"colour": colour, "ink": ink}),
        script=_read("page.js"),
        snippet=filled(_read("embed.js"), {"colour": colour, "ink": ink, "title": label}),
    )


def _read(name: str) -> str:
    return (files("kustui.gateway") / "page" / name).read_text(encoding="utf-8")


def filled(text: str, words: Mapping[str, str]) -> str:
    """`text` with each {{name}} replaced; what is put in is not looked through again."""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: words.get(found[1], found[0]), text)


def _is_dark(colour: str) -> bool:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 150
