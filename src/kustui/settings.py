"""The settings file and the places kustui keeps things in.

The file is TOML, at the platform's place for settings (or where KUSTUI_SETTINGS says); everything
in it is optional. What cannot be used is refused in words that name the key and the file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from kustui.core import when
from kustui.core.channels import CARRIED_AT_FIRST, CHANNELS
from kustui.core.display import CHOICES, STOCK, Look
from kustui.core.record import NOTHING, Record
from kustui.core.records import Notify
from kustui.core.team import CAPACITY, MOST
from kustui.errors import SettingsTrouble

KEYS: dict[str, type | tuple[type, ...]] = {
    "agent": str,
    "name": str,
    "email": str,
    "zone": str,
    "db": str,
    "theme": str,
    "images": bool,
    "frugal": bool,
    "display": str,
    "plain": bool,
    "workspace": dict,
    "channels": dict,
    "collect": dict,
    "copies": dict,
    "gateway": dict,
    "routing": dict,
    "transport": dict,
    "undo": dict,
    "notify": dict,
    "keys": dict,
}
WORKSPACE_KEYS = {"name": str, "address": str, "own": list, "routing": bool, "token": str}
GATEWAY_KEYS = {
    "url": str,
    "host": str,
    "port": int,
    "title": str,
    "greeting": str,
    "colour": str,
    "proxies": list,
}
ROUTING_KEYS = {"capacity": int, "teams": dict}
TOKENS = ("subject", "address", "both", "none")
"""Where an email of ours says which conversation it is of."""
NOTIFY_KEYS = dict.fromkeys(Notify._fields, bool)
MAX_UNDO_SECONDS = 60


class Settings(Record):
    """What the settings file says. `transports` are the options of each by its name; `channels` names
    what carries each channel out, `collect` what brings it in, `copies` what files a copy of what was
    sent. `capacity` is how many open conversations routing gives an agent, `teams` the team of a channel's
    new ones. `keys` maps a command's id to a key, and "preset" to a preset.
    """

    path: Path
    agent: str = ""
    name: str = ""
    email: str = ""
    zone: str = ""
    db: str = ""
    theme: str = ""
    images: bool = True
    frugal: bool | None = None
    display: str = ""
    plain: bool = False
    workspace: str = ""
    address: str = ""
    own: tuple[str, ...] = ()
    routing: bool = False
    capacity: int = CAPACITY
    teams: Mapping[str, str] = NOTHING
    channels: Mapping[str, str] = CARRIED_AT_FIRST
    collect: Mapping[str, str] = NOTHING
    copies: Mapping[str, str] = NOTHING
    gateway: Mapping[str, Any] = NOTHING
    marks_in: str = "subject"
    transports: Mapping[str, Mapping[str, Any]] = NOTHING
    undo: Mapping[str, int] = NOTHING
    notify: Notify = Notify()
    keys: Mapping[str, str] = NOTHING

    @property
    def look(self) -> Look:
        """What concerns the screen."""
        return Look(self.theme, self.images, self.frugal, self.display)


def settings_path() -> Path:
    """Where the settings file is looked for."""
    named = os.environ.get("KUSTUI_SETTINGS")
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_config_path("kustui") / "settings.toml"


def data_folder() -> Path:
    """The folder that holds the store when no other is named."""
    import platformdirs

    return platformdirs.user_data_path("kustui")


def log_path() -> Path:
    """The log file."""
    import platformdirs

    return platformdirs.user_log_path("kustui") / "kustui.log"


def store_place(settings: Settings, named: str | None = None) -> Path | str:
    """The store to open: the one named, KUSTUI_DB, the settings' `db`, or the platform's place.

    A file's path, or the URL of a PostgreSQL database as it was said.
    """
    choice = named or os.environ.get("KUSTUI_DB") or settings.db
    if choice and "://" in choice:
        if choice.partition("://")[0] in ("postgresql", "postgres"):
            return choice
        raise SettingsTrouble(
            "Not a store this kustui can open",
            f"A {choice.partition('://')[0]}:// URL names none; name a file, or a postgresql:// URL.",
        )
    try:
        return Path(choice).expanduser() if choice else data_folder() / "workspace.db"
    except RuntimeError:
        raise SettingsTrouble("No such home", f"{choice}: this host knows no such user.") from None


def read(path: Path | None = None) -> Settings:
    """The settings at `path`; those of a new installation when there is no such file."""
    path = path or settings_path()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings(path)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsTrouble("The settings cannot be read", f"{path}: {error}") from error
    import tomllib

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsTrouble("The settings are not TOML", f"{path}: {error}") from error
    return _settings(path, values)


def _settings(path: Path, values: dict[str, Any]) -> Settings:
    _check(path, values, KEYS, "")
    workspace = values.get("workspace", {})
    _check(path, workspace, WORKSPACE_KEYS, "workspace.")
    notify = values.get("notify", {})
    _check(path, notify, NOTIFY_KEYS, "notify.")
    channels = values.get("channels", dict(CARRIED_AT_FIRST))
    undo = values.get("undo", {})
    routing = values.get("routing", {})
    _check(path, routing, ROUTING_KEYS, "routing.")
    if not 1 <= routing.get("capacity", CAPACITY) <= MOST:
        raise SettingsTrouble(
            "Settings refused",
            f"{path}: routing.capacity is {routing['capacity']}; it may be 1 to {MOST:,}.",
        )
    carried = [name for name, channel in CHANNELS.items() if channel.address_kind]
    for table, name, kind in (
        (channels, "channels.", str),
        (values.get("collect", {}), "collect.", str),
        (values.get("copies", {}), "copies.", str),
        (undo, "undo.", int),
        (routing.get("teams", {}), "routing.teams.", str),
    ):
        _check(path, table, dict.fromkeys(carried, kind), name)
    _check(path, values.get("gateway", {}), GATEWAY_KEYS, "gateway.")
    marks_in = workspace.get("token", TOKENS[0])
    if marks_in not in TOKENS:
        raise SettingsTrouble(
            "Settings refused", f"{path}: workspace.token is {marks_in!r}; there are {', '.join(TOKENS)}."
        )
    for channel, seconds in undo.items():
        if not 0 <= seconds <= MAX_UNDO_SECONDS:
            raise SettingsTrouble(
                "Undo window out of range",
                f"{path}: undo.{channel} is {seconds}; it may be 0 to {MAX_UNDO_SECONDS} s.",
            )
    transports = values.get("transport", {})
    for name, options in transports.items():
        if not isinstance(options, dict):
            raise SettingsTrouble(
                "Settings refused", f"{path}: write transport.{name} as [transport.{name}]."
            )
    zone = values.get("zone", "")
    if zone and when.zone(zone, UTC) is UTC:
        raise SettingsTrouble("No such zone", f"{path}: zone is {zone!r}; write it like Europe/Madrid.")
    display = values.get("display", "")
    if display not in CHOICES:
        raise SettingsTrouble(
            "No such display", f'{path}: display is {display!r}; it may be "{STOCK}", or be left out.'
        )
    keys = values.get("keys", {})
    for name, key in keys.items():
        if not isinstance(key, str):
            raise SettingsTrouble("Settings refused", f'{path}: keys.{name!r} must be text, like "b".')
    return Settings(
        path=path,
        agent=values.get("agent", ""),
        name=values.get("name", ""),
        email=values.get("email", ""),
        zone=zone,
        db=values.get("db", ""),
        theme=values.get("theme", ""),
        images=values.get("images", True),
        frugal=values.get("frugal"),
        display=display,
        plain=values.get("plain", False),
        workspace=workspace.get("name", ""),
        address=workspace.get("address", ""),
        own=tuple(str(item).lower() for item in workspace.get("own", ())),
        routing=workspace.get("routing", False),
        capacity=routing.get("capacity", CAPACITY),
        teams=routing.get("teams", {}),
        channels=channels,
        collect=values.get("collect", {}),
        copies=values.get("copies", {}),
        gateway=values.get("gateway", {}),
        marks_in=marks_in,
        transports=transports,
        undo=undo,
        notify=Notify(**notify),
        keys=keys,
    )


def _check(path: Path, values: Mapping[str, Any], known: Mapping[str, Any], prefix: str) -> None:
    for name, value in values.items():
        if name not in known:
            import difflib

            near = difflib.get_close_matches(name, known, 1)
            hint = (
                f" Did you mean {prefix}{near[0]}?" if near else f" Known here: {', '.join(sorted(known))}."
            )
            raise SettingsTrouble("Unknown setting", f"{path}: there is no {prefix}{name}.{hint}")
        if not isinstance(value, known[name]) or (known[name] is int and isinstance(value, bool)):
            raise SettingsTrouble("Settings refused", f"{path}: {prefix}{name} must be {_word(known[name])}.")


def _word(kind: type) -> str:
    return {str: "text", int: "a whole number", bool: "true or false", dict: "a table", list: "a list"}[kind]
