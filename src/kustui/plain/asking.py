"""What an act still has to be told, asked in one line; and help."""

from __future__ import annotations

import re
import shlex
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kustui.core.commands import Command, folded
from kustui.core.records import Customer
from kustui.core.sending import compose_choices
from kustui.core.standing import BADGES
from kustui.core.tags import PRIORITIES
from kustui.core.text import one_line
from kustui.errors import Refused
from kustui.plain import acts
from kustui.plain.table import ELSEWHERE, LINES, OWN, line_of, of_key
from kustui.plain.voice import Voice

if TYPE_CHECKING:
    from kustui.desk import Desk

ASKS = ("snooze", "sub-status", "assign", "tag", "priority", "merge", "merge-customers")
"""Commands that ask for what they have not been told."""


def completed(desk: Desk, voice: Voice, words: Sequence[str]) -> list[str] | None:
    """The words of a command with what was asked for; None when nothing was answered."""
    if words[0] not in ASKS or len(words) != 2:
        return list(words)
    named = re.findall(r"\d{1,9}", words[1])
    for line in _choices(desk, words[0], int(named[0]) if named else 0):
        voice.say(line)
    answer = (voice.ask(_QUESTIONS[words[0]]) or "").strip()
    if not answer:
        return None
    try:
        more = shlex.split(answer)
    except ValueError:
        more = answer.split()
    if words[0].startswith("merge"):
        more = ["--into", *more]
    return [*words, *more]


_QUESTIONS = {
    "snooze": "Until when? A choice, or a time like 3d or tue 14:30; empty for not: ",
    "sub-status": "Which? Its words, none clears it; empty for not: ",
    "assign": "To whom? A login, me, nobody, or --team NAME; empty for not: ",
    "tag": "Which tags? Words, --remove WORD takes one off; empty for not: ",
    "priority": "Which priority? 1 to 5; empty for not: ",
    "merge": "Into which conversation of theirs? Its number; empty for not: ",
    "merge-customers": "Into which customer? Their number; empty for not: ",
}


def _choices(desk: Desk, name: str, number: int) -> Iterator[str]:
    if name == "snooze":
        for choice in desk.reads.snooze_choices():
            if choice.kind != "custom":
                key = "reply" if choice.kind == "until reply" else choice.key
                yield f"{one_line(key, 20)}: {one_line(choice.label, 60)}"
    elif name == "sub-status":
        status = desk.reads.conversation(number).status
        there = [one_line(each.label, 60) for each in desk.reads.sub_statuses(status)]
        if not there:
            raise Refused("Nothing to say more", f"There are no sub-statuses for {status} conversations.")
        yield ", ".join(there)
    elif name == "assign":
        for each in desk.colleagues.agents():
            yield f"{one_line(each.login, 40)}: {one_line(each.name, 60)}, {each.words}"
    elif name == "tag":
        held = [one_line(tag, 40) for tag in desk.reads.conversation(number).tags]
        yield f"Tags: {', '.join(held) or 'none'}"
    elif name == "merge":
        customer = desk.reads.conversation(number).customer_id
        for item in desk.reads.timeline(customer).conversations:
            if item.id != number:
                yield f"{item.id}: {BADGES[item.status][1].lower()}, {one_line(item.subject, 60)}"
    elif name == "priority":
        yield ", ".join(f"{each} {word}" for each, word in PRIORITIES.items())


def yes(voice: Voice, question: str) -> bool:
    """Whether a question is answered with yes; the end of all lines is no answer."""
    return (voice.ask(question) or "").strip().lower() in ("y", "yes")


def says_it_all(args: Namespace) -> bool:
    """Whether a line says the words of a message itself, so that no editor is needed."""
    return args.body is not None or args.body_file is not None or bool(args.shortcut)


def wants_body(args: Namespace) -> bool:
    """Whether a line has options that go with the words of a message alone."""
    names = ("attach", "template", "at", "hold_on_reply", "public", "dry_run", "json")
    return any(getattr(args, name, None) for name in names)


def kind_of_new(voice: Voice, customer: Customer) -> str:
    """What is begun with a customer, asked for; empty for nothing."""
    choices = compose_choices(customer)
    for each in choices:
        voice.say(f"{each.key}: {each.label}{f', not here: {each.reason}' if each.reason else ''}")
    answer = (voice.ask("Which? Empty for none: ") or "").strip()
    return next((each.kind for each in choices if answer in (each.key, each.kind)), "")


def may_compose(customer: Customer, kind: str) -> None:
    """Raises Refused with the reason when that cannot be begun with a customer."""
    found = next(each for each in compose_choices(customer) if each.kind == kind)
    if found.reason:
        raise Refused(f"No {kind} to {one_line(customer.name, 60)}", found.reason)


def help_lines(table: tuple[Command, ...], name: str) -> Iterator[str]:
    """Every act in a line each, or all about one."""
    if name and (command := of_key(table, name)) is not None:
        yield f"{command.label}: {command.help}."
        name = line_of(command).split()[0] if command.id in LINES else ""
        if name not in OWN and name not in acts.commands():
            return
    if name in OWN:
        yield f"{name}: {OWN[name]}."
        return
    if name:
        yield from acts.help_of(name)
        return
    yield "A number opens that row. #142 opens a conversation by its own number."
    yield "An act is for what is open, or for what it names: done, or done #3 #4."
    yield "The keys of the screen, as they are set now, are lines as well:"
    for command in folded(table):
        line = LINES.get(command.id, "")
        if line and command.scope != "editor":
            shown = "saved 1" if command.id.startswith("saved.") else line
            yield f"{command.label}, {shown} or {command.shown}: {command.help}."
    others = sorted(set(acts.commands()) - ELSEWHERE - {line.split()[0] for line in LINES.values()})
    yield f"Also, as kustui takes them: {', '.join(others)}."
    yield "help and a word says more, as in help snooze."
