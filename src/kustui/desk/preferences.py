"""Keeping what an agent has set for themself; `desk.words.preferences` reads it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from kustui.core import preferences, when
from kustui.core.channels import CHANNELS
from kustui.core.commands import PRESETS
from kustui.core.library import language_of
from kustui.core.people import address_value
from kustui.core.preferences import THEMES, UNDO_LIMIT
from kustui.core.records import Agent, Changed
from kustui.core.sending import ACTIONS
from kustui.core.text import clean, one_line
from kustui.errors import Refused
from kustui.store import tables

if TYPE_CHECKING:
    from kustui.desk import Desk

SIGNATURE_LIMIT = 1_000


class Preferences:
    """One agent's own settings; they hold in every program of the agent's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def keep(self, item: preferences.Preferences) -> Changed:
        """Keep the agent's settings; raises Refused, naming the setting, and then nothing changed."""
        _check(item)
        with self._desk.store.writing() as act:
            row = act.get(tables.Agent, self._desk.agent.id, "agent")
            row.preferences = preferences.packed(item)
            row.signature = clean(item.signature).strip("\n")
            row.zone, row.language = item.zone, language_of(item.language)
            row.name = one_line(item.name, 80) or row.name
            row.email = address_value("email", item.email) if item.email.strip() else ""
            act.session.add(row)
            act.record("preferences.changed", row, "changed their preferences")
            told = (row.login, row.name, row.email, row.zone, row.language)
        # The desk goes by it at once: times are in the new zone, words in the new language.
        self._desk.agent = Agent(self._desk.agent.id, *told, item.theme, item.keys, item.inbox)
        self._desk.reads.order = item.inbox or "priority"
        return Changed(notice="Your preferences are kept")


def _check(item: preferences.Preferences) -> None:
    if item.send not in ACTIONS:
        raise Refused("No such way to send", f"{item.send!r}: there are {', '.join(ACTIONS)}.")
    for channel, seconds in item.undo.items():
        if channel not in CHANNELS or CHANNELS[channel].address_kind is None:
            raise Refused("No such channel", f"{channel!r} is none that sends.")
        if not 0 <= seconds <= UNDO_LIMIT:
            raise Refused(
                "Undo window out of range", f"{channel}: {seconds} s; it may be 0 to {UNDO_LIMIT} s."
            )
    if item.theme and item.theme not in THEMES:
        raise Refused("No such theme", f"{item.theme!r}: there are {', '.join(THEMES)}.")
    if item.keys and item.keys not in PRESETS:
        raise Refused("No such preset", f"{item.keys!r}: there are {', '.join(PRESETS)}.")
    if item.inbox not in ("", "target"):
        raise Refused("No such order", f"{item.inbox!r}: target, or nothing for priority.")
    if item.zone and when.zone(item.zone, UTC) is UTC and item.zone not in ("UTC", "Etc/UTC"):
        raise Refused("No such zone", f"{item.zone!r}: write it like Europe/Madrid.")
    if len(item.signature) > SIGNATURE_LIMIT:
        raise Refused("The signature is too long", f"{SIGNATURE_LIMIT:,} characters at most.")
