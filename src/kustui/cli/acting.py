"""Acting from the command line: the same acts as on the screen, by the same rules (SPEC G4)."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import datetime
from pathlib import Path

from kustui.cli.output import Output
from kustui.cli.wording import worded
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
        body=body_of(args),
        to=tuple(args.to),
        cc=tuple(args.cc),
        bcc=tuple(args.bcc),
    )
    _answered(desk, draft, args, out, args.then)


def note(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui note ID`: a note for the team in a conversation."""
    conversation = desk.reads.conversation(args.id)
    draft = Draft(0, desk.agent.id, conversation.customer_id, "note", args.id, body=body_of(args))
    told(_sent(desk, draft, args), out)


def compose(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui compose CUSTOMER`: a new email, SMS or note."""
    desk.reads.customer(args.customer)
    draft = Draft(0, desk.agent.id, args.customer, args.kind, subject=args.subject, body=body_of(args))
    if args.kind == "note":
        if args.at is not None or args.hold_on_reply:
            raise Refused("Notes go nowhere", "A note is there at once; only email and SMS can be scheduled.")
        told(_sent(desk, draft, args), out)
    else:
        _answered(desk, draft, args, out)


def done(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui done ID`."""
    told(desk.triage.done(args.id), out)


def reopen(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui reopen ID`."""
    told(desk.triage.reopen(args.id), out)


def snooze(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui snooze ID WHEN`: a time in words, "reply", "again", or the key of one of the choices."""
    words = " ".join(args.when).strip()
    if words == "again":
        if args.keep or args.sub_status is not None:
            raise Refused("Again means as last time", "Leave out --keep and --sub-status, or name a time.")
        told(desk.triage.snooze_again(args.id), out)
        return
    why = None if args.sub_status is None else _sub_status(desk, "snoozed", args.sub_status)
    if words in ("reply", "until reply"):
        if args.keep:
            raise Refused("Until which time?", "A snooze until the reply ends with it; --keep needs a time.")
        told(desk.triage.snooze(args.id, None, sub_status_id=why), out)
        return
    for choice in desk.reads.snooze_choices():
        if words == choice.key and choice.kind != "custom":
            told(desk.triage.snooze_by(args.id, choice, why, keep_on_reply=args.keep), out)
            return
    moment = when.parse(words, desk.now(), desk.zone)
    if moment.note:
        print(moment.note, file=sys.stderr)
    changed = desk.triage.snooze(args.id, moment.at, label=words, sub_status_id=why, keep_on_reply=args.keep)
    told(changed, out)


def unsnooze(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui unsnooze ID`."""
    told(desk.triage.remove_snooze(args.id), out)


def sub_status(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui sub-status ID WORDS...`: one of the conversation's status by its label; `none` clears it."""
    status = desk.reads.conversation(args.id).status
    told(desk.triage.refine(args.id, _sub_status(desk, status, args.words)), out)


def assign(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui assign ID WHO`: an agent by login, `me`, or `nobody`; `--team NAME` for a team's queue."""
    if args.team is not None:
        told(desk.triage.assign_team(args.id, desk.colleagues.team(args.team).id), out)
    else:
        agent = None if args.who == "nobody" else desk.colleagues.agent(args.who).id
        told(desk.triage.assign(args.id, agent), out)


def tag(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui tag ID [TAG...] [--remove TAG]`: puts tags on a conversation, or takes some off."""
    if not args.tags and not args.remove:
        raise Refused("No tag", "Name the tags to put on, or --remove those to take off.")
    told(desk.tagging.change_tags(args.id, args.tags, args.remove or ()), out)


def priority(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui priority ID N`: 1 (lowest) to 5 (urgent)."""
    told(desk.tagging.prioritise(args.id, args.priority), out)


def discard(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui discard DRAFT`."""
    told(desk.drafts.throw_away(args.draft), out)


def undo(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui undo`: takes back the agent's last act, on the screen or by command."""
    told(desk.undo.last(), out)


def _sub_status(desk: Desk, status: str, typed: list[str]) -> int | None:
    """The sub-status of `status` that is called so, or alone begins so; None for `none`."""
    words = _plain(" ".join(typed))
    there = {choice.id: choice.label for choice in desk.reads.sub_statuses(status)}
    begin = [number for number, label in there.items() if _plain(label).startswith(words)]
    found = [number for number in begin if _plain(there[number]) == words]
    if words == "none" and not found:
        return None
    if words and len(found or begin) == 1:
        return (found or begin)[0]
    fits = ", ".join((there[number] for number in begin) if begin else there.values())
    raise Refused(
        "Which sub-status?" if begin else "No such sub-status",
        f"For {status} conversations there is {fits or 'none'}; you wrote {' '.join(typed)!r}.",
    )


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def body_of(args: Namespace) -> str:
    """The words that `--body` or `--body-file` says; standard input for `-`, and where nothing is said."""
    if args.body not in (None, "-"):
        return _checked(str(args.body))
    if args.body is None and args.body_file is None and args.shortcut:
        return ""
    try:
        if args.body_file not in (None, "-"):
            return _checked(Path(args.body_file).read_text(encoding="utf-8"))
        return typed_words("-", "--body or --body-file")
    except (OSError, UnicodeDecodeError) as error:
        where = args.body_file or "standard input"
        raise Refused("The body cannot be read", f"{where}: {error}") from error


def typed_words(said: str, option: str) -> str:
    """What an option says: its own words, or for `-` standard input; raises Refused for no UTF-8."""
    if said != "-":
        return said
    # Python has no standard input where the shell closed it.
    if sys.stdin is None:
        raise Refused("No body", f"Standard input is closed; say it with {option}.")
    if sys.stdin.isatty():
        print("Write, then end with Ctrl+D:", file=sys.stderr)
    try:
        return _checked(sys.stdin.read())
    except UnicodeDecodeError as error:
        raise Refused("The body cannot be read", f"standard input: {error}") from error


def _checked(body: str) -> str:
    if storable(body) != body:
        raise Refused("The body cannot be read", "It is not UTF-8.")
    return body


def _sent(
    desk: Desk,
    draft: Draft,
    args: Namespace,
    action: SendAction = "now",
    at: datetime | None = None,
    *,
    hold_on_reply: bool = False,
) -> Changed:
    """Send the words of the command line; a draft that stood there stays a draft (SPEC C9)."""
    draft, files = worded(desk, draft, args)
    return desk.replies.send(
        draft, action, wait=False, apart=True, at=at, hold_on_reply=hold_on_reply, files=files
    )


def _answered(desk: Desk, draft: Draft, args: Namespace, out: Output, action: SendAction = "now") -> None:
    """Send now and say what became of it, or at the time that `--at` names by the server's clock."""
    at = None
    if args.at is not None:
        moment = when.parse(args.at, desk.now(), desk.server_zone)
        if moment.note:
            print(moment.note, file=sys.stderr)
        at = moment.at
    elif args.hold_on_reply:
        raise Refused("Held until when?", "--hold-on-reply is for what is sent later; say --at too.")
    changed = _sent(desk, draft, args, action, at, hold_on_reply=args.hold_on_reply)
    assert changed.message_id is not None
    placed = desk.reads.outgoing_of(changed.message_id)
    delivered(desk, changed, placed.id if placed else 0, out)


def told(changed: Changed, out: Output) -> None:
    """Answer what an act did: its sentence, or as JSON the numbers to go on with too."""
    out.item(_json(changed), changed.notice)


def delivered(desk: Desk, changed: Changed, number: int, out: Output) -> None:
    """Send what is due now, so that the answer can say what became of the outbox's `number`."""
    trouble = desk.clockwork.outgoing().trouble
    item = desk.reads.outgoing(number)
    # What was tried again says so; once it is sent, that it is sent.
    words = {
        "sent": changed.notice if changed.notice.startswith("Sent") else "Sent",
        "scheduled": changed.notice,
        "queued": "Not sent yet; it is tried again " + when.relative(item.at, desk.now())
        if item.attempts and item.at > desk.now()
        else "Queued; it goes out with the next pass",
        "sending": "On its way; another program is sending it",
    }.get(item.fate, item.fate)
    reason = item.reason or (str(trouble) if trouble and item.fate == "queued" else "")
    answer = {**_json(changed), "outbox_id": number, "fate": item.fate, "reason": reason, "at": item.at}
    out.item(answer, f"{words}{': ' + reason if reason else ''}")


def _json(changed: Changed) -> dict[str, object]:
    return {
        "id": changed.conversation_id,
        "customer_id": changed.customer_id,
        "message_id": changed.message_id,
        "notice": changed.notice,
    }
