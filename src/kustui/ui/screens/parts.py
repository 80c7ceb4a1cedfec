"""What the parts of the desk's screen ask of each other; each is done by one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.core.records import Changed, Conversation, Draft

if TYPE_CHECKING:
    from kustui.ui.screens.menu import Choice


class Parts:
    """Acts of one part that another one calls."""

    def open_customer(self, customer_id: int, conversation_id: int | None = None) -> None:
        """Open a customer's timeline, at a conversation (by default the latest)."""
        raise NotImplementedError

    def closed(self, customer_id: int) -> None:
        """A customer was closed: their timeline goes as well."""
        raise NotImplementedError

    def undone(self, changed: Changed) -> None:
        """The last act was taken back: a draft may be there again."""
        raise NotImplementedError

    def select_none(self) -> None:
        """Select no row of any list."""
        raise NotImplementedError

    def merge_customer(self, customer_id: int) -> None:
        """Ask what other customer that one is."""
        raise NotImplementedError

    def tell_row(self) -> None:
        """Say of the list's row what it has no room for."""
        raise NotImplementedError

    def save_now(self) -> None:
        """Save what is typed before this returns."""
        raise NotImplementedError

    def load_draft(self, kind: str = "", *, new: bool = False) -> None:
        """Show the draft of the open conversation (a note's for kind "note"), or of a new one."""
        raise NotImplementedError

    def show_wrapping(self, draft: Draft) -> None:
        """Have the editor count the signature and the template that the draft leaves with."""
        raise NotImplementedError

    def ask_about_copy(self) -> None:
        """A store that is a copy sends nothing: ask whether it is the one that should."""
        raise NotImplementedError

    def ask_snooze(self, item: Conversation) -> None:
        """Ask until when that conversation is put away."""
        raise NotImplementedError

    def action_ask_quit(self) -> None:
        """Ask before leaving."""
        raise NotImplementedError

    def rest(self) -> None:
        """Say to colleagues that nothing is written any more."""
        raise NotImplementedError

    def place_choices(self) -> list[Choice]:
        """The saved views as lines of the menu of places."""
        raise NotImplementedError

    def keep_view(self, query: str) -> None:
        """Ask for a name, and keep a search under it."""
        raise NotImplementedError

    def settings_changed(self) -> None:
        """What was set holds from now on, also for what is being written."""
        raise NotImplementedError
