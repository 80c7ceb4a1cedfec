"""What the desk looks like, as pictures in snapshots/; `make snapshots` takes them anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual.pilot import Pilot

from kustui.clock import HeldClock
from kustui.core.scene import Scene
from kustui.desk import Desk
from kustui.training.hostile import letters
from kustui.ui.app import KustuiApp
from support import shop
from support.later import state
from support.notices import told
from support.sights import (
    a_note,
    adding_files,
    at_help,
    at_the_hostile_one,
    at_the_list,
    at_the_long_one,
    at_the_notifications,
    at_the_outbox,
    at_the_preferences,
    at_the_profile,
    at_the_schedule,
    at_work,
    composing,
    looking_for_a_command,
    over_the_limit,
    picking_words,
    sending,
    sending_later,
    settle,
    snoozing,
    with_everything,
)
from support.sitting import Sitting, settled
from support.writing import number_of, sent

USUAL, SMALL = (120, 40), (80, 24)

Do = Callable[[Sitting], Awaitable[None]]
Look = Callable[..., None]


@pytest.fixture
def look(snap_compare: Any) -> Look:
    """Sit down at a desk, do something, and compare what stands there with the picture."""

    def compare(
        desk: Desk, size: tuple[int, int], do: Do, theme: str = "kustui-dark", frugal: bool = False
    ) -> None:
        app = KustuiApp(desk, theme_name=theme, frugal=frugal, with_clockwork=False)

        async def before(pilot: Pilot[None]) -> None:
            await settled(pilot)
            await do(Sitting(app, pilot))

        assert snap_compare(app, terminal_size=size, run_before=before)

    return compare


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


def test_a_slow_line_at_80x24(look: Look, acme: Desk) -> None:
    """Sixteen colours, and the same words in the same places."""
    look(acme, SMALL, at_the_list, frugal=True)


def test_an_empty_desk_at_120x40(look: Look, desk: Desk) -> None:
    """A new workspace says how to begin."""
    look(desk, USUAL, settle)


def test_an_empty_desk_at_80x24(look: Look, desk: Desk) -> None:
    """So does a small one."""
    look(desk, SMALL, settle)


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


@pytest.fixture
def abroad(acme: Desk) -> Desk:
    """A desk whose server is in New York."""
    acme.server_zone = ZoneInfo("America/New_York")
    return acme


@pytest.fixture
def unsettled(acme: Desk, clock: HeldClock) -> Desk:
    """A desk where messages failed, may have arrived, and are held."""
    for name, words, to, why in (
        (
            "Grace Hall",
            "The corrected invoice is attached.",
            "uncertain",
            "the line broke after the last word",
        ),
        ("Chloé Martin", "Bonjour Chloé, voici la facture.", "held", "they wrote before it was due"),
    ):
        row = next(row for row in acme.reads.listing("inbox").page(0, 20) if row.name == name)
        state(acme, number_of(acme, sent(acme, row.conversation_id, words)), to, why)
        clock.advance(minutes=7)
    return acme


def test_send_later_at_120x40(look: Look, abroad: Desk) -> None:
    """The server's time, the agent's, and the wait (SPEC D4)."""
    look(abroad, USUAL, sending_later)


def test_the_schedule_at_120x40(look: Look, abroad: Desk) -> None:
    """Everything that will happen by itself, in time order, by both clocks."""
    look(abroad, USUAL, at_the_schedule)


def test_the_outbox_at_80x24(look: Look, unsettled: Desk) -> None:
    """What waits for somebody to settle it, with the reason, and what can be done (SPEC D7)."""
    look(unsettled, SMALL, at_the_outbox)


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


def test_the_palette_at_120x40(look: Look, acme: Desk) -> None:
    """Everything by name, with its key."""
    look(acme, USUAL, looking_for_a_command)


def test_the_palette_at_80x24(look: Look, acme: Desk) -> None:
    """The same on a small screen."""
    look(acme, SMALL, looking_for_a_command)


@pytest.mark.parametrize("size", [USUAL, SMALL], ids=["120x40", "80x24"])
@pytest.mark.parametrize(
    "do", [with_everything, picking_words, adding_files, over_the_limit, a_note, at_the_preferences]
)
def test_the_editor(look: Look, acme: Desk, do: Do, size: tuple[int, int]) -> None:
    """The reply with all that goes with it, its pickers, a note, the limit, the preferences (SPEC C)."""
    look(acme, size, do)
