"""Simulated customers answer what they are sent, in their language, and come to an end."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kustui.clock import HeldClock
from kustui.core.channels import left
from kustui.core.language import language_of
from kustui.core.post import Inbound, Parcel, Person
from kustui.delivery import Setup, Transport
from kustui.delivery.simulator import ANSWERS_IN_A_ROW, Simulator
from kustui.errors import DeliveryFailed, SettingsTrouble, TryLater

START = datetime(2024, 1, 2, tzinfo=UTC)
PARCEL = Parcel(
    outbox_id=1,
    channel="email",
    sender=Person("help@firma.example"),
    to=(Person("ann@example.com", "Ann"),),
    text="Hello Ann, have you tried the new version?",
    message_id="m-1@firma.example",
    at=START,
    subject="Your question",
    references=("r@example.com",),
)


def nothing() -> None:
    """A commit that has nothing to say."""


def answers(parcel: Parcel, **settings: object) -> list[Inbound]:
    """What a fresh simulator answers to one parcel within a minute."""
    clock = HeldClock(START)
    simulator = Simulator(clock, **settings)  # type: ignore[arg-type]
    simulator.send(parcel, nothing)
    clock.advance(minutes=1)
    return list(simulator.collect())


def test_an_answer_comes_when_it_is_due_and_once() -> None:
    """An answer is collected after its delay by the clock it was given, and only once."""
    clock = HeldClock(START)
    simulator = Simulator(clock, delay=(3, 3))
    transport: Transport = simulator
    committed: list[bool] = []
    accepted = transport.send(PARCEL, lambda: committed.append(True))
    assert committed == [True]
    assert accepted.provider_id
    clock.advance(seconds=2)
    assert list(transport.collect()) == []
    assert simulator.waiting() == 1
    clock.advance(seconds=1)
    [found] = transport.collect()
    assert list(transport.collect()) == []
    assert found.sender == PARCEL.to[0]
    assert found.at == datetime(2024, 1, 2, 0, 0, 3, tzinfo=UTC)


def test_an_email_answer_finds_its_conversation() -> None:
    """An answer by email refers to the message it answers; other channels are matched by address."""
    [found] = answers(PARCEL)
    assert found.references == ("r@example.com", "m-1@firma.example")
    assert found.subject == "Re: Your question"
    assert found.message_id.endswith("@example.com")
    [sms] = answers(replace(PARCEL, channel="sms", to=(Person("+4917012345"),), subject=""))
    assert (sms.channel, sms.references, sms.subject) == ("sms", (), "")
    assert (left("sms", sms.body) or 0) > 0


def test_the_same_seed_gives_the_same_answers() -> None:
    """Seed, clock and messages decide every word; another seed says something else sooner or later."""
    assert answers(PARCEL, seed=7) == answers(PARCEL, seed=7)
    assert len({answers(PARCEL, seed=seed)[0].body for seed in range(30)}) > 10


def test_external_ids_are_unique() -> None:
    """Every answer has an id of its own."""
    clock = HeldClock(START)
    simulator = Simulator(clock)
    for number in range(50):
        to = (Person(f"c{number}@example.com"),)
        simulator.send(replace(PARCEL, message_id=f"{number}@x", to=to), nothing)
    clock.advance(minutes=1)
    assert len({found.external_id for found in simulator.collect()}) == 50


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello, thank you for your message. We have sent the invoice.", "en"),
        ("Guten Tag, vielen Dank für Ihre Nachricht. Wir haben die Rechnung geschickt.", "de"),
        ("Bonjour, merci pour votre message. Nous avons envoyé la facture.", "fr"),
        ("Hola, gracias por su mensaje. Hemos enviado la factura.", "es"),
        ("Buongiorno, grazie per il messaggio. Abbiamo inviato la fattura.", "it"),
        ("Olá, obrigado pela mensagem. Não se preocupe, o pedido está a caminho.", "pt"),
        ("Hallo, bedankt voor uw bericht. Wij hebben de factuur verstuurd.", "nl"),
        ("お問い合わせありがとうございます。", "ja"),
        ("12345", "en"),
    ],
)
def test_language_is_told_from_the_text(text: str, language: str) -> None:
    """The language of an answer is that of the message, English when it cannot be told."""
    assert language_of(text) == language


def test_a_customer_with_a_known_language_keeps_it() -> None:
    """The mapping of addresses to languages wins over the text."""
    [found] = answers(PARCEL, languages={"ann@example.com": "ja"})
    assert language_of(found.body) == "ja"


@pytest.mark.parametrize(
    ("channel", "address"),
    [("email", "bounce.ann@example.com"), ("email", "failing@example.com"), ("sms", "+49-fail"),
     ("email", "x@b.example")],
)  # fmt: skip
def test_some_recipients_refuse(channel: str, address: str) -> None:
    """Bounce, fail and the given words in a name refuse for good, in a provider's words."""
    simulator = Simulator(HeldClock(START), failing=("x",))
    parcel = replace(PARCEL, channel=channel, to=(Person(address),))
    with pytest.raises(DeliveryFailed, match=address.replace("+", r"\+")):
        simulator.send(parcel, lambda: pytest.fail("committed"))


def test_some_recipients_are_busy() -> None:
    """Later in a name refuses for now; a domain of that name does not."""
    simulator = Simulator(HeldClock(START))
    with pytest.raises(TryLater):
        simulator.send(replace(PARCEL, to=(Person("later@example.com"),)), lambda: pytest.fail("committed"))
    simulator.send(replace(PARCEL, to=(Person("ann@later.example"),)), nothing)


def test_a_conversation_comes_to_an_end() -> None:
    """Nobody answers more than three times in a row, until an hour has passed."""
    clock = HeldClock(START)
    simulator = Simulator(clock)
    found: list[Inbound] = []
    for number in range(10):
        simulator.send(replace(PARCEL, message_id=f"{number}@x"), nothing)
        clock.advance(minutes=1)
        found += simulator.collect()
    assert len(found) == ANSWERS_IN_A_ROW
    clock.advance(hours=2)
    simulator.send(replace(PARCEL, message_id="late@x"), nothing)
    assert simulator.waiting() == 1


def test_the_same_message_is_answered_once() -> None:
    """A message handed over twice, even at once by many threads, is taken and answered once."""
    clock = HeldClock(START)
    simulator = Simulator(clock)
    threads = [threading.Thread(target=simulator.send, args=(PARCEL, nothing)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.advance(minutes=1)
    assert len(simulator.collect()) == 1


def test_it_is_set_up_by_options() -> None:
    """Seed, delay, failing words and languages come from the settings; nonsense is refused in words."""
    clock = HeldClock(START)
    options = {"seed": 3, "delay": [1, 1], "failing": ["nope"], "languages": {"ann@example.com": "fr"}}
    simulator = Simulator.set_up(Setup(Path(), clock, options))
    simulator.send(PARCEL, nothing)
    clock.advance(seconds=1)
    assert language_of(simulator.collect()[0].body) == "fr"
    with pytest.raises(DeliveryFailed):
        simulator.send(replace(PARCEL, to=(Person("nope@example.com"),)), nothing)
    with pytest.raises(SettingsTrouble):
        Simulator.set_up(Setup(Path(), clock, {"delay": "soon"}))
