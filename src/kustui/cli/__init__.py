"""The command line: the second front end, over the same desk."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from kustui.core.commands import Command
from kustui.desk import Desk
from kustui.settings import Settings


def run_command(args: Namespace, settings: Settings, table: tuple[Command, ...]) -> int:
    """Do what a parsed command line says; answers the exit code, or raises KustuiError."""
    from kustui.cli import acting, reading, workspace
    from kustui.cli.output import Output

    out = Output(as_json=getattr(args, "json", False))
    if args.command == "keys":
        reading.keys(table, args, out)
        return 0
    does = {
        "inbox": reading.inbox,
        "show": reading.show,
        "search": reading.search,
        "customers": reading.customers,
        "export": reading.export,
        "reply": acting.reply,
        "note": acting.note,
        "compose": acting.compose,
        "done": acting.done,
        "reopen": acting.reopen,
        "snooze": acting.snooze,
        "init": workspace.init,
        "import": workspace.import_mail,
        "doctor": workspace.doctor,
        "tick": workspace.tick,
        "worker": workspace.worker,
    }
    desk = _open(args, settings)
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


def _open(args: Namespace, settings: Settings) -> Desk:
    from kustui.settings import store_path
    from kustui.wiring import open_desk

    if getattr(args, "name", ""):
        settings = replace(settings, workspace=args.name)
    creates = args.command in ("init", "import", "worker")
    return open_desk(
        settings,
        store_path(settings, args.db),
        create=creates,
        group=getattr(args, "group", None),
        agent=args.agent,
    )
