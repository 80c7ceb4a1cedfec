"""What a gateway's own list proves of a message of which nobody knows whether it got out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from kustui.clock import HeldClock
from kustui.core.records import Agent
from kustui.delivery.twilio import TwilioTransport
from kustui.desk import Desk, Post
from kustui.store.store import Store
from support.outbox import ask, died, item, queued
from support.people import wrote
from support.providers import ACCOUNT, NUMBER, TOKEN, Provider, providing
from support.twilio import transport

AT = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)
ANA = "+34600123456"


@pytest.fixture(name="provider")
def a_gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A gateway on this host, and its token in the environment."""
    monkeypatch.setenv("KUSTUI_TEST_TOKEN", TOKEN)
    with providing() as running:
        yield running


def desk_by(store: Store, agent: Agent, carrier: TwilioTransport) -> Desk:
    """Ana's desk, whose SMS go by the gateway."""
    return Desk(store, agent, Post({"sms": carrier}, "support@acme.example"))


def asks(desk: Desk, body: str = "Where is my courier?") -> int:
    """A customer's SMS; answers its conversation."""
    return wrote(desk, body, channel="sms", sender=ANA, name="Ana Ruiz")


def made(provider: Provider, at: datetime, text: str = "On its way.", /, **more: object) -> None:
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
    number = queued(desk, asks(desk), "On its way.")
    desk.clockwork.tick()
    desk.dispatch.retry(number)
    died(desk, number, carrier="twilio")
    made(provider, clock.now() + timedelta(seconds=6))
    clock.advance(seconds=60)
    provider.now = clock.now()
    desk.clockwork.tick()
    assert item(desk, number).state == "uncertain"
    assert ask(desk, "SELECT round FROM outbox WHERE id = :i", i=number) == [(1,)]
