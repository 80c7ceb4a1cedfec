"""One stored email becomes an Inbound, whatever is wrong with it."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kustui.core.post import Inbound
from kustui.core.text import clean
from kustui.delivery.mail_files import MailFiles
from kustui.delivery.mail_parse import external_id, parse
from kustui.delivery.mail_quotes import split_quoted
from kustui.errors import MissingExtra, Unreadable

for library in ("lxml", "inscriptis", "mailparser_reply", "charset_normalizer", "ftfy"):
    pytest.importorskip(library, reason="reading email needs kustui[email]")

AWKWARD = Path(
    os.environ.get("KUSTUI_TEST_MAIL", Path(__file__).resolve().parents[2].parent / "shared" / "mail")
)
# Rightly refused, with the words that name the cause.
UNREADABLE = {"error_emails/bad_encoded_subject.eml": "no sender address"}
HEAD = (
    b"From: Ann <ann@example.com>\r\nTo: help@firma.example\r\nSubject: Hello\r\n"
    b"Message-ID: <1@example.com>\r\nDate: Mon, 01 Jan 2024 10:00:00 +0100\r\n"
)


def mail(body: bytes = b"Hi there\r\n", headers: bytes = b"", head: bytes = HEAD) -> Inbound:
    """The Inbound of a small email."""
    return parse(head + headers + b"\r\n" + body)


def multipart(*parts: bytes, kind: bytes = b"mixed", params: bytes = b"") -> Inbound:
    """The Inbound of a multipart email of raw parts."""
    body = b"".join(b"--B\r\n" + part + b"\r\n" for part in parts) + b"--B--\r\n"
    return mail(
        body, b"MIME-Version: 1.0\r\nContent-Type: multipart/" + kind + b"; boundary=B" + params + b"\r\n"
    )


def awkward_files() -> list[str]:
    """The awkward emails by their path below their folder; one empty name without the folder."""
    return sorted(str(path.relative_to(AWKWARD)) for path in AWKWARD.rglob("*.eml")) or [""]


@pytest.mark.parametrize("name", awkward_files())
def test_awkward_email_is_read_or_refused_with_its_cause(name: str) -> None:
    """Each of the 103 awkward emails is read, clean and with a sender, or refused by its cause."""
    if not name:
        pytest.skip(f"the awkward emails are not in {AWKWARD}")
    content = (AWKWARD / name).read_bytes()
    if name in UNREADABLE:
        with pytest.raises(Unreadable) as refused:
            parse(content)
        assert UNREADABLE[name] in str(refused.value)
        return
    found = parse(content)
    assert "@" in found.sender.address
    assert found.original == content
    for words in (found.subject, found.body, found.quoted, found.sender.name):
        assert clean(words) == words
        assert "=?" not in words
    assert "\n" not in found.subject


@pytest.mark.parametrize(
    ("name", "subject", "body"),
    [
        ("multi_charset/japanese_shift_jis.eml", "test", "あいうえお"),
        ("multi_charset/japanese_iso_2022.eml", "まみむめも", "すみません。"),
        ("multi_charset/ks_c_5601-1987.eml", "test", "스티해"),
        ("error_emails/content_transfer_encoding_empty.eml", "大家說英語", "軟體帝國更新迅速"),
        ("error_emails/invalid_subject_characters.eml", "Formação FrenetikPolis", "TEST"),
        ("plain_emails/raw_email5.eml", "", "Envoyé par le service"),
        ("plain_emails/raw_email_with_partially_quoted_subject.eml", 'Re: Test: "漢字" mid', "대부분의"),
        (
            "multipart_report_emails/multipart_report_multiple_status.eml",
            "Mail System Error",
            "undeliverable",
        ),
    ],
)
def test_charsets_of_the_world_are_read(name: str, subject: str, body: str) -> None:
    """Declared, misdeclared, undeclared and twice encoded charsets all end as the words meant."""
    if not (AWKWARD / name).exists():
        pytest.skip(f"the awkward emails are not in {AWKWARD}")
    found = parse((AWKWARD / name).read_bytes())
    assert subject in found.subject
    assert body in found.body


def test_plain_facts_of_a_message() -> None:
    """Sender, recipients, subject, date in UTC, ids without brackets, the bytes as they came."""
    content = HEAD + b"Cc: B <b@EXAMPLE.com>, c@example.com\r\n\r\nHi there\r\n"
    found = parse(content)
    assert (found.sender.name, found.sender.address) == ("Ann", "ann@example.com")
    assert [person.address for person in found.cc] == ["b@example.com", "c@example.com"]
    assert (found.subject, found.body, found.quoted) == ("Hello", "Hi there", "")
    assert found.at == datetime(2024, 1, 1, 9, tzinfo=UTC)
    assert found.message_id == "1@example.com"
    assert (found.channel, found.original) == ("email", content)
    assert not found.automatic
    assert not found.bounce


@pytest.mark.parametrize(
    "date", [b"", b"yesterday", b"Mon, 01 Jan 1950 10:00:00 +0000", b"Mon, 99 Foo 20240 99:99:99 +9999",
             b"Fri, 31 Dec 9999 23:59:59 -2300", b"1" * 500, b"Mon, 01 Jan 2024 10:00:00 +99999999999999"]
)  # fmt: skip
def test_absurd_dates_are_no_dates(date: bytes) -> None:
    """A date that is missing, broken or outside 1971 to 2100 is None."""
    assert parse(b"From: a@example.com\r\nDate: " + date + b"\r\n\r\nx").at is None


def test_references_come_oldest_first_and_once() -> None:
    """References, then In-Reply-To, each id once; the last hundred of fifty thousand are kept."""
    found = mail(headers=b"References: <a@x> <b@x>\r\n <a@x>\r\nIn-Reply-To: <c@x>\r\n")
    assert found.references == ("a@x", "b@x", "c@x")
    many = b"References: " + b"\r\n ".join(b"<%d@x>" % number for number in range(50_000)) + b"\r\n"
    assert mail(headers=many).references == tuple(f"{number}@x" for number in range(49_900, 50_000))


def test_sender_is_looked_for_in_turn() -> None:
    """From, Sender, Reply-To, Return-Path and the envelope are asked for a usable address in turn."""
    broken = b"From: ;;;<@@>\r\n"
    assert (
        parse(broken + b"Sender: s@x.example\r\nReply-To: r@x.example\r\n\r\nx").sender.address
        == "s@x.example"
    )
    assert parse(broken + b"Reply-To: R <r@X.example>\r\n\r\nx").sender.address == "r@x.example"
    assert parse(broken + b"Return-Path: <p@x.example>\r\n\r\nx").sender.address == "p@x.example"
    envelope = b"From e@x.example Mon Jan  1 10:00:00 2024\nSubject: x\n\nx"
    assert parse(envelope).sender.address == "e@x.example"
    assert parse(b"From: Ann Lee <broken>\r\nReply-To: r@x.example\r\n\r\nx").sender.name == "Ann Lee"


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"Subject: x\r\n\r\nhi", "no sender address"),
        (b"From: ;;;<@@>\r\n\r\nhi", ";;;<@@>"),
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (bytes(range(256)) * 50, "no sender"),
    ],
)
def test_unreadable_says_why(content: bytes, cause: str) -> None:
    """A message that cannot be read is refused with the cause in words."""
    with pytest.raises(Unreadable, match=cause):
        parse(content)


def test_hostile_words_are_clean() -> None:
    """Escape sequences, line breaks and bidi controls in subject, names and body reach nobody raw."""
    found = parse(
        b"From: =?utf-8?q?A=1b=5d52=3bx=07?= <a@example.com>\r\n"
        b"Subject: =?utf-8?q?Re=3a_x=0d=0aBcc=3a_y=1b[2J?=\r\nTo: =?utf-8?b?4oCu?=x <t@example.com>\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n\x1b]0;title\x07 \xe2\x80\xaeabc"
    )
    everything = found.subject + found.body + found.sender.name + found.to[0].name
    assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or sign == "\u202e" for sign in everything)
    assert found.subject.startswith("Re: x Bcc: y")


def test_html_is_read_as_text() -> None:
    """HTML becomes words: no styles or scripts, links with their targets, quotes marked, tables in rows."""
    found = mail(
        b"<html><head><style>p{color:red}</style></head><body><script>bad()</script>"
        b"<p>Dear <b>team</b>,</p><p>see <a href='https://shop.example/o/1'>my order</a> and "
        b"<a href='https://a.example'>https://a.example</a></p><img src='http://track.example/x.gif'>"
        b"<table><tr><th>Item</th><th>Count</th></tr><tr><td>Lamp</td><td>2</td></tr></table>"
        b"<div class='gmail_quote'><div class='gmail_attr'>pn 1 stycz "
        b"<a href='mailto:h@f.example'>h@f.example</a>"
        b"</div><blockquote>old words</blockquote></div></body></html>",
        b"Content-Type: text/html; charset=utf-8\r\n",
    )
    assert found.body.startswith(
        "Dear team,\n\nsee my order (https://shop.example/o/1) and https://a.example"
    )
    assert "Lamp  2" in found.body
    assert not any(word in found.body for word in ("color", "bad()", "track", "old words"))
    assert "> old words" in found.quoted
    assert "pn 1 stycz" in found.quoted


def test_plain_text_is_preferred_unless_it_is_a_stub() -> None:
    """Of the alternatives the plain one is read, or the HTML when the plain one says nothing."""
    html = b"Content-Type: text/html\r\n\r\n<p>rich words</p>"
    real = multipart(b"Content-Type: text/plain\r\n\r\nplain words", html, kind=b"alternative")
    assert real.body == "plain words"
    for stub in (b"", b"   \r\n", b"Your mail program does not support HTML."):
        found = multipart(b"Content-Type: text/plain\r\n\r\n" + stub, html, kind=b"alternative")
        assert found.body == "rich words"


def test_attachments_are_kept_as_the_sender_named_them() -> None:
    """Every file comes with its raw name, type and bytes; a message within the message as .eml."""
    found = multipart(
        b"Content-Type: text/plain\r\n\r\nsee files",
        b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename*=utf-8''R%C3%A9sum%C3%A9.pdf\r\n\r\nJVBERi0xLjQ",
        b'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="../../etc/x"\r\n\r\nhm',
        b"Content-Type: image/png\r\nContent-Disposition: inline\r\nContent-ID: <pic@x>\r\n\r\nPNG",
        b"Content-Type: message/rfc822\r\n\r\nFrom: b@x.example\r\nSubject: Inner\r\n\r\ninner words",
    )
    assert found.body == "see files"
    names = [(file.name, file.media_type, file.inline) for file in found.files]
    assert names == [
        ("Résumé.pdf", "application/pdf", False),
        ("../../etc/x", "text/plain", False),
        ("part-4.png", "image/png", True),
        ("Inner.eml", "message/rfc822", False),
    ]
    assert found.files[0].content == b"%PDF-1.4"
    assert found.files[2].content_id == "pic@x"
    assert b"inner words" in found.files[3].content


def test_nothing_is_left_out_in_silence() -> None:
    """Beyond 200 parts the rest is left out, and the body says how many."""
    part = b"Content-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\n\r\nx"
    found = multipart(*[part] * 230)
    assert len(found.files) == 200
    assert "30 more parts were left out" in found.body


@pytest.mark.parametrize(
    ("text", "body", "quoted"),
    [
        ("Thanks!\n\nOn Mon, 1 Jan 2024 at 10:00, Bob <bob@x.example> wrote:\n\n> hi\n", "Thanks!", "> hi"),
        ("Thanks!\n\nOn Mon, 1 Jan 2024 at 10:00, Bob\n<bob@x.example> wrote:\n> hi\n", "Thanks!", "> hi"),
        ("Danke\n\nAm 03.04.2024 um 10:00 schrieb Bob <b@x.example>:\n> hallo", "Danke", "> hallo"),
        ("Merci\n\nLe lun. 3 avr. 2024 à 10:00, Bob <b@x.example> a écrit :\n\n> salut", "Merci", "> salut"),
        ("Gracias\n\nEl lun, 1 ene 2024, Bob (<b@x.example>) escribió:\n\n> hola", "Gracias", "> hola"),
        ("Obrigado\n\nEm seg., 3 de abr. de 2024, Bob <b@x.example> escreveu:\n\n> oi", "Obrigado", "> oi"),
        ("Grazie\n\nIl giorno lun 1 gen 2024 Bob <b@x.example> ha scritto:\n\n> ciao", "Grazie", "> ciao"),
        ("了解です\n\n差出人: B <b@x.example>\n送信日時: 2024\n宛先: A\n件名: x\n\n古い", "了解です", "古い"),
        ("Da.\n\n_____________\nVon: B <b@x.example>\nGesendet: Mo\nAn: A\nBetreff: x\n\nalt", "Da.", "alt"),
        ("See\n\n-----Original Message-----\nFrom: Bob\nSent: Mon\nTo: A\nSubject: x\n\nold", "See", "old"),
        ("On Mon, 1 Jan 2024, Bob wrote:\n> question\n\nanswer below", "answer below", "> question"),
    ],
)  # fmt: skip
def test_history_is_told_from_the_answer(text: str, body: str, quoted: str) -> None:
    """Quoted history is recognised in many languages and mail programs, above and below."""
    found = split_quoted(text)
    assert found[0] == body
    assert quoted in found[1]


@pytest.mark.parametrize(
    "text",
    [
        "> all of it\n> is quoted",
        "I want to change my trip\n\nFrom: Berlin\nTo: Munich\nDate: 3 May 2024\n\nThanks",
        "On 3 May 2024 your colleague told me the following:\n\nThat it works.",
        "Order:\n\nItems > 5 please\n> not sure\nBob",
    ],
)
def test_words_of_the_writer_are_not_taken_for_history(text: str) -> None:
    """Journeys, sentences with a colon and a letter that is all quote stay in the body."""
    assert split_quoted(text) == (text, "")


def test_answers_between_the_lines_stay_with_their_quotes() -> None:
    """Interleaved answers stay in the body with what they answer; only the rest is history."""
    text = "Hi\nOn Mon, 1 Jan 2024, Bob wrote:\n> q1\na1\n> q2\na2\n\n> rest\n> more"
    body, quoted = split_quoted(text)
    assert body.endswith("> q2\na2")
    assert quoted == "> rest\n> more"


def test_splitting_loses_no_word() -> None:
    """Body and quoted together hold every letter of the text, for every awkward email too."""
    texts = [
        "a\n> b\nc\n> d\n-- \ne",
        "-- \nsig only",
        "> a\nb\n> c",
        "x\n\nOn 1 Jan 2024 B <b@x> wrote:\ny",
        "\n\n",
    ]
    for name in awkward_files():
        if name and name not in UNREADABLE:
            found = parse((AWKWARD / name).read_bytes())
            texts.append(f"{found.body}\n{found.quoted}")
    for text in texts:
        body, quoted = split_quoted(text)
        assert Counter((body + quoted).split()) == Counter(text.split()) or Counter(
            "".join((body + quoted).split())
        ) == Counter("".join(text.split()))
        assert bool(body) == bool(text.strip())


@pytest.mark.parametrize(
    "headers",
    [
        b"Auto-Submitted: auto-replied (vacation)\r\n",
        b"Auto-Submitted: auto-generated\r\n",
        b"X-Autoreply: yes\r\n",
        b"Precedence: auto_reply\r\n",
        b"Precedence: bulk\r\nSubject: Out of office: back on Monday\r\n",
        b"X-Auto-Response-Suppress: All\r\nSubject: Abwesenheitsnotiz: Urlaub\r\n",
        "Return-Path: <>\r\nSubject: Réponse automatique : absence\r\n".encode(),
    ],
)
def test_automatic_replies_are_marked(headers: bytes) -> None:
    """Out-of-office and other machine replies are automatic and no bounces (SPEC B12)."""
    found = parse(b"From: ann@example.com\r\n" + headers + b"\r\nI am away")
    assert found.automatic
    assert not found.bounce


@pytest.mark.parametrize(
    "headers",
    [
        b"Auto-Submitted: no\r\n",
        b"X-Auto-Response-Suppress: OOF\r\nSubject: My order\r\n",
        b"Subject: Out of office chairs: when do you have them again?\r\n",
        b"List-Id: <l.example.com>\r\nPrecedence: list\r\nSubject: Out of office hours\r\n",
        b"Precedence: bulk\r\nSubject: Our news of May\r\n",
    ],
)
def test_people_and_lists_are_not_automatic(headers: bytes) -> None:
    """A person's mail, a newsletter and a mailing list are no automatic replies (SPEC B12)."""
    assert not parse(b"From: ann@example.com\r\n" + headers + b"\r\nHello").automatic


def report(action: bytes, returned: bytes) -> Inbound:
    """A delivery report (RFC 3464) about one recipient."""
    return multipart(
        b"Content-Type: text/plain\r\n\r\nYour message could not be delivered.",
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
        b"Final-Recipient: rfc822; gone@example.org\r\nAction: " + action + b"\r\nStatus: 5.1.1\r\n",
        returned,
        kind=b"report",
        params=b"; report-type=delivery-status",
    )


@pytest.mark.parametrize(
    "returned",
    [
        b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <out-7@firma.example>\r\nSubject: x\r\n\r\nbody",
        b"Content-Type: text/rfc822-headers\r\n\r\nSubject: x\r\nMessage-Id: <out-7@firma.example>\r\n",
    ],
)
def test_a_delivery_report_names_what_bounced(returned: bytes) -> None:
    """A bounce says which message and which address failed (SPEC B12)."""
    found = report(b"failed", returned)
    assert found.bounce
    assert not found.automatic
    assert (found.bounce_of, found.bounced_address) == ("out-7@firma.example", "gone@example.org")


def test_a_delay_is_no_bounce() -> None:
    """A report that a message is late is automatic, not a delivery failure (SPEC B12)."""
    found = report(b"delayed", b"Content-Type: text/plain\r\n\r\n")
    assert found.automatic
    assert not found.bounce


def test_bounces_of_old_hosts_are_recognised() -> None:
    """Bounces without a report are told by their sender, subject and text (SPEC B12)."""
    found = parse(
        b"From: MAILER-DAEMON@mx.example.com\r\nReturn-Path: <>\r\nSubject: failure notice\r\n\r\n"
        b"Hi. This is the qmail-send program.\r\n<gone@example.org>:\r\nno such user\r\n\r\n"
        b"--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <help@firma.example>\r\n"
        b"Message-ID: <out-7@firma.example>\r\nSubject: x\r\n\r\nbody"
    )
    assert (found.bounce, found.bounce_of) == (True, "out-7@firma.example")
    assert found.bounced_address == "gone@example.org"
    exim = parse(
        b"From: Mail Delivery System <Mailer-Daemon@mx.example.com>\r\n"
        b"X-Failed-Recipients: gone@example.org\r\n"
        b"Subject: Mail delivery failed\r\nReferences: <out-7@firma.example>\r\n\r\nsorry"
    )
    assert (exim.bounce, exim.bounce_of, exim.bounced_address) == (
        True,
        "out-7@firma.example",
        "gone@example.org",
    )
    nameless = parse(
        b"From: MAILER-DAEMON\r\nSubject: Undelivered Mail Returned to Sender\r\n\r\n<gone@example.org>"
    )
    assert nameless.bounce
    assert nameless.sender.address.startswith("mailer-daemon@")


def test_one_message_is_one_in_every_kind_of_store() -> None:
    """The external id ignores line ends and what a mail program adds to its own copy, nothing else."""
    plain = b"From: a@x.example\nSubject: s\nMessage-ID: <1@x>\n\nbody\n"
    same = [
        plain.replace(b"\n", b"\r\n"),
        plain + b"\n\n",
        b"From a@x.example Mon Jan  1 10:00:00 2024\n" + plain,
        plain.replace(
            b"Subject", b"Status: RO\nX-Status: A\nX-Mozilla-Keys: a\n b\nContent-Length: 5\nSubject"
        ),
    ]
    assert {external_id(each) for each in same} == {external_id(plain)}
    assert external_id(plain.replace(b"body", b"Body")) != external_id(plain)
    assert external_id(plain).startswith("mail:")


def hostile() -> dict[str, bytes]:
    """Messages made to crash or to hang a reader."""
    level = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    nested = HEAD + b"".join(level % (depth, depth) for depth in range(1_500))
    html = HEAD + b"Content-Type: text/html\r\n\r\n"
    return {
        "1,500 nested multiparts": nested + b"\r\nwords",
        "1,500 nested messages": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 1_500 + b"words",
        "5,000 recipients": HEAD
        + b"Cc: "
        + b",\r\n ".join(b"u%d@x.example" % number for number in range(5_000))
        + b"\r\n\r\nwords",
        "1 MB on one line": HEAD + b"\r\n" + b"words " * 175_000,
        "deep HTML": html + b"<div>" * 100_000 + b"words",
        "nested tables": html + b"<table><tr><td>" * 20_000 + b"words",
        "a wide table": html + b"<table><tr><td>" + b"w" * 50_000 + b"<td>words" + b"<tr><td>x<td>y" * 5_000,
        "lines like announcements": HEAD
        + b"\r\n"
        + (b"On 10:00 " + b"On a " * 45 + b"wrote :\n") * 3_000
        + b"words",
        "a million parts": HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nwords\r\n" * 300_000,
        "a charset nobody knows": HEAD + b"Content-Type: text/plain; charset=klingon\r\n\r\nwords \xe9",
        "a charset with NUL": HEAD + b"Content-Type: text/plain; charset*=\x00''x\r\n\r\nwords \xe9",
        "a charset that is a codec": HEAD + b"Content-Type: text/plain; charset=zlib\r\n\r\nwords \xe9",
        "a broken id": HEAD.replace(b"<1@example.com>", b"<<>") + b"\r\nwords",
        "open encoded words": HEAD.replace(b"Hello", b"=?utf-8?q?a" * 20_000) + b"\r\nwords",
        "combining marks": HEAD + b"\r\nwords" + "\u0301".encode() * 100_000,
    }


@pytest.mark.parametrize("name", sorted(hostile()))
def test_hostile_mail_is_read_within_bounds(name: str) -> None:
    """No message made for it crashes the reader or holds it up, and what is not shown is told."""
    started = time.perf_counter()
    found = parse(hostile()[name])
    assert time.perf_counter() - started < 5
    assert "words" in found.body or "left out" in found.body
    assert len(found.cc) <= 500


def test_omitted_recipients_are_told() -> None:
    """Of five thousand recipients the first are kept, and the body says how many are not."""
    found = parse(hostile()["5,000 recipients"])
    assert f"{5_000 - len(found.cc):,} more recipients were left out" in found.body


def test_the_reader_of_files_parses_the_same_way() -> None:
    """MailFiles.parse and parse are one."""
    content = HEAD + b"\r\nHi"
    assert MailFiles().parse(content) == parse(content)


def test_without_the_libraries_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without kustui[email] a message that needs it is not refused for good: the extra is named."""
    monkeypatch.setitem(sys.modules, "lxml", None)
    with pytest.raises(MissingExtra, match=r"kustui\[email\]"):
        mail(b"<p>hi</p>", b"Content-Type: text/html\r\n")
    monkeypatch.setitem(sys.modules, "ftfy", None)
    with pytest.raises(MissingExtra):
        mail("grüße".encode(), b"Content-Type: text/plain; charset=utf-8\r\n")
