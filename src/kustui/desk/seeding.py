"""Filling a workspace with a made-up scene, for demos and training: one transaction, no message sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kustui.core.channels import CHANNELS
from kustui.core.people import address_value
from kustui.core.records import Changed
from kustui.core.scene import INCOMING, Away, Guest, Said, Scene, Talk, author_of, subject_of, summary
from kustui.core.text import clean, file_name, one_line
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk


class Seeding:
    """Writes scenes; refused where there are customers already, so no real workspace is ever mixed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def fill(self, scene: Scene) -> Changed:
        """Write `scene` into the empty workspace; its colleague with the agent's login is the agent.

        History lines carry names but no agent, so that undo never reaches into what was made up.
        """
        with self._desk.store.writing() as act:
            if act.ask().value("SELECT 1 FROM customer LIMIT 1"):
                raise Refused("Not an empty workspace", "A made-up scene is written into a new one only.")
            scribe = _Scribe(self._desk, act, scene)
            for guest in scene.guests:
                scribe.guest(guest)
            for minutes, name in enumerate(reversed(scene.viewing), 1):
                scribe.view(name, minutes)
            return Changed(frozenset(scribe.customers.values()), notice="The scene is set")


@dataclass(frozen=True, slots=True)
class _Where:
    """Whose conversation something is written into."""

    customer_id: int
    conversation_id: int


class _Scribe:
    """Writes one scene in one act."""

    def __init__(self, desk: Desk, act: Writing, scene: Scene) -> None:
        self._act = act
        self._address = desk.post.address
        self._me = desk.agent.id
        self.customers: dict[str, int] = {}
        self._blobs: set[str] = set()
        self._agents = self._team(scene)
        self._sub_statuses: dict[tuple[str, str], int] = {}
        for position, (status, label) in enumerate(scene.sub_statuses):
            row = act.add(tables.SubStatus(status=status, label=label, position=position))
            self._sub_statuses[status, label] = row.id or 0
        labels = {label for guest in scene.guests for talk in guest.talks for label in talk.tags}
        labels |= set(scene.tags)
        self._tags = {label: act.add(tables.Tag(label=label)).id or 0 for label in sorted(labels)}
        for name, body in scene.shortcuts:
            act.session.add(tables.Shortcut(name=name, body=body))
        for name, body in scene.templates:
            act.session.add(tables.Template(name=name, body=body))
        for name, source, texts in scene.snippets:
            snippet = act.add(tables.Snippet(name=name, source=source))
            for language, body in texts:
                act.session.add(tables.SnippetText(snippet_id=snippet.id or 0, language=language, body=body))

    def _team(self, scene: Scene) -> Mapping[str, tables.Agent]:
        held = {
            row[1]: self._act.get(tables.Agent, row[0], "agent")
            for row in self._act.ask().all("SELECT id, login FROM agent")
        }
        for one in scene.colleagues:
            row = held.get(one.login) or tables.Agent(
                login=one.login, name=one.name, created_at=self._act.now
            )
            row.name, row.email, row.zone, row.language = one.name, one.email, one.zone, one.language
            held[one.login] = self._act.add(row)
        return held

    def guest(self, guest: Guest) -> None:
        """A customer with everything that was ever said."""
        act = self._act
        customer_id = self.customers[guest.name] = act.key(tables.Customer)
        act.line(
            tables.Customer,
            id=customer_id,
            name=one_line(guest.name, 120),
            company=one_line(guest.company, 120),
            zone=guest.zone,
            language=guest.language,
            about=clean(guest.about),
            vip=guest.vip,
            created_at=min(
                (talk.said[0].written or talk.said[0].at for talk in guest.talks), default=act.now
            ),
        )
        for kind, typed in guest.addresses:
            act.line(
                tables.Address,
                customer_id=customer_id,
                kind=kind,
                value=address_value(kind, typed),
                shown=typed,
            )
        for talk in guest.talks:
            self._talk(guest, customer_id, talk)
        act.touch(customer_id)

    def view(self, name: str, minutes_ago: int) -> None:
        """A customer the agent has open."""
        self._act.line(
            tables.Viewing,
            agent_id=self._me,
            customer_id=self.customers[name],
            opened_at=self._act.now - timedelta(minutes=minutes_ago),
        )

    # -- a conversation ----------------------------------------------------------------

    def _talk(self, guest: Guest, customer_id: int, talk: Talk) -> None:
        act = self._act
        where = _Where(customer_id, act.key(tables.Conversation))
        row = summary(talk, act.now)
        snooze_id = self._put_away(where, talk.away, row["last_at"]) if talk.away else None
        sub_status_id = self._sub_statuses[talk.status, talk.sub_status] if talk.sub_status else None
        act.line(
            tables.Conversation,
            id=where.conversation_id,
            customer_id=customer_id,
            sub_status_id=sub_status_id,
            assignee_id=self._agents[talk.assignee].id if talk.assignee else None,
            snooze_id=snooze_id,
            snoozed_until=talk.away.until if talk.away else None,
            messages=len(talk.said),
            **row,
        )
        for label in talk.tags:
            act.line(tables.ConversationTag, conversation_id=where.conversation_id, tag_id=self._tags[label])
        for number, said in enumerate(talk.said):
            self._said(guest, where, talk, said, first=number == 0)
        for mark in talk.marks:
            self._history(mark.act, mark.at, self._name(mark.by), mark.words, where, on_timeline=True)
        if talk.draft:
            self._draft(where, self._me, talk.draft, act.now - timedelta(minutes=2), "open")

    def _put_away(self, where: _Where, away: Away, at: datetime) -> int:
        number = self._act.key(tables.Snooze)
        self._act.line(
            tables.Snooze,
            id=number,
            conversation_id=where.conversation_id,
            agent_id=self._agents[away.by].id,
            kind=away.kind,
            label=away.label,
            until=away.until,
            keep_on_reply=away.keep_on_reply,
            created_at=at,
        )
        return number

    def _said(self, guest: Guest, where: _Where, talk: Talk, said: Said, *, first: bool) -> None:
        act = self._act
        number = act.key(tables.Message)
        channel = "note" if said.kind == "note" else talk.channel
        wanted = CHANNELS[channel].address_kind
        theirs = next((address_value(k, typed) for k, typed in guest.addresses if k == wanted), "")
        incoming = said.kind in INCOMING
        agent = None if incoming else self._agents[said.by]
        to = [] if said.kind == "note" else [self._address if incoming else theirs]
        body = clean(said.body)
        at = said.written or said.at
        author = agent.name if agent else author_of(guest, said)
        token, message_id = None, ""
        if said.kind == "outbound":
            draft_id = self._draft(where, agent.id if agent else None, said.body, at, "sent")
            token = f"draft:{draft_id}:0"
            self._outbox(number, where.conversation_id, agent, channel, at, said, draft_id)
        if channel == "email":
            domain = (theirs if incoming else self._address).rpartition("@")[2]
            message_id = said.message_id or f"scene-{number}@{domain}"
            act.line(tables.Reference, message_id=message_id, conversation_id=where.conversation_id)
        act.line(
            tables.Message,
            id=number,
            conversation_id=where.conversation_id,
            customer_id=where.customer_id,
            direction="inbound" if incoming else said.kind,
            channel=channel,
            agent_id=agent.id if agent else None,
            author=author,
            sender=theirs if incoming else self._address,
            recipients=json.dumps({"to": [{"address": item} for item in to]}, ensure_ascii=False),
            subject=subject_of(talk, said, first=first) if channel == "email" else "",
            body=body,
            quoted=clean(said.quoted),
            length=len(body),
            lines=body.count("\n") + 1,
            # What is scheduled stands on the timeline where it goes.
            at=said.at if said.state == "queued" else at,
            external_id=f"scene:{number}" if incoming else None,
            message_id=message_id,
            token=token,
            automatic=said.kind == "automatic",
            bounce=said.kind == "bounce",
        )
        if incoming:
            act.line(tables.Original, message_id=number, content=said.body.encode("utf-8", "replace"))
        self._files(number, said)
        name = {"outbound": "message.sent", "note": "note.posted"}.get(said.kind, "message.received")
        self._history(name, at, author, "", where, message_id=number)

    def _files(self, message_id: int, said: Said) -> None:
        for file in said.files:
            digest = hashlib.sha256(file.content).hexdigest()
            if digest not in self._blobs:
                self._act.line(tables.Blob, sha256=digest, content=file.content)
                self._blobs.add(digest)
            self._act.line(
                tables.Attachment,
                message_id=message_id,
                sha256=digest,
                name=file_name(file.name),
                media_type=file.media_type,
                size=len(file.content),
                inline=file.inline,
            )

    def _draft(self, where: _Where, agent_id: int | None, body: str, at: datetime, state: str) -> int:
        number = self._act.key(tables.Draft)
        self._act.line(
            tables.Draft,
            id=number,
            agent_id=agent_id,
            customer_id=where.customer_id,
            conversation_id=where.conversation_id,
            kind="reply",
            state=state,
            body=body,
            saved_at=at,
        )
        return number

    def _outbox(
        self,
        number: int,
        conversation_id: int,
        agent: tables.Agent | None,
        channel: str,
        at: datetime,
        said: Said,
        draft_id: int,
    ) -> None:
        scheduled = said.state == "queued"
        self._act.line(
            tables.Outbox,
            message_id=number,
            conversation_id=conversation_id,
            agent_id=agent.id if agent else None,
            channel=channel,
            state=said.state,
            due_at=said.at,
            scheduled=scheduled,
            attempts=0 if scheduled else 1,
            reason=said.reason,
            created_at=at,
            sent_at=said.at if said.state == "sent" else None,
            undo=json.dumps({"draft_id": draft_id}),
        )

    def _history(
        self,
        name: str,
        at: datetime,
        actor: str,
        words: str,
        where: _Where,
        *,
        message_id: int | None = None,
        on_timeline: bool = False,
    ) -> None:
        self._act.line(
            tables.History,
            at=at,
            actor=actor,
            act=name,
            words=words,
            customer_id=where.customer_id,
            conversation_id=where.conversation_id,
            message_id=message_id,
            on_timeline=on_timeline,
        )

    def _name(self, login: str) -> str:
        agent = self._agents.get(login)
        return agent.name if agent else login
