"""Customers' profiles: the contact information an agent sees and edits (SPEC A2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from kustui.core import attributes as attribute_rules
from kustui.core.channels import ADDRESS_WORDS
from kustui.core.people import address_value
from kustui.core.records import Changed, Customer
from kustui.core.text import clean, one_line
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import people as asking
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk


MOST_SAID = 20
"""Lines that cannot be taken, as many as are named."""


class People:
    """Making and changing customers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def create(
        self,
        name: str,
        addresses: Sequence[tuple[str, str]] = (),
        *,
        company: str = "",
        zone: str = "",
        language: str = "",
        about: str = "",
        vip: bool = False,
        attributes: attribute_rules.Attributes = (),
    ) -> Changed:
        """A new customer with (kind, typed) addresses; raises Refused, naming who has one already."""
        _check_zone(zone)
        with self._desk.store.writing() as act:
            row = self.add(act, name, addresses, company=company, language=one_line(language, 20))
            row.zone, row.about, row.vip = zone, clean(about), vip
            row.attributes = attribute_rules.packed(attribute_rules.checked(attributes))
            act.session.add(row)
            act.session.flush()
            made = asking.customer(act.ask(), row.id or 0)
            self._record(act, row, "customer.created", {}, _values(made))
            return Changed(frozenset({row.id or 0}), notice=f"New customer: {row.name}", customer_id=row.id)

    def save(self, customer: Customer, addresses: Sequence[tuple[str, str]]) -> Changed:
        """Write a profile as it was edited: its fields, and all of its (kind, typed) addresses.

        Raises Refused when an address is not one, or belongs to another customer, who is named;
        then nothing changed.
        """
        if not customer.name.strip():
            raise Refused("No name", "A customer needs a name.")
        _check_zone(customer.zone)
        with self._desk.store.writing() as act:
            row = act.get(tables.Customer, customer.id, "customer")
            before = asking.customer(act.ask(), customer.id)
            row.name = one_line(customer.name, 120)
            row.company = one_line(customer.company, 120)
            row.zone = customer.zone
            row.language = one_line(customer.language, 20)
            row.about = clean(customer.about)
            row.vip = customer.vip
            row.attributes = attribute_rules.packed(attribute_rules.checked(customer.attributes))
            act.session.add(row)
            self._addresses(act, row, addresses)
            act.touch(customer.id)
            after = asking.customer(act.ask(), customer.id)
            self._record(act, row, "customer.changed", _values(before), _values(after))
            return Changed(
                frozenset({customer.id}), notice=f"Profile saved · {row.name}", customer_id=customer.id
            )

    def take(self, found: Sequence[tuple[int, Customer, list[tuple[str, str]]]]) -> list[int]:
        """Make the customers of (line, profile, addresses), all of them or none; answers their numbers.

        A profile's number is kept, 0 is for the next. Raises Refused that names every line and its reason.
        """
        troubles: list[str] = []
        made: list[int] = []
        with self._desk.store.writing() as act:
            # Numbers that are said come first, so that no other customer is given one of them.
            for line, item, addresses in sorted(found, key=lambda each: (not each[1].id, each[0])):
                try:
                    made.append(self._taken(act, item, addresses))
                except Refused as refusal:
                    troubles.append(f"line {line}: {refusal}")
            if troubles:
                raise refused_lines(troubles)
        return sorted(made)

    def _taken(self, act: Writing, item: Customer, addresses: list[tuple[str, str]]) -> int:
        _check_zone(item.zone)
        other = asking.customer(act.ask(), item.id) if item.id else None
        if other is not None:
            raise Refused("There is one of that number", f"#{item.id} is {other.name}")
        row = self.add(
            act,
            item.name,
            addresses,
            company=item.company,
            language=one_line(item.language, 20),
            number=item.id or None,
        )
        row.zone, row.about, row.vip = item.zone, clean(item.about), item.vip
        row.attributes = attribute_rules.packed(item.attributes)
        act.session.add(row)
        self._record(act, row, "customer.created", {}, _values(asking.customer(act.ask(), row.id or 0)))
        return row.id or 0

    def add(
        self,
        act: Writing,
        name: str,
        addresses: Sequence[tuple[str, str]],
        *,
        company: str = "",
        language: str = "",
        number: int | None = None,
    ) -> tables.Customer:
        """Inside an act: a new customer's row with its addresses."""
        if not name.strip():
            raise Refused("No name", "A customer needs a name.")
        row = act.add(
            tables.Customer(
                id=number,
                name=one_line(name, 120),
                company=one_line(company, 120),
                language=language,
                created_at=act.now,
            )
        )
        self._addresses(act, row, addresses)
        return row

    def _addresses(self, act: Writing, row: tables.Customer, wanted: Sequence[tuple[str, str]]) -> None:
        values = {
            (kind, address_value(kind, typed)): one_line(typed, 320)
            for kind, typed in wanted
            if typed.strip()
        }
        held = asking.customer(act.ask(), row.id or 0)
        for address in held.addresses if held else ():
            if (address.kind, address.value) in values:
                del values[(address.kind, address.value)]
                continue
            act.session.delete(act.get(tables.Address, address.id, "address"))
        act.session.flush()
        for (kind, value), typed in values.items():
            other = asking.customer_by_address(act.ask(), kind, value)
            if other is not None:
                raise Refused(
                    f"That {ADDRESS_WORDS.get(kind, kind)} is taken",
                    f"{typed} belongs to {other.name} (#{other.id}).",
                )
            act.add(tables.Address(customer_id=row.id or 0, kind=kind, value=value, shown=typed))

    def _record(
        self,
        act: Writing,
        row: tables.Customer,
        name: str,
        before: dict[str, object],
        after: dict[str, object],
    ) -> None:
        me = act.get(tables.Agent, self._desk.agent.id, "agent")
        act.record(name, me, f"profile of {row.name}", customer_id=row.id, before=before, after=after)


def refused_lines(troubles: list[str]) -> Refused:
    """What is said of the lines of a list that cannot be taken."""
    more = f" And {len(troubles) - MOST_SAID:,} more." if len(troubles) > MOST_SAID else ""
    said = " ".join(f"{words.rstrip('.')}." for words in troubles[:MOST_SAID])
    return Refused("Customers that cannot be taken", f"{said}{more} Nothing was imported.")


def _check_zone(zone: str) -> None:
    if zone and zone not in available_timezones():
        raise Refused("No such zone", f"{zone!r} is not a time zone; write it like Europe/Madrid.")


def _values(customer: Customer | None) -> dict[str, object]:
    if customer is None:
        return {}
    return {
        "name": customer.name,
        "company": customer.company,
        "zone": customer.zone,
        "language": customer.language,
        "about": customer.about,
        "vip": customer.vip,
        "attributes": dict(customer.attributes),
        "addresses": [[address.kind, address.shown] for address in customer.addresses],
    }
