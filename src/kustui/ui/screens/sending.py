"""Sending from the desk's screen: the send menu, later, and the window in which it can be undone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

from textual.timer import Timer

from kustui.core.channels import CHANNELS
from kustui.core.records import Changed, Draft
from kustui.core.sending import (
    ACTIONS,
    DEFAULT_ACTION,
    LATER,
    LATER_KEY,
    LATER_LABEL,
    LATER_WORDS,
    SendAction,
    why_not,
)
from kustui.errors import KustuiError
from kustui.ui.screens.saving import RETRY_AFTER, Place, Saving, place_of

if TYPE_CHECKING:
    from kustui.ui.screens.menu import Choice

log = logging.getLogger("kustui.ui")


class Sending(Saving):
    """What is sent leaves the editor; what is refused stays in it, with the choice that was made."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._chosen: dict[Place, SendAction] = {}
        self._goes_at: datetime | None = None
        self._countdown: Timer | None = None

    def load_draft(self, kind: str = "", *, new: bool = False) -> None:
        """Show the draft of the open conversation (a note's for kind "note"), or of a new one."""
        raise NotImplementedError

    def action_send(self) -> None:
        """Send by the default."""
        draft = self.editor.draft
        if draft is not None:
            self._send(draft, self._action_of(draft))

    def _action_of(self, draft: Draft) -> SendAction:
        return self._chosen.get(place_of(draft), DEFAULT_ACTION)

    def show_action(self, draft: Draft) -> None:
        """Say in the editor what sending will do."""
        words = "Create note" if draft.kind == "note" else ACTIONS[self._action_of(draft)].label
        self.editor.action_words = words

    def action_send_menu(self) -> None:
        """Offer the ways to send; another than the default applies once (SPEC D1, D2)."""
        from kustui.ui.screens.menu import Choice, Menu

        draft = self.editor.draft
        if draft is None:
            return
        if draft.kind == "note":
            lines = [Choice("now", "s", "Create note", "only your team sees it")]
            about = "A note is never delivered to a customer."
        else:
            lines = self._ways(self.editor.channel)
            about = f"{CHANNELS[self.editor.channel].label} to {', '.join(draft.to) or 'nobody'}"

        def chosen(name: str | None) -> None:
            if name == LATER:
                self._ask_when(draft)
                return
            if name is not None:
                # It holds until the message is sent, however often that is refused (SPEC D2).
                self._chosen[place_of(draft)] = ACTIONS[name].name
                self.show_action(draft)
                self._send(draft, ACTIONS[name].name)
            self.editor.write()

        self.app.push_screen(Menu("Send", lines, chosen=self._action_of(draft), about=about), chosen)

    def _ways(self, channel: str) -> list[Choice]:
        """The lines of the send menu, those that are not offered here with the reason."""
        from kustui.ui.screens.menu import Choice

        choices = self.safely(self.desk.reads.snooze_choices, ())
        lines = [
            Choice(each.name, each.key, each.label, each.words, why_not(each.name, channel, choices))
            for each in ACTIONS.values()
        ]
        why = why_not(LATER, channel, choices)
        lines.insert(-1, Choice(LATER, LATER_KEY, LATER_LABEL, LATER_WORDS, why))
        return lines

    def _ask_when(self, draft: Draft) -> None:
        """Ask at what time by the server's clock, and have it go then (SPEC D4)."""
        from kustui.ui.screens.later import LaterAnswer, LaterDialog

        def answered(answer: LaterAnswer | None) -> None:
            if answer is not None:
                self._send(draft, "now", answer.at, hold_on_reply=answer.hold_on_reply)
            self.editor.write()

        to = ", ".join(draft.to) or "nobody"
        dialog = LaterDialog(
            f"{CHANNELS[self.editor.channel].label} to {to}",
            now=self.now,
            server=self.desk.server_zone,
            mine=self.desk.zone,
        )
        self.app.push_screen(dialog, answered)

    def _send(
        self,
        draft: Draft,
        action: SendAction,
        at: datetime | None = None,
        *,
        hold_on_reply: bool = False,
    ) -> None:
        if place_of(draft) in self._sending:
            return
        self._sending.add(place_of(draft))
        send = partial(self.desk.replies.send, action=action, at=at, hold_on_reply=hold_on_reply)
        self.run_worker(
            partial(self._sent, draft, send), thread=True, group="write", exit_on_error=False, name="send"
        )

    def _sent(self, draft: Draft, send: Callable[[Draft], Changed]) -> None:
        safe = False
        try:
            with self._pen:
                # Kept first, so that what was typed is safe whatever becomes of the sending.
                kept = self.desk.drafts.keep(draft)
                safe = True
                self._unsaved.pop(place_of(draft), None)
                changed = send(replace(draft, id=kept.id))
        except KustuiError as error:
            self.call_later(self._not_sent, draft, kept if safe else None, error)
        except Exception as error:
            log.error("a send stumbled: %s", type(error).__name__, exc_info=error)
            words = KustuiError("That was not sent", f"{type(error).__name__}; see the log.")
            self.call_later(self._not_sent, draft, kept if safe else None, words)
        else:
            self.call_later(self._gone, draft, changed)

    def _not_sent(self, draft: Draft, kept: Draft | None, error: KustuiError) -> None:
        self._sending.discard(place_of(draft))
        if kept is None:
            self._unsaved.setdefault(place_of(draft), draft)
            self.save_after(RETRY_AFTER)
        elif kept.saved_at is not None:
            self.editor.kept(kept, f"saved {self.clock_words(kept.saved_at)}")
        self.refuse(error)

    def _gone(self, draft: Draft, changed: Changed) -> None:
        self._sending.discard(place_of(draft))
        self._unsaved.pop(place_of(draft), None)
        self._chosen.pop(place_of(draft), None)
        shown = self.editor.draft
        here = shown is not None and place_of(shown) == place_of(draft)
        was_writing = self.editor.has_class("-writing")
        more = shown.body.removeprefix(draft.body).strip() if here and shown is not None else ""
        if here:
            self.editor.clear()
            if draft.conversation_id is None and self.customer is not None:
                self.show_customer(self.customer.id, changed.conversation_id)
        self._watch_window(changed)
        self.post_message(self.Acted(changed, None))
        if not here:
            return
        self.load_draft("note" if draft.kind == "note" and (more or self._is_note()) else "")
        if more:
            # Words typed while the message went are the beginning of the next one.
            self.editor.insert(more)
        elif was_writing:
            self.timeline.focus()

    # -- the undo window -----------------------------------------------------------------

    def _watch_window(self, changed: Changed) -> None:
        """Count down to when the message goes, as long as it can be taken back (SPEC D8)."""
        number = changed.message_id
        item = None if number is None else self.safely(lambda: self.desk.reads.outgoing_of(number), None)
        self._goes_at = item.at if item is not None and item.fate == "held" else None
        self._count_down()
        if self._goes_at is not None and self._countdown is None:
            self._countdown = self.set_interval(1.0, self._count_down)

    def _count_down(self) -> None:
        left = 0.0 if self._goes_at is None else (self._goes_at - self.now()).total_seconds()
        if left <= 0:
            self._goes_at = None
            if self._countdown is not None:
                self._countdown.stop()
                self._countdown = None
        undo = self.key("undo")
        self.status_line.countdown = f"goes in {ceil(left)} s, {undo} takes it back" if left > 0 else ""

    def end_countdown(self) -> None:
        """What was sent last cannot be taken back any more, or has been."""
        self._goes_at = None
        self._count_down()

    def _is_note(self) -> bool:
        return self.conversation is not None and self.conversation.channel == "note"
