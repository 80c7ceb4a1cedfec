"""Files that go with a draft: names, sizes, contents, and what is no file at all."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from kustui.core.attachments import FILE_LIMIT, TOTAL_LIMIT
from kustui.core.records import Draft
from kustui.desk import Desk
from kustui.desk.files import read
from kustui.desk.paths import paths_in
from kustui.errors import Refused
from support.people import wrote
from support.transport import Recorder
from support.writing import drafted

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def a_draft(desk: Desk, kind: str = "reply") -> Draft:
    """A saved reply to somebody's email."""
    return drafted(desk, wrote(desk), "See the file.", kind)


def file(folder: Path, name: str, content: bytes | int = b"hello") -> Path:
    """A file with this content, or of this size."""
    path = folder / name
    path.write_bytes(b"x" * content if isinstance(content, int) else content)
    return path


def archive(folder: Path, name: str, *inside: str) -> Path:
    """A zip file with these names in it."""
    with zipfile.ZipFile(folder / name, "w") as made:
        for each in inside:
            made.writestr(each, "x")
    return folder / name


def test_what_is_on_the_list_is_taken(tmp_path: Path) -> None:
    """C7: each type by its extension, in any letter case, with the content that the name says."""
    for path in (
        file(tmp_path, "a.pdf", b"%PDF-1.7\n%\xe2\xe3"),
        file(tmp_path, "a.doc", bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600),
        file(tmp_path, "a.XLS", bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600),
        archive(tmp_path, "a.docx", "[Content_Types].xml", "word/document.xml"),
        archive(tmp_path, "a.xlsx", "[Content_Types].xml", "xl/workbook.xml"),
        archive(tmp_path, "a.zip", "anything"),
        file(tmp_path, "a.txt", "Grüße".encode()),
        file(tmp_path, "a.mov", b"\0\0\0\x14ftypqt  \0\0\0\0"),
        file(tmp_path, "a.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0"),
        file(tmp_path, "a.PNG", PNG),
        file(tmp_path, "a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
        file(tmp_path, "a.jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
        file(tmp_path, "a.gif", b"GIF89a\x01\0"),
    ):
        assert read(path).media_type, path


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.exe", b"MZ", "there are .pdf"),
        ("noext", b"x", "there are .pdf"),
        (".png", PNG, "there are .pdf"),
        ("a.pdf", b"MZ\x90", "no .pdf file inside"),
        ("a.png", b"GIF89a\x01\0", "no .png file inside"),
        ("a.docx", b"PK\x05\x06", "no .docx file inside"),
        ("a.txt", b"a\0b", "no .txt file inside"),
        ("a.txt", b"", "nothing in it"),
        ("a.txt", FILE_LIMIT + 1, "a file may have 5.0 MB"),
    ],
)
def test_what_is_not_says_why(tmp_path: Path, name: str, content: bytes | int, why: str) -> None:
    """C7: a type off the list, a content that is not the name's, an empty file, a byte too many."""
    with pytest.raises(Refused) as refused:
        read(file(tmp_path, name, content))
    assert why in str(refused.value)
    assert name in str(refused.value)


def test_a_file_of_the_limit_is_taken(tmp_path: Path) -> None:
    """C7: 5 MB are 5,242,880 bytes, and they go."""
    assert len(read(file(tmp_path, "a.txt", FILE_LIMIT)).content) == FILE_LIMIT


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    """A folder, a link, a pipe, a file that is gone, one that may not be read: a sentence each."""
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "link.txt").symlink_to(file(tmp_path, "real.txt"))
    os.mkfifo(tmp_path / "pipe.txt")
    for name, why in (
        ("folder.txt", "a folder"),
        ("link.txt", "points elsewhere"),
        ("pipe.txt", "a device or a pipe"),
        ("gone.txt", "not there"),
    ):
        with pytest.raises(Refused) as refused:
            read(tmp_path / name)
        assert why in str(refused.value), name


def test_the_files_of_a_message_have_one_limit_together(desk: Desk, tmp_path: Path) -> None:
    """C7, C8: 9.5 MB cover files, images and inline images; the byte above is refused, the draft stays."""
    draft = a_draft(desk)
    big = TOTAL_LIMIT - FILE_LIMIT - len(PNG)
    draft, _ = desk.files.attach(draft, "email", file(tmp_path, "one.txt", FILE_LIMIT))
    draft, _ = desk.files.attach(draft, "email", file(tmp_path, "a.png", PNG), inline=True)
    with pytest.raises(Refused, match=r"9\.5 MB"):
        desk.files.attach(draft, "email", file(tmp_path, "two.txt", big + 1))
    draft, _ = desk.files.attach(draft, "email", file(tmp_path, "three.txt", big))
    assert sum(each.size for each in draft.files) == TOTAL_LIMIT
    assert desk.reads.draft(draft.customer_id, "reply", draft.conversation_id).body == "See the file."


def test_attached_ten_times_it_is_there_once(desk: Desk, tmp_path: Path) -> None:
    """C7: ten openings keep one attachment one."""
    draft = a_draft(desk)
    for _ in range(10):
        draft, line = desk.files.attach(draft, "email", file(tmp_path, "a.txt"))
    assert [each.id for each in draft.files] == [line.id]
    desk.files.remove(line.id)
    assert desk.reads.draft(draft.customer_id, "reply", draft.conversation_id).files == ()


def test_files_go_with_the_message_and_come_back_with_undo(
    desk: Desk, transport: Recorder, tmp_path: Path
) -> None:
    """C7, D7, D8: what is sent carries them frozen; taken back, the draft has them, and they go once."""
    draft = a_draft(desk)
    draft, _ = desk.files.attach(draft, "email", file(tmp_path, "a.txt"))
    desk.replies.send(draft)
    desk.undo.last()
    again = desk.reads.draft(draft.customer_id, "reply", draft.conversation_id)
    assert [each.name for each in again.files] == ["a.txt"]
    desk.replies.send(again, wait=False)
    desk.clockwork.tick()
    assert [(each.name, each.content) for each in transport.sent[0].files] == [("a.txt", b"hello")]


def test_a_channel_without_files_says_so(desk: Desk, tmp_path: Path) -> None:
    """C7, C8: SMS carries text only; an image stands in emails, notes and chat."""
    draft = a_draft(desk)
    for channel in ("sms", "facebook"):
        with pytest.raises(Refused, match="text only"):
            desk.files.attach(draft, channel, file(tmp_path, "a.txt"))
    with pytest.raises(Refused, match="cannot stand in the text"):
        desk.files.attach(draft, "email", file(tmp_path, "a.txt"), inline=True)


def test_pasted_paths_are_known_in_every_dress(tmp_path: Path) -> None:
    """C8: terminals paste a dropped file's path bare, quoted, escaped, or as an address."""
    path = file(tmp_path, "my photo.png", PNG)
    other = file(tmp_path, "b.txt")
    for text in (f"{path}", f"'{path}'", f'"{path}" ', str(path).replace(" ", "\\ "), path.as_uri()):
        assert paths_in(text) == [path], text
    assert paths_in(f"'{path}' {other}") == [path, other]
    for text in ("", "hello", "/no/such/file", f"see {path}", "'", "/", f"{path}\nand more"):
        assert paths_in(text) == [], text


def test_a_guests_desk_takes_no_paths(desk: Desk, tmp_path: Path) -> None:
    """C7, G3: what a guest attaches or saves is refused, and nothing is written."""
    draft = a_draft(desk)
    desk.takes_paths = False
    there = sorted(tmp_path.iterdir())
    with pytest.raises(Refused, match="neither read nor written"):
        desk.files.attach(draft, "email", tmp_path / "a.txt")
    with pytest.raises(Refused, match="neither read nor written"):
        desk.saving.save(1, tmp_path)
    assert sorted(tmp_path.iterdir()) == there
