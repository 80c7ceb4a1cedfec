"""Customers who are not there: for the demo, for training and for tests.

What is sent is accepted, and within seconds someone answers it, in the customer's language. The
same seed, clock and messages give the same answers.
"""

from __future__ import annotations

import hashlib
import heapq
import random
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from kustui.clock import Clock
from kustui.core.language import language_of
from kustui.core.post import Inbound, Parcel, Person
from kustui.delivery import Accepted, Setup
from kustui.delivery.simulator_words import answer_in
from kustui.errors import DeliveryFailed, SettingsTrouble, TryLater

ANSWERS_IN_A_ROW = 3

_REFUSALS = {
    "email": "550 5.1.1 <{address}>: Recipient address rejected: User unknown in virtual mailbox table",
    "sms": "21211: The number {address} is not a valid phone number.",
    "chat": "410 Gone: the visitor {address} has left the chat.",
    "facebook": "(#551) This person isn't available right now: {address}.",
}


class Simulator:
    """A transport whose customers answer by themselves.

    `clock` tells when an answer is due: between the two seconds of `delay` after a message was
    sent. `languages` maps an address to the language its owner writes in; without it the language
    is told from what was sent. A recipient whose name or number holds "bounce", "fail" or one of
    `failing` is refused for good, one with "later" for now. No address answers more than three
    times in a row within an hour, so that a conversation comes to an end.
    """

    name = "simulator"
    channels = frozenset(("email", "sms", "chat", "facebook"))
    timeout = 5.0
    rate = 0.0
    repeatable = True

    def __init__(
        self,
        clock: Clock,
        seed: int = 1,
        delay: tuple[float, float] = (2.0, 9.0),
        failing: Iterable[str] = (),
        languages: Mapping[str, str] | None = None,
    ) -> None:
        self._clock = clock
        self._seed = seed
        self._delay = delay
        self._failing = ("bounce", "fail", *(word.lower() for word in failing))
        self._languages = dict(languages or {})
        self._lock = threading.Lock()
        self._waiting: list[tuple[datetime, str, Inbound]] = []
        self._accepted: dict[tuple[str, int], Accepted] = {}
        self._answered: dict[str, list[datetime]] = {}

    @classmethod
    def set_up(cls, setup: Setup) -> Simulator:
        """A simulator on the workspace's clock, by the options `seed`, `delay`, `failing`, `languages`.

        Raises SettingsTrouble when an option is not what it should be.
        """
        options = setup.options
        try:
            shortest, longest = options.get("delay", (2.0, 9.0))
            return cls(
                setup.clock,
                seed=int(options.get("seed", 1)),
                delay=(float(shortest), float(longest)),
                failing=tuple(str(word) for word in options.get("failing", ())),
                languages={str(key): str(value) for key, value in dict(options.get("languages", {})).items()},
            )
        except (TypeError, ValueError) as error:
            raise SettingsTrouble(
                "The simulator's settings cannot be used",
                "seed is a number, delay two numbers of seconds, failing a list of words, languages a table.",
            ) from error

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """Accept `parcel` and let its first recipient think about an answer.

        Raises DeliveryFailed for a recipient who cannot be reached and TryLater for one who is
        busy, as their addresses say. The same message handed over twice is taken once.
        """
        self._refuse(parcel)
        same = (parcel.message_id, parcel.round)
        with self._lock:
            known = self._accepted.get(same)
        if known is not None:
            return known
        commit()
        accepted = Accepted(f"sim-{_digest(parcel.message_id)[:16]}", "Accepted by the simulator.")
        with self._lock:
            if same not in self._accepted:
                self._accepted[same] = accepted
                self._plan(parcel)
        return accepted

    def collect(self) -> tuple[Inbound, ...]:
        """The answers that are due by now, in the order they were written; each once."""
        now = self._clock.now()
        due: list[Inbound] = []
        with self._lock:
            while self._waiting and self._waiting[0][0] <= now:
                due.append(heapq.heappop(self._waiting)[2])
        return tuple(due)

    def next_at(self) -> datetime | None:
        """When the next answer is due; None while nobody thinks about one."""
        with self._lock:
            return self._waiting[0][0] if self._waiting else None

    def waiting(self) -> int:
        """How many answers are still being thought about."""
        with self._lock:
            return len(self._waiting)

    def _refuse(self, parcel: Parcel) -> None:
        for person in (*parcel.to, *parcel.cc, *parcel.bcc):
            name = person.address.rpartition("@")[0] or person.address
            name = name.lower()
            if any(word in name for word in self._failing):
                words = _REFUSALS.get(parcel.channel, _REFUSALS["email"]).format(address=person.address)
                raise DeliveryFailed("The message was refused", words)
            if "later" in name:
                raise TryLater(
                    "The message was put off",
                    f"451 4.7.1 {person.address}: Greylisted, please try again later",
                )

    def _plan(self, parcel: Parcel) -> None:
        if not parcel.to or parcel.internal:
            return
        customer = parcel.to[0]
        now = self._clock.now()
        recent = [at for at in self._answered.get(customer.address, ()) if at > now - timedelta(hours=1)]
        if len(recent) >= ANSWERS_IN_A_ROW:
            return
        chance = random.Random(f"{self._seed}:{parcel.message_id}:{customer.address}")
        at = now + timedelta(seconds=chance.uniform(*self._delay))
        self._answered[customer.address] = [*recent, now]
        language = self._languages.get(customer.address) or language_of(f"{parcel.subject}\n{parcel.text}")
        text = answer_in(language, parcel.channel, len(recent), chance)
        answer = self._answer(parcel, customer, text, at)
        heapq.heappush(self._waiting, (at, answer.external_id, answer))

    def _answer(self, parcel: Parcel, customer: Person, text: str, at: datetime) -> Inbound:
        digest = _digest(f"{self._seed}:{parcel.message_id}:{customer.address}")
        message_id = references = subject = quoted = ""
        if parcel.channel == "email":
            domain = customer.address.rpartition("@")[2] or "customer.example"
            message_id = f"{digest[:24]}@{domain}"
            references = parcel.message_id
            subject = parcel.subject if parcel.subject.lower().startswith("re:") else f"Re: {parcel.subject}"
            quoted = "\n".join(f"> {line}".rstrip() for line in parcel.text.split("\n"))
        return Inbound(
            channel=parcel.channel,
            external_id=f"sim:{digest}",
            sender=Person(customer.address, customer.name),
            subject=subject,
            body=text,
            original=text.encode(),
            to=(parcel.sender,),
            quoted=quoted,
            at=at,
            message_id=message_id,
            references=tuple(dict.fromkeys((*parcel.references, references))) if references else (),
        )


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
