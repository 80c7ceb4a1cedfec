"""The words of the commands about the team: who is there, teams, following."""

from __future__ import annotations

import argparse
from typing import Any

from kustui.cli.arguments import Parser, add, number, several
from kustui.core.team import AVAILABILITIES


def teaming(commands: Any) -> None:
    """The commands about agents and teams."""
    there = add(
        commands,
        "availability",
        "Says whether you are there, or sets it.",
        "  kustui availability\n  kustui availability away",
        acts=True,
    )
    there.add_argument(
        "state", nargs="?", choices=tuple(AVAILABILITIES), help="where nothing is named, says it"
    )
    add(commands, "whoami", "Says who you are here.", "  kustui whoami\n  kustui whoami --agent ben --json")
    agents = add(
        commands,
        "agents",
        "Lists the team: who is there, and what each has.",
        "  kustui agents --json\n  kustui agents set ben --capacity 5\n"
        "  kustui agents set ben --availability offline",
    )
    acts = agents.add_subparsers(dest="what", metavar="ACT", parser_class=Parser)
    change = _act(acts, "set", "Sets what an agent takes.", "  kustui agents set ben --capacity 5")
    change.add_argument("login", metavar="LOGIN", help="an agent's login, or me")
    change.add_argument("--capacity", type=number, metavar="N", help="open conversations; 0: the workspace's")
    change.add_argument("--availability", choices=tuple(AVAILABILITIES))
    team = add(
        commands,
        "team",
        "Lists the teams, or changes them.",
        "  kustui team --json\n  kustui team add Phone\n  kustui team rename Phone 'Phone and SMS'\n"
        "  kustui team members Phone --add ben --add cleo --remove ana",
    )
    changes = team.add_subparsers(dest="what", metavar="ACT", parser_class=Parser)
    made = _act(changes, "add", "Makes a team.", "  kustui team add Phone")
    made.add_argument("name", metavar="NAME")
    called = _act(changes, "rename", "Gives a team another name.", "  kustui team rename Phone Calls")
    called.add_argument("name", metavar="NAME", help="the team")
    called.add_argument("to", metavar="NEW", help="what it is called from now on")
    members = _act(
        changes,
        "members",
        "Says who is in a team, or changes it.",
        "  kustui team members Phone --add ben --remove ana",
    )
    members.add_argument("name", metavar="NAME", help="the team")
    members.add_argument("--add", action="append", default=[], metavar="LOGIN", help="joins it")
    members.add_argument("--remove", action="append", default=[], metavar="LOGIN", help="leaves it")
    for name, words in (
        ("follow", "Tells you what happens in a conversation."),
        ("unfollow", "Tells you so no more."),
    ):
        several(add(commands, name, words, f"  kustui {name} 142", acts=True), "id", "ID")


def _act(commands: Any, name: str, words: str, examples: str) -> Parser:
    """One of a command's acts, which changes something; `--json` may stand before it and behind it."""
    added = add(commands, name, words, examples, as_json=False, acts=True)
    added.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer as JSON")
    return added
