"""The snooze dialog: the workspace's choices, a typed time, and how a running snooze stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from textual.content import Content

from kustui.core import when
from kustui.core.records import Conversation, SnoozeChoice, SubStatus
from kustui.core.when import Moment
from kustui.errors import Refused
from kustui.ui.screens.menu import Choice
from kustui.ui.screens.times import Switch, TimeDialog

REMOVE = "remove"
REMOVE_KEY = "S"


@dataclass(frozen=True, slots=True)
class SnoozeAnswer:
    """What was chosen. `until` is None for *until the customer replies*; `remove` ends the snooze.

    `keep_on_reply` keeps a timed snooze although the customer replies.
    """

    until: datetime | None = None
    label: str = ""
    kind: str = ""
    sub_status_id: int | None = None
    keep_on_reply: bool = False
    remove: bool = False


class SnoozeDialog(TimeDialog[SnoozeAnswer | None]):
    """Until when a conversation is put away, why, and whether a reply ends it (SPEC B3, B5, B8, B9)."""

    PREFIX = "snooze"

    def __init__(
        self,
        conversation: Conversation,
        choices: Sequence[SnoozeChoice],
        sub_statuses: Sequence[SubStatus],
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        several: str = "",
    ) -> None:
        """`now` tells the time that choices are counted from, `zone` the one times of day are in; `several`
        says what is put away when it is more than the one conversation.
        """
        self._several = several
        self.now, self.zone = now, zone
        self._conversation = conversation
        self._by_name = {str(choice.id): choice for choice in choices}
        self._sub_statuses = tuple(sub_statuses)
        self._sub: int = -1
        running = conversation.snooze if self._is_snoozed else None
        self._keep = running is not None and running.keep_on_reply
        switches = [Switch("keep", "k", "f3", self._keep_words, self._change_keep)]
        if self._sub_statuses:
            switches.append(Switch("sub", "b", "f2", self._sub_words, self._change_sub))
        custom = next((choice.key for choice in choices if choice.kind == "custom"), "")
        super().__init__(lambda: self._lines(choices), switches, now=now, zone=zone, custom=custom)

    def title_words(self) -> Content:
        """What is put away."""
        item = self._conversation
        if self._several:
            return Content.assemble(("Snooze", "bold"), (f"  {self._several}", "$foreground-muted"))
        return Content.assemble(
            ("Snooze", "bold"), (f"  #{item.id} {item.subject or item.excerpt}", "$foreground-muted")
        )

    def about_words(self) -> Content | None:
        """How a running snooze stands (SPEC B8)."""
        snooze = self._conversation.snooze
        if not self._is_snoozed or snooze is None:
            return None
        lasts, more = when.reopening(snooze, self.now(), self.zone)
        below = ", ".join(part for part in (snooze.label, more) if part)
        return Content.assemble(("◔ Snoozed", "bold $warning"), f" {lasts}\n{below}".rstrip())

    def taken(self, moment: Moment, typed: str) -> None:
        """Put away until a typed time."""
        self.dismiss(SnoozeAnswer(moment.at, typed, "wall clock", self._sub_id(), self._keep))

    def answer(self, choice: Choice) -> None:
        """Put away by a choice, type a time, or end the snooze."""
        if choice.name == REMOVE:
            self.dismiss(SnoozeAnswer(remove=True))
            return
        chosen = self._by_name[choice.name]
        if chosen.kind == "custom":
            self.type("")
            return
        try:
            moment = when.of_choice(chosen, self.now(), self.zone)
        except Refused as error:
            self.notify(str(error), markup=False, severity="warning")
            return
        until = moment.at if moment else None
        keep = self._keep and until is not None
        self.dismiss(SnoozeAnswer(until, chosen.label, chosen.kind, self._sub_id(), keep))

    def _lines(self, choices: Sequence[SnoozeChoice]) -> list[Choice]:
        lines = [Choice(str(each.id), each.key, each.label, self._preview(each)) for each in choices]
        if self._is_snoozed:
            lines.insert(0, Choice(REMOVE, REMOVE_KEY, "Remove Snooze", "opens it again now"))
        return lines

    @property
    def _is_snoozed(self) -> bool:
        return self._conversation.status == "snoozed" and not self._several

    def _preview(self, choice: SnoozeChoice) -> str:
        if choice.kind in ("custom", "until reply"):
            return ""
        try:
            moment = when.of_choice(choice, self.now(), self.zone)
        except Refused as error:
            return str(error)
        assert moment is not None
        return self.preview(moment)

    # -- the switches ------------------------------------------------------------------------

    def _change_keep(self) -> None:
        self._keep = not self._keep

    def _keep_words(self) -> Content:
        by_reply = next((each.key for each in self._by_name.values() if each.kind == "until reply"), "")
        but = f"  (not with {by_reply})" if self._keep and by_reply and not self.types() else ""
        return Content.assemble(
            "Stay snoozed even if they reply: ",
            ("yes" if self._keep else "no", "bold"),
            (but, "$foreground-muted"),
        )

    def _change_sub(self) -> None:
        """Go on to the next sub-status, and after the last to none (SPEC B5)."""
        self._sub = self._sub + 1 if self._sub + 1 < len(self._sub_statuses) else -1

    def _sub_words(self) -> Content:
        label = "none" if self._sub < 0 else self._sub_statuses[self._sub].label
        return Content.assemble("Sub-status: ", (label, "bold"))

    def _sub_id(self) -> int | None:
        return None if self._sub < 0 else self._sub_statuses[self._sub].id
