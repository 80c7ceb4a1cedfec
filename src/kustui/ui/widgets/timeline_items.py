"""A customer's conversations and their entries in one row, read only where they are looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

from kustui.core.records import Conversation, Entry, EntryKey
from kustui.ui.widgets.entry_lines import View, entry_lines, header_lines
from kustui.ui.widgets.file_lines import Pictured, no_picture
from kustui.ui.widgets.lines import Line

CHUNK = 32
ENTRIES = 256
LINES = 128

# ("conversation", id) for a header, else the entry's kind and id.
Identity = tuple[str, int]


class TimelineSource(Protocol):
    """Where a timeline's items come from; every answer is quick."""

    @property
    def conversations(self) -> tuple[Conversation, ...]:
        """The customer's conversations, the oldest first."""

    def keys(self, conversation_id: int) -> Sequence[EntryKey]:
        """The keys of all entries of a conversation, the oldest first."""

    def entries(self, keys: Sequence[EntryKey]) -> Sequence[Entry]:
        """The entries of at most 64 keys, in their order."""


class Items:
    """Item 0 is the first conversation's header; its entries follow when it is unfolded, and so on."""

    def __init__(
        self,
        source: TimelineSource,
        view: View,
        *,
        current: int | None,
        unfolded: set[int],
        quotes: set[Identity],
        picture: Pictured = no_picture,
        before: Items | None = None,
    ) -> None:
        """`before` is what was shown until now: where it is of the same source, that is not read again."""
        self.source = source
        self.view = view
        self.current = current
        self.unfolded = unfolded
        self.quotes = quotes
        self._picture = picture
        self.conversations = source.conversations
        known = before.unfolded_keys() if before is not None and before.source is source else {}
        self._keys: list[Sequence[EntryKey]] = [
            () if each.id not in unfolded else known[each.id] if each.id in known else source.keys(each.id)
            for each in self.conversations
        ]
        self._firsts: list[int] = []
        count = 0
        for keys in self._keys:
            self._firsts.append(count)
            count += 1 + len(keys)
        self.count = count
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._lines: OrderedDict[int, list[Line]] = OrderedDict()

    def unfolded_keys(self) -> dict[int, Sequence[EntryKey]]:
        """The keys of the entries, by the conversations that are unfolded."""
        both = zip(self.conversations, self._keys, strict=True)
        return {each.id: keys for each, keys in both if each.id in self.unfolded}

    def estimates(self) -> list[int]:
        """About how many lines each item takes."""
        heights: list[int] = []
        room = self.view.room
        for keys in self._keys:
            heights.append(1)
            heights += [1 if key.kind == "history" else key.lines + key.length // room + 2 for key in keys]
        return heights

    def identity(self, index: int) -> Identity:
        """What an item is, wherever it stands."""
        block, place = self._where(index)
        if place < 0:
            return "conversation", self.conversations[block].id
        key = self._keys[block][place]
        return key.kind, key.id

    def find(self, identity: Identity, conversation_id: int) -> int | None:
        """Where an item of a conversation stands now; its header when it is folded away; or None."""
        block = next((n for n, each in enumerate(self.conversations) if each.id == conversation_id), None)
        if block is None:
            return None
        first = self._firsts[block]
        for place, key in enumerate(self._keys[block]):
            if key.id == identity[1] and key.kind == identity[0]:
                return first + 1 + place
        return first

    def conversation(self, index: int) -> Conversation:
        """The conversation an item belongs to."""
        return self.conversations[self._where(index)[0]]

    def span(self, conversation_id: int | None) -> tuple[int, int] | None:
        """Index of a conversation's header, and of what follows its last entry."""
        for each, first, keys in zip(self.conversations, self._firsts, self._keys, strict=True):
            if each.id == conversation_id:
                return first, first + 1 + len(keys)
        return None

    def entry(self, index: int) -> Entry | None:
        """The entry of an item; None for a header, or for one that is gone from the source."""
        block, place = self._where(index)
        if place < 0:
            return None
        entry = self._entries.get(index)
        if entry is None:
            begin = place // CHUNK * CHUNK
            keys = self._keys[block][begin : begin + CHUNK]
            found = {(each.kind, each.id): each for each in self.source.entries(keys)}
            first = self._firsts[block] + 1 + begin
            for at, key in enumerate(keys, first):
                if (each := found.get((key.kind, key.id))) is not None:
                    self._entries[at] = each
            while len(self._entries) > ENTRIES:
                self._entries.popitem(last=False)
            entry = self._entries.get(index)
        return entry

    def lines(self, index: int) -> list[Line]:
        """The lines of an item."""
        lines = self._lines.get(index)
        if lines is not None:
            self._lines.move_to_end(index)
            return lines
        block, place = self._where(index)
        conversation = self.conversations[block]
        if place < 0:
            lines = header_lines(
                conversation,
                self.view,
                current=conversation.id == self.current,
                unfolded=conversation.id in self.unfolded,
            )
        elif (entry := self.entry(index)) is None:
            lines = [Line([])]
        else:
            keys = self._keys[block]
            lines = entry_lines(
                entry,
                self.view,
                before_ms=keys[place - 1].at_ms if place else None,
                after=keys[place + 1].kind if place + 1 < len(keys) else None,
                quotes=(entry.kind, entry.id) in self.quotes,
                channel=conversation.channel,
                picture=self._picture,
            )
        self._lines[index] = lines
        if len(self._lines) > LINES:
            self._lines.popitem(last=False)
        return lines

    def forget(self, index: int) -> None:
        """Make an item's lines anew when they are asked for."""
        self._lines.pop(index, None)

    @property
    def room(self) -> int:
        """Columns for a picture."""
        return self.view.room

    def holding(self, files: set[int]) -> list[int]:
        """The items known to hold any of these files."""
        return [
            index
            for index, entry in self._entries.items()
            if entry.files and any(file.id in files for file in entry.files)
        ]

    def _where(self, index: int) -> tuple[int, int]:
        """Number of the conversation, and place among its entries (-1 for the header)."""
        block = bisect_right(self._firsts, index) - 1
        return block, index - self._firsts[block] - 1
