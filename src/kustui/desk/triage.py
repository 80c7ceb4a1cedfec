"""Putting conversations where they belong: snoozed, done, open, assigned; and the sidebar."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kustui.core import standing, when
from kustui.core.records import Changed, SnoozeChoice
from kustui.core.standing import Standing
from kustui.desk import assigning, moves, routing
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import drafts, people, snoozes
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk


class Triage:
    """The acts that move conversations about, each one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- status ----------------------------------------------------------------

    def snooze(
        self,
        conversation_id: int,
        until: datetime | None,
        *,
        label: str = "",
        kind: str = "",
        sub_status_id: int | None = None,
        keep_on_reply: bool = False,
    ) -> Changed:
        """Put a conversation away until an instant (aware), or until the customer replies (None).

        `keep_on_reply` keeps a timed snooze although the customer replies (SPEC B9). Raises Refused
        for an instant that is not in the future; then nothing changed (SPEC B3).
        """
        with self._desk.store.writing() as act:
            row = act.get(tables.Conversation, conversation_id, "conversation")
            to = standing.snooze(until, act.now, keep_on_reply=keep_on_reply)
            return self._snooze(act, row, to, label=label, kind=kind, sub_status_id=sub_status_id)

    def snooze_again(self, conversation_id: int) -> Changed:
        """Put a conversation away as this agent last put one away, counted from now (SPEC B3, B9).

        Whether a reply ends it is carried, its sub-status is not. Raises Refused when there was no
        snooze yet, and when the time it was until is past.
        """
        with self._desk.store.writing() as act:
            row = act.get(tables.Conversation, conversation_id, "conversation")
            last = snoozes.last_of(act.ask(), self._desk.agent.id)
            if last is None:
                raise Refused("No snooze yet", "You have snoozed nothing yet that could be done again.")
            kind, label, until, keep = last
            choices = people.snooze_choices(act.ask())
            moment = when.again(kind, label, until, choices, act.now, self._desk.zone)
            to = standing.snooze(moment.at if moment else None, act.now, keep_on_reply=keep)
            return self._snooze(act, row, to, label=label, kind=kind)

    def snooze_by(
        self,
        conversation_id: int,
        choice: SnoozeChoice,
        sub_status_id: int | None = None,
        *,
        keep_on_reply: bool = False,
    ) -> Changed:
        """Put a conversation away by one of the workspace's choices (SPEC B3, B4)."""
        moment = when.of_choice(choice, self._desk.now(), self._desk.zone)
        return self.snooze(
            conversation_id,
            moment.at if moment else None,
            label=choice.label,
            kind=choice.kind,
            sub_status_id=sub_status_id,
            keep_on_reply=keep_on_reply,
        )

    def put_away(
        self,
        act: Writing,
        me: tables.Agent,
        row: tables.Conversation,
        to: Standing,
        *,
        label: str = "",
        kind: str = "",
    ) -> str:
        """Inside an act: snooze `row` as `to` says, and answer what happened in words."""
        until = to.snoozed_until
        zone = self._desk.zone
        words = (
            "snoozed until they reply"
            if until is None
            else f"snoozed until {when.absolute(until, zone, act.now)} {when.zone_name(zone, until)}"
        )
        words += ", even if they reply" * to.keep_on_reply
        moves.move(
            act,
            row,
            to,
            name="conversation.snoozed",
            actor=me,
            words=words,
            ended_by="snoozed again",
            snooze=tables.Snooze(
                conversation_id=row.id or 0,
                agent_id=me.id,
                kind=kind or ("until reply" if until is None else "wall clock"),
                label=label,
                until=until,
                keep_on_reply=to.keep_on_reply,
                created_at=act.now,
            ),
        )
        return words

    def remove_snooze(self, conversation_id: int) -> Changed:
        """Open a snoozed conversation before its time (SPEC B8)."""
        return self._move(conversation_id, standing.remove_snooze, "snooze.removed", "removed the snooze")

    def done(self, conversation_id: int) -> Changed:
        """Resolve a conversation (SPEC B10)."""
        return self._move(conversation_id, standing.done, "conversation.done", "marked it as done")

    def reopen(self, conversation_id: int) -> Changed:
        """Open a done or snoozed conversation again (SPEC B10)."""
        return self._move(conversation_id, standing.reopen, "conversation.reopened", "re-opened it")

    def refine(self, conversation_id: int, sub_status_id: int | None) -> Changed:
        """Set the sub-status, or clear it with None (SPEC B2)."""
        with self._desk.store.writing() as act:
            row = act.get(tables.Conversation, conversation_id, "conversation")
            choice = None if sub_status_id is None else act.get(tables.SubStatus, sub_status_id, "sub-status")
            to = standing.refine(
                moves.full_standing(act, row), sub_status_id, choice.status if choice else None
            )
            words = f"set the sub-status to {choice.label}" if choice else "cleared the sub-status"
            moves.move(act, row, to, name="conversation.refined", actor=self.me(act), words=words)
            return self._changed(row, f"Sub-status: {choice.label}" if choice else "Sub-status cleared")

    # -- people ----------------------------------------------------------------

    def assign(self, conversation_id: int, agent_id: int | None) -> Changed:
        """Assign a conversation to an agent, or with None to nobody, for anyone to take."""
        with self._desk.store.writing() as act:
            row = act.get(tables.Conversation, conversation_id, "conversation")
            notice = assigning.assign(act, self.me(act), row, agent_id)
            routing.give(act, self._desk.queues)
            return self._changed(row, notice)

    def assign_team(self, conversation_id: int, team_id: int) -> Changed:
        """Put a conversation into a team's queue: its members see it, and one of them takes it (SPEC E1)."""
        with self._desk.store.writing() as act:
            row = act.get(tables.Conversation, conversation_id, "conversation")
            notice = assigning.assign_team(act, self.me(act), row, team_id)
            routing.give(act, self._desk.queues)
            return self._changed(row, notice)

    # -- the sidebar -----------------------------------------------------------

    def open_customer(self, customer_id: int) -> Changed:
        """Open a customer: what they wrote counts as read, and Currently Viewing holds them (SPEC E1)."""
        with self._desk.store.writing_plainly() as act:
            act.must_be("customer", customer_id)
            drafts.put_viewing(act.ask(), self._desk.agent.id, customer_id, act.now)
            if drafts.read_all(act.ask(), customer_id):
                act.touch(customer_id)
            return Changed(customers=frozenset({customer_id}), customer_id=customer_id)

    def close_customer(self, customer_id: int) -> Changed:
        """X: take a customer off the sidebar; no status, assignment or draft changes (SPEC E2)."""
        with self._desk.store.writing() as act:
            customer = act.get(tables.Customer, customer_id, "customer")
            opened_at = self._close(act, customer_id)
            act.record(
                "customer.closed",
                self.me(act),
                f"closed {customer.name}",
                customer_id=customer_id,
                before={"opened_at": opened_at},
            )
            return Changed(customers=frozenset({customer_id}), notice=f"Closed {customer.name}")

    def clear_all(self, panel: str) -> Changed:
        """Clear all of a panel: "inbox" or "viewing"; new messages bring inbox rows back (SPEC E2)."""
        with self._desk.store.writing() as act:
            me = self.me(act)
            if panel == "inbox":
                me.inbox_cleared_at = act.now
                act.session.add(me)
            elif panel != "viewing":
                raise Refused("Nothing to clear", f"There is no panel called {panel!r}.")
            act.session.flush()
            drafts.forget_viewing(act.ask(), self._desk.agent.id, in_inbox=panel == "inbox")
            act.record("sidebar.cleared", me, f"cleared {panel}", after={"panel": panel})
            return Changed(notice="Inbox cleared" if panel == "inbox" else "Currently Viewing cleared")

    # -- inside ----------------------------------------------------------------

    def me(self, act: Writing) -> tables.Agent:
        """The agent's own row in this act."""
        return act.get(tables.Agent, self._desk.agent.id, "agent")

    def _close(self, act: Writing, customer_id: int) -> datetime | None:
        """Take a customer off both panels; answers since when Currently Viewing held them."""
        me = self._desk.agent.id
        viewing = act.session.get(tables.Viewing, (me, customer_id))
        if viewing is not None:
            act.session.delete(viewing)
        hidden = act.session.get(tables.Hidden, (me, customer_id))
        if hidden is None:
            hidden = tables.Hidden(agent_id=me, customer_id=customer_id, at=act.now)
        hidden.at = act.now
        act.session.add(hidden)
        return viewing.opened_at if viewing is not None else None

    def _move(self, conversation_id: int, rule: _Rule, name: str, words: str) -> Changed:
        with self._desk.store.writing() as act:
            row = act.get(tables.Conversation, conversation_id, "conversation")
            to = rule(moves.full_standing(act, row))
            moves.move(
                act,
                row,
                to,
                name=name,
                actor=self.me(act),
                words=words,
                ended_by="removed",
                stirs=to.status == "open",
            )
            routing.released(act, row, self._desk.queues)
            routing.give(act, self._desk.queues)
            return self._changed(row, {"done": "Done", "open": "Open again"}[to.status])

    def _snooze(
        self,
        act: Writing,
        row: tables.Conversation,
        to: Standing,
        *,
        label: str,
        kind: str,
        sub_status_id: int | None = None,
    ) -> Changed:
        kept = row.sub_status_id if row.status == to.status else None
        to = self._refined(act, to, sub_status_id or kept)
        words = self.put_away(act, self.me(act), row, to, label=label, kind=kind)
        routing.give(act, self._desk.queues)
        return self._changed(row, words[0].upper() + words[1:])

    def _refined(self, act: Writing, to: Standing, sub_status_id: int | None) -> Standing:
        if sub_status_id is None:
            return to
        choice = act.get(tables.SubStatus, sub_status_id, "sub-status")
        return standing.refine(to, sub_status_id, choice.status)

    def _changed(self, row: tables.Conversation, notice: str) -> Changed:
        return Changed(
            customers=frozenset({row.customer_id}),
            conversations=frozenset({row.id or 0}),
            notice=f"{notice} · #{row.id} {row.subject or row.excerpt}"[:160],
            conversation_id=row.id,
            customer_id=row.customer_id,
        )


if TYPE_CHECKING:
    from collections.abc import Callable

    _Rule = Callable[[Standing], Standing]
