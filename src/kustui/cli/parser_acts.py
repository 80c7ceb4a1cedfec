"""The words of the commands that act: answering, moving conversations, customers (SPEC G4)."""

from __future__ import annotations

import argparse
from typing import Any

from kustui.cli.arguments import Parser, add, body, limit, number
from kustui.core.channels import ADDRESS_WORDS
from kustui.core.commands import PRESETS
from kustui.core.sending import ACTIONS


def answering(commands: Any) -> None:
    """The commands that write to customers and colleagues."""
    reply = add(
        commands,
        "reply",
        "Answers a customer.",
        "  kustui reply 142 --body-file answer.md\n  echo 'On its way.' | kustui reply 142 --then done",
    )
    reply.add_argument("id", type=number, metavar="ID", help="the conversation")
    body(reply)
    _files(reply)
    reply.add_argument(
        "--to", action="append", default=[], metavar="ADDRESS", help="instead of the customer's own"
    )
    reply.add_argument("--cc", action="append", default=[], metavar="ADDRESS")
    reply.add_argument("--bcc", action="append", default=[], metavar="ADDRESS")
    reply.add_argument(
        "--then", choices=tuple(ACTIONS), default="now", help="what happens to the conversation"
    )
    _later(reply)
    note = add(
        commands,
        "note",
        "Leaves a note that only the team sees.",
        "  kustui note 142 --body 'Refund approved.'",
    )
    note.add_argument("id", type=number, metavar="ID", help="the conversation")
    body(note)
    _files(note)
    compose = add(
        commands,
        "compose",
        "Starts a conversation with a customer.",
        "  kustui compose 7 --subject 'Your order' --body-file text.md\n"
        "  kustui compose 7 --kind sms --body 'It left.'",
    )
    compose.add_argument(
        "customer", type=number, metavar="CUSTOMER", help="the customer (see kustui customers)"
    )
    compose.add_argument("--kind", choices=("email", "sms", "note"), default="email")
    compose.add_argument("--subject", default="", help="names the conversation")
    body(compose)
    _files(compose)
    _later(compose)
    add(commands, "drafts", "Lists what you have begun to write.", "  kustui drafts\n  kustui drafts --json")
    discard = add(
        commands,
        "discard",
        "Throws a draft away; undo brings it back.",
        "  kustui discard 12\n  kustui undo",
    )
    discard.add_argument("draft", type=number, metavar="DRAFT", help="the draft (see kustui drafts)")


def _files(parser: Parser) -> None:
    """Let what a command writes carry files, and be made of the workspace's words."""
    parser.add_argument(
        "--attach", action="append", default=[], metavar="FILE", help="a file that goes with it"
    )
    parser.add_argument("--shortcut", metavar="NAME", help="the text of a shortcut, before the body")
    parser.add_argument("--template", metavar="NAME", help="the template that wraps an email")
    parser.add_argument(
        "--public", action="store_true", help="send addresses of images, which anyone can open who has them"
    )


def _later(parser: Parser) -> None:
    """Let what a command writes go at a chosen time (SPEC D4)."""
    parser.add_argument(
        "--at", metavar="WHEN", help="send it later, by the server's clock: 'tomorrow 9am', 2h (email, SMS)"
    )
    parser.add_argument(
        "--hold-on-reply", action="store_true", help="with --at: hold it if the customer writes before"
    )


def outgoing(commands: Any) -> None:
    """The commands about what is on its way, and what will happen by itself."""
    ahead = add(
        commands,
        "forecast",
        "Lists everything that will happen by itself, in time order.",
        "  kustui forecast\n  kustui forecast --json",
    )
    ahead.add_argument("--limit", type=limit, default=200, help="rows at most (200)")
    outbox = add(
        commands,
        "outbox",
        "Lists what is on its way out, or settles it.",
        "  kustui outbox list --json\n  kustui outbox reschedule 31 tomorrow 9am\n  kustui outbox cancel 31\n"
        "  kustui outbox settle 31 arrived",
        as_json=False,
    )
    acts = outbox.add_subparsers(dest="what", metavar="ACT", parser_class=Parser, required=True)
    listed = add(acts, "list", "Lists what is on its way out.", "  kustui outbox list --json")
    listed.add_argument("--limit", type=limit, default=200, help="rows at most (200)")
    for name, words in (
        ("retry", "Tries a message that failed again."),
        ("send", "Sends a scheduled or held message now."),
        ("cancel", "Takes a message back: it is a draft again."),
        ("reschedule", "Has a message go at another time."),
        ("hold", "Has the customer's reply hold a scheduled message."),
        ("settle", "Settles a message that nobody knows arrived, that failed or is held."),
    ):
        act = add(acts, name, words, f"  kustui outbox {name} 31{_EXAMPLES.get(name, '')}")
        act.add_argument("number", type=number, metavar="NUMBER", help="as kustui outbox list names it")
        if name == "reschedule":
            act.add_argument(
                "when", nargs="+", metavar="WHEN", help="by the server's clock: tomorrow 9am, 2h"
            )
        elif name == "hold":
            act.add_argument("--off", action="store_true", help="a reply does not hold it")
        elif name == "settle":
            act.add_argument(
                "how",
                choices=("arrived", "again", "discard"),
                help="it did arrive; send it again; never send it",
            )
    add(acts, "adopt", "Says that this copy of a store is the one that sends.", "  kustui outbox adopt")


_EXAMPLES = {"reschedule": " tomorrow 9am", "settle": " arrived"}


def moving(commands: Any) -> None:
    """The commands that put conversations where they belong, and the one that takes an act back."""
    for name, words in (
        ("done", "Resolves a conversation."),
        ("reopen", "Opens a conversation again."),
        ("unsnooze", "Opens a snoozed conversation before its time."),
    ):
        add(commands, name, words, f"  kustui {name} 142").add_argument("id", type=number, metavar="ID")
    snooze = add(
        commands,
        "snooze",
        "Puts a conversation away.",
        "  kustui snooze 142 3d\n  kustui snooze 142 tomorrow 9am\n  kustui snooze 142 reply\n"
        "  kustui snooze 142 3d --sub-status parts ordered --keep\n  kustui snooze 142 again",
    )
    snooze.add_argument("id", type=number, metavar="ID")
    snooze.add_argument("when", nargs="+", metavar="WHEN", help="2h, tue 14:30, 2026-12-01, reply, again")
    snooze.add_argument(
        "--sub-status", nargs="+", metavar="WORDS", help="why: the label of a sub-status, or how it begins"
    )
    snooze.add_argument("--keep", action="store_true", help="stay snoozed even if they reply")
    refine = add(
        commands,
        "sub-status",
        "Says more about a conversation's status.",
        "  kustui sub-status 142 waiting for warehouse\n  kustui sub-status 142 wait\n"
        "  kustui sub-status 142 none",
    )
    refine.add_argument("id", type=number, metavar="ID")
    refine.add_argument(
        "words", nargs="+", metavar="WORDS", help="its label, or how it begins; none clears it"
    )
    assign = add(
        commands,
        "assign",
        "Gives a conversation to someone.",
        "  kustui assign 142 me\n  kustui assign 142 ben\n  kustui assign 142 --team Phone\n"
        "  kustui assign 142 nobody",
    )
    assign.add_argument("id", type=number, metavar="ID")
    tag = add(
        commands,
        "tag",
        "Puts tags on a conversation, or takes some off.",
        "  kustui tag 142 refund 'waiting for stock'\n  kustui tag 142 --remove refund",
    )
    tag.add_argument("id", type=number, metavar="ID")
    tag.add_argument("tags", nargs="*", metavar="TAG")
    tag.add_argument("--remove", action="append", metavar="TAG", help="takes it off")
    hurry = add(
        commands,
        "priority",
        "Gives a conversation a priority: 1 (lowest) to 5 (urgent).",
        "  kustui priority 142 5",
    )
    hurry.add_argument("id", type=number, metavar="ID")
    hurry.add_argument("priority", type=number, metavar="N")
    whose = assign.add_mutually_exclusive_group(required=True)
    whose.add_argument("who", nargs="?", metavar="WHO", help="an agent's login, me, or nobody")
    whose.add_argument("--team", metavar="NAME", help="put it into that team's queue")
    add(
        commands,
        "undo",
        "Takes back your last act, or a send that has not gone.",
        "  kustui done 142\n  kustui undo",
    )


def library(commands: Any) -> None:
    """The commands about the workspace's words, and an agent's own settings."""
    kept = add(
        commands,
        "library",
        "Shortcuts, snippets, templates and status settings: lists them, writes and reads them as TOML.",
        "  kustui library list --json\n  kustui library export > library.toml\n"
        "  kustui library import library.toml",
        as_json=False,
    )
    acts = kept.add_subparsers(dest="what", metavar="ACT", parser_class=Parser, required=True)
    add(acts, "list", "Lists shortcuts, snippets and templates.", "  kustui library list --json")
    add(acts, "export", "Writes everything as TOML.", "  kustui library export > library.toml", as_json=False)
    take = add(acts, "import", "Keeps what a TOML file names.", "  kustui library import library.toml")
    take.add_argument("file", metavar="FILE", help="the file; - is standard input")
    image = add(
        acts, "image", "Puts an image below a shortcut's text.", "  kustui library image label photo.png"
    )
    image.add_argument("name", metavar="NAME", help="the shortcut")
    image.add_argument("file", metavar="FILE", help="png, jpg or gif")
    gone = add(acts, "remove", "Removes one of them.", "  kustui library remove shortcut thanks")
    gone.add_argument("kind", choices=("shortcut", "snippet", "template"))
    gone.add_argument("name", metavar="NAME")
    own = add(
        commands,
        "preferences",
        "Shows what you have set for yourself, or changes it.",
        "  kustui preferences --json\n  kustui preferences --send done --undo email=10\n"
        "  kustui preferences --signature 'Ana Soler, Acme'",
    )
    own.add_argument("--send", choices=tuple(ACTIONS), help="what sending does by default")
    own.add_argument(
        "--enter-sends", action=argparse.BooleanOptionalAction, help="Enter sends: chat, SMS, Facebook"
    )
    own.add_argument("--undo", action="append", metavar="CHANNEL=SECONDS", help="the undo window, 0 to 60 s")
    own.add_argument("--signature", metavar="TEXT", help="stands below your emails")
    own.add_argument("--zone", help="like Europe/Madrid")
    own.add_argument("--language", help="like es")
    own.add_argument("--name")
    own.add_argument("--email", help="where you are told of what happened")
    own.add_argument("--theme", help="kustui-dark or kustui-light")
    own.add_argument("--keys", choices=("", *PRESETS), help="a preset of keys, from the next start")


def customers(commands: Any) -> None:
    """The commands about customers: their profiles, and their places in the sidebar."""
    profile = add(
        commands,
        "profile",
        "Shows a customer's profile, changes it, or makes a customer.",
        "  kustui profile 7\n  kustui profile 7 --company 'Acme Ltd' --vip\n"
        "  kustui profile 7 --phone '+34 600 123 456' --email none\n"
        "  kustui profile --new 'Bo Hansen' --email bo@example.org",
    )
    which = profile.add_mutually_exclusive_group(required=True)
    which.add_argument("customer", type=number, nargs="?", metavar="CUSTOMER", help="see kustui customers")
    which.add_argument("--new", metavar="NAME", help="make a customer of that name")
    profile.add_argument("--name")
    profile.add_argument("--company")
    profile.add_argument("--zone", help="a time zone like Europe/Madrid")
    profile.add_argument("--language", help="like es")
    profile.add_argument("--about", metavar="TEXT", help="what the team should know")
    profile.add_argument("--vip", action=argparse.BooleanOptionalAction, help="whether they are a VIP")
    for kind, words in ADDRESS_WORDS.items():
        profile.add_argument(
            f"--{kind}",
            action="append",
            metavar=kind[0].upper(),
            help=f"each {words}, instead of those that are there; none clears them",
        )
    opened = add(
        commands, "open", "Opens a customer: counts as read, is in Currently Viewing.", "  kustui open 7"
    )
    closed = add(
        commands, "close", "Takes a customer off the sidebar; nothing else changes.", "  kustui close 7"
    )
    for each in (opened, closed):
        each.add_argument("customer", type=number, metavar="CUSTOMER", help="see kustui customers")
    clear = add(
        commands,
        "clear",
        "Empties a panel of the sidebar; nothing else changes.",
        "  kustui clear viewing\n  kustui clear inbox",
    )
    clear.add_argument("panel", choices=("inbox", "viewing"))
