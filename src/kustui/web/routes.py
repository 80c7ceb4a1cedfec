"""What is served at which address: the token's page, the seat's, the desk's, and the socket behind it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
import sys
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs, quote

from aiohttp import web

from kustui.errors import KustuiError
from kustui.gateway.http import body_of
from kustui.web import pages
from kustui.web.doors import Doors
from kustui.web.offer import NAME_LENGTH, Offer, seat_of
from kustui.web.session import HIGHEST, WIDEST, Session, say, within

log = logging.getLogger("kustui.web")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

FORM = 4_096
"""Bytes of a form, and of a cookie that is looked at."""
PUBLIC = ("/token", "/static/page.css", "/static/mono.ttf")
"""What the page that asks for the token needs."""
MESSAGE = 1_048_576
"""Bytes of what a page says at once: a long paste."""
BEAT_SECONDS = 15.0
"""A page that does not answer so often is gone."""
LEAVING, PATIENCE = 1.0, 25.0
"""Seconds that a page waits for one before it to go, and for a program whose page has gone to end."""


class Room:
    """The pages and programs of one server."""

    def __init__(self, offer: Offer, doors: Doors, most: int) -> None:
        """`most` programs run at a time."""
        self._offer = offer
        self._doors = doors
        self._most = most
        self._sessions: set[Session] = set()
        self._numbers = itertools.count(1)
        self._closing = False

    def app(self) -> web.Application:
        """The addresses."""
        app = web.Application(middlewares=[self._guarded], client_max_size=FORM)
        app.on_response_prepare.append(_with_headers)
        app.on_shutdown.append(self._shut_down)
        app.router.add_get("/", self.front)
        app.router.add_post("/token", self.token)
        app.router.add_get("/seat", self.seat)
        app.router.add_get("/desk/{seat}", self.desk)
        app.router.add_get("/ws/{seat:[^/]*}", self.socket)
        app.router.add_get("/static/{name}", self.static)
        return app

    async def front(self, _: web.Request) -> web.Response:
        """The beginning: the desk itself, or the question that comes before it."""
        title = self._offer.title
        if self._offer.asks == "name":
            return _page(pages.asking_name(title, NAME_LENGTH))
        if self._offer.asks == "agent":
            return _page(pages.asking_agent(title, self._offer.agents))
        return _page(pages.desk(title, ""))

    async def token(self, request: web.Request) -> web.Response:
        """The token, as a form sends it; a cookie for the right one."""
        title = self._offer.title
        wait = math.ceil(self._doors.wait())
        if wait:
            words = f"Too many wrong tokens; nobody gets in for {wait} s."
            return _page(pages.asking_token(title, words), 429, {"Retry-After": str(wait)})
        said = parse_qs((await body_of(request, FORM)).decode("utf-8", "replace"))
        cookie = self._doors.open(said.get("token", [""])[0])
        if not cookie:
            return _page(pages.asking_token(title, "That is not the token."), 403)
        response = web.Response(status=303, headers={"Location": "/"})
        response.set_cookie(self._doors.cookie, cookie, httponly=True, samesite="Strict", path="/")
        return response

    async def seat(self, request: web.Request) -> web.Response:
        """The way to the seat of a name; without one, of the next number that nobody has."""
        name = seat_of(request.query.get("name", ""))
        if not name:
            name = next(each for each in map(str, self._numbers) if not self._offer.is_taken(each))
        return web.Response(status=303, headers={"Location": f"/desk/{quote(name)}"})

    async def desk(self, request: web.Request) -> web.Response:
        """The page of a seat."""
        seat = request.match_info["seat"]
        if not self._offer.has(seat):
            raise web.HTTPNotFound
        return _page(pages.desk(self._offer.title, seat))

    async def static(self, request: web.Request) -> web.Response:
        """A file of the pages."""
        found = pages.static(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        content, kind = found
        return web.Response(
            body=content, content_type=kind, headers={"Cache-Control": "private, max-age=600"}
        )

    # -- programs ------------------------------------------------------------------------

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """A page's own program, for as long as the page is there."""
        seat = request.match_info["seat"]
        if not self._offer.has(seat):
            raise web.HTTPNotFound
        if not self._doors.is_from_us(request.headers.get("Origin", ""), request.host):
            raise web.HTTPForbidden(text="This page is not ours.")
        socket = web.WebSocketResponse(heartbeat=BEAT_SECONDS, max_msg_size=MESSAGE, compress=False)
        await socket.prepare(request)
        refusal = await self._refusal(seat)
        if refusal:
            await say(socket, refusal)
            await socket.close()
            return socket
        session = Session(socket, seat)
        self._sessions.add(session)
        try:
            width = within(request.query.get("width"), 80, WIDEST)
            height = within(request.query.get("height"), 24, HIGHEST)
            command = [sys.executable, "-m", "kustui", *self._offer.command(seat)]
            await session.run(command, width, height)
        finally:
            self._sessions.discard(session)
        return socket

    async def _refusal(self, seat: str) -> str:
        """Why no program can begin at a seat, after whoever is just leaving it has left; "" when one can."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while not self._closing:
            before = [each for each in self._sessions if self._offer.alone and each.seat == seat]
            is_full = len(self._sessions) >= self._most
            if not before and not is_full:
                return ""
            waited = before or list(self._sessions)
            patience = PATIENCE if any(not each.is_open for each in waited) else LEAVING
            left = began + patience - loop.time()
            if left <= 0:
                if before and patience == LEAVING:
                    return f"Somebody is playing as {seat}; come in under another name."
                return f"No desk is free, of {self._most}; try again when somebody has left."
            await _one_has_ended(waited, min(left, LEAVING))
        return "This is not served any more."

    async def _shut_down(self, _: web.Application) -> None:
        """Every program ends, and keeps what was typed."""
        self._closing = True
        going = list(self._sessions)
        await asyncio.gather(*(each.close() for each in going), return_exceptions=True)
        await asyncio.gather(*(each.ended.wait() for each in going))

    # -- the doors -------------------------------------------------------------------------

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let in whom it may, and put every refusal in words."""
        try:
            if not self._doors.is_ours(request.host):
                raise web.HTTPMisdirectedRequest(text="This desk has another address.")
            origin = request.headers.get("Origin")
            if origin is not None and not self._doors.is_from_us(origin, request.host):
                raise web.HTTPForbidden(text="This page is not ours.")
            is_public = request.path in PUBLIC
            if not is_public and not self._doors.knows(request.cookies.get(self._doors.cookie, "")[:FORM]):
                if request.path == "/":
                    return _page(pages.asking_token(self._offer.title))
                if request.path.startswith("/desk/"):
                    return web.Response(status=303, headers={"Location": "/"})
                raise web.HTTPForbidden(text="Come in by the front page first.")
            return await handler(request)
        except web.HTTPException as error:
            words = "There is nothing here." if error.status in (404, 405) else error.text or error.reason
            return _page(pages.saying(self._offer.title, words), error.status)
        except KustuiError as error:
            return _page(pages.saying(self._offer.title, str(error)), 503)
        except (asyncio.CancelledError, ConnectionError):
            raise
        # A request that nobody foresaw is one answer; the next is another matter.
        except Exception as error:  # noqa: BLE001
            log.error("a page could not be served: %s", type(error).__name__)
            return _page(pages.saying(self._offer.title, "Something went wrong here."), 500)


async def _one_has_ended(sessions: list[Session], seconds: float) -> None:
    """Wait until one of the sessions has ended, but no longer than so many seconds."""
    waits = [asyncio.create_task(each.ended.wait()) for each in sessions]
    _, pending = await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for each in pending:
        each.cancel()


async def _with_headers(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in pages.HEADERS.items():
        if name != "Cache-Control" or name not in response.headers:
            response.headers[name] = value


def _page(text: str, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)
