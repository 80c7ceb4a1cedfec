"""A parcel becomes a proper email, whatever stands in its fields."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import policy
from email.message import EmailMessage

import pytest

from kustui.core.plain import plain
from kustui.core.post import FileContent, Parcel, Person
from kustui.delivery.mail_parse import parse
from kustui.delivery.mail_write import to_html, write
from kustui.errors import DeliveryFailed

pytest.importorskip("markdown_it", reason="writing email needs kustui[email]")

PARCEL = Parcel(
    outbox_id=1,
    channel="email",
    sender=Person("help@firma.example", "Firma"),
    to=(Person("ann@example.com", "Ann"),),
    text="Hello **Ann**,\n\n- one\n- two",
    message_id="m-1@firma.example",
    at=datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2))),
    subject="Your order",
)


def sent(parcel: Parcel) -> EmailMessage:
    """The message as the other side reads it."""
    raw = write(parcel).as_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    return email.message_from_bytes(raw, policy=policy.default)


def body(message: EmailMessage, kind: str) -> str:
    """The plain or HTML body of a message."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_message_has_its_headers_and_two_bodies() -> None:
    """An email carries the Markdown as written and the same as HTML (SPEC C1)."""
    found = sent(replace(PARCEL, cc=(Person("c@example.com"),), in_reply_to="a@x", references=("r@x", "a@x")))
    assert found["From"] == "Firma <help@firma.example>"
    assert found["To"] == "Ann <ann@example.com>"
    assert found["Cc"] == "c@example.com"
    assert found["Subject"] == "Your order"
    assert found["Date"].datetime == PARCEL.at.astimezone(UTC)
    assert found["Message-ID"] == "<m-1@firma.example>"
    assert found["In-Reply-To"] == "<a@x>"
    assert found["References"].split() == ["<r@x>", "<a@x>"]
    assert found.get_content_type() == "multipart/alternative"
    assert body(found, "plain") == PARCEL.text + "\n"
    assert "<strong>Ann</strong>" in body(found, "html")
    assert "<li>one</li>" in body(found, "html")


def test_bcc_is_in_no_header() -> None:
    """Nobody but the server learns who gets a blind copy, not even when nobody else gets one."""
    for parcel in (PARCEL, replace(PARCEL, to=())):
        raw = write(replace(parcel, bcc=(Person("secret@example.com", "Secret"),))).as_bytes()
        assert b"secret" not in raw.lower()
        assert b"bcc" not in raw.lower()


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\x85", "\u2028", "\x0b", "\x0c"])
def test_no_value_can_add_a_header(breaks: str) -> None:
    """A line break in any field never becomes a header of its own."""
    evil = f"x{breaks}Bcc: evil@example.com{breaks}{breaks}body"
    parcel = replace(
        PARCEL,
        sender=Person("help@firma.example", evil),
        to=(Person("ann@example.com", evil),),
        subject=f"{evil} =?utf-8?q?a=0d=0aBcc:_evil@example.com?=",
        message_id=f"m@x{breaks}Bcc: e@x",
        in_reply_to=evil,
        references=(evil, "ok@x"),
        files=(FileContent(evil, f"text/plain{breaks}Bcc: e@x", b"x", False, evil),),
    )
    found = sent(parcel)
    allowed = {"from", "to", "subject", "date", "message-id", "references", "mime-version", "content-type"}
    for part in found.walk():
        assert {name.lower() for name in part.keys()} <= allowed | {  # noqa: SIM118 - a message's keys repeat
            "content-transfer-encoding",
            "content-disposition",
        }
    assert found["References"] == "<ok@x>"
    assert not any(sign in str(found["Subject"]) for sign in "\r\n")


@pytest.mark.parametrize(
    "address", ["nobody", "a@b\r\nBcc: c@d", "", "@x.example", "a b@x y", "a@", "a@b@\x00"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """What cannot be an address is refused in words, not sent somewhere."""
    with pytest.raises(DeliveryFailed, match="cannot be written to"):
        write(replace(PARCEL, to=(Person(address),)))


def test_letters_of_the_world_arrive() -> None:
    """Names, subjects, domains and local parts beyond ASCII arrive as they were written."""
    parcel = replace(
        PARCEL,
        sender=Person("hilfe@bücher.example", 'Müller, Söhne & "Co"'),
        subject="Grüße aus 東京 " + "sehr lang " * 30,
        text="日本語 äöü " * 50,
    )
    raw = write(parcel).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    found = parse(raw)
    assert found.sender == Person("hilfe@xn--bcher-kva.example", 'Müller, Söhne & "Co"')
    assert found.subject == parcel.subject.strip()
    assert found.body == parcel.text.strip()
    local = write(replace(PARCEL, to=(Person("jörg@example.com"),))).as_bytes()
    assert "jörg@example.com".encode() in local


def test_references_are_trimmed_and_never_encoded() -> None:
    """Of many references the first and the last twenty are written, one a line, however long."""
    references = tuple(f"{number}-{'x' * 90}@example.com" for number in range(60))
    raw = write(replace(PARCEL, references=references)).as_bytes()
    assert parse(raw).references == (references[0], *references[-20:])
    assert b"=?" not in raw


def test_files_are_attached_and_inline_images_shown() -> None:
    """Files arrive byte for byte; an inline image is related to the HTML by its content id (SPEC C8)."""
    files = (
        FileContent("Résumé.pdf", "application/pdf", bytes(range(256)) * 10),
        FileContent("a.png", "image/png", b"\x89PNG-a", True, "pic@x"),
        FileContent("b.png", "image/png", b"\x89PNG-b", True),
        FileContent("odd", "no type", b"odd"),
    )
    found = sent(replace(PARCEL, text="see\n\n![a](cid:pic@x)", files=files))
    html = body(found, "html")
    assert '<img src="cid:pic@x" alt="a"' in html
    assert html.count("<img") == 2
    read = parse(found.as_bytes())
    assert {(file.name, file.content) for file in read.files} == {(file.name, file.content) for file in files}
    assert {file.name for file in read.files if file.inline} == {"a.png", "b.png"}
    assert all(f"cid:{file.content_id}" in html for file in read.files if file.inline)


@pytest.mark.parametrize(
    "text",
    ["<script>x</script>", "[x](javascript:alert)", "[x](data:text/html,x)", "[x](file:///etc)",
     "<b onclick=x>", "[x](vbscript:x)", "[x](JaVaScRiPt:x)", "![x](http://a.example/x\"onerror=y)",
     "[x]: javascript:y\n\n[x]"]
)  # fmt: skip
def test_html_is_harmless(text: str) -> None:
    """No raw HTML and no link but http, https and mailto reaches a customer."""
    html = to_html(text).lower()
    assert not any(
        sign in html for sign in ("<script", "<b ", 'href="javascript', 'href="data', 'href="file')
    )
    assert 'href="vbscript' not in html
    assert '"onerror' not in html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** *it* _it_ ***both*** ~~old~~", "bold it it both old"),
        ("snake_case 2*3*4 a * b", "snake_case 2*3*4 a * b"),
        ("see [the page](https://x.example/a_b) and <https://y.example>",
         "see the page (https://x.example/a_b) and https://y.example"),
        ("[https://x.example](https://x.example)", "https://x.example"),
        ("![shot](https://x.example/s.png)", "shot (https://x.example/s.png)"),
        ("# Title\n- a\n1. b\n> q\n`c*d*`", "Title\n- a\n1. b\n> q\nc*d*"),
        ("```py\n*x*\n```\nend", "*x*\nend"),
        ("\\*no emphasis\\* at https://x.example/a_b_c_", "*no emphasis* at https://x.example/a_b_c_"),
    ],
)  # fmt: skip
def test_markdown_as_plain_text(text: str, expected: str) -> None:
    """SMS and Facebook get the words without the signs, links with their addresses (SPEC C1)."""
    assert plain(text) == expected
