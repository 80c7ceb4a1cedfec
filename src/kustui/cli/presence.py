"""Who is at what, from the command line."""

from __future__ import annotations

from argparse import Namespace

from kustui.cli.output import Output, fit
from kustui.core.presence import SAID, lasted
from kustui.core.text import one_line
from kustui.desk import Desk


def presence(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui presence`: what every agent does at this moment, those who write first."""
    found, now = desk.presence.everyone(), desk.now()
    out.items(
        (item._asdict() for item in found),
        (
            f"{fit(f'{item.agent} {SAID[item.doing]}', 32)} {lasted(now - item.since):>9}  "
            + one_line(item.customer, 40)
            + (f"  #{item.conversation_id}" if item.conversation_id else "")
            for item in found
        ),
        empty="Nobody is at anything.",
    )
