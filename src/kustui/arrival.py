"""The first run of somebody who has no workspace: what they choose, and what is made for it (SPEC G3)."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from kustui import settings as conf
from kustui import staging
from kustui.core.text import clean
from kustui.errors import KustuiError, Refused, Unreadable
from kustui.settings import Settings
from kustui.wiring import mail_reader, open_desk

if TYPE_CHECKING:
    from kustui.core.commands import Command
    from kustui.desk import Desk
    from kustui.desk.intake import Tally

LOOKED_AT = 200
"""Messages that are looked at for one that can be read, before a workspace is made of them."""


def chosen(settings: Settings, agent: str, table: tuple[Command, ...]) -> Callable[[], Desk] | None:
    """Ask how to begin; answers what opens the desk that was chosen, or None when nothing was, and then
    nothing was made.
    """
    from kustui.ui.first_run import ask

    # Mail that is filed throws away a lot.
    gc.enable()
    newcomer = Newcomer(settings, agent)
    way = ask(newcomer, settings.look)
    if way is None:
        return None
    if way == "tour":
        return staging.tour
    if way == "demo":
        return lambda: staging.demo(1)
    if way == "connect":
        _connect(newcomer, table)
    return newcomer.open


class Newcomer:
    """Somebody without a workspace, and what can be made for them."""

    def __init__(self, settings: Settings, agent: str) -> None:
        """`agent` is a login, or empty for the settings'."""
        self._settings = settings
        self._agent = agent

    @property
    def place(self) -> str:
        """Where the workspace would be."""
        return str(conf.store_place(self._settings))

    @property
    def settings(self) -> str:
        """Where the settings are, or would be."""
        return str(self._settings.path)

    def open(self) -> Desk:
        """The desk of the workspace that the settings name by now; made where there is none."""
        settings = conf.read(self._settings.path)
        return open_desk(settings, conf.store_place(settings), create=not settings.db, agent=self._agent)

    def take(self, typed: str, told: Callable[[str], bool]) -> str:
        """Make the workspace and file the mail at that path; answers how it went, also when `told` had it
        stop on the way.

        Raises Refused where there is nothing, or no mail among the first files, before anything is made.
        """
        from kustui.desk.paths import paths_in

        dropped = paths_in(typed)
        path = dropped[0] if len(dropped) == 1 else _path(typed)
        if not os.path.exists(path):
            raise Refused("Nothing there", f"{path}: no such file or folder. Nothing was made.")
        if not _holds_mail(path):
            raise Refused("No mail there", f"{path} holds no message. Nothing was made.")
        desk = self.open()

        def moved(_: int, tally: Tally) -> None:
            if not told(f"{tally.read:,} read…"):
                raise _Stopped(tally.words())

        try:
            return desk.intake.import_mail([path], moved).words()
        except _Stopped as stopped:
            return f"Stopped: {stopped}"
        finally:
            desk.store.close()

    def join(self, typed: str, told: Callable[[str], bool]) -> str:
        """Note a team's store in the settings, once it was opened.

        Raises KustuiError for a store that does not open and for a password in a URL; the settings are as
        they were then.
        """
        from kustui.desk.connecting import Plan

        if "://" in typed:
            _refuse_password(typed)
            place = conf.store_place(self._settings, typed)
        else:
            place = _path(typed)
        told("Opening it…")
        desk = open_desk(self._settings, place, agent=self._agent)
        try:
            desk.connecting.save(Plan({"": {"db": str(place)}}))
        finally:
            desk.store.close()
        return ""


class _Stopped(Exception):
    """What was read is filed; the rest was not wanted any more."""


def _holds_mail(path: Path | str) -> bool:
    """Whether one of the first messages there can be read."""
    reader = mail_reader()
    if not reader.total([Path(path)]):
        return False
    for raw in islice(reader.raw([Path(path)]), LOOKED_AT):
        with suppress(Unreadable):
            if not raw.trouble:
                reader.parse(raw.content)
                return True
    return False


def _path(typed: str) -> Path:
    """What was typed, as it is from anywhere."""
    try:
        return Path(typed).expanduser().absolute()
    except RuntimeError:
        raise Refused("No such home", f"{typed}: this host knows no such user.") from None


def _refuse_password(url: str) -> None:
    try:
        parts = urlsplit(url)
        held = parts.password is not None or any("password" in name for name in parse_qs(parts.query))
    except ValueError:
        raise Refused("Not a URL", "Write it like postgresql://you@host/database.") from None
    if held:
        raise Refused(
            "A password stands in it",
            "The settings are no place for one. Take it out, and put it into ~/.pgpass, which only you "
            "can read: host:5432:database:you:password",
        )


def _connect(newcomer: Newcomer, table: tuple[Command, ...]) -> None:
    """Ask about a mailbox, in the terminal; what is refused is read before the desk covers it."""
    from kustui.cli import run_command
    from kustui.cli.parser import build

    try:
        run_command(build().parse_args(["connect", "email"]), newcomer.open, table)
    except KustuiError as error:
        sys.stderr.write(f"kustui: {clean(str(error))}\n`kustui connect email` asks again.\n")
    except EOFError:
        return
    input("Enter opens the desk. ")
