"""Writing to customers and colleagues: drafts, replies, notes, new conversations (SPEC A, C, D)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kustui.core import attachments, sending, standing, when
from kustui.core.channels import CHANNELS
from kustui.core.people import address_value
from kustui.core.post import FileContent
from kustui.core.records import Changed, Draft, SnoozeChoice
from kustui.core.sending import SendAction
from kustui.core.text import excerpt, storable
from kustui.desk import beginning, drafts_together, moves, public_files, shortcuts
from kustui.desk.dispatch import check_time
from kustui.desk.files import put
from kustui.desk.telling import tell_named
from kustui.errors import NotFound, Refused
from kustui.store import tables
from kustui.store.queries import drafts, library, timeline
from kustui.store.queries import people as asking
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk


class Replies:
    """Drafts are kept as they are typed; what is sent is frozen, queued and one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- sending -------------------------------------------------------------------

    def send(
        self,
        draft: Draft,
        action: SendAction = "now",
        *,
        wait: bool = True,
        apart: bool = False,
        at: datetime | None = None,
        hold_on_reply: bool = False,
        files: Sequence[FileContent] = (),
    ) -> Changed:
        """Send a reply, a note or a new conversation, and do to the conversation what `action` says.

        Everything is one transaction: the frozen message, its place in the outbox, the end of the
        draft, the status. Sending the same draft again changes nothing and answers the same
        message (SPEC D7); other words under a draft that has been sent are another message. With
        `wait` the undo window of the channel runs first. With `apart` the words are none of the
        agent's open draft, which stays. With `at`, an instant ahead by the store's clock, it goes then
        and has no undo window; `hold_on_reply` holds it when the customer writes before (SPEC D4, D9).
        `files` go with those that the draft has (see `desk.files.read`).
        Raises Refused, and then nothing changed and the draft stands.
        """
        with self._desk.store.writing() as act:
            typed, draft = draft.body, drafts_together.here(act, draft)
            if draft.body != typed:
                raise Refused(
                    "Look at it first",
                    f"What you write in is part of #{draft.conversation_id} now, where you had a draft too: "
                    "both stand there.",
                )
            row = self._desk.drafts.apart(act, draft) if apart else self._desk.drafts.row(act, draft)
            if row.state == "sent" and not apart and row.body == storable(draft.body):
                return self._already(act, row)
            if row.state != "open" and not apart:
                row = self._desk.drafts.row(act, replace(draft, id=0))
            customer = asking.customer(act.ask(), draft.customer_id)
            if customer is None:
                raise NotFound("No such customer", f"There is no customer {draft.customer_id}.")
            me = self._me(act)
            conversation, is_note = beginning.conversation_of(
                act, me, draft, customer, taken=self._desk.routing
            )
            channel = "note" if is_note else conversation.channel
            held = drafts.files(act.ask(), row.id or 0)
            for file in files:
                attachments.check_channel(channel, inline=file.inline)
                held = (*held, put(act, row.id or 0, file, held))
            attachments.check_total(held)
            attachments.check_marks(draft.body, held)
            if held:
                attachments.check_channel(channel, inline=any(file.inline for file in held))
            body = sending.compose(
                channel,
                draft.body,
                signature=me.signature,
                template=library.template(act.ask(), draft.template_id) if draft.template_id else None,
            )
            to = (
                ()
                if is_note
                else draft.to or drafts.recipients(act.ask(), customer.id, draft.kind, draft.conversation_id)
            )
            if not draft.body.strip() and not held:
                raise Refused("Nothing to send", f"The {CHANNELS[channel].label} is empty.")
            sending.check(channel, body, to, draft.cc, draft.bcc)
            if not is_note and self._desk.post.carrier(channel) is None:
                raise Refused(
                    f"Nothing carries {CHANNELS[channel].label} yet",
                    f"Name a transport for it in the settings, under [channels]: {channel} = ...",
                )
            sending.check_window(channel, conversation.last_inbound_at, act.now, self._desk.zone)
            if at is not None:
                check_time(channel, at, act.now)
            day = None
            if action == "24 hours":
                day = sending.day_choice(asking.snooze_choices(act.ask()))
                if day is None:
                    raise Refused("No 24-hour snooze", sending.why_not(action, channel, ()))
            token = f"draft:{row.id}:{row.round}"
            message = self._message(act, draft, conversation, channel, body, to, token, at)
            if not is_note:
                public_files.publish(act, self._desk, body)
                self._queue(act, me, message, row, wait=wait, at=at, hold_on_reply=hold_on_reply)
            drafts.hand_over_files(act.ask(), draft_id=row.id or 0, message_id=message.id or 0)
            row.state = "sent"
            act.session.add(row)
            shortcuts.put_on_tags(act, me, conversation, draft.tags)
            action = sending.follows(action, draft.then)
            notice = self._after(act, me, conversation, message, is_note, action, at, day)
            return Changed(
                frozenset({customer.id}),
                frozenset({conversation.id or 0}),
                notice,
                conversation.id,
                customer.id,
                message.id,
            )

    # -- inside --------------------------------------------------------------------

    def _me(self, act: Writing) -> tables.Agent:
        return act.get(tables.Agent, self._desk.agent.id, "agent")

    def _message(
        self,
        act: Writing,
        draft: Draft,
        conversation: tables.Conversation,
        channel: str,
        body: str,
        to: Sequence[str],
        token: str,
        goes_at: datetime | None,
    ) -> tables.Message:
        me = self._me(act)
        kind = CHANNELS[channel].address_kind
        references: list[str] = []
        subject = ""
        if channel == "email":
            subject = (
                conversation.subject
                if draft.conversation_id is None
                else sending.reply_subject(conversation.subject)
            )
            last = timeline.last_inbound(act.ask(), conversation.id or 0)
            if last is not None and last[3]:
                references = [*json.loads(last[4]), last[3]]
        elif channel == "note" and draft.conversation_id is None:
            subject = conversation.subject

        def people(typed: Sequence[str]) -> list[dict[str, str]]:
            return [{"address": address_value(kind or "email", item)} for item in typed]

        message = act.add(
            tables.Message(
                conversation_id=conversation.id or 0,
                customer_id=conversation.customer_id,
                direction="note" if channel == "note" else "outbound",
                channel=channel,
                agent_id=me.id,
                author=me.name,
                sender=self._desk.post.address or me.email,
                recipients=json.dumps(
                    {"to": people(to), "cc": people(draft.cc), "bcc": people(draft.bcc)}, ensure_ascii=False
                ),
                subject=subject,
                body=body,
                length=len(body),
                lines=body.count("\n") + 1,
                # What is scheduled stands on the timeline where it goes.
                at=goes_at or act.now,
                token=token,
                message_id="" if channel == "note" else self._message_id(),
                refs=json.dumps(references[-100:]),
            )
        )
        if message.message_id:
            act.session.add(
                tables.Reference(message_id=message.message_id, conversation_id=conversation.id or 0)
            )
        return message

    def _queue(
        self,
        act: Writing,
        me: tables.Agent,
        message: tables.Message,
        draft: tables.Draft,
        *,
        wait: bool,
        at: datetime | None,
        hold_on_reply: bool,
    ) -> None:
        seconds = self._desk.undo_window(message.channel) if wait else 0
        act.add(
            tables.Outbox(
                message_id=message.id,
                agent_id=me.id,
                conversation_id=message.conversation_id,
                channel=message.channel,
                due_at=at or act.now + timedelta(seconds=seconds),
                scheduled=at is not None,
                hold_on_reply=hold_on_reply,
                created_at=act.now,
                undo=json.dumps({"draft_id": draft.id}),
            )
        )

    def _after(
        self,
        act: Writing,
        me: tables.Agent,
        row: tables.Conversation,
        message: tables.Message,
        is_note: bool,
        action: SendAction,
        at: datetime | None,
        day: SnoozeChoice | None,
    ) -> str:
        row.messages += 1
        row.last_at = max(row.last_at, act.now)
        row.excerpt = excerpt(message.body)
        was = moves.full_standing(act, row)
        before = moves.values(was, row.snooze_id)
        act.session.add(row)
        act.touch(row.customer_id)
        if not is_note:
            row.last_outbound_at = act.now
            row.waiting_since = standing.agent_wrote(was).waiting_since
        act.record(
            "note.posted" if is_note else "message.queued",
            me,
            customer_id=row.customer_id,
            conversation_id=row.id,
            message_id=message.id,
            before={**before, "promise": [row.target, row.target_at, row.target_left]},
            after={**moves.values(moves.standing_of(row), row.snooze_id), "action": action},
        )
        notice = f"Note posted; only the team sees it{tell_named(act, me, message)}" if is_note else "Sent"
        if at is not None:
            notice = f"Scheduled for {when.describe(at, act.now, self._desk.server_zone)}"
        if action == "done" and row.status != "done":
            moves.move(
                act, row, standing.done(was), name="conversation.done", actor=me, words="marked it as done"
            )
            notice += ", done"
        elif action == "until reply":
            to = standing.snooze(None, act.now)
            notice += f", {self._desk.triage.put_away(act, me, row, to, kind='until reply')}"
        elif day is not None:
            to = standing.snooze(act.now + timedelta(minutes=int(day.value)), act.now)
            words = self._desk.triage.put_away(act, me, row, to, label=day.label, kind=day.kind)
            notice += f", {words}"
        return notice

    def _message_id(self) -> str:
        domain = self._desk.post.address.rpartition("@")[2] or "kustui.invalid"
        return f"{self._desk.store.token(16)}@{domain}"

    def _already(self, act: Writing, row: tables.Draft) -> Changed:
        token = f"draft:{row.id}:{row.round}"
        found = drafts.message_of_token(act.ask(), token)
        if found is None:
            raise Refused("Already sent", "This draft has been sent.")
        return Changed(
            frozenset({row.customer_id}),
            frozenset({found[1]}),
            "Already sent",
            found[1],
            row.customer_id,
            found[0],
        )
