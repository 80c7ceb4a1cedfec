"""Keeping drafts: whatever is typed is on disk within a second, in the order it was typed (SPEC C9)."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from kustui.core.records import Draft
from kustui.errors import KustuiError
from kustui.ui import harmless
from kustui.ui.screens.base import DeskBase
from kustui.ui.widgets.draft_words import saved_words

if TYPE_CHECKING:
    from kustui.ui.widgets.reply_editor import ReplyEditor

Place = tuple[int, int | None, str]

WRITING = ("write", "draft", "presence", "card")
"""The groups of workers that write, or put what was written on the screen."""
SAVE_AFTER = 0.4
"""Seconds of typing after which a draft is saved (SPEC C9: within a second)."""
RETRY_AFTER = 2.0
"""Seconds until a draft that could not be saved is tried again."""
WORRY_AFTER = 2.0
"""Seconds of waiting for the store after which the editor says that the words are not saved."""


class Saving(DeskBase):
    """One thread at a time writes drafts, so that older words never land on newer ones."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._unsaved: dict[Place, Draft] = {}
        # When the words of a place were saved that this program last wrote or read there.
        self._known: dict[Place, datetime | None] = {}
        self._sending: set[Place] = set()
        self.attaching: list[Place] = []
        """Where files are being read, to be attached: one for each reading."""
        self._timer_runs = False
        self._keeping = False
        # What others did is looked at again once the words are saved that are being saved.
        self._follows = False
        # Held while a draft is written, so that one that is sent is never written behind its sending.
        self._pen = threading.Lock()

    def on_reply_editor_changed(self, event: ReplyEditor.Changed) -> None:
        """Save what was typed, soon."""
        event.stop()
        # In a shift the next key waits for what this one has written.
        self.save_after(SAVE_AFTER if self.desk.shift is None else 0.0)

    @property
    def is_busy(self) -> bool:
        """Whether an act, or what is typed, is on its way into the store."""
        return (
            self._timer_runs
            or self._keeping
            or bool(self._unsaved)
            # A letter tells the screen a little later that it was typed.
            or self._typed() is not None
            or any(worker.group in WRITING and not worker.is_finished for worker in self.workers)
        )

    def save_after(self, seconds: float) -> None:
        """Save what is typed once that long has passed; a save that is coming already will do."""
        if not self._timer_runs:
            self._timer_runs = True
            if seconds:
                self.set_timer(seconds, self._save_soon)
            else:
                self.call_later(self._save_soon)

    def _save_soon(self) -> None:
        self._timer_runs = False
        self.flush()

    def flush(self) -> None:
        """Save what is typed and not saved, and whatever could not be saved before; in a thread."""
        self.note_typed()
        if self._unsaved and not self._keeping:
            self._keeping = True
            self.set_timer(WORRY_AFTER, self._worry)
            self.run_worker(self._keep, thread=True, group="draft", exit_on_error=False, name="draft")

    def save_now(self) -> None:
        """Save what is typed before this returns: for the end of the program."""
        self.note_typed()
        for place in list(self._unsaved):
            self._write(place)

    def note_typed(self) -> None:
        """Put the words in the editor among those to be saved, if they are not saved yet."""
        draft = self._typed()
        if draft is not None:
            self._unsaved[place_of(draft)] = draft

    def _typed(self) -> Draft | None:
        """What stands in the editor and is neither saved nor on its way out."""
        draft = self.editor.draft if self.furnished else None
        if draft is None or not self.editor.dirty or place_of(draft) in self._sending:
            return None
        return draft

    def read_draft(self, draft: Draft) -> Draft:
        """The draft of that place as it is saved now, or, without one, `draft` itself."""
        found = self.safely(
            lambda: self.desk.reads.draft(draft.customer_id, draft.kind, draft.conversation_id), draft
        )
        self._known[place_of(found)] = found.saved_at
        return found

    def follow_draft(self) -> None:
        """Show what the agent typed here in another program, unless something is being typed in this one."""
        shown = self.editor.draft if self.furnished else None
        self._follows = self._keeping
        if shown is None or self.editor.dirty or self._keeping or place_of(shown) in self._sending:
            return
        saved = harmless.draft(self.read_draft(shown))
        if place_of(saved) != place_of(shown):
            self._go_along(shown, saved)
            return
        if (*saved_words(saved), saved.files) != (*saved_words(shown), shown.files):
            self.show_wrapping(saved)
            self.editor.show(saved, self.editor.channel)
            if saved.saved_at is not None:
                self.editor.saved = f"saved {self.clock_words(saved.saved_at)}"

    def _keep(self) -> None:
        error: KustuiError | None = None
        for place in list(self._unsaved):
            asked = self._unsaved.get(place)
            try:
                kept = self._write(place)
            except KustuiError as trouble:
                error = trouble
            else:
                if asked is not None and kept is not None:
                    self.call_later(self._kept, asked, kept)
        self.call_later(self._keeping_ended, error)

    def _write(self, place: Place) -> Draft | None:
        """Write the words of a place as they are at that moment; None when there is nothing to write."""
        with self._pen:
            held = self._unsaved.get(place)
            if held is None:
                return None
            draft = replace(held, saved_at=self._known.get(place, held.saved_at))
            kept = self.desk.drafts.keep(draft, typing=True)
            self._known[place] = kept.saved_at
            if self._unsaved.get(place) is held:
                del self._unsaved[place]
            return kept

    def _kept(self, asked: Draft, kept: Draft) -> None:
        if place_of(kept) != place_of(asked):
            self._go_along(asked, kept)
            return
        if kept.saved_at is not None:
            self.editor.kept(kept, f"saved {self.clock_words(kept.saved_at)}")
        if kept.aside:
            self.say(
                f"What you typed here in another program is set aside; {self.key('undo')} brings it back"
            )
        if self.editor.dirty:
            self.save_after(SAVE_AFTER)

    def _go_along(self, was: Draft, kept: Draft) -> None:
        """What is written in was merged into another: the editor goes where the words are (SPEC C9)."""
        self._known[place_of(kept)] = kept.saved_at
        shown = self.editor.draft
        if shown is None or place_of(shown) != place_of(was):
            return
        if saved_words(shown) != saved_words(was):
            # What was typed since is saved first.
            self.save_after(SAVE_AFTER)
            return
        self._unsaved.pop(place_of(was), None)
        writes = self.editor.has_focus_within
        self.editor.clear()
        self.show_customer(kept.customer_id, kept.conversation_id)
        self.load_draft(kept.kind, new=kept.conversation_id is None)
        if writes:
            self.editor.write()
        number = kept.conversation_id
        if not (kept.body.strip() or kept.subject.strip() or kept.files):
            return
        if number is not None and number != was.conversation_id:
            self.say(f"#{was.conversation_id} is part of #{number} now; what you write is there")
        else:
            self.say("This customer was merged with another; what you write is there")

    def _keeping_ended(self, error: KustuiError | None) -> None:
        self._keeping = False
        if error is not None:
            self.editor.saved = f"NOT saved: {error.title}"
            self.in_trouble(error)
            self.save_after(RETRY_AFTER)
        elif self._unsaved:
            self.save_after(SAVE_AFTER)
        elif self._follows:
            self.follow_draft()

    def _worry(self) -> None:
        if self._keeping and self.editor.dirty:
            self.editor.saved = "NOT saved yet: the store is busy"


def place_of(draft: Draft) -> Place:
    """Where a draft belongs: of each customer, conversation and kind there is one."""
    return draft.customer_id, draft.conversation_id, draft.kind
