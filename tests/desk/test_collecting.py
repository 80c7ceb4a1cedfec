"""A mailbox becomes conversations: once each, by one program at a time, whatever stops it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from kustui.clock import SystemClock, milliseconds
from kustui.delivery import mail_parse
from kustui.desk import Desk, Post, collecting
from kustui.desk.clockwork_pass import Pass
from kustui.errors import TryLater
from kustui.wiring import Carriers, Loader, mail_reader
from support.imap import PASSWORD, ImapServer, imap_server, letter, mails
from support.people import wrote
from support.program import desk_at
from support.transport import Recorder
from support.writing import fate, sent

MAIL = Path(
    os.environ.get("KUSTUI_TEST_MAIL", Path(__file__).resolve().parents[2].parent / "shared" / "mail")
)
TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapServer]:
    """A mailbox on this host."""
    monkeypatch.setenv("TEST_IMAP_PASSWORD", PASSWORD)
    with imap_server() as running:
        yield running


def at_the_mailbox(desk: Desk, server: ImapServer, *, copies: bool = False, **post: Any) -> Desk:
    """The same desk, where email comes by that mailbox."""
    load = Loader(desk.store.path.parent, SystemClock(), {}, {"imap": {**server.options, "take": "all"}})
    carriers = Carriers({"email": "imap"}, load)
    return Desk(
        desk.store,
        desk.agent,
        Post(
            collectors=carriers,
            copies=carriers if copies else {},
            mail=mail_reader,
            address="support@acme.example",
            own=frozenset({"support@acme.example"}),
            **post,
        ),
    )


@pytest.fixture
def desk(tmp_path: Path, server: ImapServer) -> Iterator[Desk]:
    """Ana's desk, where email comes by the mailbox."""
    with desk_at(tmp_path / "work.db", create=True) as sat:
        yield at_the_mailbox(sat, server)


def came(desk: Desk) -> int:
    """How many messages one look at the mailbox brings; trouble is raised."""
    done = desk.clockwork.mailbox("email")
    if done.trouble is not None:
        raise done.trouble
    return done.received


def ask(desk: Desk, question: str) -> list[tuple[Any, ...]]:
    """What the store answers."""
    with desk.store.reading() as reader:
        return [tuple(row) for row in reader.all(question)]


def test_mail_becomes_conversations_and_is_marked_as_read(desk: Desk, server: ImapServer) -> None:
    """B1: what came is open and unread here, and read on the server; looking again brings nothing."""
    server.put(letter(), letter("Invoice", sender="bo@example.com", number=2))
    assert (came(desk), came(desk), server.seen()) == (2, 0, 2)
    assert ask(desk, "SELECT subject, status, unread FROM conversation ORDER BY id") == [
        ("Order 8821", "open", 1),
        ("Invoice", "open", 1),
    ]


def test_what_cannot_be_filed_is_not_marked_as_read(
    desk: Desk, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B1: the mark comes after the commit."""
    server.put(letter())

    def busy(*_: object) -> None:
        raise TryLater("The store is busy", "Somebody else writes.")

    with monkeypatch.context() as broken:
        broken.setattr("kustui.store.queries.collecting.advance", busy)
        with pytest.raises(TryLater):
            came(desk)
    assert server.seen() == 0
    assert ask(desk, "SELECT count(*) FROM message") == [(0,)]
    assert (came(desk), server.seen()) == (1, 1)


def test_one_poisonous_message_keeps_no_other_away(
    desk: Desk, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B1: it is quarantined with its bytes and the reason, whether reading or storing it fails."""
    parse = mail_parse.parse

    def poisoned(content: bytes) -> Any:
        message = parse(content)
        return replace(message, subject=cast("str", 5)) if b"poison" in content else message

    monkeypatch.setattr("kustui.delivery.mail_files.parse", poisoned)
    server.put(letter(body="one"), letter(body="poison"), b"no header at all", letter(body="two"))
    assert came(desk) == 2
    found = ask(desk, "SELECT reason, content FROM quarantine ORDER BY id")
    assert [b"poison" in content or b"no header" in content for _, content in found] == [True, True]
    assert all(reason for reason, _ in found)
    assert came(desk) == 0
    assert server.seen() == 4


def test_a_mailbox_that_was_imported_or_counts_anew_doubles_nothing(
    desk: Desk, server: ImapServer, tmp_path: Path
) -> None:
    """B1: the same bytes at another place are the same message."""
    (tmp_path / "one.eml").write_bytes(letter())
    desk.intake.import_mail([tmp_path / "one.eml"])
    server.put(letter(), letter(body="Another one with that Message-ID"))
    assert came(desk) == 1
    server.make_anew()
    assert came(desk) == 0
    assert ask(desk, "SELECT count(*) FROM message") == [(2,)]
    assert ask(desk, "SELECT count(*), count(DISTINCT external_id) FROM arrival") == [(4, 2)]


def test_only_one_program_reads_a_mailbox(desk: Desk, server: ImapServer) -> None:
    """F1: another one leaves it alone, until the first has let it go, is dead, or its lease is over."""
    first, second = collecting.Collecting(desk), collecting.Collecting(desk)
    server.put(letter())
    assert first.read("email", Pass())
    server.put(letter(number=2))
    done = Pass()
    assert not second.read("email", done)
    assert done.received == 0
    first.leave("email")
    assert second.read("email", done)
    assert done.received == 1


def test_a_program_that_lost_the_mailbox_files_nothing(
    desk: Desk, server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F1: who was paused for longer than the lease finds the mailbox taken, and walks away."""
    server.put(letter())
    slow, quick = collecting.Collecting(desk), collecting.Collecting(desk)
    box = slow.collector("email")
    portions = box.arrivals(slow._taken(box.mailbox) or "")
    portion = next(portions)
    monkeypatch.setattr(collecting, "LEASE_MS", -1)
    assert quick.read("email", Pass())
    with pytest.raises(collecting.LostMailbox):
        slow._file(box.mailbox, portion.arrived, Pass())
    assert ask(desk, "SELECT count(*) FROM message") == [(1,)]


def test_a_copy_of_a_store_reads_nothing(server: ImapServer, tmp_path: Path) -> None:
    """D7: what a trainer tries with a copy takes no mail away from the team."""
    server.put(letter())
    with desk_at(tmp_path / "work.db", create=True):
        pass
    (tmp_path / "copy").mkdir()
    shutil.copy(tmp_path / "work.db", tmp_path / "copy" / "work.db")
    with desk_at(tmp_path / "copy" / "work.db") as other:
        assert came(at_the_mailbox(other, server)) == 0
    assert server.seen() == 0


# -- who it is from, and where it belongs ---------------------------------------------------------


def test_an_answer_without_references_comes_home_by_its_token(desk: Desk, server: ImapServer) -> None:
    """B12: by the token in the subject or in the address; one for another conversation cannot be made up."""
    carrier = Recorder()
    sat = Desk(
        desk.store,
        desk.agent,
        replace(desk.post, transports={"email": carrier}, marks_in="both"),
        undo_seconds={"email": 0},
    )
    first = wrote(sat)
    sent(sat, first)
    sat.clockwork.outgoing()
    (parcel,) = carrier.sent
    assert parcel.subject.startswith("Re: Order 8821 [#")
    assert parcel.reply_to.startswith("support+c")
    server.put(
        letter(f"AW: {parcel.subject}", number=11),
        letter("A new subject", number=12, to=parcel.reply_to),
        letter("[#1-aaaaaaaaaa] let me in", number=13, sender="eve@example.com"),
    )
    assert came(sat) == 3
    assert ask(
        desk, "SELECT conversation_id, subject FROM message WHERE direction = 'inbound' ORDER BY id"
    ) == [
        (first, "Order 8821"),
        (first, "AW: Re: Order 8821"),
        (first, "A new subject"),
        (first + 1, "let me in"),
    ]


def test_an_answer_goes_where_the_customer_asks(desk: Desk, server: ImapServer) -> None:
    """C1: Reply-To is where a reply goes; the customer stays who wrote."""
    server.put(letter(headers="Reply-To: Ana at work <ana@work.example>\r\n"))
    came(desk)
    assert desk.reads.draft(1, "reply", 1).to == ("ana@work.example",)
    assert [address.value for address in desk.reads.customer(1).addresses] == ["ruiz@example.com"]


def test_what_our_own_form_sends_is_the_customers(desk: Desk, server: ImapServer) -> None:
    """B1: a contact form writes in our name, and names the customer in Reply-To."""
    server.put(letter(sender="support@acme.example", headers="Reply-To: Bo Hansen <bo@example.com>\r\n"))
    came(desk)
    assert desk.reads.customer(1).name == "Bo Hansen"
    assert ask(desk, "SELECT direction FROM message") == [("inbound",)]


def test_what_a_form_sends_in_our_name_is_never_let_go(desk: Desk, server: ImapServer) -> None:
    """B1: one that calls itself automatic and names no customer is filed; only our own notices are not."""
    automatic = "Auto-Submitted: auto-generated\r\n"
    server.put(letter("Contact form", sender="support@acme.example", headers=automatic))
    notice = letter("Snooze is over", sender="support@acme.example", headers=automatic)
    server.put(notice.replace(b"in-1@example.com", b"0123@kustui.invalid"))
    assert came(desk) == 1
    assert ask(desk, "SELECT subject, direction FROM message") == [("Contact form", "inbound")]


def test_what_pretends_to_be_from_us_is_never_shown_as_ours(desk: Desk, server: ImapServer) -> None:
    """B1: anybody can write any sender; only what was sent here is outbound."""
    server.put(letter(sender="Acme <support@acme.example>"))
    came(desk)
    assert ask(desk, "SELECT direction FROM message") == [("inbound",)]


# -- copies -----------------------------------------------------------------------------------------


@pytest.fixture
def copying(desk: Desk, server: ImapServer) -> tuple[Desk, Recorder]:
    """A desk that files copies of what it sends in the mailbox, and what carries its messages."""
    carrier = Recorder()
    post = replace(desk.post, transports={"email": carrier}, copies=desk.post.collectors)
    return Desk(desk.store, desk.agent, post, undo_seconds={"email": 0}), carrier


def test_a_copy_of_what_was_sent_is_filed_and_does_not_come_back(
    copying: tuple[Desk, Recorder], server: ImapServer
) -> None:
    """D7: once, as a row of the outbox of its own; a copy that comes to the mailbox is known as ours."""
    desk, carrier = copying
    changed = sent(desk, wrote(desk))
    desk.clockwork.outgoing()
    desk.clockwork.outgoing()
    (content,) = server.sent()
    assert b"On its way." in content
    assert (fate(desk, changed), len(carrier.sent)) == ("sent", 1)
    server.put(content)
    assert came(desk) == 0
    assert ask(desk, "SELECT kind, state FROM outbox") == [("message", "sent"), ("copy", "sent")]


def test_a_copy_that_fails_sends_nothing_again(copying: tuple[Desk, Recorder], server: ImapServer) -> None:
    """D7: nothing after the server's word can fail the message; the copy waits, and is filed later."""
    desk, carrier = copying
    changed = sent(desk, wrote(desk))
    server.process.kill()
    server.process.wait()
    desk.clockwork.outgoing()
    desk.clockwork.outgoing()
    assert (fate(desk, changed), len(carrier.sent)) == ("sent", 1)
    (waiting,) = (
        desk.reads.outgoing(row[0]) for row in ask(desk, "SELECT id FROM outbox WHERE kind = 'copy'")
    )
    assert waiting is not None
    assert (waiting.state, waiting.subject, waiting.channel) == ("queued", "Copy of: Re: Order 8821", "email")
    assert "127.0.0.1" in waiting.reason
    server.make_anew_empty()
    with desk.store.writing() as act:
        act.ask().one("UPDATE outbox SET due_at = :n WHERE kind = 'copy'", n=milliseconds(act.now))
    desk.clockwork.outgoing()
    assert len(server.sent()) == 1
    assert len(carrier.sent) == 1


# -- killed ------------------------------------------------------------------------------------------


@pytest.mark.skipif(not MAIL.is_dir(), reason="the awkward emails are not here")
def test_a_hundred_kills_lose_and_double_nothing(server: ImapServer, tmp_path: Path) -> None:
    """B1: every awkward email arrives through the server once, or stands in quarantine with a reason."""
    letters = [path.read_bytes() for path in mails(MAIL)]
    server.put(*letters)
    store = tmp_path / "work.db"
    with desk_at(store, create=True):
        pass
    ran = subprocess.run(
        [sys.executable, TESTS / "tools" / "mail_reader.py", str(store), str(server.port), "100", "7"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent / "src")])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ran.stdout) > 40
    with server.mailbox() as box:
        held = [item[b"BODY[]"] for item in box.fetch(box.search(), ["BODY.PEEK[]"]).values()]
    wanted = {mail_parse.external_id(content) for content in held}
    with desk_at(store) as desk:
        filed = [row[0] for row in ask(desk, "SELECT external_id FROM message")]
        kept = ask(desk, "SELECT content, reason FROM quarantine")
        assert len(filed) == len(set(filed))
        assert set(filed) | {mail_parse.external_id(content) for content, _ in kept} == wanted
        assert all(reason for _, reason in kept)
        assert ask(desk, "SELECT count(*) FROM arrival") == [(len(held),)]
        (cursor,) = ask(desk, "SELECT cursor FROM collector")
        assert json.loads(cursor[0])["uid"] == 100 + len(held)
    assert server.seen() == len(held)
