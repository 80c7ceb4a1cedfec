"""`kustui log`: who did what when, over the whole workspace."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from kustui.cli.output import Output
from kustui.cli.reading import changes
from kustui.core import when
from kustui.core.post import LogLine
from kustui.core.searching import day
from kustui.desk import Desk
from kustui.desk.logbook import log as read_log


def log(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui log`: the latest acts first, of everything, or of what the options name."""
    after = day(args.after, desk.now(), desk.zone) if args.after else None
    found = read_log(
        desk.store,
        args.limit,
        conversation_id=args.conversation,
        customer_id=args.customer,
        login=args.by,
        act=args.act,
        after=after,
    )
    out.items((line._asdict() for line in found), _lines(desk, found), empty="Nothing has happened yet.")


def _lines(desk: Desk, found: list[LogLine]) -> Iterator[str]:
    for line in found:
        place = f"#{line.conversation_id}" if line.conversation_id else ""
        at = when.absolute(line.at, desk.zone, desk.now())
        yield f"{line.id:>7}  {at}  {place:>6}  {line.who} {line.words or line.act}".rstrip()
        yield from changes(desk, line.before, line.after)
