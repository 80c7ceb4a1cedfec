"""Words from outside, made safe to show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kustui.core.text import clean, file_name, one_line, shown

HOSTILE = {
    "escape": "\x1b[2J\x1b]52;c;aGFjaw==\x07gone",
    "c1": "\x9b31mred\x9d0;title\x9c",
    "bidi": "invoice\u202efdp.exe\u2066x\u2069",
    "nul": "a\x00b",
    "marks": "e" + "\u0301" * 50_000,
    "breaks": "a\rb\x85c\u2028d\x0be",
    "surrogate": "a\ud800b",
    "tags": "a\U000e0041\U000e007fb",
    "zero width": "pay\u200bpal\ufeff",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_harmless_after_cleaning(text: str) -> None:
    """Nothing a terminal obeys is left, and no letter carries more than four marks."""
    cleaned = clean(text)
    assert not [ch for ch in cleaned if unicodedata.category(ch) in ("Cc", "Cs") and ch != "\n"]
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff")
    assert len(cleaned) < 200


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """Cleaning is idempotent and leaves no control character but LF."""
    once = clean(text)
    assert clean(once) == once
    assert not [ch for ch in once if unicodedata.category(ch) in ("Cc", "Cs") and ch != "\n"]


@pytest.mark.parametrize(
    "text", ["Straße", "שלום עולם", "مرحبا", "👨‍👩‍👧‍👦 família", "हिन्दी", "日本語", "e\u0301"]
)
def test_the_worlds_writing_stays_as_it_is(text: str) -> None:
    """Accents, right-to-left text, joined emoji and every script pass unchanged."""
    assert clean(text) == text


def test_a_list_shows_one_line_of_limited_length() -> None:
    """Line breaks and runs of space become one space; what is too long ends with an ellipsis."""
    assert one_line("a\r\n b\t\tc") == "a b c"
    assert one_line("x" * 1000, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../.ssh/authorized_keys", "authorized_keys"),
        ("C:\\Windows\\evil.pdf", "evil.pdf"),
        ("-rf", "rf"),
        (".bashrc", "bashrc"),
        ("a\x1b]52;x\x07.pdf", "a_52_x_.pdf"),
        ("", "file"),
        ("..", "file"),
    ],
)
def test_a_files_name_leads_nowhere(given_name: str, kept: str) -> None:
    """No folder, no leading dot or dash, nothing a terminal obeys."""
    assert file_name(given_name) == kept


def test_a_long_file_name_keeps_its_ending() -> None:
    """A name is cut to 100 bytes, but not its extension."""
    name = file_name("ä" * 400 + ".pdf")
    assert name.endswith(".pdf")
    assert len(name.encode()) <= 100


def test_a_huge_body_is_shown_in_part() -> None:
    """64 KB or 2,000 lines are shown; the rest is counted for the pager."""
    head, rest = shown("x" * 1_000_000)
    assert (len(head), rest) == (65_536, 1_000_000 - 65_536)
    head, rest = shown("y\n" * 3_000)
    assert head.count("\n") == 1_999
    assert rest == 6_000 - len(head)
    assert shown("short") == ("short", 0)
