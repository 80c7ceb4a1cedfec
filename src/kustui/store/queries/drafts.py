"""Drafts as they stand, and the panel rows that an agent opens and closes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kustui.clock import milliseconds
from kustui.core.channels import CHANNELS
from kustui.core.records import Draft, FileLine
from kustui.store.queries import people, timeline
from kustui.store.store import Reader

_SAME = "agent_id = :me AND customer_id = :c AND COALESCE(conversation_id, 0) = :v AND kind = :k AND state = 'open'"


def open_draft(
    reader: Reader, me: int, customer_id: int, kind: str, conversation_id: int | None
) -> tuple[Any, ...] | None:
    """(id, subject, body, recipients as JSON, saved at in ms, template, actions as JSON) of the one open
    draft there, or None.
    """
    return reader.one(
        f"SELECT id, subject, body, recipients, saved_at, template_id, actions FROM draft WHERE {_SAME}",
        me=me,
        c=customer_id,
        v=conversation_id or 0,
        k=kind,
    )


def put_words(reader: Reader, number: int, draft: Draft, words: Mapping[str, Any], now: datetime) -> int:
    """Inside an act: write the words of an open draft, by column; 0 is one that is new. Answers its number."""
    said = {**words, "saved_at": milliseconds(now)}
    if number:
        changed = ", ".join(f"{name} = :{name}" for name in said)
        reader.one(f"UPDATE draft SET {changed} WHERE id = :i", i=number, **said)
        return number
    said |= {"agent_id": draft.agent_id, "customer_id": draft.customer_id}
    said |= {"conversation_id": draft.conversation_id, "kind": draft.kind}
    said |= {"state": "open", "round": 0, "action": ""}
    names, given = ", ".join(said), ", ".join(f":{name}" for name in said)
    return int(reader.value(f"INSERT INTO draft ({names}) VALUES ({given}) RETURNING id", **said))


def open_drafts(reader: Reader, me: int) -> list[tuple[Any, ...]]:
    """(id, customer, conversation, kind, subject, body) of every open draft of an agent with words in it."""
    return reader.all(
        "SELECT id, customer_id, conversation_id, kind, subject, body FROM draft "
        "WHERE agent_id = :me AND state = 'open' AND (body <> '' OR subject <> '') ORDER BY saved_at DESC, id",
        me=me,
    )


def read_all(reader: Reader, customer_id: int) -> bool:
    """Count what a customer wrote as read; answers whether anything was unread."""
    changed = reader.all(
        "UPDATE conversation SET unread = 0 WHERE customer_id = :c AND unread > 0 RETURNING id", c=customer_id
    )
    return bool(changed)


def unread(reader: Reader, customer_id: int) -> dict[str, int]:
    """How much is unread, by conversation, of a customer."""
    rows = reader.all(
        "SELECT id, unread FROM conversation WHERE customer_id = :c AND unread > 0", c=customer_id
    )
    return {str(row[0]): row[1] for row in rows}


def unread_again(reader: Reader, conversation_id: int, count: int) -> None:
    """Inside an act: have so much be unread besides what is."""
    reader.one(
        "UPDATE conversation SET unread = unread + :n WHERE id = :i AND merged_into IS NULL",
        i=conversation_id,
        n=count,
    )


def put_viewing(reader: Reader, me: int, customer_id: int, now: datetime) -> None:
    """Inside an act: an agent opens a customer at an instant."""
    reader.one(
        "INSERT INTO viewing (agent_id, customer_id, opened_at) VALUES (:me, :c, :t) "
        "ON CONFLICT (agent_id, customer_id) DO UPDATE SET opened_at = excluded.opened_at",
        me=me,
        c=customer_id,
        t=milliseconds(now),
    )


def forget_viewing(reader: Reader, me: int, *, in_inbox: bool) -> None:
    """Empty the panel Currently Viewing of the customers that are, or are not, in the inbox."""
    word = "IN" if in_inbox else "NOT IN"
    reader.one(
        f"DELETE FROM viewing WHERE agent_id = :me AND customer_id {word} (SELECT customer_id FROM inbox)",
        me=me,
    )


def message_of_token(reader: Reader, token: str) -> tuple[int, int] | None:
    """(message, conversation) that a press of Send made, or None."""
    row = reader.one("SELECT id, conversation_id FROM message WHERE token = :t", t=token)
    return None if row is None else (row[0], row[1])


def hand_over_files(reader: Reader, *, draft_id: int, message_id: int, back: bool = False) -> None:
    """Files of a draft become the message's, or (`back`) the message's become the draft's again."""
    if back:
        reader.one(
            "UPDATE attachment SET draft_id = :d, message_id = NULL WHERE message_id = :m",
            d=draft_id,
            m=message_id,
        )
    else:
        reader.one(
            "UPDATE attachment SET message_id = :m, draft_id = NULL WHERE draft_id = :d",
            d=draft_id,
            m=message_id,
        )


def files(reader: Reader, draft_id: int) -> tuple[FileLine, ...]:
    """The files of a draft, in the order they were attached."""
    rows = reader.all(
        "SELECT id, name, media_type, size, inline, content_id FROM attachment WHERE draft_id = :d ORDER BY id",
        d=draft_id,
    )
    return tuple(_file(row) for row in rows)


def file_of(reader: Reader, draft_id: int, sha256: str, name: str, *, inline: bool) -> FileLine | None:
    """The file of that content and name in a draft, or None."""
    row = reader.one(
        "SELECT id, name, media_type, size, inline, content_id FROM attachment "
        "WHERE draft_id = :d AND sha256 = :s AND name = :n AND inline = :i",
        d=draft_id,
        s=sha256,
        n=name,
        i=inline,
    )
    return None if row is None else _file(row)


def has_more(reader: Reader, conversation_id: int, message_id: int) -> bool:
    """Whether a conversation holds another message than that one, somebody's draft, or another conversation."""
    return (
        reader.one(
            "SELECT 1 FROM message WHERE conversation_id = :i AND id <> :m "
            "UNION ALL SELECT 1 FROM draft WHERE conversation_id = :i AND body <> '' "
            "UNION ALL SELECT 1 FROM conversation WHERE merged_into = :i LIMIT 1",
            i=conversation_id,
            m=message_id,
        )
        is not None
    )


def forget(reader: Reader, conversation_id: int) -> None:
    """Drop what hangs on a conversation that is to be as if it had never begun."""
    for table in ("snooze", "notification", "conversation_tag", "follower", "presence", "draft"):
        reader.one(f"DELETE FROM {table} WHERE conversation_id = :i", i=conversation_id)


def recipients(reader: Reader, customer_id: int, kind: str, conversation_id: int | None) -> tuple[str, ...]:
    """Whom a draft goes to unless the agent says otherwise; nobody for a note.

    A reply goes where the customer's last message asks for answers, else to the address it was written
    from, while the profile still has it.
    """
    channel = kind
    if conversation_id is not None:
        found = timeline.conversation(reader, conversation_id)
        channel = found.channel if found and kind != "note" else "note"
    wanted = CHANNELS[channel].address_kind
    customer = people.customer(reader, customer_id)
    if wanted is None or customer is None:
        return ()
    if conversation_id is not None:
        last = timeline.last_inbound(reader, conversation_id)
        held = {address.value for address in customer.addresses if address.kind == wanted}
        if last is not None and last[1] in held:
            asked = json.loads(last[2] or "{}").get("reply_to", ()) if wanted == "email" else ()
            return tuple(str(person["address"]) for person in asked) or (last[1],)
    address = customer.address(wanted)
    return (address.value,) if address else ()


def _file(row: tuple[Any, ...]) -> FileLine:
    return FileLine(row[0], row[1], row[2], row[3], bool(row[4]), row[5])
