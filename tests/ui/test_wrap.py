"""Wrapping and fitting by terminal cells."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kustui.core.text import clean
from kustui.ui.wrap import cells, fit, wrap

FAMILY = "👩\u200d👩\u200d👧"
PARTS = st.sampled_from(
    ["a", "word", " ", "  ", "\n", "漢", "漢字かな", "e\u0301", "\u0301", FAMILY, "👍🏽", "☁\ufe0f", "🇩🇪",
     "\u200d", "\ufe0f", "سلام", "http://example.com/a/long/path", "–", "…", "﷽", "x" * 50]
)  # fmt: skip
MIXED = st.lists(PARTS, max_size=40).map("".join)
ANY = st.one_of(MIXED, st.text(max_size=200), st.text(alphabet="ab 漢\n", max_size=300)).map(clean)


@given(ANY, st.integers(2, 60))
def test_no_line_is_too_wide(text: str, width: int) -> None:
    """Every line of a wrapped text fits, whatever the text is made of."""
    assert all(cell_len(line) <= width for line in wrap(text, width))


@given(ANY, st.integers(2, 60))
def test_only_spaces_at_breaks_are_lost(text: str, width: int) -> None:
    """Wrapping keeps every character in order and drops one space or newline at most at each break."""
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert 0 <= len(text) - sum(map(len, lines)) <= len(lines) - 1


@given(ANY, st.integers(0, 60))
def test_fit_is_exact(text: str, width: int) -> None:
    """A fitted text takes exactly the cells it was given."""
    assert cell_len(fit(text.replace("\n", " "), width)) == width


@given(
    st.text(alphabet="".join(map(chr, [*range(0x20, 0x483), *range(0x2010, 0x2200), *range(0x2500, 0x25FD)])))
)
def test_the_fast_way_counts_as_the_slow(text: str) -> None:
    """The quick count of cells agrees with Rich's."""
    assert cells(text) == cell_len(text)


def test_a_joined_emoji_is_never_split() -> None:
    """A family of three stays one family at a line's end."""
    assert wrap("ab" + FAMILY, 3) == ["ab", FAMILY]
    assert "".join(wrap(FAMILY * 5, 4)).count(FAMILY) == 5


def test_words_and_long_words() -> None:
    """Lines break at spaces, and within a word only where it is wider than a line."""
    assert wrap("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert wrap("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]
    assert wrap("one\n\ntwo", 10) == ["one", "", "two"]
    assert wrap("say 漢字漢字漢字", 8) == ["say 漢字", "漢字漢字"]
    assert wrap("", 10) == [""]


def test_a_cut_text_ends_with_an_ellipsis() -> None:
    """A text that does not fit says so."""
    assert fit("subject", 4) == "sub…"
    assert fit("漢字漢字", 6) == "漢字… "
    assert fit("漢字", 4) == "漢字"


def test_a_megabyte_on_one_line_is_fast() -> None:
    """A megabyte without a space wraps in linear time."""
    for text in ("a" * 1_000_000, "漢" * 1_000_000, "ab漢 " * 250_000):
        begun = time.process_time()
        lines = wrap(text, 80)
        fit(text, 80)
        assert time.process_time() - begun < 3
        assert len(lines) > 10_000
