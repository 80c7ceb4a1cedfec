"""What pictures show: an agent's steps to each of the sights."""

from __future__ import annotations

from textual.widgets import OptionList

from support.later import ask_when
from support.sitting import Sitting, settled

FOUND = 5
"""Commands that have "snoo" in their label."""


async def at_work(at: Sitting) -> None:
    """A customer is open and a reply is being written."""
    await at.open("Ana Ruiz")
    await at.press("r")


async def at_the_list(at: Sitting) -> None:
    """The cursor stands in the inbox."""
    await at.press("j", "j")


async def composing(at: Sitting) -> None:
    """The choices of Compose, one of them missing."""
    await at.open("Chloé Martin")
    await at.press("c")


async def at_the_profile(at: Sitting) -> None:
    """A customer's contact information."""
    await at.open("Ana Ruiz")
    await at.press("p")


async def snoozing(at: Sitting) -> None:
    """The snooze dialog with a typed time."""
    await at.open("Chloé Martin")
    await at.press("s", "b", "c")
    await at.type("tue 14:30")


async def sending(at: Sitting) -> None:
    """The send menu over a reply."""
    await at_work(at)
    await at.press("ctrl+o")


async def at_help(at: Sitting) -> None:
    """Every key."""
    await at.press("question_mark")


async def at_the_long_one(at: Sitting) -> None:
    """A page up in a conversation of sixty messages, some of what they quote unfolded."""
    await at.open("Marta Winter")
    await at.press("pageup", "u")


async def at_the_hostile_one(at: Sitting) -> None:
    """The customer whose every word is an attack."""
    await at.open(next(name for name in at.names() if "Mallory" in name))


async def settle(at: Sitting) -> None:
    """Nothing is done."""
    await settled(at.pilot)


async def at_the_notifications(at: Sitting) -> None:
    """What happened elsewhere, some of it seen."""
    await at.open("Ana Ruiz")
    await at.press("N", "j")


async def sending_later(at: Sitting) -> None:
    """The dialog of Send later with a typed time; the server is in another zone than the agent."""
    await at_work(at)
    await at.press("ctrl+o", "l", "k", "c")
    await at.type("tomorrow 8:30")


async def at_the_schedule(at: Sitting) -> None:
    """What will happen by itself, the cursor on a message; its conversation is open beside it."""
    await ask_when(at, "Chloé Martin", "Bonjour Chloé,\n\nla facture est jointe.")
    await at.press("c")
    await at.type("mon 8:00")
    await at.press("enter", "g", "l")
    at.screen.inbox.action_to(at.names().index("Chloé Martin"))
    at.screen.say("")


async def at_the_outbox(at: Sitting) -> None:
    """What can be done about a message that failed."""
    await at.press("g", "o")
    at.screen.inbox.action_to(at.names().index("Zoe Lin"))
    await at.press("m")


async def looking_for_a_command(at: Sitting) -> None:
    """The palette with a few letters typed."""
    await at.open("Ana Ruiz")
    await at.press("ctrl+p")
    await at.type("snoo")
    await at.until(lambda: at.app.screen.query_one(OptionList).option_count == FOUND)
