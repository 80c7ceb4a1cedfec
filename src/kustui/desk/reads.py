"""Looking: lists, timelines, profiles, search. No act, no ORM; each look is one moment's truth."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Literal, NamedTuple

from kustui.clock import instant
from kustui.core.records import (
    Agent,
    Conversation,
    Customer,
    Draft,
    Entry,
    EntryKey,
    Notification,
    SnoozeChoice,
    SubStatus,
)
from kustui.core.text import storable
from kustui.desk.listings import Found, Listing, View
from kustui.errors import NotFound
from kustui.store.queries import drafts, history, lists, notices, people, staff, timeline
from kustui.store.store import Store

if TYPE_CHECKING:
    from kustui.core.history import HistoryLine
    from kustui.core.post import Outgoing
    from kustui.desk.forecast import Forecast


FOUND = 200
"""Conversations a search finds at most."""


class TimelineView:
    """A customer's timeline at one moment; its entries are read as they are looked at."""

    def __init__(
        self, store: Store, me: int, customer: Customer, conversations: tuple[Conversation, ...]
    ) -> None:
        self.customer = customer
        self.conversations = conversations
        self._store = store
        self._me = me

    def keys(self, conversation_id: int) -> Sequence[EntryKey]:
        """Where a conversation's entries stand, in time order."""
        with self._store.reading() as reader:
            return timeline.entry_keys(reader, conversation_id)

    def entries(self, keys: Sequence[EntryKey]) -> Sequence[Entry]:
        """The entries of these keys, in their order."""
        now = self._store.now()
        with self._store.reading() as reader:
            return timeline.entries(reader, self._me, keys, now)


class Lamps(NamedTuple):
    """What the status line says."""

    scheduled: int = 0
    failed: int = 0
    uncertain: int = 0
    held: int = 0
    unread: int = 0
    """Notifications the agent has not seen."""
    newest: int = 0
    """The id of the newest of them, 0 when there is none."""
    availability: str = ""
    """How the agent is there."""


class Reads:
    """What one agent sees of a workspace."""

    def __init__(self, store: Store, agent: Agent) -> None:
        self._store = store
        self._me = agent.id
        self.order = agent.inbox or "priority"
        """What the inbox is in the order of."""

    def listing(self, view: View) -> Listing | Forecast:
        """A list of the sidebar."""
        if view == "outbox" or view == "scheduled":
            return self.forecast(view)
        return Listing(self._store, self._me, view, lambda: self.order)

    def found(self, words: str, limit: int = FOUND, *, zone: tzinfo = UTC) -> Found:
        """The conversations in which every word and operator holds, the latest first; days are of `zone`.

        Raises Refused for an operator's value that means nothing.
        """
        # Nothing on the way to the first list searches.
        from kustui.core.searching import parse
        from kustui.store.queries import search as searching

        terms = parse(storable(words), self._store.now(), zone)
        with self._store.reading() as reader:
            return Found(self._store, self._me, searching.search(reader, terms, self._me, limit))

    def inbox_top(self) -> tuple[int, int] | None:
        """(customer, conversation) to take next, or None when the inbox is empty."""
        with self._store.reading() as reader:
            return lists.inbox_top(reader, self._me, self.order)

    def timeline(self, customer_id: int) -> TimelineView:
        """A customer's timeline; raises NotFound when there is no such customer."""
        with self._store.reading() as reader:
            customer = people.customer(reader, customer_id)
            if customer is None:
                raise NotFound("No such customer", f"There is no customer {customer_id}.")
            return TimelineView(self._store, self._me, customer, timeline.conversations(reader, customer_id))

    def stamp(self, customer_id: int) -> tuple[object, ...]:
        """Equal to an earlier one as long as the customer's timeline would show the same."""
        with self._store.reading() as reader:
            return timeline.stamp(reader, customer_id)

    def conversation(self, conversation_id: int) -> Conversation:
        """One conversation; raises NotFound when there is none of that number."""
        with self._store.reading() as reader:
            found = timeline.conversation(reader, conversation_id)
        if found is None:
            raise NotFound("No such conversation", f"There is no conversation {conversation_id}.")
        return found

    def conversation_ids(self) -> list[int]:
        """Every conversation's number."""
        with self._store.reading() as reader:
            return timeline.conversation_ids(reader)

    def customer(self, customer_id: int) -> Customer:
        """One customer's profile; raises NotFound when there is none of that number."""
        with self._store.reading() as reader:
            found = people.customer(reader, customer_id)
        if found is None:
            raise NotFound("No such customer", f"There is no customer {customer_id}.")
        return found

    def customers(self, words: str = "", limit: int = 200) -> list[Customer]:
        """Customers whose name, company or address holds `words`."""
        with self._store.reading() as reader:
            return people.customers(reader, storable(words), limit)

    def has_customers(self) -> bool:
        """Whether anybody is in the workspace yet."""
        with self._store.reading() as reader:
            return people.has_customers(reader)

    def agents(self) -> list[Agent]:
        """Everyone of the team, by name."""
        with self._store.reading() as reader:
            return people.agents(reader)

    def customer_ids(self) -> list[int]:
        """Every customer's number."""
        with self._store.reading() as reader:
            return people.customer_ids(reader)

    def sub_statuses(self, status: str | None = None) -> tuple[SubStatus, ...]:
        """The workspace's sub-statuses, of one status or of all."""
        with self._store.reading() as reader:
            return people.sub_statuses(reader, status)

    def last_inbound(self, conversation_id: int) -> tuple[int, str]:
        """(number, sender's address) of the customer's last message; (0, "") when there is none."""
        with self._store.reading() as reader:
            found = timeline.last_inbound(reader, conversation_id)
        return (found[0], found[1]) if found else (0, "")

    def snooze_choices(self) -> tuple[SnoozeChoice, ...]:
        """The choices of the snooze dialog."""
        with self._store.reading() as reader:
            return people.snooze_choices(reader)

    def draft(self, customer_id: int, kind: str, conversation_id: int | None = None) -> Draft:
        """The agent's open draft there, or an empty one (id 0) with the recipients filled in."""
        with self._store.reading() as reader:
            row = drafts.open_draft(reader, self._me, customer_id, kind, conversation_id)
            held = drafts.files(reader, row[0]) if row else ()
            to = drafts.recipients(reader, customer_id, kind, conversation_id)
        if row is None:
            return Draft(0, self._me, customer_id, kind, conversation_id, to=to)
        people, actions = json.loads(row[3]), json.loads(row[6])
        return Draft(
            id=row[0],
            agent_id=self._me,
            customer_id=customer_id,
            kind=kind,
            conversation_id=conversation_id,
            subject=row[1],
            body=row[2],
            to=tuple(people.get("to", ())) or to,
            cc=tuple(people.get("cc", ())),
            bcc=tuple(people.get("bcc", ())),
            saved_at=instant(row[4]),
            template_id=row[5] or 0,
            tags=tuple(actions.get("tags", ())),
            then=actions.get("then", ""),
            files=held,
        )

    def drafts(self) -> list[Draft]:
        """The agent's open drafts with words in them, the latest first; without their recipients."""
        with self._store.reading() as reader:
            rows = drafts.open_drafts(reader, self._me)
        return [Draft(row[0], self._me, row[1], row[3], row[2], subject=row[4], body=row[5]) for row in rows]

    def history(self, conversation_id: int) -> list[HistoryLine]:
        """A conversation's lines of history, in order; raises NotFound when there is no such one."""
        self.conversation(conversation_id)
        with self._store.reading() as reader:
            return history.lines(reader, conversation_id)

    def version(self) -> int:
        """A number that changes when the store has been written to, by this program or another."""
        return self._store.version()

    def murmur(self) -> int:
        """A number that changes with everything that is written, also who is at what and what drafts say."""
        return self._store.murmur()

    def whole_body(self, message_id: int) -> str:
        """A message with what it quotes, uncut, for the pager."""
        with self._store.reading() as reader:
            found = timeline.body(reader, message_id)
        if found is None:
            raise NotFound("No such message", f"There is no message {message_id}.")
        return "\n\n".join(part for part in found if part)

    def original(self, message_id: int) -> bytes:
        """An incoming message byte for byte as it came; raises NotFound when none was kept."""
        with self._store.reading() as reader:
            found = timeline.original(reader, message_id)
        if found is None:
            raise NotFound("No original", f"Message {message_id} came without one.")
        content, packed = found
        return zlib.decompress(content) if packed else content

    def forecast(self, view: Literal["outbox", "scheduled"] = "scheduled") -> Forecast:
        """Everything that will happen by itself, or what is on its way out."""
        from kustui.desk.forecast import Forecast

        return Forecast(self._store, view)

    def outgoing(self, number: int) -> Outgoing:
        """The outbox's row of that number; raises NotFound when there is none."""
        from kustui.desk import forecast

        found = forecast.item(self._store, number)
        if found is None:
            raise NotFound("Not in the outbox", f"The outbox has no number {number}.")
        return found

    def outgoing_of(self, message_id: int) -> Outgoing | None:
        """A message's place in the outbox; None for one that was never there."""
        from kustui.desk import forecast

        return forecast.item_of_message(self._store, message_id)

    def sent_last(self) -> Outgoing | None:
        """The message whose sending is what undo would take back, as it stands; None for another act."""
        from kustui.desk.undo import UNDOABLE

        with self._store.reading() as reader:
            line = history.last_undoable(reader, self._me, UNDOABLE)
        if line is None or line[1] != "message.queued":
            return None
        return self.outgoing_of(line[4])

    def quarantine(self) -> list[tuple[int, str, str, int, int]]:
        """(id, source, reason, bytes, at in ms) of every message that could not be read."""
        with self._store.reading() as reader:
            return people.quarantine(reader)

    def quarantined(self, number: int) -> bytes:
        """The bytes of one quarantined message."""
        with self._store.reading() as reader:
            found = people.quarantined(reader, number)
        if found is None:
            raise NotFound("Not in quarantine", f"There is no quarantined message {number}.")
        return found

    def lamps(self) -> Lamps:
        """What the status line counts."""
        with self._store.reading() as reader:
            unread, newest = notices.unread(reader, self._me)
            there = staff.availability(reader, self._me)
            return Lamps(*lists.trouble_count(reader), unread, newest, there)

    def notifications(
        self, limit: int = 200, *, only_unread: bool = False, after: int = 0
    ) -> list[Notification]:
        """What this agent should know, beyond the id `after`: unread first, each the latest first."""
        with self._store.reading() as reader:
            return notices.notifications(reader, self._me, limit, only_unread=only_unread, after=after)


def workspace_name(store: Store) -> str | None:
    """What the workspace is called; None before it is set up."""
    with store.reading() as reader:
        found = people.workspace(reader)
    return None if found is None else found[1]


def agent_of(store: Store, login: str) -> Agent | None:
    """The agent of that login, or None before the first sign-in."""
    with store.reading() as reader:
        return people.agent_by_login(reader, login)
