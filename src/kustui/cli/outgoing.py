"""What is on its way, and what will happen by itself, from the command line (SPEC D5, D7, G4)."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from kustui.cli.acting import delivered, told
from kustui.cli.output import Output, fit
from kustui.core import when
from kustui.core.post import Outgoing
from kustui.core.records import Changed
from kustui.desk import Desk
from kustui.desk.forecast import Forecast

PAGE = 200


def forecast(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui forecast`: everything that will happen by itself, in time order."""
    _list(desk, desk.reads.forecast("scheduled"), args.limit, out, "Nothing will happen by itself.")


def outbox(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui outbox`: what is on its way, or one of the acts on it."""
    _ACTS[args.what](desk, args, out)


def _listed(desk: Desk, args: Namespace, out: Output) -> None:
    _list(desk, desk.reads.forecast("outbox"), args.limit, out, "Nothing is on its way.")


def _retry(desk: Desk, args: Namespace, out: Output) -> None:
    _sent(desk, desk.dispatch.retry(args.number), args, out)


def _send(desk: Desk, args: Namespace, out: Output) -> None:
    _sent(desk, desk.dispatch.send_now(args.number), args, out)


def _cancel(desk: Desk, args: Namespace, out: Output) -> None:
    told(desk.dispatch.take_back(args.number), out)


def _reschedule(desk: Desk, args: Namespace, out: Output) -> None:
    told(desk.dispatch.reschedule(args.number, moment(desk, args.when)), out)


def _hold(desk: Desk, args: Namespace, out: Output) -> None:
    told(desk.dispatch.hold_on_reply(args.number, not args.off), out)


def _settle(desk: Desk, args: Namespace, out: Output) -> None:
    if args.how == "again":
        _sent(desk, desk.dispatch.send_again(args.number), args, out)
    else:
        told({"arrived": desk.dispatch.arrived, "discard": desk.dispatch.discard}[args.how](args.number), out)


def _adopt(desk: Desk, args: Namespace, out: Output) -> None:
    from kustui.desk.home import adopt

    told(adopt(desk), out)


_ACTS = {
    "list": _listed,
    "retry": _retry,
    "send": _send,
    "cancel": _cancel,
    "reschedule": _reschedule,
    "hold": _hold,
    "settle": _settle,
    "adopt": _adopt,
}


def moment(desk: Desk, typed: list[str]) -> Any:
    """The instant that words mean by the server's clock on the wall (SPEC D4)."""
    found = when.parse(" ".join(typed), desk.now(), desk.server_zone)
    if found.note:
        print(found.note, file=sys.stderr)
    return found.at


def _sent(desk: Desk, changed: Changed, args: Namespace, out: Output) -> None:
    delivered(desk, changed, args.number, out)


def _list(desk: Desk, listing: Forecast, limit: int, out: Output, empty: str) -> None:
    found = list(_items(listing, limit))
    out.items((_json(desk, item) for item in found), (_line(desk, item) for item in found), empty=empty)
    more = listing.count() - len(found)
    if more > 0:
        out.line(f"… and {more:,} more; --limit shows them")


def _items(listing: Forecast, limit: int) -> Iterator[Outgoing]:
    first = 0
    while first < limit:
        page = listing.items(first, min(PAGE, limit - first))
        yield from page
        if not page:
            return
        first += len(page)


def _json(desk: Desk, item: Outgoing) -> dict[str, Any]:
    server = item.at.astimezone(desk.server_zone)
    return {**item._asdict(), "at_server": server, "at_yours": item.at.astimezone(desk.zone)}


def _line(desk: Desk, item: Outgoing) -> str:
    now = desk.now()
    what = (
        f"#{item.conversation_id} {item.subject}" if item.kind == "snooze" else item.excerpt or item.subject
    )
    about = ", ".join(
        part
        for part in (
            item.reason,
            "a reply holds it" if item.hold_on_reply and item.fate == "scheduled" else "",
        )
        if part
    )
    number = f"{item.id:>6}" if item.kind != "snooze" else f"{'':>6}"
    return (
        f"{number}  {fit(item.fate, 9)}  {fit(when.both(item.at, now, desk.zone, desk.server_zone), 44)}  "
        f"{fit(item.customer or item.by, 20)}  {fit(item.channel, 6)}  {what}"
        + (f"  ({about})" if about else "")
    )
