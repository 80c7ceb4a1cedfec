"""Drafts: kept as they are typed, never lost, never under another customer (SPEC C5, C9)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kustui.clock import milliseconds
from kustui.core.records import Changed, Draft, FileLine
from kustui.core.text import one_line, storable
from kustui.desk import drafts_together
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import drafts as asking
from kustui.store.queries import merging
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk


class Drafts:
    """One draft for each agent, conversation and kind. `desk.reads.draft` reads them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def keep(self, draft: Draft, *, typing: bool = False) -> Draft:
        """Write a draft as it stands on the screen and answer it with its id and time (SPEC C9), and where
        what it was written in has been merged into another, with the other's number.

        `typing` says that it is being written at this moment, which colleagues may know.

        Words that the same agent saved there from another program since `draft.saved_at` are not
        written over but set aside; undo brings them back.
        """
        kept = self._kept_plainly(draft, typing=typing)
        if kept is not None:
            return kept
        with self._desk.store.writing(quiet=True) as act:
            draft = drafts_together.here(act, draft)
            aside = self._set_aside(act, draft)
            before = self._shown(act, draft)
            row = self.row(act, draft)
            if row.state != "open":
                row = self.row(act, replace(draft, id=0))
            if self._shown(act, draft) != before:
                act.quiet = False
            if typing:
                self._desk.presence.typing(act, draft)
            files = asking.files(act.ask(), row.id or 0)
            return replace(self.as_kept(draft, row, files), aside=aside)

    def _kept_plainly(self, draft: Draft, *, typing: bool) -> Draft | None:
        """The usual case of `keep`, where nothing stands in the way of the words: the first ones typed need
        not wait for the ORM. None when more is to be done than to write them, and nothing was written.
        """
        place = draft.customer_id, draft.conversation_id
        with self._desk.store.writing_plainly(quiet=True) as act:
            held = asking.open_draft(act.ask(), draft.agent_id, place[0], draft.kind, place[1])
            usual = not draft.id if held is None else draft.id in (0, held[0])
            if not usual or merging.place(act.ask(), *place) != place or _stands_apart(held, draft):
                return None
            words = _words(draft)
            number = asking.put_words(act.ask(), held[0] if held else 0, draft, words, act.now)
            # Lists show that there is a draft: one with words in it.
            act.quiet = act.quiet and bool(held and held[2]) == bool(words["body"])
            if typing:
                self._desk.presence.typing(act, draft)
            return replace(
                draft, id=number, saved_at=act.now, files=asking.files(act.ask(), number), aside=False
            )

    def as_kept(self, draft: Draft, row: tables.Draft, files: tuple[FileLine, ...]) -> Draft:
        """A draft with the number, the time and the files that its row has."""
        return replace(draft, id=row.id or 0, saved_at=row.saved_at, files=files)

    def discard(self, draft: Draft) -> Changed:
        """Throw a draft away; it can be undone (SPEC C5)."""
        with self._desk.store.writing() as act:
            return self._discard(act, self.row(act, drafts_together.here(act, draft)))

    def throw_away(self, draft_id: int) -> Changed:
        """Discard one of the agent's own drafts by its number; it can be undone (SPEC C5).

        Raises Refused for another agent's draft and for one that is not open.
        """
        with self._desk.store.writing() as act:
            row = act.get(tables.Draft, draft_id, "draft")
            if row.agent_id != self._desk.agent.id:
                raise Refused("Another agent's draft", f"Draft {draft_id} is not yours to discard.")
            return replace(
                self._discard(act, row),
                notice=f"Discarded draft {draft_id}; undo brings it back",
                conversation_id=row.conversation_id,
            )

    def bring_back(self, act: Writing, draft_id: int) -> tables.Draft:
        """Inside an act: a discarded draft is open again; words typed since stand below it."""
        row = act.get(tables.Draft, draft_id, "draft")
        other = asking.open_draft(act.ask(), row.agent_id, row.customer_id, row.kind, row.conversation_id)
        if other is not None and other[0] != row.id:
            newer = act.get(tables.Draft, other[0], "draft")
            if newer.body.strip():
                row.body = f"{row.body.rstrip()}\n\n{newer.body}"
            newer.state = "merged"
            act.session.add(newer)
            act.session.flush()
        row.state = "open"
        row.round += 1
        row.saved_at = act.now
        act.session.add(row)
        act.touch(row.customer_id)
        return row

    def _shown(self, act: Writing, draft: Draft) -> bool:
        """Whether lists show that there is a draft: one with words in it."""
        held = asking.open_draft(
            act.ask(), draft.agent_id, draft.customer_id, draft.kind, draft.conversation_id
        )
        return held is not None and bool(held[2])

    def _set_aside(self, act: Writing, draft: Draft) -> bool:
        held = asking.open_draft(
            act.ask(), draft.agent_id, draft.customer_id, draft.kind, draft.conversation_id
        )
        if held is None or not _stands_apart(held, draft):
            return False
        row = act.get(tables.Draft, held[0], "draft")
        other = self._new(act, draft, "discarded")
        other.subject, other.body, other.recipients = row.subject, row.body, row.recipients
        other.template_id, other.actions = row.template_id, row.actions
        self._discarded(act, act.add(other))
        return True

    def _discard(self, act: Writing, row: tables.Draft) -> Changed:
        if row.state != "open":
            raise Refused("Nothing to discard", f"That draft has been {row.state} already.")
        return self._discarded(act, row)

    def _discarded(self, act: Writing, row: tables.Draft) -> Changed:
        row.state = "discarded"
        act.session.add(row)
        act.record(
            "draft.discarded",
            act.get(tables.Agent, self._desk.agent.id, "agent"),
            f"discarded a {row.kind}",
            customer_id=row.customer_id,
            conversation_id=row.conversation_id,
            after={"draft_id": row.id},
        )
        return Changed(frozenset({row.customer_id}), customer_id=row.customer_id)

    def row(self, act: Writing, draft: Draft) -> tables.Draft:
        """Inside an act: the draft's row, with the words of `draft` unless it has been sent since."""
        number = draft.id
        if not number:
            held = asking.open_draft(
                act.ask(), draft.agent_id, draft.customer_id, draft.kind, draft.conversation_id
            )
            number = held[0] if held else 0
        row = None if not number else act.session.get(tables.Draft, number)
        if row is None:
            row = self._new(act, draft, "open")
        return row if row.state != "open" else self._write(act, row, draft)

    def apart(self, act: Writing, draft: Draft) -> tables.Draft:
        """Inside an act: a row of its own for words that are sent at once; the open draft stays as it is."""
        return self._write(act, self._new(act, draft, "sent"), draft)

    def _new(self, act: Writing, draft: Draft, state: str) -> tables.Draft:
        return tables.Draft(
            agent_id=draft.agent_id,
            customer_id=draft.customer_id,
            conversation_id=draft.conversation_id,
            kind=draft.kind,
            state=state,
            saved_at=act.now,
        )

    def _write(self, act: Writing, row: tables.Draft, draft: Draft) -> tables.Draft:
        for name, value in _words(draft).items():
            setattr(row, name, value)
        row.saved_at = act.now
        return act.add(row)


def _stands_apart(held: tuple[Any, ...] | None, draft: Draft) -> bool:
    """Whether the words that are saved are others than those which `draft` goes on with; `held` is as
    `open_draft` answers it.
    """
    if held is None or not held[2].strip():
        return False
    if draft.saved_at is not None and held[4] == milliseconds(draft.saved_at):
        return False
    return not storable(draft.body).startswith(held[2])


def _words(draft: Draft) -> dict[str, Any]:
    """What a draft's row holds of what was typed and chosen."""
    return {
        "subject": one_line(draft.subject, 250),
        "body": storable(draft.body),
        "recipients": json.dumps({"to": draft.to, "cc": draft.cc, "bcc": draft.bcc}, ensure_ascii=False),
        "template_id": draft.template_id or None,
        "actions": json.dumps({"tags": draft.tags, "then": draft.then}, ensure_ascii=False),
    }
