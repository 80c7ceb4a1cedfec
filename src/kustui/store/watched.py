"""A store that is only looked at: nothing is written through it (SPEC G3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kustui.errors import Refused
from kustui.store.store import Store
from kustui.store.writing import Writing


class Watched(Store):
    """The store of a shift that somebody else plays."""

    writes = False

    @contextmanager
    def writing(
        self,
        *,
        claiming: bool = False,  # noqa: ARG002 - nothing is claimed
        quiet: bool = False,  # noqa: ARG002 - and nobody hears of it
    ) -> Iterator[Writing]:
        """Refused: who watches changes nothing."""
        if not self.writes:
            raise Refused("You are watching", "Nothing that you press changes the shift you watch.")
        with super().writing() as act:
            yield act
