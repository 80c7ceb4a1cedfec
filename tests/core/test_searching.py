"""What a search means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kustui.core.searching import OPERATORS, Term, parse, unfinished
from kustui.errors import Refused

NOW = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


def test_words_operators_and_phrases() -> None:
    """Operators take words and phrases, a minus turns them round, and what is none of ours is a word."""
    assert parse('refund -is:unread Status:Open subject:"two words" https://x.example/a', NOW, UTC) == (
        Term("", "refund"),
        Term("is", "unread", True),
        Term("status", "open"),
        Term("subject", "two words"),
        Term("", "https://x.example/a"),
    )


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("before:2026-06-01", datetime(2026, 5, 31, 22, tzinfo=UTC)),
        ("after:today", datetime(2026, 6, 3, 22, tzinfo=UTC)),
        ("after:yesterday", datetime(2026, 6, 2, 22, tzinfo=UTC)),
        ("before:7d", NOW - timedelta(days=7)),
        ("waiting:>4h", NOW - timedelta(hours=4)),
        ("waiting:2d", NOW - timedelta(days=2)),
    ],
)
def test_days_are_the_agents_days(typed: str, at: datetime) -> None:
    """A day begins at midnight where the agent is; "4h" is elapsed time."""
    (term,) = parse(typed, NOW, MADRID)
    assert term.at == at


@pytest.mark.parametrize(
    "typed",
    [
        "status:opne",
        "is:foo",
        "has:cake",
        "channel:note",
        "waiting:long",
        "before:soon",
        "priority:9",
        "before:0001-01-01",
        "before:2026-02-30",
    ],
)
def test_a_value_that_means_nothing_is_refused_with_those_that_do(typed: str) -> None:
    """The refusal names the operator, the value, and what it takes."""
    with pytest.raises(Refused) as refused:
        parse(typed, NOW, ZoneInfo("Asia/Tokyo"))
    name, _, value = typed.partition(":")
    assert name in refused.value.title
    assert value in refused.value.title
    assert OPERATORS[name] in refused.value.message


def test_who_types_an_operator_is_told_what_it_takes() -> None:
    """The hint follows the end of the line."""
    assert unfinished("refund sta") == "status: open, snoozed, done"
    assert unfinished("-has:") == f"has: {OPERATORS['has']}"
    assert unfinished("refund status:open ") == ""


@given(st.text(max_size=60))
def test_anything_typed_is_a_search_or_a_refusal(typed: str) -> None:
    """Nothing that can be typed is an error of another kind."""
    try:
        parse(typed, NOW, UTC)
    except Refused:
        return
    unfinished(typed)
