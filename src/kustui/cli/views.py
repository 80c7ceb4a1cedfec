"""Saved views from the command line."""

from __future__ import annotations

from argparse import Namespace

from kustui.cli.acting import told
from kustui.cli.output import Output, fit
from kustui.cli.reading import list_rows
from kustui.desk import Desk


def view(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui view`: lists the views with their counts, shows one, keeps, changes, removes one."""
    _ACTS[args.what](desk, args, out)


def _list(desk: Desk, args: Namespace, out: Output) -> None:
    found = desk.views.counts()
    out.items(
        (
            {**each.view._asdict(), "count": None if each.trouble else each.number, "trouble": each.trouble}
            for each in found
        ),
        (
            f"{each.view.place:>3} {each.words:>5}  {fit(each.view.name, 24)} "
            f"{each.trouble or each.view.query}" + "  (everybody's)" * each.view.everybodys
            for each in found
        ),
        empty="No views; `kustui view save NAME WORD...` keeps a search.",
    )


def _show(desk: Desk, args: Namespace, out: Output) -> None:
    view = desk.views.named(args.name)
    list_rows(desk, desk.views.found(view, args.limit), out, args.limit, empty=f"{view.name}: nothing here.")


def _save(desk: Desk, args: Namespace, out: Output) -> None:
    told(desk.views.save(args.name, " ".join(args.words), everybody=args.everybody), out)


def _rename(desk: Desk, args: Namespace, out: Output) -> None:
    told(desk.views.change(desk.views.named(args.name).id, name=args.new), out)


def _move(desk: Desk, args: Namespace, out: Output) -> None:
    told(desk.views.change(desk.views.named(args.name).id, place=args.place), out)


def _share(desk: Desk, args: Namespace, out: Output) -> None:
    told(desk.views.change(desk.views.named(args.name).id, everybody=not args.off), out)


def _remove(desk: Desk, args: Namespace, out: Output) -> None:
    told(desk.views.remove(desk.views.named(args.name).id), out)


_ACTS = {
    "list": _list,
    "show": _show,
    "save": _save,
    "rename": _rename,
    "move": _move,
    "share": _share,
    "remove": _remove,
}
