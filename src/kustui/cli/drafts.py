"""An agent's drafts, from the command line (SPEC C5, C9, G4)."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import Any

from kustui.cli.acting import body_of, told
from kustui.cli.output import Output
from kustui.core.records import Draft
from kustui.desk import Desk
from kustui.errors import NotFound, Refused


def draft(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui draft ID`: shows the draft, keeps what the options say in it, or discards it.

    Other words that stood there are set aside, and undo brings them back.
    """
    held = _there(desk, args)
    people = {
        name: tuple(given) for name in ("to", "cc", "bcc") if (given := getattr(args, name)) is not None
    }
    says = args.body is not None or args.body_file is not None
    if args.discard:
        if says or people or args.subject is not None:
            raise Refused("Discard or write?", "--discard goes with no other words.")
        if not held.id:
            raise NotFound("No such draft", f"There is nothing to discard: {_place(held)} has no draft.")
        told(desk.drafts.throw_away(held.id), out)
        return
    if not says and not people and args.subject is None:
        if not held.id:
            raise NotFound("No such draft", f"{_place(held)} has no draft; --body begins one.")
        _shown(held, out)
        return
    changed: dict[str, Any] = dict(people)
    if args.subject is not None:
        changed["subject"] = args.subject
    if says:
        args.shortcut = None
        changed["body"] = body_of(args)
        if not changed["body"].startswith(held.body):
            # Words that a command does not go on with are another program's: they are set aside.
            changed["saved_at"] = None
    kept = desk.drafts.keep(replace(held, **changed))
    _shown(
        kept, out, "Kept; what stood there before is set aside: undo brings it back" if kept.aside else "Kept"
    )


def _there(desk: Desk, args: Namespace) -> Draft:
    if args.id is None:
        if args.note:
            raise Refused("Which note?", "--note is of a conversation; say --kind note for a new one.")
        desk.reads.customer(args.customer)
        return desk.reads.draft(args.customer, args.kind or "email")
    if args.kind is not None or args.subject is not None:
        raise Refused("It has its subject", "--kind and --subject are for a new conversation: --customer.")
    customer = desk.reads.conversation(args.id).customer_id
    return desk.reads.draft(customer, "note" if args.note else "reply", args.id)


def _place(held: Draft) -> str:
    if held.conversation_id is None:
        return f"Customer {held.customer_id} ({held.kind})"
    return f"#{held.conversation_id} ({held.kind})"


def _shown(held: Draft, out: Output, notice: str = "") -> None:
    item = {
        "id": held.id,
        "customer_id": held.customer_id,
        "conversation_id": held.conversation_id,
        "kind": held.kind,
        "subject": held.subject,
        "body": held.body,
        "to": held.to,
        "cc": held.cc,
        "bcc": held.bcc,
        "files": [file.name for file in held.files],
        "saved_at": held.saved_at,
    }
    head = f"Draft {held.id}: {_place(held)}"
    people = [
        f"  {name}: {', '.join(getattr(held, name))}" for name in ("to", "cc", "bcc") if getattr(held, name)
    ]
    subject = [f"  subject: {held.subject}"] if held.subject else []
    files = [f"  file: {file.name}" for file in held.files]
    lines = [*([notice] if notice else []), head, *subject, *people, *files, held.body]
    out.item({**item, "notice": notice} if notice else item, *lines)
