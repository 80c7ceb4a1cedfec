"""What goes into a reply besides typed words: the workspace's words, formatting, recipients, files."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from kustui.core import attachments, placeholders
from kustui.core.channels import CHANNELS
from kustui.core.records import Draft
from kustui.core.words import size
from kustui.ui import harmless
from kustui.ui.screens.attaching import Attaching

if TYPE_CHECKING:
    from kustui.core.library import Shortcut
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


class Wording(Attaching):
    """Pickers, formatting, recipients, the preview."""

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
        known = self.safely(self.desk.words.shortcuts, []) if word.kind == "shortcut" else []
        used = next((each for each in known if each.name == word.name), None)
        text = placeholders.fill(word.text, self._values())
        if used is not None and attachments.inline_ids(text):
            text = self._with_images(draft, used, text)
        self.editor.area.put(text, instead_of_name=instead_of_name)
        if used is not None and (used.tags or used.status):
            tags = tuple(dict.fromkeys((*draft.tags, *used.tags)))
            then = used.status or draft.then
            self.editor.change(tags=tags, then=then)
            self.show_action(replace(draft, then=then))

    def _with_images(self, draft: Draft, used: Shortcut, text: str) -> str:
        """A shortcut's text with its images attached; where the channel shows none, with the addresses at
        which anyone can see them, or without them where there is no gateway (SPEC C8).
        """
        rules = CHANNELS[self.editor.channel]
        if not rules.inline_images:
            addresses = self._addresses(used) if self.desk.post.gateway.get("url") else {}
            if addresses:
                self.say(f"The images of /{used.name} go as addresses, which anyone can open who has them")
                return attachments.with_addresses(text, addresses)
            self.say(f"The images of /{used.name} are left out: {rules.label} shows none in the text")
            return attachments.without_images(text)
        images = self.safely(lambda: self.desk.words.shortcut_images(used.id), [])
        self.add_files(draft, images)
        return text

    def _addresses(self, used: Shortcut) -> dict[str, str]:
        from kustui.desk import public_files

        def ask() -> dict[str, str]:
            return public_files.addresses(self.desk, self.desk.words.shortcut_images(used.id))

        return self.safely(ask, {})

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
