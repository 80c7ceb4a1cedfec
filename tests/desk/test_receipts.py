"""What a provider says of a message that it took: in any order, once, and of that one alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kustui.clock import HeldClock
from kustui.core.post import Parcel
from kustui.core.records import Agent
from kustui.delivery import Accepted, Answer
from kustui.desk import Desk, Post
from kustui.store.store import Store
from support.calls import SECRETS, Gateway, called, gateway_by, handed, state, status, told
from support.outbox import ask, died, item, put, queued
from support.people import wrote
from support.providers import CALLBACK, page_call, page_event, page_message, sms_call
from support.transport import Recorder


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


def test_a_message_that_arrived_is_noted_once(listening: Desk, clock: HeldClock) -> None:
    """D7: when the gateway says delivered; what is on its way says nothing; again changes nothing."""
    number = handed(listening)
    listening.clockwork.tick()
    assert status(listening, number, "sent").status == 200
    assert state(listening, number) == ("sent", False)
    clock.advance(minutes=1)
    status(listening, number, "delivered")
    assert state(listening, number) == ("sent", True)
    stamp = listening.reads.stamp(1)
    for late in ("delivered", "sent", "failed", "undelivered"):
        clock.advance(minutes=1)
        status(listening, number, late)
    assert state(listening, number) == ("sent", True)
    assert listening.reads.stamp(1) == stamp
    view = listening.reads.timeline(1)
    entry = next(each for each in view.entries(view.keys(1)) if each.outbox_id == number)
    assert entry.delivered_at is not None
    assert entry.sent_at is not None
    assert (entry.delivered_at - entry.sent_at).total_seconds() == 60


def test_a_message_that_failed_opens_its_conversation_and_tells_its_author(
    listening: Desk, clock: HeldClock
) -> None:
    """B12, D7: as a bounce does: failed, with the gateway's reason, and open again, once."""
    number = handed(listening)
    listening.clockwork.tick()
    where = item(listening, number).conversation_id
    assert where is not None
    listening.triage.done(where)
    clock.advance(minutes=2)
    for _ in range(2):
        status(listening, number, "undelivered", ErrorCode="30005")
    found, row = item(listening, number), listening.reads.conversation(where)
    reason = "Not delivered: undelivered (30005): the number is not in service"
    assert (found.state, found.reason) == ("failed", reason)
    assert (row.status, row.unread, row.waiting_since) == ("open", 2, clock.now())
    assert told(listening) == [f"Your message in #{where} came back: {reason}"]
    words = [line.words for line in listening.reads.history(where) if line.act == "conversation.reopened"]
    assert words == ["could not be delivered; it is open again"]
    # It was reported as failed too soon.
    for _ in range(2):
        status(listening, number, "delivered")
    assert item(listening, number).state == "failed"
    assert "later that it arrived" in item(listening, number).reason
    assert [text for text in told(listening) if "did arrive" in text] == [
        f"Your message in #{where} did arrive, although it was reported as failed"
    ]


@pytest.mark.parametrize("said", ["queued", "sent", "delivered", "failed"])
def test_a_receipt_before_its_message_is_noted_as_sent_is_not_lost(
    listening: Desk, gateway: Gateway, said: str
) -> None:
    """D7: the gateway calls while the sender still waits for its answer: both words count, in any order."""
    number = handed(listening)
    gateway.meanwhile = lambda _: _is(status(listening, number, said).status, 200)
    listening.clockwork.tick()
    gateway.meanwhile = None
    wanted = "failed" if said == "failed" else "sent"
    assert state(listening, number) == (wanted, said == "delivered")
    assert ask(listening, "SELECT provider_id FROM outbox WHERE id = :i", i=number) == [("SM1",)]
    lines = [each[0] for each in ask(listening, "SELECT act FROM history WHERE act LIKE 'message.sent'")]
    assert lines == ["message.sent"]
    listening.clockwork.tick()
    assert gateway.count == 1


def _is(one: object, other: object) -> None:
    assert one == other


@pytest.mark.parametrize("said", ["queued", "delivered", "failed"])
def test_a_receipt_settles_what_nobody_knew(
    listening: Desk, gateway: Gateway, clock: HeldClock, said: str
) -> None:
    """D7: the answer was lost on the way; the gateway's own call says that it has the message."""
    number = handed(listening)
    gateway.after = ConnectionResetError()
    listening.clockwork.tick()
    gateway.after = None
    assert item(listening, number).state == "uncertain"
    clock.advance(minutes=1)
    status(listening, number, said, sid="SM9")
    assert state(listening, number) == ("failed" if said == "failed" else "sent", said == "delivered")
    assert gateway.count == 1


def test_a_receipt_of_a_sender_that_died_settles_it(listening: Desk, gateway: Gateway) -> None:
    """D7: the program was killed after the gateway took the message: it is sent, and not sent again."""
    number = handed(listening)
    died(listening, number, carrier="twilio")
    status(listening, number, "sent", sid="SM9")
    listening.clockwork.tick()
    assert state(listening, number) == ("sent", False)
    assert gateway.count == 0


def test_a_receipt_of_an_earlier_try_says_nothing_of_the_next(
    listening: Desk, gateway: Gateway, clock: HeldClock
) -> None:
    """D7: what comes late of a message that has been sent again changes nothing of the new one."""
    number = handed(listening)
    listening.clockwork.tick()
    status(listening, number, "failed")
    listening.dispatch.retry(number)
    for late in ("failed", "delivered"):
        status(listening, number, late)
        assert item(listening, number).state == "queued"
    listening.clockwork.tick()
    for late in ("failed", "delivered"):
        status(listening, number, late)
        assert state(listening, number) == ("sent", False)
    clock.advance(minutes=1)
    status(listening, number, "delivered", sid="SM2", round_=1)
    assert state(listening, number) == ("sent", True)
    assert gateway.count == 2


def test_what_arrived_and_is_sent_again_has_not_arrived_yet(listening: Desk, clock: HeldClock) -> None:
    """D7: delivered is said of the sending it was said of."""
    number = handed(listening)
    listening.clockwork.tick()
    status(listening, number, "delivered")
    put(listening, "UPDATE outbox SET state = 'failed' WHERE id = :i", i=number)
    clock.advance(minutes=1)
    listening.dispatch.retry(number)
    listening.clockwork.tick()
    assert state(listening, number) == ("sent", False)
    view = listening.reads.timeline(1)
    entry = next(each for each in view.entries(view.keys(1)) if each.outbox_id == number)
    assert entry.delivered_at is None


def test_facebook_is_asked_to_come_again_while_a_message_is_being_sent(
    listening: Desk, store: Store, agent: Agent
) -> None:
    """D7: it says no name of ours, so what may be of a message on its way is answered with 503."""
    page = listening.post.carrier("facebook")
    number = queued(listening, wrote(listening, channel="facebook", sender="9001"))
    delivery = {"sender": {"id": "9001"}, "delivery": {"mids": ["m_1"], "watermark": 1}}
    call = page_call(page_event(page_message("And?", "m_2"), delivery))
    answers: list[Answer] = []

    class Page(Recorder):
        name = "messenger"

        def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
            del parcel
            commit()
            answers.append(listening.webhooks.take("facebook", call))
            return Accepted("m_1")

    Desk(store, agent, Post({"facebook": Page()}, "x@acme.example")).clockwork.tick()
    assert page is listening.post.carrier("facebook")
    assert [answer.status for answer in answers] == [503]
    assert state(listening, number) == ("sent", False)
    assert listening.webhooks.take("facebook", call).status == 200
    assert state(listening, number) == ("sent", True)
    # What came with it was filed at once, and once; what is nobody's is left alone.
    assert ask(listening, "SELECT count(*) FROM message WHERE body = 'And?'") == [(1,)]
    other = page_call(page_event({**delivery, "delivery": {"mids": ["m_of_a_person_at_the_page"]}}))
    assert listening.webhooks.take("facebook", other).status == 200


def test_a_receipt_of_another_store_changes_nothing_here(listening: Desk) -> None:
    """D7: a name that is not ours, or none, is nobody's, whatever it says."""
    number = handed(listening)
    listening.clockwork.tick()
    for query in ("message=other%40x&round=0", "message=&round=", f"message={number}", "round=-1"):
        fields = {"MessageSid": "SM404", "MessageStatus": "failed"}
        url = f"{CALLBACK}/webhook/sms?{query}"
        assert listening.webhooks.take("sms", sms_call(fields, url=url)).status == 200
    assert state(listening, number) == ("sent", False)
    assert told(listening) == []
