"""Email out by a real SMTP server, and what becomes of a message when it fails at each point."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import trustme

from kustui.clock import HeldClock, SystemClock
from kustui.core.post import FileContent, Parcel, Person
from kustui.core.records import Agent
from kustui.delivery import Setup, smtp
from kustui.delivery.smtp import SmtpTransport
from kustui.desk import Desk, Post
from kustui.errors import DeliveryFailed, SettingsTrouble, TryLater
from kustui.store.store import Store
from support.people import wrote
from support.smtp import POINTS, Server, Trouble, serving, silent
from support.writing import fate, sent

AT = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)


def parcel(*to: str, text: str = "Hello\n.\n..two dots", bcc: str = "") -> Parcel:
    """A message to somebody."""
    people = tuple(Person(address) for address in to or ("ana@example.com",))
    hidden = (Person(bcc),) if bcc else ()
    sender = Person("support@acme.example", "Acme")
    return Parcel(1, "email", sender, people, text, "m1@acme.example", AT, subject="Hi", bcc=hidden)


def transport(server: Server, **options: object) -> SmtpTransport:
    """A transport to that server."""
    said = {"host": "127.0.0.1", "port": server.port, "security": "none", "timeout": 1, "rate": 0, **options}
    return SmtpTransport.set_up(Setup(Path(), SystemClock(), said))


@pytest.fixture
def trouble() -> Trouble:
    """No trouble, until a test says where."""
    return Trouble()


@pytest.fixture
def server(trouble: Trouble) -> Iterator[Server]:
    """A server without encryption, on this host."""
    with serving(trouble) as running:
        yield running


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps that do not wait long for a server that hangs."""
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.5)


def test_a_message_arrives_whole(server: Server, trouble: Trouble) -> None:
    """C1, C4, D7: headers, both bodies, files; dots at the beginning of lines; nothing of BCC in a header."""
    whole = parcel("ana@example.com", "ruiz@example.com", bcc="boss@acme.example")
    whole = Parcel(**{name: getattr(whole, name) for name in whole.__dataclass_fields__} | {
        "files": (FileContent("a.txt", "text/plain", b"x\r\n.\r\ny"),)
    })  # fmt: skip
    marks: list[str] = []
    accepted = transport(server).send(whole, lambda: marks.append("mark"))
    assert marks == ["mark"]
    assert "queued as 8821" in accepted.words
    (envelope,) = trouble.accepted
    assert envelope.rcpt_tos == ["ana@example.com", "ruiz@example.com", "boss@acme.example"]
    assert isinstance(envelope.content, bytes)
    assert b"boss" not in envelope.content
    read = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert isinstance(read, email.message.EmailMessage)
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n").startswith("Hello\n.\n..two dots")
    assert "..two dots" in html.get_content()
    assert [part.get_content() for part in read.iter_attachments()] == ["x\r\n.\r\ny"]
    assert read["Message-ID"] == "<m1@acme.example>"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_it_is_encrypted_and_signed_in(trouble: Trouble, tmp_path: Path, security: str) -> None:
    """Implicit TLS and STARTTLS with a password from a private file; an unknown certificate is refused."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "password").write_text("secret\n")
    (tmp_path / "password").chmod(0o600)
    with serving(trouble, security=security, user="ana", authority=authority) as running:
        options = {"security": security, "user": "ana", "password_file": str(tmp_path / "password")}
        good = transport(running, **options, ca_file=str(tmp_path / "ca.pem"))
        assert "signed in as ana" in good.check()
        good.send(parcel(), lambda: None)
        assert len(trouble.accepted) == 1
        with pytest.raises(TryLater, match="certificate"):
            transport(running, **options).send(parcel(), lambda: None)
        (tmp_path / "password").write_text("wrong")
        with pytest.raises(TryLater) as refused:
            good.send(parcel(), lambda: None)
        assert "wrong" not in str(refused.value)
        (tmp_path / "password").chmod(0o644)
        with pytest.raises(SettingsTrouble, match="chmod 600"):
            good.send(parcel(), lambda: None)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("kind", ["4xx", "5xx", "drop", "hang"])
def test_trouble_at_each_point_leaves_the_right_word(
    store: Store, agent: Agent, clock: HeldClock, server: Server, trouble: Trouble, point: str, kind: str
) -> None:
    """D7: before the dot nothing is doubted, after it only what the server said is known; no copy twice."""
    desk = Desk(store, agent, Post({"email": transport(server)}, "support@acme.example"))
    trouble.at(point, kind)
    changed = sent(desk, wrote(desk))
    clock.advance(seconds=5)
    desk.clockwork.tick()
    first = fate(desk, changed)
    said = kind in ("4xx", "5xx")
    if point in ("quit", "auth") or (said and point in ("ehlo", "before the dot")):
        # Who refuses EHLO is greeted by HELO; before the dot there is nobody to refuse.
        assert first == "sent"
    elif point in ("greet", "ehlo") or (kind == "4xx") or (not said and point in ("mail", "rcpt", "data")):
        assert first == "queued"
    elif said:
        assert first == "failed"
    else:
        assert first == "uncertain"
    trouble.at("", "")
    for _ in range(6):
        clock.advance(hours=2)
        desk.clockwork.tick()
    assert fate(desk, changed) == ("sent" if first in ("queued", "sent") else first)
    assert len(trouble.accepted) <= 1
    assert (len(trouble.accepted) == 1) == (fate(desk, changed) == "sent" or (first, point) == (
        "uncertain", "after the dot"
    ))  # fmt: skip


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("point", ["connect", "tls", "auth"])
def test_a_server_that_hangs_before_it_is_signed_in_to_delays_and_delivers_nothing(
    store: Store,
    agent: Agent,
    clock: HeldClock,
    trouble: Trouble,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
) -> None:
    """D7: no greeting, no handshake, no word about the password: it is queued again, and goes once."""
    monkeypatch.setenv("KUSTUI_TEST_PASSWORD", "secret")
    said: dict[str, object] = {
        "host": "127.0.0.1",
        "security": "tls" if point == "tls" else "none",
        "timeout": 1,
        "rate": 0,
    }
    if point == "auth":
        said |= {"user": "ana", "password_env": "KUSTUI_TEST_PASSWORD"}
    with ExitStack() as stack:
        if point == "auth":
            trouble.at("auth", "hang")
            said["port"] = stack.enter_context(serving(trouble, user="ana")).port
            stack.callback(trouble.over.set)
        else:
            said["port"] = stack.enter_context(silent(trouble, listens=point == "tls"))
        hangs = SmtpTransport.set_up(Setup(Path(), SystemClock(), said))
        desk = Desk(store, agent, Post({"email": hangs}, "support@acme.example"))
        changed = sent(desk, wrote(desk))
        clock.advance(seconds=5)
        desk.clockwork.outgoing()
        assert (fate(desk, changed), trouble.accepted) == ("queued", [])
        trouble.over.set()
    trouble.at("", "")
    with serving(trouble) as running:
        again = Desk(store, agent, Post({"email": transport(running)}, "support@acme.example"))
        clock.advance(hours=2)
        again.clockwork.outgoing()
        assert (fate(again, changed), len(trouble.accepted)) == ("sent", 1)


def test_one_refused_recipient_keeps_it_from_all(server: Server, trouble: Trouble) -> None:
    """D7: a message goes to everybody or to nobody, and the refusal names whom the server does not know."""
    with pytest.raises(DeliveryFailed, match=r"nobody@example\.com: 550"):
        transport(server).send(parcel("ana@example.com", "nobody@example.com"), lambda: None)
    assert trouble.accepted == []


def test_no_server_is_no_delivery() -> None:
    """D7: a port where nobody listens, and a name that is none, are for now, and nothing is marked."""
    for host, port in (("127.0.0.1", 1), ("no-such-host.invalid", 25)):
        said = {"host": host, "port": port, "security": "starttls"}
        marks: list[str] = []
        with pytest.raises(TryLater, match="cannot be reached"):
            SmtpTransport.set_up(Setup(Path(), SystemClock(), said)).send(
                parcel(), partial(marks.append, "x")
            )
        assert marks == []


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "host"),
        ({"host": "mail.example", "security": "ssl"}, "'ssl'"),
        ({"host": "mail.example", "security": "none"}, "not this host"),
        ({"host": "mail.example", "port": "smtp"}, "a number"),
    ],
)
def test_settings_that_cannot_be_say_why(options: dict[str, object], why: str) -> None:
    """A wrong setting is named; a password is never sent in the clear over a network."""
    with pytest.raises(SettingsTrouble) as refused:
        SmtpTransport.set_up(Setup(Path(), SystemClock(), options))
    assert why in str(refused.value)


def test_a_password_that_is_not_there_is_said_on_the_message(
    store: Store, agent: Agent, clock: HeldClock, server: Server, trouble: Trouble
) -> None:
    """D7: what keeps us from signing in stands on the message in words, which is tried again."""
    with_user = transport(server, user="ana", password_env="KUSTUI_NO_SUCH_SECRET")
    desk = Desk(store, agent, Post({"email": with_user}, "support@acme.example"))
    changed = sent(desk, wrote(desk))
    clock.advance(seconds=5)
    desk.clockwork.tick()
    assert fate(desk, changed) == "queued"
    assert changed.message_id is not None
    placed = desk.reads.outgoing_of(changed.message_id)
    assert placed is not None
    assert "KUSTUI_NO_SUCH_SECRET" in placed.reason
    assert trouble.accepted == []


def test_a_password_of_any_letters_signs_in(trouble: Trouble, tmp_path: Path) -> None:
    """D7: in UTF-8, of the first line that a password manager prints; no letter of it in an error."""
    program = tmp_path / "show"
    program.write_text("#!/bin/sh\necho 'sécret word'\necho 'user: ana'\n")
    program.chmod(0o700)
    with serving(trouble, user="ana") as running:
        with pytest.raises(TryLater, match="turned us away") as caught:
            transport(running, user="ana", password_command=str(program)).check()
        assert "word" not in str(caught.value)
    assert trouble.passwords[-1] == "sécret word".encode()
