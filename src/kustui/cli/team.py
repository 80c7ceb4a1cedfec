"""The team from the command line: who is there, teams, following (SPEC G4)."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from kustui.cli.acting import told
from kustui.cli.output import Output, fit
from kustui.core.records import Changed
from kustui.core.team import Colleague, Team
from kustui.desk import Desk
from kustui.errors import Refused


def availability(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui availability [STATE]`: says whether the agent is there, or sets it."""
    if args.state is None:
        me = desk.colleagues.me()
        out.item(_agent(me), f"You are {me.words}.")
    else:
        _after(desk, desk.staffing.be(args.state), out)


def whoami(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui whoami`: the agent at this desk; `kustui preferences` changes it."""
    me = desk.colleagues.me()
    facts = (
        ("login", me.login),
        ("email", me.email),
        ("zone", me.zone or f"the server's, {desk.server_zone}"),
        ("language", me.language),
        ("teams", ", ".join(me.teams)),
    )
    lines = (f"  {name:<9} {value}" for name, value in facts if value)
    item = {**_agent(me), "signature": desk.words.preferences().signature}
    out.item(item, f"{me.name}: {me.words}", *lines)


def agents(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui agents`: the team; `kustui agents set LOGIN`: what one of them takes."""
    if args.what == "set":
        if args.capacity is None and args.availability is None:
            raise Refused("Nothing to set", "Say --capacity, --availability, or both.")
        found = desk.colleagues.agent(args.login)
        changed = desk.staffing.change(found.id, availability=args.availability, capacity=args.capacity)
        _after(desk, changed, out, args.login)
        return
    there = desk.colleagues.agents()
    out.items(
        map(_agent, there),
        (
            f"{each.login:<16.16} {fit(each.name, 22)}  {each.availability:<9}  "
            f"{each.load:>4} of {each.capacity:<5} {', '.join(each.teams)}".rstrip()
            for each in there
        ),
        empty="Nobody is here.",
    )


def team(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui team`: lists the teams; add, rename and members change them."""
    if args.what is None:
        there = desk.colleagues.teams()
        lines = (f"{fit(each.name, 22)}  {each.words}" for each in there)
        out.items(map(_team, there), lines, empty="There is no team; kustui team add NAME makes one.")
        return
    if args.what == "add":
        changed, name = desk.staffing.add_team(args.name), args.name
    elif args.what == "rename":
        changed, name = desk.staffing.rename_team(desk.colleagues.team(args.name).id, args.to), args.to
    else:
        found, name = desk.colleagues.team(args.name), args.name
        add, remove = (
            [desk.colleagues.agent(login).id for login in some] for some in (args.add, args.remove)
        )
        both = set(add) & set(remove)
        if both:
            raise Refused("In or out?", "The same agent cannot join and leave at once.")
        if not add and not remove:
            out.item(_team(found), found.words)
            return
        changed = desk.staffing.change_members(found.id, add, remove)
    out.item({**_team(desk.colleagues.team(name)), "notice": changed.notice}, changed.notice)


def follow(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui follow ID`."""
    told(desk.following.follow(args.id), out)


def unfollow(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui unfollow ID`."""
    told(desk.following.unfollow(args.id), out)


def _after(desk: Desk, changed: Changed, out: Output, login: str = "me") -> None:
    out.item({**_agent(desk.colleagues.agent(login)), "notice": changed.notice}, changed.notice)


def _agent(item: Colleague) -> dict[str, Any]:
    """An agent as JSON names them."""
    return {name: value for name, value in item._asdict().items() if name != "own_capacity"}


def _team(item: Team) -> dict[str, Any]:
    return item._asdict()
