"""Tags and priorities by keys."""

from __future__ import annotations

from kustui.desk import Desk
from support.sitting import sitting


async def test_tags_are_typed_and_completed(acme: Desk) -> None:
    """T opens the line with what is there; Tab completes; Enter keeps; z takes it back."""
    async with sitting(acme) as at:
        await at.press("enter")
        number = at.number
        there = set(acme.reads.conversation(number).tags)
        await at.press("t")
        await at.type("sto-cken, urgent")
        await at.press("enter")
        assert set(acme.reads.conversation(number).tags) == there | {"sto-cken", "urgent"}
        assert "sto-cken" in at.text()
        await at.press("t")
        await at.type("sto")
        await at.press("escape")
        await at.press("z")
        assert set(acme.reads.conversation(number).tags) == there


async def test_a_priority_is_one_key(acme: Desk) -> None:
    """! and a digit; the header says it."""
    async with sitting(acme) as at:
        await at.press("enter")
        await at.press("exclamation_mark", "4")
        assert acme.reads.conversation(at.number).priority == 4
        assert "priority 4" in at.text()
