"""The other dialogs: a question, a line of words, a customer's profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Checkbox, Input, Static

from kustui.core.channels import ADDRESS_WORDS
from kustui.core.records import Changed, Customer
from kustui.core.text import clean
from kustui.errors import KustuiError
from kustui.ui.screens.menu import Choice, Menu

Save = Callable[[Customer, list[tuple[str, str]]], Changed]


def confirm(title: str, yes: str, no: str, about: str = "") -> Menu:
    """A question with two answers: "yes", or anything else for no."""
    return Menu(title, (Choice("yes", "y", yes), Choice("", "n", no)), about=about, foot="y or n")


class WordsDialog(ModalScreen[str | None]):
    """Asks for a line of words; answers them, or None when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+g", "leave", "Leave")]

    def __init__(self, title: str, placeholder: str = "", value: str = "") -> None:
        super().__init__()
        self._title = title
        self._placeholder = placeholder
        self._value = value

    def compose(self) -> ComposeResult:
        """A title and a line to type in."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"), classes="dialog-title")
            yield Input(self._value, placeholder=self._placeholder, compact=True)
            yield Static(
                Content.styled("Enter finds · Esc leaves", "$foreground-muted"), classes="dialog-foot"
            )

    def on_mount(self) -> None:
        """Write at once."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer what was typed."""
        event.stop()
        self.dismiss(event.value.strip() or None)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


class Tick(Checkbox):
    """A checkbox that looks empty when it is."""

    def render(self) -> Content:
        """The mark, or none."""
        return Content("[x]" if self.value else "[ ]")


class ProfileDialog(ModalScreen[Changed | None]):
    """A customer's contact information, to see and to edit (SPEC A2).

    `save` writes the profile; what it refuses is said here and everything typed stays.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("f9,ctrl+s", "save", "Save"),
    ]
    FIELDS: ClassVar[tuple[tuple[str, str, str], ...]] = (
        ("name", "Name", ""),
        ("company", "Company", ""),
        ("email", "Email", "none; several are parted by commas"),
        ("phone", "Phone", "none; like +34 600 123 456"),
        ("facebook", "Facebook", "none"),
        ("chat", "Chat", "none"),
        ("zone", "Zone", "none; like Europe/Madrid"),
        ("language", "Language", "none; like es"),
        ("about", "About", ""),
    )

    def __init__(self, customer: Customer, save: Save) -> None:
        super().__init__()
        self._customer = customer
        self._save = save

    def compose(self) -> ComposeResult:
        """A line a field."""
        with Vertical(classes="dialog -wide"):
            yield Static(
                Content.assemble(
                    ("Customer Profile", "bold"), (f"  #{self._customer.id}", "$foreground-muted")
                ),
                classes="dialog-title",
            )
            with VerticalScroll(classes="dialog-fields"):
                for name, label, hint in self.FIELDS:
                    with Horizontal(classes="dialog-field"):
                        yield Static(label, classes="dialog-label")
                        yield Input(self._value(name), placeholder=hint, id=f"profile-{name}", compact=True)
                with Horizontal(classes="dialog-field"):
                    yield Static("VIP", classes="dialog-label")
                    yield Tick("", self._customer.vip, id="profile-vip", compact=True)
            yield Static("", id="profile-refusal")
            yield Static(
                Content.styled("Tab moves on · Enter or F9 saves · Esc leaves", "$foreground-muted"),
                classes="dialog-foot",
            )

    def on_mount(self) -> None:
        """No cursor blinks."""
        for field in self.query(Input):
            field.cursor_blink = False
        self.query_one("#profile-name", Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter saves."""
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Save, or say why not and stay."""
        typed = {name: self.query_one(f"#profile-{name}", Input).value.strip() for name, _, _ in self.FIELDS}
        customer = replace(
            self._customer,
            name=typed["name"],
            company=typed["company"],
            zone=typed["zone"],
            language=typed["language"],
            about=typed["about"],
            vip=self.query_one("#profile-vip", Tick).value,
        )
        addresses = [
            (kind, item.strip()) for kind in ADDRESS_WORDS for item in typed[kind].split(",") if item.strip()
        ]
        self.run_worker(
            lambda: self._saved(customer, addresses), thread=True, group="write", exit_on_error=False
        )

    def action_leave(self) -> None:
        """Leave it as it was."""
        self.dismiss(None)

    def _saved(self, customer: Customer, addresses: list[tuple[str, str]]) -> None:
        try:
            changed = self._save(customer, addresses)
        except KustuiError as error:
            self.app.call_from_thread(self._refused, str(error))
        else:
            self.app.call_from_thread(self.dismiss, changed)

    def _refused(self, words: str) -> None:
        self.query_one("#profile-refusal", Static).update(Content.styled(clean(words), "bold $error"))

    def _value(self, name: str) -> str:
        if name in ADDRESS_WORDS:
            return ", ".join(address.shown for address in self._customer.addresses if address.kind == name)
        return str(getattr(self._customer, name))
