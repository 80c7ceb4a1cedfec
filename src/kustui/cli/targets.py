"""`kustui targets`: what the team promises its customers."""

from __future__ import annotations

from argparse import Namespace

from kustui.cli.acting import told
from kustui.cli.output import Output
from kustui.core import targets
from kustui.core.targets import Targets
from kustui.desk import Desk


def promised(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui targets`: shows them with how they are kept, or changes what is named."""
    named = {
        "first": args.first, "next_reply": args.next, "hours": args.hours, "zone": args.zone,
        "closed": None if args.closed is None else args.closed.split(","),
    }  # fmt: skip
    if any(value is not None for value in named.values()):
        told(desk.promising.promise(priority=args.priority, **named), out)
        return
    item = desk.promising.targets()
    ahead, missed, paused = desk.promising.standing()
    kept = targets.packed(item)
    out.item(
        {**kept, "ahead": ahead, "missed": missed, "paused": paused},
        f"first response  {_spans(item, 'first')}",
        f"next reply      {_spans(item, 'next')}",
        f"working hours   {kept['hours'] or 'all the time'}, {item.zone}",
        f"closed on       {', '.join(sorted(map(str, item.closed))) or 'no day'}",
        f"{ahead:,} ahead, {missed:,} missed, {paused:,} paused",
    )


def _spans(item: Targets, kind: str) -> str:
    table = item.first if kind == "first" else item.next
    said = [
        f"{targets.span_words(minutes)}{f' for priority {priority}' if priority else ''}"
        for priority, minutes in sorted(table.items())
    ]
    return ", ".join(said) or "not promised"
