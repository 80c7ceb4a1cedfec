"""Drafts of what is merged: no word is lost, and all go back as they came (SPEC C9)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kustui.core.records import Draft
from kustui.store import tables
from kustui.store.queries import drafts as asking
from kustui.store.queries import merging
from kustui.store.queries.merging import Whole
from kustui.store.writing import Writing

WORDS = ("subject", "body", "recipients", "template_id", "actions")


def join(act: Writing, owner: Whole, away: int, into: int) -> dict[str, Any]:
    """Inside an act: the drafts of a conversation, or those of a customer that begin a new one, are the
    other's. Where an agent has one of the kind in both, the words of the second stand below the first's.
    Answers what `part` takes.
    """
    moved, below = [], []
    for number in merging.open_drafts(act.ask(), owner, away):
        row = act.get(tables.Draft, number, "draft")
        there = into if owner == "conversation" else None
        whose = row.customer_id if owner == "conversation" else into
        other = asking.open_draft(act.ask(), row.agent_id, whose, row.kind, there)
        if other is None:
            setattr(row, f"{owner}_id", into)
            act.session.add(row)
            moved.append(number)
        else:
            below.append(_put_below(act, row, act.get(tables.Draft, other[0], "draft")))
    act.flush()
    # What was sent may be taken back, and what was discarded brought back: there, then.
    rest = "state NOT IN ('open', 'merged')" + " AND conversation_id IS NULL" * (owner == "customer")
    moved += merging.move(act.ask(), "draft", owner, away, into, rest)
    return {"moved": moved, "below": below}


def part(act: Writing, owner: Whole, held: dict[str, Any], of: int, away: int) -> None:
    """Inside an act: what `join` answered goes back; words that were changed since stay where they are."""
    merging.move_back(act.ask(), "draft", owner, held["moved"], of, away)
    for item in held["below"]:
        row = act.get(tables.Draft, item["draft"], "draft")
        other = act.get(tables.Draft, item["other"], "draft")
        act.session.refresh(other)
        whole = _together(item["before"]["body"], row.body)
        if other.state != "open" or other.body != whole or row.state != "merged":
            continue
        for name in WORDS:
            setattr(other, name, item["before"][name])
        row.state, row.saved_at = "open", act.now
        other.saved_at = act.now
        merging.files_of_draft(act.ask(), other.id or 0, row.id or 0, item["files"])
        act.session.add(other)
        act.session.add(row)


def here(act: Writing, draft: Draft) -> Draft:
    """Inside an act: a draft as it was typed, in the place where what was written there belongs by now.

    What goes on with words that stand below another's by now goes on there.
    """
    customer_id, conversation_id = merging.place(act.ask(), draft.customer_id, draft.conversation_id)
    place = (customer_id, conversation_id)
    if place == (draft.customer_id, draft.conversation_id):
        return draft
    draft = replace(draft, customer_id=customer_id, conversation_id=conversation_id)
    row = act.session.get(tables.Draft, draft.id) if draft.id else None
    if row is None or row.state != "merged":
        return draft
    held = asking.open_draft(act.ask(), draft.agent_id, customer_id, draft.kind, conversation_id)
    other = act.get(tables.Draft, held[0], "draft") if held else None
    if other is None or not other.body.endswith(row.body):
        return replace(draft, id=0)
    body = other.body.removesuffix(row.body) + draft.body
    row.body = draft.body
    act.session.add(row)
    return replace(draft, id=other.id or 0, body=body, saved_at=other.saved_at)


def _put_below(act: Writing, row: tables.Draft, other: tables.Draft) -> dict[str, Any]:
    before = {name: getattr(other, name) for name in WORDS}
    if not other.body.strip() and not other.subject.strip():
        for name in WORDS:
            setattr(other, name, getattr(row, name))
    other.body = _together(before["body"], row.body)
    other.saved_at = act.now
    row.state = "merged"
    act.session.add(row)
    act.session.add(other)
    files = merging.files_of_draft(act.ask(), row.id or 0, other.id or 0)
    return {"draft": row.id, "other": other.id, "before": before, "files": files}


def _together(one: str, other: str) -> str:
    return f"{one.rstrip()}\n\n{other}" if one.strip() and other.strip() else one if one.strip() else other
