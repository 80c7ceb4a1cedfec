"""What providers say by calling: messages filed once, nothing from strangers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kustui.clock import HeldClock
from kustui.core.post import Inbound, Person, Receipt
from kustui.core.records import Agent
from kustui.delivery import Answer, Request, Setup
from kustui.delivery.twilio import TwilioTransport
from kustui.desk import Desk, Post
from kustui.errors import StoreBusy
from kustui.store.store import Store
from support.calls import ANA, SECRETS, Gateway, called, gateway_by
from support.outbox import ask
from support.providers import ACCOUNT, CALLBACK, NUMBER, page_call, page_event, page_message, sms_call
from support.transport import Broken, Recorder

INBOUND = {
    "MessageSid": "SM77",
    "SmsStatus": "received",
    "AccountSid": ACCOUNT,
    "From": ANA,
    "To": NUMBER,
    "Body": "Where is my courier? ¿Hoy?",
    "NumMedia": "0",
    "FromCity": "",
}


@pytest.fixture
def gateway(clock: HeldClock, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """The transport of the desk's SMS."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return gateway_by(clock)


@pytest.fixture
def listening(store: Store, agent: Agent, clock: HeldClock, gateway: Gateway) -> Desk:
    """Ana's desk, which SMS and Facebook call."""
    return called(store, agent, clock, gateway)


def test_an_sms_that_came_is_filed_once(listening: Desk) -> None:
    """B1: under the customer of its number, in their conversation, however often the gateway says it."""
    for _ in range(3):
        answer = listening.webhooks.take("sms", sms_call(INBOUND))
        assert (answer.status, answer.media_type) == (200, "text/xml")
        assert answer.text.endswith("<Response/>")
    assert ask(listening, "SELECT channel, sender, body, external_id FROM message") == [
        ("sms", ANA, "Where is my courier? ¿Hoy?", "twilio:SM77")
    ]
    again = {**INBOUND, "MessageSid": "SM78", "Body": "Hello?"}
    listening.webhooks.take("sms", sms_call(again))
    assert ask(listening, "SELECT count(*), count(DISTINCT conversation_id) FROM message") == [(2, 1)]


def test_pictures_by_sms_are_named_and_not_fetched(listening: Desk) -> None:
    """B1: where a file lies was written by a stranger, so a line says that it was sent."""
    media = {
        "NumMedia": "2",
        "MediaContentType0": "image/jpeg",
        "MediaUrl0": "http://169.254.169.254/latest",
        "MediaContentType1": "application/pdf",
        "MediaUrl1": "file:///etc/passwd",
        "Body": "",
    }
    listening.webhooks.take("sms", sms_call({**INBOUND, **media}))
    ((body,),) = ask(listening, "SELECT body FROM message")
    assert body == "[1 picture, 1 file were sent; they are at the provider]"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("\x1b]52;c;x\x07 and \x00", "␛]52;c;x␇ and ␀"),
        ("x" * 200_000, "x" * 200_000),
        ("\u202emirrored", "\ufffdmirrored"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("\ud800", "?"),
    ],
    ids=["escapes", "long", "bidi", "markup", "surrogate"],
)
def test_what_a_stranger_writes_by_sms_is_only_ever_words(listening: Desk, text: str, stored: str) -> None:
    """B1: escape codes, NUL, long lines, lone surrogates: filed, and harmless."""
    assert listening.webhooks.take("sms", sms_call({**INBOUND, "Body": text})).status == 200
    assert ask(listening, "SELECT body FROM message") == [(stored,)]


def test_what_a_stranger_writes_on_facebook_is_only_ever_words(listening: Desk) -> None:
    """B1: the same by Facebook, whose JSON can hold what no text should; filed once, all in one call."""
    texts = ["\x1b[2J\x00", "\ud800 alone", "y" * 1_000_000]
    events = [page_message(text, f"m_{place}") for place, text in enumerate(texts)]
    for _ in range(2):
        assert listening.webhooks.take("facebook", page_call(page_event(*events))).status == 200
    rows = ask(listening, "SELECT body FROM message ORDER BY id")
    assert rows == [("␛[2J␀",), ("\ufffd alone",), ("y" * 1_000_000,)]


def test_only_what_the_gateway_signed_is_read(listening: Desk) -> None:
    """Another token, another address, another field or none at all: 403, and nothing is filed."""
    call = sms_call(INBOUND)
    sign = call.headers["x-twilio-signature"]
    for wrong in (
        sms_call(INBOUND, token="another"),
        sms_call(INBOUND, signed_for="https://evil.example/webhook/sms"),
        sms_call(INBOUND, signed_for=f"{CALLBACK}/webhook/sms?message=x"),
        call._replace(body=call.body + b"&Body=more"),
        call._replace(body=call.body.replace(b"courier", b"money")),
        call._replace(headers={}),
        call._replace(headers={"x-twilio-signature": ""}),
        call._replace(headers={"x-twilio-signature": "é" * 28}),
        call._replace(headers={"x-twilio-signature": sign.swapcase()}),
        call._replace(url=f"{CALLBACK}/webhook/sms?message=x&round=0"),
    ):
        assert listening.webhooks.take("sms", wrong).status == 403, wrong
    assert listening.webhooks.take("sms", call._replace(method="GET")).status == 405
    assert ask(listening, "SELECT count(*) FROM message") == [(0,)]


def test_a_signature_holds_however_a_proxy_writes_the_address(listening: Desk) -> None:
    """Signed over the address we gave, with a port or without, while the call came in by another."""
    inside = "http://127.0.0.1:8080/webhook/sms"
    for signed_for in (f"{CALLBACK}/webhook/sms", f"{CALLBACK}:443/webhook/sms", inside):
        call = sms_call(INBOUND, url=inside, signed_for=signed_for)
        assert listening.webhooks.take("sms", call).status == 200, signed_for


def test_the_signature_is_the_documented_one(clock: HeldClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of the gateway's own documentation."""
    monkeypatch.setenv("KUSTUI_TEST_TOKEN", "12345")
    said = {"account": ACCOUNT, "from": NUMBER, "token_env": "KUSTUI_TEST_TOKEN"}
    listener = TwilioTransport.set_up(Setup(Path(), clock, said))
    body = (
        b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
    )
    headers = {"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
    call = Request("POST", "https://mycompany.com/myapp.php?foo=1&bar=2", headers, {}, body)
    # It is about a telephone call, so it is believed, and names no message.
    assert listener.webhook(call).status == 400
    assert listener.webhook(call._replace(body=body + b"0")).status == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"MessageSid": "", "From": ANA},
        {"MessageSid": "SM 1", "From": ANA},
        {"MessageSid": "SM1", "From": ""},
        {"MessageSid": "SM1"},
    ],
)
def test_a_signed_call_without_a_name_or_a_sender_is_refused(listening: Desk, fields: dict[str, str]) -> None:
    """Nothing is filed that could not be told from the next, or answered."""
    assert listening.webhooks.take("sms", sms_call(fields)).status == 400
    assert listening.webhooks.take("sms", sms_call(INBOUND)._replace(body=b"a=b&" * 1_000)).status == 400
    assert listening.webhooks.take("sms", sms_call(INBOUND)._replace(body=b"x" * 300_000)).status == 413
    assert listening.webhooks.take("sms", sms_call(INBOUND)._replace(url="http://[::1")).status == 400


# -- what stands in the way --------------------------------------------------------------


def test_a_channel_that_cannot_listen_says_so(
    store: Store, agent: Agent, listening: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing there: 404; not ready, or its secret is not to be found: 503, so that it comes again."""
    call = sms_call(INBOUND)
    assert listening.webhooks.take("chat", call).status == 404
    works = Recorder()
    assert Desk(store, agent, Post(Broken(works))).webhooks.take("email", call).status == 503
    assert Desk(store, agent, Post(Broken(works))).webhooks.take("sms", call).status == 404
    monkeypatch.delenv("KUSTUI_TEST_TOKEN")
    assert listening.webhooks.take("sms", call).status == 503
    assert ask(listening, "SELECT count(*) FROM message") == [(0,)]


class Says(Recorder):
    """A transport whose webhook answers what it is told."""

    def __init__(self, *came: Inbound | Receipt) -> None:
        super().__init__()
        self.came = came

    def webhook(self, request: Request) -> Answer:
        """Answer, or stumble over a body that says so."""
        if request.body == b"stumble":
            raise RuntimeError
        return Answer(came=self.came)


def inbound(name: str, **more: Any) -> Inbound:
    """A message that came."""
    said: dict[str, Any] = {"channel": "chat", "external_id": name, "sender": Person("vera")}
    return Inbound(**{**said, "subject": "", "body": "Hello", "original": name.encode(), **more})


def test_what_cannot_be_filed_is_kept_whole_and_keeps_nothing_else_out(store: Store, agent: Agent) -> None:
    """B1: what the store cannot hold, or the rules refuse, is quarantined, once; the others are filed."""
    came = (
        inbound("one"),
        inbound("two", sender=Person("vera", "\ud800"), external_id="\ud800"),
        inbound("three", channel="note"),
        Receipt("chat", "\ud800", "delivered"),
        inbound("four"),
    )
    desk = Desk(store, agent, Post({"chat": Says(*came)}))
    for _ in range(2):
        assert desk.webhooks.take("chat", Request("POST", "", {}, {}, b"")).status == 200
    assert ask(desk, "SELECT external_id FROM message ORDER BY id") == [("one",), ("four",)]
    kept = [(source, desk.reads.quarantined(number)) for number, source, *_ in desk.reads.quarantine()]
    assert sorted(kept) == [("chat", b"two"), ("note", b"three")]


def test_a_store_in_trouble_has_it_come_again(
    store: Store, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B1: nothing is answered as taken that is not on disk; what a webhook stumbles over is refused."""
    desk = Desk(store, agent, Post({"chat": Says(inbound("one"))}))
    call = Request("POST", "", {}, {}, b"")

    def busy() -> None:
        raise StoreBusy("Busy", "Another program holds the store.")

    with monkeypatch.context() as patch:
        patch.setattr(store, "writing", busy)
        assert desk.webhooks.take("chat", call).status == 503
    assert desk.webhooks.take("chat", call._replace(body=b"stumble")).status == 400
    assert ask(desk, "SELECT count(*) FROM message") == [(0,)]
    assert desk.webhooks.take("chat", call).status == 200
    assert ask(desk, "SELECT count(*) FROM message") == [(1,)]
