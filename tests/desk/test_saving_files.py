"""Saving files that came with messages: where, under which name, and what is never done."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kustui.desk import Desk, saving
from kustui.desk.saving import default_folder, put
from kustui.errors import NotFound, Refused
from support.pictures import halves, image, sent
from support.sitting import sitting
from support.writing import drafted

HOSTILE = {
    "../../.ssh/authorized_keys": "authorized_keys",
    "/etc/cron.d/x": "x",
    "-rf": "rf",
    ".bashrc": "bashrc",
    "a\x1b]52;c;x\x07.png": "a",
    "invoice\u202efdp.exe": "invoice",
    "": "file",
    "..": "file",
    "n" * 400 + ".png": "n",
    "C:\\Windows\\calc.exe": "calc.exe",
}


def test_a_file_is_saved_as_it_came_for_the_agent_alone(desk: Desk, tmp_path: Path) -> None:
    """C7: byte for byte, mode 0600 whatever the umask, in the folder that was named."""
    conversation = sent(desk, {"photo.png": halves(), "doc.pdf": b"%PDF-1.7\x00\xff"})
    (_, photo), (_, document) = desk.saving.files(conversation)
    assert (photo.name, photo.media_type, photo.size) == ("photo.png", "image/png", len(halves()))
    old = os.umask(0)
    try:
        path = desk.saving.save(document.id, tmp_path)
    finally:
        os.umask(old)
    assert path == tmp_path / "doc.pdf"
    assert path.read_bytes() == b"%PDF-1.7\x00\xff"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """C7: a name that is taken gets a number, one with no extension too, and numbers run out in words."""
    (tmp_path / "a.png").write_text("mine")
    names = [put(b"new", "a.png", tmp_path).name for _ in range(2)]
    assert names == ["a (2).png", "a (3).png"]
    assert (tmp_path / "a.png").read_text() == "mine"
    assert [put(b"x", "README", tmp_path).name for _ in range(2)] == ["README", "README (2)"]


def test_numbers_run_out_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C7: a folder full of one name is refused, and nothing is written over."""
    monkeypatch.setattr(saving, "TRIES", 3)
    for _ in range(3):
        put(b"x", "a.txt", tmp_path)
    with pytest.raises(Refused, match=r"like a\.txt"):
        put(b"x", "a.txt", tmp_path)


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    """C7: a link of that name, even one to nowhere, is somebody else's: the file goes beside it."""
    victim = tmp_path / "victim"
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "a.png").symlink_to(victim)
    assert put(b"x", "a.png", folder).name == "a (2).png"
    assert not victim.exists()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_in_the_folder(tmp_path: Path, name: str) -> None:
    """C7: no folders, no dot or dash in front, no controls, no more than a hundred bytes."""
    folder = tmp_path / "in" / "here"
    folder.mkdir(parents=True)
    path = put(b"x", name, folder)
    assert path.parent == folder
    assert path.name.startswith(HOSTILE[name])
    assert len(path.name.encode()) <= 100
    assert path.name.isprintable()
    assert path.name[0] not in ".-"
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]


def test_where_it_cannot_be_saved_is_said(tmp_path: Path) -> None:
    """C7: a folder that is not there, or is a file, is refused with its path; none is made."""
    with pytest.raises(Refused, match="not there"):
        put(b"x", "a.txt", tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused, match="a file"):
        put(b"x", "a.txt", tmp_path / "file")
    with pytest.raises(Refused, match="no such user"):
        put(b"x", "a.txt", Path("~nobody-of-that-name/x"))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file"]


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C7: half a file would be taken for the whole."""
    fdopen = os.fdopen

    def full(descriptor: int, mode: str) -> object:
        if "w" not in mode:
            return fdopen(descriptor, mode)
        os.close(descriptor)
        return open("/dev/full", mode, buffering=0)

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(Refused, match="no room left"):
        put(b"x" * 100, "a.txt", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_file_of_a_message_is_not_found(desk: Desk, tmp_path: Path) -> None:
    """C7: neither a number that is not there, nor a file that is still in somebody's draft."""
    conversation = sent(desk, {})
    assert desk.saving.files(conversation) == []
    path = tmp_path / "mine.png"
    path.write_bytes(image())
    draft, line = desk.files.attach(drafted(desk, conversation, "See."), "email", path)
    assert draft.files == (line,)
    for number in (line.id, 999_999):
        with pytest.raises(NotFound):
            desk.saving.save(number, tmp_path)
    with pytest.raises(NotFound):
        desk.saving.files(999_999)


def test_the_folder_of_downloads_or_else_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C7: where the platform's downloads go; home where there is no such folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(tmp_path / "Downloads"))
    assert default_folder() == tmp_path
    (tmp_path / "Downloads").mkdir()
    assert default_folder() == tmp_path / "Downloads"


async def test_f_saves_a_file_of_the_messages_in_view(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C7: `f` lists name, kind and size, asks where, saves there and says so; next time there first."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "cases").mkdir()
    sent(desk, {"photo.png": halves(), "doc.pdf": b"%PDF-1.7"})
    async with sitting(desk) as at:
        await at.press("f")
        assert at.said == "Open a customer first"
        await at.press("enter", "f")
        assert at.choices() == {"1": "photo.png", "2": "doc.pdf"}
        assert "application/pdf · 8 bytes · Nora Quist" in at.text()
        await at.press("2")
        await at.press(*["backspace"] * len(at.field("folder-typed").value))
        await at.type(f"{tmp_path}/ca")
        assert "cases/" in at.text()
        await at.press("tab", "enter")
        assert at.said == f"Saved: {tmp_path}/cases/doc.pdf"
        assert (tmp_path / "cases" / "doc.pdf").read_bytes() == b"%PDF-1.7"
        await at.press("f", "1")
        assert at.field("folder-typed").value == f"{tmp_path}/cases/"
        await at.press("escape")
        assert [each.name for each in (tmp_path / "cases").iterdir()] == ["doc.pdf"]


async def test_f_says_what_it_cannot_do(desk: Desk, tmp_path: Path) -> None:
    """C7: no file in view, and a folder that is not there, are said; nothing is made."""
    sent(desk, {}, name="Ben Noone")
    async with sitting(desk) as at:
        await at.press("enter", "f")
        assert at.said == "No message in view has a file"
    sent(desk, {"doc.pdf": b"%PDF-1.7"}, name="Ida Long")
    async with sitting(desk) as at:
        await at.open("Ida Long")
        await at.press("f", "1")
        await at.press(*["backspace"] * len(at.field("folder-typed").value))
        await at.type(f"{tmp_path}/nowhere")
        await at.press("enter")
        assert "No such folder" in at.refusals[0]
    assert not (tmp_path / "nowhere").exists()
