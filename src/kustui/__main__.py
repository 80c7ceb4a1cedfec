"""The command `kustui`: opens the screen, or hands over to the command line."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import Namespace

    from kustui.core.commands import Command
    from kustui.settings import Settings


def main(argv: list[str] | None = None) -> int:
    """Run kustui; answers the exit code: 0 done, 1 refused (the sentence on stderr), 2 usage."""
    gc.disable()  # nothing is thrown away while starting; the screen freezes and enables it
    from kustui.errors import KustuiError

    arguments = sys.argv[1:] if argv is None else argv
    try:
        return _run(arguments)
    except KustuiError as error:
        from kustui.core.text import clean

        print(f"kustui: {clean(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    finally:
        gc.enable()


def _run(arguments: list[str]) -> int:
    from kustui import settings as conf
    from kustui.core import commands

    args = _parsed(arguments)
    settings = conf.read()
    table = commands.apply(settings.keys)
    if args is None or args.command is None:
        return _desk(args, settings, table)
    if args.command == "demo":
        from kustui.training import demo

        if _has_terminal():
            from kustui.ui.app import run

            return run(lambda: demo.open_demo(args.seed), table, settings.theme)
        from kustui.cli import desk_text_of

        return desk_text_of(demo.open_demo(args.seed))
    from kustui.cli import run_command

    return run_command(args, settings, table)


def _parsed(arguments: list[str]) -> Namespace | None:
    if not arguments:
        return None
    from kustui.cli.parser import build

    return build().parse_args(arguments)


def _desk(args: Namespace | None, settings: Settings, table: tuple[Command, ...]) -> int:
    from kustui import settings as conf
    from kustui.wiring import open_desk

    path = conf.store_path(settings, getattr(args, "db", None))
    agent = getattr(args, "agent", "")
    if _has_terminal():
        from kustui.ui.app import run

        return run(lambda: open_desk(settings, path, create=True, agent=agent), table, settings.theme)
    from kustui.cli import desk_text_of

    return desk_text_of(open_desk(settings, path, create=True, agent=agent))


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


if __name__ == "__main__":
    sys.exit(main())
