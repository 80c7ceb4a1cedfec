"""The composition root: settings to store, clock, transports and desk. Called once by a program."""

from __future__ import annotations

import getpass
import os
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from kustui.chance import Token, secret
from kustui.clock import Clock, SystemClock
from kustui.core import when
from kustui.core.channels import CARRIED
from kustui.core.records import Agent
from kustui.core.text import one_line
from kustui.desk import Desk, Post
from kustui.desk.reads import workspace_name
from kustui.errors import KustuiError, Refused, SettingsTrouble
from kustui.settings import Settings, data_folder
from kustui.store.store import Store

if TYPE_CHECKING:
    from kustui.core.post import Parcel
    from kustui.delivery import MailReader, Setup, Transport

BUILT_IN = {
    "maildir": "kustui.delivery.maildir:MaildirTransport",
    "simulator": "kustui.delivery.simulator:Simulator",
    "smtp": "kustui.delivery.smtp:SmtpTransport",
    "imap": "kustui.delivery.imap:ImapMailbox",
    "twilio": "kustui.delivery.twilio:TwilioTransport",
    "messenger": "kustui.delivery.messenger:MessengerTransport",
    "chat": "kustui.delivery.chat:ChatTransport",
    "training": "kustui.training.players:Players",
}
"""Our own transports, found without asking every installed package for its entry points."""


class Loader:
    """Makes transports by their names, each at its first use and once."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        options: Mapping[str, Any],
        own: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """`options` are for every transport, `own` those of each by its name."""
        self._setup = (folder, clock)
        self._options = dict(options)
        self._own = dict(own or {})
        self._loaded: dict[str, Transport] = {}

    def __call__(self, name: str) -> Transport:
        """The transport of that name; raises SettingsTrouble in words."""
        if name not in self._loaded:
            from kustui.delivery import Setup

            options = {**self._options, **self._own.get(name, {})}
            self._loaded[name] = load_transport(name, Setup(*self._setup, options))
        return self._loaded[name]

    def trial(self, name: str, options: Mapping[str, Any]) -> Transport:
        """A transport with these options and no others, to be tried out; it is not kept."""
        from kustui.delivery import Setup

        return load_transport(name, Setup(*self._setup, options))


class Carriers(Mapping[str, "Transport"]):
    """Channel to transport; channels with one name share one transport."""

    def __init__(self, channels: Mapping[str, str], load: Loader) -> None:
        self._channels = dict(channels)
        self._load = load

    def __getitem__(self, channel: str) -> Transport:
        return self._load(self._channels[channel])

    def __iter__(self) -> Iterator[str]:
        return iter(self._channels)

    def __len__(self) -> int:
        return len(self._channels)


def load_transport(name: str, setup: Setup) -> Transport:
    """The transport of that name, ours or another package's (entry points `kustui.transports`).

    Raises SettingsTrouble in words when there is none, or when it cannot be used.
    """
    from kustui.delivery import Transport

    try:
        transport = _factory(name).set_up(setup)
    except KustuiError:
        raise
    # Another package's code: whatever is wrong with it must not stop the other channels.
    except Exception as error:
        raise SettingsTrouble(
            f"The transport {name} cannot be used", f"It failed to start ({type(error).__name__}: {error})."
        ) from error
    if not isinstance(transport, Transport):
        raise SettingsTrouble(
            f"The transport {name} cannot be used", "It was made for another version of kustui."
        )
    return transport


def _factory(name: str) -> Any:
    if name in BUILT_IN:
        from importlib import import_module

        module, _, attribute = BUILT_IN[name].partition(":")
        return getattr(import_module(module), attribute)
    from importlib.metadata import entry_points

    found = {entry.name: entry for entry in entry_points(group="kustui.transports")}
    if name not in found:
        have = ", ".join(sorted({*found, *BUILT_IN}))
        raise SettingsTrouble("No such transport", f"{name!r} is not installed. There are: {have}.")
    return found[name].load()


def mail_reader() -> MailReader:
    """What reads stored email; needs the extra `kustui[email]`."""
    from kustui.delivery.mail_files import MailFiles

    return MailFiles()


def letter(parcel: Parcel) -> bytes:
    """An email to be kept; needs the extra `kustui[email]`."""
    from kustui.delivery.mail_write import kept

    return kept(parcel)


def server_zone() -> tzinfo:
    """The zone of this host, by its IANA name where the host tells it."""
    name = os.environ.get("TZ", "").lstrip(":")
    if name and when.zone(name, UTC) is not UTC:
        return ZoneInfo(name)
    try:
        target = os.path.realpath("/etc/localtime")
    except OSError:
        return UTC
    return when.zone(target.partition("/zoneinfo/")[2], UTC)


def login_name() -> str:
    """The operating system's name for who is running this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "agent"


def open_desk(
    settings: Settings,
    place: Path | str,
    *,
    create: bool = False,
    group: str | None = None,
    agent: str = "",
    clock: Clock | None = None,
    token: Token = secret,
    channels: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
    watching: bool = False,
) -> Desk:
    """Open the store at `place`, a path or a URL, and sit down at its desk.

    `agent` is a login (else the settings', else the operating system's user). `clock` is given
    only to hold the time, `token` only to make names from a seed. `channels` names the transports in
    place of the settings'. Through a desk that is `watching` nothing is written, and what is written in a
    training shift leaves the house by none of the settings' transports. Raises KustuiError in words when
    anything is in the way.
    """
    store = _store(place, clock, token, watching=watching).open(create=create, group=group)
    if channels is None and store.is_shift:
        channels = dict.fromkeys(CARRIED, "simulator")
        # Who looks in is the trainee, unless they say otherwise.
        settings = Settings(settings.path, agent=_trainee(store))
    name = workspace_name(store)
    if name is None:
        from kustui.desk import team

        name = settings.workspace or f"{socket.gethostname()} support"
        team.set_up(store, name)
    login = one_line(agent or settings.agent or login_name(), 80)
    if not login:
        raise SettingsTrouble("No login", "Who you are is empty; say it with --agent or in the settings.")
    own = {settings.address.lower(), *settings.own} - {""}
    load = Loader(_outgoing(place), clock or SystemClock(), options or {}, settings.transports)
    return Desk(
        store,
        _sign_in(store, settings, login),
        Post(
            transports=Carriers(channels if channels is not None else settings.channels, load),
            collectors=Carriers(settings.collect, load),
            copies=Carriers(settings.copies, load),
            gateway=settings.gateway,
            marks_in=settings.marks_in,
            trial=load.trial,
            address=settings.address,
            own=frozenset(own),
            mail=mail_reader,
            letter=letter,
        ),
        workspace=settings.workspace or name,
        server_zone=server_zone(),
        undo_seconds=settings.undo,
        routing=settings.routing,
        capacity=settings.capacity,
        channel_teams=settings.teams,
        settings_path=settings.path,
        display=settings.display,
    )


def _trainee(store: Store) -> str:
    from kustui.store import recording

    return str((recording.facts(store) or {}).get("agent", ""))


def _store(place: Path | str, clock: Clock | None, token: Token, *, watching: bool) -> Store:
    if not watching:
        return Store(place, clock, token)
    from kustui.store.watched import Watched

    return Watched(place, clock, token)


class ShiftFound(NamedTuple):
    """What a shift is, what its players remember, where its clock stands; how many rows it left."""

    facts: dict[str, Any]
    state: dict[str, Any]
    now: datetime
    rows: int


def shift_at(path: Path) -> ShiftFound:
    """The shift in that file.

    Raises StoreTrouble for what is no store, Refused for a workspace that is no shift.
    """
    from kustui.store import recording

    store = Store(path).open()
    try:
        facts = recording.facts(store)
        if facts is None:
            raise Refused("Not a shift", f"{path} is a workspace that is worked in for good.")
        return ShiftFound(facts, recording.state(store) or {}, store.now(), recording.rows(store))
    finally:
        store.close()


def _outgoing(place: Path | str) -> Path:
    """The folder of what goes out into files: beside the store, or in this host's place for a server's."""
    return (place.parent if isinstance(place, Path) else data_folder()) / "outgoing"


def _sign_in(store: Store, settings: Settings, login: str) -> Agent:
    from kustui.desk.reads import agent_of

    # The settings speak of the one whose they are, not of whom else `--agent` names.
    mine = login == one_line(settings.agent or login_name(), 80)
    said = (one_line(settings.name, 80), settings.email, settings.zone) if mine else ("", "", "")
    found = agent_of(store, login)
    if found is not None and all(
        word in ("", held) for word, held in zip(said, (found.name, found.email, found.zone), strict=True)
    ):
        return found
    from kustui.desk import team

    return team.sign_in(store, login, *said)
