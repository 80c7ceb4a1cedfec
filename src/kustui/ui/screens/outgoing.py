"""What is on its way, on the desk's screen: changing when it goes, taking it back, settling it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.core import outbox, when
from kustui.core.channels import CHANNELS
from kustui.core.records import Changed, ListRow
from kustui.ui import harmless
from kustui.ui.screens.base import DeskBase
from kustui.ui.widgets.rows import RowList

if TYPE_CHECKING:
    from kustui.core.post import Outgoing as Item

UNDER_WAY = ("held", "scheduled", "queued", "sending", "failed", "uncertain")
VIEWS = ("scheduled", "outbox")


class Outgoing(DeskBase):
    """The acts on messages that have not gone, from their row in a list or from the timeline."""

    # -- which one -------------------------------------------------------------------------

    def action_message(self) -> None:
        """Offer what can be done about the message of the row, or the last one in view (SPEC D5, D7)."""
        row = self._row_under_way()
        if row is not None and row.key < 0:
            self._offer_snooze(row)
            return
        number = row.key if row is not None else self._in_view(UNDER_WAY)
        item = self._item(number) if number else None
        if item is None:
            self.say("No message on its way is in view")
        else:
            self.offer(item)

    def action_retry(self) -> None:
        """Try the failed message in view (or the list's row) again."""
        row = self._row_under_way()
        number = row.key if row is not None and row.fate == "failed" else self._in_view(("failed",))
        if not number:
            self.say("No failed message is in view")
            return
        found = number
        self.act(lambda: self.desk.dispatch.retry(found))

    def _row_under_way(self) -> ListRow | None:
        row = self.inbox.row() if self.focused is self.inbox else None
        return row if row is not None and row.fate else None

    def _in_view(self, fates: tuple[str, ...]) -> int:
        seen = self.timeline.entries_in_view() if self.customer is not None and self.furnished else []
        found = [entry for entry in seen if entry.outbox_id and entry.fate in fates]
        return found[-1].outbox_id if found else 0

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
        to = ", ".join(item.to) or item.customer
        # What is scheduled may be held by a reply, or not; the line says what it would change to.
        words = {"hold": "it goes even if they write before" if item.hold_on_reply else "a reply holds it"}
        lines = [Choice(act.name, act.key, act.label, words.get(act.name, act.words)) for act in acts]
        about = f"{self.due_words(item)}\n{item.reason}".rstrip()

        def chosen(name: str | None) -> None:
            if name is not None:
                self._do(name, item)

        name = title or f"Message to {to}"
        self.app.push_screen(Menu(name, lines, about=about), chosen)

    def due_words(self, item: Item) -> str:
        """How a message stands and when it goes, by the agent's and the server's clock."""
        words = when.both(item.at, self.now(), self.desk.zone, self.desk.server_zone)
        if item.state not in ("queued", "snoozed"):
            return f"{item.fate}, was due {words}"
        fate = "tried again" if item.attempts else item.fate
        return f"{fate} {words}, {when.relative(item.at, self.now())}"

    def _do(self, name: str, item: Item) -> None:
        number, dispatch = item.id, self.desk.dispatch
        if name == "change":
            self._ask_time(item)
        elif name == "edit":
            self.act(lambda: dispatch.take_back(number), self._write_on)
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
                if answer.hold_on_reply != item.hold_on_reply and item.state == "queued":
                    self.desk.dispatch.hold_on_reply(item.id, answer.hold_on_reply)
                return self.desk.dispatch.reschedule(item.id, answer.at)

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

    def _write_on(self, changed: Changed) -> None:
        """What was taken back is written on."""
        if changed.customer_id is None:
            return
        self.open_customer(changed.customer_id, changed.conversation_id)
        if changed.conversation_id is None:
            self.say(f"Taken back; {self.key('compose')} goes on with it")
        else:
            self.call_later(self.run_action, "reply")

    def _offer_snooze(self, row: ListRow) -> None:
        from kustui.ui.screens.menu import Choice, Menu

        lines = [
            Choice("snooze", "t", "Change the time", "until when it is put away"),
            Choice("remove_snooze", "x", "Remove Snooze", "opens it again now"),
        ]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.call_later(self.run_action, name)

        self.app.push_screen(Menu(f"Snooze of #{row.conversation_id} {row.name}", lines), chosen)

    # -- undo, hints, a store that is a copy -------------------------------------------------------

    def action_undo(self) -> None:
        """Take the last act back; of a scheduled message, ask what of it (SPEC D5)."""
        item = self.safely(self.desk.reads.scheduled_last, None)
        if item is not None:
            self.offer(harmless.outgoing(item), "Undo: a message that is scheduled")
            return
        self.end_countdown()
        self.act(lambda: self.desk.undo.last(), self.undone)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Say of a row of the outbox or the schedule what its two lines have no room for."""
        event.stop()
        row = event.row
        if not row.fate or row.due_at is None:
            self.status_line.hint = ""
            return
        words = when.both(row.due_at, self.now(), self.desk.zone, self.desk.server_zone)
        self.status_line.hint = f"{row.fate} {words} · {self.key('message')} changes it"

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
