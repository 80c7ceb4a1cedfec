"""Writing a reply, a note or a new conversation line by line: every line is saved when it is typed."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from kustui.core import when
from kustui.core.channels import CHANNELS, left
from kustui.core.records import Changed, Draft
from kustui.core.sending import (
    ACTIONS,
    LATER,
    LATER_KEY,
    LATER_LABEL,
    SendAction,
    follows,
    why_not,
    window_words,
)
from kustui.core.text import one_line
from kustui.errors import KustuiError, Refused
from kustui.plain.voice import Voice

if TYPE_CHECKING:
    from kustui.desk import Desk

END = "."
WORDS = {
    ":send": "asks how, and sends; a line with . alone does the same",
    ":show": "says what is written so far",
    ":undo": "takes the last line away",
    ":cancel": "leaves; the draft is kept",
    ":discard": "throws the draft away; undo brings it back",
    ":subject": "names a new conversation: :subject Your order",
    ":to": "says whom it goes to: :to ana@example.com",
    ":cc": "says who gets a copy",
    ":bcc": "says who gets a copy that nobody sees",
    ":file": "attaches a file: :file label.pdf",
    ":help": "says these words",
}
"""What a line may be that is no text; a colon more before one makes text of it."""
GO_ON, KEEP = "n", "k"


class Editor:
    """One draft on its way from the first line to being sent, kept, or thrown away."""

    def __init__(self, desk: Desk, voice: Voice) -> None:
        self._desk, self._voice = desk, voice
        self._draft = Draft(0, desk.agent.id, 0, "note")
        self._channel = ""
        self._action: SendAction = "now"
        self._answers = (0, 0)
        self._does: dict[str, Callable[[str], None]] = {
            ":show": self._show, ":undo": self._take_away, ":subject": self._subject,
            ":to": self._people("to"), ":cc": self._people("cc"), ":bcc": self._people("bcc"),
            ":file": self._attach, ":help": self._help,
        }  # fmt: skip

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

    def _begin(self) -> None:
        draft, say = self._draft, self._voice.say
        name = one_line(self._desk.reads.customer(draft.customer_id).name, 60)
        what = "Note about" if self._is_note else "Reply to" if draft.conversation_id else "To"
        label = "" if self._is_note else f", by {CHANNELS[self._channel].label}"
        say(f"{what} {name}{label}{', to ' + ', '.join(draft.to) if draft.to else ''}.")
        copies = [f"{kind} {', '.join(found)}" for kind in ("cc", "bcc") if (found := getattr(draft, kind))]
        if copies:
            say(f"Copies: {'; '.join(copies)}.")
        if draft.conversation_id is not None and not self._is_note:
            item = self._desk.reads.conversation(draft.conversation_id)
            if ends := window_words(item.channel, item.last_inbound_at, self._desk.now(), self._desk.zone):
                say(ends + ".")
        if CHANNELS[self._channel].has_subject and draft.conversation_id is None:
            say(f"Subject: {one_line(draft.subject) or 'none yet; say it with :subject'}.")
        for file in draft.files:
            say(f"File: {one_line(file.name)}.")
        if draft.body.strip():
            say("Your draft so far; what you type goes below it:")
            self._voice.quote(draft.body)
        say("Write. A line with . alone sends, :cancel keeps the draft, :help says more.")

    def _lines(self) -> Changed | None:
        while True:
            line = self._voice.ask("")
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
                self._add(_unquoted(line))

    _is_left = False

    @property
    def _is_note(self) -> bool:
        return self._channel == "note"

    # -- the words ---------------------------------------------------------------------

    def _add(self, line: str) -> None:
        body = self._draft.body
        parted = "" if not body or body.endswith("\n") else "\n"
        self._change(body=body + parted + (line or "\n" * bool(body)))

    def _take_away(self, _: str) -> None:
        body = self._draft.body.rstrip("\n")
        if not body:
            raise Refused("Nothing to take away", "Nothing is written.")
        kept, _, gone = body.rpartition("\n")
        self._change(body=kept)
        self._voice.say("Taken away:")
        self._voice.quote(gone)

    def _change(self, **changes: object) -> None:
        """Change the draft and save it; what cannot be saved is kept here, and saved with the next line."""
        self._draft = replace(self._draft, **changes)  # type: ignore[arg-type]  # each by its name
        try:
            kept = self._desk.drafts.keep(self._draft, typing=True)
        except KustuiError as error:
            self._voice.say(f"NOT saved: {error} It is tried again with your next line.")
            return
        if kept.aside:
            self._voice.say("What you typed here in another program is set aside; undo brings it back.")
        if kept.conversation_id != self._draft.conversation_id:
            self._voice.say(f"#{self._draft.conversation_id} is part of #{kept.conversation_id} now.")
        self._draft = kept

    def _show(self, _: str) -> None:
        if self._draft.subject:
            self._voice.say(f"Subject: {one_line(self._draft.subject)}")
        self._voice.quote(self._draft.body or "(nothing is written yet)")
        if (room := left(self._channel, self._draft.body)) is not None:
            self._voice.say(f"{room:,} characters left.")

    def _subject(self, words: str) -> None:
        if self._draft.conversation_id is not None:
            raise Refused("It has its subject", ":subject is for a new conversation.")
        self._change(subject=words)
        self._voice.say(f"Subject: {one_line(words)}")

    def _people(self, name: str) -> Callable[[str], None]:
        def change(words: str) -> None:
            found = tuple(part for part in words.replace(",", " ").split() if part)
            self._change(**{name: found})
            self._voice.say(f"{name.capitalize()}: {', '.join(found) or 'nobody'}")

        return change

    def _attach(self, typed: str) -> None:
        names = shlex.split(typed) if typed.count('"') % 2 == 0 and "'" not in typed else [typed]
        if not typed:
            raise Refused("Which file?", "Name it, as in :file label.pdf.")
        for name in names:
            self._draft, line = self._desk.files.attach(self._draft, self._channel, Path(name).expanduser())
            self._voice.say(f"Attached: {one_line(line.name)}")

    def _help(self, _: str) -> None:
        for word, words in WORDS.items():
            self._voice.say(f"{word} {words}")
        self._voice.say("A colon more before one of these makes text of it; so does a second . before a dot.")

    def _kept(self) -> None:
        there = self._draft.body.strip() or self._draft.subject.strip() or self._draft.files
        self._voice.say("The draft is kept." if there else "Nothing was written.")

    def _discard(self) -> None:
        if not self._draft.id:
            self._voice.say("Nothing was written.")
            return

        def discard() -> None:
            self._desk.drafts.discard(self._draft)
            self._voice.say("Thrown away; undo brings it back.")

        self._safely(discard)

    def _safely(self, act: Callable[[], object]) -> None:
        try:
            act()
        except KustuiError as error:
            self._voice.say(str(error))

    # -- sending -----------------------------------------------------------------------

    def _happened(self) -> tuple[int, int, str]:
        """The customer's last message, the last reply of a colleague, and whose that is."""
        number = self._draft.conversation_id
        if number is None or self._draft.kind == "note":
            return 0, 0, ""
        last, _ = self._desk.reads.last_inbound(number)
        reply, who = self._desk.presence.newest_reply(number)
        return last, reply, who

    def _send(self) -> Changed | None:
        """Ask once and send; None when it is not sent, and `_is_left` tells whether the editor is left."""
        if not self._draft.body.strip() and not self._draft.files:
            self._voice.say("Nothing is written, so nothing is sent.")
            self._is_left = True
            return None
        try:
            self._warn()
            answer = self._voice.ask(self._question())
            if answer is None:
                self._kept()
                self._is_left = True
                return None
            return self._answered(answer.strip())
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

    def _question(self) -> str:
        if self._is_note:
            return f"Post the note for your team? Enter posts it, {GO_ON} writes on, {KEEP} keeps it: "
        choices = self._desk.reads.snooze_choices()
        ways = [
            f"{each.key} {each.label}"
            for each in ACTIONS.values()
            if not why_not(each.name, self._channel, choices)
        ]
        if not why_not(LATER, self._channel, choices):
            ways.append(f"{LATER_KEY} and a time {LATER_LABEL}")
        default = ACTIONS[follows(self._action, self._draft.then)].label
        to = ", ".join(self._draft.to) or "nobody"
        return f"Send to {to}? Enter {default}, {', '.join(ways)}, {GO_ON} writes on, {KEEP} keeps it: "

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


def _unquoted(line: str) -> str:
    """A line as text: one sign less before what would have been a word of the editor's."""
    is_word = line.startswith("::") and line[1:].partition(" ")[0] in WORDS
    return line[1:] if is_word or line.strip() == ".." else line
