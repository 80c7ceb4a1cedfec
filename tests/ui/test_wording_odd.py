"""Where the reply editor's parts meet: late answers, two programs, files at the wrong moment, limits."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from kustui.clock import HeldClock
from kustui.core.library import Shortcut
from kustui.core.post import FileContent
from kustui.core.records import Draft
from kustui.desk import Desk
from kustui.desk import files as files_of
from kustui.ui.screens.paths import PathDialog
from support.people import wrote
from support.replying import outbound, pass_time, write
from support.sitting import Sitting, settled, sitting
from support.transport import Recorder
from ui.test_wording import NAME, PNG, paste


def held_draft(desk: Desk, at: Sitting, number: int) -> Draft:
    """The reply's draft as it stands in the store."""
    return desk.reads.draft(desk.reads.conversation(number).customer_id, "reply", number)


async def test_what_a_shortcut_does_can_be_taken_off(acme: Desk) -> None:
    """C10: its words are undone, its tag still stands there; Ctrl+O x takes it off."""
    acme.library.keep_shortcut(Shortcut("hello", "Hello", ("greeted",), "done"))
    async with sitting(acme) as at:
        await write(at, NAME, "/hello")
        await at.press("tab", "ctrl+z")
        assert at.words == "/hello"
        assert "tag greeted · mark as done" in at.shows("reply-with")
        assert "F9 Send & mark as done" in at.shows("reply-foot")
        await at.press("ctrl+o")
        assert "Take off what shortcuts do" in at.choices()["x"]
        await at.press("x")
        assert not at.screen.editor.query_one("#reply-with").display
        assert "F9 Send now" in at.shows("reply-foot")
        await at.press("f9")
        assert at.status == "open"


async def test_a_shortcut_over_the_limit_is_whole_and_refused(acme: Desk) -> None:
    """C2: N-1 and N go, N+1 is refused; what a shortcut adds is never cut."""
    acme.library.keep_shortcut(Shortcut("long", "y" * 1020))
    async with sitting(acme) as at:
        await write(at, "Dmitri Ivanov", "x" * 4 + "\n/long")
        await at.press("tab")
        assert "-1 of 1,024" in at.shows("reply-head")
        await at.press("f9")
        assert len(at.words) == 1025
        assert outbound(acme, at.number) == []
        assert any("Shorten it by 1" in each for each in at.refusals)
        for left, words in ((0, "1,024 / 1,024"), (1, "1,023 / 1,024")):
            await at.press("backspace")
            assert words in at.shows("reply-head"), left
        await at.press("f9")
        assert len(outbound(acme, at.number)[0]) == 1023


async def test_send_undo_edit_send_is_one_message(acme: Desk, transport: Recorder) -> None:
    """D7, D8: taken back, changed and sent again, one message goes, with the changed text and the file."""
    async with sitting(acme) as at:
        await write(at, NAME, "One")
        await at.press("f9", "z")
        await at.until(lambda: at.words == "One")
        await at.press("r", "end")
        await at.type(" and two")
        await at.press("f9")
        assert outbound(acme, at.number) == ["One and two"]
        pass_time(acme, seconds=60)
        assert [parcel.text for parcel in transport.sent] == ["One and two"]


async def test_the_choice_is_kept_when_they_wrote_meanwhile(acme: Desk) -> None:
    """D1, D2: asked whether to send all the same, yes sends as it was chosen in the menu."""
    async with sitting(acme) as at:
        await write(at, NAME, "Bonjour")
        number = at.number
        with acme.store.reading() as reader:
            names = reader.all("SELECT message_id FROM reference WHERE conversation_id = :c", c=number)
        wrote(acme, sender="chloe.martin@example.fr", references=tuple(name[0] for name in names))
        await at.press("ctrl+o", "d")
        assert "They wrote while you were writing" in at.text()
        await at.press("y")
        assert outbound(acme, number) == ["Bonjour"]
        assert acme.reads.conversation(number).status == "done"


async def test_what_came_before_a_word_was_written_is_not_asked_about(acme: Desk) -> None:
    """A message that stood on the timeline before the answer was begun is no reason to ask."""
    async with sitting(acme) as at:
        await at.open(NAME)
        number = at.number
        for answer in ("One", "Two"):
            with acme.store.reading() as reader:
                names = reader.all("SELECT message_id FROM reference WHERE conversation_id = :c", c=number)
            wrote(acme, sender="chloe.martin@example.fr", references=tuple(name[0] for name in names))
            at.screen.look_if_changed()
            await settled(at.pilot)
            await at.press("r")
            await at.type(answer)
            await at.press("f9")
        assert outbound(acme, number) == ["One", "Two"]


async def test_a_mark_without_its_image_is_refused(acme: Desk, tmp_path: Path) -> None:
    """C8: the image is named; with its mark gone it stands in the list as below the text."""
    (tmp_path / "c.png").write_bytes(PNG)
    async with sitting(acme) as at:
        await write(at, NAME, "See ![x.png](cid:nowhere@kustui)")
        await at.press("f9")
        assert any("x.png" in each and "without its file" in each for each in at.refusals)
        assert outbound(acme, at.number) == []
        at.screen.editor.replace_text("See")
        paste(at, str(tmp_path / "c.png"))
        await at.until(lambda: "![c.png](cid:" in at.words)
        await at.until(lambda: "below the text" not in at.shows("reply-with"))
        await at.press("ctrl+z")
        assert at.words == "See"
        await at.until(lambda: "c.png 16 bytes, below the text" in at.shows("reply-with"))
        await at.press("f9")
        assert outbound(acme, at.number) == ["See"]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Reading a file takes until this is set."""
    go, read = threading.Event(), files_of.read

    def waiting(path: Path, *, inline: bool = False) -> FileContent:
        go.wait(10)
        return read(path, inline=inline)

    monkeypatch.setattr(files_of, "read", waiting)
    return go


async def test_a_late_file_lands_where_it_was_added(
    acme: Desk, tmp_path: Path, slow: threading.Event
) -> None:
    """C7, C9: with another customer open by then, the file is with the first, and so are all the words."""
    (tmp_path / "c.png").write_bytes(PNG)
    async with sitting(acme) as at:
        await write(at, NAME, "See")
        number = at.number
        at.screen.attach([tmp_path / "c.png"], inline=True)
        at.screen.editor.insert(" it")
        at.screen.open_customer(next(row.customer_id for row in at.rows() if row.name == "Grace Hall"))
        at.screen.action_reply()
        slow.set()
        await settled(at.pilot)
        assert at.words == ""
        assert "c.png" not in at.shows("reply-with")
        draft = held_draft(acme, at, number)
        assert (draft.body, [each.name for each in draft.files]) == ("See it", ["c.png"])


async def test_nothing_is_sent_while_a_file_is_read(
    acme: Desk, tmp_path: Path, slow: threading.Event
) -> None:
    """C7: F9 before the file is there says so, and F9 after it sends both."""
    (tmp_path / "a.txt").write_text("hello")
    async with sitting(acme) as at:
        await write(at, NAME, "See")
        at.screen.attach([tmp_path / "a.txt"])
        at.screen.action_send()
        assert "still being read" in at.said
        slow.set()
        await settled(at.pilot)
        await at.press("f9")
        assert outbound(acme, at.number) == ["See"]
        assert held_draft(acme, at, at.number).files == ()


def test_a_file_for_a_message_that_went_begins_the_next(desk: Desk, tmp_path: Path) -> None:
    """C7: a file that is read when the message has gone is no second copy of its words."""
    number = wrote(desk)
    (tmp_path / "a.txt").write_text("hello")
    draft = desk.drafts.keep(
        replace(desk.reads.draft(desk.reads.conversation(number).customer_id, "reply", number), body="Hi")
    )
    desk.replies.send(draft)
    kept, _ = desk.files.attach(draft, "email", tmp_path / "a.txt")
    held = desk.reads.draft(draft.customer_id, "reply", number)
    assert (held.id, held.body, len(held.files)) == (kept.id, "", 1)


async def test_two_programs_with_files_and_copies(acme: Desk, clock: HeldClock, tmp_path: Path) -> None:
    """C9: a file and a copy added in one program show in the other, and no word of either is lost."""
    (tmp_path / "a.txt").write_text("hello")
    async with sitting(acme) as at:
        await write(at, NAME, "Bonjour")
        await at.saved()
        stale = replace(held_draft(acme, at, at.number), body="older words")
        clock.advance(seconds=1)
        acme.files.attach(stale, "email", tmp_path / "a.txt")
        await at.until(lambda: "a.txt 5 bytes" in at.shows("reply-with"), limit=3)
        assert at.words == "Bonjour" == held_draft(acme, at, at.number).body
        acme.drafts.keep(replace(held_draft(acme, at, at.number), cc=("boss@acme.example",)))
        await at.until(lambda: "CC boss@acme.example" in at.shows("reply-with"), limit=3)
        await at.type(", Chloé")
        await at.saved()
        draft = held_draft(acme, at, at.number)
        assert (draft.body, draft.cc, len(draft.files)) == ("Bonjour, Chloé", ("boss@acme.example",), 1)


@pytest.mark.parametrize(
    "typed", ["~nobody-at-all/x.txt", "/" + "x" * 300 + ".txt", "/var/\0.txt", "/no/dir/"]
)
async def test_any_path_can_be_typed(acme: Desk, typed: str) -> None:
    """C7: a home of nobody's, a name too long, a folder that is not there: refused in words."""
    async with sitting(acme) as at:
        await write(at, NAME, "See")
        await at.press("ctrl+f", "a")
        at.app.screen.query_one(Input).value = typed
        await at.press("tab", "enter")
        await settled(at.pilot)
        assert at.refusals or isinstance(at.app.screen, PathDialog)
        assert at.words == "See"


async def test_a_path_can_be_dropped_into_the_dialog(acme: Desk, tmp_path: Path) -> None:
    """C7: a quoted path is the file it names."""
    (tmp_path / "a b.txt").write_text("hello")
    async with sitting(acme) as at:
        await write(at, NAME, "See")
        await at.press("ctrl+f", "a", "ctrl+u")
        paste(at, f"'{tmp_path}/a b.txt'")
        await at.press("enter")
        await at.until(lambda: "a b.txt 5 bytes" in at.shows("reply-with"))


async def test_the_foot_says_first_what_will_happen(acme: Desk) -> None:
    """D1: on 80 columns, with every choice, the send key and what it does stand in the line."""
    async with sitting(acme, (80, 24)) as at:
        await write(at, NAME, "Bonjour")
        for name, words in (("done", "Send & mark as done"), ("until reply", "Send & snooze until reply")):
            draft = at.screen.editor.draft
            assert draft is not None
            at.screen._chosen[(draft.customer_id, draft.conversation_id, draft.kind)] = name  # type: ignore[assignment]
            at.screen.show_action(draft)
            assert f"F9 {words}" in at.shows("reply-foot")
            assert f"F9 {words}" in at.text()
