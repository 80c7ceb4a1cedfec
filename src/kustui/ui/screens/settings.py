"""Settings on the desk's screen: an agent's own, and the workspace's words and choices (SPEC B4, C6, D2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from kustui.core import library, placeholders
from kustui.core.channels import CHANNELS
from kustui.core.commands import PRESETS
from kustui.core.library import Shortcut, Snippet, Template
from kustui.core.preferences import THEMES
from kustui.core.records import Changed, SnoozeChoice, SubStatus
from kustui.core.sending import ACTIONS
from kustui.core.text import excerpt, one_line
from kustui.desk.files import read
from kustui.errors import Refused
from kustui.ui.screens.base import DeskBase
from kustui.ui.screens.form import Field, FormDialog, Values, listed
from kustui.ui.screens.menu import Choice, Menu
from kustui.ui.screens.places import digit, with_item, without_item

if TYPE_CHECKING:
    from kustui.ui.app import KustuiApp

NEW = "new"
KINDS = (
    ("duration", "after a time"),
    ("wall clock", "at a time of day"),
    ("custom", "a time that is typed"),
    ("until reply", "until they reply"),
)
OWN = ("theme", "keys", "inbox", "zone", "language", "name", "email", "signature")
"""What the form of preferences holds as it is kept."""
THEME_CHOICES = (("", "as in the settings file"), *((name, name) for name in THEMES))
KEY_CHOICES = (("", "as in the settings file"), *((name, f"{name}, from the next start") for name in PRESETS))
INBOX_CHOICES = (("", "priority, then the longest wait"), ("target", "what is due first"))
AFTER = (("", "leaves the status"), ("done", "marks as done"), ("snoozed", "snoozes until reply"))


class Settings:
    """Menus of what there is, and a form for each, over a desk's screen; after saving, the menu is
    there again. Apart from the screen, because a form's parts need not be loaded before it is opened.
    """

    def __init__(self, screen: DeskBase) -> None:
        self._screen = screen
        self.app = screen.app
        self.desk = screen.desk
        self.safely = screen.safely

    def open(self) -> None:
        """Everything that can be set from the screen."""
        pages: dict[str, tuple[str, str, str, Callable[[], None]]] = {
            "own": (
                "p",
                "Personal preferences",
                "sending, undo, theme, signature, zone",
                self._own,
            ),
            "snooze": ("s", "Snooze choices", "what the snooze dialog offers", self._snooze_choices),
            "sub": ("b", "Sub-statuses", "why something is open, snoozed or done", self._subs),
            "shortcuts": ("h", "Shortcuts", "canned replies, typed as /name", self._shortcuts),
            "snippets": ("n", "Snippets", "texts in several languages", self._snippets),
            "templates": ("t", "Templates", "what wraps an email", self._templates),
        }
        lines = [Choice(name, key, label, words) for name, (key, label, words, _) in pages.items()]
        about = "Single keys stand in the settings file; kustui doctor says where it is."

        def chosen(name: str | None) -> None:
            if name is not None:
                pages[name][3]()

        self.app.push_screen(Menu("Settings", lines, about=about), chosen)

    # -- an agent's own --------------------------------------------------------------------

    def _own(self) -> None:
        held = self.safely(self.desk.words.preferences, None)
        if held is None:
            return
        sends = [name for name, rules in CHANNELS.items() if rules.address_kind]
        fields = [
            Field(
                "send", "Sending", held.send, kind="choice",
                choices=tuple((each.name, each.label) for each in ACTIONS.values()),
            ),
            Field("enter", "Enter sends", "yes" if held.enter_sends else "", kind="tick"),
            *(
                Field(
                    f"undo-{name}", f"Undo {CHANNELS[name].label}", str(held.undo_window(name)),
                    "seconds, 0 to 60",
                )
                for name in sends
            ),
            Field("theme", "Theme", held.theme, kind="choice", choices=THEME_CHOICES),
            Field("keys", "Keys", held.keys, kind="choice", choices=KEY_CHOICES),
            Field("inbox", "Inbox order", held.inbox, kind="choice", choices=INBOX_CHOICES),
            Field("zone", "Zone", held.zone, "the server's; or like Europe/Madrid"),
            Field("language", "Language", held.language, "like en"),
            Field("name", "Name", held.name),
            Field("email", "Email", held.email, "where you are told of what happened"),
            Field("signature", "Signature", held.signature, kind="text"),
        ]  # fmt: skip

        def save(typed: Values) -> Changed:
            undo = {}
            for name in sends:
                seconds = typed[f"undo-{name}"]
                if not seconds.isdecimal():
                    raise Refused("Not a number of seconds", f"Undo {name}: {seconds!r}; it may be 0 to 60.")
                if int(seconds) != CHANNELS[name].undo_seconds or name in held.undo:
                    undo[name] = int(seconds)
            kept = replace(
                held,
                send=typed["send"],  # type: ignore[arg-type]  # checked by the desk
                enter_sends=typed["enter"] == "yes",
                undo=undo,
                **{name: typed[name] for name in OWN},
            )
            return self.desk.preferences.keep(kept)

        self._form("Personal preferences", fields, save, self._wear)

    def _wear(self) -> None:
        held = self.safely(self.desk.words.preferences, None)
        if held is not None:
            cast("KustuiApp", self.app).wear(held.theme)

    # -- the settings of Conversation Status -----------------------------------------------------

    def _snooze_choices(self) -> None:
        choices, _ = self.safely(self.desk.words.status_settings, ([], []))
        lines = [
            Choice(str(place), each.key, each.label, "" if enabled else "not offered")
            for place, (each, enabled) in enumerate(choices)
        ]

        def edit(place: int) -> None:
            held, enabled = choices[place] if place >= 0 else (SnoozeChoice(0, "", "", "duration"), True)
            fields = [
                Field("label", "Label", held.label),
                Field("key", "Key", held.key, "one letter or digit"),
                Field("kind", "Ends", held.kind, kind="choice", choices=KINDS),
                Field("value", "When", held.value, "minutes (120), or tomorrow 09:00, monday 09:00"),
                Field("enabled", "Offered", "yes" if enabled else "", kind="tick"),
            ]

            def save(typed: Values) -> Changed:
                value = typed["value"] if typed["kind"] in ("duration", "wall clock") else ""
                item = replace(held, label=typed["label"], key=typed["key"], kind=typed["kind"], value=value)  # type: ignore[arg-type]
                return self.desk.library.set_snooze_choices(
                    with_item(choices, place, (item, typed["enabled"] == "yes"))
                )

            def remove() -> Changed:
                return self.desk.library.set_snooze_choices(without_item(choices, place))

            again = self._snooze_choices
            self._form("Snooze choice", fields, save, again, remove=remove if place >= 0 else None)

        self._menu("Snooze choices", lines, edit)

    def _subs(self) -> None:
        _, subs = self.safely(self.desk.words.status_settings, ([], []))
        lines = [
            Choice(
                str(place),
                digit(place),
                each.label,
                each.status if enabled else f"{each.status}, not offered",
            )
            for place, (each, enabled) in enumerate(subs)
        ]

        def edit(place: int) -> None:
            held, enabled = subs[place] if place >= 0 else (SubStatus(0, "snoozed", ""), True)
            statuses = (("open", "open"), ("snoozed", "snoozed"), ("done", "done"))
            fields = [
                Field("label", "Label", held.label),
                Field("status", "Refines", held.status, kind="choice", choices=statuses),
                Field("enabled", "Offered", "yes" if enabled else "", kind="tick"),
            ]

            def save(typed: Values) -> Changed:
                item = replace(held, label=typed["label"], status=typed["status"])  # type: ignore[arg-type]
                return self.desk.library.set_sub_statuses(
                    with_item(subs, place, (item, typed["enabled"] == "yes"))
                )

            self._form("Sub-status", fields, save, self._subs)

        self._menu("Sub-statuses", lines, edit)

    # -- words ------------------------------------------------------------------------------------

    def _shortcuts(self) -> None:
        items = self.safely(self.desk.words.shortcuts, [])
        lines = [
            Choice(str(i), digit(i), f"/{one_line(each.name)}", each.actions or excerpt(each.body, 40))
            for i, each in enumerate(items)
        ]

        def edit(place: int) -> None:
            held = items[place] if place >= 0 else Shortcut("", "")
            fields = [
                Field("name", "Name", held.name, "one word; typed as /name"),
                Field("body", "Text", held.body, kind="text"),
                Field("tags", "Tags", ", ".join(held.tags), "put on when it is sent; parted by commas"),
                Field("then", "Sending", held.status, kind="choice", choices=AFTER),
                Field("image", "Image", "", "the path of one to put below the text: png, jpg, gif"),
            ]

            def save(typed: Values) -> Changed:
                item = Shortcut(typed["name"], typed["body"], listed(typed, "tags"), typed["then"], held.id)
                images = [read(Path(typed["image"]), inline=True)] if typed["image"] else []
                return self.desk.library.keep_shortcut(item, images)

            known = "  ".join(f"{{{name}}}" for name in list(placeholders.NAMES)[:4])
            self._word_form("shortcut", held.name, fields, save, self._shortcuts, f"Filled in: {known} …")

        self._menu("Shortcuts", lines, edit)

    def _snippets(self) -> None:
        items = self.safely(self.desk.words.snippets, [])
        lines = [
            Choice(str(i), digit(i), one_line(each.name), " ".join(each.texts))
            for i, each in enumerate(items)
        ]

        def edit(place: int) -> None:
            held = items[place] if place >= 0 else Snippet("", {})
            text = "\n".join(f"[{language}]\n{body}\n" for language, body in held.texts.items())
            fields = [
                Field("name", "Name", held.name),
                Field("source", "Source", held.source, "the language it was written in, like en"),
                Field("texts", "Texts", text or "[en]\n", kind="text"),
            ]

            def save(typed: Values) -> Changed:
                texts = library.texts_of(typed["texts"])
                return self.desk.library.keep_snippet(Snippet(typed["name"], texts, typed["source"], held.id))

            about = "Each text stands under its language in brackets: [en], [es], [pt-BR]."
            self._word_form("snippet", held.name, fields, save, self._snippets, about)

        self._menu("Snippets", lines, edit)

    def _templates(self) -> None:
        items = self.safely(self.desk.words.templates, [])
        lines = [
            Choice(str(i), digit(i), one_line(each.name), excerpt(each.body, 40))
            for i, each in enumerate(items)
        ]

        def edit(place: int) -> None:
            held = items[place] if place >= 0 else Template("", library.BODY)
            fields = [Field("name", "Name", held.name), Field("body", "Text", held.body, kind="text")]

            def save(typed: Values) -> Changed:
                return self.desk.library.keep_template(Template(typed["name"], typed["body"], held.id))

            about = f"{library.BODY} is where the text of the email goes."
            self._word_form("template", held.name, fields, save, self._templates, about)

        self._menu("Templates", lines, edit)

    # -- inside -------------------------------------------------------------------------------------

    def _word_form(
        self,
        kind: str,
        name: str,
        fields: Sequence[Field],
        save: Callable[[Values], Changed],
        again: Callable[[], None],
        about: str,
    ) -> None:
        remove = (lambda: self.desk.library.remove(kind, name)) if name else None
        self._form(kind.capitalize(), fields, save, again, remove=remove, about=about)

    def _menu(self, title: str, lines: list[Choice], edit: Callable[[int], None]) -> None:
        lines = [*lines, Choice(NEW, "+", "New")]

        def chosen(name: str | None) -> None:
            if name is not None:
                edit(-1 if name == NEW else int(name))

        self.app.push_screen(Menu(title, lines, foot="Enter edits · + adds one · Esc leaves"), chosen)

    def _form(
        self,
        title: str,
        fields: Sequence[Field],
        save: Callable[[Values], Changed],
        again: Callable[[], None] | None = None,
        *,
        remove: Callable[[], Changed] | None = None,
        about: str = "",
    ) -> None:
        def done(changed: Changed | None) -> None:
            if changed is not None:
                self._screen.post_message(self._screen.Acted(changed, None))
                self._screen.settings_changed()
            if again is not None:
                again()

        form = FormDialog(title, fields, save, remove=remove, about=about)
        self.app.push_screen(form, done)
