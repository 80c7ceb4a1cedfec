"""What goes into a reply besides typed words: the workspace's words, formatting, recipients, files."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kustui.core import attachments, placeholders
from kustui.core.channels import CHANNELS
from kustui.core.records import Draft, FileLine
from kustui.core.words import size
from kustui.errors import KustuiError
from kustui.ui import harmless
from kustui.ui.screens.elsewhere import Elsewhere
from kustui.ui.screens.saving import place_of

if TYPE_CHECKING:
    from kustui.ui.widgets.draft_area import DraftArea
    from kustui.ui.words import Word

log = logging.getLogger("kustui.ui")

FORMATS = (
    ("bold", "b", "Bold", "**words**"),
    ("italic", "i", "Italic", "*words*"),
    ("code", "c", "Code", "`words`"),
    ("quote", "q", "Quote", "> before each line"),
    ("list", "l", "List", "- before each line"),
    ("link", "k", "Link", "[words](address)"),
)


class Wording(Elsewhere):
    """Pickers, formatting, recipients, files, the preview."""

    # -- the workspace's words -----------------------------------------------------------

    def words(self) -> list[Word]:
        """Shortcuts, and snippets in the language they would be inserted in."""
        from kustui.ui.words import Word

        found = [
            Word("shortcut", each.name, each.body, each.actions)
            for each in self.safely(self.desk.words.shortcuts, [])
        ]
        theirs = self.customer.language if self.customer else ""
        for each in self.safely(self.desk.words.snippets, []):
            language, text = each.text_for(theirs, self.desk.agent.language)
            found.append(Word("snippet", each.name, text, language))
        return [harmless.word(each) for each in found]

    def action_words(self) -> None:
        """Pick a shortcut or a snippet; it goes in at the cursor as one step of undo (SPEC C6, C10)."""
        from kustui.ui.palette import Palette
        from kustui.ui.words import WordsProvider

        if not self.words():
            self.say("The library is empty; kustui library import FILE fills it")
            return
        self.app.push_screen(Palette(providers=[WordsProvider], placeholder="Shortcut or snippet…"))

    def action_emoji(self) -> None:
        """Pick an emoji by its name."""
        from importlib.util import find_spec

        from kustui.ui.palette import Palette
        from kustui.ui.words import EmojiProvider

        if find_spec("emoji") is None:
            self.say('Emoji need pip install "kustui[emoji]"')
            return
        self.app.push_screen(Palette(providers=[EmojiProvider], placeholder="Emoji: smile, heart…"))

    def take_word(self, word: Word, *, instead_of_name: bool = False) -> None:
        """Put one of the workspace's words, or an emoji, into the draft."""
        draft = self.editor.draft
        if draft is None:
            return
        if word.kind == "emoji":
            self.editor.area.put(word.text)
            return
        values = self._values()
        self.editor.area.put(placeholders.fill(word.text, values), instead_of_name=instead_of_name)
        known = self.safely(self.desk.words.shortcuts, []) if word.kind == "shortcut" else []
        used = next((each for each in known if each.name == word.name), None)
        if used is not None and (used.tags or used.status):
            tags = tuple(dict.fromkeys((*draft.tags, *used.tags)))
            then = used.status or draft.then
            self.editor.change(tags=tags, then=then)
            self.show_action(replace(draft, then=then))

    def _values(self) -> dict[str, str]:
        if self.customer is None:
            return {}
        draft = self.editor.draft
        item = self.conversation if draft and draft.conversation_id is not None else None
        return placeholders.values_of(self.customer, item, self.desk.agent, self.desk.workspace)

    def on_draft_area_named(self, event: DraftArea.Named) -> None:
        """A /name at the beginning of a line is put in words."""
        event.stop()
        shortcuts = [each for each in self.words() if each.kind == "shortcut"]
        fits = [each for each in shortcuts if each.name.lower().startswith(event.name.lower())]
        exact = [each for each in fits if each.name == event.name]
        if len(exact or fits) == 1:
            self.take_word((exact or fits)[0], instead_of_name=True)
        elif fits:
            self.say(f"/{event.name} may be {', '.join(f'/{each.name}' for each in fits[:6])}")
        else:
            self.say(f"No shortcut begins with /{event.name}; {self.key('editor.words')} lists them")

    def action_format(self) -> None:
        """Offer the ways to format what is selected (SPEC C1)."""
        from kustui.ui.screens.menu import Choice, Menu

        lines = [Choice(name, key, label, words) for name, key, label, words in FORMATS]
        lines.append(Choice("emoji", "e", "Emoji", "by its name"))
        plain = not CHANNELS[self.editor.channel].formats
        about = (
            f"{CHANNELS[self.editor.channel].label} carries plain text: marks are taken off." if plain else ""
        )

        def chosen(name: str | None) -> None:
            if name == "emoji":
                self.action_emoji()
            elif name is not None:
                self.editor.area.form(name)
            self.editor.area.focus()

        self.app.push_screen(Menu("Format", lines, about=about), chosen)

    # -- recipients, preview -------------------------------------------------------------------

    def action_recipients(self) -> None:
        """Edit To, CC and BCC, and pick a template (SPEC C4)."""
        from kustui.ui.screens.recipients import RecipientsDialog

        draft = self.editor.draft
        if draft is None or self.customer is None:
            return
        rules = CHANNELS[self.editor.channel]
        if rules.address_kind is None:
            self.say("A note goes to nobody but your team")
            return
        templates = self.safely(self.desk.words.templates, []) if rules.name == "email" else []
        held = [each.value for each in self.customer.addresses if each.kind == rules.address_kind]

        def answered(changed: Draft | None) -> None:
            if changed is not None:
                self.show_wrapping(changed)
                self.editor.change(
                    to=changed.to, cc=changed.cc, bcc=changed.bcc, template_id=changed.template_id
                )
            self.editor.write()

        self.app.push_screen(RecipientsDialog(draft, rules, held, templates), answered)

    def action_preview(self) -> None:
        """Show what will leave, as it will be sent."""
        from kustui.ui.screens.preview import Preview

        draft = self.editor.draft
        if draft is None:
            return
        parts = [f"{CHANNELS[self.editor.channel].label} to {', '.join(draft.to) or 'nobody'}"]
        parts += [f"CC {', '.join(draft.cc)}"] if draft.cc else []
        parts += [f"BCC {', '.join(draft.bcc)}"] if draft.bcc else []
        parts += [f"with {each.name} ({size(each.size)})" for each in draft.files]
        text = self.editor.as_sent(draft)
        self.app.push_screen(
            Preview(" · ".join(parts), text, formatted=CHANNELS[self.editor.channel].formats)
        )

    # -- files ---------------------------------------------------------------------------------

    def action_files(self) -> None:
        """Add a file or an image, or take one off (SPEC C7, C8)."""
        from kustui.ui.screens.menu import Choice, Menu

        draft = self.editor.draft
        if draft is None:
            return
        rules = CHANNELS[self.editor.channel]
        none = "" if rules.carries_files else f"{rules.label} carries text only"
        lines = [
            Choice("attach", "a", "Add Attachment", "a file, at most 5 MB", none),
            Choice(
                "inline", "i", "Add Image in the text", "png, jpg or gif",
                none or ("" if rules.inline_images else f"{rules.label} shows none in the text"),
            ),
            *(
                Choice(str(each.id), str(place), f"Take off {each.name}", size(each.size))
                for place, each in enumerate(draft.files[:9], 1)
            ),
        ]  # fmt: skip
        total = sum(each.size for each in draft.files)
        about = f"{size(total)} of {size(attachments.TOTAL_LIMIT)} so far"

        def chosen(name: str | None) -> None:
            if name in ("attach", "inline"):
                self._ask_path(inline=name == "inline")
            elif name is not None:
                self._take_off(int(name))
            else:
                self.editor.write()

        self.app.push_screen(Menu("Files", lines, about=about), chosen)

    def _ask_path(self, *, inline: bool) -> None:
        from kustui.ui.screens.paths import PathDialog

        def answered(path: Path | None) -> None:
            if path is not None:
                self.attach([path], inline=inline)
            self.editor.write()

        self.app.push_screen(PathDialog("Add Image" if inline else "Add Attachment", images=inline), answered)

    def on_draft_area_dropped(self, event: DraftArea.Dropped) -> None:
        """A path that is dropped or pasted becomes an attachment, an image one in the text (SPEC C8)."""
        from kustui.desk.paths import paths_in

        event.stop()
        paths = paths_in(event.text)
        rules = CHANNELS[self.editor.channel]
        for path in paths:
            image = path.suffix.lower() in (*attachments.IMAGES, ".jpeg")
            self.attach([path], inline=image and rules.inline_images)

    def attach(self, paths: list[Path], *, inline: bool = False) -> None:
        """Attach files to the draft, in a thread; each refusal names its file."""
        draft = self.editor.draft
        if draft is None:
            return
        if place_of(draft) in self._sending:
            self.say("The message is on its way; attach it to the next one")
            return
        channel = self.editor.channel
        self.attaching.append(place_of(draft))
        self.run_worker(
            partial(self._attach_all, draft, channel, paths, inline=inline),
            thread=True,
            group="write",
            exit_on_error=False,
            name="attach",
        )

    def _attach_all(self, draft: Draft, channel: str, paths: list[Path], *, inline: bool) -> None:
        place = place_of(draft)
        for path in paths:
            try:
                with self._pen:
                    known = replace(draft, saved_at=self._known.get(place, draft.saved_at))
                    draft, line = self.desk.files.attach(known, channel, path, inline=inline)
                    self._known[place] = draft.saved_at
            except KustuiError as error:
                self.call_later(self.refuse, error)
            # The agent is told, the log keeps the kind of it, the desk goes on.
            except Exception as error:
                log.error("a file stumbled: %s", type(error).__name__, exc_info=error)
                words = f"{path.name}: {type(error).__name__}; see the log."
                self.call_later(self.refuse, KustuiError("That was not attached", words))
            else:
                self.call_later(self._attached, draft, line)
        self.call_later(self.attaching.remove, place)

    def _attached(self, draft: Draft, line: FileLine) -> None:
        shown = self.editor.draft
        if shown is None or place_of(shown) != place_of(draft):
            self.say(f"Attached {line.name} to the draft it was added to")
            return
        self.editor.took_files(draft)
        if line.inline and line.content_id not in attachments.inline_ids(shown.body):
            self.editor.area.put_on_line(attachments.inline_mark(line.name, line.content_id))
        self.say(f"Attached {line.name} ({size(line.size)})")

    def _take_off(self, number: int) -> None:
        draft = self.editor.draft
        gone = next((each for each in draft.files if each.id == number), None) if draft else None

        def done(_: object) -> None:
            shown = self.editor.draft
            if shown is None or draft is None or gone is None or place_of(shown) != place_of(draft):
                return
            left = tuple(each for each in shown.files if each.id != number)
            self.editor.took_files(replace(shown, files=left))
            mark = attachments.inline_mark(gone.name, gone.content_id)
            if gone.inline and mark in shown.body:
                self.editor.replace_text(shown.body.replace(f"{mark}\n", "").replace(mark, ""))
            self.editor.write()

        self.act(lambda: self.desk.files.remove(number), done)
