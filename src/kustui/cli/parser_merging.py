"""The words of the commands that make one of two, and two of one."""

from __future__ import annotations

from typing import Any

from kustui.cli.arguments import add, number, several


def merging(commands: Any) -> None:
    """The commands that merge conversations and customers."""
    merge = add(
        commands,
        "merge",
        "Makes a conversation part of another of the same customer and channel.",
        "  kustui merge 12 --into 7\n  kustui unmerge 12",
        acts=True,
    )
    several(merge, "id", "ID")
    merge.add_argument("--into", type=number, required=True, metavar="ID", help="what they become part of")
    apart = add(
        commands,
        "unmerge",
        "Takes a conversation out of the one that it was merged into.",
        "  kustui unmerge 12",
        acts=True,
    )
    several(apart, "id", "ID", "as it was merged; several may be named")
    unite = add(
        commands,
        "merge-customers",
        "Makes a customer part of another.",
        "  kustui merge-customers 4 --into 2\n  kustui unmerge-customers 4",
        acts=True,
    )
    several(unite, "customer", "CUSTOMER", "see kustui customers; several may be named")
    unite.add_argument(
        "--into", type=number, required=True, metavar="CUSTOMER", help="whose name and attributes win"
    )
    part = add(
        commands,
        "unmerge-customers",
        "Takes a customer out of the one that they were merged into.",
        "  kustui unmerge-customers 4",
        acts=True,
    )
    several(part, "customer", "CUSTOMER", "as they were merged; several may be named")
    read = add(
        commands,
        "read",
        "Counts what a customer wrote as read; nothing else changes.",
        "  kustui read 7\n  kustui read 7 8 9",
        acts=True,
    )
    several(read, "customer", "CUSTOMER", "see kustui customers; several may be named")
