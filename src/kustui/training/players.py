"""The customers and colleagues of a shift: a transport whose customers are played from a scenario (SPEC G3).

Everything comes of the scenario, the seed and what was sent when: the same three give the same messages
at the same instants. Nothing asks any other clock than the one that is given.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from kustui.clock import Clock, instant, milliseconds
from kustui.core.channels import CHANNELS
from kustui.core.people import address_value
from kustui.core.post import Inbound, Parcel
from kustui.delivery import Accepted
from kustui.errors import DeliveryFailed, Refused, TryLater
from kustui.training.casting import digest, parts
from kustui.training.player import Happening, Player
from kustui.training.scenario import MOODS, Outage, Scenario

UNKNOWN = {
    "email": "550 5.1.1 <{address}>: Recipient address rejected: User unknown in virtual mailbox table",
    "sms": "21211: The number {address} is not a valid phone number.",
    "chat": "410 Gone: the visitor {address} has left the chat.",
    "facebook": "(#551) This person isn't available right now: {address}.",
}


class ColleagueAct(NamedTuple):
    """What a colleague `by` (a login) does at an instant: a "note" in the conversation of a customer with
    the address of that kind and value, or an "availability", whose word is in `words`.
    """

    at: datetime
    by: str
    what: Literal["note", "availability"]
    words: str
    customer: str = ""
    kind: str = ""
    address: str = ""


class Standing(NamedTuple):
    """How it stands with a customer: the mood in a word, since when they wait, and how often they
    complained of waiting.
    """

    key: str
    name: str
    mood: str
    is_settled: bool
    waiting: datetime | None
    complained: int


class Players:
    """Carries all four channels to the customers of a scenario, by `clock`.

    Outages, and addresses that nobody has, refuse or put off as a provider would. `state` and `restore`
    carry a shift over the end of a program.
    """

    name = "training"
    channels = frozenset(("email", "sms", "chat", "facebook"))
    timeout = 5.0
    rate = 0.0
    repeatable = True

    def __init__(self, scenario: Scenario, seed: int, clock: Clock) -> None:
        self._scenario, self._seed, self._clock = scenario, seed, clock
        self._lock = threading.Lock()
        cast = parts(scenario, seed)
        self._players = {part.key: Player(part, scenario, seed) for part in cast}
        self._at = {value: part.key for part in cast for value in part.values}
        self._inside = {one.email.lower() for one in scenario.colleagues} | {scenario.address.lower()}
        words = f"{seed}:{scenario.name}"
        self._outages = [
            (
                one,
                scenario.starts + one.begins.draw(words, "outage", place),
                scenario.starts + one.ends.draw(words, "outage", place, "end"),
            )
            for place, one in enumerate(scenario.outages)
        ]
        self._deeds = sorted(self._acts(words), key=lambda act: act.at)
        self._acted = 0
        self._accepted: dict[str, str] = {}
        self._planned = [each for player in self._players.values() for each in player.first()]
        self._ready: list[Happening] = []

    # -- a transport -----------------------------------------------------------------------

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """Take `parcel`, and let its first recipient think about it.

        Raises DeliveryFailed or TryLater during an outage, and for somebody who cannot be reached. The same
        message handed over twice is taken once.
        """
        now = self._clock.now()
        with self._lock:
            same = f"{parcel.message_id}:{parcel.round}"
            if same not in self._accepted:
                self._refuse(parcel, now)
                commit()
                self._accepted[same] = f"train-{digest(self._seed, same)[:16]}"
                self._advance(now)
                self._hear(parcel, now)
            return Accepted(self._accepted[same], "Taken by those who play the customers.")

    def collect(self) -> tuple[Inbound, ...]:
        """What customers have written by now, in the order they wrote it; each once."""
        with self._lock:
            self._advance(self._clock.now())
            found, self._ready = self._ready, []
            return tuple(self._players[each.key].inbound(each) for each in found)

    # -- for the engine --------------------------------------------------------------------

    def next_at(self) -> datetime | None:
        """The next instant at which something happens by itself, if nobody writes to anybody before: a
        message, an outage's beginning or end, a colleague's act. None when nothing will.

        What is due and was not fetched yet comes first, with its own instant.
        """
        now = self._clock.now()
        with self._lock:
            found = [instant(each.at) for each in (*self._ready, *self._planned)]
            found += [at for player in self._players.values() if (at := player.impatient_at()) is not None]
            found += [edge for _, *edges in self._outages for edge in edges if edge > now]
            found += [act.at for act in self._deeds[self._acted :]]
            return min(found, default=None)

    def acts_due(self) -> tuple[ColleagueAct, ...]:
        """What colleagues do by now, in order; each once."""
        now = self._clock.now()
        with self._lock:
            begins = self._acted
            while self._acted < len(self._deeds) and self._deeds[self._acted].at <= now:
                self._acted += 1
            return tuple(self._deeds[begins : self._acted])

    def standing(self) -> tuple[Standing, ...]:
        """How it stands with each customer, in the order of the scenario."""
        with self._lock:
            return tuple(
                Standing(
                    key,
                    player.part.face.name,
                    MOODS[player.feeling.mood],
                    player.feeling.is_settled,
                    None if player.feeling.waiting is None else instant(player.feeling.waiting),
                    player.feeling.impatient,
                )
                for key, player in self._players.items()
            )

    def state(self) -> dict[str, Any]:
        """Everything that has happened, as values JSON can hold."""
        with self._lock:
            return {
                "scenario": self._scenario.name,
                "seed": self._seed,
                "acted": self._acted,
                "accepted": dict(self._accepted),
                "planned": [list(each) for each in self._planned],
                "ready": [list(each) for each in self._ready],
                "players": {key: player.state() for key, player in self._players.items()},
            }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` said; raises Refused when that was of another shift."""
        if (state.get("scenario"), state.get("seed")) != (self._scenario.name, self._seed):
            raise Refused("Not this shift", "What was kept is of another scenario, or of another seed.")
        held = json.loads(json.dumps(state))
        with self._lock:
            self._acted, self._accepted = held["acted"], held["accepted"]
            self._planned = [_happening(each) for each in held["planned"]]
            self._ready = [_happening(each) for each in held["ready"]]
            for key, player in self._players.items():
                player.restore(held["players"][key])

    # -- inside ----------------------------------------------------------------------------

    def _acts(self, words: str) -> list[ColleagueAct]:
        found = []
        for place, deed in enumerate(self._scenario.deeds):
            at = self._scenario.starts + deed.at.draw(words, "deed", place)
            about = next(
                (one.part for one in self._players.values() if one.part.customer.id == deed.customer), None
            )
            if about is None:
                found.append(ColleagueAct(at, deed.by, deed.what, deed.words))
            else:
                named = (about.face.name, *about.values[0])
                found.append(ColleagueAct(at, deed.by, deed.what, about.filled(deed.words), *named))
        return found

    def _refuse(self, parcel: Parcel, now: datetime) -> None:
        if parcel.internal:
            return
        outage = self._outage(parcel.channel, now)
        if outage is not None and outage.for_good:
            raise DeliveryFailed("The message was refused", outage.words)
        if outage is not None:
            raise TryLater("The message was put off", outage.words)
        for person in (*parcel.to, *parcel.cc, *parcel.bcc):
            if person.address.lower() in self._inside:
                continue
            player = self._player(parcel.channel, person.address)
            shape = (
                UNKNOWN[parcel.channel]
                if player is None
                else player.part.customer.refuses.get(parcel.channel)
            )
            if shape:
                words = shape.replace("{address}", person.address)
                raise DeliveryFailed("The message was refused", words)

    def _outage(self, channel: str, now: datetime) -> Outage | None:
        return next(
            (one for one, begins, ends in self._outages if one.channel == channel and begins <= now < ends),
            None,
        )

    def _player(self, channel: str, typed: str) -> Player | None:
        kind = CHANNELS[channel].address_kind or ""
        try:
            return self._players.get(self._at.get((kind, address_value(kind, typed)), ""))
        except Refused:
            return None

    def _advance(self, now: datetime) -> None:
        """Let everything happen that was to happen by now, in the order of time."""
        until = milliseconds(now)
        while True:
            found = [(each.at, each.key, place) for place, each in enumerate(self._planned)]
            for key, player in self._players.items():
                over = player.impatient_at()
                if over is not None:
                    found.append((milliseconds(over), key, -1))
            if not found or min(found)[0] > until:
                return
            at, key, place = min(found)
            player = self._players[key]
            what = self._planned.pop(place) if place >= 0 else player.complain(instant(at))
            player.has_written(what)
            self._ready.append(what)

    def _hear(self, parcel: Parcel, now: datetime) -> None:
        player = self._player(parcel.channel, parcel.to[0].address) if parcel.to else None
        if player is None or parcel.internal:
            return
        key = player.part.key
        thinking = [
            each for each in self._planned if each.key == key and each.kind in ("answer", "otherwise")
        ]
        found = player.hear(parcel, now, thinking[0].kind if thinking else "")
        if found is None:
            return
        # Whoever has understood does not say any more that they have not.
        for each in thinking:
            if each.kind == "otherwise":
                self._planned.remove(each)
        last = max((each.at for each in thinking if each.kind == "answer"), default=0)
        self._planned += [
            each._replace(at=max(each.at, last + 1_000 * (place + 1))) for place, each in enumerate(found)
        ]


def _happening(values: list[Any]) -> Happening:
    found = Happening(*values)
    return found._replace(references=tuple(found.references))
