"""The words of the commands about saved views."""

from __future__ import annotations

from typing import Any

from kustui.cli.arguments import Parser, add, limit, number


def views(commands: Any) -> None:
    """`kustui view` and what it does."""
    view = add(
        commands,
        "view",
        "Searches that are kept under a name: lists them with counts, keeps, changes, shows them.",
        "  kustui view list --json\n  kustui view save Urgent priority:5 is:waiting --everybody\n"
        "  kustui view show urgent\n  kustui view move urgent 1",
        as_json=False,
    )
    acts = view.add_subparsers(dest="what", metavar="ACT", parser_class=Parser, required=True)
    add(acts, "list", "Lists the views, with how many conversations each has.", "  kustui view list")
    show = add(acts, "show", "Lists the conversations of a view.", "  kustui view show urgent --json")
    show.add_argument("name", metavar="NAME")
    show.add_argument("--limit", type=limit, default=100, help="rows at most (100)")
    save = add(
        acts,
        "save",
        "Keeps a search; one of that name is changed.",
        "  kustui view save Urgent priority:5\n  kustui view save 'Old ones' -- is:waiting -tag:vip",
        acts=True,
    )
    save.add_argument("name", metavar="NAME")
    save.add_argument("words", nargs="+", metavar="WORD", help="as kustui search takes them")
    save.add_argument("--everybody", action="store_true", help="the whole team sees it")
    rename = add(acts, "rename", "Gives a view another name.", "  kustui view rename urgent 'Now'", acts=True)
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new", metavar="NEW")
    move = add(acts, "move", "Gives a view another place.", "  kustui view move urgent 1", acts=True)
    move.add_argument("name", metavar="NAME")
    move.add_argument("place", type=number, metavar="PLACE", help="1 for the first")
    share = add(acts, "share", "Shows a view to the whole team.", "  kustui view share urgent", acts=True)
    share.add_argument("name", metavar="NAME")
    share.add_argument("--off", action="store_true", help="it is yours alone")
    gone = add(acts, "remove", "Forgets a view.", "  kustui view remove urgent", acts=True)
    gone.add_argument("name", metavar="NAME")
