"""SMS out by a gateway over real HTTP, and what becomes of a message when that fails at each point."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from kustui.clock import HeldClock, SystemClock
from kustui.core.post import Parcel, Person
from kustui.core.records import Agent
from kustui.delivery import Setup
from kustui.delivery.twilio import TwilioTransport
from kustui.desk import Desk, Post
from kustui.errors import DeliveryFailed, SettingsTrouble, TryLater
from kustui.store.store import Store
from support.outbox import ask, died, item, queued
from support.people import wrote
from support.providers import ACCOUNT, CALLBACK, NUMBER, TOKEN, TROUBLES, Provider, providing
from support.writing import fate, number_of, sent

AT = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)
ANA = "+34600123456"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A gateway on this host."""
    with providing() as running:
        yield running


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTUI_TEST_TOKEN", TOKEN)


def transport(provider: Provider, clock: HeldClock | None = None, **options: object) -> TwilioTransport:
    """A transport to that gateway."""
    said = {
        "account": ACCOUNT,
        "from": NUMBER,
        "url": provider.url,
        "token_env": "KUSTUI_TEST_TOKEN",
        "timeout": 1,
        "rate": 0,
        **options,
    }
    return TwilioTransport.set_up(Setup(Path(), clock or SystemClock(), said))


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


# -- proof ---------------------------------------------------------------------------------


def made(provider: Provider, at: datetime, text: str = "On its way.", **more: object) -> None:
    """A message stands in the gateway's list, made at an instant by the gateway's clock."""
    row = {
        "sid": f"SM{len(provider.messages) + 7}",
        "account_sid": ACCOUNT,
        "to": ANA,
        "from": NUMBER,
        "messaging_service_sid": None,
        "body": text,
        "direction": "outbound-api",
        "status": "delivered",
        "date_created": format_datetime(at),
    }
    provider.messages.append({**row, **more})


def unknown(desk: Desk, conversation_id: int, body: str = "On its way.") -> int:
    """A message whose program was killed while it was sent; answers its number in the outbox."""
    number = queued(desk, conversation_id, body)
    died(desk, number, carrier="twilio")
    return number


@pytest.mark.parametrize("skew", [timedelta(0), timedelta(hours=-3), timedelta(minutes=11)])
def test_a_message_in_the_gateways_list_is_proof(
    store: Store, agent: Agent, clock: HeldClock, provider: Provider, skew: timedelta
) -> None:
    """D7: what was made since the agent sent it, by whatever the gateway's clock says, is settled as sent."""
    desk = desk_by(store, agent, transport(provider, clock))
    number = unknown(desk, asks(desk))
    made(provider, clock.now() + skew + timedelta(seconds=6))
    clock.advance(seconds=60)
    provider.now = clock.now() + skew
    desk.clockwork.tick()
    found = item(desk, number)
    assert (found.state, found.reason) == ("sent", f"127.0.0.1:{provider.port} has it as SM7, delivered.")
    assert provider.accepted == []


@pytest.mark.parametrize(
    ("seconds", "more"),
    [
        (-30, {}),
        (0, {}),
        (90, {}),
        (6, {"body": "On its way"}),
        (6, {"from": "+34911000112"}),
        (6, {"to": "+34600123457"}),
        (6, {"direction": "inbound"}),
        (6, {"status": "failed"}),
        (6, {"status": "queued"}),
        (6, {"account_sid": "AC9"}),
        (6, {"date_created": "soon"}),
        (6, {"sid": 7}),
    ],
)
def test_what_is_not_surely_the_message_is_no_proof(
    store: Store, agent: Agent, clock: HeldClock, provider: Provider, seconds: int, more: dict[str, object]
) -> None:
    """D7: made too early or too late, other words, another sender, or not gone: nobody knows."""
    desk = desk_by(store, agent, transport(provider, clock))
    number = unknown(desk, asks(desk))
    made(provider, clock.now() + timedelta(seconds=seconds), **more)
    clock.advance(seconds=60)
    provider.now = clock.now()
    desk.clockwork.tick()
    assert item(desk, number).state == "uncertain"
    assert [path for method, path, _ in provider.asked if method == "GET"]


def test_two_equal_texts_to_one_number_prove_nothing_of_each_other(
    store: Store, agent: Agent, clock: HeldClock, provider: Provider
) -> None:
    """D7: one of two equal messages went; the other, which never did, is not taken for it, in any order."""
    desk = desk_by(store, agent, transport(provider, clock))
    where = asks(desk)
    went = queued(desk, where, "OK")
    lost = unknown(desk, where, "OK")
    desk.clockwork.tick()
    made(provider, clock.now() + timedelta(seconds=6), "OK", sid="SM1")
    clock.advance(seconds=60)
    provider.now = clock.now()
    desk.clockwork.tick()
    assert (item(desk, went).state, item(desk, lost).state) == ("sent", "uncertain")
    clock.advance(hours=1)
    again = unknown(desk, where, "OK")
    provider.messages.clear()
    made(provider, clock.now() + timedelta(seconds=6), "OK")
    clock.advance(seconds=60)
    provider.now = clock.now()
    desk.clockwork.tick()
    # The one that is lost may yet be sent again by somebody.
    assert item(desk, again).state == "uncertain"


def test_one_that_was_sent_long_before_is_no_twin(
    store: Store, agent: Agent, clock: HeldClock, provider: Provider
) -> None:
    """D7: equal words that were settled as sent before an agent sent this cannot be taken for it."""
    desk = desk_by(store, agent, transport(provider, clock))
    where = asks(desk)
    queued(desk, where, "OK")
    desk.clockwork.tick()
    clock.advance(hours=1)
    number = unknown(desk, where, "OK")
    made(provider, clock.now() + timedelta(seconds=6), "OK")
    clock.advance(seconds=60)
    provider.now = clock.now()
    desk.clockwork.tick()
    assert item(desk, number).state == "sent"


def test_a_retried_message_is_not_proved_by_its_first_try(
    store: Store, agent: Agent, clock: HeldClock, provider: Provider
) -> None:
    """D7: what was made by a try before the retry proves nothing of the retry."""
    desk = desk_by(store, agent, transport(provider, clock))
    provider.trouble, provider.error = "400", {"code": 30000, "message": "No."}
    number = queued(desk, asks(desk))
    desk.clockwork.tick()
    desk.dispatch.retry(number)
    died(desk, number, carrier="twilio")
    made(provider, clock.now() + timedelta(seconds=6))
    clock.advance(seconds=60)
    provider.now = clock.now()
    desk.clockwork.tick()
    assert item(desk, number).state == "uncertain"
    assert ask(desk, "SELECT round FROM outbox WHERE id = :i", i=number) == [(1,)]
