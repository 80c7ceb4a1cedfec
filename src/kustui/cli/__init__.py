"""The command line: the second front end, over the same desk."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from kustui.core.commands import Command
from kustui.desk import Desk

CREATES = ("init", "import", "worker", "connect")
"""The commands that make a workspace where there is none."""


def run_command(args: Namespace, open_desk: Callable[[], Desk], table: tuple[Command, ...]) -> int:
    """Do what a parsed command line says; answers the exit code, or raises KustuiError."""
    from kustui.cli import (
        acting,
        connect,
        files,
        gateway,
        library,
        log,
        notices,
        outgoing,
        people,
        reading,
        team,
        workspace,
    )
    from kustui.cli.output import Output

    out = Output(as_json=getattr(args, "json", False))
    if args.command == "keys":
        reading.keys(table, args, out)
        return 0
    does = {
        "inbox": reading.inbox,
        "show": reading.show,
        "search": reading.search,
        "log": log.log,
        "customers": reading.customers,
        "export": reading.export,
        "drafts": reading.drafts,
        "notifications": notices.notifications,
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
        "priority": acting.priority,
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
        "import": workspace.import_mail,
        "doctor": workspace.doctor,
        "tick": workspace.tick,
        "worker": workspace.worker,
        "gateway": gateway.gateway,
    }
    desk = open_desk()
    try:
        does[args.command](desk, args, out)
    finally:
        desk.store.close()
    return 0


def desk_text_of(desk: Desk) -> int:
    """Print the desk as text, for where there is no terminal."""
    from kustui.cli import reading
    from kustui.cli.output import Output

    reading.desk_text(desk, Output(as_json=False))
    desk.store.close()
    return 0
