"""A draft that is written line by line: every line is saved when it is typed."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kustui.core.channels import CHANNELS, left
from kustui.core.records import Draft
from kustui.core.sending import SendAction, window_words
from kustui.core.text import one_line
from kustui.errors import KustuiError, Refused
from kustui.plain.voice import Voice

if TYPE_CHECKING:
    from kustui.desk import Desk

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


class Drafting:
    """Keeps the words, and says them."""

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

    @property
    def _is_note(self) -> bool:
        return self._channel == "note"

    def _happened(self) -> tuple[int, int, str]:
        """The customer's last message, the last reply of a colleague, and whose that is."""
        number = self._draft.conversation_id
        if number is None or self._draft.kind == "note":
            return 0, 0, ""
        last, _ = self._desk.reads.last_inbound(number)
        reply, who = self._desk.presence.newest_reply(number)
        return last, reply, who

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


def unquoted(line: str) -> str:
    """A line as text: one sign less before what would have been a word of the editor's."""
    is_word = line.startswith("::") and line[1:].partition(" ")[0] in WORDS
    return line[1:] if is_word or line.strip() == ".." else line
