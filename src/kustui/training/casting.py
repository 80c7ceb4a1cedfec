"""Who plays whom in a scenario, drawn from a seed, and what the workspace holds when the shift begins."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from kustui.core.channels import CHANNELS
from kustui.core.people import address_value
from kustui.core.scene import Colleague, Guest, Said, Scene, Talk, summary
from kustui.training import cast
from kustui.training.scenario import Customer, Scenario

SIGNS = ("{name}", "{given}", "{order}", "{email}", "{agent}")
"""What is filled into what customers write."""


class Thread(NamedTuple):
    """What a message of a customer goes on with: the subject, and the Message-IDs above it."""

    channel: str
    subject: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One customer as drawn: `key` names the part in its scenario, `words` fill its texts in, `values` are
    the addresses as (kind, value), in the form they are compared by.
    """

    key: str
    customer: Customer
    face: cast.Face
    words: Mapping[str, str]
    values: tuple[tuple[str, str], ...] = ()

    def drawn(self, texts: tuple[str, ...], *chance: object) -> str:
        """One of `texts`, filled in; the same words of `chance` draw the same."""
        return self.filled(random.Random(":".join(map(str, (*chance, self.key)))).choice(texts))

    def filled(self, text: str) -> str:
        """A text with its {name}, {given}, {order}, {email} and {agent}."""
        for sign, words in self.words.items():
            text = text.replace(sign, words)
        return text

    def address(self, channel: str) -> str:
        """Where they write from on a channel, as typed; empty when nowhere."""
        return dict(self.face.addresses).get(CHANNELS[channel].address_kind or "", "")


def parts(scenario: Scenario, seed: int) -> tuple[Part, ...]:
    """Everybody who plays in a scenario; the same seed gives the same."""
    found = []
    for customer in scenario.customers:
        chance = random.Random(f"{seed}:{scenario.name}:{customer.id}")
        for place, name in enumerate(chance.sample(customer.names, customer.number)):
            key = customer.id if customer.number == 1 else f"{customer.id}-{place + 1}"
            face = replace(_face(customer, name, place), order=f"NB-{chance.randint(20_000, 39_999)}")
            email = dict(face.addresses).get("email", "")
            said = (face.name, face.given, face.order, email, scenario.agent.name)
            words = dict(zip(SIGNS, said, strict=True))
            found.append(Part(key, customer, face, words, values(customer, name, place)))
    return tuple(found)


def values(customer: Customer, name: str, place: int = 0) -> tuple[tuple[str, str], ...]:
    """The addresses of a customer, or of one of a burst, played by somebody of that name: as (kind, value),
    in the form addresses are compared by.
    """
    return tuple((kind, address_value(kind, typed)) for kind, typed in _face(customer, name, place).addresses)


def scene(scenario: Scenario, seed: int) -> Scene:
    """The workspace as it stands when the shift begins."""
    guests = tuple(
        _guest(part, scenario, seed)
        for part in parts(scenario, seed)
        if part.customer.known or part.customer.talks
    )
    empty = cast.library(scenario.words)
    return replace(empty, colleagues=_team(scenario), guests=guests, tags=scenario.tags)


def waiting(part: Part, scenario: Scenario, seed: int) -> tuple[datetime, Thread] | None:
    """Since when a customer waits as the shift begins, and what for; None when nobody owes them anything."""
    found = None
    for talk in _guest(part, scenario, seed).talks if part.customer.talks else ():
        since = summary(talk, scenario.starts)["waiting_since"]
        if since is not None and (found is None or since > found[0]):
            references = tuple(said.message_id for said in talk.said if said.message_id)
            found = since, Thread(talk.channel, talk.subject, references)
    return found


def digest(*words: object) -> str:
    """A name made of stable words."""
    return hashlib.sha256(":".join(map(str, words)).encode("utf-8", "replace")).hexdigest()


def _face(customer: Customer, name: str, place: int) -> cast.Face:
    typed = {kind: shape.replace("{number}", f"{place:02}") for kind, shape in customer.addresses.items()}
    return cast.face({"names": [name], **typed}, 0)


def _team(scenario: Scenario) -> tuple[Colleague, ...]:
    me = scenario.agent
    return scenario.colleagues or (Colleague(me.login, me.name, language=me.language),)


def _guest(part: Part, scenario: Scenario, seed: int) -> Guest:
    who, team, here = part.customer, _team(scenario), ZoneInfo(scenario.zone)
    raw: dict[str, Any] = {
        "names": [part.key],
        "talk": who.talks,
        "company": who.company,
        "zone": who.zone,
        "language": who.language,
        "about": part.filled(who.about),
        "vip": who.vip,
    }
    zones: dict[str, tzinfo] = {one.login: ZoneInfo(one.zone) if one.zone else here for one in team}
    names = {one.login: one.name for one in team}
    guest = cast.guest(raw, part.face, seed, scenario.starts, zones, names)
    talks = tuple(
        _threaded(talk, f"{seed}:{scenario.name}:{part.key}:{place}", scenario.address, part.words["{email}"])
        for place, talk in enumerate(guest.talks)
    )
    return replace(guest, talks=talks)


def _threaded(talk: Talk, words: str, ours: str, theirs: str) -> Talk:
    """A conversation whose emails have Message-IDs that the players know."""
    if talk.channel != "email":
        return talk

    def named(place: int, said: Said) -> Said:
        if said.kind == "note":
            return said
        domain = (ours if said.kind == "outbound" else theirs).rpartition("@")[2]
        return replace(said, message_id=f"{digest(words, place)[:24]}@{domain}")

    return replace(talk, said=tuple(named(place, said) for place, said in enumerate(talk.said)))
