"""What Facebook says by calling us: messages that came to the page, and which of ours arrived.

A call is believed when it is signed with the app's secret over its very bytes. What has another shape
than is documented is passed over; the rest of the call is read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from kustui.clock import instant
from kustui.core.post import Inbound, Person, Receipt
from kustui.core.text import one_line
from kustui.delivery import Answer, Request, http

LARGEST = 4_194_304
"""Bytes of a call that are read."""
MOST = 1_000
"""Events of one call that are read; Facebook puts no more into one."""
MOST_FILES = 100
LONGEST_NAME = 500
UNSHOWN = "[Something was sent that only Facebook shows]"
LATEST_MS = 32_503_680_000_000
"""The year 3000; a later time is none."""
DONE = Answer(text="EVENT_RECEIVED")

_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")
_NAME = re.compile(r"[!-~]{1,500}")


def answer(request: Request, page: str, remembered: http.Remembered) -> Answer:
    """Read a call; 403 for one that is not signed. Raises what keeps the app's secret from being found."""
    if request.method != "POST":
        return Answer(405, "Only GET and POST.")
    if len(request.body) > LARGEST:
        return Answer(413, "Too long.")
    given = request.headers.get("x-hub-signature-256", "")
    if not _SIGNATURE.fullmatch(given) or not remembered.fits(
        lambda held: hmac.compare_digest(
            "sha256=" + hmac.new(held.encode(), request.body, hashlib.sha256).hexdigest(), given
        )
    ):
        return Answer(403, "Not signed.")
    try:
        said = json.loads(request.body)
    # Numbers too long to be read and depth without end are refused as what is no JSON.
    except (ValueError, RecursionError):
        return Answer(400, "Not understood.")
    if not isinstance(said, dict) or said.get("object") != "page":
        return Answer(404, "Nothing about a page.")
    return DONE._replace(came=tuple(_came(said, page)))


def _came(said: dict[str, Any], page: str) -> Iterator[Inbound | Receipt]:
    count = 0
    for entry in _list(said.get("entry")):
        if not isinstance(entry, dict) or str(entry.get("id")) != page:
            continue
        for event in _list(entry.get("messaging")):
            count += 1
            if count > MOST:
                return
            if isinstance(event, dict):
                yield from _event(event, page)


def _event(event: dict[str, Any], page: str) -> Iterator[Inbound | Receipt]:
    at = _at(event.get("timestamp"))
    delivery = event.get("delivery")
    if isinstance(delivery, dict):
        arrived = _at(delivery.get("watermark")) or at
        for mid in _list(delivery.get("mids"))[:MOST]:
            if isinstance(mid, str) and _NAME.fullmatch(mid):
                yield Receipt("facebook", mid, "delivered", at=arrived)
        return
    sender = event.get("sender")
    who = sender.get("id") if isinstance(sender, dict) else None
    if not isinstance(who, str) or not _NAME.fullmatch(who) or who == page:
        return
    message, postback = event.get("message"), event.get("postback")
    if isinstance(message, dict) and message.get("is_echo") is not True:
        words = "" if message.get("is_deleted") is True else _words(message) or UNSHOWN
    elif isinstance(postback, dict):
        message, words = postback, _text(postback.get("title"))
    else:
        return
    mid = message.get("mid")
    if not isinstance(mid, str) or not _NAME.fullmatch(mid):
        if message is not postback or at is None:
            return
        # A button that was pressed had no name of its own in older versions.
        mid = f"postback:{who}:{event['timestamp']}"
    if words:
        yield Inbound(
            channel="facebook",
            external_id=f"facebook:{mid}",
            sender=Person(who),
            subject="",
            body=words,
            original=json.dumps(event).encode(),
            to=(Person(page),),
            at=at,
        )


def _words(message: dict[str, Any]) -> str:
    """What was written, then what was sent with it; the words of a quick reply are its text."""
    kinds = [
        one_line(_text(each.get("type")), 40) or "file"
        for each in _list(message.get("attachments"))[:MOST_FILES]
        if isinstance(each, dict)
    ]
    return "\n".join(part for part in (_text(message.get("text")), http.came_with(kinds)) if part)


def _at(ms: object) -> datetime | None:
    """The instant of whole milliseconds since 1970; None for anything else."""
    if isinstance(ms, bool) or not isinstance(ms, int) or not 0 < ms < LATEST_MS:
        return None
    return instant(ms)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
