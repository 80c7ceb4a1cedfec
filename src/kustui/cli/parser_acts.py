"""The words of the commands that act: answering, moving conversations, what is on its way (SPEC G4)."""

from __future__ import annotations

from typing import Any

from kustui.cli.arguments import Parser, add, body, limit, number, numbers, several
from kustui.core.sending import ACTIONS


def answering(commands: Any) -> None:
    """The commands that write to customers and colleagues."""
    reply = add(
        commands,
        "reply",
        "Answers a customer.",
        "  kustui reply 142 --body-file answer.md\n  echo 'On its way.' | kustui reply 142 --then done",
        acts=True,
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
        acts=True,
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
        acts=True,
    )
    compose.add_argument(
        "customer", type=number, metavar="CUSTOMER", help="the customer (see kustui customers)"
    )
    compose.add_argument("--kind", choices=("email", "sms", "note"), default="email")
    compose.add_argument("--subject", default="", help="names the conversation")
    body(compose)
    _files(compose)
    _later(compose)
    draft = add(
        commands,
        "draft",
        "Shows the draft of a conversation, begins one, or changes it; nothing is sent.",
        "  kustui draft 142\n  kustui draft 142 --body 'Dear Ana,'\n  kustui draft 142 --note --body-file -\n"
        "  kustui draft --customer 7 --kind sms --body 'It left.'\n  kustui draft 142 --discard",
        acts=True,
    )
    about = draft.add_mutually_exclusive_group(required=True)
    about.add_argument("id", type=number, nargs="?", metavar="ID", help="the conversation")
    about.add_argument("--customer", type=number, metavar="CUSTOMER", help="or a new one with that customer")
    draft.add_argument("--note", action="store_true", help="the note, not the reply")
    draft.add_argument("--kind", choices=("email", "sms", "note"), help="of a new one (email)")
    draft.add_argument("--subject", help="of a new one")
    body(draft)
    for each in ("to", "cc", "bcc"):
        draft.add_argument(
            f"--{each}", action="append", metavar="ADDRESS", help="instead of what stands there"
        )
    draft.add_argument("--discard", action="store_true", help="throw it away; undo brings it back")
    add(commands, "drafts", "Lists what you have begun to write.", "  kustui drafts\n  kustui drafts --json")
    discard = add(
        commands,
        "discard",
        "Throws a draft away; undo brings it back.",
        "  kustui discard 12\n  kustui undo",
        acts=True,
    )
    several(discard, "draft", "DRAFT", "the draft (see kustui drafts); several may be named")


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
        act = add(acts, name, words, f"  kustui outbox {name} 31{_EXAMPLES.get(name, '')}", acts=True)
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
    add(
        acts,
        "adopt",
        "Says that this copy of a store is the one that sends.",
        "  kustui outbox adopt",
        acts=True,
    )


_EXAMPLES = {"reschedule": " tomorrow 9am", "settle": " arrived"}


def moving(commands: Any) -> None:
    """The commands that put conversations where they belong, and the one that takes an act back."""
    for name, words in (
        ("done", "Resolves a conversation."),
        ("reopen", "Opens a conversation again."),
        ("unsnooze", "Opens a snoozed conversation before its time."),
    ):
        several(
            add(commands, name, words, f"  kustui {name} 142\n  kustui {name} 3 4 5", acts=True), "id", "ID"
        )
    snooze = add(
        commands,
        "snooze",
        "Puts a conversation away.",
        "  kustui snooze 142 3d\n  kustui snooze 142 tomorrow 9am\n  kustui snooze 142 reply\n"
        "  kustui snooze 142 3d --sub-status parts ordered --keep\n  kustui snooze 142 again",
        acts=True,
    )
    snooze.add_argument("id", type=numbers, metavar="ID", help="or several: 3,4,5")
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
        acts=True,
    )
    refine.add_argument("id", type=numbers, metavar="ID", help="or several: 3,4,5")
    refine.add_argument(
        "words", nargs="+", metavar="WORDS", help="its label, or how it begins; none clears it"
    )
    assign = add(
        commands,
        "assign",
        "Gives a conversation to someone.",
        "  kustui assign 142 me\n  kustui assign 142 ben\n  kustui assign 142 --team Phone\n"
        "  kustui assign 142 nobody",
        acts=True,
    )
    assign.add_argument("id", type=numbers, metavar="ID", help="or several: 3,4,5")
    tag = add(
        commands,
        "tag",
        "Puts tags on a conversation, or takes some off.",
        "  kustui tag 142 refund 'waiting for stock'\n  kustui tag 142 --remove refund",
        acts=True,
    )
    tag.add_argument("id", type=numbers, metavar="ID", help="or several: 3,4,5")
    tag.add_argument("tags", nargs="*", metavar="TAG")
    tag.add_argument("--remove", action="append", metavar="TAG", help="takes it off")
    hurry = add(
        commands,
        "priority",
        "Gives a conversation a priority: 1 (lowest) to 5 (urgent).",
        "  kustui priority 142 5",
        acts=True,
    )
    hurry.add_argument("id", type=numbers, metavar="ID", help="or several: 3,4,5")
    hurry.add_argument("priority", type=number, metavar="N")
    promise = add(
        commands,
        "targets",
        "Shows what customers are promised and how it is kept, or changes it.",
        "  kustui targets\n  kustui targets --first 4h --next 1d\n  kustui targets --priority 5 --first 30m\n"
        "  kustui targets --hours 'Mon-Fri 09:00-18:00' --zone Europe/Madrid --closed 2026-12-25",
        acts=True,
    )
    promise.add_argument("--first", metavar="TIME", help="until the first response, like 30m or 4h; or none")
    promise.add_argument("--next", metavar="TIME", help="until the next reply; or none")
    promise.add_argument("--priority", type=number, default=0, metavar="N", help="of that priority alone")
    promise.add_argument("--hours", metavar="TEXT", help="the working hours; '' for all the time")
    promise.add_argument("--zone", metavar="ZONE", help="of the hours, like Europe/Madrid")
    promise.add_argument(
        "--closed", metavar="DAYS", help="days on which nobody works, like 2026-12-25,2027-01-01"
    )
    whose = assign.add_mutually_exclusive_group(required=True)
    whose.add_argument("who", nargs="?", metavar="WHO", help="an agent's login, me, or nobody")
    whose.add_argument("--team", metavar="NAME", help="put it into that team's queue")
    add(
        commands,
        "undo",
        "Takes back your last act, or a send that has not gone.",
        "  kustui done 142\n  kustui undo",
        acts=True,
    )
