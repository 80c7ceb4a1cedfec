"""Making one conversation of two, and two of them again, exactly (SPEC B, C9, D7).

What came from the one that is merged away is named in the history's line, so that it goes back, and
what came since stays. The other one leads to it: by number, by References, by a draft being typed.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kustui.clock import instant, milliseconds
from kustui.core import standing
from kustui.core.channels import CHANNELS
from kustui.core.records import Changed, Conversation
from kustui.core.text import excerpt
from kustui.desk import drafts_together, moves, routing
from kustui.desk.restoring import restore, stands
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import incoming, library, merging, staff, timeline
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

MESSAGES = ("messages", "excerpt", "created_at", "last_at", "last_inbound_at", "last_outbound_at")
"""What a conversation's row says of its messages."""
OWN = ("assignee_id", "team_id", "priority", "first_reply_at")
"""What a conversation takes over from one that is merged into it."""
PROMISED = ("target", "target_at", "target_left")
"""What the team has promised in a conversation."""
HANGING = ("message", "outbox")
"""What goes along whole; what leads to the one (References, tokens) is led on by the row itself."""


def merge(desk: Desk, away_id: int, into_id: int) -> Changed:
    """Make the conversation `away_id` part of `into_id`, of the same customer and channel.

    Its messages, drafts, references, scheduled messages, tags and followers are the other's; its history
    stays its own. Raises Refused, saying why, for two that cannot be one.
    """
    with desk.store.writing() as act:
        me = act.get(tables.Agent, desk.agent.id, "agent")
        away = act.get(tables.Conversation, away_id, "conversation")
        into = act.get(tables.Conversation, into_id, "conversation")
        _check(away, into)
        was, other = moves.full_standing(act, into), moves.full_standing(act, away)
        before = {
            **moves.values(moves.standing_of(away), away.snooze_id),
            "unread": away.unread,
            "own": _held(away),
            "into": _held(into),
            "stood": moves.values(moves.standing_of(into), into.snooze_id),
        }
        after = _move(act, away, into)
        adopted = act.session.get(tables.Snooze, away.snooze_id or 0)
        _away(act, away, into)
        to = standing.joined(was, other)
        stirs = to.status == "open" and was.status != "open"
        moves.move(
            act,
            into,
            to,
            name="conversation.joined",
            actor=me,
            words=f"merged #{away.id} {away.subject or away.excerpt} into it"[:200],
            snooze=_again(act, adopted, into) if adopted is not None and to is other else None,
            ended_by="merged",
            stirs=stirs,
        )
        routing.give(act, desk.queues)
        stood = moves.values(moves.standing_of(into), into.snooze_id)
        act.record(
            "conversation.merged",
            me,
            f"merged it into #{into.id} {into.subject or into.excerpt}"[:200],
            on_timeline=True,
            customer_id=away.customer_id,
            conversation_id=away.id,
            before=before,
            after={**after, "into_id": into.id, "into": _held(into), "stood": stood},
        )
        return _changed(away, into, f"#{away.id} is part of #{into.id} now")


def unmerge(desk: Desk, conversation_id: int) -> Changed:
    """Take a conversation out of the one that it was merged into: what came from it goes back, what came
    since stays. Raises Refused for one that stands by itself.
    """
    with desk.store.writing() as act:
        line = merging.last_line(act.ask(), "conversation", conversation_id)
        away = act.session.get(tables.Conversation, conversation_id)
        if away is None:
            away = act.get(tables.Conversation, conversation_id, "conversation")
        if line is None or away.merged_into is None:
            raise Refused("Not merged", f"#{conversation_id} is not part of another conversation.")
        me = act.get(tables.Agent, desk.agent.id, "agent")
        into = act.get(tables.Conversation, away.merged_into, "conversation")
        notice = separate(desk, act, me, conversation_id, json.loads(line[2]), json.loads(line[3]))
        if line[1] == me.id:
            # Undo goes on with the act before.
            act.record("undone", me, notice, customer_id=away.customer_id, after={"history_id": line[0]})
        return _changed(away, into, notice)


def separate(
    desk: Desk,
    act: Writing,
    me: tables.Agent,
    away_id: int,
    before: dict[str, Any],
    after: dict[str, Any],
) -> str:
    """Inside an act: undo what a line of history says of a merge; answers what is so again."""
    away = act.session.get(tables.Conversation, away_id)
    if away is None or away.merged_into is None:
        raise Refused("Apart already", f"#{away_id} stands by itself already.")
    into = act.get(tables.Conversation, away.merged_into, "conversation")
    if into.customer_id != away.customer_id:
        raise Refused(
            "Different customers", f"#{into.id} is another customer's now; merge the customers first."
        )
    number = into.id or 0
    answered = _held(into)["last_outbound_at"] != after["into"]["last_outbound_at"]
    reader = act.ask()
    for table in HANGING:
        merging.move_back(reader, table, "conversation", after[table], number, away_id)
    drafts_together.part(act, "conversation", after["drafts"], number, away_id)
    for label in after["tags"]:
        library.untag(act.ask(), number, label)
    for agent_id in after["followers"]:
        staff.unfollow(act.ask(), number, agent_id)
    merging.lead_back(act.ask(), "conversation", after["led"], number, away_id)
    away.merged_into = None
    away.unread = min(before["unread"], into.unread)
    into.unread -= away.unread
    _put(away, (*MESSAGES, *PROMISED), before["own"])
    _again_as(act, into, before["into"], after["into"])
    if answered:
        before = {**before, "waiting_since": None}
    restore(act, me, away, before, f"took it out of #{into.id} again")
    words = f"took #{away.id} out of it again"
    if stands(into, after["stood"]):
        restore(act, me, into, before["stood"], words)
    else:
        if into.waiting_since is not None:
            since = into.last_outbound_at or instant(0)
            into.waiting_since = incoming.waiting_since(act.ask(), number, since)
        act.session.add(into)
        act.touch(into.customer_id)
        act.record(
            "conversation.parted",
            me,
            words,
            on_timeline=True,
            customer_id=into.customer_id,
            conversation_id=number,
        )
    routing.give(act, desk.queues)
    return f"#{away.id} stands by itself again; it was part of #{into.id}"


def parts(desk: Desk, conversation_id: int) -> list[Conversation]:
    """What became part of a conversation."""
    with desk.store.reading() as reader:
        numbers = merging.parts(reader, "conversation", conversation_id)
        return timeline.conversations_of(reader, numbers)


# -- inside --------------------------------------------------------------------------


def _check(away: tables.Conversation, into: tables.Conversation) -> None:
    if away.id == into.id:
        raise Refused("The same conversation", f"#{away.id} cannot become part of itself.")
    if away.customer_id != into.customer_id:
        raise Refused(
            "Different customers",
            f"#{away.id} and #{into.id} are two customers'. Merge the customers first: "
            f"kustui merge-customers {away.customer_id} --into {into.customer_id}",
        )
    # An answer goes by the channel of its conversation; a note goes nowhere.
    if away.channel not in (into.channel, "note"):
        one, other = CHANNELS[away.channel].label, CHANNELS[into.channel].label
        raise Refused(
            "Different channels",
            f"#{away.id} is {one}, #{into.id} is {other}: answers in one of them would go the wrong way.",
        )


def _move(act: Writing, away: tables.Conversation, into: tables.Conversation) -> dict[str, Any]:
    """Let all that hangs on one hang on the other; answers what that was."""
    a, b = away.id or 0, into.id or 0
    reader = act.ask()
    moved: dict[str, Any] = {table: merging.move(reader, table, "conversation", a, b) for table in HANGING}
    moved["drafts"] = drafts_together.join(act, "conversation", a, b)
    reader = act.ask()
    there = library.tags_of(reader, b)
    moved["tags"] = [label for label in library.tags_of(reader, a) if label not in there]
    known = library.tags(reader)
    for label in moved["tags"]:
        act.session.add(tables.ConversationTag(conversation_id=b, tag_id=known[label.lower()]))
    followers = staff.followers(reader, a)
    moved["followers"] = [number for number in followers if staff.follow(act.ask(), b, number)]
    moved["led"] = merging.lead_on(act.ask(), "conversation", a, b)
    into.unread += away.unread
    _count(act, into)
    into.created_at = min(into.created_at, away.created_at)
    into.last_at = max(into.last_at, away.last_at)
    if into.assignee_id is None and into.team_id is None:
        into.assignee_id, into.team_id = away.assignee_id, away.team_id
    into.priority = max(into.priority, away.priority)
    into.first_reply_at = into.first_reply_at or away.first_reply_at
    into.stirred_at = max(into.stirred_at, away.stirred_at)
    act.session.add(into)
    act.touch(into.customer_id)
    return moved


def _away(act: Writing, away: tables.Conversation, into: tables.Conversation) -> None:
    """The row of what is part of another: done, and nothing in it."""
    if away.snooze_id is not None:
        moves.end_snooze(act, away.snooze_id, "merged")
    away.status, away.sub_status_id = "done", None
    away.waiting_since = away.snoozed_until = away.snooze_id = None
    away.unread = away.messages = 0
    away.merged_into = into.id
    act.session.add(away)
    act.touch(away.customer_id)
    act.flush()


def _again(act: Writing, snooze: tables.Snooze, into: tables.Conversation) -> tables.Snooze:
    """The snooze of what is merged away, for the other one."""
    return tables.Snooze(
        conversation_id=into.id or 0,
        agent_id=snooze.agent_id,
        kind=snooze.kind,
        label=snooze.label,
        until=snooze.until,
        keep_on_reply=snooze.keep_on_reply,
        created_at=act.now,
    )


def _count(act: Writing, row: tables.Conversation) -> None:
    """Say anew of a conversation what its messages say."""
    number = row.id or 0
    row.messages, first, inbound, outbound = merging.standing_of_messages(act.ask(), number)
    last = timeline.last_words(act.ask(), number)
    row.excerpt = excerpt(last.body)
    if first is not None:
        row.created_at, row.last_at = instant(first), min(last.at, act.now)
    row.last_inbound_at = None if inbound is None else instant(inbound)
    row.last_outbound_at = None if outbound is None else instant(outbound)


def _held(row: tables.Conversation) -> dict[str, object]:
    values = ((name, getattr(row, name)) for name in (*MESSAGES, *OWN, *PROMISED))
    return {name: milliseconds(value) if isinstance(value, datetime) else value for name, value in values}


def _put(row: tables.Conversation, names: tuple[str, ...], held: dict[str, Any]) -> None:
    for name in names:
        value = held[name]
        setattr(row, name, instant(value) if name.endswith("_at") and value is not None else value)


def _again_as(act: Writing, into: tables.Conversation, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The other one's row as before; what has changed since stays, or is counted anew."""
    now = _held(into)
    if all(now[name] == after[name] for name in MESSAGES):
        _put(into, MESSAGES, before)
    else:
        _count(act, into)
    _put(into, tuple(name for name in OWN if now[name] == after[name]), before)


def _changed(away: tables.Conversation, into: tables.Conversation, notice: str) -> Changed:
    both = frozenset({away.id or 0, into.id or 0})
    whose = frozenset({away.customer_id, into.customer_id})
    return Changed(whose, both, notice, away.merged_into or away.id, away.customer_id)
