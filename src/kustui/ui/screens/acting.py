"""What an agent does to conversations and customers from the desk's screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.core import standing
from kustui.core.records import Changed, Conversation, SubStatus
from kustui.core.text import one_line
from kustui.ui import harmless
from kustui.ui.screens.base import DeskBase
from kustui.ui.widgets.rows import RowList

if TYPE_CHECKING:
    from kustui.ui.screens.snooze import SnoozeAnswer


class Acting(DeskBase):
    """The acts that change the store; each asks what it must and hands over to the desk."""

    def action_done(self) -> None:
        """Resolve the conversation; where work is routed, the next one is presented (SPEC B10, B11)."""
        item = self.target()
        if item is None:
            return
        if item.status == "done":
            self.say(f"#{item.id} is done already; {self.key('reopen')} opens it again")
            return
        self.act(lambda: self.desk.triage.done(item.id), self._on_to_the_next)

    def _on_to_the_next(self, _: Changed) -> None:
        if not self.desk.routing:
            return
        top = self.safely(self.desk.reads.inbox_top, None)
        if top is not None:
            self.open_customer(*top)

    def action_reopen(self) -> None:
        """Open a done conversation again."""
        item = self.target()
        if item is not None:
            self.act(lambda: self.desk.triage.reopen(item.id))

    def action_remove_snooze(self) -> None:
        """Open a snoozed conversation before its time."""
        item = self.target()
        if item is not None:
            self.act(lambda: self.desk.triage.remove_snooze(item.id))

    def action_snooze(self) -> None:
        """Ask until when, and put the conversation away; a snoozed one shows how it stands (SPEC B8)."""
        item = self.target()
        if item is not None:
            self.ask_snooze(item)

    def ask_snooze(self, item: Conversation) -> None:
        """Ask until when that conversation is put away."""
        from kustui.ui.screens.snooze import SnoozeDialog

        choices = [harmless.snooze_choice(each) for each in self.safely(self.desk.reads.snooze_choices, ())]
        subs = self._sub_statuses("snoozed")
        dialog = SnoozeDialog(item, choices, subs, now=self.now, zone=self.desk.zone)
        self.app.push_screen(dialog, lambda answer: self._snoozed(item, answer))

    def _snoozed(self, item: Conversation, answer: SnoozeAnswer | None) -> None:
        if answer is None:
            return
        if answer.remove:
            self.act(lambda: self.desk.triage.remove_snooze(item.id))
            return
        self.act(
            lambda: self.desk.triage.snooze(
                item.id,
                answer.until,
                label=answer.label,
                kind=answer.kind,
                sub_status_id=answer.sub_status_id,
                keep_on_reply=answer.keep_on_reply,
            )
        )

    def action_snooze_again(self) -> None:
        """Put the conversation away as the last one was, counted from now."""
        item = self.target()
        if item is not None:
            self.act(lambda: self.desk.triage.snooze_again(item.id))

    def action_settings(self) -> None:
        """Preferences, the choices of Conversation Status, the workspace's words."""
        from kustui.ui.screens.settings import Settings

        Settings(self).open()

    def action_notifications(self) -> None:
        """What happened that the agent should know (SPEC B7)."""
        from kustui.ui.screens.notices import show

        show(self)

    def action_sub_status(self) -> None:
        """Say more about the status (SPEC B2); absent when the workspace defines none for it."""
        from kustui.ui.screens.menu import Choice, Menu

        item = self.target()
        if item is None:
            return
        subs = self._sub_statuses(item.status)
        if not subs:
            self.say(f"This workspace has no sub-statuses for {item.status} conversations")
            return
        lines = [Choice(str(sub.id), str(i), sub.label) for i, sub in enumerate(subs, 1)]
        if item.sub_status_id is not None:
            lines.append(Choice("none", "0", "None", "clears it"))

        def chosen(name: str | None) -> None:
            if name is not None:
                number = None if name == "none" else int(name)
                self.act(lambda: self.desk.triage.refine(item.id, number))

        word = standing.BADGES[item.status][1]
        menu = Menu(f"Sub-status of #{item.id} ({word})", lines, chosen=str(item.sub_status_id))
        self.app.push_screen(menu, chosen)

    def _sub_statuses(self, status: str) -> list[SubStatus]:
        found = self.safely(lambda: self.desk.reads.sub_statuses(status), ())
        return [harmless.sub_status(each) for each in found]

    def action_tags(self) -> None:
        """Say what the conversation is about: its tags on one line."""
        from kustui.ui.screens.tagging import TagsDialog

        item = self.target()
        if item is None:
            return
        known = [one_line(each) for each in self.safely(self.desk.tagging.known, [])]

        def typed(labels: tuple[str, ...] | None) -> None:
            if labels is not None:
                self.act(lambda: self.desk.tagging.retag(item.id, item.tags, labels))

        self.app.push_screen(TagsDialog(f"Tags of #{item.id}", item.tags, known), typed)

    def action_priority(self) -> None:
        """Say how much the conversation hurries (SPEC B11)."""
        from kustui.core.tags import PRIORITIES
        from kustui.ui.screens.menu import Choice, Menu

        item = self.target()
        if item is None:
            return
        lines = [Choice(str(number), str(number), name) for number, name in PRIORITIES.items()]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.act(lambda: self.desk.tagging.prioritise(item.id, int(name)))

        self.app.push_screen(Menu(f"Priority of #{item.id}", lines, chosen=str(item.priority)), chosen)

    def action_profile(self) -> None:
        """Show and edit the customer's contact information (SPEC A2)."""
        from kustui.ui.screens.dialogs import profile_form

        number = self.target_customer()
        view = self.safely(lambda: self.desk.reads.timeline(number), None) if number else None
        if view is None:
            self.say("Open a customer first")
            return

        def saved(changed: Changed | None) -> None:
            if changed is not None:
                self.post_message(self.Acted(changed, None))

        dialog = profile_form(
            harmless.customer(view.customer),
            lambda new, addresses: self.desk.people.save(new, addresses),
            [harmless.conversation(item) for item in view.conversations],
        )
        self.app.push_screen(dialog, saved)

    def action_close_customer(self) -> None:
        """X: take the customer off the sidebar; nothing else changes (SPEC E2)."""
        number = self.target_customer()
        if number is None:
            self.say("No customer to close")
        else:
            self.close_customer(number)

    def close_customer(self, customer_id: int) -> None:
        """Take a customer off the sidebar."""
        self.act(lambda: self.desk.triage.close_customer(customer_id), lambda _: self.closed(customer_id))

    def action_clear_all(self) -> None:
        """Empty the panel under the cursor, after asking."""
        if self.focused is not self.viewing and not self.inbox_head.clearable:
            self.say(f"{self.inbox_head.title} is not a panel that can be cleared")
            return
        self.clear_panel("viewing" if self.focused is self.viewing else "inbox")

    def clear_panel(self, panel: str) -> None:
        """Ask, then empty a panel of the sidebar."""
        from kustui.ui.screens.dialogs import confirm

        title = "Inbox" if panel == "inbox" else "Currently Viewing"
        count = (self.inbox if panel == "inbox" else self.viewing).count

        def answered(answer: str | None) -> None:
            if answer == "yes":
                self.act(lambda: self.desk.triage.clear_all(panel))

        about = "No status, assignment or draft changes; new messages bring customers back."
        menu = confirm(f"Clear all {count:,} of {title}?", "Clear all", "Keep them", about)
        self.app.push_screen(menu, answered)

    def target_customer(self) -> int | None:
        """The customer an act is for: the row's under the cursor of a list, else the open one."""
        rows = self.focused
        if isinstance(rows, RowList):
            row = rows.row()
            if row is not None:
                return row.customer_id or None
        return self.customer.id if self.customer else None
