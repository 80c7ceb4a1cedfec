"""The command `kustui`: opens the screen, or hands over to the command line."""

from __future__ import annotations

import atexit
import gc
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import logging
    from argparse import Namespace
    from collections.abc import Callable

    from kustui.core.commands import Command
    from kustui.desk import Desk
    from kustui.settings import Settings


ESCAPE_MS = "25"


def main(argv: list[str] | None = None) -> int:
    """Run kustui; answers the exit code: 0 done, 1 refused (the sentence on stderr), 2 usage."""
    # Textual asks when it is loaded how long an Escape may be the beginning of something longer.
    os.environ.setdefault("ESCDELAY", ESCAPE_MS)
    gc.disable()  # nothing is thrown away while starting; the screen freezes and enables it
    from kustui.errors import KustuiError

    arguments = sys.argv[1:] if argv is None else argv
    try:
        code = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except KustuiError as error:
        return _refused(str(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _forget_output()
        return 0
    except OSError as error:
        _forget_output()
        return _refused(f"The system refused: {error}")
    finally:
        gc.enable()


def entry() -> NoReturn:
    """Run kustui as the command, and end the process: all that is to be closed or waited for is, and what is
    left of the interpreter is not taken apart, which takes longer than everything else at the end.
    """
    code = main()
    # What an end of the usual kind would do: threads are waited for, those of pools are told to end.
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
    atexit._run_exitfuncs()  # noqa: SLF001
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
    os._exit(code)


def _refused(words: str) -> int:
    from kustui.core.text import clean

    # Where the shell closed it, print would take what the answer is written to.
    if sys.stderr is not None:
        print(f"kustui: {clean(words)}", file=sys.stderr)
    return 1


def _forget_output() -> None:
    """Let what could not be written go nowhere, so that Python does not try again at its end."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    from kustui import settings as conf
    from kustui.core import commands

    args = _parsed(arguments)
    settings = conf.read()
    if getattr(args, "frugal", None) is not None:
        from dataclasses import replace

        settings = replace(settings, frugal=getattr(args, "frugal", None))
    table = commands.apply(settings.keys)
    name = getattr(args, "command", None)
    if args is not None and name == "serve":
        from kustui import serving

        gc.enable()
        return serving.serve(args, lambda: _opened(args, settings, create=False))
    if args is not None and name in ("demo", "tour", "train", "watch"):
        from kustui import rehearsal

        plain = _is_plain(args, settings)
        found = rehearsal.answered(args, on_screen=_has_terminal(), plain=plain)
        return found if isinstance(found, int) else _desk(found, table, settings, plain=plain)
    if name is None and _is_plain(args, settings):
        return _desk(lambda: _entered(args, settings), table, settings, plain=True)
    if name is None and _has_nothing(args, settings) and _has_terminal():
        from kustui import arrival

        _keep_a_log()
        chosen = arrival.chosen(settings, getattr(args, "agent", ""), table)
        return 0 if chosen is None else _desk(chosen, table, settings)
    if name is None:
        return _desk(lambda: _entered(args, settings), table, settings)
    from kustui.cli import CREATES, run_command

    assert args is not None
    # A long import or a worker throws away a lot.
    gc.enable()
    # What only says what would happen makes nothing.
    makes = name in CREATES and not getattr(args, "dry_run", False)
    return run_command(args, lambda: _opened(args, settings, create=makes), table)


def _parsed(arguments: list[str]) -> Namespace | None:
    if not arguments:
        return None
    from kustui.cli.parser import build
    from kustui.cli.parser_train import ACTS, spelled_out

    return build().parse_args(spelled_out(arguments, ACTS))


def _is_plain(args: Namespace | None, settings: Settings) -> bool:
    """Whether it goes line by line: as the command line says, else the settings, but never in a browser."""
    said = getattr(args, "plain", None)
    if not (settings.plain if said is None else said):
        return False
    from kustui.core.served import is_served

    return not is_served(os.environ)


def _desk(
    open_desk: Callable[[], Desk],
    table: tuple[Command, ...],
    settings: Settings,
    *,
    plain: bool = False,
) -> int:
    if plain:
        from kustui.plain.program import run as run_plain

        gc.enable()
        _keep_a_log()
        return run_plain(open_desk, table, settings.keys)
    if _has_terminal():
        _spare_tls()
        from kustui.ui.app import run

        _keep_a_log()
        return run(open_desk, table, settings.look, settings.notify, keys=settings.keys)
    from kustui.cli import desk_text_of

    return desk_text_of(open_desk())


def _spare_tls() -> None:
    """Load asyncio without TLS: the screen speaks none by it, and a transport loads its own."""
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]  # asyncio is made to be without it
        try:
            import asyncio  # noqa: F401
        finally:
            del sys.modules["ssl"]


def _keep_a_log() -> None:
    """Write what goes wrong to the log file, which is looked for only when something does."""
    import logging

    if logging.getLogger("kustui").handlers:
        return

    class FirstWord(logging.Handler):
        """Opens the log for its first record, and leaves the rest to it."""

        def emit(self, record: logging.LogRecord) -> None:
            """Put the log file in this handler's place."""
            logger = logging.getLogger("kustui")
            logger.removeHandler(self)
            handler = _log_file()
            logger.addHandler(handler)
            handler.handle(record)

    logging.getLogger("kustui").addHandler(FirstWord())


def _log_file() -> logging.Handler:
    """The log file, which only its owner can read; without one, nowhere."""
    import logging
    from logging.handlers import RotatingFileHandler

    from kustui.settings import log_path

    handler: logging.Handler = logging.NullHandler()
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        log_path().touch(mode=0o600)
        handler = RotatingFileHandler(
            log_path(), maxBytes=1_000_000, backupCount=1, delay=True, encoding="utf-8"
        )
    except OSError:
        pass
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    return handler


def _entered(args: Namespace | None, settings: Settings) -> Desk:
    """The desk that is worked at; a training shift is played and watched by commands of their own."""
    desk = _opened(args, settings, create=True)
    if desk.store.follows:
        desk.store.close()
        desk.shifts.must_be_none()
    return desk


def _opened(args: Namespace | None, settings: Settings, *, create: bool) -> Desk:
    from dataclasses import replace

    from kustui.settings import store_place
    from kustui.wiring import open_desk

    if getattr(args, "name", ""):
        settings = replace(settings, workspace=getattr(args, "name", ""))
    return open_desk(
        settings,
        store_place(settings, getattr(args, "db", None)),
        create=create,
        group=getattr(args, "group", None),
        agent=getattr(args, "agent", ""),
    )


def _has_nothing(args: Namespace | None, settings: Settings) -> bool:
    """Whether nobody has named a store, and none is at the usual place."""
    from kustui.settings import store_place

    if getattr(args, "db", None) or os.environ.get("KUSTUI_DB") or settings.db:
        return False
    # What leads nowhere at the moment, as to a disk that is not mounted, is something.
    return not os.path.lexists(store_place(settings))


def _has_terminal() -> bool:
    if "TEXTUAL_DRIVER" in os.environ:
        from kustui.core.served import is_served

        if is_served(os.environ):
            return True
    # Python has no stream where the shell closed it.
    if sys.stdin is None or sys.stdout is None:
        return False
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


if __name__ == "__main__":
    entry()
