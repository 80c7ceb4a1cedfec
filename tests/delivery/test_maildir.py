"""What is sent lands in a Maildir once, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kustui.clock import HeldClock
from kustui.core.post import FileContent, Parcel, Person
from kustui.delivery import Setup, Transport
from kustui.delivery.mail_files import MailFiles
from kustui.delivery.mail_parse import parse
from kustui.delivery.maildir import MaildirTransport
from kustui.errors import StoreBusy, TryLater

pytest.importorskip("markdown_it", reason="writing email needs kustui[email]")

PARCEL = Parcel(
    outbox_id=1,
    channel="email",
    sender=Person("help@firma.example"),
    to=(Person("ann@example.com"),),
    text="Hello",
    message_id="m-1@firma.example",
    at=datetime(2024, 1, 2, tzinfo=UTC),
    subject="Hi",
)


def files(folder: Path, part: str) -> list[Path]:
    """The files in one part of a Maildir."""
    return sorted((folder / part).iterdir())


def test_an_email_lands_in_new(tmp_path: Path) -> None:
    """A sent email is one file in new, nothing stays in tmp, and commit was asked first."""
    transport: Transport = MaildirTransport(tmp_path / "box")
    there_at_commit: list[int] = []
    transport.send(PARCEL, lambda: there_at_commit.append(len(files(tmp_path / "box", "new"))))
    assert there_at_commit == [0]
    [found] = files(tmp_path / "box", "new")
    assert parse(found.read_bytes()).message_id == PARCEL.message_id
    assert files(tmp_path / "box", "tmp") == []
    assert list(transport.collect()) == []


def test_the_same_message_is_written_once(tmp_path: Path) -> None:
    """Handed over again, also after it was read, a message is accepted and not written twice."""
    transport = MaildirTransport(tmp_path)
    first = transport.send(PARCEL, lambda: None)
    again = transport.send(PARCEL, lambda: pytest.fail("committed twice"))
    assert first.provider_id == again.provider_id
    [new] = files(tmp_path, "new")
    new.rename(tmp_path / "cur" / f"{new.name}:2,S")
    transport.send(PARCEL, lambda: pytest.fail("committed twice"))
    assert files(tmp_path, "new") == []
    transport.send(replace(PARCEL, message_id="m-2@firma.example"), lambda: None)
    assert len(files(tmp_path, "new")) == 1


def test_a_claim_that_was_lost_leaves_nothing(tmp_path: Path) -> None:
    """When commit raises, nothing is delivered and nothing is left behind."""
    transport = MaildirTransport(tmp_path)

    def lost() -> None:
        raise StoreBusy("busy")

    with pytest.raises(StoreBusy):
        transport.send(PARCEL, lost)
    assert files(tmp_path, "new") == files(tmp_path, "tmp") == []


def test_a_folder_that_cannot_be_written_is_for_later(tmp_path: Path) -> None:
    """A folder that cannot be written to is TryLater, before anything was promised."""
    (tmp_path / "box").write_text("a file")
    with pytest.raises(TryLater, match="cannot be written"):
        MaildirTransport(tmp_path / "box").send(PARCEL, lambda: pytest.fail("committed"))


def test_a_full_disk_is_for_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills while writing is TryLater and leaves no half file."""

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(TryLater, match="No space left"):
        MaildirTransport(tmp_path).send(PARCEL, lambda: pytest.fail("committed"))
    assert files(tmp_path, "new") == files(tmp_path, "tmp") == []


@pytest.mark.parametrize("channel", ["sms", "chat", "facebook"])
def test_other_channels_lose_nothing(tmp_path: Path, channel: str) -> None:
    """An SMS, a chat or a Facebook message is a file with its channel, addresses, text and files."""
    parcel = replace(
        PARCEL,
        channel=channel,
        sender=Person("+49 1\r\nBcc: x"),
        to=(Person("+49 170 1", "Ann Ä"),),
        text="**Hi** ünï",
        files=(FileContent("a.txt", "text/plain", b"file"),),
    )
    MaildirTransport(tmp_path).send(parcel, lambda: None)
    [raw] = MailFiles().raw([tmp_path])
    found = parse(raw.content)
    assert found.body == "Hi ünï"
    assert found.files[0].content == b"file"
    assert f"X-Kustui-Channel: {channel}".encode() in raw.content
    assert b"\nBcc" not in raw.content


def test_it_is_set_up_in_the_workspace_or_where_told(tmp_path: Path) -> None:
    """Without options the workspace's folder is used, else the one that the options name."""
    clock = HeldClock(PARCEL.at)
    MaildirTransport.set_up(Setup(tmp_path / "own", clock)).send(PARCEL, lambda: None)
    told = Setup(tmp_path / "own", clock, {"folder": str(tmp_path / "told")})
    MaildirTransport.set_up(told).send(PARCEL, lambda: None)
    assert len(files(tmp_path / "own", "new")) == len(files(tmp_path / "told", "new")) == 1


def test_what_a_person_has_sent_again_is_sent_again(tmp_path: Path) -> None:
    """D7: a retry really sends, though the first copy (that bounced) still lies in the folder."""
    transport = MaildirTransport(tmp_path)
    for number in (0, 0, 1):
        transport.send(replace(PARCEL, round=number), lambda: None)
    assert len(list((tmp_path / "new").iterdir())) == 2
