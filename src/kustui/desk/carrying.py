"""Which transport carries what, and how much it may be handed at a time (SPEC D7, F1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kustui.clock import milliseconds
from kustui.core.channels import CHANNELS
from kustui.core.outbox import COPY
from kustui.errors import KustuiError, SettingsTrouble
from kustui.store.queries import outbox as asking
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.delivery import Transport
    from kustui.desk import Desk

AT_ONCE = 20
"""Messages that one transaction claims."""


def carriers(desk: Desk) -> tuple[list[tuple[Transport | None, list[str]]], dict[str, KustuiError]]:
    """Each transport with its channels, None with what can never be carried; and what is broken.

    What a transport that is missing or broken here would carry stays queued: another program may
    have one, and what nobody sends is held after a day.
    """
    found: dict[int, tuple[Transport | None, list[str]]] = {}
    broken: dict[str, KustuiError] = {}
    for channel, rules in CHANNELS.items():
        try:
            transport = desk.post.carrier(channel)
        except KustuiError as error:
            broken[channel] = error
            continue
        if transport is not None or rules.address_kind is None:
            found.setdefault(id(transport), (transport, []))[1].append(channel)
    for channel in desk.post.copies:
        try:
            filer = desk.post.copies[channel]
            found.setdefault(id(filer), (filer, []))[1].append(COPY)
        except KustuiError as error:
            broken[COPY] = error
    return list(found.values()), broken


def left_waiting(desk: Desk, served: set[str], broken: dict[str, KustuiError]) -> None:
    """Raise the trouble that keeps messages waiting which are due."""
    with desk.store.reading() as reader:
        due = asking.channels_due(reader, milliseconds(desk.now()))
    for channel in sorted(due, key=lambda channel: channel not in broken):
        if channel in broken:
            raise broken[channel]
        if channel not in served and channel != COPY:
            raise SettingsTrouble(
                f"Nothing carries {CHANNELS[channel].label if channel in CHANNELS else channel} here",
                "What is due waits for a program that does, and is held after a day. Name a transport "
                f"in the settings, under [channels]: {channel} = ...",
            )


def allowed(act: Writing, transport: Transport | None, now_ms: int) -> int:
    """How many messages a transport may be handed at this moment."""
    if transport is None or transport.rate <= 0:
        return AT_ONCE
    wait = asking.pace(act.ask(), transport.name) - now_ms
    # A longer wait than there can be comes from a clock that was set back.
    return 0 if 0 < wait <= _gap_ms(transport) else min(AT_ONCE, max(1, int(transport.rate)))


def pace(act: Writing, transport: Transport) -> None:
    """Let nobody claim more for a transport with a rate cap until its second is over."""
    if transport.rate > 0:
        asking.set_pace(act.ask(), transport.name, milliseconds(act.now) + _gap_ms(transport))


def _gap_ms(transport: Transport) -> int:
    """Milliseconds from the last message of a transport with a rate cap to the next claim for it, which
    takes no more than may go in one second.
    """
    return int(1000 / min(1.0, transport.rate))
