"""A scorecard as it is read: words and charts, HTML, JSON by command, the screen (SPEC G3, G4)."""

from __future__ import annotations

import io
import json
import re
import sys
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.cells import cell_len

from kustui.cli.output import Output
from kustui.cli.scoring import scored
from kustui.clock import HeldClock
from kustui.core import scorecard
from kustui.core.scorecard import Scorecard
from kustui.desk import Desk
from kustui.errors import Refused
from kustui.training.score import Goals
from kustui.training.score_html import document
from kustui.training.score_words import page, whole
from kustui.ui.screens.scorecard import ScorecardScreen, show
from support.scoring import Shift
from support.sitting import settled, sitting

HOSTILE = "<script>alert(1)</script> \x1b[31m\u202e伊藤 そら [/x] &amp;"


@pytest.fixture
def shift(desk: Desk, clock: HeldClock) -> Shift:
    """Two hours in which one hostile customer waits, and another is answered twice with the same words."""
    shift = Shift(desk, clock)
    shift.asks("Bo Hansen", HOSTILE * 3, name=HOSTILE, subject=HOSTILE)
    number = shift.asks("Li Wei")
    shift.after(30)
    for _ in range(2):
        shift.replies(number, "Your parcel has left our house.")
    shift.after(119)
    shift.asks("Li Wei", subject="Another matter")
    shift.after(120)
    return shift


@pytest.fixture
def card(shift: Shift) -> Scorecard:
    """Its card."""
    return shift.card(Goals(first_response_minutes=15, replies_per_hour=1), title=HOSTILE, keys=80)


def test_the_words_fit_and_obey_nobody(desk: Desk, card: Scorecard) -> None:
    """80 columns, ASCII alone where need be; nothing in it that a terminal would obey."""
    text = whole(card, desk.zone)
    assert max(map(cell_len, text.split("\n"))) <= 76
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", text)
    assert "Replies, by when the time began\n  11:42 | ⣿" not in text
    assert re.search(r"  12:12 \| ⣿{20,}\S* +2\n", text)
    assert "first response    median 1 h 15 m, 9 of 10 in 2 h 00 m, worst 2 h 00 m (2)" in text
    assert "2 mistakes\n" in text
    plain = whole(card, desk.zone, ascii_only=True)
    assert plain.isascii()
    assert re.search(r"  12:12 \| #{20,} +2\n", plain)
    assert plain.count("\n") == text.count("\n")


def test_all_who_wait_are_counted(desk: Desk, clock: HeldClock) -> None:
    """However few are named; of those who waited before the shift began, the first to write comes first."""
    shift = Shift(desk, clock)
    for number in range(25):
        shift.asks(f"C{number} Doe")
    shift.asks("Bo Hansen", at=shift.began - timedelta(hours=2))
    shift.after(30)
    text = page(shift.card(), desk.zone, width=80)
    assert "26 open, 26 waiting, 26 at the worst" in text
    assert re.search(r"waits longest +30 m: #26 Bo Hansen", text)


def test_without_the_library_the_words_stay(
    desk: Desk, card: Scorecard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What draws the charts is an extra: its absence is said, with what to install."""
    monkeypatch.setitem(sys.modules, "plotille", None)
    text = page(card, desk.zone)
    assert "How it went" in text
    assert "kustui[training]" in text


class Tags(HTMLParser):
    """The tags and attributes of a page, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Keep it."""
        self.words += data


def test_the_html_holds_no_script_and_fetches_nothing(desk: Desk, card: Scorecard) -> None:
    """One file: everything somebody wrote is escaped, nothing is loaded or run."""
    found = Tags(document(card, desk.zone))
    assert found.tags.isdisjoint({"script", "img", "link", "iframe", "object", "a", "x"})
    assert found.attributes.isdisjoint({"src", "href", "style", "onload"})
    assert "url(" not in found.words
    assert "<script>alert(1)</script>" in found.words
    assert {"svg", "rect", "polyline", "bdi"} <= found.tags


def test_the_command_answers_in_three_ways(
    desk: Desk, card: Scorecard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: words, JSON that can be read back, an HTML file that is never written over another."""

    def answered(*, as_json: bool = False, html: Path | None = None) -> str:
        stream = io.StringIO()
        out = Output(as_json=as_json, stream=stream)
        scored(
            card,
            lambda plain: whole(card, desk.zone, ascii_only=plain),
            lambda: document(card, desk.zone),
            out,
            html,
        )
        return stream.getvalue()

    assert "Customers waiting" in answered()
    assert scorecard.unpacked(json.loads(answered(as_json=True))) == card
    path = tmp_path / "card.html"
    assert answered(html=path) == f"Written: {path}\n"
    assert path.read_text(encoding="utf-8") == document(card, desk.zone)
    with pytest.raises(Refused, match="nothing is written over it"):
        answered(html=path)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), "ascii"))
    assert answered().isascii()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_screen_opens_the_conversation_of_a_mistake(
    desk: Desk, card: Scorecard, size: tuple[int, int]
) -> None:
    """Charts and figures first; scrolling comes to the mistakes, from which Enter opens."""
    async with sitting(desk, size) as at:
        show(at.screen, card, page(card, desk.zone))
        await settled(at.pilot)
        top = at.text()
        assert "of 100 points: <script>alert(1)</script>" in top
        await at.press("enter")
        assert isinstance(at.app.screen, ScorecardScreen)
        await at.press(*["j"] * 60)
        assert "The same answer was there already" in at.text()
        await at.press("home")
        assert at.text() == top
        await at.press("end", "enter")
        assert (at.name, at.number) == ("Li Wei", card.mistakes[-1].conversation_id)
        show(at.screen, card, page(card, desk.zone))
        await settled(at.pilot)
        await at.press("tab", "enter")
        assert at.number == card.mistakes[0].conversation_id
        assert card.mistakes[0].kind == "never answered"
