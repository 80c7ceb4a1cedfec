"""How far a mailbox has been read, as words that the store keeps."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import NamedTuple


class Cursor(NamedTuple):
    """A place in a folder that counts by `validity` (its UIDVALIDITY; None before it was ever read).

    All that is wanted up to `uid` is filed, and marked as read up to `seen`. Up to `first`, only what the
    search `only` finds is wanted; behind it, everything. `day` is the server's date of the last one.
    """

    validity: int | None = None
    uid: int = 0
    seen: int = 0
    first: int = 0
    only: tuple[str, ...] = ()
    day: date | None = None

    @classmethod
    def read(cls, words: str) -> Cursor:
        """The cursor of those words; the very first when they are none."""
        try:
            said = json.loads(words)
            day = date.fromisoformat(said["day"]) if said.get("day") else None
            return cls(
                int(said["validity"]),
                int(said["uid"]),
                int(said["seen"]),
                int(said["first"]),
                tuple(map(str, said["only"])),
                day,
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def write(self) -> str:
        """The words of this cursor."""
        said = self._asdict() | {"day": self.day.isoformat() if self.day else ""}
        return json.dumps(said)

    def done(self, last: int) -> Cursor:
        """This cursor once all that was wanted up to `last` has been filed and marked."""
        last = max(last, self.uid)
        return self._replace(uid=last, seen=last, first=0, only=())

    def moved(self, uid: int, arrived: datetime | None) -> Cursor:
        """This cursor behind `uid`, which the server took at `arrived`."""
        day = arrived.date() if isinstance(arrived, datetime) else self.day
        return self._replace(uid=uid, day=max(day, self.day) if day and self.day else day or self.day)
