"""The words of the command line. Examples come first in every help."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from kustui import __version__
from kustui.core.sending import ACTIONS

USAGE = 2
"""The exit code of a command line that makes no sense; 1 is a refusal, 0 is done."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose help begins with examples."""

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_help(self) -> str:
        """The examples, then what argparse says."""
        return (f"Examples:\n{self.examples.rstrip()}\n\n" if self.examples else "") + super().format_help()

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to get help; exit code 2."""
        self.exit(USAGE, f"kustui: {message}\nTry: {self.prog} --help\n")


EXAMPLES = """  kustui demo                         look around in a made-up workspace
  kustui                              open your workspace
  kustui import ~/Mail/support.mbox   file a mailbox
  kustui inbox                        who waits
  kustui reply 142 --body-file answer.md --then done"""


def build() -> Parser:
    """The whole command line."""
    parser = Parser(
        prog="kustui", examples=EXAMPLES, description="A workspace for customer-support agents in a terminal."
    )
    parser.add_argument("--version", action="version", version=f"kustui {__version__}")
    parser.add_argument(
        "--db", metavar="FILE", help="the store to open (else KUSTUI_DB, the settings, the usual place)"
    )
    parser.add_argument(
        "--agent", default="", metavar="LOGIN", help="who you are (else the settings, else your login)"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    _reading(commands)
    _acting(commands)
    _workspace(commands)
    return parser


def _add(commands: Any, name: str, words: str, examples: str, *, as_json: bool = True) -> Parser:
    added: Parser = commands.add_parser(name, help=words, description=words, examples=examples)
    added.add_argument("--db", metavar="FILE", default=argparse.SUPPRESS, help="the store to open")
    added.add_argument("--agent", metavar="LOGIN", default=argparse.SUPPRESS, help="who you are")
    if as_json:
        added.add_argument("--json", action="store_true", help="answer as JSON")
    return added


def _number(text: str) -> int:
    number = text.lstrip("#")
    if not number.isdecimal() or len(number) > 15:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number like 142")
    return int(number)


def _limit(text: str) -> int:
    number = _number(text)
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError("between 1 and 100,000")
    return number


def _reading(commands: Any) -> None:
    inbox = _add(
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
    inbox.add_argument("--limit", type=_limit, default=100, help="rows at most (100)")
    show = _add(
        commands, "show", "Shows a conversation.", "  kustui show 142\n  kustui show 7 --customer --json"
    )
    show.add_argument(
        "id", type=_number, metavar="ID", help="the conversation, or with --customer the customer"
    )
    show.add_argument("--customer", action="store_true", help="ID is a customer: show the whole timeline")
    show.add_argument("--original", type=_number, metavar="MESSAGE", help="print that message as it came")
    search = _add(commands, "search", "Finds conversations by words.", "  kustui search refund 8821")
    search.add_argument("words", nargs="+", metavar="WORD")
    search.add_argument("--limit", type=_limit, default=100, help="rows at most (100)")
    people = _add(
        commands, "customers", "Lists customers.", "  kustui customers\n  kustui customers ruiz --json"
    )
    people.add_argument("words", nargs="*", metavar="WORD")
    people.add_argument("--limit", type=_limit, default=200, help="rows at most (200)")
    _add(
        commands,
        "export",
        "Writes everything as JSON Lines.",
        "  kustui export > workspace.jsonl",
        as_json=False,
    )
    keys = _add(commands, "keys", "Lists every key.", "  kustui keys\n  kustui keys --markdown")
    keys.add_argument("--markdown", action="store_true", help="as the README shows them")


def _body(parser: Parser) -> None:
    parser.add_argument("--body", metavar="TEXT", help="what to say")
    parser.add_argument(
        "--body-file", metavar="FILE", help="a file that says it; - or nothing: standard input"
    )


def _acting(commands: Any) -> None:
    reply = _add(
        commands,
        "reply",
        "Answers a customer.",
        "  kustui reply 142 --body-file answer.md\n  echo 'On its way.' | kustui reply 142 --then done",
    )
    reply.add_argument("id", type=_number, metavar="ID", help="the conversation")
    _body(reply)
    reply.add_argument(
        "--to", action="append", default=[], metavar="ADDRESS", help="instead of the customer's own"
    )
    reply.add_argument("--cc", action="append", default=[], metavar="ADDRESS")
    reply.add_argument("--bcc", action="append", default=[], metavar="ADDRESS")
    reply.add_argument(
        "--then", choices=tuple(ACTIONS), default="now", help="what happens to the conversation"
    )
    note = _add(
        commands,
        "note",
        "Leaves a note that only the team sees.",
        "  kustui note 142 --body 'Refund approved.'",
    )
    note.add_argument("id", type=_number, metavar="ID", help="the conversation")
    _body(note)
    compose = _add(
        commands,
        "compose",
        "Starts a conversation with a customer.",
        "  kustui compose 7 --subject 'Your order' --body-file text.md\n"
        "  kustui compose 7 --kind sms --body 'It left.'",
    )
    compose.add_argument(
        "customer", type=_number, metavar="CUSTOMER", help="the customer (see kustui customers)"
    )
    compose.add_argument("--kind", choices=("email", "sms", "note"), default="email")
    compose.add_argument("--subject", default="", help="names the conversation")
    _body(compose)
    for name, words in (("done", "Resolves a conversation."), ("reopen", "Opens a conversation again.")):
        _add(commands, name, words, f"  kustui {name} 142").add_argument("id", type=_number, metavar="ID")
    snooze = _add(
        commands,
        "snooze",
        "Puts a conversation away.",
        "  kustui snooze 142 3d\n  kustui snooze 142 tomorrow 9am\n  kustui snooze 142 reply",
    )
    snooze.add_argument("id", type=_number, metavar="ID")
    snooze.add_argument("when", nargs="+", metavar="WHEN", help="2h, tue 14:30, 2026-12-01 09:00, reply")


def _workspace(commands: Any) -> None:
    init = _add(
        commands,
        "init",
        "Makes a workspace.",
        "  kustui init\n  kustui init --group support --db /srv/desk/w.db",
    )
    init.add_argument("--group", metavar="NAME", help="share it with a group of this host")
    init.add_argument("--name", default="", metavar="WORDS", help="what the workspace is called")
    take = _add(
        commands,
        "import",
        "Files mail: .eml files, mbox, Maildir, folders of them.",
        "  kustui import ~/Mail/support.mbox\n  kustui import ~/Maildir --done\n  kustui import --quarantine",
    )
    take.add_argument("paths", nargs="*", metavar="PATH")
    take.add_argument(
        "--done", action="store_true", help="file the conversations as done, not into the inbox"
    )
    take.add_argument(
        "--quarantine", action="store_true", help="list what could not be read, with the reasons"
    )
    demo = _add(
        commands, "demo", "Opens a made-up workspace that is thrown away.", "  kustui demo", as_json=False
    )
    demo.add_argument("--seed", type=int, default=1, help="another seed makes other people (1)")
    _add(commands, "doctor", "Checks the workspace and says what to do.", "  kustui doctor")
    _add(commands, "tick", "Does everything that is due, once.", "  kustui tick --json")
    _add(commands, "worker", "Does what is due, until stopped.", "  kustui worker", as_json=False)
