"""Colleagues who write at the same time, and a store that does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from conftest import desk_of
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.errors import StoreBusy, StoreTrouble
from kustui.store import sqlite
from kustui.store.store import Store
from support.people import wrote
from support.sitting import settled, sitting
from support.transport import Recorder


@pytest.fixture
def colleague(acme: Desk) -> Iterator[Desk]:
    """Ben's desk on the same file, in a connection of its own."""
    store = Store(acme.store.path, acme.store._held).open()
    yield desk_of(store, sign_in(store, "ben", "Ben Osei"), Recorder())
    store.close()


@contextmanager
def held(desk: Desk) -> Iterator[None]:
    """Another program keeps the store to itself."""
    # By the desk's own library: another one in this process would not see its locks.
    other = sqlite.connect(desk.store.path)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_a_colleagues_change_is_seen(acme: Desk, colleague: Desk) -> None:
    """What another program writes is on the screen within a look; the cursor stays on its row."""
    async with sitting(acme) as at:
        at.screen.inbox.action_to(4)
        name = at.names()[4]
        first = at.rows()[0]
        colleague.triage.done(first.conversation_id)
        await at.until(lambda: first.name not in at.names(), limit=3)
        assert at.names()[at.screen.inbox.cursor] == name


async def test_a_colleagues_change_leaves_the_words_alone(acme: Desk, colleague: Desk) -> None:
    """While words are typed a colleague writes a note and resolves: the words and their cursor stay."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("r")
        await at.type("Bonj")
        draft = colleague.reads.draft(at.screen.customer.id, "note", at.number)  # type: ignore[union-attr]
        colleague.replies.send(replace(draft, body="I have this one"))
        colleague.triage.done(at.number)
        await at.until(lambda: "✔ Done" in at.shows("toolbar-conversation"), limit=3)
        assert "I have this one" in at.text()
        await at.type("our")
        assert at.words == "Bonjour"
        await at.saved()


async def test_new_mail_does_not_move_the_view(acme: Desk, colleague: Desk) -> None:
    """A message that comes in while an older one is read leaves the view where it is."""
    async with sitting(acme, (120, 24)) as at:
        await at.open("Ana Ruiz")
        await at.press("home")
        before = at.text().splitlines()[2:12]
        wrote(colleague, "Hello?", sender="ana.ruiz@example.com", name="Ana Ruiz", subject="Hello?")
        await at.until(lambda: any(row.name == "Ana Ruiz" and row.unread for row in at.rows()), limit=3)
        assert at.text().splitlines()[2:12] == before


async def test_a_held_store_keeps_the_draft(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another program holds the store the editor says NOT saved in red; then it is saved (SPEC C9)."""
    monkeypatch.setattr("kustui.store.store.PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr("kustui.store.sqlite.BUSY_MS", 50, raising=False)
    monkeypatch.setattr("kustui.ui.screens.saving.WORRY_AFTER", 0.3)
    monkeypatch.setattr("kustui.ui.screens.saving.RETRY_AFTER", 0.2)
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("r")
        with held(acme):
            at.burst(*"Bonjour")
            await at.until(lambda: at.screen.editor.saved.startswith("NOT saved"))
            foot = at.screen.editor.query_one("#reply-foot").content  # type: ignore[attr-defined]
            assert "NOT saved" in foot.plain
            assert any("$error" in str(span.style) for span in foot.spans)
            at.burst(*" Chloé".replace(" ", ""))
            await at.pilot._wait_for_screen()
        await at.saved()
        assert at.words == "BonjourChloé"
        draft = acme.reads.draft(at.screen.customer.id, "reply", at.number)  # type: ignore[union-attr]
        assert draft.body == "BonjourChloé"


async def test_a_busy_store_is_said_and_holds_nobody_up(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another program holds the store an act says that it waits; moving and typing go on (SPEC G1)."""
    monkeypatch.setattr("kustui.ui.screens.base.BUSY_AFTER", 0.2)
    async with sitting(acme) as at:
        acme.warm()
        await at.open("Chloé Martin")
        number = at.number
        with held(acme):
            at.burst("e")
            await at.until(lambda: "The store is busy; waiting…" in at.text(), limit=3)
            assert acme.reads.conversation(number).status == "open"
            at.screen.inbox.focus()
            at.burst("j", "j", "enter")
            await at.until(lambda: at.name not in ("", "Chloé Martin"), limit=1)
            at.burst("r", *"Hello")
            await at.until(lambda: at.words.endswith("Hello"), limit=1)
            assert "The store is busy; waiting…" in at.text()
        await settled(at.pilot)
        assert acme.reads.conversation(number).status == "done"
        assert "waiting…" not in at.text()
        await at.saved()


async def test_a_quick_act_says_nothing_of_waiting(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An act that comes back in time never says that the store is busy."""
    monkeypatch.setattr("kustui.ui.screens.base.BUSY_AFTER", 0.4)
    async with sitting(acme) as at:
        acme.warm()
        said: list[str] = []
        at.screen.watch(at.screen.status_line, "busy", lambda words: said.append(words), init=False)
        await at.open("Chloé Martin")
        await at.press("e")
        await at.pilot.pause(0.5)
        assert said == []


async def test_a_send_that_cannot_be_written_keeps_everything(
    acme: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A send refused by the store says so, keeps the words, and goes at the next try (SPEC D2)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("r")
        await at.type("Bonjour")

        def busy(*_: object, **__: object) -> None:
            raise StoreBusy("The store is busy", "Another program holds it.")

        with monkeypatch.context() as broken:
            broken.setattr(type(acme.drafts), "keep", busy)
            await at.press("f9")
            assert any("The store is busy" in words for words in at.refusals)
            assert at.words == "Bonjour"
            assert "The store is busy" in at.text()
        await at.saved()
        await at.press("f9")
        assert at.words == ""
        assert at.said.startswith("On its way")


async def test_trouble_stays_in_sight_until_it_is_over(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that does not answer is said in the status line until it does; the lists stay."""
    async with sitting(acme) as at:
        names = at.names()

        def gone(*_: object) -> int:
            raise StoreTrouble("The store is gone", "It was moved.")

        with monkeypatch.context() as broken:
            broken.setattr(type(acme.reads), "version", gone)
            await at.until(lambda: "The store is gone" in at.text(), limit=3)
            assert at.names() == names
        await at.until(lambda: "The store is gone" not in at.text(), limit=3)


async def test_a_list_that_cannot_be_read_is_said(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trouble within a list stays in the status line as long as it lasts."""
    async with sitting(acme) as at:

        def damaged(*_: object) -> int:
            raise StoreTrouble("The store is damaged", "It cannot be read.")

        with monkeypatch.context() as broken:
            broken.setattr("kustui.desk.reads.Listing.page", damaged)
            at.screen.look()
            assert "The store is damaged" in at.text()
        at.screen.look()
        assert "The store is damaged" not in at.text()


async def test_words_that_are_no_utf8_hide_nothing(acme: Desk) -> None:
    """A name of bytes that are no text is shown as far as it can be, and the rest of the list with it."""
    other = sqlite.connect(acme.store.path)
    other.execute("UPDATE customer SET name = CAST(x'4265ff6eeda080' AS TEXT) WHERE name = 'Ben Achieng'")
    other.close()
    async with sitting(acme) as at:
        assert len(at.names()) == 8
        assert at.names()[0].startswith("Be\ufffdn\ufffd")


async def test_quitting_with_an_unsaved_draft_waits(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A draft that cannot be saved keeps the program from ending."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("r")

        def full(*_: object, **__: object) -> None:
            raise StoreTrouble("The disk is full", "Nothing can be written.")

        with monkeypatch.context() as broken:
            broken.setattr(type(acme.drafts), "keep", full)
            await at.type("Bonjour")
            await at.press("ctrl+q", "y")
            assert at.said == "Not quitting: the draft could not be saved"
            assert at.words == "Bonjour"
        await at.saved()


async def test_an_act_that_stumbles_is_said(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something unforeseen in an act is a sentence; the desk goes on."""
    async with sitting(acme) as at:

        def stumble(*_: object) -> None:
            raise RuntimeError("[/x]")

        with monkeypatch.context() as broken:
            broken.setattr(type(acme.triage), "done", stumble)
            await at.press("e")
            assert any("That did not work" in words for words in at.refusals)
        await at.press("e")
        await settled(at.pilot)
        assert at.said.startswith("Done")


async def test_a_refusal_is_never_read_as_markup(acme: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal that quotes markup is shown as it is."""
    async with sitting(acme) as at:

        def refuse(*_: object) -> None:
            raise StoreBusy("[/INST] [@click=app.quit]", "[/x] \x1b[31mred")

        with monkeypatch.context() as broken:
            broken.setattr(type(acme.triage), "done", refuse)
            await at.press("e")
            assert "[@click=app.quit]" in at.text()
            assert "\x1b" not in at.text()
