"""The other dialogs: a question, a line of words, a customer's profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from kustui.core.channels import ADDRESS_WORDS
from kustui.core.records import Changed, Customer
from kustui.ui.screens.form import Field, FormDialog, Values, listed
from kustui.ui.screens.menu import Choice, Menu


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


def profile_form(
    customer: Customer, save: Callable[[Customer, list[tuple[str, str]]], Changed]
) -> FormDialog:
    """A customer's contact information, to see and to edit (SPEC A2). `save` writes the profile."""

    def shown(kind: str) -> str:
        return ", ".join(address.shown for address in customer.addresses if address.kind == kind)

    fields = (
        Field("name", "Name", customer.name),
        Field("company", "Company", customer.company),
        Field("email", "Email", shown("email"), "none; several are parted by commas"),
        Field("phone", "Phone", shown("phone"), "none; like +34 600 123 456"),
        Field("facebook", "Facebook", shown("facebook"), "none"),
        Field("chat", "Chat", shown("chat"), "none"),
        Field("zone", "Zone", customer.zone, "none; like Europe/Madrid"),
        Field("language", "Language", customer.language, "none; like es"),
        Field("about", "About", customer.about),
        Field("vip", "VIP", "yes" if customer.vip else "", kind="tick"),
    )

    def saved(typed: Values) -> Changed:
        words = {name: typed[name] for name in ("name", "company", "zone", "language", "about")}
        changed = replace(customer, **words, vip=typed["vip"] == "yes")  # type: ignore[arg-type]
        return save(changed, [(kind, item) for kind in ADDRESS_WORDS for item in listed(typed, kind)])

    return FormDialog(f"Customer Profile  #{customer.id}", fields, saved, prefix="profile")
