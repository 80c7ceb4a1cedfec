"""What the desk looks like, as pictures in snapshots/; `make snapshots` takes them anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from kustui.clock import HeldClock
from kustui.core.scene import Scene
from kustui.desk import Desk
from kustui.training.hostile import letters
from kustui.ui.app import KustuiApp
from support import shop
from support.notices import told
from support.sitting import Sitting, settled

USUAL, SMALL = (120, 40), (80, 24)

Do = Callable[[Sitting], Awaitable[None]]
Look = Callable[..., None]


@pytest.fixture
def look(snap_compare: Any) -> Look:
    """Sit down at a desk, do something, and compare what stands there with the picture."""

    def compare(desk: Desk, size: tuple[int, int], do: Do, theme: str = "kustui-dark") -> None:
        app = KustuiApp(desk, theme_name=theme, with_clockwork=False)

        async def before(pilot: Pilot[None]) -> None:
            await settled(pilot)
            await do(Sitting(app, pilot))

        assert snap_compare(app, terminal_size=size, run_before=before)

    return compare


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


def test_the_desk_at_120x40(look: Look, acme: Desk) -> None:
    """Everything at once: who waits, one customer's timeline, the reply."""
    look(acme, USUAL, at_work)


def test_the_desk_at_80x24(look: Look, acme: Desk) -> None:
    """On a small screen the list has it all to itself."""
    look(acme, SMALL, at_the_list)


def test_the_customer_at_80x24(look: Look, acme: Desk) -> None:
    """On a small screen the customer takes the list's place."""
    look(acme, SMALL, at_work)


def test_the_light_desk_at_120x40(look: Look, acme: Desk) -> None:
    """The light theme is as calm."""
    look(acme, USUAL, at_work, "kustui-light")


def test_an_empty_desk_at_120x40(look: Look, desk: Desk) -> None:
    """A new workspace says how to begin."""
    look(desk, USUAL, settle)


def test_an_empty_desk_at_80x24(look: Look, desk: Desk) -> None:
    """So does a small one."""
    look(desk, SMALL, settle)


async def settle(at: Sitting) -> None:
    """Nothing is done."""
    await settled(at.pilot)


@pytest.fixture
def long_one(desk: Desk) -> Desk:
    """A desk with one long conversation."""
    scene = shop.scene(desk.now())
    guests = (shop.long_talk(desk.now()), *scene.guests[:4])
    desk.seeding.fill(Scene(scene.colleagues, guests, scene.sub_statuses))
    return desk


def test_a_long_timeline_at_120x40(look: Look, long_one: Desk) -> None:
    """Sixty messages, told apart by day, rail and word."""
    look(long_one, USUAL, at_the_long_one)


def test_a_long_timeline_at_80x24(look: Look, long_one: Desk) -> None:
    """The same on a small screen."""
    look(long_one, SMALL, at_the_long_one)


def test_compose_at_120x40(look: Look, acme: Desk) -> None:
    """What can be begun, and why the rest cannot (SPEC A1)."""
    look(acme, USUAL, composing)


def test_compose_at_80x24(look: Look, acme: Desk) -> None:
    """The same on a small screen."""
    look(acme, SMALL, composing)


def test_the_profile_at_120x40(look: Look, acme: Desk) -> None:
    """The contact information (SPEC A2)."""
    look(acme, USUAL, at_the_profile)


def test_the_profile_at_80x24(look: Look, acme: Desk) -> None:
    """The same on a small screen."""
    look(acme, SMALL, at_the_profile)


def test_the_snooze_dialog_at_120x40(look: Look, acme: Desk) -> None:
    """The choices, a typed time and what it means, the sub-status (SPEC B3, B5)."""
    look(acme, USUAL, snoozing)


def test_the_snooze_dialog_at_80x24(look: Look, acme: Desk) -> None:
    """The same on a small screen."""
    look(acme, SMALL, snoozing)


async def at_the_notifications(at: Sitting) -> None:
    """What happened elsewhere, some of it seen."""
    await at.open("Ana Ruiz")
    await at.press("N", "j")


@pytest.fixture
def told_of(acme: Desk, clock: HeldClock) -> Desk:
    """A desk where things happened while the agent was elsewhere."""
    acme.notices.read(told(acme, "#9 Call back on Monday is open again: the snooze is over"))
    clock.advance(minutes=25)
    told(acme, "#13 Two parcels, one label: the email was not sent, 550 mailbox is full", kind="failed")
    told(acme, "#2 Loyalty points is open again: the snooze is over")
    clock.advance(minutes=4)
    return acme


def test_the_notifications_at_120x40(look: Look, told_of: Desk) -> None:
    """What is new stands first and says so; below each is when it was (SPEC B7)."""
    look(told_of, USUAL, at_the_notifications)


def test_the_send_menu_at_120x40(look: Look, acme: Desk) -> None:
    """The ways to send (SPEC D1)."""
    look(acme, USUAL, sending)


def test_the_send_menu_at_80x24(look: Look, acme: Desk) -> None:
    """The same on a small screen."""
    look(acme, SMALL, sending)


def test_help_at_120x40(look: Look, acme: Desk) -> None:
    """Every key, from the command table."""
    look(acme, USUAL, at_help)


def test_help_at_80x24(look: Look, acme: Desk) -> None:
    """The same on a small screen."""
    look(acme, SMALL, at_help)


@pytest.fixture
def attacked(acme: Desk) -> Desk:
    """A desk to which the hostile customer has written."""
    for letter in letters(acme.now()):
        acme.intake.receive(letter)
    return acme


def test_the_hostile_customer_at_120x40(look: Look, attacked: Desk) -> None:
    """Escape codes, markup, bidi overrides and ten thousand accents are so many harmless signs."""
    look(attacked, USUAL, at_the_hostile_one)


def test_the_hostile_customer_at_80x24(look: Look, attacked: Desk) -> None:
    """The same on a small screen."""
    look(attacked, SMALL, at_the_hostile_one)


async def looking_for_a_command(at: Sitting) -> None:
    """The palette with a few letters typed."""
    await at.open("Ana Ruiz")
    await at.press("ctrl+p")
    await at.type("snoo")
    await at.until(lambda: at.app.screen.query_one(OptionList).option_count == FOUND)


FOUND = 4
"""Commands that have "snoo" in their label."""


def test_the_palette_at_120x40(look: Look, acme: Desk) -> None:
    """Everything by name, with its key."""
    look(acme, USUAL, looking_for_a_command)


def test_the_palette_at_80x24(look: Look, acme: Desk) -> None:
    """The same on a small screen."""
    look(acme, SMALL, looking_for_a_command)
