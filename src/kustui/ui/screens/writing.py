"""Writing on the desk's screen: the editor's draft, its saving, the send menu."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from kustui.core.channels import CHANNELS
from kustui.core.records import Changed, Draft
from kustui.core.sending import ACTIONS, DEFAULT_ACTION, SendAction, compose_choices
from kustui.errors import KustuiError
from kustui.ui.screens.base import DeskBase
from kustui.ui.screens.menu import Choice, Menu
from kustui.ui.widgets.reply_editor import SAVE_AFTER, DraftArea, ReplyEditor

Place = tuple[int, int | None, str]

RETRY_AFTER = 2.0
"""Seconds until a draft that could not be saved is tried again."""


class Writing(DeskBase):
    """The editor always shows one draft: of the open conversation, or of a new one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._unsaved: dict[Place, Draft] = {}
        self._saving = 0
        self._timer_runs = False
        self._sending: set[Place] = set()
        self.action: SendAction = DEFAULT_ACTION

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
        draft = held or self.safely(lambda: self.desk.reads.draft(customer.id, kind, number), empty)
        self.editor.show(draft, channel)
        if draft.saved_at is not None:
            self.editor.saved = f"saved {self.clock_words(draft.saved_at)}"
        self.editor.action_words = ACTIONS[self.action].label if kind != "note" else "Create note"

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
        if self.customer is None:
            self.say("Open a customer first")
            return
        number = self.customer.id
        customer = self.safely(lambda: self.desk.reads.customer(number), self.customer)
        lines = [
            Choice(each.kind, each.key, each.label, reason=each.reason) for each in compose_choices(customer)
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
        if self.customer is None:
            row = self.inbox.row() if self.focused is self.inbox else None
            if row is not None:
                self.open_customer(row.customer_id, row.conversation_id or None)
        if self.customer is None:
            self.say("Open a customer first")
        elif self.conversation is None:
            self.say(f"No conversation yet; {self.key('compose')} begins one")
        return self.customer is not None and self.conversation is not None

    def _edit(self, kind: str) -> None:
        draft = self.editor.draft
        number = self.conversation.id if self.conversation else None
        if draft is None or (draft.kind, draft.conversation_id) != (kind, number):
            self.load_draft(kind)
        self.editor.write()

    # -- saving ----------------------------------------------------------------------

    def on_reply_editor_changed(self, event: ReplyEditor.Changed) -> None:
        """Save what was typed, soon."""
        event.stop()
        if not self._timer_runs:
            self._timer_runs = True
            self.set_timer(SAVE_AFTER, self._save_soon)

    def on_draft_area_left(self, event: DraftArea.Left) -> None:
        """Esc came with a letter on its heels."""
        event.stop()
        self.action_leave_editor()

    def _save_soon(self) -> None:
        self._timer_runs = False
        self.flush()

    def flush(self) -> None:
        """Save what is typed and not saved, and whatever could not be saved before."""
        draft = self.editor.draft
        if draft is not None and self.editor.dirty:
            self._unsaved[_place(draft)] = draft
        for place, waiting in list(self._unsaved.items()):
            if place not in self._sending:
                self.run_worker(
                    partial(self._keep, waiting),
                    thread=True,
                    group="draft",
                    exit_on_error=False,
                    name="draft",
                )

    def save_now(self) -> None:
        """Save what is typed before this returns: for the end of the program."""
        draft = self.editor.draft
        if draft is not None and self.editor.dirty:
            self._unsaved[_place(draft)] = draft
        for waiting in list(self._unsaved.values()):
            self.desk.drafts.keep(waiting)

    def _keep(self, draft: Draft) -> None:
        try:
            kept = self.desk.drafts.keep(draft)
        except KustuiError as error:
            self.app.call_from_thread(self._not_kept, error)
        else:
            self.app.call_from_thread(self._kept, draft, kept)

    def _kept(self, asked: Draft, kept: Draft) -> None:
        place = _place(kept)
        if self._unsaved.get(place) == asked:
            del self._unsaved[place]
        if kept.saved_at is not None:
            self.editor.kept(kept, f"saved {self.clock_words(kept.saved_at)}")

    def _not_kept(self, error: KustuiError) -> None:
        self.editor.saved = f"NOT saved: {error.title}"
        self.in_trouble(error)
        if not self._timer_runs:
            self._timer_runs = True
            self.set_timer(RETRY_AFTER, self._save_soon)

    # -- sending and discarding --------------------------------------------------------

    def action_send(self) -> None:
        """Send by the default."""
        self._send(self.action)

    def action_send_menu(self) -> None:
        """Offer the ways to send; another than the default applies once (SPEC D1, D2)."""
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
                self._send(ACTIONS[name].name)
            else:
                self.editor.write()

        self.app.push_screen(Menu("Send", lines, chosen=self.action, about=about), chosen)

    def _send(self, action: SendAction) -> None:
        draft = self.editor.draft
        if draft is None or _place(draft) in self._sending:
            return
        self._sending.add(_place(draft))
        self.run_worker(
            partial(self._sent, draft, action), thread=True, group="write", exit_on_error=False, name="send"
        )

    def _sent(self, draft: Draft, action: SendAction) -> None:
        try:
            # Kept first, so that what was typed is safe whatever becomes of the sending.
            kept = self.desk.drafts.keep(draft)
            changed = self.desk.replies.send(replace(draft, id=kept.id), action)
        except KustuiError as error:
            self.app.call_from_thread(self._not_sent, draft, error)
        else:
            self.app.call_from_thread(self._gone, draft, changed)

    def _not_sent(self, draft: Draft, error: KustuiError) -> None:
        self._sending.discard(_place(draft))
        self.refuse(error)

    def _gone(self, draft: Draft, changed: Changed) -> None:
        self._sending.discard(_place(draft))
        self._unsaved.pop(_place(draft), None)
        shown = self.editor.draft
        was_writing = self.editor.has_class("-writing")
        here = shown is not None and _place(shown) == _place(draft)
        if here:
            self.editor.clear()
        if here and draft.conversation_id is None and self.customer is not None:
            self.show_customer(self.customer.id, changed.conversation_id)
        undo = f" · {self.key('undo')} takes it back" if draft.kind != "note" else ""
        self.post_message(self.Acted(replace(changed, notice=f"{changed.notice}{undo}"), None))
        if here:
            self.load_draft("note" if draft.kind == "note" and self._is_note() else "")
            if was_writing:
                self.timeline.focus()

    def _is_note(self) -> bool:
        return self.conversation is not None and self.conversation.channel == "note"

    def action_discard(self) -> None:
        """Throw the draft away; undo brings it back (SPEC C5)."""
        draft = self.editor.draft
        if draft is None or not (draft.body.strip() or draft.subject.strip()):
            self.say("There is nothing to discard")
            return

        def gone(_: Changed) -> None:
            self._unsaved.pop(_place(draft), None)
            shown = self.editor.draft
            if shown is not None and _place(shown) == _place(draft):
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


def _place(draft: Draft) -> Place:
    return draft.customer_id, draft.conversation_id, draft.kind
