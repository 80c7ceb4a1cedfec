"""Email in by a real IMAP server: what is told of a mailbox, from which cursor, what is marked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from kustui.clock import SystemClock
from kustui.core.post import Parcel, Person
from kustui.delivery import Collects, Setup, Transport, imap_fetch
from kustui.delivery.imap import ImapMailbox
from kustui.errors import DeliveryFailed, SettingsTrouble, TryLater
from support.imap import PASSWORD, ImapServer, imap_server, letter, mailbox, read

AT = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapServer]:
    """A server without encryption, on this host."""
    monkeypatch.setenv("TEST_IMAP_PASSWORD", PASSWORD)
    with imap_server() as running:
        yield running


def test_it_is_what_the_desk_asks_for(server: ImapServer) -> None:
    """B1: it reads a mailbox and files copies, and says so to whoever asks."""
    box = mailbox(server)
    assert isinstance(box, Transport)
    assert isinstance(box, Collects)
    server.put(letter())
    assert "1 messages in INBOX, 1 unread; it tells of new mail at once" in box.check()


def test_each_message_is_told_once_and_its_identity_is_its_place(server: ImapServer) -> None:
    """B1: a Message-ID that is used again is another message; nothing is told twice."""
    box = mailbox(server)
    server.put(letter(), letter(body="Another, with the same Message-ID"))
    found, cursor = read(box)
    assert len({each.place for each in found}) == 2
    assert [b"Another" in each.raw.content for each in found] == [False, True]
    assert read(box, cursor) == ([], cursor)
    server.put(letter(body="A third"))
    (third,), _ = read(box, cursor)
    assert b"A third" in third.raw.content


def test_a_message_is_marked_as_read_only_when_more_is_asked_for(server: ImapServer) -> None:
    """B1: what is not filed yet is unread on the server; a cursor that comes back says that it is."""
    server.put(letter())
    box = mailbox(server)
    portions = box.arrivals("")
    first = next(portions)
    assert server.seen() == 0
    portions.close()
    box.close()
    assert server.seen() == 0
    # The program was killed after it had filed the message, and before it could say so.
    again = mailbox(server)
    assert read(again, first.cursor)[0] == []
    assert server.seen() == 1


def test_what_somebody_marks_as_unread_stays_unread(server: ImapServer) -> None:
    """B1: a colleague's mark in a mail program is not undone at each look."""
    server.put(letter())
    box = mailbox(server)
    _, cursor = read(box)
    with server.mailbox() as other:
        other.remove_flags(other.search(), [b"\\Seen"])
    assert read(box, cursor)[0] == []
    assert server.seen() == 0


@pytest.mark.parametrize(("take", "told"), [("unseen", 1), ("all", 2), ("new", 0)])
def test_what_is_taken_at_first_is_chosen(server: ImapServer, take: str, told: int) -> None:
    """B1: of a mailbox that is there: what is unread, everything, or nothing; then everything that comes."""
    server.put(letter(body="read long ago"), flags=[b"\\Seen"])
    server.put(letter(body="unread"))
    box = mailbox(server, take=take)
    found, cursor = read(box)
    assert len(found) == told
    server.put(letter(body="read elsewhere at once"), flags=[b"\\Seen"])
    after, _ = read(mailbox(server, take=take), cursor)
    assert [b"elsewhere" in each.raw.content for each in after] == [True]


def test_a_folder_that_counts_anew_is_read_again(server: ImapServer) -> None:
    """B1: with another UIDVALIDITY nothing is known of the numbers, so what came lately is told again."""
    server.put(letter(), letter(body="two"))
    _, cursor = read(mailbox(server))
    server.make_anew()
    server.put(letter(body="three"))
    found, after = read(mailbox(server), cursor)
    assert len(found) == 3
    assert read(mailbox(server), after)[0] == []


def test_one_that_is_too_large_is_told_by_its_beginning(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B1: its size is asked before its bytes are; the next one is read."""
    monkeypatch.setattr(imap_fetch, "MESSAGE_BYTES", 5_000)
    monkeypatch.setattr(imap_fetch, "KEPT_BYTES", 1_000)
    server.put(letter(body="x" * 10_000), letter(body="small"))
    large, small = read(mailbox(server))[0]
    assert (len(large.raw.content), large.raw.size > 10_000, "larger" in large.raw.trouble) == (
        1_000,
        True,
        True,
    )
    assert small.raw.trouble == ""


def test_many_come_in_portions(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """B1: neither all at once in memory nor in one transaction, and in the order they came."""
    monkeypatch.setattr(imap_fetch, "AT_ONCE", 4)
    monkeypatch.setattr(imap_fetch, "ASKED_AT_ONCE", 6)
    server.put(*(letter(body=f"number {n}.", number=n) for n in range(15)))
    sizes, bodies = [], []
    for portion in mailbox(server).arrivals(""):
        sizes.append(len(portion.arrived))
        bodies += [each.raw.content.rpartition(b"number ")[2].strip() for each in portion.arrived]
    assert max(sizes) == 4
    assert bodies == [b"%d." % n for n in range(15)]


def test_new_mail_ends_the_wait(server: ImapServer) -> None:
    """B1: the server tells of new mail, and the reader does not wait for its next look."""
    box = mailbox(server)
    _, cursor = read(box)
    waited = threading.Event()

    def wait() -> None:
        box.wait(60, threading.Event())
        waited.set()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    server.put(letter())
    assert waited.wait(10)
    assert len(read(box, cursor)[0]) == 1


def test_a_wait_ends_when_it_is_told_to(server: ImapServer) -> None:
    """F1: a program that ends does not wait for mail."""
    box = mailbox(server)
    read(box)
    stop = threading.Event()
    thread = threading.Thread(target=box.wait, args=(60, stop), daemon=True)
    thread.start()
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_a_server_that_goes_away_is_said_in_words_and_found_again(server: ImapServer) -> None:
    """B1: trouble on the line is TryLater; the same reader goes on when the server is back."""
    box = mailbox(server)
    server.put(letter())
    _, cursor = read(box)
    server.process.kill()
    server.process.wait()
    with pytest.raises(TryLater, match=r"127\.0\.0\.1"):
        read(box, cursor)
    server.make_anew_empty()
    server.put(letter(body="back"))
    assert len(read(box, cursor)[0]) == 1


def test_a_wrong_password_is_said_without_it(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret in an error."""
    monkeypatch.setenv("TEST_IMAP_PASSWORD", "not-the-word")
    with pytest.raises(TryLater, match="turned us away") as caught:
        mailbox(server).check()
    assert "not-the-word" not in str(caught.value)


def test_it_speaks_in_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """STARTTLS with a certificate that is checked; elsewhere than here nothing goes in the clear."""
    monkeypatch.setenv("TEST_IMAP_PASSWORD", PASSWORD)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    with imap_server("--cert", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem")) as server:
        trusted = mailbox(server, security="starttls", ca_file=str(tmp_path / "ca.pem"))
        assert "(starttls)" in trusted.check()
        with pytest.raises(TryLater, match="certificate is not trusted"):
            mailbox(server, security="starttls").check()
    with pytest.raises(SettingsTrouble, match="read on the way"):
        ImapMailbox.set_up(Setup(Path(), SystemClock(), {"host": "mail.example", "security": "none"}))


def copy(message_id: str = "m1@acme.example", *, sent: bool = True) -> Parcel:
    """A message that was sent, to be filed."""
    people = (Person("ana@example.com"),)
    sender = Person("support@acme.example", "Acme")
    hidden = (Person("boss@acme.example"),)
    return Parcel(9, "email", sender, people, "Hello", message_id, AT, subject="Hi", bcc=hidden, copy=sent)


def test_a_copy_is_filed_once_and_read(server: ImapServer) -> None:
    """D7: in the folder for what is sent, which is made when it is missing; marked as read."""
    box = mailbox(server)
    marks: list[str] = []
    assert box.send(copy(), lambda: marks.append("mark")).words == "Filed in Sent."
    assert box.proof(copy()) == "It is in Sent."
    assert box.send(copy(), lambda: marks.append("again")).words == "It was in Sent already."
    assert marks == ["mark"]
    (content,) = server.sent()
    assert b"boss@" not in content
    assert box.proof(copy("other@acme.example")) == ""


def test_it_never_takes_a_message_for_a_customer(server: ImapServer) -> None:
    """D7: named as what sends email, it refuses for good, and says what does."""
    with pytest.raises(DeliveryFailed, match="smtp"):
        mailbox(server).send(copy(sent=False), lambda: None)
