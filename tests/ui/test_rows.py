"""The list of one panel of the sidebar."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot

import kustui.ui.widgets
from kustui.core.records import ListRow
from kustui.ui.theme import register
from kustui.ui.widgets.panel_header import PanelHeader
from kustui.ui.widgets.row_lines import row_lines, row_words
from kustui.ui.widgets.rows import RowList

NOW = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Madrid")
STYLES = Path(kustui.ui.widgets.__file__).parent / "sidebar.tcss"


def row(key: int, **more: Any) -> ListRow:
    base = ListRow(key, key, key, f"Customer {key}", f"Subject {key}", "email", "open")
    return replace(base, **more)


class Rows:
    """A source over a list of keys."""

    def __init__(self, keys: Sequence[int], **special: ListRow) -> None:
        self.keys = keys
        self.special = {int(name[1:]): value for name, value in special.items()}
        self.asked: list[tuple[int, int]] = []

    def count(self) -> int:
        return len(self.keys)

    def page(self, first: int, limit: int) -> Sequence[ListRow]:
        self.asked.append((first, limit))
        return [self.special.get(key) or row(key) for key in self.keys[first : first + limit]]

    def place(self, key: int) -> int | None:
        return self.keys.index(key) if key in self.keys else None


class Desk(App[None]):
    """A header and a list."""

    CSS_PATH = STYLES

    def __init__(self, source: Rows) -> None:
        super().__init__()
        self.animation_level = "none"
        self.source = source
        self.heard: list[Message] = []
        register(self)
        self.theme = "kustui-dark"

    def compose(self) -> ComposeResult:
        yield PanelHeader("Inbox [b]x")
        yield RowList(self.source, now=lambda: NOW, zone=ZONE)

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        self.heard.append(event)

    def on_row_list_closed(self, event: RowList.Closed) -> None:
        self.heard.append(event)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        self.heard.append(event)

    def on_panel_header_clear_all(self, event: PanelHeader.ClearAll) -> None:
        self.heard.append(event)

    @property
    def rows(self) -> RowList:
        return self.query_one(RowList)

    def words(self) -> list[str]:
        """The list as text."""
        return [strip.text for strip in self.rows.render_lines(self.rows.size.region)]


Body = Callable[[Desk, Pilot[None]], Coroutine[Any, Any, None]]


def with_desk(make: Callable[[], Rows]) -> Callable[[Body], Callable[[], None]]:
    """Run a test inside a desk of 44x21 with the rows given."""

    def decorate(body: Body) -> Callable[[], None]:
        def run() -> None:
            async def inside() -> None:
                desk = Desk(make())
                async with desk.run_test(size=(44, 21)) as pilot:
                    await pilot.pause()
                    await body(desk, pilot)

            asyncio.run(inside())

        run.__name__, run.__doc__ = body.__name__, body.__doc__
        return run

    return decorate


def said(source: ListRow, width: int = 40, mark: str = " ") -> tuple[str, str]:
    one, two = row_lines(source, row_words(source, NOW, ZONE), width, mark)
    return "".join(text for text, _ in one), "".join(text for text, _ in two)


def test_a_row_says_what_waits() -> None:
    """Status, unread count, draft and waiting time are signs and words, not colours alone."""
    one, two = said(row(1, unread=3, draft=True, waiting_since=NOW - timedelta(minutes=14), priority=4))
    assert one.startswith(" ● Customer 1 (3) ✎")
    assert one.endswith("14m!")
    assert two.strip() == "email Subject 1"
    assert said(row(1, waiting_since=NOW - timedelta(hours=5)))[0].endswith("5h!")
    assert said(row(1, waiting_since=NOW - timedelta(hours=3)))[0].endswith("3h")
    assert said(row(1, status="done"))[0].startswith(" ✔ ")
    assert said(row(1, channel="facebook"))[1].startswith("   fb    ")
    assert said(row(1, closable=True))[0].endswith(" ×")


def test_a_snoozed_row_says_until_when() -> None:
    """A snoozed row ends with when it re-opens, in the agent's zone."""
    snoozed = row(1, status="snoozed", snooze_until=datetime(2026, 6, 8, 7, tzinfo=UTC))
    assert said(snoozed)[0].startswith(" ◔ ")
    assert said(snoozed)[1].endswith("Mon 09:00")
    assert said(replace(snoozed, snooze_until=None))[1].endswith("on reply")


def test_an_outbox_row_says_its_fate() -> None:
    """A row of the outbox ends with where its message is."""
    assert said(row(1, fate="failed"))[1].endswith("failed")
    due = datetime(2026, 6, 5, 8, tzinfo=UTC)
    assert said(row(1, fate="scheduled", due_at=due))[1].endswith("scheduled Fri 10:00")


@pytest.mark.parametrize(
    "name",
    ["漢字" * 30, "👩\u200d👩\u200d👧" * 9, "سلمى العلوي", "e\u0301\u200d", "[@click=app.quit]x[/]", ""],
)
@pytest.mark.parametrize("width", [12, 25, 43])
def test_hostile_words_keep_the_width(name: str, width: int) -> None:
    """Whatever a name and a subject are made of, both lines fit the list."""
    hostile = row(1, name=name, subject=name, unread=12, draft=True, closable=True, last_at=NOW)
    for line in row_lines(hostile, row_words(hostile, NOW, ZONE), width, "▌"):
        if width > 12:
            assert sum(cell_len(text) for text, _ in line) <= width


@with_desk(lambda: Rows(range(30), k0=row(0, name="[@click=app.quit]x[/]", subject="Re: [/INST] hi")))
async def test_markup_is_shown_as_written(desk: Desk, pilot: Pilot[None]) -> None:
    """Words that look like markup are words."""
    assert "[@click=app.quit]x[/]" in desk.words()[0]
    assert "Re: [/INST] hi" in desk.words()[1]
    await pilot.click(RowList, offset=(5, 0))
    assert desk.is_running
    assert "Inbox [b]x" in desk.query_one(PanelHeader).render().plain


@with_desk(lambda: Rows(range(30)))
async def test_keys_move_and_open(desk: Desk, pilot: Pilot[None]) -> None:
    """Arrows, pages, Home and End move the cursor; Enter opens its row."""
    await pilot.press("down", "down", "enter")
    assert isinstance(opened := desk.heard[-1], RowList.Opened)
    assert (opened.key, opened.row.name, opened.control) == (2, "Customer 2", desk.rows)
    assert [event.key for event in desk.heard if isinstance(event, RowList.Highlighted)] == [0, 1, 2]
    await pilot.press("end")
    assert desk.rows.cursor == 29
    assert desk.words()[-2].startswith("›● Customer 29")
    await pilot.press("pageup")
    assert desk.rows.cursor == 20
    await pilot.press("home", "up")
    assert desk.rows.cursor == 0


@with_desk(lambda: Rows(range(30), k1=row(1, closable=True)))
async def test_clicks_open_and_close(desk: Desk, pilot: Pilot[None]) -> None:
    """A click opens a row; a click on its × closes it and does not move the cursor."""
    cross = desk.words()[2].index("×")
    await pilot.click(RowList, offset=(cross, 2))
    assert isinstance(desk.heard[-1], RowList.Closed)
    assert (desk.heard[-1].key, desk.rows.cursor) == (1, 0)
    await pilot.click(RowList, offset=(5, 7))
    assert isinstance(desk.heard[-1], RowList.Opened)
    assert (desk.heard[-1].key, desk.rows.cursor) == (3, 3)


@with_desk(lambda: Rows(range(30)))
async def test_clear_all_is_asked_for_by_a_click(desk: Desk, pilot: Pilot[None]) -> None:
    """Only a click on the words "clear all" of a list that has rows asks to clear it."""
    header = desk.query_one(PanelHeader)
    await pilot.click(header, offset=(36, 0))
    assert not any(isinstance(event, PanelHeader.ClearAll) for event in desk.heard)
    header.count = 30
    await pilot.pause()
    await pilot.click(header, offset=(5, 0))
    assert not any(isinstance(event, PanelHeader.ClearAll) for event in desk.heard)
    await pilot.click(header, offset=(36, 0))
    assert isinstance(desk.heard[-1], PanelHeader.ClearAll)


@with_desk(lambda: Rows(list(range(100))))
async def test_the_cursor_stays_on_its_key(desk: Desk, pilot: Pilot[None]) -> None:
    """Rows that come and go leave the cursor on its row and the row in its place on the screen."""
    desk.rows.action_to(50)
    place = desk.rows.cursor * 2 - desk.rows.scroll_offset.y
    desk.source.keys = [200, 201, *range(100)]
    desk.rows.renew()
    await pilot.pause()
    assert (desk.rows.cursor, getattr(desk.rows.row(), "key", None)) == (52, 50)
    assert desk.rows.cursor * 2 - desk.rows.scroll_offset.y == place
    desk.source.keys = [key for key in desk.source.keys if key != 50]
    desk.rows.renew()
    assert (desk.rows.cursor, getattr(desk.rows.row(), "key", None)) == (52, 51)
    desk.source.keys = []
    desk.rows.renew()
    await pilot.pause()
    assert desk.rows.row() is None
    assert set("".join(desk.words())) == {" "}


@with_desk(lambda: Rows(list(range(100))))
async def test_only_what_differs_is_painted(desk: Desk, pilot: Pilot[None]) -> None:
    """A cursor move repaints two rows, and a change repaints the row that changed."""
    painted: list[Region] = []
    refresh = desk.rows.refresh

    @wraps(refresh)
    def watched(*regions: Region, **more: bool) -> RowList:
        painted.extend(regions or (desk.rows.size.region,))
        return refresh(*regions, **more)

    desk.rows.refresh = watched  # type: ignore[method-assign]  # to see what is asked for
    await pilot.press("down")
    assert painted == [Region(0, 0, 43, 2), Region(0, 2, 43, 2)]
    painted.clear()
    desk.source.special[4] = row(4, unread=2)
    desk.rows.renew()
    assert painted == [Region(0, 8, 43, 2)]
    await pilot.pause()
    painted.clear()
    desk.rows.renew()
    assert painted == []
    desk.rows.current = 6
    assert painted == [Region(0, 12, 43, 2)]
    await pilot.pause()
    assert desk.words()[12].startswith("▌● Customer 6")


@with_desk(lambda: Rows(range(100_000)))
async def test_a_hundred_thousand_rows_cost_no_more(desk: Desk, pilot: Pilot[None]) -> None:
    """Only the pages looked at are read, and moving about is quick."""
    assert desk.source.asked == [(0, 32)]
    begun = time.process_time()
    for index in range(0, 100_000, 5_000):
        desk.rows.action_to(index)
        desk.words()
    assert time.process_time() - begun < 1
    assert len(desk.source.asked) < 60
    assert all(limit <= 32 for _, limit in desk.source.asked)
