"""Whether a scenario makes sense: what each value of its file cannot tell by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from kustui.core.channels import CHANNELS
from kustui.training.casting import SIGNS, values
from kustui.training.scenario import Answer, Customer, Fault, Saying, Scenario

MOST_CUSTOMERS = 200
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_SIGN = re.compile(r"\{[A-Za-z_ ]+\}")


def faults(scenario: Scenario, sound: Sequence[tuple[str, Customer]]) -> list[Fault]:
    """All that makes no sense in a scenario; of its customers only those are looked at that were read well,
    `sound`, each with the place where it stands.
    """
    found = list(_head(scenario))
    for where, customer in sound:
        found += [Fault(f"{where}{part}", words) for part, words in _customer(scenario, customer)]
    found += _addresses(sound)
    found += _events(scenario)
    return found


def _head(scenario: Scenario) -> Iterator[Fault]:
    if not scenario.name or set(scenario.name) - _NAME or len(scenario.name) > 40:
        yield Fault("the file", f"'name' is {scenario.name!r:.60}; small letters, digits and hyphens, please")
    people = [one.login for one in scenario.colleagues]
    if people and scenario.agent.login not in people:
        yield Fault("agent", f"{scenario.agent.login!r} has to be the login of one of the colleagues, too")
    yield from (Fault("colleague", f"{login!r} is there twice") for login in _twice(people))
    if not scenario.customers:
        yield Fault("the file", "it has no customer")
    if sum(each.number for each in scenario.customers) > MOST_CUSTOMERS:
        yield Fault("the file", f"it has more than {MOST_CUSTOMERS} customers")
    yield from (Fault("customer", f"the id {name!r} is there twice") for name in _twice(_ids(scenario)))
    names = [name.partition("|")[0] for each in scenario.customers for name in each.names]
    yield from (Fault("customer", f"the name {name!r} is there twice") for name in _twice(names))
    goals, minutes = scenario.goals, scenario.length.total_seconds() / 60
    for key in ("first_response", "next_reply"):
        wanted = getattr(goals, key)
        if wanted is not None and wanted >= minutes:
            yield Fault("goals", f"{key!r} is {wanted} minutes, and the whole shift has only {minutes:.0f}")
    for key in ("waiting_at_end", "missed_targets"):
        wanted = getattr(goals, key)
        if wanted is not None and wanted >= sum(each.number for each in scenario.customers):
            yield Fault("goals", f"{key!r} is {wanted}: nobody could miss that with so few customers")
    for place, watch in enumerate(scenario.watch_for, 1):
        where = f"watch_for {place}"
        if (watch.kind in ("words", "money")) != bool(watch.says):
            yield Fault(where, "'says' belongs to the kinds words and money, which look for it")
        for name in watch.customers:
            if name not in _ids(scenario):
                yield Fault(where, f"no customer has the id {name!r}")


def _ids(scenario: Scenario) -> list[str]:
    return [each.id for each in scenario.customers]


def _twice(words: list[str]) -> list[str]:
    return sorted(word for word, times in Counter(words).items() if times > 1)


def _customer(scenario: Scenario, who: Customer) -> Iterator[tuple[str, str]]:
    if set(who.id) - _NAME:
        yield "", f"'id' is {who.id!r:.60}; small letters, digits and hyphens, please"
    if who.number > len(set(who.names)):
        yield "", f"'number' is {who.number}, and there are only {len(set(who.names))} names"
    for kind, typed in who.addresses.items():
        if len(set(who.names)) > 1 and who.number > 1 and "{slug}" not in typed and "{number}" not in typed:
            yield "", f"{kind!r} is the same for all {who.number}: put {{slug}} or {{number}} into it"
        if "{number}" in typed and ("{slug}" in typed or "{given}" in typed):
            yield "", f"{kind!r} has both a {{number}} and a name in it: one of them is enough"
    yield from _language(scenario, who)
    if not who.arrivals and not who.talks:
        yield "", "they never write, and nothing was said before the shift"
    used = {talk["channel"] for talk in who.talks}
    for place, arrival in enumerate(who.arrivals, 1):
        where = f", arrival {place}"
        used.add(arrival.channel)
        if arrival.at.longest >= scenario.length.total_seconds():
            yield where, "it is after the end of the shift"
        if arrival.channel == "email" and not arrival.subject:
            yield where, "an email needs a 'subject'"
        if arrival.files and not CHANNELS[arrival.channel].carries_files:
            yield where, f"{CHANNELS[arrival.channel].label} carries no files here"
    for channel in sorted(used):
        wanted = CHANNELS[channel].address_kind
        if wanted not in who.addresses:
            yield "", f"they write by {channel}, and have no {wanted!r}"
    for place, talk in enumerate(who.talks, 1):
        label, status = talk.get("sub_status", ""), talk.get("status", "open")
        if label and label not in scenario.words["sub_status"].get(status, ()):
            yield f", talk {place}", f"{label!r} is no sub-status of {status!r}"
    yield from _answers(scenario, who)
    for sign in sorted(_signs(who) - set(SIGNS)):
        # Others are words: some customers write of a mailing that had them in it.
        for meant in get_close_matches(sign, SIGNS, n=1, cutoff=0.7):
            yield "", f"a text has {sign!r} in it, which stands for nothing; did you mean {meant!r}?"


def _signs(who: Customer) -> set[str]:
    """All that stands in braces in what a customer writes."""
    sayings = [who.otherwise, who.impatient, who.thanks]
    for answer in who.answers:
        sayings += [answer.saying, answer.follow_up or Saying()]
    texts = [text for each in sayings for text in each.texts]
    for arrival in who.arrivals:
        texts += [arrival.subject, *arrival.texts]
    return {sign for text in texts for sign in _SIGN.findall(text)}


def _addresses(sound: Sequence[tuple[str, Customer]]) -> Iterator[Fault]:
    """Whoever plays, no two customers have one address."""
    owners: dict[tuple[str, str], str] = {}
    for where, who in sound:
        own = {value for name in who.names for value in values(who, name)}
        own |= {value for place in range(who.number) for value in values(who, who.names[0], place)}
        for kind, value in sorted(own):
            if (kind, value) in owners:
                yield Fault(where, f"{kind!r} can be {value!r}, which is also that of {owners[kind, value]}")
            owners[kind, value] = where


def _language(scenario: Scenario, who: Customer) -> Iterator[tuple[str, str]]:
    spoken = {scenario.agent.language, *scenario.agent.languages}
    spoken |= {language for texts in scenario.words["snippet"].values() for language in texts}
    spoken |= {one.language for one in scenario.colleagues}
    if who.language not in spoken:
        yield (
            "",
            f"nobody answers in {who.language!r}: not the agent (agent.languages), no colleague, no snippet",
        )


def _answers(scenario: Scenario, who: Customer) -> Iterator[tuple[str, str]]:
    by_name = {each.name: each for each in who.answers if each.name}
    for name in _twice([each.name for each in who.answers if each.name]):
        yield "", f"two answers are called {name!r}"
    for place, answer in enumerate(who.answers, 1):
        where = f", answer {place}"
        before = by_name.get(answer.after)
        if answer.after and before is None:
            yield where, f"nobody can reach it: no answer is called {answer.after!r}"
        elif before is not None and before.settles and before.follow_up is None:
            yield where, f"nobody can reach it: {answer.after!r} settles everything"
        elif _goes_round(answer, by_name):
            yield where, "nobody can reach it: it comes after itself"
        for earlier, other in enumerate(who.answers[: place - 1], 1):
            if other.after == answer.after and (other.is_open or _asks_no_more(other, answer)):
                yield where, f"nobody can reach it: answer {earlier} takes every reply that it would take"
                break
        if set(answer.says_none) & {*answer.says_all, *answer.says_any[:1]} and len(answer.says_any) < 2:
            yield where, "nobody can reach it: the same words have to be said, and not to be said"
        if answer.within_minutes and answer.after_minutes >= answer.within_minutes:
            yield where, "nobody can reach it: 'after_minutes' is not before 'within_minutes'"
        if answer.after_minutes * 60 >= scenario.length.total_seconds():
            yield where, "nobody can reach it: 'after_minutes' is as long as the shift"
        if answer.settles and not answer.saying.texts and who.number == 1 and answer.follow_up is not None:
            yield where, "a 'follow_up' comes after a 'text'"
        if not answer.settles and not answer.saying.texts:
            yield where, "it has no 'text' and settles nothing"


def _goes_round(answer: Answer, by_name: dict[str, Answer]) -> bool:
    seen: set[str] = set()
    at: Answer | None = answer
    while at is not None and at.after:
        if at.after in seen or at.after == answer.name:
            return True
        seen.add(at.after)
        at = by_name.get(at.after)
    return False


def _asks_no_more(one: Answer, other: Answer) -> bool:
    """Whether every reply that `other` takes is taken by `one`."""
    return (
        (one.asks in (None, other.asks))
        and (one.has_link in (None, other.has_link))
        and (not one.says_any or (bool(other.says_any) and set(other.says_any) <= set(one.says_any)))
        and set(one.says_all) <= set(other.says_all)
        and set(one.says_none) <= set(other.says_none)
        and one.after_minutes <= other.after_minutes
        and (not one.within_minutes or 0 < other.within_minutes <= one.within_minutes)
    )


def _events(scenario: Scenario) -> Iterator[Fault]:
    end = scenario.length.total_seconds()
    for outage in scenario.outages:
        where = f'event ("outage" of {outage.channel})'
        if outage.begins.longest >= outage.ends.shortest:
            yield Fault(where, "it ends before it begins")
        if outage.begins.longest >= end:
            yield Fault(where, "it is after the end of the shift")
    for deed in scenario.deeds:
        where = f'event ("{deed.what}" of {deed.by})'
        if deed.at.longest >= end:
            yield Fault(where, "it is after the end of the shift")
        if deed.by == scenario.agent.login:
            yield Fault(where, "what the trainee does is the trainee's: name a colleague")
        if deed.what == "note" and deed.customer not in _ids(scenario):
            yield Fault(where, f"no customer has the id {deed.customer!r}")
