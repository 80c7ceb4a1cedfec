"""Stored email is found and streamed, whatever lies in the folder."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from kustui.delivery import MailReader, RawMessage
from kustui.delivery.mail_files import MESSAGE_BYTES, MailFiles

ONE = b"From: a@x.example\nSubject: one\n\nbody one\n"
SEPARATOR = b"From a@x.example Mon Jan  1 10:00:00 2024\n"


def read(*paths: Path) -> list[RawMessage]:
    """Every message under some paths, with the sizes checked against the total."""
    files: MailReader = MailFiles()
    found = list(files.raw(paths))
    assert sum(message.size for message in found) == files.total(paths)
    return found


def write(path: Path, content: bytes) -> Path:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_single_file_is_one_message(tmp_path: Path) -> None:
    """A file with header lines is one message, whatever it is called."""
    [found] = read(write(tmp_path / "letter.txt", ONE))
    assert (found.content, found.trouble) == (ONE, "")
    assert found.where == str(tmp_path / "letter.txt")


def test_an_mbox_is_told_by_its_content(tmp_path: Path) -> None:
    """An mbox gives each message, with its quoted From lines as they were sent."""
    content = (
        SEPARATOR
        + ONE
        + b"\n>From here on\n>>From there\n\n"
        + SEPARATOR
        + ONE.replace(b"one", b"two")
        + b"\n"
    )
    found = read(write(tmp_path / "archive.eml", content))
    assert len(found) == 2
    assert b"\nFrom here on\n>From there\n" in found[0].content
    assert b"Subject: two" in found[1].content
    assert found[1].where.endswith("archive.eml#2")


@pytest.mark.parametrize(
    "words",
    [
        b"\nFrom Monday on we are closed.\n",
        b"\nFrom a@x.example Mon Jan  1 10:00:00 2024\nthat is what the line said\n",
        b"no blank line before\n" + SEPARATOR + b"To: b@x.example\n",
    ],
)
def test_a_paragraph_that_begins_with_from_is_no_separator(tmp_path: Path, words: bytes) -> None:
    """Only a dated envelope line after a blank line and before a header parts two messages."""
    [found] = read(write(tmp_path / "box", SEPARATOR + ONE + words))
    assert words in found.content


@pytest.mark.parametrize(
    "line",
    [
        b"From - Tue Apr 29 15:24:02 2003\n",
        b"From 1234567@xxx Mon Jan 05 10:00:00 +0000 2015\r\n",
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n",
        b'From "a b"@x.example Fri Jul  8 12:08:34 MEST 2011\n',
        b"From a@x.example Fri, 08 Jul 2011 12:08:34 +0200\n",
    ],
)
def test_separators_of_many_programs(tmp_path: Path, line: bytes) -> None:
    """The envelope lines of Thunderbird, Gmail, sendmail and others part messages."""
    assert len(read(write(tmp_path / "box", line + ONE + b"\n" + line + ONE))) == 2


def test_a_maildir_gives_what_was_delivered(tmp_path: Path) -> None:
    """The cur and new of a Maildir and its sub-folders are read, tmp and bookkeeping are not."""
    for name in ("cur/1:2,S", "new/2", "tmp/3", ".Sent/cur/4:2,", ".Sent/new/.keep"):
        write(tmp_path / name, ONE)
    write(tmp_path / "dovecot.index.log", b"\x00\x01")
    write(tmp_path / "dovecot-uidlist", b"3 V1")
    found = read(tmp_path)
    assert [Path(message.where).name for message in found] == [".keep", "4:2,", "1:2,S", "2"] or len(
        found
    ) == 4
    assert all(not message.trouble for message in found)


def test_rubbish_is_trouble_and_never_an_error(tmp_path: Path) -> None:
    """Empty, binary and packed files and dangling links each give one message with its trouble."""
    write(tmp_path / "a", b"")
    write(tmp_path / "b", os.urandom(5_000))
    write(tmp_path / "c.mbox.gz", b"\x1f\x8b\x08rubbish")
    write(tmp_path / "d.eml", ONE)
    (tmp_path / "e").symlink_to(tmp_path / "gone")
    found = {Path(message.where).name: message.trouble for message in read(tmp_path)}
    assert "empty" in found["a"]
    assert "does not look like an email" in found["b"]
    assert "unpack" in found["c.mbox.gz"]
    assert found["d.eml"] == ""
    assert "cannot be read" in found["e"]


def test_a_path_that_vanished_is_trouble(tmp_path: Path) -> None:
    """A path that is not there is one message with trouble."""
    [found] = read(tmp_path / "nowhere")
    assert "cannot be read" in found.trouble


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_does_not_hang_the_reader(tmp_path: Path) -> None:
    """What is no file is not opened."""
    os.mkfifo(tmp_path / "pipe")
    [found] = read(tmp_path)
    assert "not a file" in found.trouble


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_is_trouble(tmp_path: Path) -> None:
    """A file that may not be read is one message with trouble."""
    write(tmp_path / "secret.eml", ONE).chmod(0)
    [found] = MailFiles().raw([tmp_path])
    assert "cannot be read" in found.trouble


def test_links_in_circles_end(tmp_path: Path) -> None:
    """A folder that links to itself is read once."""
    write(tmp_path / "in" / "a.eml", ONE)
    (tmp_path / "in" / "again").symlink_to(tmp_path)
    (tmp_path / "in" / "self").symlink_to(tmp_path / "in")
    assert len(read(tmp_path)) == 1


def test_a_huge_message_is_not_loaded(tmp_path: Path) -> None:
    """Over 25 MB a message is its beginning and the trouble, alone and in an mbox."""
    huge = ONE + b"x" * 75 + b"\n" + (b"y" * 75 + b"\n") * (MESSAGE_BYTES // 76 + 10)
    for path in (
        write(tmp_path / "one.eml", huge),
        write(tmp_path / "box", SEPARATOR + huge + b"\n" + SEPARATOR + ONE),
    ):
        found = list(MailFiles().raw([path]))
        assert "larger than 25 MB" in found[0].trouble
        assert found[0].content.find(b"Subject: one") > 0
        assert len(found[0].content) <= 64 * 1024
        assert sum(message.size for message in found) == path.stat().st_size
    assert found[1].trouble == ""


def test_a_large_mbox_streams_in_constant_memory(tmp_path: Path) -> None:
    """Memory while reading five thousand messages stays that of one."""
    path = tmp_path / "box"
    with path.open("wb") as file:
        for number in range(5_000):
            file.write(
                SEPARATOR + b"From: a@x.example\nSubject: %d\n\n" % number + b"some words\n" * 40 + b"\n"
            )
    tracemalloc.start()
    count = sum(1 for _ in MailFiles().raw([path]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 5_000
    assert peak < 1_000_000
