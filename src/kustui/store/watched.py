"""A store that is only looked at: nothing is written through it (SPEC G3)."""

from __future__ import annotations

from typing import NoReturn

from kustui.errors import Refused
from kustui.store.store import Store


class Watched(Store):
    """The store of a shift that somebody else plays, or played."""

    def writing(
        self,
        *,
        claiming: bool = False,  # noqa: ARG002 - nothing is claimed
        quiet: bool = False,  # noqa: ARG002 - and nobody hears of it
    ) -> NoReturn:
        """Refused: who watches changes nothing."""
        raise Refused("You are watching", "Nothing that you press changes the shift you watch.")

    def writing_plainly(self, *, claiming: bool = False, quiet: bool = False) -> NoReturn:
        """Refused, like every writing."""
        self.writing(claiming=claiming, quiet=quiet)
