"""The pages of a served desk, and what a browser may do with them: nothing comes from another host."""

from __future__ import annotations

import html
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from kustui.errors import MissingExtra
from kustui.gateway.pages import filled

HEADERS = {
    # What a terminal paints has styles of its own; scripts are ours and the terminal's.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Server": "kustui",
}
_OURS = {"page.css": "text/css", "page.js": "text/javascript"}
_THEIRS = {
    "textual.js": ("js/textual.js", "text/javascript"),
    "xterm.css": ("css/xterm.css", "text/css"),
    "mono.ttf": ("fonts/RobotoMono-VariableFont_wght.ttf", "font/ttf"),
}


@cache
def static(name: str) -> tuple[bytes, str] | None:
    """A file of the pages and its type; None where there is no such one. Raises MissingExtra."""
    if name in _OURS:
        return (files("kustui.web") / "page" / name).read_bytes(), _OURS[name]
    if name in _THEIRS:
        path, kind = _THEIRS[name]
        try:
            return (files("textual_serve") / "static" / path).read_bytes(), kind
        except (ModuleNotFoundError, FileNotFoundError) as error:
            raise MissingExtra("The browser's screen", "web") from error
    return None


def desk(title: str, seat: str) -> str:
    """The page that shows a program."""
    return filled(
        _read("desk.html"), {"title": html.escape(title), "socket": html.escape(f"/ws/{quote(seat)}")}
    )


def asking_token(title: str, words: str = "") -> str:
    """The page that asks for the token; `words` say what was wrong."""
    form = (
        '<form method="post" action="/token"><label for="token">Token</label>'
        '<input id="token" name="token" type="password" autocomplete="current-password" autofocus required>'
        "<button>Come in</button></form>"
    )
    return _plain(title, words or "Whoever serves this has told you a token.", form)


def asking_name(title: str, most: int) -> str:
    """The page that asks a trainee's name."""
    form = (
        '<form method="get" action="/seat"><label for="name">Your name</label>'
        f'<input id="name" name="name" maxlength="{most}" autocomplete="off" autofocus>'
        "<button>Begin</button></form>"
    )
    words = "Your shift is kept under your name: come back with it, and you go on where you were."
    return _plain(title, words, form)


def asking_agent(title: str, agents: tuple[str, ...]) -> str:
    """The page that asks who somebody is."""
    items = "".join(f'<li><a href="/desk/{quote(each)}">{html.escape(each)}</a></li>' for each in agents)
    return _plain(title, "Who are you?", f"<ul>{items}</ul>")


def saying(title: str, words: str) -> str:
    """A page of words."""
    return _plain(title, words, '<p><a href="/">To the beginning</a></p>')


def _plain(title: str, words: str, content: str) -> str:
    said = {"title": html.escape(title), "words": html.escape(words), "content": content}
    return filled(_read("plain.html"), said)


@cache
def _read(name: str) -> str:
    return (files("kustui.web") / "page" / name).read_text(encoding="utf-8")
