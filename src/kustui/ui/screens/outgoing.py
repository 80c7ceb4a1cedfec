"""What is on its way, on the desk's screen: changing when it goes, taking it back, settling it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.core import outbox, when
from kustui.core.channels import CHANNELS
from kustui.core.records import Changed, Entry, ListRow
from kustui.errors import KustuiError
from kustui.ui import harmless
from kustui.ui.screens.base import DeskBase
from kustui.ui.widgets.row_lines import is_ahead
from kustui.ui.widgets.rows import RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kustui.core.post import Outgoing as Item

UNDER_WAY = ("held", "scheduled", "queued", "sending", "failed", "uncertain")
RECENT = 100
"""Entries of a conversation among which its message on its way is looked for."""
NAMED = 3
"""Recipients that a menu names."""
GOING = ("queued", "claimed", "sending")
"""States of what goes by itself."""


class Outgoing(DeskBase):
    """The acts on messages that have not gone, from their row in a list or from the timeline."""

    # -- which one -------------------------------------------------------------------------

    def action_message(self) -> None:
        """Offer what can be done about the message of the row, or the last one in view (SPEC D5, D7)."""
        row = self._pointed()
        if row is not None and row.key < 0 and is_ahead(row):
            self._offer_snooze(row)
            return
        number = self._in_view(UNDER_WAY) if row is None else self._of_row(row, UNDER_WAY)
        item = self._item(number) if number else None
        if item is not None:
            self.offer(item)
        elif not number:
            self.say(f"No message {'in view' if row is None else f'to {row.name}'} is on its way")

    def action_retry(self) -> None:
        """Try the failed message of the row, or the last one in view, again."""
        row = self._pointed()
        number = self._in_view(("failed",)) if row is None else self._of_row(row, ("failed",))
        if number:
            self.act(lambda: self.desk.dispatch.retry(number))
        else:
            self.say(f"No message {'in view' if row is None else f'to {row.name}'} has failed")

    def _pointed(self) -> ListRow | None:
        """The row under the cursor of the list that has the focus."""
        return self.focused.row() if isinstance(self.focused, RowList) else None

    def _of_row(self, row: ListRow, fates: tuple[str, ...]) -> int:
        """The outbox's number of a row's message, or of the last one of its conversation; 0 for none."""
        if is_ahead(row):
            found = self._item(row.key) if row.key > 0 else None
            return row.key if found is not None and found.fate in fates else 0
        if not row.conversation_id:
            return 0
        view = self.safely(lambda: self.desk.reads.timeline(row.customer_id), None)
        entries = [] if view is None else view.entries(view.keys(row.conversation_id)[-RECENT:])
        return _last(entries, fates)

    def _in_view(self, fates: tuple[str, ...]) -> int:
        seen = self.timeline.entries_in_view() if self.customer is not None and self.furnished else []
        return _last(seen, fates)

    def _item(self, number: int) -> Item | None:
        item = self.safely(lambda: self.desk.reads.outgoing(number), None)
        return None if item is None else harmless.outgoing(item)

    # -- what can be done --------------------------------------------------------------------

    def offer(self, item: Item, title: str = "") -> None:
        """The menu of what can be done about one message."""
        from kustui.ui.screens.menu import Choice, Menu

        later = CHANNELS[item.channel].sends_later
        acts = outbox.acts(item.kind, item.state, scheduled=item.scheduled, sends_later=later)
        if not acts:
            self.say(f"Nothing can be done about it: the message is {item.fate}")
            return
        what = CHANNELS[item.channel].label if item.kind == "message" else "mail"
        to = f"{what[:1].upper()}{what[1:]} to {', '.join(item.to[:NAMED]) or item.customer}"
        if len(item.to) > NAMED:
            to += f" and {len(item.to) - NAMED} more"
        # What is scheduled may be held by a reply, or not; the line says what it would change to.
        words = {"hold": "it goes even if they write before" if item.hold_on_reply else "a reply holds it"}
        lines = [Choice(act.name, act.key, act.label, words.get(act.name, act.words)) for act in acts]
        why = item.reason or (item.excerpt if item.kind == "message" else item.subject)
        about = f"{self.due_words(item)}\n{why}".rstrip()

        def chosen(name: str | None) -> None:
            if name is not None:
                self._do(name, item)

        self.app.push_screen(Menu(f"{title}{to}", lines, about=about), chosen)

    def due_words(self, item: Item) -> str:
        """How a message stands and when it goes, by the agent's and the server's clock."""
        words = when.both(item.at, self.now(), self.desk.zone, self.desk.server_zone)
        if item.state not in ("queued", "snoozed"):
            return f"{item.fate}, was due {words}"
        fate = "tried again" if item.attempts else "goes" if item.fate == "held" else item.fate
        return f"{fate} {words}, {when.relative(item.at, self.now())}"

    def _do(self, name: str, item: Item) -> None:
        number, dispatch = item.id, self.desk.dispatch
        if name == "change":
            self._ask_time(item)
        elif name == "edit":
            self._edit_again(item)
        elif name == "hold":
            self.act(lambda: dispatch.hold_on_reply(number, not item.hold_on_reply))
        else:
            does = {
                "retry": dispatch.retry,
                "arrived": dispatch.arrived,
                "again": dispatch.send_again,
                "now": dispatch.send_now,
                "discard": dispatch.discard,
            }[name]
            self.act(lambda: does(number))

    def _ask_time(self, item: Item) -> None:
        from kustui.ui.screens.later import LaterAnswer, LaterDialog

        def answered(answer: LaterAnswer | None) -> None:
            if answer is None:
                return

            def change() -> Changed:
                changed = self.desk.dispatch.reschedule(item.id, answer.at)
                if answer.hold_on_reply != item.hold_on_reply:
                    self.desk.dispatch.hold_on_reply(item.id, answer.hold_on_reply)
                return changed

            self.act(change)

        dialog = LaterDialog(
            f"{CHANNELS[item.channel].label} to {', '.join(item.to)}",
            now=self.now,
            server=self.desk.server_zone,
            mine=self.desk.zone,
            at=item.at if item.fate == "scheduled" else None,
            hold_on_reply=item.hold_on_reply,
        )
        self.app.push_screen(dialog, answered)

    def _edit_again(self, item: Item) -> None:
        # On disk first, so that the words that come back meet what was typed there since, and both stay.
        try:
            self.save_now()
        except KustuiError as error:
            self.refuse(error)
            return

        def write_on(changed: Changed) -> None:
            if changed.customer_id is None:
                return
            self.open_customer(changed.customer_id, changed.conversation_id)
            if changed.conversation_id is None:
                self.load_draft(item.channel, new=True)
                self.editor.write()
            else:
                self.call_later(self.run_action, "reply")

        self.act(lambda: self.desk.dispatch.take_back(item.id), write_on)

    def _offer_snooze(self, row: ListRow) -> None:
        from kustui.ui.screens.menu import Choice, Menu

        number = row.conversation_id
        found = self.safely(lambda: self.desk.reads.conversation(number), None)
        if found is None:
            return
        lines = [
            Choice("change", "t", "Change the time", "until when it is put away"),
            Choice("remove", "x", "Remove Snooze", "opens it again now"),
        ]

        def chosen(name: str | None) -> None:
            # About this conversation, whatever row the cursor is on by now.
            if name == "change":
                self.ask_snooze(harmless.conversation(found))
            elif name == "remove":
                self.act(lambda: self.desk.triage.remove_snooze(number))

        about = self._row_words(row)
        self.app.push_screen(Menu(f"Snooze of #{number} {row.name}", lines, about=about), chosen)

    # -- undo, hints, a store that is a copy -------------------------------------------------------

    def action_undo(self) -> None:
        """Take the last act back; of a scheduled message, ask what of it (SPEC D5)."""
        item = self.safely(self.desk.reads.sent_last, None)
        if item is not None and item.fate == "scheduled":
            self.offer(harmless.outgoing(item), "Undo: ")
            return
        self.act(lambda: self.desk.undo.last(), self.undone)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """The cursor came to another row."""
        event.stop()
        self.tell_row()

    def on_descendant_focus(self) -> None:
        """The focus came to a list, or left it."""
        self.tell_row()

    def tell_row(self) -> None:
        """Say of a row of the outbox or the schedule what its two lines have no room for."""
        row = self._pointed()
        told = row is not None and row.fate and row.due_at is not None
        words = f"{self.key('message')} changes it · {self._row_words(row)}" if row and told else ""
        self.status_line.row = words

    def _row_words(self, row: ListRow) -> str:
        assert row.due_at is not None
        return f"{row.fate} {when.both(row.due_at, self.now(), self.desk.zone, self.desk.server_zone)}"

    def look(self, *, renew: bool = True) -> None:
        """Look at everything again, also at the row under the cursor."""
        super().look(renew=renew)
        self.tell_row()

    def waiting_words(self) -> str:
        """What has not gone yet, for whoever is about to leave."""
        found = self.safely(lambda: self.desk.reads.forecast("outbox").items(0, 1000), [])
        going = sum(item.state in GOING for item in found)
        if not going:
            return ""
        which = "1 message has" if going == 1 else f"{going:,} messages have"
        return f"{which} not gone yet: on disk, until kustui or its worker runs."

    def ask_about_copy(self) -> None:
        """A store that is a copy sends nothing: ask whether it is the one that should (SPEC D7)."""
        from kustui.desk.home import ADVICE, COPY, adopt, is_home
        from kustui.ui.screens.dialogs import confirm

        if self.safely(lambda: is_home(self.desk), True):
            return

        def answered(answer: str | None) -> None:
            if answer == "yes":
                self.act(lambda: adopt(self.desk))

        menu = confirm(f"{COPY}.", "Send from here", "Send nothing", ADVICE)
        self.app.push_screen(menu, answered)


def _last(entries: Sequence[Entry], fates: tuple[str, ...]) -> int:
    found = [entry.outbox_id for entry in entries if entry.outbox_id and entry.fate in fates]
    return found[-1] if found else 0
