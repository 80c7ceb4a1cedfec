"""Tables for spreadsheets: customers, conversations and messages as CSV (RFC 4180), and customers back.

A spreadsheet takes a cell that begins with = + - or @ for a formula, and the words in it are a
stranger's: such a cell gets an apostrophe before it, which is taken off again when it is read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kustui.core import attributes
from kustui.core.channels import ADDRESS_WORDS
from kustui.core.records import Customer
from kustui.desk.people import refused_lines
from kustui.errors import Refused

if TYPE_CHECKING:
    from kustui.desk import Desk

CUSTOMER = ("id", "name", "company", *ADDRESS_WORDS, "zone", "language", "vip", "about", "attributes")
CONVERSATION = (
    "id", "customer_id", "customer", "channel", "subject", "status", "sub_status", "priority", "assignee",
    "tags", "messages", "waiting_since", "snoozed_until", "created_at", "last_at",
)  # fmt: skip
MESSAGE = (
    "id", "conversation_id", "customer_id", "kind", "channel", "author", "to", "subject", "body", "quoted",
    "at", "fate", "files",
)  # fmt: skip
PAGE = 64

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def customers(desk: Desk) -> Iterator[str]:
    """customers.csv; several addresses of a kind, and attributes, stand one a line in their cell."""
    yield _row(CUSTOMER)
    for number in desk.reads.customer_ids():
        item = desk.reads.customer(number)
        yield _row(_customer_cells(item))


def conversations(desk: Desk) -> Iterator[str]:
    """conversations.csv."""
    yield _row(CONVERSATION)
    for number in desk.reads.conversation_ids():
        item = desk.reads.conversation(number)
        until = item.snooze.until if item.snooze else None
        held = {"tags": "\n".join(item.tags), "snoozed_until": until}
        yield _row(held.get(name, getattr(item, name, "")) for name in CONVERSATION)


def messages(desk: Desk) -> Iterator[str]:
    """messages.csv: every message and note, whole, customer by customer."""
    yield _row(MESSAGE)
    for customer in desk.reads.customer_ids():
        view = desk.reads.timeline(customer)
        for item in view.conversations:
            keys = [key for key in view.keys(item.id) if key.kind != "history"]
            for first in range(0, len(keys), PAGE):
                for entry in view.entries(keys[first : first + PAGE]):
                    body = desk.reads.whole_body(entry.id) if entry.rest else entry.body
                    held = {
                        "customer_id": customer,
                        "body": body,
                        "quoted": "" if entry.rest else entry.quoted,
                        "to": "\n".join(entry.to),
                        "files": "\n".join(file.name for file in entry.files),
                    }
                    yield _row(held.get(name, getattr(entry, name, "")) for name in MESSAGE)


SHEETS: Mapping[str, Callable[[Desk], Iterator[str]]] = {
    "customers.csv": customers,
    "conversations.csv": conversations,
    "messages.csv": messages,
}


def take_customers(desk: Desk, text: str) -> list[int]:
    """Make every customer of a customers.csv, all of them or none; answers their numbers.

    The first line names the columns; `name` must be one, the others may be left out. A customer keeps the
    number that the `id` column says. Raises Refused that names each line that cannot be taken, and why.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, Customer, list[tuple[str, str]]]] = []
    troubles: list[str] = []
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _check(names)
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                try:
                    found.append((line, *_customer(names, cells)))
                except Refused as refusal:
                    troubles.append(f"line {line}: {refusal}")
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refused("Not CSV", f"Line {reader.line_num}: {error}. Nothing was imported.") from None
    if troubles:
        raise refused_lines(troubles)
    return desk.people.take(found)


def _check(names: list[str]) -> None:
    unknown = [name for name in names if name not in CUSTOMER]
    if unknown or "name" not in names or len(set(names)) != len(names):
        why = f"there is no column {unknown[0]!r}" if unknown else "name must be one, and each be there once"
        raise Refused(
            "Not a list of customers", f"The first line names the columns: {', '.join(CUSTOMER)}; {why}."
        )


def _customer(names: list[str], cells: list[str]) -> tuple[Customer, list[tuple[str, str]]]:
    if len(cells) > len(names):
        raise Refused("Too many cells", f"there are {len(cells)}, and {len(names)} columns")
    held = {name: _read(cell) for name, cell in zip(names, cells, strict=False)}
    number, vip = held.get("id", "").strip(), held.get("vip", "").strip().lower()
    if number and not (number.isdecimal() and 0 < int(number) < 2**31):
        raise Refused("Not a number", f"{number!r} is no customer's")
    if vip not in ("", "yes", "no"):
        raise Refused("VIP or not?", f"{vip!r}: say yes, or no")
    customer = Customer(
        int(number or 0),
        held["name"],
        company=held.get("company", ""),
        zone=held.get("zone", "").strip(),
        language=held.get("language", ""),
        about=held.get("about", ""),
        vip=vip == "yes",
        attributes=attributes.read(held.get("attributes", "")),
    )
    addresses = [
        (kind, line) for kind in ADDRESS_WORDS for line in held.get(kind, "").splitlines() if line.strip()
    ]
    return customer, addresses


def _customer_cells(item: Customer) -> Iterator[object]:
    for name in CUSTOMER:
        if name in ADDRESS_WORDS:
            yield "\n".join(address.shown for address in item.addresses if address.kind == name)
        elif name == "attributes":
            yield attributes.written(item.attributes)
        elif name == "vip":
            yield "yes" if item.vip else ""
        else:
            yield getattr(item, name)


def _row(cells: Any) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow([_cell(value) for value in cells])
    return line.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _read(cell: str) -> str:
    cell = cell.replace("\r\n", "\n")
    return cell[1:] if _GUARDED.match(cell) else cell
