"""What agents set for themselves (Settings > Personal > Preferences; SPEC D2, D3, D8)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from kustui.core.channels import CHANNELS
from kustui.core.commands import PRESETS
from kustui.core.sending import ACTIONS, DEFAULT_ACTION, SendAction

THEMES = ("kustui-dark", "kustui-light", "kustui-16", "kustui-16-light")
UNDO_LIMIT = 60
"""Seconds an undo window may last at most."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """An agent's own settings. `undo` is in seconds by channel, where it differs from the channel's.

    `send` is what sending does by default; `enter_sends` says that Enter sends where it may. `theme`
    is one of THEMES, `keys` one of the presets of keys; empty they are as in the settings file. `inbox` is
    what the inbox is in the order of: "target", or its priorities when empty.
    """

    send: SendAction = DEFAULT_ACTION
    enter_sends: bool = False
    undo: Mapping[str, int] = field(default_factory=dict)
    signature: str = ""
    zone: str = ""
    language: str = "en"
    name: str = ""
    email: str = ""
    theme: str = ""
    keys: str = ""
    inbox: str = ""

    def undo_window(self, channel: str) -> int:
        """Seconds that a message of a channel waits for an undo (SPEC D8)."""
        return self.undo.get(channel, CHANNELS[channel].undo_seconds)


def unpacked(held: str) -> Preferences:
    """The preferences that JSON text holds; what it says wrongly is as it comes out of the box."""
    try:
        said = json.loads(held)
    except ValueError:
        said = {}
    if not isinstance(said, dict):
        said = {}
    send, undo = said.get("send"), said.get("undo")
    return Preferences(
        send=send if send in ACTIONS else DEFAULT_ACTION,
        enter_sends=said.get("enter_sends") is True,
        undo={
            name: seconds
            for name, seconds in (undo.items() if isinstance(undo, dict) else ())
            if name in CHANNELS and isinstance(seconds, int) and 0 <= seconds <= UNDO_LIMIT
        },
        theme=said["theme"] if said.get("theme") in THEMES else "",
        keys=said["keys"] if said.get("keys") in PRESETS else "",
        inbox="target" if said.get("inbox") == "target" else "",
    )


def packed(item: Preferences) -> str:
    """What is not in the agent's own row, as JSON text."""
    values = {
        "send": item.send,
        "enter_sends": item.enter_sends,
        "undo": dict(item.undo),
        "theme": item.theme,
        "keys": item.keys,
        "inbox": item.inbox,
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True)
