"""Making one customer of two, and two of them again, exactly (SPEC A2, E1).

Addresses, conversations and drafts are the other's, so that mail from any address goes there. What
came from whom is named in the history's line; what came since stays.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kustui.core import attributes
from kustui.core.records import Changed, Customer
from kustui.core.text import one_line
from kustui.desk import drafts_together, routing
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import merging, people
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

FIELDS = ("company", "zone", "language", "about", "vip", "attributes")
"""What a profile takes over where it says nothing itself; the other's words about them stand below."""
SIDEBARS = (("viewing", "opened_at"), ("hidden", "at"))


def merge(desk: Desk, away_id: int, into_id: int) -> Changed:
    """Make the customer `away_id` part of `into_id`, whose name, attributes and settings win.

    Raises Refused, saying why, for two that cannot be one.
    """
    with desk.store.writing() as act:
        me = act.get(tables.Agent, desk.agent.id, "agent")
        away = act.get(tables.Customer, away_id, "customer")
        into = act.get(tables.Customer, into_id, "customer")
        if away.id == into.id:
            raise Refused("The same customer", f"{into.name} cannot become part of themself.")
        before = _held(into)
        reader = act.ask()
        after: dict[str, Any] = {
            "addresses": merging.move(reader, "address", "customer", away_id, into_id),
            "conversations": merging.move(reader, "conversation", "customer", away_id, into_id),
            "drafts": drafts_together.join(act, "customer", away_id, into_id),
        }
        merging.whose(act.ask(), away_id, into_id)
        after["led"] = merging.lead_on(act.ask(), "customer", away_id, into_id)
        after["viewing"], after["hidden"] = _sidebars(act, away_id, into_id)
        _profile(away, into)
        away.merged_into = into.id
        act.session.add_all((away, into))
        act.touch(away_id)
        act.touch(into_id)
        act.record(
            "customer.joined", me, f"merged #{away_id} {away.name} into {into.name}", customer_id=into_id
        )
        act.record(
            "customer.merged",
            me,
            f"merged {away.name} into #{into_id} {into.name}",
            customer_id=away_id,
            before=before,
            after={**after, "into_id": into_id, "profile": _held(into)},
        )
        notice = f"{_short(away)} is part of {_short(into)} (#{into_id}) now"
        return _changed(away_id, into_id, notice)


def unmerge(desk: Desk, customer_id: int) -> Changed:
    """Make two customers again: what came from this one goes back, what came since stays with the other.

    Raises Refused for one that is part of nobody.
    """
    with desk.store.writing() as act:
        line = merging.last_line(act.ask(), "customer", customer_id)
        away = act.session.get(tables.Customer, customer_id)
        if away is None:
            away = act.get(tables.Customer, customer_id, "customer")
        if line is None or away.merged_into is None:
            raise Refused("Not merged", f"{away.name} (#{customer_id}) is not part of another customer.")
        me, into_id = act.get(tables.Agent, desk.agent.id, "agent"), away.merged_into
        notice = separate(desk, act, me, customer_id, json.loads(line[2]), json.loads(line[3]))
        if line[1] == me.id:
            # Undo goes on with the act before.
            act.record("undone", me, notice, customer_id=customer_id, after={"history_id": line[0]})
        return _changed(customer_id, into_id, notice)


def separate(
    desk: Desk,
    act: Writing,
    me: tables.Agent,
    away_id: int,
    before: dict[str, Any],
    after: dict[str, Any],
) -> str:
    """Inside an act: undo what a line of history says of a merge; answers what is so again."""
    away = act.session.get(tables.Customer, away_id)
    if away is None or away.merged_into is None:
        raise Refused("Apart already", f"#{away_id} is a customer of their own already.")
    into = act.get(tables.Customer, away.merged_into, "customer")
    of = into.id or 0
    reader = act.ask()
    for table in ("address", "conversation"):
        merging.move_back(
            reader, table, "customer", after[f"{table}{'es' if table == 'address' else 's'}"], of, away_id
        )
    crossed = merging.crossing(reader, away_id, of)
    if crossed is not None:
        one, whole = crossed
        raise Refused(
            "Conversations are merged", f"#{one} is part of #{whole}; take it out first: kustui unmerge {one}"
        )
    merging.whose_again(reader, away_id)
    drafts_together.part(act, "customer", after["drafts"], of, away_id)
    merging.lead_back(act.ask(), "customer", after["led"], of, away_id)
    _sidebars_again(act, away_id, of, after)
    now = _held(into)
    for name in FIELDS:
        if now[name] == after["profile"][name]:
            setattr(into, name, before[name])
    away.merged_into = None
    act.session.add_all((away, into))
    act.touch(away_id)
    act.touch(of)
    for number, words in ((away_id, f"took {away.name} out of #{of}"), (of, f"took {away.name} out again")):
        act.record("customer.parted", me, words, customer_id=number)
    routing.give(act, desk.queues)
    return f"{_short(away)} and {_short(into)} are two customers again"


def parts(desk: Desk, customer_id: int) -> list[Customer]:
    """Who became part of a customer."""
    with desk.store.reading() as reader:
        found = [people.customer(reader, number) for number in merging.parts(reader, "customer", customer_id)]
    return [each for each in found if each is not None]


# -- inside --------------------------------------------------------------------------


def _held(row: tables.Customer) -> dict[str, object]:
    return {name: getattr(row, name) for name in FIELDS}


def _profile(away: tables.Customer, into: tables.Customer) -> None:
    for name in ("company", "zone", "language"):
        setattr(into, name, getattr(into, name) or getattr(away, name))
    into.about = "\n\n".join(words for words in (into.about.rstrip(), away.about) if words.strip())
    into.vip = into.vip or away.vip
    both = (*attributes.unpacked(away.attributes), *attributes.unpacked(into.attributes))
    into.attributes = attributes.packed(attributes.checked(both))


def _sidebars(act: Writing, away: int, into: int) -> list[list[list[int | None]]]:
    """Who had one of them open has the other; who had closed the other only, has closed both.

    Answers, of each of `SIDEBARS`, (agent, when for the one, when for the other before).
    """
    answers = []
    for table, column in SIDEBARS:
        reader = act.ask()
        theirs = merging.in_sidebars(reader, table, column, into)
        held: list[list[int | None]] = []
        for agent_id, at in merging.in_sidebars(reader, table, column, away).items():
            was = theirs.get(agent_id)
            held.append([agent_id, at, was])
            merging.set_in_sidebar(reader, table, column, agent_id, away, None)
            if table == "viewing":
                merging.set_in_sidebar(reader, table, column, agent_id, into, max(at, was or at))
        answers.append(held)
    return answers


def _sidebars_again(act: Writing, away: int, into: int, after: dict[str, Any]) -> None:
    for table, column in SIDEBARS:
        theirs = merging.in_sidebars(act.ask(), table, column, into)
        for agent_id, at, was in after[table]:
            reader = act.ask()
            merging.set_in_sidebar(reader, table, column, agent_id, away, at)
            if table == "viewing" and theirs.get(agent_id) == max(at, was or at):
                merging.set_in_sidebar(reader, table, column, agent_id, into, was)


def _short(row: tables.Customer) -> str:
    # A long name must not push what was done off the line that says it.
    return one_line(row.name, 24)


def _changed(away_id: int, into_id: int, notice: str) -> Changed:
    return Changed(frozenset({away_id, into_id}), notice=notice, customer_id=into_id)
