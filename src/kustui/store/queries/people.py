"""Agents, customers and the workspace's own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kustui.core import preferences
from kustui.core.records import Address, Agent, Customer, SnoozeChoice, SubStatus
from kustui.store.store import Reader, placeholders

_CUSTOMER = "id, name, company, zone, language, about, vip, attributes"


def agent_by_login(reader: Reader, login: str) -> Agent | None:
    """The agent of that login, or None."""
    row = reader.one(
        "SELECT id, login, name, email, zone, language, preferences FROM agent WHERE login = :l", l=login
    )
    if row is None:
        return None
    number, name, shown, email, zone, language, held = row
    own = preferences.unpacked(held)
    return Agent(number, name, shown, email, zone, language, own.theme, own.keys, own.inbox)


def agents(reader: Reader) -> list[Agent]:
    """Everyone of the team, by name."""
    rows = reader.all("SELECT id, login, name, email, zone, language FROM agent ORDER BY lower(name), id")
    return [Agent(*row) for row in rows]


def has_customers(reader: Reader) -> bool:
    """Whether there is a customer at all."""
    return reader.value("SELECT 1 FROM customer LIMIT 1") is not None


def workspace(reader: Reader) -> tuple[str, str, str] | None:
    """(uuid, name, settings as JSON) of the workspace; None before it is set up."""
    row = reader.one("SELECT uuid, name, settings FROM workspace WHERE id = 1")
    return None if row is None else (row[0], row[1], row[2])


def customer(reader: Reader, customer_id: int) -> Customer | None:
    """A customer's profile with the addresses, or None."""
    found = _with_addresses(
        reader, reader.all(f"SELECT {_CUSTOMER} FROM customer WHERE id = :i", i=customer_id)
    )
    return found[0] if found else None


def customer_by_address(reader: Reader, kind: str, value: str) -> Customer | None:
    """The customer who has that address, or None. `value` is in the form addresses are compared by."""
    number = reader.value("SELECT customer_id FROM address WHERE kind = :k AND value = :v", k=kind, v=value)
    return None if number is None else customer(reader, number)


def customers(reader: Reader, words: str = "", limit: int = 200) -> list[Customer]:
    """Customers whose name, company or address holds `words`, by name; all of them for no words. Who is part
    of another by now is found as the other.
    """
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = reader.all(
        f"""SELECT {_CUSTOMER} FROM customer c WHERE c.merged_into IS NULL AND (:w = ''
        OR name LIKE :p ESCAPE '\\' OR company LIKE :p ESCAPE '\\'
        OR EXISTS (SELECT 1 FROM address a WHERE a.customer_id = c.id AND a.value LIKE :p ESCAPE '\\')
        OR EXISTS (SELECT 1 FROM customer o WHERE o.merged_into = c.id AND o.name LIKE :p ESCAPE '\\'))
        ORDER BY lower(name), id LIMIT :n""",
        w=words,
        p=pattern,
        n=limit,
    )
    return _with_addresses(reader, rows)


def customer_ids(reader: Reader) -> list[int]:
    """Every customer's number, in order."""
    return [row[0] for row in reader.all("SELECT id FROM customer ORDER BY id")]


def sub_statuses(reader: Reader, status: str | None = None) -> tuple[SubStatus, ...]:
    """The workspace's sub-statuses, of one status or of all, in their order."""
    which = "" if status is None else " AND status = :s"
    rows = reader.all(
        f"SELECT id, status, label FROM sub_status WHERE enabled{which} ORDER BY status, position, id",
        **({} if status is None else {"s": status}),
    )
    return tuple(SubStatus(*row) for row in rows)


def snooze_choices(reader: Reader) -> tuple[SnoozeChoice, ...]:
    """The enabled choices of the snooze dialog, in order (SPEC B4)."""
    rows = reader.all(
        "SELECT id, key, label, kind, value FROM snooze_choice WHERE enabled ORDER BY position, id"
    )
    return tuple(SnoozeChoice(*row) for row in rows)


def quarantine(reader: Reader) -> list[tuple[int, str, str, int, int]]:
    """(id, source, reason, bytes, at in ms) of every message that could not be read."""
    rows = reader.all("SELECT id, source, reason, length(content), at FROM quarantine ORDER BY id")
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def quarantined(reader: Reader, number: int) -> bytes | None:
    """The bytes of one quarantined message."""
    value = reader.value("SELECT content FROM quarantine WHERE id = :i", i=number)
    return None if value is None else bytes(value)


def newest_conversation(reader: Reader, customer_id: int) -> int | None:
    """A customer's conversation in which something happened last; None for none."""
    found: int | None = reader.value(
        "SELECT id FROM conversation WHERE customer_id = :c AND merged_into IS NULL ORDER BY last_at DESC, id DESC LIMIT 1",
        c=customer_id,
    )
    return found


def last_opened(reader: Reader, agent_id: int) -> tuple[int, int | None, str] | None:
    """(customer, conversation or None, doing) of where an agent is, or was last; None before the first."""
    found = reader.one(
        "SELECT customer_id, conversation_id, doing FROM presence WHERE agent_id = :a ORDER BY until DESC LIMIT 1",
        a=agent_id,
    )
    return None if found is None else (found[0], found[1], found[2])


def _with_addresses(reader: Reader, rows: Sequence[tuple[Any, ...]]) -> list[Customer]:
    if not rows:
        return []
    names, parameters = placeholders([row[0] for row in rows])
    addresses: dict[int, list[Address]] = {}
    for number, owner, kind, value, shown in reader.all(
        f"SELECT id, customer_id, kind, value, shown FROM address WHERE customer_id IN ({names}) ORDER BY id",
        **parameters,
    ):
        addresses.setdefault(owner, []).append(Address(kind, value, shown or value, number))
    return [
        Customer(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            row[5],
            bool(row[6]),
            tuple(addresses.get(row[0], ())),
            _attributes(row[7]),
        )
        for row in rows
    ]


def _attributes(kept: str) -> tuple[tuple[str, str], ...]:
    if kept == "{}":
        return ()
    # A start that meets no attributes does not wait for what reads them.
    from kustui.core import attributes

    return attributes.unpacked(kept)
