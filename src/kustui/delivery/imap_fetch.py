"""Messages fetched from a mailbox, one by one: none that the server stumbles over keeps the others away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from kustui.delivery import RawMessage
from kustui.delivery.imap_line import errors
from kustui.delivery.mail_files import KEPT_BYTES, MESSAGE_BYTES, TOO_LARGE
from kustui.delivery.mail_server import why
from kustui.errors import TryLater

AT_ONCE = 50
BYTES_AT_ONCE = 8 * 1024 * 1024
ASKED_AT_ONCE = 500
SLOW_SECONDS = 20.0
"""What has come by then is handed on: whoever reads a mailbox has it for a limited time."""


class Fetched(NamedTuple):
    """A UID that was asked for, and when its message arrived; `raw` is None when it is there no more."""

    uid: int
    arrived: datetime | None
    raw: RawMessage | None
    refused: bool = False


class _Facts(NamedTuple):
    size: int = 0
    arrived: datetime | None = None


def batches(box: Any, uids: Sequence[int], where: Callable[[int], str]) -> Iterator[list[Fetched]]:
    """The messages of these UIDs in order, some at a time; `where` says where one stands.

    One that the server refuses is told as trouble when another one is given after it. Until then it may
    be the server's own trouble, and TryLater is raised once all before it have been told.
    """
    held: list[Fetched] = []
    for first in range(0, len(uids), ASKED_AT_ONCE):
        asked = uids[first : first + ASKED_AT_ONCE]
        facts = _facts(box, asked)
        for portion in _by_size(asked, facts):
            batch: list[Fetched] = []
            began = time.monotonic()
            for uid in portion:
                found = _fetched(box, uid, facts.get(uid, _Facts()), where(uid))
                if found.refused or (held and found.raw is None):
                    held.append(found)
                    continue
                # What is refused twice, before and after one that is given, is refused for itself.
                batch += [_again(box, each, facts, where) for each in held]
                held = []
                batch.append(found)
                if time.monotonic() - began > SLOW_SECONDS:
                    yield batch
                    batch, began = [], time.monotonic()
            if batch:
                yield batch
    if held and held[0].raw is not None:
        raise TryLater("The mailbox cannot be read", f"{where(held[0].uid)}: {held[0].raw.trouble}")


def _facts(box: Any, uids: Sequence[int]) -> dict[int, _Facts]:
    """Size and arrival of messages; of one that the server stumbles over, nothing."""
    try:
        found = box.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
    except errors().AbortError:
        raise
    except (errors().Error, ValueError):
        half = len(uids) // 2
        return {**_facts(box, uids[:half]), **_facts(box, uids[half:])} if half else {}
    return {
        uid: _Facts(int(said.get(b"RFC822.SIZE") or 0), said.get(b"INTERNALDATE"))
        for uid, said in found.items()
    }


def _fetched(box: Any, uid: int, facts: _Facts, where: str) -> Fetched:
    """A message, of one that is too large its beginning."""
    part = f"BODY.PEEK[]<0.{KEPT_BYTES}>" if facts.size > MESSAGE_BYTES else "BODY.PEEK[]"
    try:
        said: Mapping[bytes, Any] = box.fetch([uid], [part]).get(uid, {})
    except errors().AbortError:
        raise
    except (errors().Error, ValueError) as error:
        return _refused(uid, facts, where, why(error))
    # A mark that another program sets is told in between, under the same number.
    bodies = [value for name, value in said.items() if name.startswith(b"BODY[")]
    if not bodies:
        if uid in box.search(["UID", str(uid)]):
            return _refused(uid, facts, where, "it came without its text")
        return Fetched(uid, facts.arrived, None)
    content = b"".join(bytes(value) for value in bodies[:1] if value)
    if facts.size and not content:
        return _refused(uid, facts, where, f"nothing of its {facts.size:,} bytes came")
    size = max(facts.size, len(content))
    if size > MESSAGE_BYTES:
        return Fetched(uid, facts.arrived, RawMessage(content[:KEPT_BYTES], where, size, TOO_LARGE))
    trouble = "" if content.strip() else "It is empty."
    return Fetched(uid, facts.arrived, RawMessage(content, where, len(content), trouble))


def _again(box: Any, held: Fetched, facts: Mapping[int, _Facts], where: Callable[[int], str]) -> Fetched:
    return _fetched(box, held.uid, facts.get(held.uid, _Facts()), where(held.uid)) if held.refused else held


def _refused(uid: int, facts: _Facts, where: str, words: str) -> Fetched:
    """A message that stays on the server; what is known of it tells it from every other one."""
    trouble = f"The server does not give it: {words}."
    raw = RawMessage(f"{where}: {words}\n".encode(), where, facts.size, trouble)
    return Fetched(uid, facts.arrived, raw, refused=True)


def _by_size(uids: Sequence[int], facts: Mapping[int, _Facts]) -> Iterator[list[int]]:
    """UIDs in portions of so many messages and bytes at most."""
    portion: list[int] = []
    held = 0
    for uid in uids:
        size = facts.get(uid, _Facts()).size
        if portion and (len(portion) >= AT_ONCE or held + size > BYTES_AT_ONCE):
            yield portion
            portion, held = [], 0
        portion.append(uid)
        held += size
    if portion:
        yield portion
