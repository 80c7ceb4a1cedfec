"""Ten replies, quoted as three mail programs do it: one conversation, and no quote in a body."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta
from email.message import EmailMessage

import pytest

from kustui.clock import HeldClock
from kustui.core.post import Parcel
from kustui.core.records import Agent
from kustui.delivery.mail_parse import parse
from kustui.delivery.mail_write import write
from kustui.desk import Desk, Post
from kustui.store.store import Store
from support.transport import Recorder
from support.writing import drafted

CUSTOMER = "Ana Ruiz <ruiz@example.com>"


def gmail(said: str, ours: EmailMessage, plain: str, page: str) -> tuple[str, str]:
    """Gmail: a line that announces, then the quote, in both parts."""
    when = "On Thu, 4 Jun 2026 at 11:42, Ana Soler · Acme <support@acme.example> wrote:"
    quoted = "\n".join(f"> {line}".rstrip() for line in plain.splitlines())
    return f"{said}\n\n{when}\n\n{quoted}\n", (
        f'<div dir="ltr">{said}</div><br><div class="gmail_quote"><div class="gmail_attr">{when}<br></div>'
        f'<blockquote class="gmail_quote">{page}</blockquote></div>'
    )


def outlook(said: str, ours: EmailMessage, plain: str, page: str) -> tuple[str, str]:
    """Outlook: a rule and the headers of what is quoted, which is not marked."""
    sent, subject = "Thursday, June 4, 2026 11:42 AM", ours["Subject"]
    head = f"From: Ana Soler <support@acme.example>\nSent: {sent}\nTo: Ana Ruiz\nSubject: {subject}"
    return f"{said}\n\n________________________________\n{head}\n\n{plain}", (
        f'<div>{said}</div><hr><div id="divRplyFwdMsg"><b>From:</b> Ana Soler<br>'
        f"<b>Sent:</b> {sent}<br><b>To:</b> Ana Ruiz<br><b>Subject:</b> {subject}</div>{page}"
    )


def phone(said: str, ours: EmailMessage, plain: str, page: str) -> tuple[str, str]:
    """A phone: a signature of its own between the answer and the quote."""
    when = "On 4 Jun 2026, at 11:42, Ana Soler · Acme <support@acme.example> wrote:"
    quoted = "\n".join(f"> {line}".rstrip() for line in plain.splitlines())
    return f"{said}\n\nSent from my iPhone\n\n> {when}\n> \n{quoted}\n", (
        f'{said}<br><br>Sent from my iPhone<br><blockquote type="cite">{when}<br><br></blockquote>'
        f'<blockquote type="cite">{page}</blockquote>'
    )


PROGRAMS = {"gmail": gmail, "outlook": outlook, "phone": phone}


def answer(parcel: Parcel, said: str, program: str, number: int, *, html: bool, refers: bool) -> bytes:
    """What a customer's program sends as an answer to what arrived there."""
    ours = email.message_from_bytes(write(parcel).as_bytes(), policy=email.policy.default)
    assert isinstance(ours, EmailMessage)
    text, page = ours.get_body(("plain",)), ours.get_body(("html",))
    assert text is not None
    assert page is not None
    plain, rich = PROGRAMS[program](said, ours, text.get_content(), page.get_content())
    reply = EmailMessage()
    reply["From"], reply["To"] = CUSTOMER, str(ours["From"])
    reply["Subject"] = f"{'AW' if program == 'outlook' else 'Re'}: {ours['Subject']}"
    reply["Message-ID"] = f"<answer-{number}@example.com>"
    reply["Date"] = parcel.at + timedelta(minutes=5)
    if refers:
        reply["In-Reply-To"] = str(ours["Message-ID"])
        reply["References"] = f"{ours['References'] or ''} {ours['Message-ID']}".strip()
    reply.set_content(plain)
    if html:
        reply.add_alternative(rich, subtype="html")
    return reply.as_bytes()


@pytest.mark.parametrize("html", [False, True], ids=["plain", "html"])
def test_ten_replies_stay_one_conversation_with_clean_bodies(
    store: Store, agent: Agent, clock: HeldClock, html: bool
) -> None:
    """B12, C1: by References, and by the token where a program drops them; each body is what was said."""
    carrier = Recorder()
    post = Post({"email": carrier}, "support@acme.example", marks_in="subject")
    desk = Desk(store, agent, post, undo_seconds={"email": 0}, workspace="Acme")
    first = EmailMessage()
    first["From"], first["To"], first["Subject"] = CUSTOMER, "support@acme.example", "Order 8821"
    first["Message-ID"], first["Date"] = "<first@example.com>", clock.now()
    first.set_content("Where is my order?")
    desk.intake.receive(parse(first.as_bytes()))
    said = ["Where is my order?"]
    for number in range(10):
        program = list(PROGRAMS)[number % 3]
        clock.advance(minutes=10)
        desk.replies.send(drafted(desk, 1, f"Answer {number}.\n\nIt is **on its way**."))
        desk.clockwork.outgoing()
        words = f"Word {number} of the customer."
        content = answer(carrier.sent[-1], words, program, number, html=html, refers=number % 4 != 3)
        clock.advance(minutes=10)
        changed = desk.intake.receive(parse(content))
        assert changed is not None
        assert changed.conversation_id == 1, (program, number)
        said.append(words)
    with store.reading() as reader:
        bodies = reader.all("SELECT body, signature FROM message WHERE direction = 'inbound' ORDER BY at, id")
        subjects = {row[0] for row in reader.all("SELECT subject FROM message")}
    assert [body[: len(body) - signature].strip() for body, signature in bodies] == said
    assert all("[#" not in subject for subject in subjects)
    sent = carrier.sent[-1]
    assert sent.subject.count("[#") == 1
    assert sent.references[-1] == "answer-8@example.com"
