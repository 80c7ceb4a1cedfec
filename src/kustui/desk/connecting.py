"""Setting up a channel: what was told is tried out before it is saved, and secrets are kept apart.

A secret goes into the system's keyring, or into a file that only its owner can read; the settings
say where it is and never what it is.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustui.core.channels import CARRIED_AT_FIRST
from kustui.delivery import Checks
from kustui.desk.doctor import Check
from kustui.errors import KustuiError, MissingExtra, Refused, SettingsTrouble

if TYPE_CHECKING:
    from kustui.desk import Desk

KEYRING = "kustui"
_SECRET_OPTIONS = ("_env", "_file", "_command")


@dataclass(frozen=True)
class Plan:
    """What is to be written into the settings, by table ("transport.smtp"; "" for what stands before them),
    and the transports to try.
    """

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    tried: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """Where a secret was put: the option that says so, and where that is in words."""

    options: dict[str, str]
    words: str
    place: Path | tuple[str, str]
    before: str | None = None


class Connecting:
    """Tries out and saves the settings of channels."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def path(self) -> Path:
        """The settings file; raises SettingsTrouble when there is no place for one."""
        if self._desk.settings_path is None:
            raise SettingsTrouble("No settings file", "Say where it is: KUSTUI_SETTINGS=FILE.")
        return self._desk.settings_path

    def try_out(self, plan: Plan) -> list[Check]:
        """What each transport of a plan says of itself with the options it would have."""
        said = self._page() if self.path.exists() else {}
        return [self._tried(name, _after(said, plan, f"transport.{name}")) for name in plan.tried]

    def _tried(self, name: str, options: Mapping[str, Any]) -> Check:
        if self._desk.post.trial is None:
            raise SettingsTrouble("Nothing can be tried here", "This desk has no transports.")
        try:
            transport: object = self._desk.post.trial(name, options)
            words = transport.check() if isinstance(transport, Checks) else "it is there"
        except KustuiError as error:
            return Check(name, False, str(error))
        # What a transport stumbles over is a finding, and nothing is saved.
        except Exception as error:  # noqa: BLE001
            return Check(name, False, f"It stumbled ({type(error).__name__}).")
        return Check(name, True, words)

    # -- secrets ---------------------------------------------------------------------------

    @contextmanager
    def kept(self, secrets: Mapping[tuple[str, str], str]) -> Iterator[dict[tuple[str, str], Kept]]:
        """Keep secrets, by (user, kind); they are forgotten again when what is done with them fails."""
        found: dict[tuple[str, str], Kept] = {}
        try:
            for (user, kind), secret in secrets.items():
                found[user, kind] = self._keep(user, kind, secret)
            yield found
        except BaseException:
            for each in found.values():
                _forget(each)
            raise

    def _keep(self, user: str, kind: str, secret: str) -> Kept:
        name = user if kind in ("password", "token") else f"{user}:{kind}"
        with contextlib.suppress(Exception):
            import keyring

            before = keyring.get_password(KEYRING, name)
            keyring.set_password(KEYRING, name, secret)
            if keyring.get_password(KEYRING, name) == secret:
                return Kept({}, "in the system's keyring", (KEYRING, name), before)
        safe = "".join(ch if ch.isalnum() or ch in "@.-_" else "_" for ch in name)
        path = self.path.parent / "secrets" / f"{safe}.{kind}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            previous = path.read_text(encoding="utf-8") if path.exists() else None
            _write(path, secret + "\n", 0o600)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise Refused("The secret cannot be kept", f"{path}: {why}. Nothing was changed.") from error
        return Kept({f"{kind}_file": str(path)}, f"in {path}, which only you can read", path, previous)

    # -- saving ----------------------------------------------------------------------------

    def _page(self) -> Any:
        """The settings file as it is written, which can be changed in place."""
        try:
            import tomlkit
        except ModuleNotFoundError as error:
            raise MissingExtra("Writing the settings", "library") from error
        try:
            return tomlkit.parse(self.path.read_text(encoding="utf-8"))
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise Refused("The settings cannot be read", f"{self.path}: {why}.") from error
        except ValueError as error:
            raise Refused("The settings cannot be read", f"{self.path} is not TOML: {error}") from error

    def save(self, plan: Plan) -> Path:
        """Write a plan into the settings file, leaving everything else as it stands; answers its path.

        Raises Refused, and then the file is as it was.
        """
        try:
            import tomlkit
        except ModuleNotFoundError as error:
            raise MissingExtra("Writing the settings", "library") from error
        path = Path(os.path.realpath(self.path))
        try:
            page = self._page() if path.exists() else tomlkit.document()
            tables = dict(plan.tables)
            if "channels" in tables and "channels" not in page:
                # A table that is written takes the place of what is so without one.
                tables["channels"] = {**CARRIED_AT_FIRST, **tables["channels"]}
            for table, values in tables.items():
                if table not in page and not any(value != "" for value in values.values()):
                    continue
                place: Any = page
                for name in filter(None, table.split(".")):
                    if name not in place:
                        inner = tomlkit.table(is_super_table=name != table.rpartition(".")[2])
                        place[name] = inner
                    place = place[name]
                _put(place, table, values)
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, tomlkit.dumps(page), path.stat().st_mode & 0o777 if path.exists() else 0o600)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise Refused("The settings cannot be written", f"{path}: {why}. Nothing was changed.") from error
        return path


def _after(said: Any, plan: Plan, table: str) -> dict[str, Any]:
    """The options of a table as they are once a plan is saved."""
    for name in table.split("."):
        said = said.get(name, {}) if isinstance(said, Mapping) else {}
    options = dict(said) if isinstance(said, Mapping) else {}
    _put(options, table, plan.tables.get(table, {}))
    return options


def _put(options: Any, table: str, values: Mapping[str, Any]) -> None:
    """Set the options of a table; of a transport, what said before where its secrets are goes. An option
    of no words is taken away.
    """
    for key in list(options):
        if table.startswith("transport.") and key.endswith(_SECRET_OPTIONS) and key not in values:
            del options[key]
    for key, value in values.items():
        if value != "":
            options[key] = value
        elif key in options:
            del options[key]


def _write(path: Path, text: str, mode: int) -> None:
    """Write a file whole or not at all."""
    descriptor, made = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(made).chmod(mode)
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def _forget(kept: Kept) -> None:
    """Put back what was there before a secret was kept."""
    with contextlib.suppress(Exception):
        if isinstance(kept.place, Path):
            if kept.before is None:
                kept.place.unlink(missing_ok=True)
            else:
                _write(kept.place, kept.before, 0o600)
            return
        import keyring

        if kept.before is None:
            keyring.delete_password(*kept.place)
        else:
            keyring.set_password(*kept.place, kept.before)
