"""How the gateway reads what it is sent, and refuses: in words, within bounds, with no word of the inside."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from kustui.errors import KustuiError, NotFound, Refused
from kustui.gateway.pages import COMMON

log = logging.getLogger("kustui.gateway")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CHAT_BODY = 64 * 1024
BODY_SECONDS = 10.0
PIECE = 64 * 1024
SMALL = CHAT_BODY
LARGE_ONES = 64 * 1_048_576
"""Bytes that large bodies may take together; a small one always has room."""
FRESH = {"Cache-Control": "no-cache", "Cross-Origin-Resource-Policy": "cross-origin"}
PRIVATE = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"}


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put every refusal in words, and let no word of the inside out."""
    try:
        return await handler(request)
    except web.HTTPUnauthorized:
        return refusal(401, "This chat has ended; begin a new one.")
    except web.HTTPException as error:
        # What is there for another method is not there.
        status = 404 if error.status in (403, 405) else error.status
        words = "There is nothing here." if status == 404 else error.text or error.reason
        after = error.headers.get("Retry-After", "")
        return refusal(status, words, {"Retry-After": after} if after else {})
    except NotFound:
        return refusal(404, "There is nothing here.")
    except Refused as error:
        return refusal(400, str(error))
    except KustuiError as error:
        log.warning("the gateway could not answer: %s", error.title)
        return refusal(503, "Not just now. Try again in a moment.", {"Retry-After": "5"})
    except (asyncio.CancelledError, ConnectionError):
        raise
    # A request that nobody foresaw is one answer; the next is another matter.
    except Exception as error:  # noqa: BLE001
        log.error("the gateway stumbled: %s", type(error).__name__)
        return refusal(500, "Something went wrong here.")


async def with_common(_: web.Request, response: web.StreamResponse) -> None:
    """Put on what every answer has."""
    for name, value in COMMON.items():
        response.headers[name] = value
    if "Content-Security-Policy" not in response.headers:
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"


def refusal(status: int, words: str, headers: dict[str, str] | None = None) -> web.Response:
    """A refusal in words, as the page reads it."""
    return web.json_response({"error": words}, status=status, headers={**PRIVATE, **(headers or {})})


def answered(value: object) -> web.Response:
    """A value as JSON, for nobody to keep."""
    return web.json_response(value, headers=PRIVATE)


def spelled(value: object) -> bytes:
    """A value as JSON; what is stored holds no half of a character."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def allow(wait: float, words: str) -> None:
    """Go on when there is nothing to wait for; else say when to come again."""
    if wait > 0:
        seconds = math.ceil(wait)
        raise web.HTTPTooManyRequests(
            text=f"{words} Try again in {seconds} s.", headers={"Retry-After": str(seconds)}
        )


async def body_of(request: web.Request, most: int, grow: Callable[[int], None] | None = None) -> bytes:
    """The body, up to `most` bytes and for so long; more, and slower, is refused. `grow` is told its size."""
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.content.iter_any():
                read += piece
                if len(read) > most:
                    raise web.HTTPRequestEntityTooLarge(most, len(read))
                if grow is not None:
                    grow(len(read))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    return bytes(read)


async def object_of(request: web.Request) -> dict[str, Any]:
    """The body as an object. Another site's form cannot send this type without being allowed to."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Send application/json.")
    try:
        said = json.loads(await body_of(request, CHAT_BODY))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise Refused("Not understood", "Send a JSON object.")
    return said


class Room:
    """How much of large bodies is held at once, by all who send them."""

    def __init__(self, most: int = LARGE_ONES) -> None:
        self._left = most

    @contextmanager
    def held(self) -> Iterator[Callable[[int], None]]:
        """To be told how large a body has become; raises when there is no room, and gives back all at the
        end.
        """
        taken = 0

        def grow(size: int) -> None:
            nonlocal taken
            more = max(0, size - SMALL) - taken
            if more > self._left:
                raise web.HTTPServiceUnavailable(text="Not just now.", headers={"Retry-After": "10"})
            self._left -= more
            taken += more

        try:
            yield grow
        finally:
            self._left += taken


async def push(response: web.StreamResponse, content: bytes) -> None:
    """Write piece by piece, each once the one before was taken; who takes nothing for long is let go."""
    for start in range(0, len(content), PIECE):
        await response.write(memoryview(content)[start : start + PIECE])


async def in_pieces(request: web.Request, content: bytes, headers: Mapping[str, str]) -> web.StreamResponse:
    """An answer that may be long."""
    response = web.StreamResponse(headers=headers)
    response.content_length = len(content)
    await response.prepare(request)
    if request.method != "HEAD":
        await push(response, content)
    await response.write_eof()
    return response


async def within(waited: Awaitable[object], seconds: float) -> bool:
    """Whether something was done within so many seconds."""
    try:
        await asyncio.wait_for(waited, seconds)
    except TimeoutError:
        return False
    return True
