"""Writing a conversation's next standing: its row, the end of its snooze, its line of history."""

from __future__ import annotations

from datetime import datetime

from kustui.core.standing import Standing
from kustui.desk.telling import tell_followers
from kustui.store import tables
from kustui.store.writing import Writing

HEARD = ("conversation.done", "conversation.reopened")
"""What a colleague does that the followers of a conversation hear of."""


def standing_of(row: tables.Conversation) -> Standing:
    """The standing a conversation's row holds, without what its snooze says about replies."""
    return Standing(
        status=row.status,  # type: ignore[arg-type]
        sub_status_id=row.sub_status_id,
        waiting_since=row.waiting_since,
        snoozed_until=row.snoozed_until,
    )


def full_standing(act: Writing, row: tables.Conversation) -> Standing:
    """The standing with what the running snooze says about replies."""
    standing = standing_of(row)
    snooze = act.session.get(tables.Snooze, row.snooze_id) if row.snooze_id else None
    if snooze is None or not snooze.keep_on_reply:
        return standing
    return Standing(
        standing.status,
        standing.sub_status_id,
        standing.waiting_since,
        standing.snoozed_until,
        keep_on_reply=True,
    )


def values(standing: Standing, snooze_id: int | None) -> dict[str, object]:
    """A standing as a line of history keeps it."""
    return {
        "status": standing.status,
        "sub_status_id": standing.sub_status_id,
        "waiting_since": standing.waiting_since,
        "snoozed_until": standing.snoozed_until,
        "snooze_id": snooze_id,
    }


def move(
    act: Writing,
    row: tables.Conversation,
    to: Standing,
    *,
    name: str,
    actor: tables.Agent | str,
    words: str,
    snooze: tables.Snooze | None = None,
    resumes: int | None = None,
    ended_by: str = "status",
    stirs: bool = False,
    on_timeline: bool = True,
    message_id: int | None = None,
) -> None:
    """Give `row` its next standing in this act and append the line of history `name`.

    A snooze that was running ends, saying by what, unless the conversation stays snoozed by it
    (SPEC B9: a snooze whose conversation moved on never wakes anything). `snooze` begins,
    `resumes` names one that had ended and runs again. `stirs` brings the customer back into
    inboxes that had closed it.
    """
    before = values(standing_of(row), row.snooze_id)
    stays = snooze is None and resumes in (None, row.snooze_id) and to.status == "snoozed"
    if row.snooze_id is not None and not stays:
        end_snooze(act, row.snooze_id, ended_by)
        row.snooze_id = None
    if resumes is not None and row.snooze_id is None:
        again = act.get(tables.Snooze, resumes, "snooze")
        again.ended_at, again.ended_by = None, ""
        act.session.add(again)
        row.snooze_id = resumes
    if snooze is not None:
        row.snooze_id = act.add(snooze).id
    row.status = to.status
    row.sub_status_id = to.sub_status_id
    row.waiting_since = to.waiting_since
    row.snoozed_until = to.snoozed_until
    if stirs:
        stir(row, act.now)
    act.session.add(row)
    act.touch(row.customer_id)
    act.record(
        name,
        actor,
        words,
        on_timeline=on_timeline,
        customer_id=row.customer_id,
        conversation_id=row.id,
        message_id=message_id,
        before=before,
        after=values(to, row.snooze_id),
    )
    if name in HEARD and isinstance(actor, tables.Agent):
        told = f"{actor.name} {words}: #{row.id} {row.subject or row.excerpt}"
        tell_followers(act, row, f"{act.deed}:{row.id}", told, actor.id)


def end_snooze(act: Writing, snooze_id: int, by: str) -> None:
    """End a snooze, once: it can wake nothing any more."""
    snooze = act.session.get(tables.Snooze, snooze_id)
    if snooze is not None and snooze.ended_at is None:
        snooze.ended_at = act.now
        snooze.ended_by = by
        act.session.add(snooze)


def stir(row: tables.Conversation, at: datetime) -> None:
    """Mark that something came which an agent should see."""
    row.stirred_at = max(row.stirred_at, at)
