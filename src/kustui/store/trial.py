"""A store on trial: acts see what they have done, and at the end nothing was done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from kustui.store.store import Reader, Store

if TYPE_CHECKING:
    from kustui.store.frame import Frame
    from kustui.store.writing import Writing


class _Over(Exception):
    """Rolls the trial back."""


class Trial(Store):
    """The store `real`, in which every act is tried inside one transaction that is never committed.

    That transaction begins with the first act, so that who is still asked for words holds nobody up.
    """

    def __init__(self, real: Store) -> None:
        super().__init__(real.address)
        self.database = real.database
        self._real = real
        self._act: Writing | None = None
        self._stack = ExitStack()

    def now(self) -> datetime:
        """The present instant by the real store's clock."""
        return self._real.now()

    def version(self) -> int:
        """As the real store says; what is tried changes nothing."""
        return self._real.version()

    def murmur(self) -> int:
        """As the real store says."""
        return self._real.murmur()

    def close(self) -> None:
        """Take back everything that was tried; the real store stays open."""
        self._act = None
        self._stack.close()

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A look at the store as the acts that were tried have left it."""
        if self._act is not None:
            yield self._act.ask()
            return
        with self._real.reading() as reader:
            yield reader

    @contextmanager
    def writing(
        self,
        *,
        claiming: bool = False,  # noqa: ARG002 - a trial claims nothing
        quiet: bool = False,  # noqa: ARG002 - and nobody hears of it
    ) -> Iterator[Writing]:
        """One act; what it did is seen by the next, and undone at once when it raises."""
        from kustui.store.entities import WriteSession
        from kustui.store.writing import Writing

        outer: Writing | None = getattr(self._local, "writing", None)
        if outer is not None:
            yield outer
            return
        if self._act is None:
            self._act = self._stack.enter_context(self._never())
        with self._real._words():  # noqa: SLF001 - a store's own words for what its database says
            session = WriteSession(
                self._act.session.connection(),
                join_transaction_mode="create_savepoint",
                expire_on_commit=False,
                autoflush=False,
            )
            now = self._act.now
            with self._whole(session, lambda: Writing(session, self.database, now, self.token)) as writing:
                yield writing

    @contextmanager
    def writing_plainly(self, *, claiming: bool = False, quiet: bool = False) -> Iterator[Frame]:
        """As `writing`."""
        with self.writing(claiming=claiming, quiet=quiet) as writing:
            yield writing

    @contextmanager
    def _never(self) -> Iterator[Writing]:
        try:
            with self._real.writing() as act:
                yield act
                raise _Over
        except _Over:
            pass
