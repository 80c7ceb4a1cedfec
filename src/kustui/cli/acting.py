"""Acting from the command line: the same acts as on the screen, by the same rules (SPEC G4)."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from kustui.cli.output import Output
from kustui.core import when
from kustui.core.records import Changed, Draft
from kustui.core.sending import SendAction
from kustui.core.text import storable
from kustui.desk import Desk
from kustui.errors import Refused


def reply(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui reply ID`: writes to the customer and sends; `--then` says what happens afterwards."""
    conversation = desk.reads.conversation(args.id)
    draft = Draft(
        0,
        desk.agent.id,
        conversation.customer_id,
        "reply",
        args.id,
        body=_body(args),
        to=tuple(args.to),
        cc=tuple(args.cc),
        bcc=tuple(args.bcc),
    )
    _delivered(desk, _sent(desk, draft, args.then), out)


def note(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui note ID`: a note for the team in a conversation."""
    conversation = desk.reads.conversation(args.id)
    draft = Draft(0, desk.agent.id, conversation.customer_id, "note", args.id, body=_body(args))
    _told(_sent(desk, draft), out)


def compose(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui compose CUSTOMER`: a new email, SMS or note."""
    desk.reads.customer(args.customer)
    draft = Draft(0, desk.agent.id, args.customer, args.kind, subject=args.subject, body=_body(args))
    changed = _sent(desk, draft)
    if args.kind == "note":
        _told(changed, out)
    else:
        _delivered(desk, changed, out)


def done(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui done ID`."""
    _told(desk.triage.done(args.id), out)


def reopen(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui reopen ID`."""
    _told(desk.triage.reopen(args.id), out)


def snooze(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui snooze ID WHEN`: a time in words, "reply", or the key of one of the choices."""
    words = " ".join(args.when).strip()
    if words in ("reply", "until reply"):
        _told(desk.triage.snooze(args.id, None), out)
        return
    for choice in desk.reads.snooze_choices():
        if words == choice.key and choice.kind != "custom":
            _told(desk.triage.snooze_by(args.id, choice), out)
            return
    moment = when.parse(words, desk.now(), desk.zone)
    if moment.note:
        print(moment.note, file=sys.stderr)
    _told(desk.triage.snooze(args.id, moment.at, label=words), out)


def _body(args: Namespace) -> str:
    try:
        body = _typed(args)
    except (OSError, UnicodeDecodeError) as error:
        where = args.body_file or "standard input"
        raise Refused("The body cannot be read", f"{where}: {error}") from error
    if storable(body) != body:
        raise Refused("The body cannot be read", "It is not UTF-8.")
    return body


def _typed(args: Namespace) -> str:
    if args.body is not None:
        return str(args.body)
    if args.body_file not in (None, "-"):
        return Path(args.body_file).read_text(encoding="utf-8")
    # Python has no standard input where the shell closed it.
    if sys.stdin is None:
        raise Refused("No body", "Standard input is closed; say it with --body or --body-file.")
    if sys.stdin.isatty():
        print("Write, then end with Ctrl+D:", file=sys.stderr)
    return sys.stdin.read()


def _sent(desk: Desk, draft: Draft, action: SendAction = "now") -> Changed:
    """Send the words of the command line; a draft that stood there stays a draft (SPEC C9)."""
    return desk.replies.send(draft, action, wait=False, apart=True)


def _told(changed: Changed, out: Output) -> None:
    out.item(_json(changed), changed.notice)


def _delivered(desk: Desk, changed: Changed, out: Output) -> None:
    """Send what is due now, so that the answer can say what became of it."""
    assert changed.message_id is not None
    desk.clockwork.outgoing()
    state, reason = desk.reads.fate_of(changed.message_id)
    words = {
        "sent": changed.notice,
        "queued": "Queued; it goes out with the next pass",
        "claimed": "On its way; another program is sending it",
        "sending": "On its way; another program is sending it",
    }.get(state, state)
    out.item({**_json(changed), "fate": state, "reason": reason}, f"{words}{': ' + reason if reason else ''}")


def _json(changed: Changed) -> dict[str, object]:
    return {
        "id": changed.conversation_id,
        "customer_id": changed.customer_id,
        "message_id": changed.message_id,
        "notice": changed.notice,
    }
