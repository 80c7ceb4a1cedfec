"""The tour on the screen: it waits for what happens, and for nothing else (SPEC G3)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kustui.clock import HeldClock
from kustui.core import commands
from kustui.core.tour import BY_ID
from kustui.desk import Desk
from kustui.desk.touring import Tour
from kustui.errors import KustuiError
from kustui.training.shift import Shift
from kustui.ui.widgets.tour_panel import TourPanel
from support.sitting import Sitting, sitting


class Nobody:
    """Customers who do not write by themselves."""

    def next_at(self) -> None:
        """Never."""


class Guided(Sitting):
    """Somebody at the screen who takes the tour."""

    @property
    def step(self) -> str:
        """Where the file says they stand."""
        tour = self.app.desk.tour
        assert tour is not None
        return Tour(tour._path).reached

    @property
    def panel(self) -> str:
        """What the panel of the screen in front says."""
        panels = self.app.screen.query(TourPanel)
        return " ".join(str(each.content) for each in panels.first()._nodes) if panels else ""  # type: ignore[attr-defined]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the tour is remembered."""
    return tmp_path / "data" / "tour.json"


@asynccontextmanager
async def touring(
    desk: Desk, clock: HeldClock, place: Path, keys: Mapping[str, str] | None = None
) -> AsyncIterator[Guided]:
    """Take the tour at a desk, at the smallest size."""
    desk.tour = Tour(place)
    desk.shift = Shift(desk, clock, Nobody(), kind="demo", title="Acme", pace="held")
    async with sitting(desk, (80, 24), commands.apply(keys or {})) as at:
        yield Guided(at.app, at.pilot)


async def test_the_panel_waits_for_what_happens(acme: Desk, clock: HeldClock, place: Path) -> None:
    """A note instead of a reply changes nothing; the mouse and another key do as well; it is remembered."""
    async with touring(acme, clock, place, {"reply": "y"}) as at:
        assert at.step == "open"
        await at.press("j", "question_mark", "escape")
        assert at.step == "open"
        await at.click("#inbox", (3, 0))
        await at.until(lambda: at.step == "reply")
        assert "[y] begins a reply" in at.panel
        await at.press("n")
        await at.type("For us")
        await at.press("f9")
        assert at.step == "reply"
        await at.press("y")
        assert at.step == "send"
        await at.press("ctrl+g")
        assert "[y] goes on with the reply" in at.panel
        await at.press("y")
        await at.type("Soon.")
        assert at.step == "send"
        await at.press("f9")
        assert at.step == "note"
    async with touring(acme, clock, place) as at:
        assert at.step == "note"
        assert "Open a customer first" in at.panel
        await at.press("1")
        assert "[n] begins a note" in at.panel


async def test_a_step_is_skipped_and_the_tour_is_left(acme: Desk, clock: HeldClock, place: Path) -> None:
    """By the key the panel names, its click, and the palette; what leans on a skipped step is passed by."""
    Tour(place).stand_at(BY_ID["snooze"])
    async with touring(acme, clock, place) as at:
        await at.press("1", "s")
        assert "[s] puts the conversation away" in at.panel
        await at.press("escape", "f12", "s")
        assert at.step == "done"
        await at.click("TourPanel", (5, 1))
        await at.press("l")
        assert not at.panel
        await at.press("e")
        assert at.step == "done"
        await at.press("ctrl+p")
        await at.type("tour")
        await at.until(lambda: "Tour  F12" in at.text())
        await at.press("enter", "t")
        assert "This conversation is done: [E] opens it again." in at.panel
        await at.press("E")
        assert "[e] marks the conversation as done" in at.panel
        await at.press("w")
        assert "Open a customer first" in at.panel


async def test_a_place_that_cannot_be_written_is_said_once_and_the_tour_goes_on(
    acme: Desk, clock: HeldClock, tmp_path: Path
) -> None:
    """A file stands where the folder would be."""
    (tmp_path / "data").write_text("")
    async with touring(acme, clock, tmp_path / "data" / "tour.json") as at:
        assert "will not be remembered" in at.refusals[0]
        await at.press("enter")
        assert "[r] begins a reply" in at.panel


def test_a_file_of_nonsense_is_no_tour(place: Path) -> None:
    """Whatever stands there, the tour begins at its beginning."""
    place.parent.mkdir()
    for words in ("", "[]", '{"step": 3}', "\x00", '{"step": "gone"}', "[" * 100_000):
        place.write_text(words)
        assert Tour(place).step.id == "open"
    with pytest.raises(KustuiError, match="not be remembered"):
        Tour(place / "deeper").begin_again()
    place.unlink()
    place.mkdir()
    with pytest.raises(KustuiError, match="not be remembered"):
        Tour(place).begin_again()
    assert list(place.parent.iterdir()) == [place]
