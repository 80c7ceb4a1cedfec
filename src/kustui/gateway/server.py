"""Serving: a socket, the routes behind it, and a good end."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kustui.desk import Desk, public_files
from kustui.desk.gateway import has_chat, serves
from kustui.errors import MissingExtra, Refused, SettingsTrouble
from kustui.gateway.connections import connecting
from kustui.gateway.pages import load
from kustui.gateway.peers import Peers
from kustui.gateway.ports import no_port

if TYPE_CHECKING:
    from aiohttp import web

HOST, PORT = "127.0.0.1", 8770
IDLE_SECONDS = 20.0
"""A connection that has asked nothing for so long is let go; so is one whose question has no end."""
END_SECONDS = 0.8
"""What is being answered may take so long when the gateway ends; and again, to be told that it is over."""


def run(desk: Desk, host: str, port: int | None, told: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl+C; `told` is what there is to say, the first when it serves.

    `host` "" and `port` None mean the settings'. Raises KustuiError in words for a missing extra, a port
    that is taken, where no channel needs a gateway, and for a training shift.
    """
    desk.shifts.must_be_none()
    try:
        import aiohttp.web  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtra("The gateway", "gateway") from error
    asyncio.run(_run(desk, host, port, told))


async def _run(desk: Desk, host: str, port: int | None, told: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await serve(desk, host, port, told, stop)


async def serve(
    desk: Desk,
    host: str,
    port: int | None,
    told: Callable[[str], None],
    stop: asyncio.Event,
    clock: Callable[[], float] | None = None,
) -> None:
    """Serve until `stop` is set. `clock` counts the seconds of what may be done how often."""
    wanted, broken = serves(desk)
    if not wanted:
        raise Refused(
            "Nothing needs a gateway",
            'Name what does in the settings: [channels] chat = "chat", a channel whose provider calls, or '
            "[gateway] url.",
        )
    settings = desk.post.gateway
    url = public_files.base(desk)
    if url and not url.startswith(("https://", "http://")):
        raise SettingsTrouble("No such address", f"gateway.url is {url!r}; write it like https://...")
    host = host or str(settings.get("host", HOST))
    port = int(settings.get("port", PORT)) if port is None else port
    runner = await _set_up(desk, clock)
    try:
        server = await _listening(runner, host, port)
        where = server.sockets[0].getsockname()
        shown = f"[{where[0]}]" if ":" in where[0] else where[0]
        told(f"The gateway serves at http://{shown}:{where[1]}/; Ctrl+C ends it.")
        told(f"It serves {', '.join(wanted)}{f' for {url}' if url else ''}.")
        told("What is sent goes out by any kustui that is open, or by kustui worker.")
        for words in broken:
            told(f"Not served: {words}")
        if url and not settings.get("proxies"):
            told(
                "No gateway.proxies are named: everybody who comes by a proxy is counted as being in one "
                "place, and as much as one place may do is all they may do."
            )
        await stop.wait()
        server.close()
    finally:
        await runner.cleanup()


async def _set_up(desk: Desk, clock: Callable[[], float] | None) -> web.AppRunner:
    import time

    from aiohttp import web

    from kustui.gateway.routes import Gateway

    settings = desk.post.gateway
    gateway = await asyncio.to_thread(
        Gateway,
        desk,
        load(settings, desk.workspace, _limit()),
        Peers(settings.get("proxies", ())),
        clock or time.monotonic,
    )
    # Its own words hold addresses of visitors.
    quiet = logging.getLogger("kustui.gateway.connections")
    quiet.propagate = False
    quiet.addHandler(logging.NullHandler())
    runner = web.AppRunner(
        gateway.app(chat=has_chat(desk)),
        access_log=None,
        logger=quiet,
        keepalive_timeout=IDLE_SECONDS,
        auto_decompress=False,
        shutdown_timeout=END_SECONDS,
    )
    await runner.setup()
    return runner


def _limit() -> int:
    from kustui.core.channels import CHANNELS

    return CHANNELS["chat"].limit or 0


async def _listening(runner: web.AppRunner, host: str, port: int) -> asyncio.Server:
    served: Any = runner.server
    loop = asyncio.get_running_loop()
    try:
        return await loop.create_server(connecting(served), host, port, backlog=256)
    except (OSError, OverflowError) as error:
        raise no_port(error, host, port) from error
