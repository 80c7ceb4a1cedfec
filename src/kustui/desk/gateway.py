"""What a gateway does for a workspace, and what it is called with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kustui.core.channels import CHANNELS
from kustui.delivery import Answer, Request, Webhook
from kustui.desk import public_files
from kustui.errors import KustuiError

if TYPE_CHECKING:
    from kustui.desk import Desk


def has_chat(desk: Desk) -> bool:
    """Whether the chat page carries a channel here."""
    try:
        return getattr(desk.post.carrier("chat"), "name", "") == "chat"
    except KustuiError:
        return False


def serves(desk: Desk) -> tuple[list[str], list[str]]:
    """What a gateway is needed for here, in words; and what stands in the way of the rest."""
    wanted = ["the chat page"] if has_chat(desk) else []
    broken = []
    for channel, rules in CHANNELS.items():
        try:
            carrier: object = desk.post.carrier(channel)
        except KustuiError as error:
            broken.append(f"{rules.label}: {error}")
            continue
        if isinstance(carrier, Webhook):
            wanted.append(f"what comes by {rules.label} (/webhook/{channel})")
    if public_files.base(desk):
        wanted.append("images by their addresses")
    return wanted, broken


def call(
    desk: Desk,
    channel: str,
    method: str,
    url: str,
    headers: Mapping[str, str],
    query: Mapping[str, str],
    body: bytes,
) -> Answer:
    """Take a provider's call to the webhook of a channel; `url` as the provider called it."""
    if channel not in CHANNELS:
        return Answer(404, "Nothing listens here.")
    return desk.webhooks.take(channel, Request(method, url, headers, query, body))
