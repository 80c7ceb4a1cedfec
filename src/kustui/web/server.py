"""Serving desks to browsers: a socket, the pages behind it, and a good end."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kustui.core.served import HOST, PORT, SESSIONS
from kustui.errors import MissingExtra, Refused
from kustui.gateway.connections import connecting
from kustui.gateway.ports import no_port
from kustui.web.doors import SHORTEST, TOKEN_VARIABLE, Doors, checked, is_loopback
from kustui.web.offer import Offer

if TYPE_CHECKING:
    from aiohttp import web

IDLE_SECONDS = 20.0
"""A connection that has asked nothing for so long is let go."""
END_SECONDS = 0.8
"""What is being answered may take so long when all has ended."""


def run(
    offer: Offer,
    told: Callable[[str], None],
    *,
    host: str = HOST,
    port: int = PORT,
    token: str = "",
    most: int = SESSIONS,
) -> None:
    """Serve until SIGTERM, SIGHUP or Ctrl+C, which end every program; `told` is what there is to say.

    Raises MissingExtra, and Refused in words for a port that is taken, for a token that could be guessed,
    and without any token where other hosts can come in or what is done is done for good.
    """
    token = checked(token)
    if not token and not is_loopback(host):
        raise Refused("No token", f"Other hosts can come to {host}. {_how_to_name_one()}")
    if not token and offer.is_real:
        raise Refused("No token", f"Whoever comes writes to customers in your name. {_how_to_name_one()}")
    try:
        import aiohttp.web  # noqa: F401
        import textual_serve  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtra("Serving desks to browsers", "web") from error
    asyncio.run(_run(offer, told, host, port, token, most))


def _how_to_name_one() -> str:
    return f"Name a token of {SHORTEST} characters or more: --token-file FILE, or {TOKEN_VARIABLE}."


async def _run(
    offer: Offer, told: Callable[[str], None], host: str, port: int, token: str, most: int
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(name, stop.set)
    await serve(offer, Doors(token, host, time.monotonic), told, stop, host=host, port=port, most=most)


async def serve(
    offer: Offer,
    doors: Doors,
    told: Callable[[str], None],
    stop: asyncio.Event,
    *,
    host: str = HOST,
    port: int = PORT,
    most: int = SESSIONS,
) -> None:
    """Serve until `stop` is set; then every program has ended."""
    runner = await _set_up(offer, doors, most)
    try:
        server = await _listening(runner, host, port)
        doors.port = server.sockets[0].getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        told(f"Open http://{shown}:{doors.port}/ in a browser; Ctrl+C ends it, and every program with it.")
        told(f"Up to {most} may come at a time, each to a program of their own.")
        for words in offer.words:
            told(words)
        if not is_loopback(host):
            told("What is typed travels as it is, the token too; a proxy with TLS before it hides it.")
        await stop.wait()
        server.close()
    finally:
        await runner.cleanup()


async def _set_up(offer: Offer, doors: Doors, most: int) -> web.AppRunner:
    from aiohttp import web

    from kustui.web.routes import Room

    # aiohttp's own words hold addresses of visitors.
    quiet = logging.getLogger("kustui.web.connections")
    quiet.propagate = False
    quiet.addHandler(logging.NullHandler())
    runner = web.AppRunner(
        Room(offer, doors, most).app(),
        access_log=None,
        logger=quiet,
        keepalive_timeout=IDLE_SECONDS,
        auto_decompress=False,
        shutdown_timeout=END_SECONDS,
    )
    await runner.setup()
    return runner


async def _listening(runner: web.AppRunner, host: str, port: int) -> asyncio.Server:
    served: Any = runner.server
    try:
        return await asyncio.get_running_loop().create_server(connecting(served), host, port, backlog=64)
    except (OSError, OverflowError) as error:
        raise no_port(error, host, port) from error
