"""Customers from the command line: profiles, and who stands in the sidebar (SPEC A2, E1, E2)."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kustui.cli.acting import told, typed_words
from kustui.cli.output import Output
from kustui.cli.reading import conversation_json, customer_json
from kustui.core import attributes
from kustui.core.channels import ADDRESS_WORDS
from kustui.core.standing import BADGES
from kustui.desk import Desk
from kustui.desk.reads import TimelineView
from kustui.errors import Refused

FIELDS = ("name", "company", "zone", "language", "about", "vip")


def profile(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui profile CUSTOMER`: shows it with the conversations, or saves what the options say; `--new
    NAME` makes one.
    """
    fields: dict[str, Any] = {name: value for name in FIELDS if (value := getattr(args, name)) is not None}
    if "about" in fields:
        fields["about"] = typed_words(fields["about"], "--about")
    addresses = {kind: value for kind in ADDRESS_WORDS if (value := getattr(args, kind)) is not None}
    if args.new is not None:
        if args.name is not None:
            raise Refused("Two names", "--new says the name; leave --name out.")
        if args.attribute:
            fields["attributes"] = attributes.changed((), args.attribute)
        changed = desk.people.create(args.new, _typed(addresses), **fields)
        assert changed.customer_id is not None
        _shown(desk, changed.customer_id, out, changed.notice)
        return
    customer = desk.reads.customer(args.customer)
    if args.attribute:
        fields["attributes"] = attributes.changed(customer.attributes, args.attribute)
    if not fields and not addresses:
        _shown(desk, customer.id, out)
        return
    kept = [(each.kind, each.value) for each in customer.addresses if each.kind not in addresses]
    changed = desk.people.save(replace(customer, **fields), [*kept, *_typed(addresses)])
    _shown(desk, customer.id, out, changed.notice)


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


def _shown(desk: Desk, number: int, out: Output, notice: str = "") -> None:
    view = desk.reads.timeline(number)
    item = {
        **customer_json(view.customer),
        "conversations": [conversation_json(each) for each in view.conversations],
    }
    out.item({**item, "notice": notice} if notice else item, *_lines(view, notice))


def _lines(view: TimelineView, notice: str) -> Iterator[str]:
    customer = view.customer
    if notice:
        yield notice
    yield f"#{customer.id}  {customer.name}{'  VIP' * customer.vip}"
    for name in ("company", "zone", "language"):
        if getattr(customer, name):
            yield f"  {name:<9} {getattr(customer, name)}"
    for address in customer.addresses:
        yield f"  {address.kind:<9} {address.shown}"
    for name, value in customer.attributes:
        yield f"  {name}: {value}"
    for line in customer.about.splitlines():
        yield f"  {line}"
    for each in view.conversations:
        glyph, word = BADGES[each.status]
        yield f"{each.id:>6} {glyph} {word:<8} {each.channel:<8} {each.subject:.60}"
