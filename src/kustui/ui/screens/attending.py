"""Colleagues on the desk's screen: who is at what, told and seen without holding anything up."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import ModalScreen
from textual.timer import Timer

from kustui.errors import KustuiError
from kustui.ui import harmless
from kustui.ui.screens.base import DeskBase

if TYPE_CHECKING:
    from kustui.core.presence import Presence

BEHIND = 0.1
"""Seconds after its end at which what was believed is looked at again."""


class Attending(DeskBase):
    """A store in trouble means that nothing is said of anybody, and nothing else."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # What is said of each, in the words it was first said in: seconds are told, not ticked.
        self._sentences: dict[Presence, str] = {}
        self._next_end: Timer | None = None
        self._keys_seen = 0

    # -- seeing ------------------------------------------------------------------------

    def attend(self) -> None:
        """Look who is at what; only what differs is painted."""
        if not self.furnished:
            return
        from kustui.core.presence import said

        try:
            now = self.desk.now()
            found = [harmless.presence(each) for each in self.desk.presence.others()]
        except KustuiError:
            found = []
        if self._next_end is not None:
            self._next_end.stop()
            self._next_end = None
        if found:
            soonest = min(each.until for each in found) - now
            self._next_end = self.set_timer(soonest.total_seconds() + BEHIND, self.attend)
        known = self._sentences
        self._sentences = {each: known.get(each) or said(each, now) for each in found}
        if list(self._sentences) == list(known):
            return
        rows: dict[int, list[tuple[int | None, str]]] = {}
        for each, words in self._sentences.items():
            if each.writes:
                rows.setdefault(each.customer_id, []).append((each.conversation_id, _brief(each, words)))
        self.inbox.attend(rows)
        self.viewing.attend(rows)
        self.attend_open()

    def attend_open(self) -> None:
        """Say who else is at the open customer."""
        customer = self.customer.id if self.customer else None
        number = self.conversation.id if self.conversation else None
        here = [(each, words) for each, words in self._sentences.items() if each.customer_id == customer]
        elsewhere = {
            each: f" in #{each.conversation_id}"
            for each, _ in here
            if each.conversation_id not in (None, number)
        }
        self.toolbar.attend(", ".join(words + elsewhere.get(each, "") for each, words in here))
        writers = [(each, words) for each, words in here if each.writes and each not in elsewhere]
        brief = [_brief(*writer) for writer in writers]
        self.editor.attend(
            ", ".join(words for _, words in writers),
            ", ".join(brief),
            ", ".join(words.partition(" (")[0] for words in brief),
        )

    def show_customer(self, customer_id: int, conversation_id: int | None = None) -> None:
        """Put a customer's timeline on the screen, with who else is at it."""
        super().show_customer(customer_id, conversation_id)
        self.attend_open()

    # -- what follows --------------------------------------------------------------------

    _asks_to_quit = False

    def on_screen_suspend(self) -> None:
        """A dialog lies over the desk: an act will follow, unless it is the end, or only looks."""
        over = self.app.screen
        if isinstance(over, ModalScreen) and not (self._asks_to_quit or getattr(over, "only_looks", False)):
            self.expect_writing()

    # -- telling -----------------------------------------------------------------------

    def stay(self) -> None:
        """Say again that the agent looks, when a key was pressed and it is hardly believed any more."""
        if self.desk.shift is not None:
            # Nothing in a shift depends on how fast real time goes by.
            return
        keys = getattr(self.app, "keys_seen", 0)
        if keys != self._keys_seen and self.customer is not None:
            self._keys_seen = keys
            number, presence = self.customer.id, self.desk.presence
            if presence.is_stale(self.now()):
                self._whisper(lambda: presence.looking(number))

    def rest(self) -> None:
        """Say that nothing is written any more, where that was said."""
        if self.customer is not None:
            number, presence = self.customer.id, self.desk.presence
            if presence.is_writing:
                self._whisper(lambda: presence.looking(number))

    def on_reply_editor_focused(self) -> None:
        """The cursor came into the editor, or left it for another place of this screen."""
        if self.is_current and self.furnished:
            if self.editor.has_focus_within:
                self.expect_writing()
            else:
                self.rest()

    def leave_customer(self) -> None:
        """Nobody is open any more."""
        self._whisper(self.desk.presence.ended)

    def _whisper(self, what: Callable[[], None]) -> None:
        self.run_worker(
            partial(_quietly, what), thread=True, group="presence", exit_on_error=False, name="presence"
        )


def _brief(each: Presence, words: str) -> str:
    """The same of somebody by their first name."""
    return each.agent.partition(" ")[0] + words.removeprefix(each.agent)


def _quietly(what: Callable[[], None]) -> None:
    with contextlib.suppress(KustuiError):
        what()
