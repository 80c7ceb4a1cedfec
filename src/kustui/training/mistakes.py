"""The mistakes of a shift, each with the conversation, the time, and what gave it away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from kustui.core import language, words
from kustui.core.floor import Case, Spoken
from kustui.core.scorecard import COSTS, Mistake
from kustui.core.text import one_line
from kustui.training import manners, plain_words
from kustui.training.past import GRACE, PATIENCE, SECOND, Past, asked
from kustui.training.score_facts import Never

SHORT = 20
"""Code points up to which an answer may be said twice: thanks are."""
QUOTED = 60
_SPACE = re.compile(r"\s+")


def found(past: Past) -> tuple[Mistake, ...]:
    """All of them, in the order they were made."""
    every = [each for rule in RULES for each in rule(past)]
    return tuple(sorted(every, key=lambda each: (each.at, each.conversation_id, each.kind, each.words)))


def _mistake(kind: str, case: Case, at: datetime, said: str) -> Mistake:
    name = one_line(case.customer, 120)
    return Mistake(kind, case.id, case.customer_id, name, at, one_line(said, 300), COSTS[kind])


def _quote(text: str) -> str:
    return f"“{one_line(text, QUOTED)}”"


def _notes(past: Past) -> Iterator[Mistake]:
    """A note that speaks to a customer who waits, and got no answer soon."""
    team = [(login, name) for number, login, name in past.floor.agents if number != past.me]
    for note in past.mine("note"):
        case = past.floor.cases[note.conversation_id]
        if not past.pending(case, note.at) or past.answered(case.customer_id, note.at, note.at + GRACE):
            continue
        resolved = past.status(case, past.now) == "done"
        told = manners.speaks_to(note.own, case.customer, team)
        if told and (resolved or note.at + GRACE <= past.now):
            then = "was resolved without an answer" if resolved else "got no answer"
            said = f"A note speaks to the customer ({told}): {_quote(note.own)}; the conversation {then}."
            yield _mistake("note for a reply", case, note.at, said)


def _resolved(past: Past) -> Iterator[Mistake]:
    """Marked as done while a question had no answer."""
    for line in past.acts("conversation.done"):
        case = past.floor.cases[line.conversation_id]
        question = _question(past.pending(case, line.at))
        if question is None or past.needs_none(case):
            continue
        if past.answered(case.customer_id, line.at, line.at + GRACE) or _put_right(past, case, line.at):
            continue
        said = f"Resolved although {_quote(question.own)} had no answer."
        yield _mistake("unanswered question", case, line.at, said)


def _question(pending: list[Spoken]) -> Spoken | None:
    """The last thing that is asked; none where they said afterwards that all is well."""
    for each in reversed(pending):
        if manners.asks(each.own):
            return each
        if manners.thanks(each.own):
            return None
    return None


def _put_right(past: Past, case: Case, at: datetime) -> bool:
    """Whether the trainee opened a conversation again soon after it was done."""
    return any(
        line.conversation_id == case.id and at <= line.at <= at + GRACE
        for line in past.acts("conversation.reopened")
    )


def _languages(past: Past) -> Iterator[Mistake]:
    """An answer that is certainly in another language than the customer's."""
    for reply in past.mine():
        case = past.floor.cases[reply.conversation_id]
        party = past.floor.parties[case.customer_id]
        theirs = [each.own for each in past.of_customer[case.customer_id] if asked(each)]
        spoken = {tongue for tongue in map(language.certain, theirs) if tongue}
        told = (past.facts.languages.get(address, "") for address in party.addresses)
        known = next(filter(None, (*told, party.language)), "") or next(iter(sorted(spoken)), "")
        wanted = known.partition("-")[0].lower()
        answer = language.certain(reply.own)
        if not wanted or not answer or answer == wanted or answer in spoken:
            continue
        # Of a language that only its script tells apart from others, only English is certainly another.
        if wanted not in language.TOLD and answer != language.DEFAULT_LANGUAGE:
            continue
        ours, others = (language.NAMES.get(code, code) for code in (answer, wanted))
        said = f"Answered in {ours}, the customer reads {others}: {_quote(reply.own)}."
        yield _mistake("other language", case, reply.at, said)


def _never(past: Past) -> Iterator[Mistake]:
    """Words that must not go out."""
    for reply in past.mine():
        case = past.floor.cases[reply.conversation_id]
        addresses = past.floor.parties[case.customer_id].addresses
        for each in past.facts.never:
            never = Never((each,)) if isinstance(each, str) else each
            if never.addresses and never.addresses.isdisjoint(addresses):
                continue
            for word in never.says:
                if plain_words.says(reply.body, word):
                    why = f": {one_line(never.about, 120)}" if never.about else "."
                    said = f"The answer says {_quote(word)}, which must not go out{why}"
                    yield _mistake("never said", case, reply.at, said)


def _others(past: Past) -> Iterator[Mistake]:
    """Another customer's name or address, which this one had not written."""
    team = {name.casefold() for _, _, name in past.floor.agents}
    for reply in past.mine():
        case = past.floor.cases[reply.conversation_id]
        own = past.floor.parties[case.customer_id]
        known = [own.name, own.company, *own.addresses]
        for each in past.of_customer[case.customer_id]:
            known += [each.body, each.quoted] if each.direction == "inbound" else []
        context = "\n".join(known).casefold()
        body = reply.own.casefold()
        for number, party in past.floor.parties.items():
            if number == case.customer_id:
                continue
            names = [party.name] if " " in party.name.strip() and party.name.casefold() not in team else []
            for word in (*names, *(value for value in party.addresses if len(value) >= 6)):
                # Most words are not there at all, which is seen quickest.
                low = word.casefold()
                if low in body and low not in context and _whole(word).search(body):
                    what = "the name" if word == party.name else "an address"
                    said = f"The answer gives {what} of another customer, {_quote(word)}."
                    yield _mistake("other customer", case, reply.at, said)


def _whole(word: str) -> re.Pattern[str]:
    """A word on its own; in scripts without spaces, wherever it stands."""
    text = re.escape(word.strip().casefold())
    return re.compile(rf"(?<!\w){text}(?!\w)" if word.isascii() else text)


def _twice(past: Past) -> Iterator[Mistake]:
    """The same answer to one conversation again."""
    for reply in past.mine():
        text = _same(reply.own)
        if len(text) < SHORT:
            continue
        for each in past.said[reply.conversation_id]:
            if each.id == reply.id:
                break
            went = each.direction == "outbound" and each.state not in ("failed", "discarded", "taken back")
            if went and _same(each.own) == text:
                case = past.floor.cases[reply.conversation_id]
                said = f"The same answer was there already: {_quote(reply.own)}."
                yield _mistake("said twice", case, reply.at, said)
                break


def _same(text: str) -> str:
    return _SPACE.sub(" ", text).strip().casefold()


def _failed(past: Past) -> Iterator[Mistake]:
    """An answer that failed, and nobody saw to it."""
    for reply in past.mine():
        if reply.state != "failed":
            continue
        ats = [
            line.at
            for line in past.floor.lines
            if line.message_id == reply.id and line.act == "message.failed"
        ]
        at = max(ats, default=reply.at)
        later = [each for each in past.said[reply.conversation_id] if each.at > at]
        again = any(each.direction == "outbound" and each.state != "failed" for each in later)
        if at + GRACE <= past.now and not again:
            case = past.floor.cases[reply.conversation_id]
            said = f"An answer failed and was left for {words.span(past.now - at)}: {_quote(reply.own)}."
            yield _mistake("failed and left", case, at, said)


def _snoozes(past: Past) -> Iterator[Mistake]:
    """Put away beyond the time by which a customer who waits was to have an answer."""
    for line in past.acts("conversation.snoozed"):
        case = past.floor.cases[line.conversation_id]
        pending = past.pending(case, line.at)
        if not pending or past.needs_none(case):
            continue
        first = not any(each.direction == "outbound" and each.at <= line.at for each in past.said[case.id])
        length = past.wanted("first" if first else "next", case)
        # Who only said that they will send something waits for nothing.
        waits = _question(pending) or (first and not manners.thanks(pending[-1].own))
        if length is None or not waits:
            continue
        left = length - past.worked(case, pending[0].at, line.at)
        if left <= 0 * SECOND:
            continue
        due = past.due(line.at, left)
        back = past.change(case, line.at, "snoozed") or line.until
        if (back is None or back > due) and not past.answered(case.customer_id, line.at, due):
            kind = "first response" if first else "next reply"
            late = "only when they write again" if back is None else f"{words.span(back - due)} after it"
            ahead = words.span(due - line.at)
            said = f"Snoozed past its target: the {kind} was due in {ahead}, it comes back {late}."
            yield _mistake("snoozed past its target", case, line.at, said)


def _unanswered(past: Past) -> Iterator[Mistake]:
    """Somebody who never got any answer in twice the time."""
    for wait in past.waits:
        case = wait.case
        if wait.kind != "first" or wait.until is not None or past.needs_none(case):
            continue
        length = past.wanted("first", case)
        patience = PATIENCE * 60 if length is None else length // SECOND
        # Who waits a little longer than they should is late, not forgotten.
        if wait.seconds <= 2 * patience or past.status(case, past.now) == "done":
            continue
        pending = past.pending(case, past.now)
        if pending and not manners.thanks(pending[-1].own):
            long = words.span(wait.seconds * SECOND)
            said = f"Waited {long} and never got an answer: {_quote(pending[0].own)}."
            yield _mistake("never answered", case, wait.since, said)


RULES = (
    _notes, _resolved, _languages, _never, _others, _twice, _failed, _snoozes, _unanswered,
)  # fmt: skip
"""What is looked for; each gives the mistakes of its kind."""
