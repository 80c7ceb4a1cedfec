"""Making one of two from the command line, and two of one again (SPEC G4)."""

from __future__ import annotations

from argparse import Namespace

from kustui.cli.acting import told
from kustui.cli.output import Output
from kustui.desk import Desk


def merge(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui merge ID --into ID`: a conversation becomes part of another of the customer's."""
    from kustui.desk import merging

    told(merging.merge(desk, args.id, args.into), out)


def unmerge(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui unmerge ID`: a conversation stands by itself again."""
    from kustui.desk import merging

    told(merging.unmerge(desk, args.id), out)


def merge_customers(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui merge-customers CUSTOMER --into CUSTOMER`."""
    from kustui.desk import uniting

    told(uniting.merge(desk, args.customer, args.into), out)


def unmerge_customers(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui unmerge-customers CUSTOMER`."""
    from kustui.desk import uniting

    told(uniting.unmerge(desk, args.customer), out)


def read(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui read CUSTOMER`: what they wrote counts as read, and the sidebar stays as it is."""
    from kustui.desk import marking

    told(marking.read(desk, args.customer), out)
