"""What every act does to the store, whatever it writes: one instant, one deed, the inbox in line, others told.

Nothing here needs the ORM, and an act in plain SQL alone loads none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from kustui.chance import Token
from kustui.errors import NotFound, Refused
from kustui.store.database import Database
from kustui.store.queries.lists import ANSWERED, UNPROMISED
from kustui.store.reader import Reader, placeholders

AT_ONCE = 500
"""Rows one question is asked about."""


class Frame:
    """What one act in plain SQL may do. `now` is one instant for the whole act, `token` names it."""

    def __init__(self, reader: Callable[[], Reader], database: Database, now: datetime, token: Token) -> None:
        self._reader = reader
        self._database = database
        self.now = now
        self._token = token
        self.quiet = False
        """Whether no list, timeline or count shows what it writes, so that other programs need not look."""
        self._touched: set[int] = set()

    def ask(self) -> Reader:
        """Plain questions that see what this act has written so far."""
        self.flush()
        return self.glance()

    def glance(self) -> Reader:
        """Plain questions about what stood before this act; what waits to be written is not written first."""
        return self._reader()

    def flush(self) -> None:
        """Write what waits; plain SQL leaves nothing waiting."""

    def must_be(self, word: str, key: int) -> None:
        """Raise NotFound when there is no "customer" or "conversation" of that number, and Refused when it has
        become part of another.
        """
        row = self.ask().one(f"SELECT merged_into FROM {word} WHERE id = :i", i=key)
        if row is None:
            raise no_such(word, key)
        if row[0] is not None:
            raise part_of_another(word, key, row[0])

    def touch(self, customer_id: int) -> None:
        """Say that this customer's conversations changed, so that the inbox follows."""
        self.quiet = False
        self._touched.add(customer_id)

    def settle(self) -> None:
        """Bring the inbox in line with what changed and have others hear of it; called once, before the commit."""
        self.flush()
        self._database.tell(self.glance(), quiet=self.quiet)
        touched = sorted(self._touched)
        for first in range(0, len(touched), AT_ONCE):
            some = touched[first : first + AT_ONCE]
            from kustui.store import promises

            promises.settle(self.glance(), some, self.now)
            self._place(some)

    def _place(self, customers: list[int]) -> None:
        reader = self.glance()
        names, parameters = placeholders(customers)
        reader.one(f"DELETE FROM inbox WHERE customer_id IN ({names})", **parameters)
        found: dict[int, list[tuple[Any, ...]]] = {}
        for row in reader.all(
            "SELECT customer_id, id, priority, waiting_since, last_at, assignee_id, stirred_at, unread, team_id, "
            "target_at "
            f"FROM conversation WHERE customer_id IN ({names}) AND status = 'open'",
            **parameters,
        ):
            found.setdefault(row[0], []).append(row[1:])
        for customer_id, rows in found.items():
            reader.one(
                "INSERT INTO inbox (customer_id, conversation_id, rank, since, owner, stirred_at, unread, team_id, "
                "target_at) VALUES (:c, :v, :r, :s, :o, :t, :u, :q, :d)",
                c=customer_id,
                **place_of(rows),
            )


def no_such(word: str, key: object) -> NotFound:
    """What is said of a row that is not there."""
    return NotFound(f"No such {word}", f"There is no {word} {key}.")


def part_of_another(word: str, key: object, whole: object) -> Refused:
    """What is said of a row that was merged into the row `whole`."""
    return Refused("Part of another now", f"The {word} #{key} was merged into #{whole}.")


def place_of(rows: Sequence[tuple[Any, ...]]) -> dict[str, int]:
    """Where a customer stands in the inbox by the open conversations.

    `rows` are (id, priority, waiting since, last at, assignee, stirred at, unread, team, target at), instants in
    ms;
    the answer holds the conversation `v`, rank `r`, since `s`, owner `o`, stirred `t`, unread `u`,
    the team `q` whose queue it is, and when the first promise is due `d`.
    """
    places = sorted((-row[1], row[2] if row[2] is not None else ANSWERED - row[3], row[0]) for row in rows)
    rank, since, conversation_id = places[0]
    # A team matters only as long as nobody of it has the conversation.
    owners = {(row[4] or 0, 0 if row[4] else row[7] or 0) for row in rows}
    owner, team = next(iter(owners)) if len(owners) == 1 else (0, -1) if (0, 0) in owners else (-1, 0)
    return {
        "v": conversation_id,
        "r": rank,
        "s": since,
        "o": owner,
        "t": max(row[5] for row in rows),
        "u": sum(row[6] for row in rows),
        "q": team,
        "d": min((row[8] for row in rows if row[8] is not None), default=UNPROMISED),
    }
