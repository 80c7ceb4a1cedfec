"""Customers from the command line: profiles, and who stands in the sidebar (SPEC A2, E1, E2)."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace

from kustui.cli.acting import told
from kustui.cli.output import Output
from kustui.cli.reading import customer_json
from kustui.core.channels import ADDRESS_WORDS
from kustui.core.records import Customer
from kustui.desk import Desk
from kustui.errors import Refused

FIELDS = ("name", "company", "zone", "language", "about", "vip")


def profile(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui profile CUSTOMER`: shows it, or saves what the options say; `--new NAME` makes one."""
    fields = {name: value for name in FIELDS if (value := getattr(args, name)) is not None}
    addresses = {kind: value for kind in ADDRESS_WORDS if (value := getattr(args, kind)) is not None}
    if args.new is not None:
        if args.name is not None:
            raise Refused("Two names", "--new says the name; leave --name out.")
        changed = desk.people.create(args.new, _typed(addresses), **fields)
        assert changed.customer_id is not None
        _shown(desk.reads.customer(changed.customer_id), out, changed.notice)
        return
    customer = desk.reads.customer(args.customer)
    if not fields and not addresses:
        _shown(customer, out)
        return
    kept = [(each.kind, each.value) for each in customer.addresses if each.kind not in addresses]
    changed = desk.people.save(replace(customer, **fields), [*kept, *_typed(addresses)])
    _shown(desk.reads.customer(customer.id), out, changed.notice)


def open_customer(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui open CUSTOMER`: what they wrote counts as read, and Currently Viewing holds them."""
    changed = desk.triage.open_customer(args.customer)
    told(replace(changed, notice=f"Opened {desk.reads.customer(args.customer).name}"), out)


def close_customer(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui close CUSTOMER`: off the sidebar."""
    told(replace(desk.triage.close_customer(args.customer), customer_id=args.customer), out)


def clear(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui clear inbox|viewing`."""
    told(desk.triage.clear_all(args.panel), out)


def _typed(addresses: dict[str, list[str]]) -> list[tuple[str, str]]:
    """(kind, typed) of every address; `none` is no address."""
    return [(kind, typed) for kind, given in addresses.items() for typed in given if typed != "none"]


def _shown(customer: Customer, out: Output, notice: str = "") -> None:
    item = customer_json(customer)
    out.item({**item, "notice": notice} if notice else item, *_lines(customer, notice))


def _lines(customer: Customer, notice: str) -> Iterator[str]:
    if notice:
        yield notice
    yield f"#{customer.id}  {customer.name}{'  VIP' * customer.vip}"
    for name in ("company", "zone", "language"):
        if getattr(customer, name):
            yield f"  {name:<9} {getattr(customer, name)}"
    for address in customer.addresses:
        yield f"  {address.kind:<9} {address.shown}"
    for line in customer.about.splitlines():
        yield f"  {line}"
