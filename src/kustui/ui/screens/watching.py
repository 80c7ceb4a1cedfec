"""Looking on while somebody works: the screen goes where they go (SPEC G3)."""

from __future__ import annotations

from collections.abc import Callable

from kustui.core.commands import Command
from kustui.core.records import Changed
from kustui.desk import Desk
from kustui.errors import KustuiError
from kustui.ui.screens.desk import DeskScreen


class WatchingScreen(DeskScreen):
    """The desk of the one who is watched. Every key that looks does; none that changes something."""

    _seen_at: object = None

    def __init__(self, desk: Desk, table: tuple[Command, ...]) -> None:
        super().__init__(desk, table)
        is_replay = desk.shift is not None and desk.shift.kind == "replay"
        self.place_words = f"{'Replay of' if is_replay else 'Watching'} {self.place_words}"

    def act(self, what: Callable[[], Changed], then: Callable[[Changed], None] | None = None) -> None:  # noqa: ARG002
        """Nothing is done."""
        self.say("You are watching: nothing is done")

    def stay(self) -> None:
        """Nobody hears of who looks on."""

    def rest(self) -> None:
        """Nobody hears of who looks on."""

    def leave_customer(self) -> None:
        """Nobody hears of who looks on."""

    def action_reply(self) -> None:
        """Nothing is written."""
        self.say("You are watching: nothing is written")

    action_note = action_reply

    def look_if_changed(self) -> None:
        """Look again when something was done, and go where they are."""
        super().look_if_changed()
        self.go_along()

    def worked(self, done: object) -> None:  # noqa: ARG002 - a replay's passes did nothing here
        """The replay went on."""
        self.look_if_changed()
        self.look()

    def go_along(self) -> None:
        """Open the customer whom they have open, and show what they write; a list stays where it is."""
        try:
            found = self.desk.shifts.open_last(self.desk.agent.login)
        except KustuiError as error:
            self.in_trouble(error)
            return
        if found is None or found == self._seen_at:
            return
        self._seen_at = found
        customer, conversation, doing = found
        if self.customer is None or self.customer.id != customer or conversation:
            self.open_customer(customer, conversation)
        if doing == "noting" and self.furnished:
            self.load_draft("note")

    def opening(self, customer_id: int) -> None:
        """Nobody hears of who looks on."""
