"""Messages on their way at the screen: mails to the team, hostile words, mouse, a copied store."""

from __future__ import annotations

import pytest

from kustui.desk import Desk
from kustui.store import sqlite, tables
from support.later import go, last_line, outbox, row_of, state
from support.people import wrote
from support.replying import pass_time, write
from support.sitting import sitting
from support.transport import Recorder

CHLOE, ZOE = "Chloé Martin", "Zoe Lin"
LONG = "a.very.long.address.of.somebody.who.has.many.names@a-long-name-of-a-company.example.org"
HOSTILE = "[@click=app.quit]x[/] [/x] \x1b[2J 伊藤 そら\u202e " + "語" * 200


async def test_a_mail_to_the_team(acme: Desk) -> None:
    """A mail's row belongs to no customer: Enter and m offer what can be done, other acts touch nobody."""
    with acme.store.writing() as act:
        act.add(
            tables.Outbox(
                kind="notice", channel="email", agent_id=acme.agent.id, state="failed", reason="no route",
                due_at=act.now, created_at=act.now, payload='{"to": "ana@acme.example", "subject": "#1"}',
            )
        )  # fmt: skip
    async with sitting(acme) as at:
        await at.open(CHLOE)
        await at.press("g", "o")
        row_of(at, "Ana Soler")
        await at.press("e", "s", "w", "r", "p", "E", "S", "a", "b")
        assert at.app.screen is at.screen
        assert (at.name, at.status) == (CHLOE, "open")
        await at.press("enter")
        assert "Mail to ana@acme.example" in at.text()
        assert set(at.choices()) == {"r", "x"}


async def test_the_menu_over_hostile_words(acme: Desk) -> None:
    """At 80x24 the menu of a message with long addresses and hostile words is whole, and obeys none."""
    number = outbox(acme, ZOE)[0].id
    state(acme, number, "failed", HOSTILE)
    connection = sqlite.connect(acme.store.path)
    people = ", ".join(f'{{"address": "{n}{LONG}"}}' for n in range(50))
    connection.execute("UPDATE message SET recipients = ?", (f'{{"to": [{people}]}}',))
    connection.close()
    async with sitting(acme, (80, 24)) as at:
        await go(at, "outbox", ZOE)
        await at.press("m")
        lines = at.text().splitlines()
        assert any("Discard" in line for line in lines)
        assert any("Esc leaves" in line for line in lines)
        assert lines[-1].startswith(" kustui")
        await at.press("escape", "R")
        assert at.said == "Trying again"


async def test_by_palette_and_mouse(acme: Desk) -> None:
    """The places and the menu are in the palette; rows and the menu's lines take a click."""
    async with sitting(acme) as at:
        await at.press("ctrl+p")
        await at.type("outbox")
        await at.until(lambda: "Go to Outbox" in at.text())
        await at.press("enter")
        await at.until(lambda: at.screen.view == "outbox")
        line = next(y for y, words in enumerate(at.text().splitlines()) if ZOE in words)
        await at.click(None, (5, line))
        assert at.name == ZOE
        await at.press("m")
        line = next(y for y, words in enumerate(at.text().splitlines()) if "Retry" in words)
        await at.click(None, (40, line))
        assert at.said == "Trying again"


@pytest.mark.parametrize("answer", ["n", "enter", "y"])
async def test_a_copy_of_the_store_asks(acme: Desk, transport: Recorder, answer: str) -> None:
    """A copy sends nothing until somebody says, at the Outbox, that it is the one that sends (SPEC D7)."""
    with acme.store.writing() as act:
        workspace = act.get(tables.Workspace, 1, "workspace")
        workspace.path, workspace.file = "/elsewhere/workspace.db", "1 2"
        act.session.add(workspace)
    async with sitting(acme) as at:
        await write(at, CHLOE, "Bonjour")
        await at.press("f9")
        pass_time(acme, minutes=1)
        assert transport.sent == []
        await at.press("g", "o")
        assert "This store is a copy and sends nothing." in at.text()
        await at.press(answer)
        pass_time(acme, minutes=1)
        assert len(transport.sent) == (answer == "y")


async def test_empty_lists_say_so(desk: Desk) -> None:
    """Where nothing is on its way, both lists say it, and m too."""
    wrote(desk)
    async with sitting(desk) as at:
        await at.press("g", "l")
        assert "Nothing will happen by" in at.text()
        await at.press("m", "R", "enter", "s", "g", "o")
        assert "Nothing is on its way." in at.text()
        assert last_line(at).count("m changes it") == 0
