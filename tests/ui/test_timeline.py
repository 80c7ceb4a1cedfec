"""A customer's one timeline."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip

import kustui.ui.widgets
from kustui.clock import instant, milliseconds
from kustui.core.records import Conversation, Entry, EntryKey, EntryKind, FileLine, Snooze
from kustui.ui.terminal.compositor import SparingCompositor
from kustui.ui.theme import register
from kustui.ui.widgets.entry_lines import View, entry_lines, header_lines
from kustui.ui.widgets.timeline import Timeline

NOW = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Madrid")
STYLES = Path(kustui.ui.widgets.__file__).parent / "timeline.tcss"
VIEW = View(80, NOW, ZONE)
KINDS: tuple[EntryKind, ...] = ("inbound", "outbound", "note", "history", "history")
WORDS = ["Hello", "the", "jacket", "came", "back", "漢字", "on", "Monday", "(photo)", "but", "I", "yet"]


def conversation(number: int, **more: Any) -> Conversation:
    base = Conversation(number, 1, "Ana", f"Subject {number}", "email", "open", NOW, NOW, messages=3)
    return replace(base, **more)


class Source:
    """Conversations with entries whose bodies are made up from their ids."""

    def __init__(self, counts: dict[int, int], customer: int = 1) -> None:
        self.conversations = tuple(conversation(number, customer_id=customer) for number in counts)
        self.lists = {number: [self.key(number, place) for place in range(n)] for number, n in counts.items()}
        self.bodies: dict[int, str] = {}
        self.asked: list[int] = []
        self.files: tuple[FileLine, ...] = ()

    @staticmethod
    def key(number: int, place: int) -> EntryKey:
        at = NOW - timedelta(days=30) + timedelta(hours=5 * place)
        return EntryKey(KINDS[place % 5], number * 100_000 + place, milliseconds(at), 60 + place % 300, 1)

    def keys(self, conversation_id: int) -> Sequence[EntryKey]:
        return self.lists[conversation_id]

    def entries(self, keys: Sequence[EntryKey]) -> Sequence[Entry]:
        self.asked.append(len(keys))
        return [self.entry(key) for key in keys]

    def entry(self, key: EntryKey) -> Entry:
        dice = random.Random(key.id)
        body = self.bodies.get(key.id) or " ".join(dice.choices(WORDS, k=dice.randrange(1, 90)))
        quoted = "> one\n> two" if key.id % 5 == 0 else ""
        made = Entry(key.kind, key.id, key.id // 100_000, instant(key.at_ms), f"Author {key.id}", body)
        return replace(made, quoted=quoted, files=self.files)


class Desk(App[None]):
    """A timeline."""

    CSS_PATH = STYLES

    def __init__(self) -> None:
        super().__init__()
        self.animation_level = "none"
        self.heard: list[Message] = []
        register(self)
        self.theme = "kustui-dark"

    def compose(self) -> ComposeResult:
        yield Timeline(now=lambda: NOW, zone=ZONE, placeholder=Content("Nobody [b]is[/b] open."))

    def on_timeline_conversation_chosen(self, event: Timeline.ConversationChosen) -> None:
        self.heard.append(event)

    def on_timeline_file_chosen(self, event: Timeline.FileChosen) -> None:
        self.heard.append(event)

    @property
    def timeline(self) -> Timeline:
        return self.query_one(Timeline)

    def words(self) -> list[str]:
        """What is in view, as text."""
        return [strip.text.rstrip() for strip in self.timeline.render_lines(self.timeline.size.region)]


@asynccontextmanager
async def opened(
    source: Source | None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Desk, Pilot[None]]]:
    desk = Desk()
    async with desk.run_test(size=size) as pilot:
        await pilot.pause()
        if source is not None:
            desk.timeline.show(source)
        await pilot.pause()
        yield desk, pilot


def said(entry: Entry, **more: Any) -> list[str]:
    given: dict[str, Any] = {
        "before_ms": milliseconds(entry.at),
        "after": None,
        "quotes": False,
        "channel": "email",
    }
    lines = entry_lines(entry, VIEW, **{**given, **more})
    return ["".join(text for text, _ in line.spans).rstrip() for line in lines]


def entry(kind: EntryKind, body: str = "Hello.", **more: Any) -> Entry:
    return replace(Entry(kind, 7, 1, NOW, "Ben Osei", body), **more)


def flat(source: Source, width: int, current: int) -> list[str]:
    """The whole timeline as it should read, top to bottom."""
    view = View(width, NOW, ZONE)
    out: list[str] = []
    for each in source.conversations:
        unfolded = each.id == current
        lines = header_lines(each, view, current=unfolded, unfolded=unfolded)
        if unfolded:
            keys = source.keys(each.id)
            for before, key, after in zip([None, *keys], keys, [*keys[1:], None], strict=False):
                lines += entry_lines(
                    source.entry(key), view, before_ms=before.at_ms if before else None,
                    after=after.kind if after else None, quotes=False, channel="email",
                )  # fmt: skip
        out += ["".join(text for text, _ in line.spans).rstrip() for line in lines]
    return out


async def test_the_view_is_a_window_on_the_whole() -> None:
    """Whatever keys are pressed and sizes taken, the view is a stretch of the whole timeline."""
    source = Source({1: 3, 2: 120, 3: 4})
    dice = random.Random(11)
    async with opened(source) as (desk, pilot):
        desk.timeline.show(source, conversation_id=2)
        for turn in range(120):
            await pilot.press(
                dice.choice(["pageup", "pagedown", "up", "down", "up", "pageup", "home", "end"])
            )
            if turn % 40 == 39:
                await pilot.resize_terminal(dice.randrange(30, 130), dice.randrange(5, 50))
                await pilot.pause()
            whole = flat(source, desk.timeline._columns, 2)
            seen = desk.words()
            assert any(whole[at : at + len(seen)] == seen for at in range(len(whole))), (turn, seen[:3])


async def test_lines_never_skip_or_repeat() -> None:
    """Line by line upwards and down again every line is seen once."""
    source = Source({1: 40})
    async with opened(source, (60, 10)) as (desk, _pilot):
        whole = flat(source, desk.timeline._columns, 1)
        assert desk.words() == whole[-10:]
        for at in range(len(whole) - 11, -1, -1):
            desk.timeline.scroll_lines(-1)
            assert desk.words() == whole[at : at + 10]
        for at in range(1, len(whole) - 9):
            desk.timeline.scroll_lines(1)
            assert desk.words() == whole[at : at + 10]


async def test_each_line_upwards_is_painted() -> None:
    """B2: what stands on the screen is what the view holds, also where a height was estimated wrong."""
    source = Source({1: 14})
    # Six lines each, taken for fewer and for more.
    source.lists[1] = [
        each._replace(kind="inbound", length=150 + 20 * at) for at, each in enumerate(source.lists[1])
    ]
    source.bodies = {each.id: "\n".join("abcdef") for each in source.lists[1]}
    async with opened(source, (60, 10)) as (desk, pilot):
        # Textual's own renders the view also where only its scrollbar is painted.
        desk.screen._compositor = SparingCompositor()
        desk.screen.refresh(layout=True)
        await pilot.pause()
        paint, painted = desk.timeline.render_lines, list[str]()

        def noted(crop: Region) -> list[Strip]:
            strips = paint(crop)
            painted[:] = [strip.text.rstrip() for strip in strips]
            return strips

        desk.timeline.render_lines = noted  # type: ignore[method-assign]
        for _ in range(90):
            await pilot.press("up")
            assert painted == [strip.text.rstrip() for strip in paint(desk.timeline.size.region)]


async def test_it_opens_at_the_end_and_follows() -> None:
    """It opens at the newest of the current conversation and follows what comes."""
    source = Source({1: 50, 2: 3})
    async with opened(source) as (desk, _pilot):
        desk.timeline.show(source, conversation_id=1)
        assert (
            desk.words()[:-1] == flat(source, 79, 1)[-25:-2][:23]
            or desk.words() == flat(source, 79, 1)[-25:-1]
        )
        source.lists[1] = [*source.lists[1], Source.key(1, 50)]
        source.bodies[100_050] = "The newest of all"
        desk.timeline.show(source)
        assert any("The newest of all" in line for line in desk.words())


async def test_what_comes_does_not_move_a_reader() -> None:
    """A message that comes, or one that goes, leaves a view that is scrolled up where it is."""
    source = Source({1: 90})
    async with opened(source) as (desk, pilot):
        await pilot.press(*["pageup"] * 5)
        seen = desk.words()
        source.lists[1] = [*source.lists[1], Source.key(1, 90)]
        desk.timeline.show(source)
        assert desk.words() == seen
        source.lists[1] = source.lists[1][10:]
        desk.timeline.show(source)
        assert desk.words() == seen
        source.lists[1] = [Source.key(1, place) for place in range(80)]
        desk.timeline.show(source)
        assert desk.words() == seen


async def test_another_customer_opens_at_the_end() -> None:
    """Another customer's timeline opens at its own end."""
    async with opened(Source({1: 90})) as (desk, pilot):
        await pilot.press("home")
        other = Source({5: 40}, customer=2)
        desk.timeline.show(other)
        assert desk.timeline.current_conversation == 5
        assert desk.words() == flat(other, 79, 5)[-24:]


async def test_conversations_fold() -> None:
    """Only the current conversation is unfolded, and others by hand."""
    source = Source({1: 3, 2: 3, 3: 3})
    async with opened(source, (80, 60)) as (desk, pilot):
        heads = [line for line in desk.words() if line.startswith((" ▸", " ▾"))]
        assert [line[:12] for line in heads] == [" ▸ ● Open #1", " ▸ ● Open #2", " ▾ ● Open #3"]
        await pilot.click(Timeline, offset=(1, 0))
        assert desk.words()[0].startswith(" ▾ ● Open #1")
        assert desk.timeline.current_conversation == 3
        desk.timeline.go_conversation(-1)
        await pilot.pause()
        assert desk.timeline.current_conversation == 2
        assert [
            event.conversation_id for event in desk.heard if isinstance(event, Timeline.ConversationChosen)
        ] == [2]
        assert [line[:3] for line in desk.words() if " Open #" in line] == [" ▾ ", " ▾ ", " ▸ "]
        desk.timeline.toggle_fold()
        assert [line[:3] for line in desk.words() if " Open #" in line] == [" ▾ ", " ▸ ", " ▸ "]


async def test_quotes_unfold_where_they_are() -> None:
    """Quoted history is folded; a click unfolds one, the action all in view, and the top stays."""
    source = Source({1: 12})
    async with opened(source, (80, 60)) as (desk, pilot):
        folded = desk.words()
        at = next(n for n, line in enumerate(folded) if "▸ 2 quoted lines" in line)
        await pilot.click(Timeline, offset=(5, at))
        assert desk.words()[at + 1 : at + 3] == ["   │ > one", "   │ > two"]
        assert desk.words()[: at - 1] == folded[: at - 1]
        desk.timeline.toggle_quotes()
        assert not any("▸ 2 quoted" in line for line in desk.words())
        desk.timeline.toggle_quotes()
        assert desk.words() == folded


async def test_an_empty_timeline_says_so() -> None:
    """With nobody open the screen's own words stand in the middle, never read as markup."""
    async with opened(None) as (desk, _pilot):
        assert desk.words()[11].strip() == "Nobody [b]is[/b] open."


async def test_size_does_not_matter() -> None:
    """Ten thousand entries open about as fast as fifty, and only those looked at are read."""
    costs = []
    for count in (50, 10_000):
        source = Source({1: count})
        async with opened(Source({9: 1}, customer=9)) as (desk, _pilot):
            begun = time.process_time()
            desk.timeline.show(source)
            desk.words()
            costs.append(time.process_time() - begun)
            assert max(source.asked) <= 64
            assert sum(source.asked) < 200
            begun = time.process_time()
            for _ in range(10):
                desk.timeline.page(-1)
                desk.words()
            assert (time.process_time() - begun) / 10 < 0.05
    assert costs[1] < costs[0] + 0.1


async def test_hostile_words_are_words() -> None:
    """Markup, wide, right-to-left and zero-width text is shown as it is and stays in its lines."""
    source = Source({1: 10})
    hostile = [
        "[@click=app.quit]x[/]",
        "Re: [/INST] hi",
        "漢" * 300,
        "سلام " * 60,
        "\u200d" * 50,
        "👩\u200d👩\u200d👧" * 60,
    ]
    source.bodies = {100_000 + n: body for n, body in enumerate(hostile)}
    async with opened(source, (50, 90)) as (desk, pilot):
        assert any("[@click=app.quit]x[/]" in line for line in desk.words())
        assert any("Re: [/INST] hi" in line for line in desk.words())
        assert all(cell_len(line) <= 50 for line in desk.words())
        await pilot.click(Timeline, offset=(5, 4))
        assert desk.is_running


async def test_files_can_be_chosen() -> None:
    """A click on a file says which."""
    source = Source({1: 1})
    file = FileLine(3, "return-label.pdf", "application/pdf", 188_000)
    source.files = (file,)
    async with opened(source) as (desk, pilot):
        at = next(n for n, line in enumerate(desk.words()) if line == "   file return-label.pdf  184 KB")
        await pilot.click(Timeline, offset=(9, at))
        assert isinstance(event := desk.heard[-1], Timeline.FileChosen)
        assert event.file == file


def test_what_we_said_has_a_rail_and_a_fate() -> None:
    """Our own messages have a rail on every line, and where they are in words."""
    assert said(entry("outbound", mine=True, to=("ana@x.com",), fate="sent", body="One\nTwo")) == [
        " ▌ You → ana@x.com  11:42  sent ✓", " ▌ One", " ▌ Two", "",
    ]  # fmt: skip
    assert "failed: mailbox full" in said(entry("outbound", fate="failed", fate_words="mailbox full"))[0]
    due = datetime(2026, 6, 5, 8, tzinfo=UTC)
    assert "scheduled Fri 5 Jun 10:00, in 22 h" in said(entry("outbound", fate="scheduled", due_at=due))[0]
    assert "on its way · m: Undo" in said(entry("outbound", fate="held"))[0]
    assert "◔ held: too late" in said(entry("outbound", fate="held", fate_words="too late"))[0]
    for fate in ("queued", "sending", "uncertain", "draft"):
        assert fate in said(entry("outbound", fate=fate))[0]


def test_a_long_reason_is_shown_whole() -> None:
    """A reason that does not fit beside the address has lines of its own."""
    lines = said(entry("outbound", fate="failed", fate_words="no such user " * 12, to=("ana@x.com",)))
    assert " ".join(line[3:] for line in lines).count("no such user") == 12


def test_a_note_cannot_be_taken_for_a_reply() -> None:
    """A note differs from a reply by rail and words."""
    assert said(entry("note", "Offer **20 €**")) == [
        " ┊ NOTE only your team sees this  Ben Osei 11:42", " ┊ Offer **20 €**", "",
    ]  # fmt: skip


def test_what_came_in_says_what_it_is() -> None:
    """An inbound message says who, when, by what when that differs, and whether a machine wrote it."""
    assert said(entry("inbound", channel="email"))[0] == "   Ben Osei  11:42"
    assert said(entry("inbound", channel="sms"))[0] == "   Ben Osei  11:42  sms"
    assert said(entry("inbound", automatic=True))[0].endswith("automatic reply")
    assert said(entry("inbound", bounce=True))[0].endswith("delivery failure")
    assert said(entry("inbound", rest=934_120))[2] == "   … 934,120 more characters: press v to read it all"


def test_history_is_one_line_and_keeps_together() -> None:
    """History is a line, and lines of history stand below each other."""
    line = "   · Ben Osei raised priority 3 → 4  11:42"
    assert said(entry("history", "raised priority 3 → 4")) == [line, ""]
    assert said(entry("history", "raised priority 3 → 4"), after="history") == [line]


def test_a_day_begins_with_its_name() -> None:
    """Where the day changes in the agent's zone, its name stands across."""
    midnight = datetime(2026, 6, 3, 22, 30, tzinfo=UTC)
    late = entry("inbound", at=midnight)
    assert "─ Thursday 4 June ─" in said(late, before_ms=milliseconds(midnight - timedelta(hours=1)))[0]
    assert "June" not in said(late, before_ms=milliseconds(midnight - timedelta(minutes=20)))[0]
    assert "Thursday 4 June" in said(late, before_ms=None)[0]


@pytest.mark.parametrize("width", [30, 50, 79, 120])
def test_headers_say_status_in_words(width: int) -> None:
    """A header says its status in a word, fits its width, and says when a snooze ends."""
    view = View(width, NOW, ZONE)
    snooze = Snooze(1, "wall clock", NOW + timedelta(days=2, hours=21))
    for status, word in (("open", "● Open"), ("snoozed", "◔ Snoozed"), ("done", "✔ Done")):
        each = conversation(142, status=status, subject="漢字 refund " * 9, snooze=snooze, unread=2)
        for unfolded in (True, False):
            lines = header_lines(each, view, current=True, unfolded=unfolded)
            words = ["".join(text for text, _ in line.spans) for line in lines]
            assert word in words[0]
            assert len(lines) == 1 or unfolded
            assert all(cell_len(line) <= width for line in words)
    short = conversation(142, status="snoozed", snooze=snooze)
    if width > 100:
        words = [
            "".join(t for t, _ in line.spans)
            for line in header_lines(short, view, current=False, unfolded=False)
        ]
        assert "re-opens Sun 08:42, in 2 d 21 h" in words[0]
        waits = replace(short, snooze=Snooze(1, "until reply", None))
        words = [
            "".join(t for t, _ in line.spans)
            for line in header_lines(waits, view, current=False, unfolded=False)
        ]
        assert "until they reply" in words[0]


def test_nothing_is_lost_of_a_body() -> None:
    """All words of a body are shown, in lists, quotes and marks alike."""
    item = "- a list item that goes on and on over the end of the line until it is long enough to hang"
    body = f"{item}\n> q\n1. `x` *y* **z** @ben"
    for kind in ("inbound", "outbound", "note"):
        shown = " ".join(line[3:].strip() for line in said(entry(kind, body))[1:])
        assert shown.split() == body.split()
