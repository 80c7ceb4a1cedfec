"""The open conversation: its last messages, numbered, and those before them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kustui.core.records import Conversation, EntryKey
from kustui.core.standing import BADGES
from kustui.core.text import one_line
from kustui.core.words import size
from kustui.errors import NotFound, Refused
from kustui.plain.told import SUBJECT, body_of, entry_head, head_lines
from kustui.plain.voice import Voice

if TYPE_CHECKING:
    from kustui.desk import Desk

PAGE = 5
"""Messages that are said at once."""


class Talk:
    """Which customer and conversation is open, and which of its messages were said."""

    def __init__(self, desk: Desk, voice: Voice) -> None:
        self._desk, self._voice = desk, voice
        self.customer: int | None = None
        self.conversation: int | None = None
        self.name = ""
        self._keys: Sequence[EntryKey] = ()
        self._first = 0

    @property
    def prompt(self) -> str:
        """What is open, for the prompt."""
        number = f", #{self.conversation}" if self.conversation else ""
        return f"{one_line(self.name, 30)}{number}"

    def open(self, customer_id: int, conversation_id: int | None = None) -> None:
        """Open a customer with a conversation, else the latest, and say it; raises NotFound for nobody."""
        view = self._desk.reads.timeline(customer_id)
        self.customer, self.name = view.customer.id, view.customer.name
        self.conversation = None
        # What they wrote counts as read by this, so who waits is looked at before.
        self._desk.presence.opening(view.customer.id)
        if not view.conversations:
            self._voice.say(f"{one_line(self.name)}: no conversation yet; compose begins one.")
            self._keys = ()
            return
        wanted = self._desk.reads.conversation(conversation_id).id if conversation_id else 0
        item = next((each for each in view.conversations if each.id == wanted), None)
        item = item or max(view.conversations, key=lambda each: (each.last_at, each.id))
        self.conversation = item.id
        self._say(item)
        others = [each for each in view.conversations if each.id != item.id]
        if others:
            listed = "; ".join(
                f"#{each.id} {BADGES[each.status][1].lower()} {one_line(each.subject, 40)}"
                for each in others[:PAGE]
            )
            more = f"; and {len(others) - PAGE:,} more" if len(others) > PAGE else ""
            self._voice.say(f"Also of theirs: {listed}{more}. older and newer open them.")

    def close(self) -> None:
        """Nobody is open any more."""
        self.customer = self.conversation = None
        self._keys = ()

    def follow(self) -> None:
        """Go where the open conversation is by now: an act may have made it part of another."""
        try:
            if self.conversation is not None:
                item = self._desk.reads.conversation(self.conversation)
                if item.id != self.conversation:
                    self._voice.say(f"#{self.conversation} is part of #{item.id} now, which is open.")
                self.conversation, self.customer, self.name = item.id, item.customer_id, item.customer
            elif self.customer is not None:
                there = self._desk.reads.customer(self.customer)
                self.customer, self.name = there.id, there.name
        except NotFound:
            self.close()

    def item(self) -> Conversation:
        """The open conversation as it is; raises Refused when none is open."""
        if self.conversation is None:
            raise Refused("Nothing is open", "Open a row by its number first, or name one: #142.")
        return self._desk.reads.conversation(self.conversation)

    def again(self) -> None:
        """Say the open conversation with its newest messages, which count as read by this."""
        item = self.item()
        self._desk.presence.opening(item.customer_id)
        self._say(item)

    def _say(self, item: Conversation) -> None:
        for line in head_lines(self._desk, item, self._desk.now()):
            self._voice.say(line)
        self._keys = self._messages(item.id)
        self._first = max(0, len(self._keys) - PAGE)
        if self._first:
            self._voice.say(f"{self._first:,} earlier: more says them.")
        self._entries(self._first, len(self._keys))

    def _messages(self, number: int) -> list[EntryKey]:
        view = self._desk.reads.timeline(self._desk.reads.conversation(number).customer_id)
        return [key for key in view.keys(number) if key.kind != "history"]

    def more(self) -> None:
        """Say the messages before those that were said."""
        self.item()
        if not self._first:
            self._voice.say("That was the first message.")
            return
        until, self._first = self._first, max(0, self._first - PAGE)
        self._entries(self._first, until)

    def first(self) -> None:
        """Say the messages from the first on."""
        self._keys, self._first = self._messages(self.item().id), 0
        self._entries(0, PAGE)
        if (left := len(self._keys) - PAGE) > 0:
            self._voice.say(f"{left:,} later: last says the newest.")

    def _entries(self, first: int, until: int) -> None:
        now = self._desk.now()
        view = self._desk.reads.timeline(self.customer or 0)
        for number, entry in enumerate(view.entries(self._keys[first:until]), first + 1):
            self._voice.say(entry_head(self._desk, number, entry, now))
            words, left = body_of(entry)
            self._voice.quote(words)
            said = [
                f"{left:,} more lines" if left else "",
                f"{entry.rest:,} more characters" if entry.rest else "",
                f"{entry.quoted.count(chr(10)) + 1:,} quoted lines" if entry.quoted else "",
            ]
            if any(said):
                self._voice.say(f"{', '.join(filter(None, said))}: whole {number} says all.")
            for file in entry.files:
                self._voice.say(f"File {file.id}, {one_line(file.name, SUBJECT)}, {size(file.size)}.")

    def whole(self, number: int | None) -> None:
        """Say a message uncut, with what it quotes: the one of that number, else the newest."""
        self.item()
        place = len(self._keys) if number is None else number
        if not 1 <= place <= len(self._keys):
            raise Refused("No such message", f"The conversation was said with {len(self._keys):,} messages.")
        key = self._keys[place - 1]
        (entry,) = self._desk.reads.timeline(self.customer or 0).entries([key])
        self._voice.say(entry_head(self._desk, place, entry, self._desk.now()))
        self._voice.quote(self._desk.reads.whole_body(key.id))

    def beside(self, step: int) -> None:
        """Open the customer's conversation after (1) or before (-1) this one."""
        number = self.item().id
        view = self._desk.reads.timeline(self.customer or 0)
        ids = [each.id for each in view.conversations]
        place = ids.index(number) + step
        if not 0 <= place < len(ids):
            self._voice.say(f"That is the {'newest' if step > 0 else 'oldest'} of theirs.")
            return
        self.open(view.customer.id, ids[place])

    def failed(self) -> int:
        """The outbox's number of the latest message here that was not sent; raises Refused for none."""
        view = self._desk.reads.timeline(self.customer or 0)
        keys = [key for key in self._messages(self.item().id) if key.kind == "outbound"]
        for entry in reversed(view.entries(keys[-64:])):
            if entry.fate == "failed":
                return entry.outbox_id
        raise Refused("Nothing to retry", "No message here has failed.")
