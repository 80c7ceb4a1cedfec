"""One customer of a shift: what they have heard, how they feel, and what they write next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from kustui.clock import instant, milliseconds
from kustui.core.post import Inbound, Parcel, Person
from kustui.core.sending import reply_subject
from kustui.training import plain_words
from kustui.training.cast import file_of
from kustui.training.casting import Part, Thread, digest, waiting
from kustui.training.scenario import MOODS, Answer, Saying, Scenario, Span

USUAL = {
    "email": Span(90, 300),
    "sms": Span(30, 120),
    "chat": Span(10, 45),
    "facebook": Span(30, 150),
}
"""How long customers think about an answer, by channel."""


class Happening(NamedTuple):
    """Something a customer writes at an instant (milliseconds since 1970), as values JSON can hold.

    `number` counts what this customer writes: no two of theirs have one. `kind` is arrival, answer,
    otherwise, thanks, follow_up or impatient, `place` which of these.
    """

    at: int
    key: str
    number: int
    kind: str
    place: int
    channel: str
    subject: str
    references: tuple[str, ...]
    quoted: str = ""


@dataclass
class Feeling:
    """What changes in a customer, as values JSON can hold; instants in milliseconds since 1970.

    `waiting` is since when nobody has answered, `restless` from when their patience is counted, `last` the
    place of the answer that they gave last (-1: none) and `given` all of them.
    """

    mood: int
    heard: int = 0
    wrote: int = 0
    waiting: int | None = None
    restless: int | None = None
    is_settled: bool = False
    last: int = -1
    given: list[int] = field(default_factory=list)
    puzzled: int = 0
    impatient: int = 0
    channel: str = ""
    subject: str = ""
    references: list[str] = field(default_factory=list)


class Player:
    """Plays one part of a scenario for a seed. It knows no clock: each call says what time it is."""

    def __init__(self, part: Part, scenario: Scenario, seed: int) -> None:
        self.part = part
        self._scenario = scenario
        self._words = f"{seed}:{scenario.name}:{part.key}"
        self.feeling = Feeling(part.customer.mood)
        owed = waiting(part, scenario, seed)
        if owed is not None:
            since, thread = owed
            self.feeling.waiting = milliseconds(since)
            self.feeling.restless = milliseconds(scenario.starts)
            self._go_on(thread)

    def first(self) -> list[Happening]:
        """What they write by themselves, whatever anybody answers."""
        found = []
        for place, arrival in enumerate(self.part.customer.arrivals):
            at = self._scenario.starts + arrival.at.draw(self._words, "arrival", place)
            thread = Thread(arrival.channel, self.part.filled(arrival.subject))
            found.append(self._planned(at, "arrival", place, thread))
        return found

    def hear(self, parcel: Parcel, now: datetime, thinking: str) -> list[Happening] | None:
        """A reply has reached them: what they will write; None when what they are `thinking` of (the kind
        of the answer that is on its way, or nothing) stays.
        """
        own, who = self.feeling, self.part.customer
        waited = None if own.waiting is None else (milliseconds(now) - own.waiting) / 60_000
        own.waiting = own.restless = None
        own.heard += 1
        if own.is_settled:
            return None
        thread = self._thread_of(parcel)
        place = self._chosen(parcel.text, waited)
        if place is not None:
            return self._answered(place, who.answers[place], now, thread, parcel)
        if thinking or own.puzzled >= who.otherwise_times or not who.otherwise.texts:
            return None
        if any(self._takes(who.answers[place], parcel.text, waited) for place in own.given):
            return None
        own.puzzled += 1
        self._feel(who.otherwise.mood)
        return [self._said(who.otherwise, now, "otherwise", own.puzzled, thread, parcel)]

    def impatient_at(self) -> datetime | None:
        """When their patience ends, if nobody answers before."""
        own, who = self.feeling, self.part.customer
        if (
            own.restless is None
            or who.patience is None
            or not who.impatient.texts
            or own.impatient >= who.times
        ):
            return None
        return instant(own.restless) + who.patience.draw(self._words, "patience", own.impatient)

    def complain(self, at: datetime) -> Happening:
        """Their patience is over."""
        own = self.feeling
        own.impatient += 1
        own.restless = milliseconds(at)
        self._feel(self.part.customer.impatient.mood)
        subject = reply_subject(own.subject) if own.references else own.subject
        thread = Thread(own.channel, subject, tuple(own.references))
        return self._planned(at, "impatient", own.impatient, thread)

    def has_written(self, what: Happening) -> None:
        """What was planned is written now: they wait for an answer, unless it was their last word."""
        own, who = self.feeling, self.part.customer
        if what.channel == "email":
            what = what._replace(references=(*what.references, self._message_id(what)))
        self._go_on(Thread(what.channel, what.subject, what.references))
        if what.kind in ("arrival", "follow_up"):
            own.is_settled = False
        if what.kind == "follow_up":
            self._feel(who.answers[what.place].follow_up.mood)  # type: ignore[union-attr]  # it is one
        settles = what.kind == "thanks" or (what.kind == "answer" and who.answers[what.place].settles)
        if not settles and not own.is_settled:
            own.waiting = what.at if own.waiting is None else own.waiting
            own.restless = what.at

    def inbound(self, what: Happening) -> Inbound:
        """What was written, as their channel brings it in; the same for the same seed and happenings."""
        saying = self._saying(what)
        text = self._text(saying, what)
        if what.kind == "arrival":
            text *= self.part.customer.arrivals[what.place].repeat
        is_email = what.channel == "email"
        return Inbound(
            channel=what.channel,
            external_id=f"train:{digest(self._words, what.number)}",
            sender=Person(self.part.address(what.channel), self.part.face.name),
            subject=what.subject if is_email else "",
            body=text,
            original=text.encode("utf-8", "replace"),
            to=(Person(self._scenario.address),),
            quoted=what.quoted if is_email else "",
            at=instant(what.at),
            message_id=self._message_id(what) if is_email else "",
            references=what.references if is_email else (),
            files=tuple(file_of(self.part.filled(name)) for name in saying.files),
        )

    def state(self) -> dict[str, Any]:
        """How they are, as values JSON can hold."""
        return asdict(self.feeling)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as `state` said."""
        self.feeling = Feeling(**state)

    # -- inside --------------------------------------------------------------------------

    def _chosen(self, text: str, waited: float | None) -> int | None:
        """The answer to a reply: first those that go on from the last one given."""
        own, answers = self.feeling, self.part.customer.answers
        last = answers[own.last].name if own.last >= 0 else ""
        left = [place for place in range(len(answers)) if place not in own.given]
        going_on = [place for place in left if last and answers[place].after == last]
        for place in (*going_on, *(place for place in left if not answers[place].after)):
            if self._takes(answers[place], text, waited):
                return place
        return None

    def _takes(self, answer: Answer, text: str, waited: float | None) -> bool:
        if answer.says_any and not plain_words.says_any(text, answer.says_any):
            return False
        if not plain_words.says_all(text, answer.says_all) or plain_words.says_any(text, answer.says_none):
            return False
        if answer.asks is not None and plain_words.asks(text) is not answer.asks:
            return False
        if answer.has_link is not None and plain_words.has_link(text) is not answer.has_link:
            return False
        if answer.after_minutes and (waited is None or waited < answer.after_minutes):
            return False
        return not answer.within_minutes or waited is None or waited <= answer.within_minutes

    def _answered(
        self, place: int, answer: Answer, now: datetime, thread: Thread, parcel: Parcel
    ) -> list[Happening]:
        own, thanks = self.feeling, self.part.customer.thanks
        own.last = place
        own.given.append(place)
        own.is_settled = answer.settles
        self._feel(answer.saying.mood)
        found = []
        if answer.saying.texts:
            found.append(self._said(answer.saying, now, "answer", place, thread, parcel))
        elif answer.settles and thanks.texts:
            self._feel(thanks.mood)
            found.append(self._said(thanks, now, "thanks", place, thread, parcel))
        if answer.follow_up is not None:
            after = instant(found[-1].at) if found else now
            found.append(self._said(answer.follow_up, after, "follow_up", place, thread, parcel))
        return found

    def _said(
        self, saying: Saying, now: datetime, kind: str, place: int, thread: Thread, parcel: Parcel
    ) -> Happening:
        delay = (saying.delay or USUAL[thread.channel]).draw(self._words, kind, place, self.feeling.heard)
        quoted = "\n".join(f"> {line}".rstrip() for line in parcel.text.split("\n"))
        return self._planned(now + max(delay, timedelta(seconds=1)), kind, place, thread, quoted)

    def _planned(self, at: datetime, kind: str, place: int, thread: Thread, quoted: str = "") -> Happening:
        self.feeling.wrote += 1
        return Happening(
            milliseconds(at), self.part.key, self.feeling.wrote, kind, place, *thread, quoted=quoted
        )

    def _saying(self, what: Happening) -> Saying:
        who = self.part.customer
        if what.kind == "arrival":
            return Saying(who.arrivals[what.place].texts, files=who.arrivals[what.place].files)
        if what.kind == "follow_up":
            return who.answers[what.place].follow_up or Saying()
        if what.kind == "answer":
            return who.answers[what.place].saying
        return {"otherwise": who.otherwise, "thanks": who.thanks, "impatient": who.impatient}[what.kind]

    def _text(self, saying: Saying, what: Happening) -> str:
        if what.kind in ("otherwise", "impatient"):
            # Who says it again says it in other words.
            return self.part.filled(saying.texts[(what.place - 1) % len(saying.texts)])
        return self.part.drawn(saying.texts, self._words, what.kind, what.place)

    def _thread_of(self, parcel: Parcel) -> Thread:
        if parcel.channel != "email":
            return Thread(parcel.channel, "")
        references = tuple(dict.fromkeys((*parcel.references, parcel.message_id)))
        return Thread("email", reply_subject(parcel.subject), references)

    def _go_on(self, thread: Thread) -> None:
        own = self.feeling
        own.channel, own.subject, own.references = thread.channel, thread.subject, list(thread.references)

    def _message_id(self, what: Happening) -> str:
        domain = self.part.address("email").rpartition("@")[2]
        return f"{digest(self._words, what.number, 'mail')[:24]}@{domain}"

    def _feel(self, steps: int) -> None:
        self.feeling.mood = min(max(self.feeling.mood + steps, 0), len(MOODS) - 1)
