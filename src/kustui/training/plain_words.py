"""What a reply says, told by plain words: whole words, letter case and accents ignored.

The words come from a scenario somebody may have got by mail, and the text from whoever plays it, so
nothing here is a pattern that could run away: what is compared are words side by side.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

LOOKED_AT = 20_000
"""Code points of a text that are looked at."""
_QUESTIONS = "?？؟¿"
_LINKS = ("http://", "https://", "www.")


def folded(text: str) -> str:
    """The words of `text` in small letters without accents, a space before, between and behind them."""
    plain = unicodedata.normalize("NFKD", text[:LOOKED_AT]).casefold()
    kept = "".join(ch if ch.isalnum() else " " for ch in plain if not unicodedata.combining(ch))
    return f" {' '.join(kept.split())} "


def says(text: str, words: str) -> bool:
    """Whether `text` holds `words`, side by side; with a star at their end, also as a beginning: refund*."""
    return _holds(folded(text), words)


def says_any(text: str, phrases: Iterable[str]) -> bool:
    """Whether `text` holds one of `phrases` at least."""
    within = folded(text)
    return any(_holds(within, words) for words in phrases)


def says_all(text: str, phrases: Iterable[str]) -> bool:
    """Whether `text` holds each of `phrases`."""
    within = folded(text)
    return all(_holds(within, words) for words in phrases)


def asks(text: str) -> bool:
    """Whether `text` asks something."""
    return any(sign in text[:LOOKED_AT] for sign in _QUESTIONS)


def has_link(text: str) -> bool:
    """Whether `text` holds a link."""
    return any(sign in text[:LOOKED_AT].lower() for sign in _LINKS)


def _holds(within: str, words: str) -> bool:
    wanted = folded(words)
    if not wanted.strip():
        return False
    return (wanted[:-1] if words.rstrip().endswith("*") else wanted) in within
