"""The words of the commands about the workspace's words, an agent's own settings, and customers."""

from __future__ import annotations

import argparse
from typing import Any

from kustui.cli.arguments import Parser, add, number, several
from kustui.core.channels import ADDRESS_WORDS
from kustui.core.commands import PRESETS
from kustui.core.sending import ACTIONS


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
    take = add(
        acts, "import", "Keeps what a TOML file names.", "  kustui library import library.toml", acts=True
    )
    take.add_argument("file", metavar="FILE", help="the file; - is standard input")
    image = add(
        acts,
        "image",
        "Puts an image below a shortcut's text.",
        "  kustui library image label photo.png",
        acts=True,
    )
    image.add_argument("name", metavar="NAME", help="the shortcut")
    image.add_argument("file", metavar="FILE", help="png, jpg or gif")
    gone = add(acts, "remove", "Removes one of them.", "  kustui library remove shortcut thanks", acts=True)
    gone.add_argument("kind", choices=("shortcut", "snippet", "template"))
    gone.add_argument("name", metavar="NAME")
    own = add(
        commands,
        "preferences",
        "Shows what you have set for yourself, or changes it.",
        "  kustui preferences --json\n  kustui preferences --send done --undo email=10\n"
        "  kustui preferences --signature 'Ana Soler, Acme'",
        acts=True,
    )
    own.add_argument("--send", choices=tuple(ACTIONS), help="what sending does by default")
    own.add_argument(
        "--enter-sends", action=argparse.BooleanOptionalAction, help="Enter sends: chat, SMS, Facebook"
    )
    own.add_argument("--undo", action="append", metavar="CHANNEL=SECONDS", help="the undo window, 0 to 60 s")
    own.add_argument("--signature", metavar="TEXT", help="stands below your emails; - is standard input")
    own.add_argument("--zone", help="like Europe/Madrid")
    own.add_argument("--language", help="like es")
    own.add_argument("--name")
    own.add_argument("--email", help="where you are told of what happened")
    own.add_argument("--theme", help="kustui-dark or kustui-light")
    own.add_argument("--inbox", choices=("", "target"), help="its order: what is due first, or priority")
    own.add_argument("--keys", choices=("", *PRESETS), help="a preset of keys, from the next start")


def customers(commands: Any) -> None:
    """The commands about customers: their profiles, and their places in the sidebar."""
    profile = add(
        commands,
        "profile",
        "Shows a customer's profile, changes it, or makes a customer.",
        "  kustui profile 7\n  kustui profile 7 --company 'Acme Ltd' --vip --attribute plan=gold\n"
        "  kustui profile 7 --phone '+34 600 123 456' --email none\n"
        "  kustui profile --new 'Bo Hansen' --email bo@example.org",
        acts=True,
    )
    which = profile.add_mutually_exclusive_group(required=True)
    which.add_argument("customer", type=number, nargs="?", metavar="CUSTOMER", help="see kustui customers")
    which.add_argument("--new", metavar="NAME", help="make a customer of that name")
    profile.add_argument("--name")
    profile.add_argument("--company")
    profile.add_argument("--zone", help="a time zone like Europe/Madrid")
    profile.add_argument("--language", help="like es")
    profile.add_argument("--about", metavar="TEXT", help="what the team should know; - is standard input")
    profile.add_argument(
        "--attribute",
        action="append",
        metavar="KEY=VALUE",
        help="what else you keep of them; KEY= takes it away",
    )
    profile.add_argument("--vip", action=argparse.BooleanOptionalAction, help="whether they are a VIP")
    for kind, words in ADDRESS_WORDS.items():
        profile.add_argument(
            f"--{kind}",
            action="append",
            metavar=kind[0].upper(),
            help=f"each {words}, instead of those that are there; none clears them",
        )
    opened = add(
        commands,
        "open",
        "Opens a customer: counts as read, is in Currently Viewing.",
        "  kustui open 7",
        acts=True,
    )
    closed = add(
        commands,
        "close",
        "Takes a customer off the sidebar; nothing else changes.",
        "  kustui close 7",
        acts=True,
    )
    for each in (opened, closed):
        several(each, "customer", "CUSTOMER", "see kustui customers; several may be named")
    clear = add(
        commands,
        "clear",
        "Empties a panel of the sidebar; nothing else changes.",
        "  kustui clear viewing\n  kustui clear inbox",
        acts=True,
    )
    clear.add_argument("panel", choices=("inbox", "viewing"))
