"""An agent at the screen: presses keys, clicks, and reads what stands there."""

from __future__ import annotations

import asyncio
import time
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual import events
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.widgets import Input, Static, TextArea

from kustui.core import commands
from kustui.core.commands import Command
from kustui.core.records import ListRow
from kustui.desk import Desk
from kustui.ui.app import KustuiApp
from kustui.ui.screens.desk import DeskScreen
from kustui.ui.screens.menu import ChoiceLine
from kustui.ui.widgets.rows import RowList

LIMIT = 10.0


ROUNDS = 3
"""Rounds of handled messages with nothing at work after which a screen counts as settled."""


async def settled(pilot: Pilot[None], limit: float = LIMIT) -> None:
    """Wait until every worker has ended and every message is handled; fails after `limit` seconds.

    Much quicker than `Pilot.pause`, which sleeps until the processor is idle.
    """
    end = time.monotonic() + limit
    calm = 0
    while calm < ROUNDS:
        await pilot._wait_for_screen()
        pilot.app.screen._on_timer_update()
        await asyncio.sleep(0)
        busy: list[object] = [worker for worker in pilot.app.workers if not worker.is_finished]
        if getattr(pilot.app, "has_keys_waiting", False):
            busy.append("keys")
        calm = 0 if busy else calm + 1
        if busy:
            assert time.monotonic() < end, f"still busy: {busy}"
            await asyncio.sleep(0.001)


def key_event(key: str) -> events.Key:
    """The event of a key, named as bindings name it."""
    if len(key) == 1 and not key.isalnum():
        key = _character_to_key(key)
    try:
        character: str | None = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(key, key)))
    except KeyError:
        character = key if len(key) == 1 else None
    return events.Key(key, character)


class Sitting:
    """One agent's app under a pilot."""

    def __init__(self, app: KustuiApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> DeskScreen:
        """The desk's screen, whatever lies over it."""
        return self.app.desk_screen

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each done with before the next."""
        for key in keys:
            self.burst(key)
            await settled(self.pilot)

    async def type(self, words: str) -> None:
        """Type words where the cursor is, as fast as they come."""
        names = {" ": "space", "\n": "enter"}
        self.burst(*(names.get(letter, letter) for letter in words))
        await settled(self.pilot)

    def burst(self, *keys: str) -> None:
        """Press keys at once, and go on without waiting for what they do."""
        assert self.app._driver is not None
        for key in keys:
            event = key_event(key)
            event.set_sender(self.app)
            self.app._driver.send_message(event)

    async def click(self, selector: str | None = None, offset: tuple[int, int] = (0, 0)) -> None:
        """Click on a widget, or at a place of the screen."""
        await self.pilot.click(selector, offset=offset)
        await settled(self.pilot)

    async def until(self, what: Callable[[], object], limit: float = LIMIT) -> None:
        """Wait until something is so; fails after `limit` seconds with what stands on the screen."""
        end = time.monotonic() + limit
        while not what():
            assert time.monotonic() < end, self.text()
            await self.pilot.pause(0.01)

    async def furnished(self) -> None:
        """Have the toolbar and the editor mounted, as happens by itself after a moment."""
        # By the screen's own queue, in which it waits for the one that is coming by itself.
        self.screen.call_later(self.screen.furnish)
        await self.until(lambda: self.screen.furnished)
        await settled(self.pilot)

    async def saved(self, limit: float = LIMIT) -> None:
        """Wait until what was typed is saved."""
        await self.until(
            lambda: not self.screen.editor.dirty and self.screen.editor.saved.startswith("saved"), limit
        )
        await settled(self.pilot)

    def text(self) -> str:
        """All that stands on the screen."""
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    @property
    def words(self) -> str:
        """The text in the editor."""
        return self.screen.editor.query_one(TextArea).text

    @property
    def said(self) -> str:
        """What the status line says happened."""
        return self.screen.status_line.notice

    @property
    def refusals(self) -> list[str]:
        """Title and words of every notification that is up."""
        return [f"{each.title}: {each.message}" for each in self.app._notifications]

    @property
    def name(self) -> str:
        """The open customer's name, or nothing."""
        return self.screen.customer.name if self.screen.customer else ""

    @property
    def number(self) -> int:
        """The open conversation's number."""
        assert self.screen.conversation is not None
        return self.screen.conversation.id

    @property
    def status(self) -> str:
        """The open conversation's status."""
        assert self.screen.conversation is not None
        return self.screen.conversation.status

    def rows(self, panel: str = "inbox") -> list[ListRow]:
        """The rows of a panel."""
        rows = self.screen.query_one(f"#{panel}", RowList)
        return [row for index in range(rows.count) if (row := rows.row(index)) is not None]

    def names(self, panel: str = "inbox") -> list[str]:
        """Who is in a panel."""
        return [row.name for row in self.rows(panel)]

    def choices(self) -> dict[str, str]:
        """Key to label (and why not) of the menu that is open."""
        found = {}
        for line in self.app.screen.query(ChoiceLine):
            reason = f" ({line.choice.reason})" if line.choice.reason else ""
            found[line.choice.key] = line.choice.label + reason
        return found

    def shows(self, name: str) -> str:
        """The words of a line of the screen, by its id."""
        return str(self.app.screen.query_one(f"#{name}", Static).content)

    def field(self, name: str) -> Input:
        """A line to type in, by its id."""
        return self.app.screen.query_one(f"#{name}", Input)

    async def open(self, name: str) -> None:
        """Go to a customer in the inbox and open it."""
        self.screen.inbox.focus()
        self.screen.inbox.action_to(self.names().index(name))
        await self.press("enter")


@asynccontextmanager
async def sitting(
    desk: Desk, size: tuple[int, int] = (120, 40), table: tuple[Command, ...] = commands.COMMANDS
) -> AsyncIterator[Sitting]:
    """Sit down at a desk; time moves by the desk's held clock only."""
    app = KustuiApp(desk, table, "kustui-dark", with_clockwork=False)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        yield Sitting(app, pilot)
        await settled(pilot)
