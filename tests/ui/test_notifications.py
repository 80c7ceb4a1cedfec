"""Notifications on the screen: the lamp, the toast, the panel, the bell."""

from __future__ import annotations

from pathlib import Path

import pytest

from kustui.clock import HeldClock
from kustui.core import words
from kustui.desk import Desk
from kustui.settings import read
from kustui.ui.screens.notices import NoticesPanel
from kustui.ui.terminal.desktop import desktop
from support.notices import told
from support.program import desk_at, program
from support.sitting import Sitting, settled, sitting


async def look(at: Sitting) -> None:
    """Let the screen look whether anybody has written, as it does each second."""
    at.screen.look_if_changed()
    await settled(at.pilot)


async def test_a_wake_of_the_open_conversation(acme: Desk, clock: HeldClock) -> None:
    """A wake of what is on the screen gives one toast; the timeline and the lamp follow (SPEC B7)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("s", "2")
        assert at.status == "snoozed"
        for _ in range(2):
            clock.advance(hours=2)
            at.screen.worked(acme.clockwork.tick())
            await look(at)
        assert at.status == "open"
        assert "● Open" in at.shows("toolbar-conversation")
        assert "the snooze is over" in at.text()
        assert len(at.refusals) == 1
        assert f"#{at.number} Facture du mois de mai is open again" in at.refusals[0]
        assert at.refusals[0].endswith("· N shows it")
        assert "1 notice " in at.text().splitlines()[-1]
        await at.press("s", "2")
        clock.advance(hours=2)
        acme.clockwork.tick()
        await look(at)
        assert len(at.refusals) == 2
        assert "2 notices " in at.text().splitlines()[-1]


async def test_several_at_once_are_one_toast(acme: Desk) -> None:
    """What comes together is told together, and markup in it is so many signs (SPEC B7)."""
    async with sitting(acme) as at:
        for number in range(1, 6):
            told(acme, f"[/x] #{number} is open again")
        await look(at)
        assert len(at.refusals) == 1
        assert at.refusals[0].startswith("5 notices: [/x] #5 is open again\n[/x] #4")
        assert "and 2 more\nN shows them" in at.refusals[0]
        assert "[/x] #3" in at.text()


async def test_what_was_there_at_the_start_is_summed_up(acme: Desk) -> None:
    """At the start one sentence says how many came while the agent was away; none is toasted (SPEC B7)."""
    for number in range(3):
        told(acme, f"#{number} is open again")
    async with sitting(acme) as at:
        assert at.said == "3 notices while you were away; N shows them"
        assert at.refusals == []
        told(acme, "#9 is open again")
        await look(at)
        assert len(at.refusals) == 1
        assert "#9" in at.refusals[0]


async def test_read_elsewhere_is_not_told_of(acme: Desk) -> None:
    """The lamp goes when another program of the agent has read it; nothing is told twice."""
    async with sitting(acme) as at:
        number = told(acme, "#1 is open again")
        await look(at)
        acme.notices.read(number)
        await look(at)
        assert "notice" not in at.text().splitlines()[-1]
        assert len(at.refusals) == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_panel(acme: Desk, clock: HeldClock, size: tuple[int, int]) -> None:
    """N lists the unread ones first, with when they came; Enter opens the conversation (SPEC B7)."""
    chloe = next(row for row in acme.reads.listing("inbox").page(0, 20) if row.name == "Chloé Martin")
    first = told(
        acme, f"#{chloe.conversation_id} Facture is open again", conversation_id=chloe.conversation_id
    )
    clock.advance(minutes=30)
    told(acme, "Mo's message failed", kind="failed")
    acme.notices.read(told(acme, "An old one"))
    clock.advance(minutes=5)
    async with sitting(acme, size) as at:
        await at.press("N")
        shown = at.text()
        assert "Notifications  2 new" in shown
        order = ["Mo's message failed", "Facture is open again", "An old one"]
        assert sorted(order, key=shown.index) == order
        assert "new · Thu 4 Jun 12:12, 5 m ago" in shown
        assert "new · Thu 4 Jun 11:42, 35 m ago" in shown
        await at.press("j", "enter")
        assert at.app.screen is at.screen
        assert at.number == chloe.conversation_id
        read = {item.id: item.read for item in acme.reads.notifications()}
        assert (read[first], sum(read.values())) == (True, 2)


async def test_reading_all(acme: Desk) -> None:
    """The key a marks all as read, the panel and the lamp follow; Esc leaves (SPEC B7)."""
    told(acme, "one")
    told(acme, "two")
    async with sitting(acme) as at:
        await at.press("N", "a")
        assert isinstance(at.app.screen, NoticesPanel)
        assert "Notifications  all read" in at.text()
        assert "new ·" not in at.text()
        await at.press("escape")
        assert acme.reads.lamps().unread == 0
        assert "notice " not in at.text().splitlines()[-1]


async def test_one_about_no_conversation(acme: Desk) -> None:
    """Enter on a notification about no conversation marks it as read and stays where the agent was."""
    told(acme, "The mailbox cannot be reached")
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("N", "enter")
        assert at.name == "Chloé Martin"
        assert acme.reads.lamps().unread == 0


async def test_an_empty_panel(acme: Desk) -> None:
    """Without any, the panel says what would be there; Enter and a do nothing."""
    async with sitting(acme, (80, 24)) as at:
        await at.press("N", "enter", "a", "j")
        assert "Nothing to tell" in at.text()
        await at.press("q")
        assert at.app.screen is at.screen


async def test_many_are_moved_through(acme: Desk) -> None:
    """The cursor moves by rows and pages and stays in view; a click opens."""
    for number in range(1, 41):
        told(acme, f"Number {number} of many words, that do not fit a narrow line so that it is wrapped " * 2)
    async with sitting(acme, (80, 24)) as at:
        await at.press("N")
        assert "› ● Number 40 " in at.text().replace("›● ", "› ● ")
        await at.press("end")
        assert "Number 1 of" in at.text()
        await at.press("home", "pagedown", "pageup", "k")
        assert "Number 40 " in at.text()
        line = next(y for y, words in enumerate(at.text().splitlines()) if "Number 39 " in words)
        await at.click(None, (20, line))
        assert {item.text[:9] for item in acme.reads.notifications() if item.read} == {"Number 39"}


def test_a_number_of_notices() -> None:
    """One is one."""
    assert [words.notices(count) for count in (1, 2, 1200)] == ["1 notice", "2 notices", "1,200 notices"]


def test_the_desktop_is_told_nothing_a_terminal_obeys() -> None:
    """A customer's words in a desktop notification are cleaned and cut; they begin no other command."""
    sequence = desktop("4;1;\x07\x1b]0;pwned\x07\x9c\n" + "x" * 500)
    inside = sequence.removeprefix("\x1b]9;").removesuffix("\x07")
    assert inside.startswith("kustui: 4;1;")
    assert len(inside) == 120
    assert all(letter.isprintable() for letter in inside)


@pytest.mark.parametrize(
    ("settings", "rings", "shows"),
    [("", 1, 0), ("[notify]\nbell = false\n", 0, 0), ("[notify]\ndesktop = true\n", 1, 1)],
)
def test_the_bell_and_the_desktop(tmp_path: Path, settings: str, rings: int, shows: int) -> None:
    """A new notification rings once, on by default; the desktop is told where the settings say so."""
    path = tmp_path / "desk" / "workspace.db"
    (path.parent / "kustui").mkdir(parents=True)
    (path.parent / "kustui" / "settings.toml").write_text(settings, encoding="utf-8")
    with desk_at(path, create=True) as desk:
        told(desk, "From before")
        with program(path) as terminal:
            terminal.until("1 notice while you were away; N shows it")
            before = len(terminal.written)
            told(desk, "#1 is open again")
            told(desk, "#2 is open again")
            terminal.until("2 notices")
            terminal.read(quiet=0.3)
            written = terminal.written[before:]
    osc = b"\x1b]9;kustui: 2 notices\x07"
    assert written.count(osc) == shows
    assert written.replace(osc, b"").count(b"\x07") == rings


def test_settings_of_notifications(tmp_path: Path) -> None:
    """The bell rings and the desktop is left alone unless the settings say otherwise."""
    path = tmp_path / "settings.toml"
    path.write_text("", encoding="utf-8")
    assert tuple(read(path).notify) == (True, False)
    path.write_text("[notify]\nbell = false\ndesktop = true\n", encoding="utf-8")
    assert tuple(read(path).notify) == (False, True)
