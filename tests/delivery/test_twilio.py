"""SMS out by a gateway over real HTTP, and what becomes of a message when that fails at each point."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kustui.clock import HeldClock
from kustui.core.post import Parcel, Person
from kustui.core.records import Agent
from kustui.delivery.twilio import TwilioTransport
from kustui.desk import Desk, Post
from kustui.errors import DeliveryFailed, SettingsTrouble, TryLater
from kustui.store.store import Store
from support.outbox import item
from support.people import wrote
from support.providers import ACCOUNT, CALLBACK, NUMBER, TOKEN, TROUBLES, Provider, providing
from support.twilio import transport
from support.writing import fate, number_of, sent

AT = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)
ANA = "+34600123456"


@pytest.fixture(name="provider")
def a_gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A gateway on this host, and its token in the environment."""
    monkeypatch.setenv("KUSTUI_TEST_TOKEN", TOKEN)
    with providing() as running:
        yield running


def parcel(to: str = ANA, text: str = "On its way.") -> Parcel:
    """An SMS to somebody."""
    return Parcel(1, "sms", Person("support@acme.example"), (Person(to),), text, "m1@acme.example", AT)


def desk_by(store: Store, agent: Agent, carrier: TwilioTransport) -> Desk:
    """Ana's desk, whose SMS go by the gateway."""
    return Desk(store, agent, Post({"sms": carrier}, "support@acme.example"))


def asks(desk: Desk, body: str = "Where is my courier?") -> int:
    """A customer's SMS; answers its conversation."""
    return wrote(desk, body, channel="sms", sender=ANA, name="Ana Ruiz")


def test_a_message_is_handed_over_as_the_gateway_documents(provider: Provider) -> None:
    """D7: one form with the number, our sender, the words and where to call back; signed in by the token."""
    marks: list[str] = []
    accepted = transport(provider, callback=CALLBACK).send(
        replace(parcel("+34 600 123 456", "¿Llegó? 👍"), round=2), lambda: marks.append("mark")
    )
    assert (accepted.provider_id, marks) == ("SM1", ["mark"])
    (form,) = provider.accepted
    assert form == {
        "To": ANA,
        "From": NUMBER,
        "Body": "¿Llegó? 👍",
        "StatusCallback": f"{CALLBACK}/webhook/sms?message=m1%40acme.example&round=2",
    }
    ((method, path, headers),) = provider.asked
    assert (method, path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert headers["authorization"] == "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


def test_a_messaging_service_sends_in_place_of_a_number(provider: Provider) -> None:
    """A sender that begins with MG is a service, and without a callback none is asked for."""
    transport(provider, **{"from": "MG0123"}).send(parcel(), lambda: None)
    assert provider.accepted == [{"To": ANA, "MessagingServiceSid": "MG0123", "Body": "On its way."}]


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("600123456", "country code"),
        ("+34", "no number"),
        ("+3460012345678901234", "no number"),
        ("", "empty"),
    ],
)
def test_a_number_that_cannot_be_written_to_is_refused_before_anything_is_marked(
    provider: Provider, to: str, why: str
) -> None:
    """D7: no country code, and numbers that cannot be, are said in words, and nothing is sent."""
    marks: list[str] = []
    with pytest.raises(DeliveryFailed, match=why):
        transport(provider).send(parcel(to), lambda: marks.append("mark"))
    assert (marks, provider.asked) == ([], [])


FIRST = {
    "400": "failed",
    "401": "queued",
    "429": "queued",
    **dict.fromkeys(
        ("drop before", "drop after", "hang", "drip", "500", "503", "blank", "huge", "redirect"), "uncertain"
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_at_each_point_leaves_the_right_word(
    store: Store, agent: Agent, clock: HeldClock, provider: Provider, trouble: str
) -> None:
    """D7: only what the gateway says it did not take is tried again or failed; no copy twice."""
    desk = desk_by(store, agent, transport(provider))
    provider.trouble = trouble
    provider.error = {"code": 21211, "message": "The 'To' number is not valid.", "status": 400}
    changed = sent(desk, asks(desk))
    clock.advance(seconds=5)
    desk.clockwork.tick()
    assert fate(desk, changed) == FIRST[trouble]
    reason = item(desk, number_of(desk, changed)).reason
    if trouble == "400":
        assert "21211: The 'To' number is not valid." in reason
    if trouble == "429":
        assert "wait 7 s" in reason
    provider.trouble = ""
    for _ in range(6):
        clock.advance(hours=2)
        desk.clockwork.tick()
    assert fate(desk, changed) == ("sent" if FIRST[trouble] == "queued" else FIRST[trouble])
    assert len(provider.accepted) <= 1
    assert not [path for _, path, _ in provider.asked if "elsewhere" in path]


def test_the_whole_call_ends_in_time_whatever_the_server_does(provider: Provider) -> None:
    """D7: a byte now and then keeps no worker; what such a server was told is not known to be sent."""
    provider.trouble = "drip"
    began = time.monotonic()
    with pytest.raises(Exception, match="no answer in time") as raised:
        transport(provider).send(parcel(), lambda: None)
    assert time.monotonic() - began < 1.5
    assert not isinstance(raised.value, (TryLater, DeliveryFailed))


def test_a_gateway_that_is_not_there_got_nothing(
    store: Store, agent: Agent, clock: HeldClock, provider: Provider
) -> None:
    """D7: a port where nobody listens, and a name that is none, are for now, also after the mark."""
    for url in ("http://127.0.0.1:1", "https://no-such-host.invalid"):
        marks: list[str] = []
        with pytest.raises(TryLater, match="nothing was sent"):
            transport(provider, url=url).send(parcel(), lambda marks=marks: marks.append("mark"))  # type: ignore[misc]
        assert marks == ["mark"]
    desk = desk_by(store, agent, transport(provider, url="http://127.0.0.1:1"))
    changed = sent(desk, asks(desk))
    clock.advance(seconds=5)
    desk.clockwork.tick()
    assert fate(desk, changed) == "queued"


def test_no_secret_is_told_with_what_the_gateway_says(provider: Provider) -> None:
    """What a gateway quotes of our token is not shown; what it says is one harmless line."""
    provider.trouble = "401"
    provider.error = {"code": 20003, "message": f"Authenticate\x1b[2J with {TOKEN}\nplease"}
    with pytest.raises(TryLater) as refused:
        transport(provider).send(parcel(), lambda: None)
    assert TOKEN not in str(refused.value)
    assert "\x1b" not in str(refused.value)
    assert "20003: Authenticate␛[2J with … please" in str(refused.value)


def test_who_has_unsubscribed_is_not_tried_again(provider: Provider) -> None:
    """D7: 21610 is for good, under whatever status the gateway says it."""
    provider.trouble, provider.error = "401", {"code": 21610, "message": "Unsubscribed recipient"}
    with pytest.raises(DeliveryFailed, match="21610: Unsubscribed"):
        transport(provider).send(parcel(), lambda: None)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"account": ""}, "account"),
        ({"account": "../x"}, "account"),
        ({"from": "Acme"}, "twilio.from"),
        ({"url": "http://sms.example"}, "not this host"),
        ({"url": "sms.example"}, "twilio.url"),
        ({"url": "https://user:word@sms.example"}, "twilio.url"),
        ({"callback": "http://desk.example"}, "not this host"),
        ({"timeout": "soon"}, "twilio.timeout"),
        ({"timeout": 0}, "twilio.timeout"),
        ({"rate": -1}, "twilio.rate"),
    ],
)
def test_sms_settings_that_cannot_be_say_why(
    provider: Provider, options: dict[str, object], why: str
) -> None:
    """A wrong setting is named; nothing goes unencrypted over a network."""
    with pytest.raises(SettingsTrouble) as refused:
        transport(provider, **options)
    assert why in str(refused.value)


def test_a_look_at_the_account_says_whether_it_would_work(provider: Provider) -> None:
    """The account's name and number; an account that is closed, and a token that is wrong, are said."""
    assert transport(provider, callback=CALLBACK).check().endswith(f"answers for Acme, from {NUMBER}")
    provider.account = {"friendly_name": "Acme", "status": "suspended"}
    with pytest.raises(TryLater, match="suspended"):
        transport(provider).check()
    provider.trouble, provider.error = "401", {"code": 20003, "message": "Authenticate"}
    with pytest.raises(TryLater, match="20003"):
        transport(provider).check()
    assert provider.accepted == []
