"""The words of the command line: the whole of it, and the commands that look or keep the workspace."""

from __future__ import annotations

import argparse
from typing import Any

from kustui import __version__
from kustui.cli.arguments import EXIT_CODES, Parser, add, limit, line_by_line, number, on_a_line
from kustui.cli.parser_acts import answering, moving, outgoing
from kustui.cli.parser_connect import connecting
from kustui.cli.parser_exchange import exchanging
from kustui.cli.parser_merging import merging
from kustui.cli.parser_people import customers, library
from kustui.cli.parser_serve import serving
from kustui.cli.parser_team import teaming
from kustui.cli.parser_train import training, watching
from kustui.cli.parser_views import views

EXAMPLES = """  kustui tour                         be shown around, in five minutes
  kustui demo                         look around in a made-up workspace
  kustui                              open your workspace
  kustui --plain                      the same line by line, for screen readers
  kustui import ~/Mail/support.mbox   file a mailbox
  kustui inbox                        who waits
  kustui reply 142 --body-file answer.md --then done"""


def build() -> Parser:
    """The whole command line."""
    parser = Parser(
        prog="kustui",
        examples=EXAMPLES,
        description="A workspace for customer-support agents in a terminal.",
        epilog=EXIT_CODES,
    )
    parser.add_argument("--version", action="version", version=f"kustui {__version__}")
    parser.add_argument(
        "--db", metavar="FILE|URL", help="the store to open (else KUSTUI_DB, the settings, the usual place)"
    )
    parser.add_argument(
        "--agent", default="", metavar="LOGIN", help="who you are (else the settings, else your login)"
    )
    on_a_line(parser, help="spare the line: sixteen colours, no pictures (without either: where it is slow)")
    line_by_line(parser, help="line by line, without a screen: for screen readers and the barest terminals")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    _reading(commands)
    answering(commands)
    moving(commands)
    outgoing(commands)
    library(commands)
    customers(commands)
    merging(commands)
    views(commands)
    teaming(commands)
    exchanging(commands)
    connecting(commands)
    training(commands)
    watching(commands)
    serving(commands)
    _workspace(commands)
    return parser


def _reading(commands: Any) -> None:
    inbox = add(
        commands,
        "inbox",
        "Lists who waits, or another list.",
        "  kustui inbox\n  kustui inbox --view snoozed --json",
    )
    inbox.add_argument(
        "--view",
        default="inbox",
        choices=("inbox", "viewing", "snoozed", "scheduled", "done", "outbox"),
        help="which list",
    )
    inbox.add_argument("--limit", type=limit, default=100, help="rows at most (100)")
    show = add(
        commands,
        "show",
        "Shows a conversation.",
        "  kustui show 142\n  kustui show 142 --history\n  kustui show 7 --customer --json",
    )
    show.add_argument(
        "id", type=number, metavar="ID", help="the conversation, or with --customer the customer"
    )
    what = show.add_mutually_exclusive_group()
    what.add_argument("--customer", action="store_true", help="ID is a customer: show the whole timeline")
    what.add_argument("--original", type=number, metavar="MESSAGE", help="print that message as it came")
    what.add_argument("--history", action="store_true", help="who did what when, with what was and what is")
    files = add(
        commands,
        "files",
        "Lists the files of a conversation, or saves one.",
        "  kustui files 142\n  kustui files 142 --save 12 --to ~/Desktop",
    )
    files.add_argument("id", type=number, metavar="CONVERSATION", help="the conversation")
    files.add_argument("--save", type=number, metavar="ID", help="the file to save; nothing is written over")
    files.add_argument("--to", metavar="FOLDER", help="where to (else where downloads go)")
    search = add(commands, "search", "Finds conversations by words.", "  kustui search refund 8821")
    search.add_argument("words", nargs="+", metavar="WORD")
    search.add_argument("--limit", type=limit, default=100, help="rows at most (100)")
    log = add(
        commands,
        "log",
        "Says who did what when, the latest first.",
        "  kustui log --after today\n  kustui log --conversation 142 --json\n"
        "  kustui log --by ben --act message.",
    )
    log.add_argument("--conversation", type=number, metavar="ID", help="of that conversation")
    log.add_argument("--customer", type=number, metavar="ID", help="of that customer")
    log.add_argument("--by", default="", metavar="LOGIN", help="what that agent did")
    log.add_argument("--act", default="", metavar="NAME", help="acts whose name begins so: conversation.done")
    log.add_argument("--after", default="", metavar="DAY", help="2026-06-01, today, or 7d ago: 7d")
    log.add_argument("--limit", type=limit, default=100, help="lines at most (100)")
    notices = add(
        commands,
        "notifications",
        "Lists what happened that you have not seen.",
        "  kustui notifications\n  kustui notifications --all --json\n  kustui notifications --read",
        acts=True,
    )
    notices.add_argument("--all", action="store_true", help="also what you have seen")
    notices.add_argument("--read", action="store_true", help="marks what is listed as seen")
    notices.add_argument("--limit", type=limit, default=200, help="rows at most (200)")
    add(
        commands,
        "presence",
        "Says who is at what at this moment.",
        "  kustui presence\n  kustui presence --json",
    )
    people = add(
        commands, "customers", "Lists customers.", "  kustui customers\n  kustui customers ruiz --json"
    )
    people.add_argument("words", nargs="*", metavar="WORD")
    people.add_argument("--limit", type=limit, default=200, help="rows at most (200)")
    keys = add(commands, "keys", "Lists every key.", "  kustui keys\n  kustui keys --markdown")
    keys.add_argument("--markdown", action="store_true", help="as the README shows them")


def _workspace(commands: Any) -> None:
    init = add(
        commands,
        "init",
        "Makes a workspace.",
        "  kustui init\n  kustui init --group support --db /srv/desk/w.db",
    )
    init.add_argument("--group", metavar="NAME", help="share it with a group of this host")
    init.add_argument("--name", default="", metavar="WORDS", help="what the workspace is called")
    demo = add(
        commands, "demo", "Opens a made-up workspace that is thrown away.", "  kustui demo", as_json=False
    )
    demo.add_argument("--seed", type=int, default=1, help="another seed makes other people (1)")
    line_by_line(demo, default=argparse.SUPPRESS, help="line by line, without a screen")
    on_a_line(demo, default=argparse.SUPPRESS, help="spare the line")
    tour = add(
        commands,
        "tour",
        "Shows you around in a made-up workspace, in five minutes; goes on where you left it.",
        "  kustui tour\n  kustui tour --again",
    )
    tour.add_argument("--again", action="store_true", help="from the beginning")
    line_by_line(tour, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    on_a_line(tour, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    add(commands, "doctor", "Checks the workspace and says what to do.", "  kustui doctor")
    add(commands, "tick", "Does everything that is due, once.", "  kustui tick --json")
    add(commands, "worker", "Does what is due, until stopped.", "  kustui worker", as_json=False)
    gateway = add(
        commands,
        "gateway",
        "Serves the chat page, providers' calls and public images, until stopped.",
        "  kustui gateway\n  kustui gateway --port 8080",
        as_json=False,
    )
    gateway.add_argument(
        "--host",
        default="",
        metavar="ADDRESS",
        help="where it listens (else the settings; else this host)",
    )
    gateway.add_argument(
        "--port", type=number, metavar="N", help="the port (else the settings, else 8770); 0 for any"
    )
