"""The editor for replies, notes and new conversations: always one draft, saved as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static, TextArea

from kustui.core import sending
from kustui.core.channels import CHANNELS, left, segments
from kustui.core.library import Template
from kustui.core.records import Draft
from kustui.desk.paths import paths_in
from kustui.ui.widgets.draft_area import DraftArea
from kustui.ui.widgets.draft_words import copies_of, goes_with, same_place, saved_words
from kustui.ui.wrap import cells, fit


class ReplyEditor(Vertical):
    """Shows one draft and says when it changed; what is done with it is the screen's business."""

    BINDINGS: ClassVar[list[BindingType]] = []
    takes_paths = True

    channel: reactive[str] = reactive("email", init=False)
    """What the draft will travel by; "note" for a note."""
    action_words: reactive[str] = reactive("", init=False)
    """What the send key will do."""
    saved: reactive[str] = reactive("", init=False)
    """When the draft was saved, or that it was NOT."""

    class Changed(Message):
        """The draft was typed in and wants saving."""

    class Focused(Message):
        """The cursor came into the editor or left it."""

    def __init__(self, keys: dict[str, str]) -> None:
        """`keys` are the editor's own keys as people write them, by command id."""
        super().__init__(id="reply")
        self._keys = keys
        self._draft: Draft | None = None
        self._dirty = False
        self._loading = False
        self.expects = ""
        """Who wrote last: the draft says so when it goes to somebody else."""
        self.window: Callable[[], str] = str
        """Says until when an answer is taken; nothing where it always is."""
        self.signature = ""
        self._present: tuple[str, ...] = ()
        self.template: Template | None = None

    def compose(self) -> ComposeResult:
        """A line that says what this is, the subject of a new conversation, the text, a line of keys."""
        self.add_class("-resting")
        yield Static("", id="reply-head")
        yield Input(id="reply-subject", placeholder="Subject: what this conversation is about", compact=True)
        yield DraftArea(
            lambda text: self.takes_paths and bool(paths_in(text)),
            id="reply-text",
            soft_wrap=True,
            show_line_numbers=False,
            compact=True,
        )
        yield Static("", id="reply-with")
        yield Static("", id="reply-foot")

    def on_mount(self) -> None:
        """No cursor blinks here: it would write to the terminal all day."""
        self.query_one(TextArea).cursor_blink = False
        self.query_one(Input).cursor_blink = False

    # -- the draft -------------------------------------------------------------

    @property
    def draft(self) -> Draft | None:
        """The draft as it stands on the screen; None when there is none."""
        if self._draft is None:
            return None
        return replace(self._draft, body=self.query_one(TextArea).text, subject=self.query_one(Input).value)

    @property
    def dirty(self) -> bool:
        """Whether there are words here that are not saved yet; a letter counts before its event has come."""
        text = self.draft if not self._dirty and self._draft is not None else None
        return self._dirty or (text is not None and saved_words(text) != saved_words(self._draft or text))

    @property
    def area(self) -> DraftArea:
        """The text."""
        return self.query_one(DraftArea)

    def as_sent(self, draft: Draft) -> str:
        """The whole text as it would be sent: with the signature, inside the template (SPEC C2)."""
        return sending.compose(self.channel, draft.body, signature=self.signature, template=self.template)

    def change(self, **fields: Any) -> None:
        """Change what the draft has besides its words; it is saved like words."""
        if self._draft is not None:
            self._draft = replace(self._draft, **fields)
            self._dirty = True
            self._say()
            self.post_message(self.Changed())

    def took_files(self, kept: Draft) -> None:
        """Show the files that the draft has, as the store has kept it."""
        if self._draft is not None and same_place(self._draft, kept):
            self._draft = replace(self._draft, id=kept.id, saved_at=kept.saved_at, files=kept.files)
            self._say()

    def with_text(self, text: str) -> Draft:
        """The draft with another text, as it would be saved."""
        assert self._draft is not None
        return replace(self.draft or self._draft, body=text)

    def replace_text(self, text: str) -> None:
        """Put another text in place of the one that stands here, as one step of undo."""
        area = self.area
        area.replace(text, area.document.start, area.document.end, maintain_selection_offset=False)

    def show(self, draft: Draft, channel: str) -> None:
        """Show a draft; what stood here must have been saved."""
        self._loading = True
        self._draft = draft
        self._dirty = False
        self.set_class(draft.kind == "note", "-note")
        self.set_class(draft.conversation_id is None, "-new")
        subject, area = self.query_one(Input), self.query_one(TextArea)
        subject.display = draft.conversation_id is None and CHANNELS[channel].has_subject
        if subject.value != draft.subject:
            subject.value = draft.subject
        if area.text != draft.body:
            area.load_text(draft.body)
            area.move_cursor(area.document.end)
        self.set_reactive(ReplyEditor.channel, channel)
        self.set_reactive(ReplyEditor.saved, "" if draft.saved_at is None else "saved")
        self._loading = False
        self._say()

    def kept(self, draft: Draft, saved: str) -> None:
        """Take over the id of a draft that was saved, if it is still the one shown."""
        shown = self._draft
        if shown is not None and same_place(shown, draft):
            shown = replace(shown, subject=draft.subject, body=draft.body)
            self._draft = replace(shown, id=draft.id, saved_at=draft.saved_at, files=draft.files)
            text = self.draft
            self._dirty = text is not None and saved_words(text) != saved_words(draft)
            self.saved = saved
            # Said also when the save before was in the same second, so that `saved` did not change.
            self._say()

    def insert(self, words: str) -> None:
        """Type words at the end."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.insert(words)

    def clear(self) -> None:
        """Show no draft: it was sent or discarded."""
        self._draft = None
        self._dirty = False

    # -- what it says ------------------------------------------------------------

    def watch_saved(self) -> None:
        """Say when it was saved."""
        self._say()

    def watch_action_words(self) -> None:
        """Say what sending will do."""
        self._say()

    def on_resize(self) -> None:
        """The lines fill the width."""
        self._say()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Words were typed."""
        event.stop()
        self._typed()

    def on_input_changed(self, event: Input.Changed) -> None:
        """The subject was typed."""
        event.stop()
        self._typed()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the subject goes on to the text."""
        event.stop()
        self.query_one(TextArea).focus()

    def on_click(self, event: events.Click) -> None:
        """A click beside the text begins writing as well."""
        if isinstance(event.widget, Static) and self._draft is not None:
            self.write()

    def on_descendant_focus(self) -> None:
        """The editor has more room while it is written in."""
        self._make_room()

    def on_descendant_blur(self) -> None:
        """Give the room back, unless the cursor only went from one field to another."""
        self._make_room()

    def _make_room(self) -> None:
        self.set_class(self.has_focus_within, "-writing")
        self.set_class(not self.has_focus_within, "-resting")
        self._say()
        self.post_message(self.Focused())

    def write(self) -> None:
        """Put the cursor where writing goes on."""
        subject = self.query_one(Input)
        (subject if subject.display and not subject.value else self.query_one(TextArea)).focus()

    def attend(self, *words: str) -> None:
        """Say which colleagues write here too, in the first words that there is room for."""
        self._present = words
        self._say()

    def say_again(self) -> None:
        """Say what has changed besides the draft."""
        self._say()

    def _typed(self) -> None:
        if self._loading or self._draft is None:
            return
        text = self.draft
        if not self._dirty and text is not None and saved_words(text) == saved_words(self._draft):
            return
        self._dirty = True
        self._say()
        self.post_message(self.Changed())

    def _say(self) -> None:
        draft = self.draft
        if draft is None or not self.is_mounted:
            return
        self._set("reply-head", self._head(draft))
        self._set("reply-foot", self._foot())
        copies = copies_of(draft, self.expects)
        if len(draft.to) > 1:
            # The head may have no room for them all, and nothing goes to somebody who is not in sight.
            copies.insert(0, f"To {', '.join(draft.to)}")
        carried = goes_with(draft, self.template, copies)
        self.query_one("#reply-with", Static).display = bool(carried)
        self._set("reply-with", Content.styled(carried, "$foreground-muted"), layout=True)

    def _set(self, name: str, content: Content, *, layout: bool = False) -> None:
        static = self.query_one(f"#{name}", Static)
        if static.content != content:
            static.update(content, layout=layout)

    def _head(self, draft: Draft) -> Content:
        rules = CHANNELS[self.channel]
        note = self.channel == "note"
        rule, style = ("┄", "$warning") if note else ("━", "$accent")
        words = "NOTE" if note else "Reply" if draft.conversation_id is not None else "New"
        by = self.window() or rules.label
        to = "only your team sees this" if note else f"{by} → {', '.join(draft.to) or 'nobody'}"
        sent = self.as_sent(draft) if draft.body.strip() else ""
        count = self._count(sent)
        room = self.size.width - cells(words) - cells(count) - 10
        present = self._beside(room - cells(to)) if self.has_class("-writing") else ""
        room -= cells(present)
        if cells(to) > room:
            # Who it goes to matters more than how long that is still possible.
            to = to.replace(by, by.partition(" (")[0], 1)
        to = fit(to, room).rstrip() if cells(to) > room else to
        gap = rule * max(1, self.size.width - cells(words) - cells(to) - cells(count) - cells(present) - 9)
        over = left(self.channel, sent)
        return Content.assemble(
            (f"{rule}{rule} ", style),
            (words, f"bold {style}"),
            f" {to} ",
            (present, "bold $accent"),
            (gap, style),
            (f" {count} ", "bold $error" if over is not None and over < 0 else "$foreground-muted"),
            (rule * 2, style),
        )

    def _beside(self, room: int) -> str:
        said = [f"» {words} " for words in self._present if words]
        return next((words for words in said if cells(words) <= room), said[-1] if said else "")

    def _count(self, body: str) -> str:
        limit = CHANNELS[self.channel].limit
        if limit is None:
            return f"{len(body):,}"
        over = limit - len(body)
        words = f"{len(body):,} / {limit:,}" if over >= 0 else f"{over:,} of {limit:,}"
        return f"{words} · {segments(body)} SMS" if self.channel == "sms" and body else words

    def _foot(self) -> Content:
        key = self._keys
        saved = "not saved yet" if self._dirty and not self.saved.startswith("NOT") else self.saved
        style = "bold $error" if self.saved.startswith("NOT") else "$foreground-muted"
        if not self.has_class("-writing"):
            words = f"   {key['reply']} reply  {key['note']} note"
        else:
            # As on the keys of old: what is said here all day has to be short.
            # What will happen stands first: where there is no room, the end is cut.
            enter = "Enter sends  " if self.area.enter_sends else ""
            words = (
                f"   {enter}{key['editor.send']} {self.action_words or 'send'}  {key['editor.menu']} more ▾"
                f"  {key['editor.leave']} leave  {key['editor.words']} words  {key['editor.files']} files"
                f"  {key['editor.recipients']} to  {key['editor.switch']} "
                f"{'reply' if self.channel == 'note' else 'note'}  {key['editor.discard']} discard"
            ).replace("Ctrl+", "^")
        room = self.size.width - cells(saved) - 3
        return Content.assemble((fit(words, max(0, room)), "$foreground-muted"), (f" {saved} ", style))
