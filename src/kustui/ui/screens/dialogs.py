"""The other dialogs: a question, a line of words, a customer's profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kustui.core.channels import ADDRESS_WORDS
from kustui.core.records import Changed, Customer
from kustui.ui.screens.form import Field, FormDialog, Values, listed
from kustui.ui.screens.menu import Choice, Menu


def confirm(title: str, yes: str, no: str, about: str = "") -> Menu:
    """A question with two answers: "yes", or anything else for no."""
    return Menu(title, (Choice("yes", "y", yes), Choice("", "n", no)), about=about, foot="y or n")


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
