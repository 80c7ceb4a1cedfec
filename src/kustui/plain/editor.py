"""Writing a reply, a note or a new conversation line by line, until it is sent, kept, or thrown away."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING

from kustui.core import when
from kustui.core.records import Changed, Draft
from kustui.core.sending import ACTIONS, LATER, LATER_KEY, LATER_LABEL, SendAction, follows, why_not
from kustui.core.text import one_line
from kustui.errors import KustuiError, Refused
from kustui.plain.drafting import Drafting, unquoted

if TYPE_CHECKING:
    from kustui.desk import Desk

END = "."
GO_ON, KEEP = "n", "k"


class Editor(Drafting):
    """One draft on its way from the first line to its end."""

    _is_left = False

    def write(self, draft: Draft, channel: str, action: SendAction | None = None) -> Changed | None:
        """Let the agent write until it is sent; None when it is kept as a draft or thrown away.

        `action` is what sending does by default, else as the agent prefers.
        """
        self._draft, self._channel = draft, channel
        self._action = action or self._desk.words.preferences().send
        self._answers = self._happened()[:2]
        try:
            self._begin()
            return self._lines()
        except KeyboardInterrupt:
            self._kept()
            return None

    def _lines(self) -> Changed | None:
        while True:
            line = self._voice.ask("", mends=True)
            if line is None:
                self._kept()
                return None
            word, _, rest = line.partition(" ")
            if line.strip() == END or line.strip() == ":send":
                changed = self._send()
                if changed is not None:
                    return changed
                if self._is_left:
                    return None
            elif line.strip() == ":cancel":
                self._kept()
                return None
            elif line.strip() == ":discard":
                self._discard()
                return None
            elif word in self._does:
                self._safely(lambda word=word, rest=rest: self._does[word](rest.strip()))  # type: ignore[misc]
            else:
                self._add(unquoted(line))

    # -- sending -----------------------------------------------------------------------

    def _send(self) -> Changed | None:
        """Ask once and send; None when it is not sent, and `_is_left` tells whether the editor is left."""
        if not self._draft.body.strip() and not self._draft.files:
            self._voice.say("Nothing is written, so nothing is sent.")
            self._is_left = True
            return None
        try:
            self._warn()
            answer = self._asked()
            if answer is None:
                self._kept()
                self._is_left = True
                return None
            return self._answered(answer)
        except KustuiError as error:
            self._voice.say(str(error))
            self._voice.say("It is not sent; the draft is kept. Go on, or :cancel.")
            return None

    def _warn(self) -> None:
        last, reply, who = self._happened()
        if last != self._answers[0]:
            self._voice.say("They wrote while you were writing; n and :cancel let you read first.")
        if reply > self._answers[1]:
            self._voice.say(f"{one_line(who)} replied while you were writing.")
        self._answers = last, max(reply, self._answers[1])
        if not self._is_note and self._desk.post.gateway.get("url"):
            from kustui.desk import public_files

            if public := public_files.in_text(self._desk, self._draft.body):
                self._voice.say(f"Anyone who has this address can see the image: {', '.join(public)}")

    def _asked(self) -> str | None:
        """How to send, asked for once; None at the end of all lines."""
        ways = self._ways()
        while True:
            if self._is_note:
                self._voice.say("A note for your team.")
            else:
                self._voice.say(f"To {', '.join(self._draft.to) or 'nobody'}: {ways['Enter']}.")
            answer = self._voice.ask(f"Enter does; {', '.join(list(ways)[1:])}; ? says what they are: ")
            if answer is None or answer.strip() != "?":
                return None if answer is None else answer.strip()
            for key, words in ways.items():
                self._voice.say(f"{key}: {words}")

    def _ways(self) -> dict[str, str]:
        """What each answer does, by what is typed."""
        ends = {GO_ON: "go on writing", KEEP: "keep it as a draft"}
        if self._is_note:
            return {"Enter": "Create note", **ends}
        choices = self._desk.reads.snooze_choices()
        ways = {
            each.key: each.label
            for each in ACTIONS.values()
            if not why_not(each.name, self._channel, choices)
        }
        if not why_not(LATER, self._channel, choices):
            ways[LATER_KEY] = f"{LATER_LABEL}, with a time by the server's clock: {LATER_KEY} tomorrow 9am"
        return {"Enter": ACTIONS[follows(self._action, self._draft.then)].label, **ways, **ends}

    def _answered(self, answer: str) -> Changed | None:
        word, _, rest = answer.partition(" ")
        by_key = {each.key: each.name for each in ACTIONS.values()}
        if word in ("", "y", "yes", "send"):
            return self._sent(self._action)
        if word == GO_ON or word == "no":
            self._voice.say("Write on.")
            return None
        if word == KEEP:
            self._is_left = True
            self._kept()
            return None
        if self._is_note:
            raise Refused("Neither yes nor no", f"Enter posts the note, {GO_ON} writes on, {KEEP} keeps it.")
        if word in (LATER_KEY, LATER):
            found = when.parse(rest, self._desk.now(), self._desk.server_zone)
            if found.note:
                self._voice.say(found.note)
            return self._sent("now", found.at)
        if answer in ACTIONS or word in by_key:
            name = answer if answer in ACTIONS else by_key[word]
            if why := why_not(name, self._channel, self._desk.reads.snooze_choices()):
                raise Refused("Not offered here", why)
            return self._sent(ACTIONS[name].name)
        raise Refused("No such way to send", f"{one_line(answer, 40)!r} is none of them.")

    def _sent(self, action: SendAction, at: datetime | None = None) -> Changed:
        # Kept first, so that what was typed is safe whatever becomes of the sending.
        kept = self._desk.drafts.keep(self._draft)
        self._draft = kept
        changed = self._desk.replies.send(kept, "now" if self._is_note else action, at=at)
        self._voice.say(sent_words(self._desk, changed) + ".")
        return changed


def sent_words(desk: Desk, changed: Changed) -> str:
    """What is said of what was sent: what has not gone is not called sent."""
    item = None if changed.message_id is None else desk.reads.outgoing_of(changed.message_id)
    if item is None or item.fate not in ("held", "queued"):
        return changed.notice
    notice = changed.notice.replace("Sent", "On its way", 1)
    ahead = item.at - desk.now()
    if item.fate == "held" and ahead > timedelta():
        notice += f"; goes in {ceil(ahead.total_seconds())} s, undo takes it back"
    return notice
