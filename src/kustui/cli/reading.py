"""Looking from the command line: inbox, show, search, customers, drafts, keys."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from kustui.cli.output import Output, fit
from kustui.core import commands, when
from kustui.core.history import HistoryLine
from kustui.core.records import Conversation, Customer, Draft, Entry, ListRow
from kustui.core.standing import BADGES
from kustui.core.text import excerpt
from kustui.core.words import ago, size
from kustui.desk import Desk
from kustui.desk.forecast import Forecast
from kustui.desk.listings import Found, Listing
from kustui.desk.listings import View as ViewName
from kustui.desk.reads import TimelineView

PAGE = 64


def inbox(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui inbox`: the list that `--view` names, at most `--limit` rows of it."""
    view: ViewName = args.view
    list_rows(desk, desk.reads.listing(view), out, args.limit, empty=f"{view}: nothing here.")


def search(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui search WORD...`: conversations that hold every word, the latest first."""
    words = " ".join(args.words)
    list_rows(
        desk,
        desk.reads.found(words, args.limit, zone=desk.zone),
        out,
        args.limit,
        empty=f"Nothing holds {words!r}.",
    )


def show(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui show ID`: one conversation, or its history; with `--customer`, the whole timeline."""
    if args.history:
        _history(desk, args.id, out)
        return
    asked = None if args.customer else desk.reads.conversation(args.id)
    view = desk.reads.timeline(asked.customer_id if asked else args.id)
    number = asked.id if asked else view.customer.id
    if number != args.id:
        print(f"#{args.id} is part of #{number} now", file=sys.stderr)
    wanted = [item for item in view.conversations if asked is None or item.id == number]
    if args.original is not None:
        words = desk.reads.original(args.original).decode("utf-8", "replace")
        out.item({"id": args.original, "original": words}, words)
        return
    found = [(item, _entries(view, item.id)) for item in wanted]
    if out.as_json:
        shown: list[dict[str, Any]] = [
            {**conversation_json(item), "entries": entries} for item, entries in found
        ]
        out.items(shown, (), empty="")
        return
    out.line(f"{view.customer.name}  {view.customer.company}".rstrip())
    for line in _timeline_lines(desk, found):
        out.line(line)


def customers(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui customers [WORD...]`: customers whose name, company or address holds the words."""
    found = desk.reads.customers(" ".join(args.words), args.limit)
    out.items(
        (customer_json(item) for item in found),
        (
            f"{item.id:>6}  {fit(item.name, 28)}  {', '.join(a.shown for a in item.addresses)}"
            for item in found
        ),
        empty="No such customer.",
    )


def drafts(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui drafts`: the agent's open drafts, the latest first."""
    found = [(item, desk.reads.customer(item.customer_id).name) for item in desk.reads.drafts()]
    out.items(
        (
            {
                "id": item.id,
                "customer_id": item.customer_id,
                "customer": name,
                "conversation_id": item.conversation_id,
                "kind": item.kind,
                "subject": item.subject,
                "excerpt": excerpt(item.body),
            }
            for item, name in found
        ),
        (
            f"{item.id:>6}  {fit(name, 22)} {_place(item):<8} {item.kind:<6} "
            f"{excerpt(item.body or item.subject, 60)}"
            for item, name in found
        ),
        empty="No drafts.",
    )


def keys(table: tuple[commands.Command, ...], args: Namespace, out: Output) -> None:
    """`kustui keys`: every command with its keys as they are set now."""
    if args.markdown:
        out.line(commands.markdown(table).rstrip())
        return
    out.items(
        (
            {"id": item.id, "keys": item.keys.split(","), "label": item.label, "help": item.help}
            for item in table
        ),
        (f"{item.all_shown:<16}  {item.id:<22}  {item.help}" for item in table),
        empty="",
    )


def desk_text(desk: Desk, out: Output, rows: int = 12) -> None:
    """The desk as text, for where there is no terminal: the inbox and the first timeline."""
    listing = desk.reads.listing("inbox")
    out.line(f"{desk.workspace}: Inbox {listing.count()}")
    for line in _row_lines(desk, list(listing.page(0, rows))):
        out.line(line)
    top = desk.reads.inbox_top()
    if top is None:
        out.line()
        out.line("Nobody waits. `kustui import PATH` files your mail; `kustui demo` shows a busy desk.")
        return
    out.line()
    view = desk.reads.timeline(top[0])
    out.line(view.customer.name)
    item = next(item for item in view.conversations if item.id == top[1])
    for line in _timeline_lines(desk, [(item, _entries(view, item.id, last=6))]):
        out.line(line)


def conversation_json(item: Conversation) -> dict[str, Any]:
    """A conversation as JSON names it; `id` is what the other commands take."""
    return {
        "id": item.id,
        "customer_id": item.customer_id,
        "customer": item.customer,
        "subject": item.subject,
        "channel": item.channel,
        "status": item.status,
        "sub_status": item.sub_status,
        "assignee": item.assignee,
        "team": item.team,
        "followers": [name for _, name in item.followers],
        "priority": item.priority,
        "unread": item.unread,
        "messages": item.messages,
        "waiting_since": item.waiting_since,
        "snooze": item.snooze,
        "created_at": item.created_at,
        "last_at": item.last_at,
        "tags": item.tags,
    }


def customer_json(item: Customer) -> dict[str, Any]:
    """A profile as JSON names it; `id` is what the other commands take."""
    return {
        "id": item.id,
        "name": item.name,
        "company": item.company,
        "zone": item.zone,
        "language": item.language,
        "about": item.about,
        "vip": item.vip,
        "attributes": dict(item.attributes),
        "addresses": [{"kind": each.kind, "value": each.value} for each in item.addresses],
    }


def _place(item: Draft) -> str:
    return "new" if item.conversation_id is None else f"#{item.conversation_id}"


def _history(desk: Desk, conversation_id: int, out: Output) -> None:
    lines = desk.reads.history(conversation_id)
    out.items(map(asdict, lines), _history_lines(desk, lines), empty="Nothing has happened yet.")


def _history_lines(desk: Desk, lines: list[HistoryLine]) -> Iterator[str]:
    for line in lines:
        did = f"{line.who} {line.words}".rstrip()
        yield f"{when.absolute(line.at, desk.zone, desk.now())}  {did}  ({line.act})"
        yield from changes(desk, line.before, line.after)


def changes(desk: Desk, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    """What a line of history changed, a line a value."""

    def said(value: object) -> str:
        if isinstance(value, datetime):
            return when.absolute(value, desk.zone, desk.now())
        return "none" if value is None else str(value)

    for name in sorted({*before, *after}):
        was, now = before.get(name), after.get(name)
        if was != now:
            yield f"    {name}: {said(was)} → {said(now)}"


def list_rows(
    desk: Desk, listing: Listing | Found | Forecast, out: Output, limit: int, *, empty: str
) -> None:
    """Answer the first rows of a list."""
    rows: list[ListRow] = []
    while len(rows) < limit:
        page = listing.page(len(rows), min(PAGE, limit - len(rows)))
        if not page:
            break
        rows.extend(page)
    out.items((_row_json(row) for row in rows), _row_lines(desk, rows), empty=empty)


def _row_json(row: ListRow) -> dict[str, Any]:
    return {
        "id": row.conversation_id,
        "customer_id": row.customer_id,
        "customer": row.name,
        "subject": row.subject,
        "channel": row.channel,
        "status": row.status,
        "unread": row.unread,
        "priority": row.priority,
        "waiting_since": row.waiting_since,
        "last_at": row.last_at,
        "snoozed_until": row.snooze_until,
        "outbox_id": row.key if row.fate and row.key > 0 else None,
        "fate": row.fate,
        "due_at": row.due_at,
        "assignee": row.assignee,
    }


def _row_lines(desk: Desk, rows: list[ListRow]) -> Iterator[str]:
    now = desk.now()
    for row in rows:
        glyph = BADGES[row.status][0]
        wait = ago(now - row.waiting_since) if row.waiting_since else ""
        yield (
            f"{row.conversation_id:>6} {glyph} {fit(row.name, 22)} {row.channel:<8} "
            f"{f'{row.fate} {row.key}' if row.fate and row.key > 0 else f'{wait:>4}'}  {row.subject:.60}"
        )


def _entries(view: TimelineView, conversation_id: int, last: int = 0) -> list[Entry]:
    """A conversation's entries, or the last few of them, read page by page."""
    keys = view.keys(conversation_id)[-last:]
    pages = (keys[first : first + PAGE] for first in range(0, len(keys), PAGE))
    return [entry for page in pages for entry in view.entries(page)]


def _timeline_lines(desk: Desk, found: list[tuple[Conversation, list[Entry]]]) -> Iterator[str]:
    now, zone = desk.now(), desk.zone
    for item, entries in found:
        glyph, word = BADGES[item.status]
        yield ""
        parts = [
            f"{glyph} {word}",
            f"#{item.id} {item.subject}",
            item.channel,
            item.sub_status,
            item.assignee,
            f"team {item.team}" * bool(item.team),
            f"followed by {', '.join(name for _, name in item.followers)}" * bool(item.followers),
        ]
        yield "  ".join(part for part in parts if part)
        if item.snooze:
            yield "  " + ", ".join(filter(None, when.reopening(item.snooze, now, zone)))
        for entry in entries:
            yield from _entry_lines(entry, zone, now)


def _entry_lines(entry: Entry, zone: Any, now: datetime) -> Iterator[str]:
    at = when.absolute(entry.at, zone, now)
    if entry.kind == "history":
        yield f"  · {entry.author} {entry.body}  {at}"
        return
    head = {"inbound": "", "outbound": "→ " + ", ".join(entry.to), "note": "NOTE (only the team sees it)"}[
        entry.kind
    ]
    fate = f"failed (kustui outbox retry {entry.outbox_id})" if entry.fate == "failed" else entry.fate
    marks = [fate, "automatic reply" * entry.automatic, "delivery failure" * entry.bounce]
    yield ""
    yield "  ".join(part for part in (f"  {entry.author}", head, at, *marks) if part)
    rail = {"inbound": "    ", "outbound": "  | ", "note": "  : "}[entry.kind]
    for line in entry.body.split("\n"):
        yield rail + line
    if entry.rest:
        command = f"kustui show {entry.conversation_id} --original {entry.id}"
        yield f"{rail}[{entry.rest:,} more characters: {command}]"
    if entry.quoted:
        yield f"{rail}[{entry.quoted.count(chr(10)) + 1} quoted lines]"
    for file in entry.files:
        yield f"{rail}file {file.name}  {size(file.size)}"
