"""Colleagues named in a note: `@ben`, by login or by the first name that only one of them has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kustui.core.records import Agent

_LINK = re.compile(r"https?://\S+")
_MENTION = re.compile(r"(?<![\w.@])@([\w.-]*\w)")


def mentioned(text: str, team: Sequence[Agent]) -> tuple[tuple[Agent, ...], tuple[str, ...]]:
    """Who of the team a text names, each once and in order; and the names that are nobody's.

    What stands in a link or an address names nobody.
    """
    by_login = {agent.login.lower(): agent for agent in team}
    first_names: dict[str, list[Agent]] = {}
    for agent in team:
        first_names.setdefault(agent.name.split(" ")[0].lower(), []).append(agent)
    found: dict[int, Agent] = {}
    nobody: dict[str, None] = {}
    for name in _MENTION.findall(_LINK.sub("", text)):
        low = name.lower()
        alike = first_names.get(low, [])
        meant = by_login.get(low) or (alike[0] if len(alike) == 1 else None)
        if meant is None:
            nobody[name] = None
        else:
            found[meant.id] = meant
    return tuple(found.values()), tuple(nobody)
