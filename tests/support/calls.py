"""A desk that providers call, and what they say of its messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kustui.clock import HeldClock
from kustui.core.post import Parcel
from kustui.core.records import Agent
from kustui.delivery import Accepted, Answer, Setup
from kustui.delivery.messenger import MessengerTransport
from kustui.delivery.twilio import TwilioTransport
from kustui.desk import Desk, Post
from kustui.store.store import Store
from support.outbox import ask, queued
from support.people import wrote
from support.providers import ACCOUNT, APP_SECRET, CALLBACK, NUMBER, PAGE, TOKEN, sms_call

SECRETS = {"KUSTUI_TEST_TOKEN": TOKEN, "KUSTUI_TEST_SECRET": APP_SECRET}
ANA = "+34600123456"


class Gateway(TwilioTransport):
    """The real transport, whose sending is a word given at once; `meanwhile` is done while it sends."""

    meanwhile: Callable[[Parcel], None] | None = None
    after: Exception | None = None
    count = 0

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """Take it."""
        commit()
        self.count += 1
        if self.meanwhile is not None:
            self.meanwhile(parcel)
        if self.after is not None:
            raise self.after
        return Accepted(f"SM{self.count}", "201 queued")


def gateway_by(clock: HeldClock) -> Gateway:
    """A gateway whose token is in the environment, as SECRETS has it."""
    said = {
        "account": ACCOUNT,
        "from": NUMBER,
        "callback": CALLBACK,
        "token_env": "KUSTUI_TEST_TOKEN",
        "rate": 0,
    }
    made = Gateway.set_up(Setup(Path(), clock, said))
    assert isinstance(made, Gateway)
    return made


def called(store: Store, agent: Agent, clock: HeldClock, gateway: Gateway) -> Desk:
    """A desk that the gateway and Facebook call."""
    options = {"page": PAGE, "app_secret_env": "KUSTUI_TEST_SECRET"}
    page = MessengerTransport.set_up(Setup(Path(), clock, options))
    return Desk(store, agent, Post({"sms": gateway, "facebook": page}, "support@acme.example"))


def handed(desk: Desk, body: str = "On its way.") -> int:
    """An SMS that is due; answers its number in the outbox."""
    return queued(desk, wrote(desk, channel="sms", sender=ANA, name="Ana Ruiz"), body)


def named(desk: Desk, number: int) -> str:
    """Our name for a message."""
    sql = "SELECT m.message_id FROM outbox o JOIN message m ON m.id = o.message_id WHERE o.id = :i"
    return str(ask(desk, sql, i=number)[0][0])


def status(desk: Desk, number: int, state: str, sid: str = "SM1", round_: int = 0, **more: str) -> Answer:
    """The gateway says how a message of ours stands, at the address it was given with it."""
    url = f"{CALLBACK}/webhook/sms?message={named(desk, number).replace('@', '%40')}&round={round_}"
    fields = {"MessageSid": sid, "MessageStatus": state, "To": ANA, "From": NUMBER, **more}
    return desk.webhooks.take("sms", sms_call(fields, url=url))


def state(desk: Desk, number: int) -> tuple[str, bool]:
    """How a message stands, and whether it is known to have arrived."""
    ((found, arrived),) = ask(
        desk, "SELECT state, delivered_at >= sent_at FROM outbox WHERE id = :i", i=number
    )
    return found, bool(arrived)


def told(desk: Desk) -> list[str]:
    """What the agent has been told."""
    return [each.text for each in desk.reads.notifications()]
