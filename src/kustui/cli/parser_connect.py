"""The words of `kustui connect`."""

from __future__ import annotations

import argparse
from typing import Any

from kustui.cli.arguments import add

CHANNELS = ("email", "sms", "facebook", "chat")


def connecting(commands: Any) -> None:
    """The command that sets up a channel; on a terminal it asks for what is not said."""
    parser = add(
        commands,
        "connect",
        "Sets up a channel: asks, tries it out, and saves it when it works.",
        "  kustui connect email\n"
        "  kustui connect email help@acme.example --imap imap.acme.example --smtp smtp.acme.example\n"
        "  kustui connect sms --account AC... --from '+34 600 123 456' --token-file ~/.twilio\n"
        "  kustui connect chat --url https://chat.acme.example",
    )
    parser.add_argument("channel", choices=CHANNELS)
    parser.add_argument("address", nargs="?", metavar="ADDRESS", help="email: the address customers write to")
    email = parser.add_argument_group("email")
    email.add_argument("--smtp", metavar="HOST[:PORT]", help="the server that sends")
    email.add_argument("--imap", metavar="HOST[:PORT]", help="the server that is read")
    email.add_argument("--security", choices=("tls", "starttls", "none"), help="none only to this host")
    email.add_argument("--user", help="the user's name there (else the address)")
    email.add_argument("--take", choices=("unseen", "all", "new"), help="what is taken of what is there")
    email.add_argument(
        "--copies", action=argparse.BooleanOptionalAction, help="file a copy of what is sent in the mailbox"
    )
    email.add_argument("--ca-file", metavar="FILE", help="who vouches for the servers (else the system's)")
    for kind, words in (
        ("password", "the password"),
        ("token", "the access token (sms, facebook; email: XOAUTH2)"),
        ("app-secret", "Facebook's app secret"),
    ):
        group = parser.add_argument_group(f"where {words} is; without, it is asked for and kept apart")
        group.add_argument(f"--{kind}-env", metavar="NAME", help="in the environment")
        group.add_argument(f"--{kind}-file", metavar="FILE", help="in a file that only you can read")
        group.add_argument(f"--{kind}-command", metavar="COMMAND", help="what a command prints")
    sms = parser.add_argument_group("sms")
    sms.add_argument("--account", metavar="SID", help="the account, AC...")
    sms.add_argument("--from", dest="sender", metavar="NUMBER", help="the number that sends")
    facebook = parser.add_argument_group("facebook")
    facebook.add_argument("--page", metavar="ID", help="the page")
    more = parser.add_argument_group("chat, and where providers call")
    more.add_argument("--url", help="chat: the gateway's public address; else the provider's API")
    more.add_argument("--callback", metavar="URL", help="sms, facebook: the gateway's public address")
    more.add_argument("--title", help="the chat page's title")
    more.add_argument("--port", type=int, help="where the gateway listens (8770)")
