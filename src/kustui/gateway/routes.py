"""What the gateway answers: the chat, public images, the providers' calls; anything else is not there."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar
from urllib.parse import quote

from aiohttp import web

from kustui.desk import Desk, public_files
from kustui.desk.chat import Chat, Part, Said, Thread, Visitor
from kustui.desk.gateway import call
from kustui.errors import KustuiError, Refused
from kustui.gateway.http import (
    FRESH,
    PRIVATE,
    allow,
    answered,
    body_of,
    guarded,
    object_of,
    push,
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

MB = 1_048_576
BEAT_SECONDS = 15.0
STREAMS = 500
STREAMS_EACH = 5
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
        self._watcher = Watcher(self._chat)
        self._newcomers = Limiter(clock, burst=20, every=1.0, hourly=20)
        self._writers = Limiter(clock, burst=5, every=2.0, hourly=200)
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
            app.router.add_get("/chat/messages", self.read)
            app.router.add_get("/chat/events", self.events)
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
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
        caller = self._peers.caller(request.remote or "", forwarded)
        allow(self._newcomers.wait(caller), "Too many visitors from where you are.")
        return answered({"token": self._chat.welcome(name)})

    async def write(self, request: web.Request) -> web.Response:
        """What a visitor wrote: {text, id} -> {id}; the same id again changes nothing."""
        visitor = self._visitor(request)
        said = await object_of(request)
        text, number = said.get("text"), said.get("id")
        if not isinstance(text, str) or not isinstance(number, str):
            raise Refused("Not understood", "A message has a text and an id.")
        allow(self._writers.wait(visitor.address), "That was a lot at once.")
        await self._ask(lambda: self._chat.write(visitor, text, number))
        return answered({"id": number})

    async def read(self, request: web.Request) -> web.Response:
        """The visitor's messages behind `after`."""
        visitor, after = self._visitor(request), _after(request)
        return answered(_thread(await self._ask(lambda: self._chat.thread(visitor, after))))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """The visitor's messages behind `after`, and from then on each as it comes (server-sent events)."""
        visitor, cursor = self._visitor(request), _after(request)
        if self._watcher.listening >= STREAMS or self._watcher.of(visitor.address) >= STREAMS_EACH:
            allow(10.0, "Too many are connected.")
        with self._watcher.listener(visitor.address) as stirred:
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
                    await push(response, f"data: {json.dumps(_thread(thread))}\n\n")
                cursor, first = thread.cursor, False
                while not await within(stirred.wait(), BEAT_SECONDS):
                    await push(response, ": still here\n\n")
        return response

    async def file(self, request: web.Request) -> web.Response:
        """A file of ours, to the visitor whose message has it."""
        visitor = self._visitor(request)
        number = request.match_info["number"]
        if not number.isascii() or not number.isdecimal() or len(number) > 15:
            raise web.HTTPNotFound
        name, kind, content = await self._ask(lambda: self._chat.file(visitor, int(number)))
        return web.Response(body=content, headers={**PRIVATE, **_as_file(name, kind, "attachment")})

    # -- for anyone ------------------------------------------------------------------------

    async def image(self, request: web.Request) -> web.Response:
        """An image that anyone may see who has its address (SPEC C8)."""
        name = request.match_info["name"]
        file_name, kind, content = await self._ask(lambda: public_files.served(self._desk, name))
        headers = {
            "Cache-Control": f"public, max-age={YEAR}, immutable",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "cross-origin",
            **_as_file(file_name, kind, "inline"),
        }
        return web.Response(body=content, headers=headers)

    async def webhook(self, request: web.Request) -> web.Response:
        """A provider's call, handed to the channel's transport with the public address that was called."""
        body = await body_of(request, MB)
        base = public_files.base(self._desk) or f"{request.scheme}://{request.host}"
        # A signature is made over what was called, to the letter.
        url = base + (request.raw_path if request.raw_path.startswith("/") else request.path_qs)
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = await self._ask(
            lambda: call(
                self._desk,
                request.match_info["channel"],
                request.method,
                url,
                headers,
                dict(request.query),
                body,
            )
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

    async def _ask(self, question: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, question)

    async def _shut_down(self, _: web.Application) -> None:
        self._closing = True
        self._watcher.wake_all()

    async def _clean_up(self, _: web.Application) -> None:
        await self._watcher.close()
        await asyncio.to_thread(self._threads.shutdown)


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
