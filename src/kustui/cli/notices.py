"""What happened that the agent should know, from the command line (SPEC B7, D9)."""

from __future__ import annotations

from argparse import Namespace

from kustui.cli.output import Output
from kustui.core import when
from kustui.desk import Desk


def notifications(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui notifications`: the unread ones, or `--all`, the latest first; `--read` marks them as read."""
    found = desk.reads.notifications(args.limit, only_unread=not args.all)
    now, zone = desk.now(), desk.zone
    out.items(
        (item._asdict() for item in found),
        (
            f"{' ' if item.read else '●'} {when.absolute(item.at, zone, now)}, "
            f"{when.relative(item.at, now)}  {item.text}"
            for item in found
        ),
        empty="No notifications." if args.all else "Nothing new.",
    )
    if args.read and found:
        desk.notices.read_all(max(item.id for item in found))
