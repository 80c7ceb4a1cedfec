"""The command line: the second front end, over the same desk."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kustui.core.commands import Command
from kustui.core.records import Changed
from kustui.desk import Desk
from kustui.errors import Refused

if TYPE_CHECKING:
    from kustui.cli.output import Output

CREATES = ("init", "import", "worker", "connect")
"""The commands that make a workspace where there is none."""
SEVERAL = ("id", "draft", "customer")
"""The arguments that may name several things, which a command does one after the other."""


def run_command(args: Namespace, open_desk: Callable[[], Desk], table: tuple[Command, ...]) -> int:
    """Do what a parsed command line says; answers the exit code, or raises KustuiError."""
    if args.command == "keys":
        from kustui.cli import reading
        from kustui.cli.output import Output

        reading.keys(table, args, Output(as_json=args.json))
        return 0
    desk = open_desk()
    try:
        return obey(args, desk)
    finally:
        desk.store.close()


def obey(args: Namespace, desk: Desk) -> int:
    """Do what a parsed command line says at a desk that stays open; answers the exit code, or raises
    KustuiError.
    """
    from kustui.cli import (
        acting,
        connect,
        drafts,
        exchange,
        files,
        gateway,
        library,
        log,
        merging,
        notices,
        outgoing,
        people,
        presence,
        reading,
        targets,
        team,
        views,
        workspace,
    )
    from kustui.cli.output import Output

    trial = getattr(args, "dry_run", False)
    named = next((name for name in SEVERAL if isinstance(getattr(args, name, None), list)), "")
    numbers = _flat(getattr(args, named)) if named else []
    out = Output(as_json=getattr(args, "json", False), trial=trial, together=len(numbers) > 1)
    does = {
        "inbox": reading.inbox,
        "show": reading.show,
        "search": reading.search,
        "view": views.view,
        "log": log.log,
        "customers": reading.customers,
        "export": exchange.export,
        "draft": drafts.draft,
        "drafts": reading.drafts,
        "notifications": notices.notifications,
        "presence": presence.presence,
        "files": files.files,
        "reply": acting.reply,
        "note": acting.note,
        "compose": acting.compose,
        "done": acting.done,
        "reopen": acting.reopen,
        "snooze": acting.snooze,
        "unsnooze": acting.unsnooze,
        "sub-status": acting.sub_status,
        "assign": acting.assign,
        "availability": team.availability,
        "whoami": team.whoami,
        "agents": team.agents,
        "team": team.team,
        "follow": team.follow,
        "unfollow": team.unfollow,
        "tag": acting.tag,
        "merge": merging.merge,
        "unmerge": merging.unmerge,
        "merge-customers": merging.merge_customers,
        "unmerge-customers": merging.unmerge_customers,
        "read": merging.read,
        "priority": acting.priority,
        "targets": targets.promised,
        "forecast": outgoing.forecast,
        "outbox": outgoing.outbox,
        "discard": acting.discard,
        "undo": acting.undo,
        "library": library.library,
        "preferences": library.preferences,
        "profile": people.profile,
        "open": people.open_customer,
        "close": people.close_customer,
        "clear": people.clear,
        "init": workspace.init,
        "connect": connect.connect,
        "import": exchange.take,
        "move": exchange.move,
        "doctor": workspace.doctor,
        "tick": workspace.tick,
        "worker": workspace.worker,
        "gateway": gateway.gateway,
    }
    tried = desk.on_trial() if trial else desk
    try:
        if named:
            return _each(tried, lambda: does[args.command](tried, args, out), args, named, numbers, out)
        does[args.command](tried, args, out)
    finally:
        if trial:
            tried.store.close()
    return 0


def _flat(found: list[Any]) -> list[int]:
    """The numbers of several words, 3,4 5 and 5; each counts once."""
    return list(dict.fromkeys(one for part in found for one in (part if isinstance(part, list) else [part])))


def _each(
    desk: Desk, act: Callable[[], None], args: Namespace, named: str, numbers: list[int], out: Output
) -> int:
    """Do an act for each of several numbers, as one deed that one undo takes back; one that is refused is
    said, and keeps no other from it.
    """
    if len(numbers) == 1:
        setattr(args, named, numbers[0])
        act()
        return 0
    from kustui.desk import bulk

    def one(number: int) -> Changed:
        setattr(args, named, number)
        try:
            act()
        except Refused as error:
            out.refused(number, str(error))
            raise
        return Changed()

    found = bulk.together(desk, numbers, one, args.command)
    # What is said is so once it is on disk.
    out.end()
    return 1 if any(each.refusal for each in found.ones) else 0


def desk_text_of(desk: Desk) -> int:
    """Print the desk as text, for where there is no terminal."""
    from kustui.cli import reading
    from kustui.cli.output import Output

    out = Output(as_json=False)
    reading.desk_text(desk, out)
    out.line()
    out.line("The screen needs a terminal; with --plain it goes line by line here too.")
    desk.store.close()
    return 0
