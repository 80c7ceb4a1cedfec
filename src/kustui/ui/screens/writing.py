"""Writing on the desk's screen: which draft the editor shows, beginning one, throwing it away."""

from __future__ import annotations

from kustui.core.channels import CHANNELS
from kustui.core.records import Changed, Draft
from kustui.core.sending import compose_choices
from kustui.ui import harmless
from kustui.ui.screens.saving import place_of
from kustui.ui.screens.sending import Sending
from kustui.ui.widgets.rows import RowList


class Writing(Sending):
    """The editor always shows one draft: of the open conversation, or of a new one."""

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
        self.preferences = self.safely(self.desk.words.preferences, self.preferences)
        self.show_wrapping(draft)
        self.begun(draft)
        self.editor.show(draft, channel)
        self.editor.area.enter_sends = self.preferences.enter_sends and CHANNELS[channel].enter_may_send
        if draft.saved_at is not None:
            self.editor.saved = f"saved {self.clock_words(draft.saved_at)}"
        self.show_action(draft)

    def settings_changed(self) -> None:
        """What was set holds from now on, also for what is being written."""
        draft = self.editor.draft if self.furnished else None
        if draft is not None:
            self.flush()
            self.load_draft(draft.kind, new=draft.conversation_id is None)

    def show_wrapping(self, draft: Draft) -> None:
        """Have the editor count the signature and the template that the draft leaves with."""
        editor = self.editor
        editor.signature = self.preferences.signature
        templates = self.safely(self.desk.words.templates, []) if draft.template_id else []
        editor.template = next((each for each in templates if each.id == draft.template_id), None)

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
        self.remove_class("-popped")
        if draft is not None and draft.conversation_id is None:
            if draft.body or draft.subject:
                self.say(f"The draft is kept; {self.key('compose')} goes on with it")
            self.load_draft()
        self.timeline.focus()

    def _ready(self) -> bool:
        if not self._open_pointed():
            return False
        if self.conversation is None:
            self.say(f"No conversation yet; {self.key('compose')} begins one")
        return self.conversation is not None

    def _open_pointed(self) -> bool:
        """Open the row under the cursor of a list, so that nobody writes to another than the one in sight."""
        rows = self.focused
        row = rows.row() if isinstance(rows, RowList) else None
        if row is not None and not row.customer_id:
            self.say("No customer belongs to this row")
            return False
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
        elif not draft.body.strip():
            self.begun(draft)
        self.editor.write()

    # -- discarding -------------------------------------------------------------------

    def action_discard(self) -> None:
        """Throw the draft away; undo brings it back (SPEC C5)."""
        draft = self.editor.draft
        if draft is None or not (draft.body.strip() or draft.subject.strip() or draft.files):
            self.say("There is nothing to discard")
            return

        def gone(_: Changed) -> None:
            self.say(f"Discarded; {self.key('undo')} brings it back")
            self._unsaved.pop(place_of(draft), None)
            shown = self.editor.draft
            if shown is not None and place_of(shown) == place_of(draft):
                self.editor.clear()
                self.load_draft(draft.kind if draft.conversation_id is not None else "")
                self.remove_class("-popped")
                self.timeline.focus()

        self.act(lambda: self.desk.drafts.discard(draft), gone)

    def undone(self, changed: Changed) -> None:
        """The last act was taken back: a draft may be there again."""
        if changed.customer_id is not None and (
            self.customer is None or self.customer.id != changed.customer_id
        ):
            # What changed is not on the screen, so it is told of whom.
            number = changed.customer_id
            found = self.safely(lambda: self.desk.reads.customer(number), None)
            if found is not None:
                self.say(f"{changed.notice} · {harmless.customer(found).name}")
        if self.customer is not None and changed.customer_id == self.customer.id:
            draft = self.editor.draft
            if draft is None or not self.editor.dirty:
                self.editor.clear()
                self.show_customer(self.customer.id)
                self.load_draft()
