"""What an agent does to conversations and customers from the desk's screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.core import standing
from kustui.core.records import Changed, Conversation, SubStatus
from kustui.core.text import one_line
from kustui.ui import harmless
from kustui.ui.screens.selecting import Aim, Selecting

if TYPE_CHECKING:
    from kustui.ui.screens.snooze import SnoozeAnswer


class Acting(Selecting):
    """The acts that change the store; each asks what it must and hands over to the desk."""

    def action_done(self) -> None:
        """Resolve the conversation; where work is routed, the next one is presented (SPEC B10, B11)."""
        aim = self.aim()
        if aim is None:
            return
        if not aim.several and aim.item.status == "done":
            self.say(f"#{aim.item.id} is done already; {self.key('reopen')} opens it again")
            return
        self.do(aim, self.desk.triage.done, "Done", self._on_to_the_next)

    def _on_to_the_next(self, _: Changed) -> None:
        if not self.desk.routing:
            return
        top = self.safely(self.desk.reads.inbox_top, None)
        if top is not None:
            self.open_customer(*top)

    def action_reopen(self) -> None:
        """Open a done conversation again."""
        aim = self.aim()
        if aim is not None:
            self.do(aim, self.desk.triage.reopen, "Open again")

    def action_remove_snooze(self) -> None:
        """Open a snoozed conversation before its time."""
        aim = self.aim()
        if aim is not None:
            self.do(aim, self.desk.triage.remove_snooze, "Open again")

    def action_snooze(self) -> None:
        """Ask until when, and put the conversation away; a snoozed one shows how it stands (SPEC B8)."""
        aim = self.aim()
        if aim is not None:
            self._ask_snooze(aim)

    def ask_snooze(self, item: Conversation) -> None:
        """Ask until when that conversation is put away."""
        self._ask_snooze(Aim((item,)))

    def _ask_snooze(self, aim: Aim) -> None:
        from kustui.ui.screens.snooze import SnoozeDialog

        choices = [harmless.snooze_choice(each) for each in self.safely(self.desk.reads.snooze_choices, ())]
        subs = self._sub_statuses("snoozed")
        several = aim.words if aim.several else ""
        dialog = SnoozeDialog(aim.item, choices, subs, now=self.now, zone=self.desk.zone, several=several)
        self.app.push_screen(dialog, lambda answer: self._snoozed(aim, answer))

    def _snoozed(self, aim: Aim, answer: SnoozeAnswer | None) -> None:
        if answer is None:
            return
        if answer.remove:
            self.do(aim, self.desk.triage.remove_snooze, "Open again")
            return

        def snooze(number: int) -> Changed:
            return self.desk.triage.snooze(
                number,
                answer.until,
                label=answer.label,
                kind=answer.kind,
                sub_status_id=answer.sub_status_id,
                keep_on_reply=answer.keep_on_reply,
            )

        self.do(aim, snooze, "Snoozed")

    def action_snooze_again(self) -> None:
        """Put the conversation away as the last one was, counted from now."""
        aim = self.aim()
        if aim is not None:
            self.do(aim, self.desk.triage.snooze_again, "Snoozed")

    def action_settings(self) -> None:
        """Preferences, the choices of Conversation Status, the workspace's words."""
        from kustui.ui.screens.settings import Settings

        Settings(self).open()

    def action_tour(self) -> None:
        """The tour goes on elsewhere."""
        self.say("`kustui tour` shows you around, in a made-up workspace")

    def action_notifications(self) -> None:
        """What happened that the agent should know (SPEC B7)."""
        from kustui.ui.screens.notices import show

        show(self)

    def action_sub_status(self) -> None:
        """Say more about the status (SPEC B2); absent when the workspace defines none for it."""
        from kustui.ui.screens.menu import Choice, Menu

        aim = self.aim()
        if aim is None:
            return
        item = aim.item
        if len({each.status for each in aim.items}) > 1:
            self.say("A sub-status is of one status; these have several")
            return
        subs = self._sub_statuses(item.status)
        if not subs:
            self.say(f"This workspace has no sub-statuses for {item.status} conversations")
            return
        lines = [Choice(str(sub.id), str(i), sub.label) for i, sub in enumerate(subs, 1)]
        if any(each.sub_status_id is not None for each in aim.items):
            lines.append(Choice("none", "0", "None", "clears it"))

        def chosen(name: str | None) -> None:
            if name is not None:
                number = None if name == "none" else int(name)
                self.do(aim, lambda each: self.desk.triage.refine(each, number), "Sub-status set")

        word = standing.BADGES[item.status][1]
        menu = Menu(f"Sub-status of {aim.words} ({word})", lines, chosen=str(item.sub_status_id))
        self.app.push_screen(menu, chosen)

    def _sub_statuses(self, status: str) -> list[SubStatus]:
        found = self.safely(lambda: self.desk.reads.sub_statuses(status), ())
        return [harmless.sub_status(each) for each in found]

    def action_tags(self) -> None:
        """Say what the conversation is about: its tags on one line."""
        from kustui.ui.screens.tagging import TagsDialog

        aim = self.aim()
        if aim is None:
            return
        if aim.several:
            self._tag_all(aim)
            return
        item = aim.item
        known = [one_line(each) for each in self.safely(self.desk.tagging.known, [])]

        def typed(labels: tuple[str, ...] | None) -> None:
            if labels is not None:
                self.act(lambda: self.desk.tagging.retag(item.id, item.tags, labels))

        self.app.push_screen(TagsDialog(f"Tags of #{item.id}", item.tags, known), typed)

    def _tag_all(self, aim: Aim) -> None:
        """What is on the line is what all have; what is put on it or taken off it is so for all of them."""
        from kustui.core import tags
        from kustui.ui.screens.tagging import TagsDialog

        known = [one_line(each) for each in self.safely(self.desk.tagging.known, [])]
        lows = [{each.lower() for each in item.tags} for item in aim.items]
        common = tuple(each for each in aim.item.tags if all(each.lower() in held for held in lows))
        some = {each for item in aim.items for each in item.tags} - set(common)
        about = f"Some have {', '.join(sorted(some))}; -tag takes one off." if some else ""

        def typed(labels: tuple[str, ...] | None) -> None:
            if labels is not None:
                wanted, off = tags.signed(labels)
                held = (*common, *off)
                self.do(aim, lambda each: self.desk.tagging.retag(each, held, wanted), "Tagged")

        self.app.push_screen(TagsDialog(f"Tags of {aim.words}", common, known, about), typed)

    def action_priority(self) -> None:
        """Say how much the conversation hurries (SPEC B11)."""
        from kustui.core.tags import PRIORITIES
        from kustui.ui.screens.menu import Choice, Menu

        aim = self.aim()
        if aim is None:
            return
        lines = [Choice(str(number), str(number), name) for number, name in PRIORITIES.items()]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.do(aim, lambda each: self.desk.tagging.prioritise(each, int(name)), f"Priority {name}")

        self.app.push_screen(Menu(f"Priority of {aim.words}", lines, chosen=str(aim.item.priority)), chosen)

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
            lambda: self.merge_customer(view.customer.id),
        )
        self.app.push_screen(dialog, saved)

    def action_mark_read(self) -> None:
        """Count what the customer wrote as read."""
        from kustui.desk import marking

        rows, number = self.selected(), self.target_customer()
        numbers = [number] if number else []
        if rows is not None:
            numbers = list(dict.fromkeys(each.customer_id for each in rows.picked()))
        if len(numbers) == 1:
            self.act(lambda: marking.read(self.desk, numbers[0]))
        elif numbers:
            self.do_all(numbers, lambda each: marking.read(self.desk, each), "Read", noun="customer")
        else:
            self.say("No customer belongs to this row")

    def action_close_customer(self) -> None:
        """X: take the customer off the sidebar; nothing else changes (SPEC E2)."""
        rows, number = self.selected(), self.target_customer()
        if rows is not None:
            numbers = list(dict.fromkeys(each.customer_id for each in rows.picked()))

            def gone(_: Changed) -> None:
                for each in numbers:
                    self.closed(each)

            self.do_all(numbers, self.desk.triage.close_customer, "Closed", gone, "customer")
        elif number is None:
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
