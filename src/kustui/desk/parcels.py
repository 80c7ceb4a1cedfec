"""What is handed to a transport, read from the outbox: messages to customers, mails to the team."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kustui.clock import instant
from kustui.core import matching
from kustui.core.post import FileContent, Parcel, Person
from kustui.store.queries import incoming, receipts
from kustui.store.queries import outbox as asking

if TYPE_CHECKING:
    from kustui.desk import Desk

NOBODY = "support@kustui.invalid"


def parcel(desk: Desk, number: int) -> Parcel | None:
    """The outbox's row `number` as a parcel; None unless it is an outbound message, the copy of one, or a
    mail to an agent: no way leads from a note to a transport (SPEC A4).
    """
    with desk.store.reading() as reader:
        copied: int | None = None
        row = asking.parcel(reader, number)
        if row is None:
            copied, found = asking.copied(reader, number), asking.notice(reader, number)
            if copied is None:
                return None if found is None else _notice(desk, number, *found)
            row = asking.parcel(reader, copied)
            if row is None:
                return None
        word = matching.token(incoming.workspace_key(reader), row[11]) if row[0] == "email" else ""
        files = asking.parcel_files(reader, row[1])
        alone = receipts.alone(reader, number)
    people = json.loads(row[4])
    name = f"{row[3]} · {desk.workspace}" if desk.workspace else row[3]

    def persons(key: str) -> tuple[Person, ...]:
        return tuple(Person(item["address"], item.get("name", "")) for item in people.get(key, ()))

    references = tuple(json.loads(row[8]))
    in_subject = word and desk.post.marks_in in ("subject", "both")
    in_address = word and desk.post.marks_in in ("address", "both") and row[2]
    return Parcel(
        outbox_id=number,
        channel=row[0],
        sender=Person(row[2] or NOBODY, name),
        to=persons("to"),
        cc=persons("cc"),
        bcc=persons("bcc"),
        subject=matching.marked(row[5], word) if in_subject else row[5],
        reply_to=matching.marked_address(row[2], word) if in_address else "",
        text=row[6],
        message_id=row[7],
        in_reply_to=references[-1] if references else "",
        references=references,
        at=instant(row[9]),
        files=tuple(FileContent(*file) for file in files),
        round=row[10],
        copy=copied is not None,
        alone=alone,
    )


def _notice(desk: Desk, number: int, channel: str, payload: str, due_ms: int, round_: int) -> Parcel:
    said = json.loads(payload)
    return Parcel(
        outbox_id=number,
        channel=channel,
        sender=Person(desk.post.address or NOBODY, desk.workspace),
        to=(Person(said["to"], said["name"]),),
        subject=said["subject"],
        text=said["text"],
        message_id=said["message_id"],
        at=instant(due_ms),
        round=round_,
        internal=True,
    )
