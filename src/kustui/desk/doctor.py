"""Is everything well with this workspace? Each check says what it found and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kustui import __version__
from kustui.core import display
from kustui.core.channels import CHANNELS
from kustui.delivery import Checks
from kustui.desk.home import ADVICE, COPY, is_home
from kustui.errors import KustuiError

if TYPE_CHECKING:
    from kustui.desk import Desk


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is as it should be, in words."""

    name: str
    ok: bool
    words: str


def examine(desk: Desk) -> list[Check]:
    """Look at the store, the clock, the channels and the mail that could not be read."""
    found = [
        Check("kustui", True, __version__),
        Check("settings", True, _settings(desk)),
        Check("workspace", True, desk.workspace),
        _display(desk),
        *_store(desk),
        _home(desk),
        Check(
            "clock",
            True,
            f"the store says {desk.now():%Y-%m-%d %H:%M:%S} UTC; the server's zone is {desk.server_zone}",
        ),
        Check(
            "agent",
            True,
            f"{desk.agent.name} ({desk.agent.login}), zone {desk.agent.zone or 'of the server'}",
        ),
    ]
    found += [
        _channel(channel.name, "goes by", desk.post.transports)
        for channel in CHANNELS.values()
        if channel.address_kind
    ]
    found += [_channel(channel, "comes by", desk.post.collectors) for channel in desk.post.collectors]
    found += [_channel(channel, "copies go by", desk.post.copies) for channel in desk.post.copies]
    if desk.routing or desk.channel_teams:
        found.append(_routing(desk))
    waiting = len(desk.reads.quarantine())
    found.append(
        Check(
            "quarantine",
            True,
            f"{waiting} messages could not be read; `kustui import --quarantine` lists them",
        )
        if waiting
        else Check("quarantine", True, "empty")
    )
    return found


def _home(desk: Desk) -> Check:
    if is_home(desk):
        return Check("home", True, "this store is the one that sends")
    return Check("home", False, f"{COPY}. {ADVICE}")


def _routing(desk: Desk) -> Check:
    there = {team.name.lower() for team in desk.colleagues.teams()}
    missing = sorted({name for name in desk.channel_teams.values() if name.strip().lower() not in there})
    if missing:
        words = (
            f"the settings route to {', '.join(missing)}, and no team is called so; kustui team add makes one"
        )
        return Check("routing", False, words)
    how = f"on; {desk.capacity} open conversations each" if desk.routing else "off"
    return Check("routing", True, how)


def _settings(desk: Desk) -> str:
    path = desk.settings_path
    if path is None:
        return "none"
    return f"{path}" if path.exists() else f"{path} (not there: everything is as it comes)"


def _display(desk: Desk) -> Check:
    version = display.textual_version()
    because = display.stock_because(desk.display)
    if not because:
        return Check("display", True, f"{display.OURS}, on Textual {version}")
    return Check("display", version == display.WRITTEN_FOR, f"Textual's own: {because}")


def _store(desk: Desk) -> list[Check]:
    try:
        return [Check(*fact) for fact in desk.store.facts()]
    except KustuiError as error:
        return [Check("store", False, str(error))]


def _channel(name: str, way: str, carriers: Mapping[str, object]) -> Check:
    try:
        transport = carriers.get(name)
        if transport is None:
            return Check(name, True, "nothing carries it; name a transport under [channels] to use it")
        goes = f"{way} {getattr(transport, 'name', '')}"
        if not isinstance(transport, Checks):
            return Check(name, True, goes)
    except KustuiError as error:
        return Check(name, False, str(error))
    try:
        return Check(name, True, f"{goes}: {transport.check()}")
    except KustuiError as error:
        return Check(name, False, f"{goes}: {error}")
    # What a transport stumbles over is a finding, not the end of the doctor.
    except Exception as error:  # noqa: BLE001
        return Check(name, False, f"{goes}: {type(error).__name__}")
