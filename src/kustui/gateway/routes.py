"""What the gateway answers: the chat, public images, the providers' calls; anything else is not there."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from typing import TypeVar
from urllib.parse import quote

from aiohttp import web

from kustui.desk import Desk, public_files
from kustui.desk.chat import Chat, Part, Said, Thread, Visitor
from kustui.desk.gateway import call
from kustui.errors import KustuiError, Refused
from kustui.gateway.bounds import Places, Shared
from kustui.gateway.http import (
    FRESH,
    PRIVATE,
    Room,
    allow,
    answered,
    body_of,
    guarded,
    in_pieces,
    object_of,
    push,
    spelled,
    with_common,
    within,
)
from kustui.gateway.limits import Limiter
from kustui.gateway.pages import POLICY, Pages
from kustui.gateway.peers import Peers
from kustui.gateway.watch import Watcher

log = logging.getLogger("kustui.gateway")

Answer = TypeVar("Answer")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CALL = 4 * 1_048_576
"""Bytes of a provider's call."""
BEAT_SECONDS = 15.0
STREAMS = 500
STREAMS_EACH = 5
STREAMS_FROM = 100
THREADS = 8
YEAR = 31_536_000


class Gateway:
    """The answers of one gateway; `clock` counts seconds for what may be done how often."""

    def __init__(
        self, desk: Desk, pages: Pages, peers: Peers, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._desk = desk
        self._pages = pages
        self._peers = peers
        self._chat = Chat(desk)
        self._threads = ThreadPoolExecutor(THREADS, "gateway")
        # Who writes may have to wait for the store, and keeps nobody from reading meanwhile.
        self._pens = ThreadPoolExecutor(THREADS, "gateway-write")
        self._watcher = Watcher(self._chat)
        # A token costs nothing until it writes, and a whole office may come from one address.
        self._newcomers = Limiter(clock, burst=20, every=2.0, hourly=400)
        self._writers = Limiter(clock, burst=5, every=2.0, hourly=200)
        # Visitors are made faster than they are forgotten, so what they write counts by its place too.
        self._neighbours = Limiter(clock, burst=60, every=1.0, hourly=1_000)
        self._places = Places(all_of_them=STREAMS, each=STREAMS_EACH, from_one=STREAMS_FROM)
        self._shared = Shared()
        self._room = Room()
        self._closing = False

    def app(self, *, chat: bool) -> web.Application:
        """The routes; those of the chat only with `chat`."""
        app = web.Application(middlewares=[guarded])
        app.on_response_prepare.append(with_common)
        app.on_shutdown.append(self._shut_down)
        app.on_cleanup.append(self._clean_up)
        app.router.add_get("/i/{name}", self.image)
        app.router.add_route("GET", "/webhook/{channel}", self.webhook)
        app.router.add_route("POST", "/webhook/{channel}", self.webhook)
        if chat:
            for path in ("/", "/chat"):
                app.router.add_get(path, self.page)
            app.router.add_get("/chat.css", self.static(self._pages.css, "text/css"))
            app.router.add_get("/page.js", self.static(self._pages.script, "text/javascript"))
            app.router.add_get("/chat.js", self.static(self._pages.snippet, "text/javascript"))
            app.router.add_post("/chat/hello", self.hello)
            app.router.add_post("/chat/messages", self.write)
            app.router.add_get("/chat/messages", self.read, allow_head=False)
            # What has no end would be answered with a body, which the next answer begins with.
            app.router.add_get("/chat/events", self.events, allow_head=False)
            app.router.add_get("/chat/files/{number}", self.file)
        return app

    # -- the page --------------------------------------------------------------------------

    async def page(self, request: web.Request) -> web.Response:
        """The page, which only asked for with ?embed may stand in a frame."""
        framed = "embed" in request.query
        headers = {"Content-Security-Policy": POLICY + ("*" if framed else "'none'"), **FRESH}
        if not framed:
            headers["X-Frame-Options"] = "DENY"
        text = self._pages.framed if framed else self._pages.page
        return web.Response(text=text, content_type="text/html", headers=headers)

    def static(self, text: str, kind: str) -> Handler:
        """Answers what never differs."""

        async def answer(_: web.Request) -> web.Response:
            return web.Response(text=text, content_type=kind, headers=FRESH)

        return answer

    # -- the chat --------------------------------------------------------------------------

    async def hello(self, request: web.Request) -> web.Response:
        """A new visitor: {name} -> {token}."""
        said = await object_of(request)
        name = said.get("name", "")
        if not isinstance(name, str):
            raise Refused("Not understood", "The name is not text.")
        allow(self._newcomers.wait(self._caller(request)), "Too many visitors from where you are.")
        return answered({"token": self._chat.welcome(name)})

    async def write(self, request: web.Request) -> web.Response:
        """What a visitor wrote: {text, id} -> {id}; the same id again changes nothing."""
        visitor = self._visitor(request)
        said = await object_of(request)
        text, number = said.get("text"), said.get("id")
        if not isinstance(text, str) or not isinstance(number, str):
            raise Refused("Not understood", "A message has a text and an id.")
        allow(self._writers.wait(visitor.address), "That was a lot at once.")
        allow(self._neighbours.wait(self._caller(request)), "That was a lot from where you are.")
        await self._ask(lambda: self._chat.write(visitor, text, number), self._pens)
        return answered({"id": number})

    async def read(self, request: web.Request) -> web.StreamResponse:
        """The visitor's messages behind `after`."""
        visitor, after = self._visitor(request), _after(request)
        with self._place(visitor, request):
            thread = await self._ask(lambda: self._chat.thread(visitor, after))
            headers = {**PRIVATE, "Content-Type": "application/json; charset=utf-8"}
            return await in_pieces(request, spelled(_thread(thread)), headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """The visitor's messages behind `after`, and from then on each as it comes (server-sent events)."""
        visitor, cursor = self._visitor(request), _after(request)
        with self._place(visitor, request), self._watcher.listener(visitor.address) as stirred:
            response = web.StreamResponse(headers={**PRIVATE, "X-Accel-Buffering": "no"})
            response.content_type = "text/event-stream"
            await response.prepare(request)
            first = True
            while not self._closing:
                stirred.clear()
                try:
                    thread = await self._ask(partial(self._chat.thread, visitor, cursor))
                except KustuiError as error:
                    # What has begun cannot be refused any more; it ends, and the page comes again.
                    log.warning("the gateway could not answer: %s", error.title)
                    break
                if first or thread.messages:
                    await push(response, b"data: " + spelled(_thread(thread)) + b"\n\n")
                cursor, first = thread.cursor, False
                while not await within(stirred.wait(), BEAT_SECONDS):
                    await push(response, b": still here\n\n")
        return response

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file of ours, to the visitor whose message has it."""
        visitor = self._visitor(request)
        number = request.match_info["number"]
        if not number.isascii() or not number.isdecimal() or len(number) > 15:
            raise web.HTTPNotFound
        asked = partial(self._ask, lambda: self._chat.file(visitor, int(number)))
        async with self._shared.of(f"{visitor.address} {number}", asked) as (name, kind, content):
            return await in_pieces(request, content, {**PRIVATE, **_as_file(name, kind, "attachment")})

    # -- for anyone ------------------------------------------------------------------------

    async def image(self, request: web.Request) -> web.StreamResponse:
        """An image that anyone may see who has its address (SPEC C8)."""
        name = request.match_info["name"]
        asked = partial(self._ask, lambda: public_files.served(self._desk, name))
        async with self._shared.of(name, asked) as (file_name, kind, content):
            headers = {
                "Cache-Control": f"public, max-age={YEAR}, immutable",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "Cross-Origin-Resource-Policy": "cross-origin",
                **_as_file(file_name, kind, "inline"),
            }
            return await in_pieces(request, content, headers)

    async def webhook(self, request: web.Request) -> web.Response:
        """A provider's call, handed to the channel's transport with the public address that was called."""
        base = public_files.base(self._desk) or f"{request.scheme}://{request.host}"
        # A signature is made over what was called, to the letter.
        url = base + (request.raw_path if request.raw_path.startswith("/") else request.path_qs)
        headers = {name.lower(): value for name, value in request.headers.items()}
        channel, query = request.match_info["channel"], dict(request.query)
        with self._room.held() as grow:
            body = await body_of(request, CALL, grow)
            answer = await self._ask(
                lambda: call(self._desk, channel, request.method, url, headers, query, body), self._pens
            )
        return web.Response(
            status=answer.status, text=answer.text, content_type=answer.media_type, headers=PRIVATE
        )

    # -- inside ----------------------------------------------------------------------------

    def _visitor(self, request: web.Request) -> Visitor:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        found = self._chat.visitor(token) if scheme.lower() == "bearer" else None
        if found is None:
            raise web.HTTPUnauthorized
        return found

    def _caller(self, request: web.Request) -> str:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
        return self._peers.caller(request.remote or "", forwarded)

    def _place(self, visitor: Visitor, request: web.Request) -> AbstractContextManager[None]:
        caller = self._caller(request)
        if self._places.is_full(visitor.address, caller):
            allow(10.0, "Too many are connected.")
        return self._places.taken(visitor.address, caller)

    async def _ask(self, question: Callable[[], Answer], threads: ThreadPoolExecutor | None = None) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(threads or self._threads, question)

    async def _shut_down(self, _: web.Application) -> None:
        self._closing = True
        self._watcher.wake_all()

    async def _clean_up(self, _: web.Application) -> None:
        await self._watcher.close()
        with self._desk.store.in_a_hurry():
            for threads in (self._threads, self._pens):
                await asyncio.to_thread(threads.shutdown, cancel_futures=True)


def _after(request: web.Request) -> int:
    text = request.query.get("after", "0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _as_file(name: str, kind: str, how: str) -> dict[str, str]:
    return {"Content-Type": kind, "Content-Disposition": f"{how}; filename*=UTF-8''{quote(name, safe='')}"}


def _thread(thread: Thread) -> dict[str, object]:
    return {"messages": [_message(each) for each in thread.messages], "cursor": thread.cursor}


def _message(said: Said) -> dict[str, object]:
    return {
        "id": said.id,
        "ours": said.ours,
        "name": said.name,
        "at": said.at,
        "mine": said.mine,
        "parts": [_part(each) for each in said.parts],
    }


def _part(part: Part) -> dict[str, object]:
    if part.file is None:
        return {"text": part.text}
    return {"file": part.file.id, "name": part.file.name, "size": part.file.size, "picture": part.picture}
