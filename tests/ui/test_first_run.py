"""The first run: what a newcomer is offered before anything is made (SPEC G3)."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cli.conftest import letter
from kustui import settings as conf
from kustui.arrival import Newcomer
from kustui.desk import intake
from kustui.ui.first_run import FirstRun, PlaceDialog, Question, Told
from support.program import desk_at
from support.sitting import Sitting, settled
from support.terminal import Terminal

PLACES = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")
HAVE_PTY = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")


def newcomer(home: Path, size: tuple[int, int] = (80, 24), **more: str) -> Terminal:
    """`kustui` and nothing else, in a terminal of somebody who has nothing."""
    environment = {**dict.fromkeys(PLACES, str(home)), "KUSTUI_DB": "", **more}
    return Terminal("-m", "kustui", size=size, environment=environment)


@HAVE_PTY
@pytest.mark.parametrize(
    ("size", "more"), [((80, 24), {"NO_COLOR": "1"}), ((120, 40), {})], ids=["80x24", "120x40"]
)
def test_who_leaves_has_made_nothing(tmp_path: Path, size: tuple[int, int], more: dict[str, str]) -> None:
    """Every choice stands there with its key and what it makes; after q there is no file anywhere."""
    with newcomer(tmp_path, size, **more) as terminal:
        terminal.until("Leave")
        for words in ("t  Take the tour", "d  Try the demo", "i  Import mail", "c  Connect a mailbox",
                      "j  Join a team", "e  Begin empty", "q  Leave"):  # fmt: skip
            assert words in terminal.text()
        assert str(tmp_path / "kustui" / "workspace.db") in re.sub(r"[\s│]", "", terminal.text())
        terminal.send("q")
        assert terminal.end() == 0
    assert list(tmp_path.iterdir()) == []


@HAVE_PTY
def test_an_empty_workspace_is_made_and_never_asked_about_again(tmp_path: Path) -> None:
    """The desk opens at once; the next `kustui` opens it without a question."""
    with newcomer(tmp_path) as terminal:
        terminal.until("Begin empty")
        terminal.send("e")
        terminal.until("This workspace is empty.")
        assert (tmp_path / "kustui" / "workspace.db").exists()
    with newcomer(tmp_path) as terminal:
        terminal.until("This workspace is empty.")
        assert b"Welcome" not in terminal.written


@HAVE_PTY
def test_a_mailbox_is_asked_about_in_the_terminal_and_then_the_desk_opens(tmp_path: Path) -> None:
    """The questions of `kustui connect email`; what is refused is read before the desk covers it."""
    with newcomer(tmp_path) as terminal:
        terminal.until("Connect a mailbox")
        terminal.send("c")
        terminal.until("The address customers write to")
        terminal.send("nobody\r")
        terminal.until("`kustui connect email` asks again.")
        terminal.send("\r")
        terminal.until("This workspace is empty.")


@asynccontextmanager
async def arriving(home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sitting]:
    """Somebody at the first run, with settings that say their name."""
    for name in PLACES:
        monkeypatch.setenv(name, str(home))
    for name in ("KUSTUI_DB", "KUSTUI_SETTINGS"):
        monkeypatch.delenv(name, raising=False)
    conf.settings_path().parent.mkdir(exist_ok=True)
    conf.settings_path().write_text('agent = "ana"\n# mine\n[workspace]\nname = "Acme"\n')
    app = FirstRun(Newcomer(conf.read(), ""))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(pilot)
        yield Sitting(app, pilot)  # type: ignore[arg-type]


async def test_mail_is_imported_and_what_goes_wrong_loses_nothing_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path that is not there, and a folder without mail, make nothing; then the line is put right."""
    (tmp_path / "mail").mkdir()
    async with arriving(tmp_path, monkeypatch) as at:
        await at.press("i")
        await at.type(f"{tmp_path}/mai")
        await at.press("enter")
        assert "no such file or folder" in at.shows("place-said")
        assert at.field("path-typed").value == f"{tmp_path}/mai"
        await at.press("l", "enter")
        assert "holds no message" in at.shows("place-said")
        assert not conf.data_folder().joinpath("workspace.db").exists()
        await at.press("escape")
        assert "Import mail" in at.text()
        (tmp_path / "mail" / "1.eml").write_bytes(letter("Ana Ruiz", "a@example.com", "Hi", "Hello", "1@x"))
        await at.press("i")
        await at.type(f"{tmp_path}/mai")
        await at.press("tab", "enter")
        assert "1 read, 1 imported" in at.shows("place-said")
        await at.press("enter")
    assert at.app.return_value == "open"
    desk = Newcomer(conf.read(), "").open()
    assert [row.name for row in desk.reads.listing("inbox").page(0, 5)] == ["Ana Ruiz"]
    desk.store.close()


async def test_what_is_no_mail_makes_no_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of other things is refused before anything is made of it."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "list.txt").write_text("milk\neggs\n")
    async with arriving(tmp_path, monkeypatch) as at:
        await at.press("i")
        await at.type(f"{tmp_path}/photos")
        await at.press("enter")
        assert "holds no message" in at.shows("place-said")
    assert not conf.data_folder().joinpath("workspace.db").exists()


async def test_an_import_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Esc ends it behind what is filed, and says how far it came."""
    monkeypatch.setattr(intake, "BATCH", 1)
    (tmp_path / "mail").mkdir()
    for number in "123":
        one = letter("Ana Ruiz", "a@example.com", "Hi", "Hello", f"{number}@x")
        (tmp_path / "mail" / f"{number}.eml").write_bytes(one)
    async with arriving(tmp_path, monkeypatch) as at:
        take = Newcomer(conf.read(), "").take

        def left(typed: str, told: Told) -> str:
            at.app.call_from_thread(dialog.action_leave)
            return take(typed, told)

        dialog = PlaceDialog(Question("Import mail", "", "a path", (), left))
        at.app.push_screen(dialog)
        await at.pilot.pause()
        await at.type(f"{tmp_path}/mail")
        await at.press("enter")
        assert "Stopped: 1 read, 1 imported" in at.shows("place-said")


async def test_a_teams_store_is_kept_in_the_settings_once_it_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password in the URL, a store that is not there, a server that does not answer: the settings stay."""
    team = tmp_path / "team" / "desk.db"
    with desk_at(team, create=True):
        pass
    async with arriving(tmp_path, monkeypatch) as at:
        before = conf.settings_path().read_text()
        for typed, said in (
            ("postgresql://me:tell%20nobody@db/desk", "~/.pgpass"),
            ("postgresql://me@db/desk?password=tell%20nobody", "~/.pgpass"),
            ("mysql://db/desk", "Not a store"),
            (str(team.with_name("other.db")), "does not exist"),
        ):
            await at.press("j")
            await at.type(typed)
            await at.press("enter")
            assert said in at.shows("place-said")
            assert "tell" not in at.shows("place-said")
            assert at.field("path-typed").value == typed
            await at.press("escape")
        assert conf.settings_path().read_text() == before
        await at.press("j")
        await at.type(str(team))
        await at.press("enter")
    assert at.app.return_value == "open"
    kept = conf.read()
    assert (kept.db, kept.agent, kept.workspace) == (str(team), "ana", "Acme")
    assert "# mine" in conf.settings_path().read_text()
    desk = Newcomer(kept, "").open()
    assert desk.store_place == str(team)
    desk.store.close()
    assert not team.with_name("other.db").exists()
