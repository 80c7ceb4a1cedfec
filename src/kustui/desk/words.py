"""The workspace's words and settings, and an agent's own, as they stand; no act, no ORM."""

from __future__ import annotations

from dataclasses import replace

from kustui.core import preferences
from kustui.core.library import Shortcut, Snippet, Template
from kustui.core.post import FileContent
from kustui.core.preferences import Preferences
from kustui.core.records import Agent, SnoozeChoice, SubStatus
from kustui.store.queries import library
from kustui.store.store import Store


class Words:
    """What one agent writes with."""

    def __init__(self, store: Store, agent: Agent) -> None:
        self._store = store
        self._me = agent.id

    def shortcuts(self) -> list[Shortcut]:
        """The workspace's shortcuts, by name."""
        with self._store.reading() as reader:
            return library.shortcuts(reader)

    def shortcut_images(self, shortcut_id: int) -> list[FileContent]:
        """The images that stand in a shortcut's text (SPEC C8)."""
        with self._store.reading() as reader:
            return library.shortcut_images(reader, shortcut_id)

    def snippets(self) -> list[Snippet]:
        """The workspace's snippets, by name."""
        with self._store.reading() as reader:
            return library.snippets(reader)

    def templates(self) -> list[Template]:
        """The workspace's templates, by name."""
        with self._store.reading() as reader:
            return library.templates(reader)

    def preferences(self) -> Preferences:
        """What the agent has set for themself."""
        with self._store.reading() as reader:
            held, signature, zone, language, name, email = library.preferences(reader, self._me)
        return replace(
            preferences.unpacked(held),
            signature=signature,
            zone=zone,
            language=language,
            name=name,
            email=email,
        )

    def status_settings(self) -> tuple[list[tuple[SnoozeChoice, bool]], list[tuple[SubStatus, bool]]]:
        """Every snooze choice and every sub-status in order, and whether each is enabled."""
        with self._store.reading() as reader:
            return library.all_snooze_choices(reader), library.all_sub_statuses(reader)
