"""The one table of channels: what each is called, may carry and offers (SPEC A1, C2, D1, D8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, NamedTuple

ChannelName = Literal["email", "sms", "chat", "facebook", "note"]
AddressKind = Literal["email", "phone", "chat", "facebook"]


class Channel(NamedTuple):
    """One way a message travels.

    `limit` counts Unicode code points of the text as it will be sent; None means no limit.
    `address_kind` is the kind of address a customer needs to be written to; None for notes,
    which are never delivered (SPEC A4).
    `undo_seconds` is the undo window out of the box. `window` is how long after the customer's last
    message they may be answered; None where they may be written to at any time.
    """

    name: ChannelName
    label: str
    limit: int | None
    address_kind: AddressKind | None
    has_subject: bool = False
    sends_later: bool = False
    enter_may_send: bool = False
    formats: bool = False
    copies: bool = False
    carries_files: bool = False
    inline_images: bool = False
    undo_seconds: int = 0
    window: timedelta | None = None


CHANNELS: dict[str, Channel] = {
    channel.name: channel
    for channel in (
        Channel(
            "email", "email", 10_240, "email", has_subject=True, sends_later=True,
            formats=True, copies=True, carries_files=True, inline_images=True, undo_seconds=5,
        ),
        Channel("sms", "SMS", 1_600, "phone", sends_later=True, enter_may_send=True, undo_seconds=5),
        Channel(
            "chat", "chat", 1_024, "chat", enter_may_send=True, carries_files=True, inline_images=True
        ),
        Channel(
            "facebook", "Facebook", 2_000, "facebook", enter_may_send=True, window=timedelta(hours=24)
        ),
        Channel(
            "note", "note", None, None, has_subject=True, formats=True, carries_files=True, inline_images=True
        ),
    )
}  # fmt: skip

CARRIED = tuple(name for name in CHANNELS if name != "note")
"""The channels by which messages leave the house."""
CARRIED_AT_FIRST: dict[str, str] = {"email": "maildir"}
"""What carries which channel where the settings name nothing."""

ADDRESS_WORDS: dict[str, str] = {
    "email": "email address",
    "phone": "phone number",
    "chat": "chat name",
    "facebook": "Facebook profile",
}

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_TWICE = frozenset("^{}\\[~]|€\f")


def left(channel: str, text: str) -> int | None:
    """Characters (code points) left before `text` is over the channel's limit; negative when over."""
    limit = CHANNELS[channel].limit
    return None if limit is None else limit - len(text)


def segments(text: str) -> int:
    """How many SMS parts `text` takes: 160/153 septets in GSM 03.38, else 70/67 UTF-16 units."""
    if not text:
        return 0
    if all(ch in _GSM7 or ch in _GSM7_TWICE for ch in text):
        units, single, part = sum(2 if ch in _GSM7_TWICE else 1 for ch in text), 160, 153
    else:
        units, single, part = len(text.encode("utf-16-le", "surrogatepass")) // 2, 70, 67
    return 1 if units <= single else -(-units // part)
