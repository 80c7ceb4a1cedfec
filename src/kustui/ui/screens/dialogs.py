"""The other dialogs: a question, a line of words, a customer's profile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from kustui.core import attributes
from kustui.core.channels import ADDRESS_WORDS
from kustui.core.records import Changed, Conversation, Customer
from kustui.core.standing import BADGES
from kustui.ui.screens.form import Field, FormDialog, Values, listed
from kustui.ui.screens.menu import Choice, Menu

LATEST = 3
"""Conversations that a profile shows."""


def confirm(title: str, yes: str, no: str, about: str = "") -> Menu:
    """A question with two answers: "yes", or anything else for no."""
    return Menu(title, (Choice("yes", "y", yes), Choice("", "n", no)), about=about, foot="y or n")


def profile_form(
    customer: Customer,
    save: Callable[[Customer, list[tuple[str, str]]], Changed],
    conversations: Sequence[Conversation] = (),
    merge: Callable[[], None] | None = None,
) -> FormDialog:
    """A customer's profile, to see and to edit, with the latest conversations (SPEC A2). `save` writes it,
    `merge` asks what other customer they are.
    """

    def shown(kind: str) -> str:
        return ", ".join(address.shown for address in customer.addresses if address.kind == kind)

    fields = (
        *([Field("latest", "Conversations", _shortly(conversations), kind="shown")] if conversations else []),
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
        Field(
            "attributes",
            "Attributes",
            attributes.written(customer.attributes),
            "none; like plan: gold",
            "text",
        ),
    )

    def saved(typed: Values) -> Changed:
        words = {name: typed[name] for name in ("name", "company", "zone", "language", "about")}
        held = attributes.read(typed["attributes"])
        changed = replace(customer, **words, vip=typed["vip"] == "yes", attributes=held)  # type: ignore[arg-type]
        return save(changed, [(kind, item) for kind in ADDRESS_WORDS for item in listed(typed, kind)])

    return FormDialog(
        f"Customer Profile  #{customer.id}",
        fields,
        saved,
        prefix="profile",
        also=("merges", merge) if merge else None,
    )


def _shortly(conversations: Sequence[Conversation]) -> str:
    """The latest of a customer's conversations, one a line, and how many more there are."""
    latest = sorted(conversations, key=lambda item: (item.last_at, item.id), reverse=True)
    lines = [
        f"{BADGES[item.status][0]} {BADGES[item.status][1]:<8} #{item.id} {item.subject:.50}"
        for item in latest[:LATEST]
    ]
    more = len(latest) - LATEST
    return "\n".join([*lines, *([f"and {more} more; the timeline has them all"] if more > 0 else [])])
