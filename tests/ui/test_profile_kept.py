"""What else the team keeps of a customer: attributes and conversations on the profile."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import TextArea

from kustui.desk import Desk
from support.sitting import sitting


async def test_attributes_are_seen_and_edited_on_the_profile(acme: Desk) -> None:
    """A2: attributes stand one a line; a line that is none is refused, and everything typed stays."""
    customer = acme.reads.customers("Ben Achieng")[0]
    addresses = [(each.kind, each.value) for each in customer.addresses]
    acme.people.save(replace(customer, attributes=(("plan", "gold"),)), addresses)
    async with sitting(acme) as at:
        await at.open("Ben Achieng")
        await at.press("p")
        field = at.app.screen.query_one("#profile-attributes", TextArea)
        assert field.text == "plan: gold"
        field.focus()
        field.load_text("plan: gold\nsize")
        await at.press("f9")
        assert "write it like plan: gold" in at.text()
        field.load_text("plan: silver\nsize: 44")
        await at.press("f9")
        assert "Profile saved" in at.said
    assert acme.reads.customer(customer.id).attributes == (("plan", "silver"), ("size", "44"))


async def test_the_profile_shows_the_latest_conversations(acme: Desk) -> None:
    """A2: the customer's conversations with how they stand, the latest first; words of theirs are words."""
    with acme.store.writing() as act:
        act.ask().one(
            "UPDATE conversation SET subject = '[bold]Loyalty[/bold] points' WHERE subject = 'Loyalty points'"
        )
    async with sitting(acme) as at:
        await at.open("Ana Ruiz")
        await at.press("p")
        shown = at.text()
        assert "[bold]Loyalty[/bold] points" in shown
        assert shown.index("Refund for order 8821") < shown.rindex("Wrong colour")
