"""A secret that calls from outside are checked with, by several at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kustui.clock import HeldClock
from kustui.delivery.http import Remembered
from kustui.errors import SettingsTrouble


@pytest.mark.parametrize("known", ["", "old"])
def test_who_calls_while_the_secret_is_looked_up_is_not_refused(clock: HeldClock, known: str) -> None:
    """B1: a call that is refused may not come again, so it waits for the one look-up that there is."""
    begun, go_on = threading.Event(), threading.Event()
    asked: list[int] = []

    def find() -> str:
        asked.append(1)
        if known and len(asked) == 1:
            return known
        begun.set()
        assert go_on.wait(10)
        return "right"

    remembered = Remembered(find, clock)
    if known:
        assert remembered.fits("old".__eq__)
        clock.advance(seconds=11)
    before = len(asked)
    with ThreadPoolExecutor(5) as callers:
        first = callers.submit(remembered.fits, "right".__eq__)
        assert begun.wait(10)
        others = [callers.submit(remembered.fits, "right".__eq__) for _ in range(3)]
        wrong = callers.submit(remembered.fits, "wrong".__eq__)
        assert not wrong.done()
        if known:
            assert remembered.fits("old".__eq__)
        go_on.set()
        assert first.result(10)
        assert [each.result(10) for each in others] == [True] * 3
        assert not wrong.result(10)
    assert len(asked) == before + 1


def test_a_secret_that_cannot_be_found_is_asked_for_again_later(clock: HeldClock) -> None:
    """Each call is told why, and the look-up is made once in ten seconds."""
    asked: list[int] = []

    def find() -> str:
        asked.append(1)
        raise SettingsTrouble("No secret", "x")

    remembered = Remembered(find, clock)
    for _ in range(3):
        with pytest.raises(SettingsTrouble):
            remembered.fits("right".__eq__)
    assert len(asked) == 1
    clock.advance(seconds=10)
    with pytest.raises(SettingsTrouble):
        remembered.fits("right".__eq__)
    assert len(asked) == 2
