"""Writing on the desk's screen: the editor's draft, its saving, the send menu."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from kustui.core.channels import CHANNELS
from kustui.core.records import Changed, Draft
from kustui.core.sending import ACTIONS, DEFAULT_ACTION, SendAction, compose_choices
from kustui.errors import KustuiError
from kustui.ui import harmless
from kustui.ui.screens.saving import RETRY_AFTER, Place, Saving, place_of
from kustui.ui.widgets.rows import RowList

log = logging.getLogger("kustui.ui")


class Writing(Saving):
    """The editor always shows one draft: of the open conversation, or of a new one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._chosen: dict[Place, SendAction] = {}

    # -- what the editor shows -------------------------------------------------------

    def load_draft(self, kind: str = "", *, new: bool = False) -> None:
        """Show the draft of the open conversation (a note's for kind "note"), or of a new one."""
        customer, conversation = self.customer, self.conversation
        if customer is None:
            return
        self.flush()
        if not new and conversation is None:
            new, kind = True, kind or "note"
        number = None if new or conversation is None else conversation.id
        if not kind:
            kind = "note" if conversation is not None and conversation.channel == "note" else "reply"
        channel = kind if new else "note" if kind == "note" or conversation is None else conversation.channel
        held = self._unsaved.get((customer.id, number, kind))
        empty = Draft(0, self.desk.agent.id, customer.id, kind, number)
        draft = harmless.draft(held or self.read_draft(empty))
        self.editor.show(draft, channel)
        if draft.saved_at is not None:
            self.editor.saved = f"saved {self.clock_words(draft.saved_at)}"
        self._show_action(draft)

    def action_reply(self) -> None:
        """Write to the customer."""
        if self._ready():
            note_only = self.conversation is not None and self.conversation.channel == "note"
            self._edit("note" if note_only else "reply")
            if note_only:
                self.say("This conversation is a note for the team, so the answer is one too")

    def action_note(self) -> None:
        """Write a note that only the team sees."""
        if self._ready():
            self._edit("note")

    def action_switch_note(self) -> None:
        """Change between the reply and the note; each keeps its own draft."""
        draft = self.editor.draft
        if draft is not None and draft.conversation_id is not None:
            self._edit("reply" if draft.kind == "note" else "note")

    def action_compose_new(self) -> None:
        """Offer what can be begun with this customer, and say why the rest cannot (SPEC A1)."""
        from kustui.ui.screens.menu import Choice, Menu

        if not self._open_pointed() or self.customer is None:
            return
        number = self.customer.id
        customer = harmless.customer(self.safely(lambda: self.desk.reads.customer(number), self.customer))
        there = f" ({self.key('profile')})"
        lines = [
            Choice(each.kind, each.key, each.label, reason=each.reason and each.reason + there)
            for each in compose_choices(customer)
        ]

        def chosen(kind: str | None) -> None:
            if kind:
                self.load_draft(kind, new=True)
                self.editor.write()

        self.app.push_screen(Menu(f"Compose · {customer.name}", lines), chosen)

    def action_leave_editor(self) -> None:
        """Back to the timeline; the draft is kept."""
        draft = self.editor.draft
        self.flush()
        if draft is not None and draft.conversation_id is None:
            if draft.body or draft.subject:
                self.say(f"The draft is kept; {self.key('compose')} goes on with it")
            self.load_draft()
        self.timeline.focus()

    def _ready(self) -> bool:
        if self._open_pointed() and self.conversation is None:
            self.say(f"No conversation yet; {self.key('compose')} begins one")
        return self.conversation is not None

    def _open_pointed(self) -> bool:
        """Open the row under the cursor of a list, so that nobody writes to another than the one in sight."""
        rows = self.focused
        row = rows.row() if isinstance(rows, RowList) else None
        if row is not None:
            here = self.customer is not None and self.customer.id == row.customer_id
            wanted = row.conversation_id or None
            if here and (wanted is None or (self.conversation and self.conversation.id == wanted)):
                self.add_class("-reading")
            else:
                self.open_customer(row.customer_id, wanted)
        if self.customer is None:
            self.say("Open a customer first")
        return self.customer is not None

    def _edit(self, kind: str) -> None:
        draft = self.editor.draft
        number = self.conversation.id if self.conversation else None
        if draft is None or (draft.kind, draft.conversation_id) != (kind, number):
            self.load_draft(kind)
        self.editor.write()

    # -- sending and discarding --------------------------------------------------------

    def action_send(self) -> None:
        """Send by the default."""
        draft = self.editor.draft
        if draft is not None:
            self._send(draft, self._action_of(draft))

    def _action_of(self, draft: Draft) -> SendAction:
        return self._chosen.get(place_of(draft), DEFAULT_ACTION)

    def _show_action(self, draft: Draft) -> None:
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
            lines = [Choice(each.name, each.key, each.label, each.words) for each in ACTIONS.values()]
            about = f"{CHANNELS[self.editor.channel].label} to {', '.join(draft.to) or 'nobody'}"

        def chosen(name: str | None) -> None:
            if name is not None:
                # It holds until the message is sent, however often that is refused (SPEC D2).
                self._chosen[place_of(draft)] = ACTIONS[name].name
                self._show_action(draft)
                self._send(draft, ACTIONS[name].name)
            self.editor.write()

        self.app.push_screen(Menu("Send", lines, chosen=self._action_of(draft), about=about), chosen)

    def _send(self, draft: Draft, action: SendAction) -> None:
        if place_of(draft) in self._sending:
            return
        self._sending.add(place_of(draft))
        self.run_worker(
            partial(self._sent, draft, action), thread=True, group="write", exit_on_error=False, name="send"
        )

    def _sent(self, draft: Draft, action: SendAction) -> None:
        safe = False
        try:
            with self._pen:
                # Kept first, so that what was typed is safe whatever becomes of the sending.
                kept = self.desk.drafts.keep(draft)
                safe = True
                self._unsaved.pop(place_of(draft), None)
                changed = self.desk.replies.send(replace(draft, id=kept.id), action)
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
        seconds = self._undo_seconds(draft, changed)
        undo = f" · {self.key('undo')} takes it back within {seconds} s" if seconds else ""
        self.post_message(self.Acted(replace(changed, notice=f"{changed.notice}{undo}"), None))
        if not here:
            return
        self.load_draft("note" if draft.kind == "note" and (more or self._is_note()) else "")
        if more:
            # Words typed while the message went are the beginning of the next one.
            self.editor.insert(more)
        elif was_writing:
            self.timeline.focus()

    def _undo_seconds(self, draft: Draft, changed: Changed) -> int:
        """How long what was sent waits for an undo."""
        number = changed.conversation_id
        if draft.kind == "note" or number is None:
            return 0
        item = self.safely(lambda: self.desk.reads.conversation(number), None)
        channel = item.channel if item else "email"
        return self.desk.undo_seconds.get(channel, CHANNELS[channel].undo_seconds)

    def _is_note(self) -> bool:
        return self.conversation is not None and self.conversation.channel == "note"

    def action_discard(self) -> None:
        """Throw the draft away; undo brings it back (SPEC C5)."""
        draft = self.editor.draft
        if draft is None or not (draft.body.strip() or draft.subject.strip()):
            self.say("There is nothing to discard")
            return

        def gone(_: Changed) -> None:
            self.say(f"Discarded; {self.key('undo')} brings it back")
            self._unsaved.pop(place_of(draft), None)
            shown = self.editor.draft
            if shown is not None and place_of(shown) == place_of(draft):
                self.editor.clear()
                self.load_draft(draft.kind if draft.conversation_id is not None else "")
                self.timeline.focus()

        self.act(lambda: self.desk.drafts.discard(draft), gone)

    def undone(self, changed: Changed) -> None:
        """The last act was taken back: a draft may be there again."""
        if self.customer is not None and changed.customer_id == self.customer.id:
            draft = self.editor.draft
            if draft is None or not self.editor.dirty:
                self.editor.clear()
                self.show_customer(self.customer.id)
                self.load_draft()
