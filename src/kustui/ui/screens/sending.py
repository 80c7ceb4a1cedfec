"""Sending from the desk's screen: the send menu, later, and the window in which it can be undone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

from textual.timer import Timer

from kustui.core import when
from kustui.core.channels import CHANNELS
from kustui.core.preferences import Preferences
from kustui.core.records import Changed, Draft
from kustui.core.sending import (
    ACTIONS,
    ENTER,
    LATER,
    LATER_KEY,
    LATER_LABEL,
    LATER_WORDS,
    SendAction,
    follows,
    why_not,
)
from kustui.errors import KustuiError
from kustui.ui.screens.meanwhile import Meanwhile
from kustui.ui.screens.saving import RETRY_AFTER, Place, place_of
from kustui.ui.widgets.draft_words import asked_for, copies_of

if TYPE_CHECKING:
    from kustui.core.post import Outgoing
    from kustui.ui.screens.later import LaterAnswer
    from kustui.ui.screens.menu import Choice

log = logging.getLogger("kustui.ui")

BARE = "bare"
"""The line of the send menu that takes off the actions of shortcuts, whose words may be gone by then."""


class Sending(Meanwhile):
    """What is sent leaves the editor; what is refused stays in it, with the choice that was made."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._chosen: dict[Place, SendAction] = {}
        # When what is written there goes, by a dialog whose message was refused.
        self._later: dict[Place, LaterAnswer] = {}
        self.preferences = Preferences()
        self._leaving: Outgoing | None = None
        self._countdown: Timer | None = None

    def action_send(self) -> None:
        """Send by the default, or as was chosen for this message."""
        draft = self.editor.draft
        if draft is None:
            return
        if self.asked_first(draft, self.action_send):
            return
        later = self._later.get(place_of(draft))
        if later is not None and later.at <= self.now():
            self._ask_when(draft)
        else:
            self._send(draft, self._action_of(draft), later)

    def _action_of(self, draft: Draft) -> SendAction:
        return self._chosen.get(place_of(draft), self.preferences.send)

    def show_action(self, draft: Draft) -> None:
        """Say in the editor what sending will do."""
        words = (
            "Create note"
            if draft.kind == "note"
            else ACTIONS[follows(self._action_of(draft), draft.then)].label
        )
        later = self._later.get(place_of(draft))
        if later is not None:
            zone = self.desk.server_zone
            goes = f"{when.absolute(later.at, zone, self.now())} {when.zone_name(zone, later.at)}"
            words = f"{LATER_LABEL}, {goes}"
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
            to = f"{CHANNELS[self.editor.channel].label} to {', '.join(draft.to) or 'nobody'}"
            about = " · ".join((to, *copies_of(draft, self.editor.expects)))
        if asked := asked_for(draft):
            lines.append(Choice(BARE, "x", "Take off what shortcuts do", asked))

        def go(name: str) -> None:
            if name == LATER:
                self._ask_when(draft)
            else:
                self._send(draft, ACTIONS[name].name)

        def chosen(name: str | None) -> None:
            if name == ENTER:
                self._switch_enter()
                return
            if name == BARE:
                self.editor.change(tags=(), then="")
                self.show_action(replace(draft, then=""))
            elif name is not None:
                if name != LATER:
                    # It holds until the message is sent, however often that is refused (SPEC D2).
                    self._later.pop(place_of(draft), None)
                    self._chosen[place_of(draft)] = ACTIONS[name].name
                    self.show_action(draft)
                if self.asked_first(draft, partial(go, name)):
                    return
                go(name)
                if name == LATER:
                    return
            self.editor.write()

        on = LATER if place_of(draft) in self._later else self._action_of(draft)
        self.app.push_screen(Menu("Send", lines, chosen=on, about=about), chosen)

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
        sends = "on: Ctrl+J is a newline" if self.preferences.enter_sends else "off: Enter is a newline"
        lines.append(Choice(ENTER, "p", "Press Enter to send", sends, why_not(ENTER, channel, choices)))
        return lines

    def _switch_enter(self) -> None:
        """Press Enter to send stays on once chosen, until it is chosen again (SPEC D3)."""
        wanted = replace(self.preferences, enter_sends=not self.preferences.enter_sends)

        def kept(_: Changed) -> None:
            self.preferences = wanted
            self.editor.area.enter_sends = wanted.enter_sends
            self.say("Enter sends now; Ctrl+J is a newline" if wanted.enter_sends else "Enter is a newline")
            self.editor.write()

        self.act(lambda: self.desk.preferences.keep(wanted), kept)

    def _ask_when(self, draft: Draft) -> None:
        """Ask at what time by the server's clock, and have it go then (SPEC D4)."""
        from kustui.ui.screens.later import LaterDialog

        def answered(answer: LaterAnswer | None) -> None:
            if answer is not None:
                self._chosen.pop(place_of(draft), None)
                self._later[place_of(draft)] = answer
                self.show_action(draft)
                self._send(draft, "now", answer)
            self.editor.write()

        to = ", ".join(draft.to) or "nobody"
        before = self._later.get(place_of(draft))
        dialog = LaterDialog(
            f"{CHANNELS[self.editor.channel].label} to {to}",
            now=self.now,
            server=self.desk.server_zone,
            mine=self.desk.zone,
            hold_on_reply=before is not None and before.hold_on_reply,
        )
        self.app.push_screen(dialog, answered)

    def _send(self, draft: Draft, action: SendAction, later: LaterAnswer | None = None) -> None:
        if place_of(draft) in self._sending:
            return
        if place_of(draft) in self.attaching:
            self.say("A file is still being read; send it when it is there")
            return
        self._sending.add(place_of(draft))
        send = partial(self.desk.replies.send, action=action)
        if later is not None:
            send = partial(send, at=later.at, hold_on_reply=later.hold_on_reply)
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
        self._later.pop(place_of(draft), None)
        self._answers.pop(place_of(draft), None)
        self._public.pop(place_of(draft), None)
        shown = self.editor.draft
        here = shown is not None and place_of(shown) == place_of(draft)
        was_writing = self.editor.has_class("-writing")
        more = shown.body.removeprefix(draft.body).strip() if here and shown is not None else ""
        if here:
            self.editor.clear()
            if draft.conversation_id is None and self.customer is not None:
                self.show_customer(self.customer.id, changed.conversation_id)
        self.post_message(self.Acted(self._watch_window(changed), None))
        if not here:
            return
        self.load_draft("note" if draft.kind == "note" and (more or self._is_note()) else "")
        if more:
            # Words typed while the message went are the beginning of the next one.
            self.editor.insert(more)
        elif was_writing:
            self.remove_class("-popped")
            self.timeline.focus()
        if not more:
            self.rest()

    # -- the undo window -----------------------------------------------------------------

    def _watch_window(self, changed: Changed) -> Changed:
        """Count down to when the message goes, as long as it can be taken back (SPEC D8).

        Answers what is said of it: what has not gone is not called sent.
        """
        number = changed.message_id
        item = None if number is None else self.safely(lambda: self.desk.reads.outgoing_of(number), None)
        if item is None or item.fate not in ("held", "queued"):
            return changed
        if item.fate == "held":
            self._leaving = item
            if self._countdown is None:
                self._countdown = self.set_interval(1.0, self._count_down)
        return replace(changed, notice=changed.notice.replace("Sent", "On its way", 1))

    def look(self, *, renew: bool = True) -> None:
        """Look at everything again, also at what is about to go."""
        super().look(renew=renew)
        self._count_down()

    def _count_down(self) -> None:
        """Say how long what was sent last can be taken back; by undo, unless something was done since."""
        item, left, is_last = self._leaving, 0.0, False
        if item is not None:
            try:
                last = self.desk.reads.sent_last()
                is_last = last is not None and last.id == item.id
                item = last if is_last else self.desk.reads.outgoing_of(item.message_id or 0)
            except KustuiError as error:
                self.in_trouble(error)
                return
        if item is not None and item.fate == "held" and item.state == "queued":
            left = (item.at - self.now()).total_seconds()
        if item is None or left <= 0:
            self._leaving = None
            self.status_line.countdown = ""
            if self._countdown is not None:
                self._countdown.stop()
                self._countdown = None
            return
        undo = f", {self.key('undo')} takes it back" if is_last else ""
        self.status_line.countdown = f"goes in {ceil(left)} s{undo}"

    def _is_note(self) -> bool:
        return self.conversation is not None and self.conversation.channel == "note"
