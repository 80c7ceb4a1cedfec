"""Who plays the customers: what they answer to what, when, and how it all goes on after a break (SPEC G3)."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from kustui.clock import HeldClock
from kustui.core.post import Inbound, Parcel, Person
from kustui.delivery import Transport
from kustui.errors import DeliveryFailed, Refused, TryLater
from kustui.training import scenario
from kustui.training.casting import parts
from kustui.training.players import Players
from kustui.training.scenario import Scenario

HEAD = """
name = "small"
title = "Small"
about = "Small."
level = "newcomer"
begins = 2026-03-02T08:30:00
zone = "Europe/Madrid"
length = "2h"
workspace = "Acme"
address = "support@acme.example"
agent = { login = "ana", name = "Ana Soler" }
[[colleague]]
login = "ana"
name = "Ana Soler"
[[colleague]]
login = "ben"
name = "Ben Osei"
email = "ben@acme.example"
[[event]]
what = "outage"
channel = "sms"
from = "30m"
to = "40m"
words = "30007: blocked"
for_good = true
[[event]]
what = "outage"
channel = "chat"
from = "30m"
to = "40m"
words = "503: later"
[[event]]
what = "note"
at = "20m"
by = "ben"
customer = "bo"
text = "{given} called."
[[customer]]
id = "bo"
names = ["Bo Hansen"]
language = "en"
email = "bo@example.com"
phone = "+1 202 555 0101"
chat = "bo"
patience = "10m"
[[customer.arrival]]
at = "5m"
channel = "email"
subject = "My bag"
text = "Where is {order}?"
[[customer.answer]]
name = "found"
says_any = ["on its way"]
text = "When will it be here, {agent}?"
delay = "2m"
[[customer.answer]]
after = "found"
says_any = ["monday"]
settles = true
[[customer.answer]]
says_any = ["lost"]
settles = true
mood = -2
text = "Oh."
[customer.answer.follow_up]
text = "And my money?"
delay = "3m"
[customer.otherwise]
text = ["What?", "What do you mean?"]
delay = "1m"
[customer.impatient]
text = ["Hello?", "Still there?"]
[customer.thanks]
text = "Thank you."
delay = "1m"
"""


class Floor:
    """A shift of one customer, with an agent who writes what a test says."""

    def __init__(self, text: str = HEAD, seed: int = 1) -> None:
        self.scenario: Scenario = scenario.read(text)
        self.clock = HeldClock(self.scenario.starts)
        self.players = Players(self.scenario, seed, self.clock)
        self.sent = 0

    def parcel(self, text: str, channel: str = "email", to: str = "bo@example.com") -> Parcel:
        """A message of the agent."""
        self.sent += 1
        return Parcel(
            self.sent,
            channel,
            Person("support@acme.example"),
            (Person(to),),
            text,
            f"{self.sent}@acme.example",
            self.clock.now(),
            subject="Re: My bag",
        )

    def say(self, text: str, **more: str) -> None:
        """Send it."""
        self.players.send(self.parcel(text, **more), lambda: None)

    def after(self, **step: float) -> list[str]:
        """What has come when so much time has gone by."""
        self.clock.advance(**step)
        return [each.body for each in self.players.collect()]


def test_the_players_are_a_transport() -> None:
    """G3: what carries a shift's messages is what carries any."""
    assert isinstance(Floor().players, Transport)


def test_an_answer_is_to_what_was_said_and_goes_on_from_the_last() -> None:
    """G3: the words of a reply choose the answer, and what follows from one is open only after it."""
    floor = Floor()
    assert floor.after(minutes=5)[0].startswith("Where is NB-")
    floor.say("It comes on Monday.")
    assert floor.after(minutes=1) == ["What?"]
    floor.say("It is ON ITS WAY.")
    assert floor.after(minutes=1) == []
    assert floor.after(minutes=1) == ["When will it be here, Ana Soler?"]
    floor.say("It comes on Monday.")
    assert floor.after(minutes=1) == ["Thank you."]
    assert floor.players.standing()[0].is_settled
    floor.say("Or is it lost?")
    assert floor.after(hours=3) == []


def test_who_was_answered_twice_answers_what_they_understood() -> None:
    """G3: a second reply that is plainer takes the place of the question about the first."""
    floor = Floor()
    floor.after(minutes=5)
    floor.say("Hm.")
    floor.say("It is on its way.")
    assert floor.after(minutes=5) == ["When will it be here, Ana Soler?"]


def test_an_answer_is_given_once() -> None:
    """G3: who was told the same again has nothing to add, and two riddles at once are asked about once."""
    floor = Floor()
    floor.after(minutes=5)
    floor.say("It is on its way.")
    assert len(floor.after(minutes=2)) == 1
    floor.say("As I said, it is on its way.")
    assert floor.after(minutes=5) == []
    floor.say("Hm.")
    floor.say("Hm!")
    assert floor.after(minutes=5) == ["What?"]


def test_an_answer_has_the_letter_it_answers() -> None:
    """G3: by email an answer has its own Message-ID, names the ones above it, and quotes."""
    floor = Floor()
    floor.clock.advance(minutes=5)
    (first,) = floor.players.collect()
    parcel = floor.parcel("It is on its way.")
    floor.players.send(parcel, lambda: None)
    floor.clock.advance(minutes=2)
    (answer,) = floor.players.collect()
    assert answer.references == (parcel.message_id,)
    assert answer.quoted == "> It is on its way."
    assert len({first.message_id, answer.message_id, first.external_id, answer.external_id}) == 4


def test_patience_ends_unless_somebody_answers() -> None:
    """G3: who waits complains twice and feels worse for it; who was answered does not."""
    floor = Floor()
    floor.after(minutes=5)
    assert floor.after(minutes=9, seconds=59) == []
    assert floor.after(seconds=1) == ["Hello?"]
    assert floor.after(minutes=10) == ["Still there?"]
    assert floor.after(hours=1) == []
    assert floor.players.standing()[0].mood == "angry"
    other = Floor()
    other.after(minutes=14)
    other.say("It is on its way.")
    assert other.after(minutes=3) == ["When will it be here, Ana Soler?"]
    assert other.players.standing()[0].complained == 0


def test_a_customer_may_want_something_more() -> None:
    """G3: a follow-up comes by itself, and they wait again."""
    floor = Floor()
    floor.after(minutes=5)
    floor.say("I am sorry, it is lost.")
    assert floor.after(minutes=30)[:2] == ["Oh.", "And my money?"]
    assert not floor.players.standing()[0].is_settled


def test_an_outage_refuses_or_puts_off_while_it_lasts() -> None:
    """G3: with the provider's words, for good or for now, and what is refused was not heard."""
    floor = Floor()
    committed: list[int] = []
    floor.after(minutes=30)
    with pytest.raises(DeliveryFailed, match="30007: blocked"):
        floor.players.send(floor.parcel("on its way", "sms", "+12025550101"), lambda: committed.append(1))
    with pytest.raises(TryLater, match="503: later"):
        floor.players.send(floor.parcel("on its way", "chat", "bo"), lambda: committed.append(1))
    assert (committed, floor.after(minutes=9)) == ([], [])
    floor.clock.advance(minutes=1)
    floor.say("on its way", channel="sms", to="+12025550101")
    assert floor.after(minutes=2) == ["When will it be here, Ana Soler?"]


def test_nobody_is_written_to_by_mistake() -> None:
    """G3: an address that nobody in the scenario has is refused as a provider would; a colleague's is not."""
    floor = Floor()
    with pytest.raises(DeliveryFailed, match="User unknown"):
        floor.say("Hello", to="somebody@example.com")
    floor.say("Hello", to="ben@acme.example")


def test_the_same_message_is_heard_once() -> None:
    """D7: handed over twice it is taken once."""
    floor = Floor()
    floor.after(minutes=5)
    parcel = floor.parcel("Hm.")
    first = floor.players.send(parcel, lambda: None)
    assert floor.after(minutes=2) == ["What?"]
    assert floor.players.send(parcel, lambda: None) == first
    assert floor.after(minutes=2) == []


def test_from_one_happening_to_the_next() -> None:
    """G3: whoever asks for the next instant again and again meets everything, each at its own."""
    floor = Floor()
    met: list[tuple[int, int, int]] = []
    while (at := floor.players.next_at()) is not None and len(met) < 20:
        assert at >= floor.clock.now()
        floor.clock.set(at)
        came, acts = floor.players.collect(), floor.players.acts_due()
        met.append(((at - floor.scenario.starts) // timedelta(minutes=1), len(came), len(acts)))
        assert [each.at for each in came] == [at] * len(came)
    assert met == [(5, 1, 0), (15, 1, 0), (20, 0, 1), (25, 1, 0), (30, 0, 0), (40, 0, 0)]


def test_a_colleague_writes_a_note_about_somebody() -> None:
    """G3: it names whom it is about by an address that the workspace knows."""
    floor = Floor()
    assert floor.players.acts_due() == ()
    floor.clock.advance(minutes=20)
    (act,) = floor.players.acts_due()
    assert (act.by, act.what, act.words, act.customer) == ("ben", "note", "Bo called.", "Bo Hansen")
    assert (act.kind, act.address) == ("email", "bo@example.com")
    assert floor.players.acts_due() == ()


def shift(broken: bool) -> list[Inbound]:
    """Everything that came in a shift, whose program ends after each step if it is `broken`."""
    floor = Floor()
    came: list[Inbound] = []
    for minute in range(60):
        floor.clock.set(floor.scenario.starts + timedelta(minutes=minute))
        if broken:
            kept = json.dumps(floor.players.state())
            floor.players = Players(floor.scenario, 1, floor.clock)
            floor.players.restore(json.loads(kept))
        if minute in (6, 7):
            floor.say("It is on its way." if minute == 7 else "Hm.")
        came += floor.players.collect()
    return came


def test_a_shift_whose_program_died_goes_on() -> None:
    """G3: restored from what JSON held, the same comes as if nothing had been; another shift's is refused."""
    assert len(shift(broken=False)) >= 4
    assert shift(broken=True) == shift(broken=False)
    floor = Floor()
    floor.clock.advance(minutes=20)
    assert floor.players.acts_due()
    other = Players(floor.scenario, 1, floor.clock)
    other.restore(floor.players.state())
    assert other.acts_due() == ()
    with pytest.raises(Refused, match="another scenario"):
        floor.players.restore({**floor.players.state(), "seed": 2})


def test_the_example_of_the_guide_plays() -> None:
    """G3: the customer of the page writes, asks, and is content with what the page says."""
    example = re.search(r"```toml\n(.*?)```", scenario.guide(), re.DOTALL)
    assert example is not None
    floor = Floor(example[1])
    (first,) = floor.after(minutes=4)
    assert first.startswith("Hello,\n\nmy order NB-")
    (who,) = {dict(part.face.addresses)["email"] for part in parts(floor.scenario, 1)}
    floor.say("Which order is it?", to=who)
    assert floor.after(minutes=6)[0].startswith("It is NB-")
    floor.say("It was shipped today.", to=who)
    assert floor.after(minutes=6) == ["Thank you, Robin Hale. Then I wait for it."]
    assert floor.players.standing()[0].mood == "glad"
