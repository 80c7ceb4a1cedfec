"""A transport that delivers by writing one line of a ledger, where nothing can be taken back."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from kustui.core.post import Inbound, Parcel
from kustui.delivery import Accepted
from kustui.errors import DeliveryFailed, TryLater


class Delivery(NamedTuple):
    """One line of the ledger; `at_ns` is true time that no step of a clock changes."""

    outbox_id: int
    round: int
    pid: int
    at_ns: int


class Ledger:
    """Appends a line for each delivery, in one write; it recognises no repeat.

    Now and then it refuses for now, for good, or breaks off without a word, and it may sleep for
    `dawdles` seconds around its write, so that kills and pauses land there.
    """

    name = "ledger"
    channels = frozenset({"email"})
    timeout = 0.5
    rate = 0.0
    repeatable = False

    def __init__(self, path: Path, dawdles: float = 0.0) -> None:
        self._dawdles = dawdles
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """Deliver, or fail in one of the ways a provider can."""
        luck = random.random()
        if luck < 0.005:
            raise TryLater("The provider is busy", "451 try again later")
        if luck < 0.007:
            raise DeliveryFailed("The provider refused", "550 no such mailbox")
        commit()
        self._dawdle()
        if luck < 0.012:
            raise TryLater("The provider is busy", "452 too many messages")
        if luck < 0.014:
            raise TimeoutError
        line = f"{parcel.outbox_id} {parcel.round} {os.getpid()} {time.monotonic_ns()}\n"
        os.write(self._file, line.encode())
        self._dawdle()
        if luck < 0.016:
            raise TimeoutError
        return Accepted(f"{os.getpid()}")

    def collect(self) -> tuple[Inbound, ...]:
        """Nothing: it only sends."""
        return ()

    def _dawdle(self) -> None:
        if random.random() < 0.2:
            time.sleep(self._dawdles)


def read(path: Path) -> list[Delivery]:
    """Every delivery, in the order of the file."""
    text = path.read_text(encoding="ascii") if path.exists() else ""
    return [Delivery(*map(int, line.split())) for line in text.splitlines()]
