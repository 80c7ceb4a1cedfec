"""A customer's one timeline: as quick with 10,000 entries as with ten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from kustui.core.records import Entry, FileLine
from kustui.ui.widgets.entry_lines import INDENT, View
from kustui.ui.widgets.file_lines import no_picture
from kustui.ui.widgets.pictures import PicturedView, Pictures
from kustui.ui.widgets.timeline_items import Identity, Items, TimelineSource


class Timeline(PicturedView):
    """Conversations, folded but for the current one, with their entries.

    `now` tells the time that "in 2 d" is counted from, `zone` the one times of day are shown in,
    `pager_key` the key that shows a long message whole, `message_key` the one that offers what can be
    done about a message on its way, `me` who reads; `pictures` are those of the files, None where
    none are shown.
    The view sticks to the end of the current conversation, or of everything, when it is there.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "lines(-1)", "Up", show=False),
        Binding("down", "lines(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "to_start", "Start", show=False),
        Binding("end", "to_end", "End", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"timeline--{name}"
        for name in (
            "fold", "open", "snoozed", "done", "number", "subject", "subject-current", "unread", "muted",
            "rule", "day", "name", "name-ours", "rail", "note-rail", "note", "body", "body-pending", "quote",
            "bold", "italic", "code", "mention", "file", "history", "sent", "pending", "bad", "placeholder",
        )
    }  # fmt: skip
    PREFIX = "timeline"

    current_conversation: reactive[int | None] = reactive(None, repaint=False)
    """The conversation that replies go to; it is unfolded."""

    class TimelineMessage(Message):
        """Something on a timeline."""

        def __init__(self, timeline: Timeline) -> None:
            super().__init__()
            self.timeline = timeline

        @property
        def control(self) -> Timeline:
            """The timeline it happened in."""
            return self.timeline

    class ConversationChosen(TimelineMessage):
        """Another conversation became the current one."""

        def __init__(self, timeline: Timeline, conversation_id: int) -> None:
            super().__init__(timeline)
            self.conversation_id = conversation_id

    class EntryChosen(TimelineMessage):
        """An entry's head was clicked."""

        def __init__(self, timeline: Timeline, entry: Entry) -> None:
            super().__init__(timeline)
            self.entry = entry

    class RestWanted(EntryChosen):
        """The rest of a long body was clicked."""

    class FileChosen(TimelineMessage):
        """A file was clicked."""

        def __init__(self, timeline: Timeline, entry: Entry, file: FileLine) -> None:
            super().__init__(timeline)
            self.entry = entry
            self.file = file

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        pager_key: str = "v",
        message_key: str = "m",
        me: int = 0,
        pictures: Pictures | None = None,
        placeholder: Content | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, id=id, classes=classes)
        self._now = now
        self._pager_key = pager_key
        self._message_key = message_key
        self._me = me
        self.zone = zone
        self.pictures = pictures
        self._source: TimelineSource | None = None
        self._items: Items | None = None
        self._turned: set[int] = set()  # conversations folded or unfolded by hand, against the rule
        self._quotes: set[Identity] = set()
        self._whole = False  # whether the end that the view sticks to is that of everything

    def show(self, source: TimelineSource, *, conversation_id: int | None = None) -> None:
        """Show `source`.

        The same customer with the same (or no) conversation keeps the view where it is, or at the
        end if it was there; else the end of the conversation (by default the last) comes into view.
        """
        old, self._source = self._source, source
        same = old is not None and _customer(old) == _customer(source)
        if not same:
            self._turned.clear()
            self._quotes.clear()
        known = [each.id for each in source.conversations]
        current = self.current_conversation if conversation_id is None and same else conversation_id
        if current not in known:
            current = known[-1] if known else None
        stays = same and current == self.current_conversation
        self.set_reactive(Timeline.current_conversation, current)
        if not stays:
            self._anchor, self._whole = None, False
        self._rebuild(anew=True)

    def renew(self) -> None:
        """Say anew what depends on the time."""
        self._rebuild(anew=True)

    def pictured(self) -> Items | None:
        """The items, for their pictures."""
        return self._items

    def entries_in_view(self) -> list[Entry]:
        """The entries of which something is in view, the topmost first."""
        items = self._items
        if items is None:
            return []
        return [entry for index in self.in_view() if (entry := items.entry(index)) is not None]

    def to_start(self) -> None:
        """Show the first conversation."""
        self._go(0, up=True)

    def to_end(self) -> None:
        """Show the end of everything, and stay there when more comes."""
        self._anchor, self._whole = None, True
        self._settle()

    def go_conversation(self, delta: int) -> None:
        """Make the next or (negative) an earlier conversation the current one and show its header."""
        known = [each.id for each in self._items.conversations] if self._items else []
        if known:
            at = known.index(self.current_conversation) if self.current_conversation in known else 0
            self.choose_conversation(known[max(0, min(at + delta, len(known) - 1))])

    def choose_conversation(self, conversation_id: int) -> None:
        """Make a conversation the current one and show its header at the top."""
        chosen = conversation_id != self.current_conversation
        self.set_reactive(Timeline.current_conversation, conversation_id)
        self._turned.discard(conversation_id)
        self._rebuild()
        span = self._items.span(conversation_id) if self._items else None
        if span is not None:
            self._anchor = (span[0], 0)
            self._settle()
        if chosen:
            self.post_message(self.ConversationChosen(self, conversation_id))

    def toggle_fold(self, conversation_id: int | None = None) -> None:
        """Fold or unfold a conversation, by default the current one."""
        conversation_id = self.current_conversation if conversation_id is None else conversation_id
        if conversation_id is not None:
            self._anchor = self.anchor_here()
            self._turned ^= {conversation_id}
            self._rebuild()

    def toggle_quotes(self) -> None:
        """Unfold all quoted history in view, or fold it when all of it is unfolded."""
        here: set[Identity] = {
            (entry.kind, entry.id) for entry in self.entries_in_view() if entry.quoted.strip("\n")
        }
        self._turn_quotes(here, unfold=not here <= self._quotes)

    def end_of_interest(self) -> int:
        """The end of the current conversation, or of everything."""
        span = None if self._whole or self._items is None else self._items.span(self.current_conversation)
        return len(self._heights) if span is None else span[1]

    def left_end(self, y: int) -> bool:
        """Whether the current conversation ends, or everything, at the bottom of this view."""
        self._whole = y >= self._tops[-1] - self._lines
        return self._whole or y + self._lines == self._tops[self.end_of_interest()]

    def width_changed(self) -> None:
        """Lay everything out for another width."""
        self._rebuild()

    def watch_current_conversation(self, old: int | None, new: int | None) -> None:
        """Unfold the new one and fold the old."""
        if old != new:
            self._rebuild()

    def on_click(self, event: events.Click) -> None:
        """A click folds, unfolds, or chooses what it is on."""
        found = self.line_at(event.y)
        items = self._items
        if found is None or items is None or not found[1].act:
            return
        event.stop()
        index, line = found
        conversation, entry = items.conversation(index), items.entry(index)
        if line.act == "fold":
            if conversation.id == self.current_conversation or event.x < INDENT:
                self.toggle_fold(conversation.id)
            else:
                self.choose_conversation(conversation.id)
        elif entry is None:
            return
        elif line.act == "quotes":
            identity = entry.kind, entry.id
            self._turn_quotes({identity}, unfold=identity not in self._quotes)
        elif line.act == "rest":
            self.post_message(self.RestWanted(self, entry))
        elif line.act == "entry":
            self.post_message(self.EntryChosen(self, entry))
        else:
            self.post_message(self.FileChosen(self, entry, entry.files[int(line.act.split()[1])]))

    def action_lines(self, count: int) -> None:
        """Move by lines."""
        self.scroll_lines(count)

    def action_page(self, count: int) -> None:
        """Move by views."""
        self.page(count)

    def action_to_start(self) -> None:
        """Show the first conversation."""
        self.to_start()

    def action_to_end(self) -> None:
        """Show the end of everything."""
        self.to_end()

    def action_toggle_fold(self) -> None:
        """Fold or unfold the current conversation."""
        self.toggle_fold()

    def action_toggle_quotes(self) -> None:
        """Unfold or fold the quoted history in view."""
        self.toggle_quotes()

    def _turn_quotes(self, which: set[Identity], *, unfold: bool) -> None:
        if which:
            self._anchor = self.anchor_here()
            self._quotes = self._quotes | which if unfold else self._quotes - which
            self._rebuild()

    def _rebuild(self, *, anew: bool = False) -> None:
        """Make the items anew and keep what is at the top of the view there; `anew` reads it all again."""
        source, old, anchor = self._source, self._items, self._anchor
        if source is None or not self._columns:
            return
        current = self.current_conversation
        unfolded = {
            each.id for each in source.conversations if (each.id == current) != (each.id in self._turned)
        }
        view = View(self._columns, self._now(), self.zone, self._pager_key, self._message_key, self._me)
        picture = no_picture if self.pictures is None else self.pictures.lines
        items = Items(
            source,
            view,
            current=current,
            unfolded=unfolded,
            quotes=self._quotes,
            picture=picture,
            before=None if anew else old,
        )
        if anchor is not None and old is not None:
            index, line = anchor
            place = items.find(old.identity(index), old.conversation(index).id)
            anchor = (min(index, max(0, items.count - 1)), 0) if place is None else (place, line)
            if place is not None and items.identity(place) != old.identity(index):
                anchor = (place, 0)
        self._items = items
        self.refill(items, anchor)


def _customer(source: TimelineSource) -> int | None:
    conversations = source.conversations
    return conversations[0].customer_id if conversations else None
