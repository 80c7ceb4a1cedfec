"""What an agent does about a message on its way: change when it goes, take it back, settle it (SPEC D5, D7).

Every act is one compare-and-set on the message's state: of an undo and a sending, exactly one wins.
Messages are named by their number in the outbox.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kustui.clock import instant, milliseconds
from kustui.core import when
from kustui.core.channels import CHANNELS
from kustui.core.outbox import GOING, NOW
from kustui.core.records import Changed
from kustui.core.text import excerpt
from kustui.desk import public_files
from kustui.desk.copies import file_copy
from kustui.desk.owners import is_alive
from kustui.desk.restoring import answered_again, gone_unanswered, unanswered
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import drafts, history, timeline
from kustui.store.queries import outbox as asking
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk


class Dispatch:
    """The acts on what is in the outbox; each raises Refused when it is too late, and changed nothing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- settling ------------------------------------------------------------------------

    def retry(self, number: int) -> Changed:
        """Try a failed message again, now; the same message with the same name (SPEC D7)."""
        with self._desk.store.writing() as act:
            row = self._row(act, number)
            again = {"attempts": 0, "round": row.round + 1, "reason": ""}
            self._move(act, "retry", row, due_at=milliseconds(act.now), **again)
            return self._done(act, row, "message.retried", "tried it again", "Trying again")

    def send_again(self, number: int) -> Changed:
        """Send an uncertain message again, although it may have arrived.

        Refused while the program that was sending it is still there: it may yet send it.
        """
        with self._desk.store.writing() as act:
            row = self._row(act, number)
            if row.state == "uncertain" and is_alive(row.owner):
                process = row.owner.split(":")[1]
                raise Refused(
                    "It may still be on its way",
                    f"The program that was sending it still runs (process {process}). End it first, or wait.",
                )
            again = {"attempts": 0, "round": row.round + 1, "reason": "", "carrier": ""}
            self._move(act, "send again", row, due_at=milliseconds(act.now), **again)
            return self._done(act, row, "message.sent_again", "had it sent again", "Sending it again")

    def arrived(self, number: int) -> Changed:
        """Settle an uncertain message: somebody has found out that it did arrive."""
        with self._desk.store.writing() as act:
            row = self._row(act, number)
            reason = f"{self._desk.agent.name} found that it arrived."
            self._move(act, "arrived", row, reason=reason, sent_at=milliseconds(act.now))
            file_copy(self._desk, act, number)
            return self._done(
                act, row, "message.arrived", "found that it did arrive", "Settled: it did arrive"
            )

    def discard(self, number: int) -> Changed:
        """Give up on a failed, held or uncertain message; it stays on the timeline, and can be undone."""
        with self._desk.store.writing() as act:
            row = self._row(act, number)
            was = row.state
            self._move(act, "discard", row)
            # An uncertain one may have got out, or may yet.
            then = "nothing more is tried" if was == "uncertain" else "it will not be sent"
            words = f"discarded the message: {then}"
            waits = was != "uncertain" and row.message_id is not None and gone_unanswered(act, row)
            before = {"state": was, "waits": waits}
            return self._done(act, row, "message.discarded", words, f"Discarded; {then}", before)

    # -- when it goes ----------------------------------------------------------------------

    def reschedule(self, number: int, at: datetime) -> Changed:
        """Have a message go at another time (aware, in the future by the store's clock) (SPEC D5).

        Takes a scheduled one, one that is held, and one that failed.
        """
        with self._desk.store.writing() as act:
            row = self._row(act, number)
            self._a_message(row)
            check_time(row.channel, at, act.now)
            before = {
                "due_at": row.due_at,
                "state": row.state,
                "scheduled": row.scheduled,
                "reason": row.reason,
                "replied_at": row.replied_at,
            }
            self._to_be_sent(act, row, at, scheduled=True)
            zone = self._desk.server_zone
            words = f"scheduled the message for {when.absolute(at, zone, act.now)} {when.zone_name(zone, at)}"
            notice = f"Scheduled for {when.describe(at, act.now, zone)}"
            return self._done(act, row, "message.rescheduled", words, notice, before, {"due_at": at})

    def send_now(self, number: int) -> Changed:
        """Have a scheduled or held message go now."""
        with self._desk.store.writing() as act:
            row = self._row(act, number)
            if row.state == "failed":
                raise Refused("Nothing to send now", "It failed; try it again instead.")
            if row.kind == "message":
                self._to_be_sent(act, row, act.now, scheduled=False)
            else:
                self._move(act, "release held", row, due_at=milliseconds(act.now), reason="")
            return self._done(act, row, "message.released", "had it sent now", "Sending it now")

    def hold_on_reply(self, number: int, hold: bool) -> Changed:
        """Say whether the customer's reply before a scheduled message is due holds it (SPEC D9)."""
        with self._desk.store.writing() as act:
            row = self._row(act, number)
            self._a_message(row)
            if row.state != "queued" or not row.scheduled:
                raise Refused(
                    "Not scheduled", f"Only what is scheduled can be held by a reply; {NOW[row.state]}."
                )
            before = row.hold_on_reply
            row.hold_on_reply = hold
            act.session.add(row)
            words = "a reply holds it" if hold else "a reply does not hold it"
            return self._done(
                act, row, "message.hold_on_reply", words, words.capitalize(), {"hold_on_reply": before},
                {"hold_on_reply": hold},
            )  # fmt: skip

    # -- taking it back ----------------------------------------------------------------------

    def take_back(self, number: int) -> Changed:
        """Make a message that nobody has begun to send a draft again, whole (SPEC D5, D7)."""
        with self._desk.store.writing() as act:
            row = self._row(act, number)
            self._a_message(row)
            message = act.get(tables.Message, row.message_id, "message")
            conversation_id, customer_id = message.conversation_id, message.customer_id
            before, after = history.queued(act.ask(), customer_id, message.id or 0)
            me = act.get(tables.Agent, self._desk.agent.id, "agent")
            draft = self.back_to_draft(act, message.id or 0)
            if draft.conversation_id is not None:
                conversation = act.get(tables.Conversation, conversation_id, "conversation")
                unanswered(act, me, conversation, before, after)
            else:
                conversation_id = 0
            act.record(
                "message.taken_back",
                me,
                "took the message back",
                customer_id=customer_id,
                conversation_id=conversation_id or None,
                after={"draft_id": draft.id},
            )
            whose = act.get(tables.Agent, draft.agent_id, "agent")
            return Changed(
                frozenset({customer_id}),
                frozenset({conversation_id} - {0}),
                f"Taken back; it is a draft{f' of {whose.name}' * (whose.id != me.id)} again",
                conversation_id or None,
                customer_id,
            )

    def back_to_draft(self, act: Writing, message_id: int) -> tables.Draft:
        """Inside an act: a message that nobody has begun to send is a draft again, whole.

        Raises Refused when it is too late, and then nothing changed.
        """
        message = act.get(tables.Message, message_id, "message")
        found = asking.of_message(act.ask(), message_id)
        if found is None:
            raise Refused("Too late to take back", "The message did not go by the outbox.")
        row = act.get(tables.Outbox, found[0], "message")
        self._move(act, "take back", row, message_id=None, conversation_id=None)
        conversation = act.get(tables.Conversation, message.conversation_id, "conversation")
        held = act.get(tables.Draft, json.loads(row.undo or "{}")["draft_id"], "draft")
        begun = held.conversation_id is None
        if begun and drafts.has_more(act.ask(), message.conversation_id, message_id):
            # What came meanwhile keeps the conversation, so the words are a reply in it.
            begun, held.conversation_id, held.kind = False, message.conversation_id, "reply"
        draft = self._desk.drafts.bring_back(act, held.id or 0)
        drafts.hand_over_files(act.ask(), draft_id=draft.id or 0, message_id=message_id, back=True)
        reference = act.session.get(tables.Reference, message.message_id)
        if reference is not None:
            act.session.delete(reference)
        act.session.delete(message)
        act.session.flush()
        public_files.withdraw(act, self._desk, message.body)
        act.touch(conversation.customer_id)
        if begun:
            drafts.forget(act.ask(), message.conversation_id)
            act.session.delete(conversation)
        else:
            last = timeline.last_words(act.ask(), message.conversation_id)
            conversation.messages -= 1
            conversation.excerpt = excerpt(last.body)
            conversation.last_at = min(last.at, act.now)
            conversation.last_outbound_at = last.outbound_at
            act.session.add(conversation)
        return draft

    def undo(self, act: Writing, name: str, before: dict[str, Any], after: dict[str, Any]) -> str:
        """Inside an act: take back a discard or a change of the schedule; answers what is so again."""
        row = self._row(act, after["outbox_id"])
        if name == "message.discarded":
            self._move(act, f"restore {before['state']}", row)
            if before.get("waits"):
                answered_again(act, row)
            return f"Undone; the message is {before['state']} again"
        if before["state"] == "failed":
            raise Refused("Too late to undo", "The message had failed before; see the outbox.")
        at = instant(before["due_at"])
        if before["state"] == "held":
            told = {"reason": before["reason"], "replied_at": before["replied_at"]}
            self._move(act, "hold", row, due_at=before["due_at"], scheduled=before["scheduled"], **told)
            self._stands_at(act, row, at)
            return "Undone; the message is held again"
        if at <= act.now:
            raise Refused("Too late to undo", "The time it was scheduled for is past.")
        self._to_be_sent(act, row, at, scheduled=before["scheduled"])
        return f"Undone; it goes {when.describe(at, act.now, self._desk.server_zone)}"

    # -- inside ----------------------------------------------------------------------------------

    def _row(self, act: Writing, number: int) -> tables.Outbox:
        return act.get(tables.Outbox, number, "message in the outbox")

    def _a_message(self, row: tables.Outbox) -> None:
        if row.kind != "message":
            raise Refused("Not a message", "That is a mail to one of the team; it can only be tried again.")
        if row.message_id is None:
            raise Refused("Too late", f"That cannot be done: {NOW[row.state]}.")

    def _to_be_sent(self, act: Writing, row: tables.Outbox, at: datetime, *, scheduled: bool) -> None:
        """Queue a message for `at`; it stands on the timeline where it goes."""
        tried = {"attempts": 0, "reason": "", "round": row.round + (row.state == "failed")}
        self._move(
            act, "reschedule", row, due_at=milliseconds(at), scheduled=scheduled, replied_at=None, **tried
        )
        self._stands_at(act, row, at)

    def _stands_at(self, act: Writing, row: tables.Outbox, at: datetime) -> None:
        message = act.get(tables.Message, row.message_id, "message")
        message.at = at
        act.session.add(message)

    def _move(self, act: Writing, name: str, row: tables.Outbox, **values: Any) -> None:
        """One compare-and-set; refused when the message is not in a state for it any more."""
        if not asking.move(act.ask(), name, row.id or 0, **values):
            act.session.refresh(row)
            doubt = row.state == "queued" and row.carrier
            why = "a try that was cut short may have got out, and is repeated" if doubt else NOW[row.state]
            title = "Too late" if row.state in GOING else "Not as it stands"
            raise Refused(title, f"That cannot be done: {why}.")
        act.session.refresh(row)

    def _done(
        self,
        act: Writing,
        row: tables.Outbox,
        name: str,
        words: str,
        notice: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> Changed:
        customer_id = None
        if row.conversation_id is not None:
            customer_id = act.get(tables.Conversation, row.conversation_id, "conversation").customer_id
        act.record(
            name,
            act.get(tables.Agent, self._desk.agent.id, "agent"),
            words,
            on_timeline=row.kind == "message",
            customer_id=customer_id,
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            before=before,
            after={**(after or {}), "outbox_id": row.id},
        )
        customers = frozenset() if customer_id is None else frozenset({customer_id})
        conversations = frozenset() if row.conversation_id is None else frozenset({row.conversation_id})
        return Changed(customers, conversations, notice, row.conversation_id, customer_id, row.message_id)


def check_time(channel: str, at: datetime, now: datetime) -> None:
    """Refuse a channel that cannot send later, and a time that is not ahead (SPEC D1, D4)."""
    rules = CHANNELS[channel]
    if not rules.sends_later:
        raise Refused(f"No sending later by {rules.label}", "Only email and SMS can be scheduled.")
    if at <= now:
        raise Refused("That time is past", "Only a time ahead, by the server's clock, can be scheduled.")
    if at - now > when.FARTHEST:
        raise Refused("That is too far away", "A message may be scheduled five years ahead at most.")
