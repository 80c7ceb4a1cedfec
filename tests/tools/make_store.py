"""Writes a store of a given size: `make_store.py FILE --conversations 100000 --long 10000`.

N conversations over N/5 customers with four messages each on the average, one customer with one conversation of
`--long` messages and one with 50. The inbox stands as the acts of the desk would leave it.
"""
# ruff: noqa: E501 - rows and columns stand as they do in the tables

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from kustui.clock import milliseconds
from kustui.desk.team import set_up, sign_in
from kustui.store import sqlite
from kustui.store.frame import place_of
from kustui.store.store import Store

DAY_MS = 86_400_000
AGENTS = 8
SHORT = 50
LONG_NAME, SHORT_NAME = "Lena Long", "Sam Short"
SUBJECTS = (
    "Order",
    "Invoice",
    "Broken zip",
    "Where is my parcel",
    "Return",
    "Wrong colour",
    "Repair",
    "Quote",
)
WORDS = """
order parcel bag strap zip buckle invoice delivery canvas thank you please could would when where colour
green label box address refund repair before after since morning
""".split()  # noqa: SIM905 - a column of thirty quoted words reads worse

FIRST = [
    "Ada",
    "Bo",
    "Carmen",
    "Dana",
    "Elif",
    "Finn",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Katya",
    "Liam",
    "Mina",
    "Noor",
    "Omar",
    "Petra",
]
LAST = [
    "Abbas",
    "Berg",
    "Costa",
    "Dietz",
    "Evans",
    "Flores",
    "Grant",
    "Haas",
    "Ito",
    "Jansen",
    "Kovac",
    "Lund",
    "Meyer",
    "Novak",
    "Okafor",
    "Park",
]

Row = tuple[Any, ...]


def name_of(customer: int) -> str:
    """What a customer is called; many share a name, as people do."""
    return f"{FIRST[customer % len(FIRST)]} {LAST[customer // len(FIRST) % len(LAST)]}"


def address_of(customer: int) -> str:
    """A customer's email address."""
    return f"{name_of(customer).lower().replace(' ', '.')}.{customer}@mail{customer % 50}.example"


class Maker:
    """Makes the rows of a store, in order of their keys; same numbers, same store."""

    def __init__(self, conversations: int, long: int, now_ms: int, agents: list[int], each: int = 4) -> None:
        self.conversations = conversations
        self.each = (2, max(2, 2 * each - 2))
        self.long = long
        self.customers = max(1, conversations // 5)
        self.now = now_ms
        self.agents = agents
        self.chance = random.Random(conversations * 31 + long)
        self.message_id = 0
        self.rows: dict[str, list[Row]] = {}
        self.snooze_id = 0

    def make(self) -> Iterator[dict[str, list[Row]]]:
        """Pages of rows by table; within a page what is pointed at is in an earlier table."""
        chance = self.chance
        # The longest are the oldest: what is newest is of many, as in a workspace that is worked in.
        for place, (name, count) in enumerate(((LONG_NAME, self.long), (SHORT_NAME, SHORT)), 1):
            self.customer(self.customers + place, name)
            self.conversation(self.conversations + place, self.customers + place, name, count, status="open")
        yield self.page()
        conversation_id = 0
        for customer_id in range(1, self.customers + 1):
            name = name_of(customer_id)
            self.customer(customer_id, name)
            for _ in range(5 if customer_id < self.customers else self.conversations - conversation_id):
                conversation_id += 1
                self.conversation(conversation_id, customer_id, name, chance.randint(*self.each))
            if customer_id % 500 == 0:
                yield self.page()
        yield self.page()

    def page(self) -> dict[str, list[Row]]:
        """The rows made since the last page."""
        rows, self.rows = self.rows, {}
        return rows

    def add(self, table: str, *row: Any) -> None:
        """One more row."""
        self.rows.setdefault(table, []).append(row)

    def customer(self, number: int, name: str) -> None:
        """A customer with an address."""
        zone = ("Europe/Madrid", "America/New_York", "Asia/Tokyo")[number % 3]
        self.add("customer", number, name, "", zone, "en", "", int(number % 40 == 0), "{}", self.now)
        address = address_of(number)
        self.add("address", number, number, "email", address, address)

    def conversation(self, number: int, customer_id: int, name: str, count: int, status: str = "") -> None:
        """A conversation of `count` messages and a line of history; every third message is ours."""
        chance = self.chance
        status = status or chance.choices(("open", "snoozed", "done"), (30, 10, 60))[0]
        last = self.now - chance.randint(60_000, 60 * DAY_MS if status != "done" else 400 * DAY_MS)
        gap = max(60_000, min(DAY_MS, 300 * DAY_MS // count))
        subject = f"{chance.choice(SUBJECTS)} {number}"
        address = address_of(customer_id)
        heard = answered = None
        waiting = None
        body = ""
        for place in range(count):
            at = last - (count - 1 - place) * gap
            ours = place % 3 == 1
            body = " ".join(chance.choices(WORDS, k=chance.randint(6, 60)))
            agent = chance.choice(self.agents) if ours else None
            self.message(number, customer_id, name, address, subject, body, at, agent)
            if ours:
                answered, waiting = at, None
            else:
                heard, waiting = at, waiting or at
        is_open = status == "open"
        waiting = waiting if is_open else None
        snooze_id = until = None
        if status == "snoozed":
            self.snooze_id += 1
            snooze_id, until = self.snooze_id, self.now + chance.randint(3_600_000, 30 * DAY_MS)
            self.add("snooze", snooze_id, number, self.agents[0], "wall clock", "", until, 0, last, None, "")
        first = last - (count - 1) * gap
        self.add(
            "conversation", number, customer_id, "email", subject, status, None, chance.choice((3, 3, 3, 3, 2, 4)),
            chance.choice((None, None, *self.agents[:2])), None, "inbound", int(waiting is not None), count,
            body[:120], waiting, snooze_id, until, first, last, heard, answered, last,
        )  # fmt: skip
        self.add(
            "history", first, None, "kustui", "", "conversation.reopened", customer_id, number, None, 1,
            "wrote; it is open again", "{}", "{}",
        )  # fmt: skip

    def message(
        self,
        conversation_id: int,
        customer_id: int,
        name: str,
        address: str,
        subject: str,
        body: str,
        at: int,
        agent: int | None,
    ) -> None:
        """A message, with its place in the outbox when it is ours."""
        self.message_id += 1
        number = self.message_id
        ours = agent is not None
        to = json.dumps({"to": [{"address": address if ours else "support@acme.example"}]})
        self.add(
            "message", number, conversation_id, customer_id, "outbound" if ours else "inbound", "email", agent,
            f"Agent {agent}" if ours else name, "support@acme.example" if ours else address, to, subject, body, "",
            len(body), 1, at, None if ours else f"made:{number}", f"made-{number}@example.com", "[]", None, 0, 0,
        )  # fmt: skip
        self.add("reference", f"made-{number}@example.com", conversation_id)
        if ours:
            self.add(
                "outbox",
                "message",
                number,
                conversation_id,
                agent,
                "email",
                "",
                "sent",
                at,
                0,
                1,
                "",
                None,
                1,
                0,
                "",
                "",
                at,
                at,
                "",
            )


COLUMNS = {
    "customer": "id, name, company, zone, language, about, vip, attributes, created_at",
    "address": "id, customer_id, kind, value, shown",
    "conversation": "id, customer_id, channel, subject, status, sub_status_id, priority, assignee_id, team_id, "
    "direction, unread, messages, excerpt, waiting_since, snooze_id, snoozed_until, created_at, last_at, "
    "last_inbound_at, last_outbound_at, stirred_at",
    "snooze": "id, conversation_id, agent_id, kind, label, until, keep_on_reply, created_at, ended_at, ended_by",
    "message": "id, conversation_id, customer_id, direction, channel, agent_id, author, sender, recipients, subject, "
    "body, quoted, length, lines, at, external_id, message_id, refs, token, automatic, bounce",
    "reference": "message_id, conversation_id",
    "outbox": "kind, message_id, conversation_id, agent_id, channel, payload, state, due_at, scheduled, fence, owner, lease_until, "
    "attempts, round, provider_id, reason, created_at, sent_at, undo",
    "history": "at, agent_id, actor, deed, act, customer_id, conversation_id, message_id, on_timeline, words, before, after",
}
"""The columns of each table in the order its rows are made, in the order the tables are written."""


def fill(
    path: Path, conversations: int, long: int = 10_000, now: datetime | None = None, each: int = 4
) -> None:
    """Make a store at `path`, which must not exist, with its first agent "bench".

    A conversation has `each` messages on the average.
    """
    store = Store(path).open(create=True)
    set_up(store, "Bench")
    agents = [sign_in(store, "bench", "Agent Bench", zone="Europe/Madrid").id]
    agents += [sign_in(store, f"agent{n}", f"Agent {n}").id for n in range(2, AGENTS + 1)]
    store.close()
    connection = sqlite.connect(path)
    # A store that is being made is worth nothing until it is whole.
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN IMMEDIATE")
    maker = Maker(conversations, long, milliseconds(now or datetime.now(UTC)), agents, each)
    for page in maker.make():
        for table, columns in COLUMNS.items():
            marks = ", ".join("?" * (columns.count(",") + 1))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", page.get(table, ()))
    connection.executemany(
        "INSERT INTO inbox (customer_id, conversation_id, rank, since, owner, stirred_at, unread, team_id, "
        "target_at) VALUES (:c, :v, :r, :s, :o, :t, :u, :q, :d)",
        _places(connection),
    )
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.close()


def _places(connection: Any) -> Iterable[dict[str, int]]:
    rows = connection.execute(
        "SELECT customer_id, id, priority, waiting_since, last_at, assignee_id, stirred_at, unread, team_id, "
        "target_at FROM conversation WHERE status = 'open' ORDER BY customer_id"
    )
    found: dict[int, list[Row]] = {}
    while page := list(islice(rows, 10_000)):
        for row in page:
            found.setdefault(row[0], []).append(row[1:])
    return [{"c": customer_id, **place_of(group)} for customer_id, group in found.items()]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--conversations", type=int, default=10_000)
    parser.add_argument("--long", type=int, default=10_000, help="messages of the longest conversation")
    parser.add_argument("--each", type=int, default=4, help="messages of a conversation, on the average")
    args = parser.parse_args()
    if args.file.exists():
        parser.error(f"{args.file} is there already")
    fill(args.file, args.conversations, args.long, each=args.each)


if __name__ == "__main__":
    main()
